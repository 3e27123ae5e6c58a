"""The real model over HTTP, read back by a recogniser."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import soxr

from kokoro_cli.assets.store import Store
from kokoro_cli.bench.recognise import hear, word_errors
from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.sinks.formats import TELEPHONE_RATE, Encoding
from tests.server import test_audiosocket, test_wyoming
from tests.server.serving import Served, serving
from tests.server.test_audiosocket import connect, hello, received, registered
from tests.server.test_wyoming import say
from tests.server.test_wyoming_streaming import streamed, written
from tests.sinks.decoded import decoded

pytestmark = pytest.mark.real

TEXT = "The train leaves at seven in the morning. Please bring your passport and a warm jacket."


@pytest.fixture(scope="module")
def served(real_store: Store) -> Iterator[Served]:
    with serving(real_store.cache, wyoming_port=0, audiosocket_port=0) as found:
        yield found


def spoken(served: Served, form: str, **fields: object) -> tuple[np.ndarray, str]:
    """Return the sound of an answer at 24 kHz, and what was heard in it."""
    answer = served.speech(TEXT, response_format=form, **fields)
    assert answer.status_code == 200, answer.text
    rate = int(answer.headers["x-sample-rate"])
    codec = {"mulaw": "ulaw", "alaw": "alaw"}.get(str(fields.get("encoding")), "pcm")
    sound = decoded(answer.content, Encoding(form, rate, codec=codec))  # type: ignore[arg-type]
    if rate != SAMPLE_RATE:
        sound = soxr.resample(sound, rate, SAMPLE_RATE)
    return sound, hear(sound)


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
@pytest.mark.parametrize("form", ["mp3", "opus", "aac", "flac", "wav", "pcm"])
def test_every_word_is_heard_to_the_last(served: Served, form: str, stream: bool) -> None:
    sound, heard = spoken(served, form, stream=stream)
    whole = served.speech(TEXT, response_format="pcm", stream=False)
    assert len(sound) / SAMPLE_RATE == pytest.approx(len(whole.content) / 48_000, rel=0.1)
    assert word_errors(TEXT, heard) <= 1, heard
    assert "jacket" in heard.lower()


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        ("mp3", {"sample_rate": 8000}),
        ("wav", {"encoding": "mulaw", "stream": False}),
        ("wav", {"encoding": "alaw"}),
        ("pcm", {"encoding": "mulaw"}),
    ],
    ids=str,
)
def test_a_telephone_hears_it(served: Served, form: str, fields: dict[str, object]) -> None:
    _, heard = spoken(served, form, **fields)
    assert word_errors(TEXT, heard) <= 2, heard


def test_home_assistant_hears_it(served: Served) -> None:
    heard = hear(test_wyoming.sound(test_wyoming.talk(served, say(TEXT), until="audio-stop")))
    assert word_errors(TEXT, heard) <= 1, heard


def test_home_assistant_hears_a_text_that_is_being_written(served: Served) -> None:
    words = [f"{word} " for word in TEXT.split()]
    found = test_wyoming.sound(streamed(served, *written(*words)))
    heard = hear(found)
    assert word_errors(TEXT, heard) <= 1, heard


def test_a_call_hears_it(served: Served) -> None:
    with connect(served) as peer:
        peer.sendall(hello(registered(served, TEXT)))
        samples = np.frombuffer(test_audiosocket.sound(received(peer)), "<i2")
    heard = hear(soxr.resample(samples.astype(np.float32) / 32768, TELEPHONE_RATE, SAMPLE_RATE))
    assert word_errors(TEXT, heard) <= 2, heard
