"""Asterisk's AudioSocket: calls that hear a speech, and what no Asterisk sends."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import numpy as np
import pytest

from kokoro_cli.server import audiosocket
from kokoro_cli.server.asked import Asked
from kokoro_cli.server.audiosocket import FRAME_BYTES, HANG_UP, NUMBER, SOUND, frame
from kokoro_cli.server.calls import KEPT_SECONDS, Calls
from kokoro_cli.server.queue import FullError
from kokoro_cli.server.service import Part
from kokoro_cli.sinks.formats import Encoding
from kokoro_cli.speaker.request import SpeechRequest
from tests.server.conftest import Serve
from tests.server.holding import eventually, holding
from tests.server.serving import PATIENCE_SECONDS, Served, serving

TEXT = "Hello there. It is late."
CALLER = frame(SOUND, b"\x55" * FRAME_BYTES)
DTMF = frame(0x03, b"5")


@pytest.fixture(scope="module")
def served(cache: Path) -> Iterator[Served]:
    with serving(cache, audiosocket_port=0) as found:
        yield found


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second of a call takes a twentieth of it."""
    monkeypatch.setattr(audiosocket, "FRAME_SECONDS", 0.001)


def connect(served: Served) -> socket.socket:
    found = urlsplit(served.running.addresses["audiosocket"])
    return socket.create_connection((found.hostname, found.port), timeout=PATIENCE_SECONDS)


def registered(served: Served, text: str = TEXT, **fields: object) -> UUID:
    answer = served.client.post("/v1/audio/calls", json={"input": text, **fields})
    assert answer.status_code == 200, answer.text
    assert answer.json()["kept_seconds"] == KEPT_SECONDS
    return UUID(answer.json()["uuid"])


def hello(number: UUID) -> bytes:
    return frame(NUMBER, number.bytes)


def received(peer: socket.socket) -> bytes:
    found = b""
    try:
        while part := peer.recv(65536):
            found += part
    except ConnectionResetError:
        pass
    return found


def frames(data: bytes) -> Iterator[tuple[int, bytes]]:
    while data:
        size = int.from_bytes(data[1:3], "big")
        yield data[0], data[3 : 3 + size]
        assert len(data) >= 3 + size
        data = data[3 + size :]


def sound(data: bytes) -> bytes:
    """Return the sound of a call that went as it should."""
    *said, last = frames(data)
    assert last == (HANG_UP, b"")
    assert all(kind == SOUND and len(payload) == FRAME_BYTES for kind, payload in said)
    return b"".join(payload for _, payload in said)


def sounding(data: bytes) -> bytes:
    """Return the samples that are not silence: how much of that there is depends on the machine."""
    samples = np.frombuffer(data, "<i2")
    found: bytes = samples[samples != 0].tobytes()
    return found


def call(served: Served, number: UUID, *more: bytes) -> bytes:
    with connect(served) as peer:
        peer.sendall(hello(number) + b"".join(more))
        return sounding(sound(received(peer)))


def test_a_call_hears_what_http_answers_at_8_khz(served: Served, soon: None) -> None:
    heard = call(served, registered(served, voice="af_bella"), CALLER, DTMF, CALLER)
    over_http = served.speech(TEXT, voice="af_bella", response_format="pcm", sample_rate=8000)
    assert heard == sounding(over_http.content)


def test_a_speech_can_be_heard_again(served: Served, soon: None) -> None:
    number = registered(served)
    assert call(served, number) == call(served, number)


def test_many_calls_hear_their_own(served: Served, soon: None) -> None:
    said = ["Hello there.", "It is late, and the last train has left.", "Good morning to you all."]
    expected = [call(served, registered(served, text)) for text in said]

    async def one(number: UUID) -> bytes:
        return await asyncio.to_thread(call, served, number)

    async def at_once() -> list[bytes]:
        return await asyncio.gather(*(one(registered(served, said[n % 3])) for n in range(12)))

    heard = asyncio.run(at_once())
    assert heard == [expected[n % 3] for n in range(12)]


def test_frames_keep_to_the_clock(served: Served) -> None:
    """Never faster than they are heard; how much later is the machine's."""
    with connect(served) as peer:
        begun = time.monotonic()
        peer.sendall(hello(registered(served)))
        heard = sound(received(peer))
        took = time.monotonic() - begun
    assert took >= len(heard) / 16_000


def test_silence_is_sent_until_the_speech_is_made(serve: Serve, soon: None) -> None:
    with serve(audiosocket_port=0, store=False) as served, holding() as held:
        with connect(served) as peer:
            peer.sendall(hello(registered(served)))
            held.wait()
            first = peer.makefile("rb").read(10 * (3 + FRAME_BYTES))
            assert first == frame(SOUND, bytes(FRAME_BYTES)) * 10
            held.speak()
            heard = np.frombuffer(sound(received(peer)), "<i2")
        assert heard.any()


# What can't be registered


@pytest.mark.parametrize(
    "fields, code",
    [
        ({"input": " "}, "nothing_to_speak"),
        ({}, "missing"),
        ({"input": "Hello.", "voice": "nobody"}, "voice_not_found"),
        ({"input": "Hello.", "speed": 9}, "invalid_value"),
        ({"input": "x" * 100_001}, "too_long"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_no_call_could_hear_is_refused(
    served: Served, fields: dict[str, object], code: str
) -> None:
    answer = served.client.post("/v1/audio/calls", json=fields)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == code


def test_the_short_name_of_the_text_works_too(served: Served) -> None:
    assert served.client.post("/v1/audio/calls", json={"text": "Hello."}).status_code == 200


def test_a_form_works_too(served: Served, soon: None) -> None:
    """As Asterisk's function CURL sends it."""
    form = {"input": "Grüß Gott, it is late & cold.", "voice": "af_bella", "speed": "1.5"}
    answer = served.client.post("/v1/audio/calls", data=form)
    assert answer.status_code == 200, answer.text
    number = registered(served, form["input"], voice="af_bella", speed=1.5)
    assert call(served, UUID(answer.json()["uuid"])) == call(served, number)


@pytest.mark.parametrize(
    "form, code",
    [
        (b"input=%ff", "invalid_form"),
        ("input=ü".encode(), "invalid_form"),
        (b"&".join([b"a=1"] * 200), "invalid_form"),
        (b"voice=af_bella", "missing"),
        (b"input=Hello&speed=fast", "invalid_value"),
        (b"", "missing"),
    ],
    ids=str,
)
def test_a_form_that_cannot_be_read_is_refused(served: Served, form: bytes, code: str) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    answer = served.client.post("/v1/audio/calls", content=form, headers=kind)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == code


def test_a_server_without_the_port_keeps_no_speeches(serve: Serve) -> None:
    with serve() as served:
        answer = served.client.post("/v1/audio/calls", json={"input": "Hello."})
        assert answer.status_code == 404
        assert "a port for AudioSocket" in answer.json()["error"]["message"]


def asked(text: str = "Hello.") -> Asked:
    return Asked((Part(text, SpeechRequest()),), Encoding("pcm", 8000))


def test_speeches_are_kept_for_a_while_after_their_last_call() -> None:
    now = [0.0]
    calls = Calls(lambda: now[0])
    number = calls.register(asked())
    now[0] = KEPT_SECONDS - 1
    assert calls.find(number)
    now[0] += KEPT_SECONDS - 1
    assert calls.find(number)
    now[0] += KEPT_SECONDS
    assert calls.find(number) is None
    assert calls.find(uuid4()) is None


@pytest.mark.parametrize("text, fits", [("Hello.", 1000), ("x" * 100_000, 100)])
def test_only_so_many_speeches_are_kept(text: str, fits: int) -> None:
    now = [0.0]
    calls = Calls(lambda: now[0])
    for _ in range(fits):
        calls.register(asked(text))
    with pytest.raises(FullError) as raised:
        calls.register(asked(text))
    assert raised.value.retry_seconds == KEPT_SECONDS
    now[0] = KEPT_SECONDS
    calls.register(asked(text))


# What no Asterisk sends


@pytest.mark.parametrize(
    "data",
    [
        hello(uuid4()),
        frame(NUMBER, b"short"),
        frame(NUMBER),
        frame(HANG_UP),
        CALLER,
        b"GET / HTTP/1.1\r\n\r\n" * 4000,
    ],
    ids=["unknown", "short", "empty", "hangup", "sound", "http"],
)
def test_who_says_no_number_that_is_kept_is_hung_up(
    served: Served, data: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "kokoro"), connect(served) as peer:
        peer.sendall(data)
        assert received(peer) == frame(HANG_UP)
    assert "A call was hung up" in caplog.text


def test_who_says_nothing_is_dropped(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audiosocket, "_NUMBER_SECONDS", 0.1)
    with serve(audiosocket_port=0) as served, connect(served) as peer:
        assert received(peer) == b""


@pytest.mark.parametrize("data", [b"", b"\x01", b"\x01\x00\x10half", b"\x10\xff\xff" + bytes(99)])
@pytest.mark.parametrize("is_known", [False, True])
def test_a_call_may_end_at_any_moment(served: Served, data: bytes, is_known: bool) -> None:
    first = hello(registered(served)) if is_known else b""
    with connect(served) as peer:
        peer.sendall(first + data)
        if first:
            assert peer.recv(1)
    eventually(lambda: served.service.queue.is_idle)


@pytest.mark.parametrize("last", [frame(HANG_UP), frame(0xFF, b"\x02")], ids=["hangup", "error"])
def test_a_hang_up_ends_the_speech(serve: Serve, last: bytes) -> None:
    with (
        serve(audiosocket_port=0, store=False) as served,
        holding() as held,
        connect(served) as peer,
    ):
        peer.sendall(hello(registered(served, TEXT * 20)))
        held.wait()
        peer.sendall(CALLER + last)
        cancelled = served.service.figures.cancelled._value
        eventually(lambda: cancelled.get() == 1)
        assert list(frames(received(peer)))[-1] == (HANG_UP, b"")


def test_every_kind_of_frame_is_passed_over(served: Served, soon: None) -> None:
    others = [frame(kind, bytes(7)) for kind in range(256) if kind not in (HANG_UP, 0xFF)]
    huge = frame(0x18, bytes(65_535))
    assert call(served, registered(served), *others, huge)


def test_a_call_that_never_reads_is_dropped(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, soon: None
) -> None:
    monkeypatch.setattr("kokoro_cli.server.sockets._STALL_SECONDS", 0.3)
    monkeypatch.setattr(audiosocket, "FRAME_SECONDS", 0.0)
    with serve(audiosocket_port=0) as served:
        found = urlsplit(served.running.addresses["audiosocket"])
        with socket.socket() as peer:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            peer.connect((found.hostname, found.port))
            peer.sendall(hello(registered(served, TEXT * 1000)))
            cancelled = served.service.figures.cancelled._value
            eventually(lambda: cancelled.get() == 1)
        eventually(lambda: served.service.queue.is_idle)


# When it can't be spoken, and at the server's end


def test_what_fails_hangs_up_and_is_logged(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    with (
        serve(audiosocket_port=0, store=False, max_seconds=0.3) as served,
        holding(),
        connect(served) as peer,
    ):
        number = registered(served)
        peer.sendall(hello(number))
        *_, last = frames(received(peer))
        assert last == (HANG_UP, b"")
    assert "it took longer than 0.3 s" in caplog.text


def test_a_call_goes_on_when_the_server_stops(serve: Serve) -> None:
    with serve(audiosocket_port=0, store=False) as served, connect(served) as peer:
        expected = served.speech(TEXT, response_format="pcm", sample_rate=8000).content
        peer.sendall(hello(registered(served)))
        assert peer.recv(1, socket.MSG_PEEK)
        served.running.stop()
        assert sounding(sound(received(peer))) == sounding(expected)


def test_a_call_that_is_too_long_is_broken_off(serve: Serve) -> None:
    with (
        serve(audiosocket_port=0, store=False, drain_seconds=0.1) as served,
        connect(served) as peer,
    ):
        peer.sendall(hello(registered(served, TEXT * 100)))
        assert peer.recv(1, socket.MSG_PEEK)
        served.running.stop()
        assert len(received(peer)) < 10 * 16_000
