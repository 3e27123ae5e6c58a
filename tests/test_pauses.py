"""Silences by what ends there: their order, and what a request leaves open."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_cli import synthesis
from kokoro_cli.batch.request import BOOK_GAPS
from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.pauses import Boundary, Gaps
from kokoro_cli.speaker.request import SpeechRequest
from kokoro_cli.types import Chunk, Rendering, Word

seconds = st.floats(0, 60, allow_subnormal=False)
maybe = st.none() | seconds
requests = st.builds(
    SpeechRequest,
    gap_seconds=seconds,
    paragraph_gap_seconds=maybe,
    heading_gap_seconds=maybe,
    chapter_gap_seconds=maybe,
)
least = st.sampled_from([Gaps(0, 0, 0, 0), BOOK_GAPS])


@given(seconds, least)
def test_a_sentences_gap_alone_makes_no_other_one_shorter(gap: float, least: Gaps) -> None:
    gaps = SpeechRequest(gap_seconds=gap).gaps(least)
    lengths = [gaps.at(boundary) for boundary in Boundary]
    assert lengths == sorted(lengths)
    assert lengths[0] == gap
    assert gaps.chapter == max(gap, least.chapter)


@given(requests, least)
def test_what_is_asked_for_is_taken_and_the_rest_is_no_shorter(
    request: SpeechRequest, least: Gaps
) -> None:
    gaps = request.gaps(least)
    asked = [
        request.gap_seconds,
        request.paragraph_gap_seconds,
        request.heading_gap_seconds,
        request.chapter_gap_seconds,
    ]
    found = [gaps.sentence, gaps.paragraph, gaps.heading, gaps.chapter]
    floor = [0.0, least.paragraph, least.heading, least.chapter]
    for (own, known, bottom), (before, _) in zip(
        list(zip(found, asked, floor, strict=True))[1:], pairwise(found), strict=True
    ):
        assert own == (max(before, bottom) if known is None else known)


@given(requests, requests)
def test_longer_gaps_asked_for_are_longer_everywhere(
    one: SpeechRequest, other: SpeechRequest
) -> None:
    longer = SpeechRequest(
        gap_seconds=max(one.gap_seconds, other.gap_seconds),
        paragraph_gap_seconds=one.paragraph_gap_seconds and one.paragraph_gap_seconds + 1,
        heading_gap_seconds=one.heading_gap_seconds and one.heading_gap_seconds + 1,
        chapter_gap_seconds=one.chapter_gap_seconds and one.chapter_gap_seconds + 1,
    )
    for boundary in Boundary:
        assert longer.gaps().at(boundary) >= one.gaps().at(boundary)


def test_without_a_wish_all_are_alike_but_in_a_book() -> None:
    usual = SpeechRequest().gaps()
    assert {usual.at(boundary) for boundary in Boundary} == {0.4}
    assert usual == Gaps()
    assert SpeechRequest().gaps(BOOK_GAPS) == BOOK_GAPS


def test_a_books_gaps_grow() -> None:
    lengths = [BOOK_GAPS.at(boundary) for boundary in Boundary]
    assert lengths == sorted(lengths)
    assert BOOK_GAPS.at(Boundary.SCENE) > BOOK_GAPS.at(Boundary.PARAGRAPH)
    assert BOOK_GAPS.at(Boundary.CHAPTER) > BOOK_GAPS.at(Boundary.HEADING)


def test_a_scene_ends_a_paragraph_too() -> None:
    assert Gaps(0.4, 2.0, 1.0, 3.0).at(Boundary.SCENE) == 2.0


def tone(length: int) -> Rendering:
    silence = np.zeros(9_600, dtype=np.float32)
    sound = np.full(length, 0.5, dtype=np.float32)
    return Rendering(np.concatenate([silence, sound, silence]), np.ones(3, dtype=np.int64))


kinds = st.sampled_from(Boundary)
short = st.floats(0.0, 3.0, allow_subnormal=False)


@given(
    st.lists(st.tuples(kinds, st.none() | short), min_size=1, max_size=8),
    short,
    short,
    short,
    short,
)
def test_the_silence_in_all_is_the_sum_of_the_gaps(
    parts: list[tuple[Boundary, float | None]],
    sentence: float,
    paragraph: float,
    heading: float,
    chapter: float,
) -> None:
    gaps = Gaps(sentence, paragraph, heading, chapter)
    length = 4_800

    def rendered() -> Iterator[tuple[Chunk, Rendering]]:
        for index, (follows, pause) in enumerate(parts):
            pause = pause if index else None
            word = (Word("a", "a"),)
            yield Chunk(index, word, 1, pause_seconds=pause, follows=follows), tone(length)

    utterances = list(synthesis.join(rendered(), gaps))
    sound = np.concatenate([utterance.samples for utterance in utterances])
    loud = np.flatnonzero(np.abs(sound) > 0.01)
    spoken = (loud[-1] - loud[0] + 1) / SAMPLE_RATE
    silent = sum(gaps.at(follows) if pause is None else pause for follows, pause in parts[1:])
    # A pause asked for may be shorter than what is kept of a chunk's end, 60 ms.
    most = 0.06 * sum(pause is not None and pause < 0.06 for _, pause in parts[1:])
    expected = len(parts) * length / SAMPLE_RATE + silent
    assert expected - 0.002 * len(parts) <= spoken <= expected + most + 0.002 * len(parts)


@pytest.mark.parametrize("boundary", Boundary)
def test_no_silence_comes_before_the_first(boundary: Boundary) -> None:
    chunk = Chunk(0, (Word("a", "a"),), 1, follows=boundary)
    (utterance,) = synthesis.join(iter([(chunk, tone(4_800))]), BOOK_GAPS)
    assert np.flatnonzero(utterance.samples > 0.4)[0] <= 0.04 * SAMPLE_RATE
