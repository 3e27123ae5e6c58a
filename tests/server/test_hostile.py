"""Requests that mean harm, or nothing: each has its status, and the server goes on."""

from __future__ import annotations

import gzip
import json
import logging
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kokoro_cli.server.downloads import Downloads
from kokoro_cli.server.refusals import RefusalError, refusal_of
from tests.server.conftest import Serve
from tests.server.serving import Served
from tests.server.wire import connect, exchange, head, is_error, read, whole

HI = b'{"input": "Hi."}'
CHUNKED = "Transfer-Encoding: chunked"
IN_A_CHUNK = b"10\r\n" + HI + b"\r\n0\r\n\r\n"


@pytest.fixture(autouse=True)
def _goes_on(served: Served) -> Iterator[None]:
    yield
    assert served.client.get("/health").json()["queue"]["running"] == 0
    assert served.speech("Hi.").status_code == 200


@pytest.mark.parametrize(
    "status, data",
    [
        (413, head("Content-Length: 99999999999")),
        (413, head("Content-Length: 99999999", "Expect: 100-continue")),
        (413, whole(b" " * 1_300_000)),
        (413, head(CHUNKED) + (b"10000\r\n" + b" " * 65536 + b"\r\n") * 24),
        (400, head("Content-Length: " + "9" * 40)),
        (400, head("Content-Length: -5") + HI),
        (400, head("Content-Length: +16") + HI),
        (400, head("Content-Length: 16", "Content-Length: 2") + HI),
        (400, head("Content-Length: 16, 2") + HI),
        (400, head("Content-Length: 16", CHUNKED) + IN_A_CHUNK),
        (400, head(CHUNKED, "Transfer-Encoding: identity") + IN_A_CHUNK),
        (400, head("Transfer-Encoding: xchunked") + IN_A_CHUNK),
        (400, head(CHUNKED) + b"zz\r\n" + HI),
        (400, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        (400, b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03" + bytes(range(100))),
        (400, whole(HI, line="FOO /v1/audio/speech HTTP/1.1")),
        (400, whole(HI, line="POST v1/audio/speech HTTP/1.1")),
        (400, whole(HI, "X-Value: a\0b")),
        (400, whole(HI, "X-Value: a\r\n b")),
        (400, whole(HI, line=f"POST /{'a' * 100_000} HTTP/1.1")),
        (400, head(line="CONNECT example.org:443 HTTP/1.1")),
        (404, head("Connection: close", line="OPTIONS * HTTP/1.1")),
        (405, head("Connection: close", line="TRACE /v1/audio/speech HTTP/1.1")),
        (405, whole(b"", line="DELETE /v1/audio/speech HTTP/1.1")),
        (200, whole(HI, "Expect: 100-continue")),
        (200, whole(HI, line="POST /v1/audio/speech HTTP/1.0", host=None)),
        (200, head(CHUNKED, "Connection: close") + IN_A_CHUNK),
    ],
)
def test_what_is_no_good_http_is_refused(served: Served, status: int, data: bytes) -> None:
    assert exchange(served, data).status == status


@pytest.mark.parametrize(
    "status, body",
    [
        (400, b""),
        (400, b"Hello"),
        (400, b"null"),
        (400, b"[]"),
        (400, b'"Hi"'),
        (400, b'{"input": "Hi."} x'),
        (400, b'{"input": "Hi.",}'),
        (400, b'{"input": "Hi\0."}'),
        (400, b'{"input": "\xff\xfe"}'),
        (400, gzip.compress(HI, mtime=0)),
        (400, b"[" * 100_000),
        (400, b'{"input": "Hi.", "x": ' + b"[" * 50_000 + b"]" * 50_000 + b"}"),
        (400, b'{"input": "Hi.", "input": 5}'),
        (400, b'{"input": "\\ud800"}'),
        (400, b'{"input": "Hi.", "voice": "\\ud800"}'),
        (400, b'{"input": "Hi.", "model": "\\ud800"}'),
        (400, b'{"input": "Hi.", "seed": ' + b"9" * 5000 + b"}"),
        (400, b'{"input": "Hi.", "speed": NaN}'),
        (400, b'{"input": "Hi.", "speed": -Infinity}'),
        (400, b'{"input": "Hi.", "alpha": 1e400}'),
        (200, b'{"input": "Hi.", "normalization_options": {"\\ud800": NaN}}'),
        (200, b'{"input": "Hi \\ud800 there.", "answer": "base64", "timestamps": true}'),
        (200, b"\xef\xbb\xbf" + HI),
        (200, HI.decode().encode("utf-16")),
    ],
)
def test_what_is_no_good_json_is_refused(served: Served, status: int, body: bytes) -> None:
    answer = exchange(served, whole(body))
    assert answer.status == status
    assert status == 200 or is_error(answer.body)


@pytest.mark.parametrize("value", [-1, 1e308, "x", [], {}, [[{}]]], ids=repr)
@pytest.mark.parametrize("name", ["speed", "seed", "sample_rate", "voice", "response_format"])
def test_a_value_of_a_wrong_kind_is_refused(served: Served, name: str, value: Any) -> None:
    answer = served.speech("Hi.", **{name: value})
    assert answer.status_code == 400
    assert is_error(answer.content)


def test_a_body_that_is_no_json_object_is_told_so(served: Served) -> None:
    answer = served.client.post("/v1/audio/speech", content=b'{"input"}')
    assert "Content-Type: application/json" in answer.json()["error"]["message"]
    answer = served.client.post("/v1/audio/speech", content='{"input"}', headers=_JSON)
    error = answer.json()["error"]
    assert (error["param"], error["code"]) == (None, "invalid_json")
    assert "at character 8" in error["message"]


_JSON = {"Content-Type": "application/json"}

NAMES = [
    *("../../etc/passwd", "/etc/passwd", "..\\..\\x", "./af_heart", "~/x", "file:///etc/passwd"),
    *("http://127.0.0.1:9/x", "af_heart\0", "af_heart\r\nEvil: 1", "\x1b[31m", "\u202eaf_heart"),
    *("af_heart+../../x", "af_heart(nan)", "af_heart(inf)+af_sky(1)", "af_heart(-1)+af_sky(1)"),
    *("af_heart(0)+af_sky(0)", "+", "((((", "*", "{0}", "%2e%2e%2f", "a" * 1000, "a" * 500_000),
]


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:30])
@pytest.mark.parametrize("place", ["voice", "id", "style", "markup", "turn", "combine"])
def test_no_voice_is_a_path_or_a_header(served: Served, place: str, name: str) -> None:
    path, body = {
        "voice": ("/v1/audio/speech", {"input": "Hi.", "voice": name}),
        "id": ("/v1/audio/speech", {"input": "Hi.", "voice": {"id": name}}),
        "style": ("/v1/audio/speech", {"input": "Hi.", "style": name}),
        "markup": ("/v1/audio/speech", {"input": f"<speak><voice name={json.dumps(name)}>Hi."}),
        "turn": ("/dev/dialogue", {"turns": [{"text": "Hi.", "voice": name}]}),
        "combine": ("/v1/audio/voices/combine", [name]),
    }[place]
    answer = served.client.post(path, json=body)
    assert answer.status_code == 400
    assert is_error(answer.content)
    assert "evil" not in answer.headers
    assert len(answer.content) < 10_000, "What was sent comes back shortened."
    assert "\x1b" not in answer.json()["error"]["message"]


@pytest.mark.parametrize("name", ["a\r\nEvil: 1", "../x", "\x1b[2J"])
def test_any_model_may_be_named(served: Served, name: str) -> None:
    answer = served.speech("Hi.", model=name)
    assert answer.status_code == 200
    assert "evil" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        *("/v1/download/..%2f..%2fetc%2fpasswd", "/v1/download/%2e%2e", "/v1/download/%00"),
        *("/v1/download/..%5c..%5cx", "/v1/download/speech-x.mp3", "/v1/download/" + "a" * 5000),
        *("/%2e%2e/etc/passwd", "//etc/passwd", "/static/../x", "/.env", "/docs", "/redoc"),
        *("/v1/models/%0d%0aEvil:%201", "/v1/models/%1b%5b2J", "/v1/models/%ff"),
        *("/v1/models/../audio/voices", "//v1/models", "/V1/models"),
    ],
)
def test_no_path_leads_to_a_file(served: Served, path: str) -> None:
    answer = exchange(served, head("Connection: close", line=f"GET {path} HTTP/1.1"))
    assert answer.status == 404
    assert is_error(answer.body)
    assert "evil" not in answer.headers


def test_a_text_reads_no_file_and_asks_no_host(served: Served, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("Swordfish.")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)
        here = f"http://127.0.0.1:{listening.getsockname()[1]}/x"
        for text in (
            f'<speak>Hi <audio src="{here}">there</audio></speak>',
            f'<speak>Hi <audio src="{secret.as_uri()}"/></speak>',
            f'<speak><lexicon uri="{here}"/>Hi</speak>',
            f'<!DOCTYPE s [<!ENTITY x SYSTEM "{secret.as_uri()}">]><speak>&x; Hi</speak>',
            f'<!DOCTYPE s SYSTEM "{here}"><speak>Hi</speak>',
            f'<!DOCTYPE s [<!ENTITY % p SYSTEM "{here}">%p;]><speak>Hi</speak>',
            f"[Hi]({secret.as_uri()}) ![there]({here})",
            f"---\nlexicon: {secret}\n---\nHi",
            f"@{secret}",
        ):
            answer = served.client.post(
                "/dev/captioned_speech",
                json={"input": text, "lexicon": str(secret), "output": str(tmp_path / "x.mp3")},
            )
            assert answer.status_code in (200, 400)
            words = [
                word["word"]
                for line in answer.text.splitlines()
                for word in json.loads(line).get("timestamps", [])
            ]
            assert not any("swordfish" in word.lower() for word in words)
        with pytest.raises(TimeoutError):
            listening.accept()
    assert [path.name for path in tmp_path.iterdir()] == ["secret.txt"]


@pytest.mark.parametrize(
    "text",
    [
        *("a" * 100_001, "[pause:99999999s] Hi", "[pause:-1s] Hi", "[pause:nan] Hi"),
        *('<speak><break time="9999s"/>Hi</speak>', "<speak>" + "<p>" * 10_000 + "Hi"),
        *('<speak><prosody rate="1e999">Hi</prosody></speak>', "", " \n", "-"),
    ],
    ids=lambda text: text[:20],
)
def test_a_text_that_asks_too_much_is_refused(served: Served, text: str) -> None:
    answer = served.speech(text)
    assert answer.status_code == 400
    assert is_error(answer.content)


def test_a_dialogue_has_a_thousand_turns_and_sixty_four_voices(served: Served) -> None:
    turns = [{"text": "Hi.", "voice": f"af_heart({n})+af_sky(1)"} for n in range(1, 66)]
    answer = served.client.post("/dev/dialogue", json={"turns": turns})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "too_many_voices")
    assert served.client.post("/dev/dialogue", json={"turns": turns[:64]}).status_code == 200
    answer = served.client.post("/dev/dialogue", json={"turns": [{"text": "Hi."}] * 1001})
    assert answer.status_code == 400


def test_many_voices_combine(served: Served) -> None:
    answer = served.client.post("/v1/audio/voices/combine", json=["af_heart"] * 100_000)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "sent",
    [b"", b"P", head(), head("Content-Length: 100") + b"{", whole(HI), head(CHUNKED) + b"5\r\nab"],
)
@pytest.mark.parametrize("reset", [False, True], ids=["closes", "resets"])
def test_a_client_may_leave_at_any_time(served: Served, sent: bytes, reset: bool) -> None:
    for _ in range(5):
        with connect(served) as peer:
            if reset:
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            peer.sendall(sent)


def test_idle_connections_hold_up_nobody(served: Served) -> None:
    peers = [connect(served) for _ in range(100)]
    try:
        for peer in peers[:50]:
            peer.sendall(head("Content-Length: 100") + b"{")
        assert served.speech("Hi.").status_code == 200
    finally:
        for peer in peers:
            peer.close()


def test_requests_in_one_go_are_answered_in_order(served: Served) -> None:
    one = head(line="GET /health HTTP/1.1")
    with connect(served) as peer:
        peer.sendall(one * 20 + whole(b"x"))
        got = b"".join(iter(lambda: peer.recv(65536), b""))
    assert got.count(b"HTTP/1.1 200 OK") == 20
    assert got.count(b"HTTP/1.1 400 Bad Request") == 1


def test_the_log_has_nothing_of_a_client(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="kokoro"):
        for field in ("voice", "style", "lang_code", "model", "encoding"):
            served.speech("Hi.", **{field: "\x1b[2J\nsecret"})
        served.speech("[voice:secret\x1b[2J] <speak>secret")
        exchange(served, head("Connection: close", line="GET /v1/models/%1b%0asecret HTTP/1.1"))
        exchange(served, whole(HI, host="secret.example"))
        exchange(served, whole(HI, "Origin: http://[secret"))
    assert "secret" not in caplog.text
    assert "\x1b" not in caplog.text


def test_an_unforeseen_error_is_told_without_its_insides(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("insides at /home/somebody")

    with serve(keys=("swordfish-1",)) as served:
        monkeypatch.setattr(served.service, "_plan", fail)
        answer = exchange(served, whole(HI, "Authorization: Bearer swordfish-1"))
        assert answer.status == 500
        assert is_error(answer.body)
        assert b"insides" not in answer.body
        assert b"Traceback" not in answer.body
        monkeypatch.undo()
        metrics = served.client.get("/metrics", headers={"api-key": "swordfish-1"})
    assert len([each for each in caplog.records if each.name == "kokoro"]) == 1
    assert "swordfish" not in caplog.text
    assert "swordfish" not in metrics.text


def test_a_long_message_is_cut() -> None:
    error = RefusalError(400, "\x1b" + "a" * 10_000)
    assert len(error.content()["error"]["message"]) < 1100
    assert error.content()["error"]["message"].startswith("\\x1b")
    assert "insides" not in refusal_of(ValueError("insides")).content()["error"]["message"]


def test_downloads_survive_the_removal_of_their_folder() -> None:
    # Systems empty the folder for temporary files of what is ten days old.
    downloads = Downloads()
    try:
        downloads.keep("a.mp3", b"one", "audio/mpeg")
        found = downloads.find("a.mp3")
        assert found is not None
        found.path.unlink()
        found.path.parent.rmdir()
        assert downloads.find("a.mp3") is None
        downloads.keep("b.mp3", b"two", "audio/mpeg")
        found = downloads.find("b.mp3")
        assert found is not None
        assert found.path.read_bytes() == b"two"
        assert found.path.parent.stat().st_mode & 0o077 == 0
    finally:
        downloads.close()
    assert not found.path.parent.exists()


def test_a_server_that_keeps_nothing_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The folder was left behind by a server whose address was taken.
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    downloads = Downloads()
    assert list(tmp_path.iterdir()) == []
    downloads.keep("a.mp3", b"one", "audio/mpeg")
    downloads.close()
    assert list(tmp_path.iterdir()) == []


def test_a_slow_trailer_is_part_of_the_body(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kokoro_cli.server.gate._BODY_SECONDS", 0.3)
    with serve() as served, connect(served) as peer:
        peer.sendall(head(CHUNKED) + b"10\r\n" + HI + b"\r\n0\r\nX-More: ")
        assert read(peer).status == 408
