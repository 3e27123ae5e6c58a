"""Home Assistant's protocol with a text that is still being written."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from wyoming.client import AsyncTcpClient
from wyoming.event import Event
from wyoming.tts import (
    SynthesizeChunk,
    SynthesizeStart,
    SynthesizeStop,
    SynthesizeVoice,
)

from tests.server.conftest import Serve
from tests.server.heard import letters
from tests.server.holding import eventually, holding
from tests.server.serving import PATIENCE_SECONDS, Served, serving
from tests.server.test_wyoming import connect, error, line, place, say, sound, talk
from tests.toy_model import heard_tones

SENTENCES = ["Good morning. ", "Dr. Smith is late today. ", "He missed the train, and the bus."]
TEXT = "".join(SENTENCES)


@pytest.fixture(scope="module")
def served(cache: Path) -> Iterator[Served]:
    with serving(cache, wyoming_port=0) as found:
        yield found


def start(**voice: str) -> Event:
    return SynthesizeStart(SynthesizeVoice(**voice) if voice else None).event()


def chunk(text: str) -> Event:
    return SynthesizeChunk(text).event()


STOP = SynthesizeStop().event()


def written(*texts: str) -> list[Event]:
    """Return what Home Assistant sends: the whole again before the end, for older servers."""
    return [start(), *map(chunk, texts), say("".join(texts)), STOP]


def streamed(served: Served, *said: Event) -> list[Event]:
    """Return the sound's events, of an answer that ends as it should."""
    *heard, last = talk(served, *said, until="synthesize-stopped")
    assert last.type == "synthesize-stopped"
    return heard


@pytest.mark.parametrize(
    "texts",
    [
        [TEXT],
        SENTENCES,
        list(TEXT),
        [f"{word} " for word in TEXT.split()],
        ["", TEXT, ""],
        ["😀\n\n", TEXT],
        ["<speak>", TEXT.replace("Dr. Smith", "He"), "</speak>"],
    ],
    ids=["whole", "sentences", "letters", "words", "empty", "silent", "ssml"],
)
def test_it_is_spoken_once_and_whole(served: Served, texts: list[str]) -> None:
    found = sound(streamed(served, *written(*texts)))
    said = TEXT.replace("Dr. Smith", "He") if texts[0] == "<speak>" else TEXT
    assert heard_tones(found) == letters(served.service, said)


def test_a_sentence_is_heard_before_the_next_is_written(served: Served) -> None:
    async def work() -> list[Event]:
        heard: list[Event] = []
        async with AsyncTcpClient(*place(served), read_timeout=PATIENCE_SECONDS) as client:
            await client.write_event(start(name="af_bella"))
            await client.write_event(chunk("Good morning. It is"))
            for _ in range(2):
                event = await client.read_event()
                assert event
                heard.append(event)
            assert [event.type for event in heard] == ["audio-start", "audio-chunk"]
            await client.write_event(chunk(" late."))
            await client.write_event(STOP)
            while event := await client.read_event():
                if event.type == "synthesize-stopped":
                    return heard
                heard.append(event)
        raise AssertionError

    found = sound(asyncio.run(work()))
    assert heard_tones(found) == letters(served.service, "Good morning. It is late.")


def test_a_writer_who_pauses_is_heard(served: Served) -> None:
    async def work() -> str:
        async with AsyncTcpClient(*place(served), read_timeout=PATIENCE_SECONDS) as client:
            await client.write_event(start())
            await client.write_event(chunk("Good morning. "))
            event = await client.read_event()
            assert event
            return event.type

    assert asyncio.run(work()) == "audio-start"


def test_texts_follow_each_other(served: Served) -> None:
    async def work() -> list[str]:
        found = []
        async with AsyncTcpClient(*place(served), read_timeout=PATIENCE_SECONDS) as client:
            for event in [*written("One."), *written("Two."), say("Three.")]:
                await client.write_event(event)
            while found.count("audio-stop") < 3:
                event = await client.read_event()
                assert event
                found.append(event.type)
        return [each for each in found if each != "audio-chunk"]

    once = ["audio-start", "audio-stop"]
    stopped = [*once, "synthesize-stopped"]
    assert asyncio.run(work()) == [*stopped, *stopped, *once]


@pytest.mark.parametrize(
    "said, code",
    [
        ([chunk("Hello.")], "invalid_value"),
        ([STOP], "invalid_value"),
        ([start(), start()], "invalid_value"),
        ([start(), Event("synthesize-chunk")], "invalid_value"),
        ([start(), STOP], "nothing_to_speak"),
        (written(" "), "nothing_to_speak"),
        ([start(name="nobody"), chunk("Good morning. It is late."), STOP], "voice_not_found"),
        ([start(language="tlh")], "invalid_value"),
        ([start(), chunk("x" * 60_000), chunk("x" * 60_000)], "too_long"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_be_spoken_is_an_error_and_the_end(
    served: Served, said: list[Event], code: str
) -> None:
    assert error(served, *said)[0] == code


def test_who_leaves_while_he_writes_is_noticed(serve: Serve) -> None:
    with serve(wyoming_port=0, store=False) as served, holding() as held:
        with connect(served) as peer:
            peer.sendall(line("synthesize-start"))
            peer.sendall(line("synthesize-chunk", {"text": "Good morning. It is late and"}))
            held.wait()
        cancelled = served.service.figures.cancelled._value
        eventually(lambda: cancelled.get() == 1)
        held.speak()
        eventually(lambda: served.service.queue.is_idle)
