"""Home Assistant's protocol, asked with its own client, and with what no client sends."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.event import Event
from wyoming.info import Describe, Info
from wyoming.ping import Ping, Pong
from wyoming.tts import Synthesize, SynthesizeVoice

from kokoro_cli.kokoro82m import SAMPLE_RATE
from tests.server.conftest import Serve
from tests.server.heard import assert_heard, letters, samples
from tests.server.holding import eventually, holding
from tests.server.serving import PATIENCE_SECONDS, Served, serving

TEXT = "Hello there. It is late, and the last train leaves soon."


@pytest.fixture(scope="module")
def served(cache: Path) -> Iterator[Served]:
    with serving(cache, wyoming_port=0) as found:
        yield found


def place(served: Served) -> tuple[str, int]:
    found = urlsplit(served.running.addresses["wyoming"])
    assert found.hostname and found.port
    return found.hostname, found.port


def connect(served: Served) -> socket.socket:
    return socket.create_connection(place(served), timeout=PATIENCE_SECONDS)


def line(type_: str, data: dict[str, Any] | None = None, **more: Any) -> bytes:
    return json.dumps({"type": type_, "data": data or {}, **more}).encode() + b"\n"


def received(peer: socket.socket) -> bytes:
    found = b""
    try:
        while part := peer.recv(65536):
            found += part
    except ConnectionResetError:
        pass
    return found


def talk(served: Served, *said: Event, until: str) -> list[Event]:
    """Send events, and return those that come up to one of a type, or to the end."""

    async def work() -> list[Event]:
        heard = []
        async with AsyncTcpClient(*place(served), read_timeout=PATIENCE_SECONDS) as client:
            for event in said:
                await client.write_event(event)
            while event := await client.read_event():
                heard.append(event)
                if event.type == until:
                    break
        return heard

    return asyncio.run(work())


def say(text: str = TEXT, **voice: str | None) -> Event:
    return Synthesize(text, SynthesizeVoice(**voice) if voice else None).event()


def sound(heard: list[Event]) -> np.ndarray:
    """Return the samples of an answer that is as it should be."""
    assert heard[0].type == "audio-start"
    assert AudioStart.from_event(heard[0]) == AudioStart(SAMPLE_RATE, 2, 1, timestamp=0)
    assert {event.type for event in heard[1:-1]} == {"audio-chunk"}
    chunks = [AudioChunk.from_event(event) for event in heard[1:-1]]
    at = 0
    for chunk in chunks:
        assert (chunk.rate, chunk.width, chunk.channels) == (SAMPLE_RATE, 2, 1)
        assert chunk.timestamp == 1000 * at // SAMPLE_RATE
        at += chunk.samples
    assert AudioStop.from_event(heard[-1]).timestamp == 1000 * at // SAMPLE_RATE
    data = b"".join(chunk.audio for chunk in chunks)
    return np.frombuffer(data, "<i2").astype(np.float32) / 32768


def error(served: Served, *said: Event) -> tuple[str, str]:
    """Return code and text of the error after which the server ends the connection."""
    heard = talk(served, *said, until="nothing")
    assert heard[-1].type == "error", heard
    return heard[-1].data["code"], heard[-1].data["text"]


# As a client does


def test_it_says_what_there_is(served: Served) -> None:
    (event,) = talk(served, Describe().event(), until="info")
    (program,) = Info.from_event(event).tts
    names = [voice.name for voice in program.voices]
    assert names[0] == "af_heart"
    assert sorted(names) == sorted(served.service.speaker.book.names())
    assert all(voice.installed and voice.version for voice in program.voices)
    tags = {voice.name: voice.languages for voice in program.voices}
    assert (tags["af_heart"], tags["bf_emma"], tags["ef_dora"]) == (["en-US"], ["en-GB"], ["es"])
    assert program.attribution.url.startswith("https://")


def test_it_answers_a_ping(served: Served) -> None:
    (event,) = talk(served, Ping("are you there?").event(), until="pong")
    assert Pong.from_event(event).text == "are you there?"


@pytest.mark.parametrize(
    "voice, same",
    [
        ({}, {}),
        ({"name": "af_bella"}, {"voice": "af_bella"}),
        ({"name": "alloy"}, {"voice": "af_alloy"}),
        ({"name": "af_bella(2)+af_sky(1)"}, {"voice": "af_bella(2)+af_sky(1)"}),
        ({"language": "en_GB"}, {"lang_code": "b"}),
        ({"language": "en-US"}, {"lang_code": "a"}),
    ],
    ids=str,
)
def test_it_speaks_as_the_server_does_over_http(
    served: Served, voice: dict[str, str], same: dict[str, str]
) -> None:
    found = sound(talk(served, say(**voice), until="audio-stop"))
    over_http = served.speech(TEXT, response_format="pcm", **same).content
    assert (found * 32768).astype("<i2").tobytes() == over_http
    if not voice:
        assert_heard(
            found,
            letters(served.service, TEXT),
            samples(served.service, TEXT, live=True),
            "pcm",
        )


def test_several_texts_are_answered_in_turn(served: Served) -> None:
    async def work() -> list[Event]:
        heard: list[Event] = []
        async with AsyncTcpClient(*place(served), read_timeout=PATIENCE_SECONDS) as client:
            for text in ("One.", "Two words.", "Three more words."):
                await client.write_event(say(text))
            while sum(event.type == "audio-stop" for event in heard) < 3:
                event = await client.read_event()
                assert event
                heard.append(event)
        return heard

    heard = asyncio.run(work())
    ends = [index + 1 for index, event in enumerate(heard) if event.type == "audio-stop"]
    parts = [heard[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    lengths = [len(sound(part)) for part in parts]
    assert lengths == sorted(lengths)


def test_many_are_served_at_once(served: Served) -> None:
    async def one(index: int) -> bytes:
        async with AsyncTcpClient(*place(served), read_timeout=PATIENCE_SECONDS) as client:
            await client.write_event(say(TEXT))
            heard = []
            while event := await client.read_event():
                heard.append(event)
                if event.type == "audio-stop":
                    break
        return sound(heard).tobytes()

    async def all_of_them() -> set[bytes]:
        return set(await asyncio.gather(*map(one, range(24))))

    assert len(asyncio.run(all_of_them())) == 1


# What can't be served


@pytest.mark.parametrize(
    "event, code, text",
    [
        (say(name="nobody"), "voice_not_found", "nobody"),
        (say(name="x" * 2000), "voice_not_found", "too long"),
        (say(name="af_heart", speaker="two"), "voice_not_found", "speaker"),
        (say(language="tlh"), "invalid_value", "tlh"),
        (say(" "), "nothing_to_speak", ""),
        (say("x" * 100_001), "too_long", "100,000"),
        (Event("synthesize"), "invalid_value", "'text'"),
        (Event("synthesize", {"text": 5}), "invalid_value", "'text'"),
        (Event("synthesize", {"text": "Hello.", "voice": "af_heart"}), "invalid_value", "voice"),
        (Event("synthesize", {"text": "Hello.", "voice": {"name": 3}}), "invalid_value", "'name'"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_cannot_be_spoken_is_an_error_and_the_end(
    served: Served, event: Event, code: str, text: str
) -> None:
    found, message = error(served, event)
    assert found == code
    assert text in message


def test_a_full_queue_is_an_error(serve: Serve) -> None:
    with serve(wyoming_port=0, store=False, queue=1) as served, holding() as held:
        with connect(served) as first:
            first.sendall(line("synthesize", {"text": TEXT}))
            held.wait()
            assert error(served, say())[0] == "queue_full"
            held.speak()
        eventually(lambda: served.service.queue.is_idle)


def test_more_texts_than_may_wait_are_an_error(serve: Serve) -> None:
    with serve(wyoming_port=0, store=False) as served, holding():
        assert error(served, *[say()] * 20)[0] == "queue_full"


def test_what_takes_too_long_is_an_error(serve: Serve) -> None:
    with serve(wyoming_port=0, store=False, max_seconds=0.2) as served, holding():
        code, message = error(served, say())
        assert (code, message) == ("server_error", "It took longer than 0.2 s.")
