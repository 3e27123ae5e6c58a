"""Measuring a speech server, with a fake one that behaves like good and bad real ones."""

from __future__ import annotations

import itertools
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any

import pytest

from kokoro_cli.bench.client import Answer, Endpoint
from kokoro_cli.bench.server import elapsed, measure, summarise
from kokoro_cli.errors import KokoroError, UsageError
from tests.assets.hub import dead_url
from tests.bench.speech_server import (
    PATIENCE_SECONDS,
    SpeechServer,
    banner_server,
    chunk,
    running_server,
    wav,
)

KEY = "sk-very-secret-1234"


@pytest.fixture
def server() -> Iterator[SpeechServer]:
    with running_server() as server:
        yield server


def ask(url: str, *texts: str, **options: Any) -> list[Answer]:
    """Measure with one client and one request unless the options say otherwise."""
    of_endpoint = ("model", "voice", "format", "key")
    endpoint = Endpoint(url, **{k: options.pop(k) for k in of_endpoint if k in options})
    options = {"clients": 1, "requests": 1, "timeout": PATIENCE_SECONDS, **options}
    options.setdefault("done", lambda answer: None)
    return measure(endpoint, texts or ("One two three.",), **options)


def errors(answers: list[Answer]) -> list[str | None]:
    return [answer.error for answer in answers]


# The request.


@pytest.mark.parametrize(
    ("url", "whole", "target"),
    [
        ("http://host:8880", "http://host:8880/v1/audio/speech", "/v1/audio/speech"),
        ("http://host/", "http://host/v1/audio/speech", "/v1/audio/speech"),
        ("https://host/v1", "https://host/v1/audio/speech", "/v1/audio/speech"),
        ("https://host/v1/", "https://host/v1/audio/speech", "/v1/audio/speech"),
        ("http://host/v1/audio/speech", "http://host/v1/audio/speech", "/v1/audio/speech"),
        ("http://host/tts", "http://host/tts/v1/audio/speech", "/tts/v1/audio/speech"),
        ("http://host/a/v2?x=1", "http://host/a/v2/audio/speech", "/a/v2/audio/speech?x=1"),
        ("http://host?a=b/c&d=%20", "http://host/v1/audio/speech", "/v1/audio/speech?a=b/c&d=%20"),
        ("http://host/speech/#top", "http://host/speech/", "/speech/"),
        ("http://[::1]:80/v1", "http://[::1]:80/v1/audio/speech", "/v1/audio/speech"),
        ("http://host/ö", "http://host/ö/v1/audio/speech", "/%C3%B6/v1/audio/speech"),
    ],
)
def test_an_address_is_completed(url: str, whole: str, target: str) -> None:
    endpoint = Endpoint(url)
    assert (str(endpoint), endpoint.target) == (whole, target)


@pytest.mark.parametrize(
    "given",
    [
        {"url": ""},
        {"url": "localhost:8880"},
        {"url": "ftp://host"},
        {"url": "http://"},
        {"url": "http://host:0"},
        {"url": "http://host:99999"},
        {"url": "http://host:port"},
        {"url": "http://[::1"},
        {"url": "http://ho st"},
        {"url": "http://ho\nst"},
        {"url": "http://ho\x01st"},
        {"url": "http://a..b"},
        {"url": f"http://user:{KEY}@host"},
        {"url": f"http://user:{KEY}@host:99999?key={KEY}"},
        {"url": f"user:{KEY}@host"},
        {"url": "http://host", "model": ""},
        {"url": "http://host", "voice": " "},
        {"url": "http://host", "format": ""},
        {"url": "http://host", "key": ""},
        {"url": "http://host", "key": f"{KEY}\n"},
        {"url": "http://host", "key": f"{KEY}é"},
    ],
    ids=lambda given: "-".join(given.values()).replace(KEY, "KEY"),
)
def test_nonsense_is_refused_without_showing_a_secret(given: dict[str, str]) -> None:
    with pytest.raises(UsageError) as refused:
        Endpoint(**given)
    assert KEY not in f"{refused.value} {refused.value.hint}"


@pytest.mark.parametrize(
    "given",
    [
        {"clients": 0},
        {"requests": 0},
        {"timeout": 0},
        {"timeout": float("nan")},
        {"timeout": float("inf")},
    ],
    ids=str,
)
def test_nothing_to_measure_is_refused(given: dict[str, float]) -> None:
    with pytest.raises(UsageError):
        ask(dead_url(), **given)
    with pytest.raises(UsageError):
        measure(
            Endpoint(dead_url()), [], clients=1, requests=1, timeout=1, done=lambda answer: None
        )


def test_the_request_is_openais_and_asks_for_a_stream(server: SpeechServer) -> None:
    text = "Größe “zwei”: 你好, \U0001f600 and a lone \ud800."
    ask(f"{server.url}/v1?tenant=7", text, model="tts-1", voice="alloy", key=KEY)
    asked = server.asked[-1]
    assert asked.path == "/v1/audio/speech?tenant=7"
    assert asked.body == {
        "model": "tts-1",
        "input": text,
        "voice": "alloy",
        "response_format": "wav",
        "stream": True,
    }
    assert asked.headers["content-type"] == "application/json"
    assert asked.headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("url", "streams"),
    [
        ("https://api.openai.com/v1", False),
        ("https://API.openai.com", False),
        ("https://host/api.openai.com", True),
        ("http://localhost:8880", True),
    ],
)
def test_only_openai_is_not_asked_for_a_stream(
    server: SpeechServer, monkeypatch: pytest.MonkeyPatch, url: str, streams: bool
) -> None:
    assert Endpoint(url).streams is streams
    monkeypatch.setattr(Endpoint, "streams", streams)
    ask(server.url)
    assert ("stream" in server.asked[-1].body) is streams


def test_without_a_key_there_is_no_authorization(server: SpeechServer) -> None:
    ask(server.url)
    assert "authorization" not in server.asked[0].headers


def test_texts_are_asked_in_turn_after_one_to_wake_the_server(server: SpeechServer) -> None:
    answers = ask(server.url, "One.", "And two.", requests=5)
    assert server.texts == ["One.", "One.", "And two.", "One.", "And two.", "One."]
    assert [answer.words for answer in answers] == [1, 2, 1, 2, 1]


def test_many_clients_share_the_texts_and_answers_keep_their_order(server: SpeechServer) -> None:
    texts = ["word " * n for n in range(1, 8)]
    reported: list[Answer] = []
    answers = ask(server.url, *texts, clients=5, requests=30, done=reported.append)
    assert Counter(server.texts[1:]) == Counter(texts[i % 7] for i in range(30))
    assert [answer.words for answer in answers] == [1 + i % 7 for i in range(30)]
    assert sorted(reported, key=id) == sorted(answers, key=id)


def test_a_proxy_in_the_environment_is_not_asked(
    server: SpeechServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, dead_url())
    assert errors(ask(server.url)) == [None]


def test_an_address_of_ipv6() -> None:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        pytest.skip("this machine has no IPv6")
    with running_server("::1") as server:
        assert errors(ask(server.url)) == [None]
        assert server.asked[0].headers["host"] == server.url.removeprefix("http://")


# Connections.


@pytest.mark.parametrize("clients", [1, 2, 7])
def test_all_clients_work_at_once(server: SpeechServer, clients: int) -> None:
    server.gathers = clients
    answers = ask(server.url, clients=clients, requests=3 * clients)
    assert errors(answers) == [None] * 3 * clients
    assert server.most_at_once == clients


def test_no_more_clients_than_requests(server: SpeechServer) -> None:
    server.gathers = 2
    ask(server.url, clients=50, requests=2)
    assert len({asked.port for asked in server.asked}) == 3  # Including the one that wakes it up.


@pytest.mark.parametrize("streamed", ["no", "chunks"])
def test_a_client_keeps_its_connection(server: SpeechServer, streamed: Any) -> None:
    server.streamed, server.pieces, server.gathers = streamed, 3, 2
    answers = ask(server.url, clients=2, requests=8)
    assert errors(answers) == [None] * 8
    assert len({asked.port for asked in server.asked[1:]}) == 2


def test_a_client_keeps_its_connection_after_an_error(server: SpeechServer) -> None:
    server.fails(500, "no memory")
    ask(server.url, requests=4)
    assert len({asked.port for asked in server.asked[1:]}) == 1


@pytest.mark.parametrize("how", ["closes", "drops_idle", "until-close"])
def test_a_closed_connection_is_opened_again(server: SpeechServer, how: str) -> None:
    if how == "until-close":
        server.streamed = "until-close"
    else:
        setattr(server, how, True)
    answers = ask(server.url, clients=2, requests=8)
    assert errors(answers) == [None] * 8
    assert {answer.audio_seconds for answer in answers} == {0.5}
    assert len(server.asked) == 9


def test_a_fresh_connection_is_not_tried_twice(server: SpeechServer) -> None:
    server.hangs_up = True
    assert errors(ask(server.url, requests=2)) == ["hung up without an answer"] * 2
    assert len(server.asked) == 3


def test_after_a_server_dies_each_request_is_an_error(server: SpeechServer) -> None:
    server.dies_after = 3
    answers = ask(server.url, requests=4)
    assert errors(answers) == [None, None, "connection refused", "connection refused"]


# Times.


def test_times_are_those_of_the_clock(server: SpeechServer) -> None:
    ticks = itertools.count(100)
    (answer,) = ask(server.url, clock=lambda: float(next(ticks)))
    assert answer.first_byte_seconds == 1
    assert answer.total_seconds == 2


def test_connecting_is_not_counted(server: SpeechServer, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    connect = HTTPConnection.connect

    def slowly(self: HTTPConnection) -> None:
        nonlocal now
        now += 100.0
        connect(self)

    monkeypatch.setattr(HTTPConnection, "connect", slowly)
    server.closes = True
    answers = ask(server.url, requests=2, clock=lambda: now)
    assert [answer.total_seconds for answer in answers] == [0, 0]
    assert elapsed(answers) == 100


@pytest.mark.parametrize("streamed", ["no", "chunks", "until-close"])
def test_the_first_byte_is_timed_when_it_arrives(server: SpeechServer, streamed: Any) -> None:
    """The server sends the rest only after the clock was read for the first byte."""
    server.streamed, server.pieces, server.go_on = streamed, 5, threading.Event()

    def clock() -> float:
        if server.answering.is_set() and server.go_on:
            server.go_on.set()
        return time.perf_counter()

    (answer,) = ask(server.url, clock=clock)
    assert not server.waited_in_vain
    assert answer.bytes == len(server.body)


def test_a_slow_server_is_seen_to_be_slow(server: SpeechServer) -> None:
    server.streamed, server.pieces = "chunks", 4
    server.first_delay, server.chunk_delay = 0.2, 0.1
    (answer,) = ask(server.url)
    assert answer.first_byte_seconds is not None
    assert 0.19 < answer.first_byte_seconds < answer.total_seconds
    assert answer.total_seconds > 0.55


def test_the_header_is_not_the_first_byte(server: SpeechServer) -> None:
    server.first_delay = 0.2  # Between the header and the first byte.
    (answer,) = ask(server.url)
    assert answer.first_byte_seconds is not None
    assert answer.first_byte_seconds > 0.19


# The answer.

LIST = chunk(b"LIST", b"INFOISFT" + b"\x05\0\0\0" + b"made\0")


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        (wav(0.5), 0.5),
        (wav(0.5, declared=0), 0.5),
        (wav(0.5, declared=0xFFFFFFFF), 0.5),
        (wav(0.5, declared=0x7FFFFFFF), 0.5),
        (wav(0.25, rate=44_100, channels=2), 0.25),
        (wav(0.5, before=LIST, declared=0), 0.5),
        (wav(0.5, after=LIST), 0.5),
        (wav(9.0, declared=0), 9.0),
    ],
    ids=["sized", "0", "2^32-1", "2^31-1", "44.1-stereo", "LIST-before", "LIST-after", "long"],
)
@pytest.mark.parametrize("streamed", ["no", "chunks"])
def test_the_length_of_wav(
    server: SpeechServer, body: bytes, seconds: float, streamed: Any
) -> None:
    server.body, server.streamed, server.pieces = body, streamed, 7
    (answer,) = ask(server.url)
    assert answer.audio_seconds == pytest.approx(seconds)
    assert (answer.bytes, answer.error) == (len(body), None)


@pytest.mark.parametrize(("form", "seconds"), [("pcm", 2.0), ("mp3", None), ("opus", None)])
def test_the_length_of_other_formats(
    server: SpeechServer, form: str, seconds: float | None
) -> None:
    server.body, server.content_type = bytes(96_000), f"audio/{form}"
    (answer,) = ask(server.url, format=form)
    assert (answer.audio_seconds, answer.error) == (seconds, None)
    assert server.asked[0].body["response_format"] == form


@pytest.mark.parametrize(
    "kind", [None, "audio/x-wav", "Audio/WAV; rate=24000", "application/octet-stream"]
)
def test_kinds_that_may_be_sound(server: SpeechServer, kind: str | None) -> None:
    server.content_type = kind
    assert errors(ask(server.url)) == [None]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"body": b""}, "no sound"),
        ({"body": b"", "streamed": "chunks"}, "no sound"),
        ({"body": b"", "status": 204}, "no sound"),
        ({"body": wav(0)}, "no sound"),
        ({"body": b"{}", "content_type": "application/json"}, "not audio: application/json"),
        ({"content_type": "text/html; charset=utf-8"}, "not audio: text/html"),
        ({"body": b"garbage " * 99}, "not WAV"),
        ({"body": wav(0.5)[:30]}, "not WAV"),
        ({"body": b"RIFF\0\0\0\0WAVEdata\0\0\0\0"}, "not WAV"),
        ({"break_off_after": 1000}, "broke off after 1000 bytes"),
        ({"break_off_after": 1000, "streamed": "chunks"}, "broke off after 1000 bytes"),
        ({"break_off_after": 0}, "broke off after 0 bytes"),
        ({"hangs": "before", "timeout": 0.3}, "timed out"),
        ({"hangs": "within", "pieces": 2, "timeout": 0.3}, "timed out"),
        # Each piece arrives in time, but not the whole answer.
        ({"streamed": "chunks", "pieces": 200, "chunk_delay": 0.1, "timeout": 0.5}, "timed out"),
        (
            {"status": 500, "body": b"oh", "content_type": "text/plain"},
            "HTTP 500: Internal Server Error",
        ),
        ({"status": 599, "body": b"[" * 60_000}, "HTTP 599"),
        ({"status": 503, "body": b'{"detail": {}}'}, "HTTP 503: Service Unavailable"),
        ({"status": 500, "break_off_after": 3}, "HTTP 500: Internal Server Error"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_errors(server: SpeechServer, fields: dict[str, Any], error: str) -> None:
    options = {"timeout": fields.pop("timeout", PATIENCE_SECONDS)}
    for name, value in fields.items():
        setattr(server, name, value)
    (answer,) = ask(server.url, **options)
    assert (answer.error, answer.audio_seconds) == (error, None)


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": "The voice\nis  gone.", "code": None}},
        {"error": "The voice is gone"},
        {"detail": "The voice is gone."},
        {"detail": {"error": "validation_error", "message": "The voice is gone."}},
        {"detail": [{"loc": ["body", "voice"], "msg": "The voice is gone"}]},
        {"message": "\x1b The voice is gone"},
        "The voice is gone",
    ],
    ids=str,
)
@pytest.mark.parametrize("status", [400, 429, 500])
def test_the_servers_message_is_reported(server: SpeechServer, body: object, status: int) -> None:
    server.answers_json(body, status)
    answers = ask(server.url, requests=2)
    assert errors(answers) == [f"HTTP {status}: The voice is gone"] * 2


def test_a_long_message_is_cut(server: SpeechServer) -> None:
    server.fails(500, "very " * 1000)
    (answer,) = ask(server.url)
    assert answer.error is not None
    assert len(answer.error) == 200


# Errors that every request would repeat.


@pytest.mark.parametrize("status", [301, 302, 307, 308, 401, 403, 404, 405])
def test_if_no_request_can_succeed_only_one_is_sent(server: SpeechServer, status: int) -> None:
    server.fails(status, "Not here.")
    with pytest.raises(KokoroError, match=rf"/v1/audio/speech: HTTP {status}: Not here\.$") as got:
        ask(f"{server.url}?key={KEY}", requests=9)
    assert got.value.hint
    assert len(server.asked) == 1
    assert KEY not in str(got.value)


def test_a_redirection_shows_the_new_address(server: SpeechServer) -> None:
    server.status, server.headers = 307, {"Location": f"https://elsewhere/v1?key={KEY}"}
    with pytest.raises(KokoroError, match=r"HTTP 307: it is at https://elsewhere/v1\.$"):
        ask(server.url)


def test_nobody_listens() -> None:
    with pytest.raises(KokoroError, match="connection refused") as got:
        ask(dead_url(), clients=4, requests=9)
    assert got.value.hint and "Start the server" in got.value.hint


def test_a_host_that_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*values: object, **options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(KokoroError, match="http://nowhere/v1/audio/speech: unknown host"):
        ask("http://nowhere")


def test_what_is_no_http() -> None:
    with banner_server(b"SSH-2.0-OpenSSH_9.6\r\n") as url:
        with pytest.raises(KokoroError, match="does not speak HTTP"):
            ask(url)
        with pytest.raises(KokoroError, match="TLS: ") as got:
            ask(url.replace("http:", "https:"))
    assert got.value.hint and "https" in got.value.hint


def test_a_server_that_is_busy_at_first_is_measured(server: SpeechServer) -> None:
    server.fails(503, "loading")
    assert len(ask(server.url, requests=3)) == 3


@pytest.mark.parametrize("status", [401, 500])
def test_a_key_is_never_shown(server: SpeechServer, status: int) -> None:
    server.fails(status, f"Incorrect API key: {KEY}, {KEY}!")
    try:
        shown = str(ask(server.url, key=KEY)[0])
    except KokoroError as error:
        shown = f"{error!r} {error.hint}"
    assert "Incorrect API key: …, …!" in shown
    assert KEY not in shown
    assert KEY not in repr(Endpoint(server.url, key=KEY))


# Ending early.


def test_done_is_called_by_the_caller_and_may_end_it(server: SpeechServer) -> None:
    called_in = []

    def done(answer: Answer) -> None:
        called_in.append(threading.current_thread())
        server.hangs = "before"
        _until(lambda: server.hanging == 2)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(server.url, clients=2, requests=1000, done=done)
    assert not server.waited_in_vain
    assert called_in == [threading.current_thread()]
    seen = len(server.asked)
    _until(lambda: not any("(work)" in thread.name for thread in threading.enumerate()))
    assert len(server.asked) == seen  # No further request was sent.


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
@pytest.mark.parametrize("warm", [False, True], ids=["the first", "the crowd"])
def test_ctrl_c_ends_it_while_a_server_hangs(server: SpeechServer, warm: bool) -> None:
    code = (
        "import signal, sys;"
        "from kokoro_cli.bench.client import Endpoint; from kokoro_cli.bench.server import measure;"
        # Processes that a shell starts in the background ignore SIGINT.
        "signal.signal(signal.SIGINT, signal.default_int_handler);"
        "measure(Endpoint(sys.argv[1]), ['Hello.'], clients=8, requests=99, timeout=600,"
        " done=lambda answer: None)"
    )
    if warm:
        server.gathers = 100  # The first is answered; the others wait for requests that never come.
    else:
        server.hangs = "before"
    process = subprocess.Popen(
        [sys.executable, "-c", code, server.url], stderr=subprocess.PIPE, text=True
    )
    _until(lambda: len(server.asked) == (9 if warm else 1))
    process.send_signal(signal.SIGINT)
    _, written = process.communicate(timeout=PATIENCE_SECONDS / 2)
    assert process.returncode
    assert written.rstrip().endswith("KeyboardInterrupt")
    assert "Exception in thread" not in written


def test_an_exception_in_a_thread_ends_the_measurement(
    server: SpeechServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: object, text: str) -> Answer:
        raise LookupError(text)

    monkeypatch.setattr("kokoro_cli.bench.client.Client.ask", broken)
    with pytest.raises(LookupError):
        ask(server.url)


def _until(true: Any) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


# The figures.


def answer(
    first: float | None, total: float, audio: float | None = None, error: str | None = None
) -> Answer:
    return Answer(3, first, total, 100, audio, error)


def test_figures_are_those_of_the_good_answers() -> None:
    answers = [answer(i / 10, 1.0 + i, 2.0) for i in range(11)]
    answers += [answer(99, 99, None, "timed out")] * 2 + [answer(None, 0, None, "HTTP 500")]
    answers += [answer(None, 0, None, "timed out")]
    figures = summarise(answers, 5.0)
    assert figures.requests == 15
    assert list(figures.errors.items()) == [("timed out", 3), ("HTTP 500", 1)]
    assert figures.first_byte_p50_seconds == pytest.approx(0.5)
    assert figures.first_byte_p95_seconds == pytest.approx(0.95)
    assert figures.total_p50_seconds == pytest.approx(6.0)
    assert figures.total_p95_seconds == pytest.approx(10.5)
    assert figures.requests_per_second == pytest.approx(11 / 5)
    assert figures.audio_seconds_per_second == pytest.approx(22 / 5)


@pytest.mark.parametrize("answers", [[], [answer(None, 1.0, None, "timed out")]], ids=len)
def test_without_a_good_answer_there_are_no_figures(answers: list[Answer]) -> None:
    figures = summarise(answers, 5.0)
    assert figures.requests == sum(figures.errors.values()) == len(answers)
    assert figures.first_byte_p50_seconds is figures.total_p95_seconds is None
    assert figures.requests_per_second is figures.audio_seconds_per_second is None


def test_unknown_lengths_make_no_rate() -> None:
    figures = summarise([answer(1, 2, None), answer(1, 2, 3.0)], 4.0)
    assert figures.audio_seconds_per_second is None
    assert figures.requests_per_second == 0.5


def test_elapsed_time_does_not_include_the_first_request(server: SpeechServer) -> None:
    assert elapsed([]) == 0
    begun = [Answer(1, 1, 2, 1, None, None, sent) for sent in (10.0, 10.5, 13.0)]
    assert elapsed(begun) == 5.0
    server.first_delay = 0.05
    begin = time.perf_counter()
    answers = ask(server.url, requests=3)
    assert 0.14 < elapsed(answers) < time.perf_counter() - begin - 0.04
