"""What a client hears of an answer of the toy model, and how long it should be."""

from __future__ import annotations

import numpy as np
import soxr

from kokoro_cli.kokoro82m import SAMPLE_RATE, SAMPLES_PER_FRAME
from kokoro_cli.server.service import Service
from kokoro_cli.sinks.formats import Encoding
from kokoro_cli.speaker.request import SpeechRequest
from kokoro_cli.text.chunk import StreamLengths
from kokoro_cli.types import Losses
from tests.sinks.decoded import Sound, decoded
from tests.toy_model import FRAMES, MARK_FRAMES, heard_tones, letters_of

GAP = round(0.4 * SAMPLE_RATE)
"""Silence between two chunks, in samples."""

_EDGES = round(0.09 * SAMPLE_RATE)
"""What is kept of the silence at both ends together."""

_SILENT = '"()“” '

MORE = {"mp3": 2_400, "aac": 1_100}
"""Samples at 24 kHz that a decoder may give too many: its delay, and the rest of a frame."""


def sound(data: bytes, format_name: str = "mp3", rate: int = SAMPLE_RATE) -> Sound:
    """Return the sound of a body, at 24 kHz."""
    found = decoded(data, Encoding(format_name, rate))
    made: Sound = found if rate == SAMPLE_RATE else soxr.resample(found, rate, SAMPLE_RATE)
    return made


def letters(service: Service, text: str, **asked: object) -> str:
    """Return what `heard_tones` should hear of a text."""
    return "".join(map(letters_of, chunks(service, text, live=False, **asked)))


def chunks(service: Service, text: str, *, live: bool, **asked: object) -> list[str]:
    """Return the phonemes of the chunks that a text is spoken in."""
    plan = service.speaker.plan(SpeechRequest(**asked))  # type: ignore[arg-type]
    lengths = StreamLengths(service.speaker.stream_lengths().growth) if live else None
    return [each.phonemes for each in plan.chunks(text, Losses(), lengths)]


def samples(service: Service, text: str, *, live: bool = False, **asked: object) -> int:
    """Return how many samples at 24 kHz a text should be heard for, at normal speed."""
    return length(chunks(service, text, live=live, **asked))


def length(found: list[str], gap: int = GAP) -> int:
    """Return the samples of chunks of phonemes, with silence between them."""
    return sum(map(_sounding, found)) + gap * (len(found) - 1) + _EDGES


def _sounding(phonemes: str) -> int:
    """Return the samples from a chunk's first letter to its last."""
    marks = ";:,.!?—…"
    inner = phonemes.strip(marks + _SILENT)
    frames = sum(
        MARK_FRAMES if each in marks else FRAMES if letters_of(each) else FRAMES // 2
        for each in inner
    )
    return frames * SAMPLES_PER_FRAME


def assert_heard(found: Sound, said: str, expected: int, format_name: str = "mp3") -> None:
    """The letters were spoken, for as many samples as expected."""
    assert expected - 4 <= len(found) <= expected + MORE.get(format_name, 4)
    assert heard_tones(found.astype(np.float32)) == said
