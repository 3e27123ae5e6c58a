"""The stream, with a reader and an engine of exact lengths."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from kokoro_cli import synthesis
from kokoro_cli.errors import SpeechError, UsageError
from kokoro_cli.pauses import Gaps
from kokoro_cli.types import Chunk, Losses, SynthesisOptions, Word
from tests.fakes import Letters, ToneEngine, even_gaps, letters_stage, style

OPTIONS = SynthesisOptions(voice="af_heart", language="a")
RATE = 24_000


def speak(text: str, engine: ToneEngine, options: SynthesisOptions = OPTIONS) -> list[Any]:
    stream = synthesis.chunks(text, letters_stage(), options, Losses())
    return list(synthesis.speak(stream, engine, style, options))


def checked(text: str, *, strict: bool = False) -> Iterator[Chunk]:
    losses = Losses()
    stream = synthesis.chunks(text, letters_stage(), OPTIONS, losses)
    return synthesis.checked(stream, losses, strict=strict)


def test_everything_in_order_with_the_gap_between(tone_engine: ToneEngine) -> None:
    utterances = speak("aaa bbb.\n\nccc.\n\nddd.", tone_engine)
    assert [u.chunk.text for u in utterances] == ["aaa bbb.", "ccc.", "ddd."]
    assert [u.chunk.index for u in utterances] == [0, 1, 2]
    assert [u.chunk.line for u in utterances] == [1, 3, 5]
    sound = np.concatenate([u.samples for u in utterances])
    loud = np.flatnonzero(np.abs(sound) > 0.005)
    silences = np.diff(loud)[np.diff(loud) > 2000]
    np.testing.assert_allclose(silences, 0.4 * RATE, atol=0.02 * RATE)


@pytest.mark.parametrize("gap", [0.0, 0.05, 0.4, 1.5])
def test_the_length_is_what_was_spoken_and_the_gaps(tone_engine: ToneEngine, gap: float) -> None:
    options = SynthesisOptions(voice="af_heart", language="a", gaps=even_gaps(gap))
    utterances = speak("aaa.\n\nbbb.\n\nccc.", tone_engine, options)
    spoken = 3 * 4 * 3 * 600  # Chunks, phonemes, frames, samples.
    guards = (0.03 + min(0.06, gap)) * RATE
    total = sum(len(u.samples) for u in utterances)
    assert abs(total - spoken - 2 * gap * RATE - guards) < 0.02 * RATE


def test_options_reach_the_engine(tone_engine: ToneEngine) -> None:
    options = SynthesisOptions(voice="af_heart", language="a", speed=1.5, seed=9)
    speak("abc.", tone_engine, options)
    assert tone_engine.calls == [("abc.", 1.5, 9)]
    np.testing.assert_array_equal(tone_engine.styles[0], style("af_heart", 4))


def test_the_first_chunk_is_spoken_before_the_last_is_read(tone_engine: ToneEngine) -> None:
    read: list[str] = []

    class Watched(Letters):
        def words(self, text: str) -> list[Word]:
            read.append(text)
            return super().words(text)

    stream = synthesis.chunks("aaa.\n\nbbb.\n\nccc.", letters_stage(Watched()), OPTIONS, Losses())
    next(synthesis.speak(stream, tone_engine, style, OPTIONS))
    assert read == ["aaa."]


def test_what_is_lost_is_told(tone_engine: ToneEngine) -> None:
    losses = Losses()
    parts = list(synthesis.chunks("aaa qqq.\n\n…\n\nbbb.", letters_stage(), OPTIONS, losses))
    assert [p.text for p in parts] == ["aaa qqq.", "bbb."]
    assert [(loss.text, loss.line) for loss in losses.items] == [("qqq.", 1), ("…", 3)]


@pytest.mark.parametrize("text", ["", " \n ", "...", "qqq", "—\n\n!!"])
def test_nothing_to_speak_is_an_error(text: str) -> None:
    with pytest.raises(SpeechError):
        list(checked(text))


def test_strict_fails_before_anything_is_spoken() -> None:
    with pytest.raises(SpeechError, match=r"qq.*1 more"):
        next(checked("aaa.\n\nqq\n\nqqq", strict=True))


@pytest.mark.parametrize(
    "wrong",
    [
        {"speed": 0.49},
        {"speed": 2.01},
        {"speed": float("nan")},
        {"gaps": Gaps(sentence=-0.1)},
        {"gaps": Gaps(sentence=float("inf"))},
        {"gaps": Gaps(paragraph=60.1)},
        {"gaps": Gaps(heading=-1)},
        {"gaps": Gaps(chapter=float("nan"))},
        {"seed": -1},
        {"seed": 2**63},
        {"max_phonemes": 0},
        {"max_phonemes": 511},
    ],
    ids=str,
)
def test_options_out_of_range(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        synthesis.check_options(SynthesisOptions(voice="af_heart", language="a", **wrong))


@pytest.mark.parametrize(
    "right",
    [{"speed": 0.5}, {"speed": 2.0}, {"gaps": even_gaps(0.0)}, {"gaps": even_gaps(60.0)}],
    ids=str,
)
def test_options_in_range(right: dict[str, Any]) -> None:
    synthesis.check_options(SynthesisOptions(voice="af_heart", language="a", **right))
