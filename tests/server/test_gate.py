"""Who may ask, and how much: keys, hosts, origins, sizes, times, names of requests."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.conftest import Serve
from tests.server.serving import PATIENCE_SECONDS, Served, serving
from tests.server.wire import connect, exchange, head, is_error, read, whole

KEY = "swordfish-1"
SPEECH = "/v1/audio/speech"
HI = {"input": "Hi."}
BODY = b'{"input": "Hi."}'
PAGE = "https://page.example"
LISTS = "/ /v1/test /v1/models /v1/models/tts-1 /v1/audio/models /v1/audio/voices".split()


@pytest.fixture(scope="module")
def keyed(cache: Path) -> Iterator[Served]:
    with serving(cache, keys=(KEY, "another-key-2")) as found:
        yield found


@pytest.fixture(scope="module")
def paged(cache: Path) -> Iterator[Served]:
    """A server for the pages of one site, under two names and a path."""
    names = ("Speech.lan", "192.0.2.7", "[2001:db8::1]")
    with serving(cache, cors=(PAGE,), allowed_hosts=names, base_path="/kokoro") as found:
        yield found


# Keys


@pytest.mark.parametrize(
    "fields",
    [
        {"Authorization": f"Bearer {KEY}"},
        {"Authorization": "Bearer another-key-2"},
        {"authorization": f"bearer  {KEY}"},
        {"Authorization": f"Token {KEY}"},
        {"api-key": KEY},
        {"xi-api-key": KEY},
        {"x-api-key": KEY},
        {"Authorization": "Basic abc", "x-api-key": KEY},
        {"Authorization": f"Bearer {KEY}", "Origin": PAGE, "Host": "elsewhere.example"},
    ],
)
def test_a_key_opens(keyed: Served, fields: dict[str, str]) -> None:
    assert keyed.client.post(SPEECH, json=HI, headers=fields).status_code == 200


@pytest.mark.parametrize(
    "fields",
    [
        [],
        ["Authorization:"],
        ["Authorization: Bearer"],
        ["Authorization: Bearer "],
        [f"Authorization: {KEY}"],
        [f"Authorization: Basic {KEY}"],
        [f"Authorization: Bearer {KEY}x"],
        [f"Authorization: Bearer {KEY[:-1]}"],
        [f"Authorization: Bearer {KEY.upper()}"],
        [f"Authorization: Bearer {KEY}, Bearer another-key-2"],
        ["Authorization: Bearer \xe9\xff"],
        [f"Authorization: Bearer {'x' * 60_000}"],
        ["Authorization: Bearer wrong", f"x-api-key: {KEY}"],
        ["api-key: "],
        ["api-key: wrong"],
        [f"Cookie: api-key={KEY}"],
    ],
    ids=lambda fields: ascii(fields)[:40],
)
def test_anything_else_does_not(keyed: Served, fields: list[str]) -> None:
    answer = exchange(keyed, whole(BODY, *fields))
    assert answer.status == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert is_error(answer.body)
    assert KEY.encode() not in answer.body


def test_a_key_in_the_address_does_not_open(keyed: Served) -> None:
    answer = keyed.client.post(f"{SPEECH}?api_key={KEY}&key={KEY}", json=HI)
    assert answer.status_code == 401


@pytest.mark.parametrize("path", [*LISTS, "/health", "/openapi.json"])
def test_lists_are_open(keyed: Served, path: str) -> None:
    assert keyed.client.get(path).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        *("/metrics", "/v1/download/x", SPEECH, "/dev/phonemize", "/nothing", "//health"),
        *("/healthx", "/health/", "/%6detrics", "/v1/models/../audio/speech/../../metrics/.."),
    ],
)
def test_the_rest_is_not(keyed: Served, path: str) -> None:
    answer = exchange(keyed, head("Connection: close", line=f"GET {path} HTTP/1.1"))
    assert answer.status in (401, 404)
    assert answer.status == 401 or "/v1/models/.." in path


@pytest.mark.parametrize("path", [*LISTS, SPEECH, "/v1/audio/voices/combine"])
def test_what_is_open_can_only_be_read(keyed: Served, path: str) -> None:
    assert keyed.client.post(path, json=HI).status_code == 401


def test_lists_can_need_a_key_too(serve: Serve) -> None:
    with serve(keys=(KEY,), private_lists=True) as served:
        for path in [*LISTS, "/openapi.json"]:
            assert served.client.get(path).status_code == 401
            assert served.client.get(path, headers={"api-key": KEY}).status_code == 200
        assert served.client.get("/health").status_code == 200


def test_a_file_can_have_the_keys(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "keys.txt").write_text(f"# Ours\n{KEY}\n")
    with serve(key_file=tmp_path / "keys.txt") as served:
        assert served.speech().status_code == 401
        answer = served.client.post(SPEECH, json=HI, headers={"Authorization": f"Bearer {KEY}"})
        assert answer.status_code == 200


# Hosts and origins


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.0.0.1:1", "127.9.9.9", "localhost", "LOCALHOST:8880", "localhost."),
        *("[::1]", "[::1]:8880", ""),
    ],
)
def test_a_server_without_keys_answers_to_this_machines_names(served: Served, host: str) -> None:
    answer = exchange(served, head("Connection: close", line="GET /v1/models HTTP/1.1", host=host))
    assert answer.status == 200


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:8880", "127.0.0.1.evil.example", "localhost.evil.example"),
        *("127.0.0.1@evil.example", "evil.example@127.0.0.1", "127.0.0.1/evil.example"),
        *("evil.example#127.0.0.1", "evil.example?localhost", "localhost,evil.example"),
        *("0.0.0.0", "0", "127.1", "2130706433", "[::]", "[evil]", "[::1", "::1]", "a b", "\xe9"),
        *("localhost:abc", "127.0.0.1:999999", "[fe80::1%25lo]", "xn--e1a", "\\\\evil", "..", "."),
    ],
)
def test_it_answers_to_no_other_name(served: Served, host: str) -> None:
    # A page's own name may point to this machine: DNS rebinding.
    answer = exchange(served, head("Connection: close", line="GET /v1/models HTTP/1.1", host=host))
    assert answer.status == 403
    assert is_error(answer.body)


@pytest.mark.parametrize(
    "host", ["speech.lan", "SPEECH.LAN:80", "speech.lan.", "192.0.2.7", "[2001:db8::1]:8880"]
)
def test_its_owner_can_give_it_other_names(paged: Served, host: str) -> None:
    answer = exchange(paged, head("Connection: close", line="GET /v1/models HTTP/1.1", host=host))
    assert answer.status == 200


@pytest.mark.parametrize(
    "origin",
    [
        *("null", "http://evil.example", "https://evil.example", "HTTP://EVIL.EXAMPLE", "http://"),
        *("http://127.0.0.1:1", "http://localhost", "http://[", "https://page.example.evil"),
        *("http://user@127.0.0.1", "https://page.example/", "https://page.example:444"),
    ],
)
def test_other_sites_pages_may_not_speak(served: Served, paged: Served, origin: str) -> None:
    for each in (served, paged):
        answer = exchange(each, whole(BODY, f"Origin: {origin}"))
        assert answer.status == 403
        assert "access-control-allow-origin" not in answer.headers
        assert is_error(answer.body)


def test_its_own_page_and_programs_may(served: Served) -> None:
    own = served.url.rstrip("/")
    for origin in (own, "chrome-extension://abc", "app://obsidian.md"):
        assert served.client.post(SPEECH, json=HI, headers={"Origin": origin}).status_code == 200


@pytest.mark.parametrize("forwarded", ["X-Forwarded-Host", "Forwarded", "X-Original-Host"])
def test_a_forwarded_name_counts_for_nothing(served: Served, forwarded: str) -> None:
    good = exchange(served, whole(BODY, f"{forwarded}: evil.example"))
    bad = exchange(served, whole(BODY, f"{forwarded}: 127.0.0.1", host="evil.example"))
    assert (good.status, bad.status) == (200, 403)


def test_pages_of_an_allowed_origin_may_speak_and_read_errors(paged: Served) -> None:
    fields = {"Origin": PAGE}
    asked = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
        "Access-Control-Request-Private-Network": "true",
    }
    before = paged.client.options(SPEECH, headers=fields | asked)
    assert before.status_code == 200
    assert before.headers["access-control-allow-private-network"] == "true"
    for body, status in ((BODY, 200), (b"x", 400), (b" " * 2_000_000, 413)):
        answer = exchange(paged, whole(body, f"Origin: {PAGE}"))
        assert answer.status == status
        assert answer.headers["access-control-allow-origin"] == PAGE
        assert "X-Request-Id" in answer.headers["access-control-expose-headers"]


def test_the_preflight_of_another_is_refused(served: Served, paged: Served) -> None:
    fields = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for each in (served, paged):
        answer = each.client.options(SPEECH, headers=fields)
        assert answer.status_code in (400, 405)
        assert "access-control-allow-origin" not in answer.headers


def test_all_pages_can_be_let_in(serve: Serve) -> None:
    with serve(cors=("*", PAGE)) as served:
        for origin in ("https://any.example", "null"):
            fields = {"Origin": origin, "Host": "any.example"}
            answer = served.client.post(SPEECH, json=HI, headers=fields)
            assert answer.status_code == 200
            assert answer.headers["access-control-allow-origin"] == "*"
            assert "access-control-allow-credentials" not in answer.headers


def test_a_page_learns_that_it_needs_a_key(serve: Serve) -> None:
    with serve(keys=(KEY,), cors=(PAGE,)) as served:
        answer = served.client.post(SPEECH, json=HI, headers={"Origin": PAGE})
        assert answer.status_code == 401
        assert answer.headers["access-control-allow-origin"] == PAGE


# Sizes and times


def test_the_largest_text_fits_however_it_is_written(serve: Serve) -> None:
    with serve(max_input=1000) as served:
        text = "".join(f"\\u{0xD83D:04x}\\u{0xDE00:04x}" for _ in range(999))
        answer = exchange(served, whole(f'{{"input": "a{text}"}}'.encode()))
        assert answer.status == 200
        answer = served.speech("a" * 1001)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "too_long")
        answer = served.speech("a" * 100_000)
        assert answer.status_code == 413
        assert answer.headers["connection"] == "close"
        assert is_error(answer.content)


@pytest.mark.parametrize(
    "sent",
    [
        head("Content-Length: 100"),
        head("Content-Length: 100") + b'{"input"',
        head("Transfer-Encoding: chunked") + b"5\r\n12345\r\n",
        head("Transfer-Encoding: chunked") + b"ffffffffffff\r\n12345",
    ],
)
def test_a_body_that_stops_is_given_up(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr("kokoro_cli.server.gate._BODY_SECONDS", 0.3)
    with serve() as served, connect(served) as peer:
        peer.sendall(sent)
        answer = read(peer)
        assert (answer.status, answer.headers["connection"]) == (408, "close")
        assert is_error(answer.body)
        assert peer.recv(1) == b""


def test_so_is_one_that_comes_a_byte_at_a_time(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kokoro_cli.server.gate._BODY_SECONDS", 0.5)
    with serve() as served, connect(served) as peer:
        peer.sendall(head("Content-Length: 100000"))
        peer.setblocking(False)
        end = time.monotonic() + PATIENCE_SECONDS
        got = b""
        while not got and time.monotonic() < end:
            peer.send(b" ")
            time.sleep(0.05)
            try:
                got = peer.recv(100)
            except BlockingIOError:
                continue
        assert got.startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("sent", [b"", b"POST /v1/aud", head()[:-2], head()[:-2] + b"X-More: "])
def test_a_head_that_stops_is_given_up(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr("kokoro_cli.server.run._HEADER_SECONDS", 0.3)
    with serve() as served:
        with connect(served) as peer:
            peer.sendall(sent)
            assert read(peer).status == 408
        with connect(served) as peer:  # So is that of a second request.
            peer.sendall(head(line="GET /health HTTP/1.1"))
            assert read(peer).status == 200
            peer.sendall(b"POST /")
            assert read(peer).status == 408


def test_a_client_that_takes_nothing_is_left(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("kokoro_cli.server.run._STALL_SECONDS", 0.5)
    with serve() as served, socket.socket() as peer, caplog.at_level(logging.CRITICAL):
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        peer.connect((served.client.base_url.host, served.client.base_url.port))
        text = b"Hello there. " * 500
        peer.sendall(
            whole(b'{"input": "%s", "response_format": "pcm", "sample_rate": 192000}' % text)
        )
        end = time.monotonic() + PATIENCE_SECONDS
        while served.service.queue.is_idle and time.monotonic() < end:
            time.sleep(0.02)
        while not served.service.queue.is_idle and time.monotonic() < end:
            time.sleep(0.02)
        assert served.service.queue.is_idle
        assert served.speech("Others are served.").status_code == 200


def test_a_request_has_an_end(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(max_seconds=0.5) as served:
        served.client.get("/v1/models")
        monkeypatch.setattr(served.service, "_plan", lambda _: time.sleep(1.5))
        answer = served.speech()
        assert answer.status_code == 504
        assert "0.5 s" in answer.json()["error"]["message"]


# Names of requests, and the base path


@pytest.mark.parametrize("name", ["req-1", "a.b:c_d-E", "x" * 128])
def test_a_request_keeps_its_name(served: Served, name: str) -> None:
    answer = served.client.get("/health", headers={"X-Request-Id": name})
    assert answer.headers["x-request-id"] == name


@pytest.mark.parametrize(
    "name", ["", "a b", "x" * 129, "../..", "<script>", "a;b", "${jndi:x}", "\xe9", "a\tb"]
)
def test_or_gets_another(served: Served, name: str) -> None:
    fields = ("Connection: close", f"X-Request-Id: {name}")
    answer = exchange(served, head(*fields, line="GET /health HTTP/1.1"))
    assert answer.headers["x-request-id"].startswith("req_")


def test_refusals_have_names_too(keyed: Served) -> None:
    names = {keyed.speech().headers["x-request-id"] for _ in range(3)}
    assert len(names) == 3


@pytest.mark.parametrize("prefix", ["", "/kokoro"])
def test_the_base_path_may_be_there_or_not(paged: Served, prefix: str) -> None:
    with connect(paged) as peer:
        peer.sendall(whole(BODY, line=f"POST {prefix}{SPEECH} HTTP/1.1"))
        assert read(peer).status == 200
    for path in ("/", "/health", "/v1/models"):
        answer = exchange(paged, head("Connection: close", line=f"GET {prefix}{path} HTTP/1.1"))
        assert answer.status == 200
    answer = exchange(paged, head("Connection: close", line=f"GET {prefix}/openapi.json HTTP/1.1"))
    assert b'"servers":[{"url":"/kokoro"}]' in answer.body


@pytest.mark.parametrize(
    "path", ["/kokorohealth", "/kokoro/kokoro/metrics", "/kokoro//metrics", "/kokoro/metrics"]
)
def test_the_base_path_opens_nothing(serve: Serve, path: str) -> None:
    with serve(keys=(KEY,), base_path="/kokoro") as served:
        answer = exchange(served, head("Connection: close", line=f"GET {path} HTTP/1.1"))
        assert answer.status == 401
        answer = exchange(served, head("Connection: close", line="GET /kokoro/health HTTP/1.1"))
        assert answer.status == 200


def test_answers_are_not_guessed_at(served: Served) -> None:
    assert served.speech().headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("ends", [b"\r\n", b""], ids=["many", "one"])
def test_headers_have_a_limit(serve: Serve, ends: bytes) -> None:
    with serve() as served, connect(served) as peer:
        peer.sendall(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        peer.sendall((b"X-Long: " + b"a" * 1000 + ends) * 80)
        assert read(peer).status in (400, 431)
        assert served.client.get("/health").status_code == 200
