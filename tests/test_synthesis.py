"""The stream, with a reader and an engine of exact lengths."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_cli import synthesis
from kokoro_cli.errors import SpeechError, UsageError
from kokoro_cli.types import Chunk, Losses, SynthesisOptions, Word
from tests.fakes import Letters, ToneEngine, letters_stage, style

OPTIONS = SynthesisOptions(voice="af_heart", language="a")
RATE = 24_000


def speak(text: str, engine: ToneEngine, options: SynthesisOptions = OPTIONS) -> list[Any]:
    stream = synthesis.chunks(text, letters_stage(), options)
    return list(synthesis.speak(stream, engine, style, options))


def checked(text: str, *, strict: bool = False) -> Iterator[Chunk]:
    reading = letters_stage()
    stream = synthesis.chunks(text, reading, OPTIONS)
    return synthesis.checked(stream, reading.losses, strict=strict)


def test_everything_in_order_with_the_gap_between(tone_engine: ToneEngine) -> None:
    utterances = speak("aaa bbb.\n\nccc.\n\nddd.", tone_engine)
    assert [u.chunk.text for u in utterances] == ["aaa bbb.", "ccc.", "ddd."]
    assert [u.chunk.index for u in utterances] == [0, 1, 2]
    assert [u.chunk.line for u in utterances] == [1, 3, 5]
    sound = np.concatenate([u.block for u in utterances])
    loud = np.flatnonzero(np.abs(sound) > 0.005)
    silences = np.diff(loud)[np.diff(loud) > 2000]
    np.testing.assert_allclose(silences, 0.4 * RATE, atol=0.02 * RATE)


@pytest.mark.parametrize("gap", [0.0, 0.05, 0.4, 1.5])
def test_the_length_is_what_was_spoken_and_the_gaps(tone_engine: ToneEngine, gap: float) -> None:
    options = SynthesisOptions(voice="af_heart", language="a", gap_seconds=gap)
    utterances = speak("aaa.\n\nbbb.\n\nccc.", tone_engine, options)
    spoken = 3 * 4 * 3 * 600  # Chunks, phonemes, frames, samples.
    guards = (0.03 + min(0.06, gap)) * RATE
    total = sum(len(u.block) for u in utterances)
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

    stream = synthesis.chunks("aaa.\n\nbbb.\n\nccc.", letters_stage(Watched()), OPTIONS)
    next(synthesis.speak(stream, tone_engine, style, OPTIONS))
    assert read == ["aaa."]


def test_what_is_lost_is_told(tone_engine: ToneEngine) -> None:
    losses = Losses()
    parts = list(synthesis.chunks("aaa qqq.\n\n…\n\nbbb.", letters_stage(losses=losses), OPTIONS))
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
        {"gap_seconds": -0.1},
        {"gap_seconds": float("inf")},
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


@pytest.mark.parametrize("right", [{"speed": 0.5}, {"speed": 2.0}, {"gap_seconds": 0.0}], ids=str)
def test_options_in_range(right: dict[str, Any]) -> None:
    synthesis.check_options(SynthesisOptions(voice="af_heart", language="a", **right))


def test_ahead_keeps_order_and_works_in_another_thread() -> None:
    threads = set()

    def items() -> Iterator[int]:
        for i in range(20):
            threads.add(threading.current_thread())
            yield i

    assert list(synthesis.ahead(items())) == list(range(20))
    assert threading.current_thread() not in threads


def test_ahead_goes_no_further_than_its_depth() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for i in range(100):
            made.append(i)
            yield i

    stream = synthesis.ahead(items(), depth=2)
    next(stream)
    time.sleep(0.3)
    assert len(made) <= 5


def test_ahead_raises_the_streams_error() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise SpeechError("no")

    stream = synthesis.ahead(items())
    assert next(stream) == 1
    with pytest.raises(SpeechError, match="no"):
        next(stream)


def test_ahead_ends_its_thread_when_the_caller_leaves() -> None:
    def threads() -> set[threading.Thread]:
        return {thread for thread in threading.enumerate() if thread.name == "synthesis"}

    before = threads()
    stream = synthesis.ahead(iter(range(1000)), depth=1)
    next(stream)
    (ours,) = threads() - before
    stream.close()  # type: ignore[attr-defined]
    ours.join(timeout=5)
    assert not ours.is_alive()


# Many at once


def test_windows_keep_the_order() -> None:
    seen: list[list[int]] = []

    def work(window: list[int]) -> list[int]:
        seen.append(window)
        return [10 * item for item in window]

    found = list(synthesis.in_windows(work, range(10), 4, workers=1))
    assert found == [(i, 10 * i) for i in range(10)]
    assert seen == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]


def test_windows_of_nothing() -> None:
    assert list(synthesis.in_windows(lambda window: window, [], 4, workers=1)) == []


def test_windows_are_not_read_far_ahead() -> None:
    read: list[int] = []

    def items() -> Iterator[int]:
        for i in range(100):
            read.append(i)
            yield i

    stream = synthesis.in_windows(lambda window: window, items(), 5, workers=1)
    assert next(stream) == (0, 0)
    assert len(read) <= 15
    for _ in range(10):
        next(stream)
    assert len(read) <= 25


@given(st.dictionaries(st.integers(), st.integers(0, 510), max_size=40), st.integers(1, 9))
def test_like_lengths_are_spoken_together(lengths: dict[int, int], most: int) -> None:
    groups = list(synthesis.alike(lengths, most))
    places = [i for group in groups for i in group]
    assert sorted(places) == sorted(lengths)
    assert [lengths[i] for i in places] == sorted(lengths.values(), reverse=True)
    assert all(len(group) == most for group in groups[:-1])
    assert all(1 <= len(group) <= most for group in groups)


def test_together_is_as_one_by_one(tone_engine: ToneEngine) -> None:
    chunks = [
        Chunk(0, (Word("a", "aaa"),), 1),
        Chunk(1, (), 1, pause_seconds=1.0),
        Chunk(2, (Word("b", "bb"),), 1, voice="af_bella", rate=1.5),
    ]
    alone = [synthesis.render(each, tone_engine, style, OPTIONS) for each in chunks]
    calls = list(tone_engine.calls)
    together = synthesis.render_together(chunks, tone_engine, style, OPTIONS)
    assert tone_engine.calls == [*calls, *calls]
    for a, b in zip(alone, together, strict=True):
        np.testing.assert_array_equal(a.samples, b.samples)
    assert [len(each.samples) for each in together][1] == 0
    assert len(synthesis.render_together(chunks[1:2], tone_engine, style, OPTIONS)) == 1
