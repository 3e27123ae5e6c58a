"""Where long sentences are cut, and how long a caption stays."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.subtitles.captions import COLUMNS, LONGEST, sentence_captions
from kokoro_cli.subtitles.words import flat, text_of, width
from kokoro_cli.types import TimedSentence, TimedWord
from tests.properties import examples
from tests.subtitles.conftest import spoken, write
from tests.subtitles.readers import READERS, UNITS, read_srt


def cut(text: str, *, word: float = 0.25, space: bool = True) -> list[list[str]]:
    sentence = spoken(text, word=word, space=space)
    return [[text_of(line) for line in caption.lines] for caption in sentence_captions(sentence)]


@pytest.mark.parametrize(
    "text, captions",
    [
        ("A short one.", [["A short one."]]),
        (
            "It is a truth universally acknowledged, that a single man must be in want.",
            [["It is a truth universally acknowledged,", "that a single man must be in want."]],
        ),
        (
            "It was the age of foolishness, it was the epoch of belief, it was the epoch of "
            "incredulity, it was the season of Light.",
            [
                ["It was the age of foolishness,", "it was the epoch of belief,"],
                ["it was the epoch of incredulity,", "it was the season of Light."],
            ],
        ),
        (
            "This is a sentence without any of those marks that would let one cut it into "
            "clauses and so it has to be cut between words of which it has quite a few",
            [
                ["This is a sentence without any of those", "marks that would let one cut it into"],
                ["clauses and so it has to be cut between", "words of which it has quite a few"],
            ],
        ),
        (
            "see https://example.com/a/very/long/address/that/fits/no/line/at/all now",
            [
                [
                    "see",
                    "https://example.com/a/very/long/address/th",
                ],
                ["at/fits/no/line/at/all now"],
            ],
        ),
    ],
    ids=["short", "two lines", "clauses", "no clauses", "address"],
)
def test_english(text: str, captions: list[list[str]]) -> None:
    assert cut(text) == captions


def test_japanese_is_cut_between_words() -> None:
    text = "吾輩 は 猫 で ある。 名前 は まだ 無い。 どこ で 生れ た か 頓 と 見当 が つか ぬ。"
    text += " 何 でも 薄暗い じめじめ し た 所 で ニャーニャー"
    text += " 泣い て い た 事 だけ は 記憶 し て いる。"
    assert cut(text, word=0.2, space=False) == [
        ["吾輩は猫である。名前はまだ無い。", "どこで生れたか頓と見当がつかぬ。"],
        ["何でも薄暗いじめじめした所でニャーニャー", "泣いていた事だけは記憶している。"],
    ]


def test_unspaced_words_of_other_scripts_stay_together() -> None:
    words = [TimedWord(t, i * 9000, i * 9000 + 8000, s) for i, (t, s) in enumerate(PARTS)]
    lines = [
        text_of(line)
        for caption in sentence_captions(TimedSentence(tuple(words)))
        for line in caption.lines
    ]
    assert " ".join(lines).split() == ["half-baked"] * 8


PARTS = [("half-", False), ("baked", True)] * 8


def test_slow_sentence_is_cut_by_time() -> None:
    sentence = spoken("one two three four five six seven eight", word=1.5)
    captions = list(sentence_captions(sentence))
    assert len(captions) == 2
    assert all(caption.end - caption.start <= LONGEST for caption in captions)


WORDS = st.lists(
    st.tuples(
        st.one_of(
            st.text("abc,.é", min_size=1, max_size=60),
            st.text("吾輩は猫、。", min_size=1, max_size=30),
            st.text(min_size=1, max_size=50),
        ),
        st.integers(0, 24_000),
        st.integers(1, 96_000),
        st.booleans(),
    ),
    min_size=1,
    max_size=40,
)


def _timed(parts: list[tuple[str, int, int, bool]]) -> TimedSentence:
    """Return a sentence of words, each with the pause before it and its length in samples."""
    words, now = [], 0
    for text, pause, length, space in parts:
        words.append(TimedWord(text, now + pause, now + pause + length, space))
        now += pause + length
    return TimedSentence(tuple(words))


@given(WORDS)
@example(
    [("a", 0, 1, False), ("a", 0, 53000, False), ("a", 0, 53000, False), ("a", 0, 62000, False)]
)
@example([("a", 0, length, False) for length in (1, 1, 23_138, 72_430, 72_431)])
def test_captions_fit_and_hold_all_of_the_text(parts: list[tuple[str, int, int, bool]]) -> None:
    sentence = _timed(parts)
    captions = list(sentence_captions(sentence))
    shown = [text_of(line) for caption in captions for line in caption.lines]
    assert "".join("".join(shown).split()) == "".join(flat(sentence.text).split())
    for caption in captions:
        assert 1 <= len(caption.lines) <= 2
        assert caption.end - caption.start <= LONGEST or len(caption.words) == 1
    for line in shown:
        assert width(line) <= COLUMNS


@pytest.mark.parametrize("form", ["srt", "vtt", "ass"])
@settings(max_examples=examples(30))
@given(st.lists(WORDS, min_size=1, max_size=3))
@example([[("a", 0, length, False) for length in (1, 1, 23_138, 72_430, 72_431)]])
def test_no_caption_of_a_file_is_longer_than_seven_seconds(
    form: str, sentences: list[list[tuple[str, int, int, bool]]]
) -> None:
    """No word of these is; a time may be rounded by half a unit at both ends."""
    parts, now = [], 0
    for sentence in sentences:
        timed = _timed(sentence).words
        moved = [replace(word, start=word.start + now, end=word.end + now) for word in timed]
        now = moved[-1].end
        parts.append(TimedSentence(tuple(moved)))
    with tempfile.TemporaryDirectory() as folder:
        shown = READERS[form](write(Path(folder), form, parts, total=now + 10 * SAMPLE_RATE))
    for caption in shown:
        assert caption.end is not None
        assert caption.end - caption.start <= 7 + UNITS[form]


@pytest.mark.parametrize(
    "pause, end",
    [(2.0, 1.5), (0.58, 1.5), (0.5, 1.42), (0.2, 1.12), (0.08, 1.0), (0.07, 1.07), (0.0, 1.0)],
)
def test_caption_is_held_on_but_for_a_gap(pause: float, end: float, tmp_path: Path) -> None:
    second = SAMPLE_RATE + round(pause * SAMPLE_RATE)
    path = write(tmp_path, "srt", [spoken("One.", word=1), spoken("Two.", second, word=1)])
    first, following = read_srt(path)
    assert first.end == Fraction(str(end))
    assert following.start == Fraction(second, SAMPLE_RATE)


@pytest.mark.parametrize("total, end", [(1.0, 1.0), (1.05, 1.05), (1.3, 1.3), (9.0, 1.5)])
def test_last_caption_is_held_on_within_the_sound(total: float, end: float, tmp_path: Path) -> None:
    path = write(tmp_path, "srt", [spoken("One.", word=1)], total=round(total * SAMPLE_RATE))
    assert [caption.end for caption in read_srt(path)] == [Fraction(str(end))]


def test_held_caption_is_no_longer_than_seven_seconds(tmp_path: Path) -> None:
    path = write(tmp_path, "srt", [spoken("One.", word=6.8)], total=20 * SAMPLE_RATE)
    assert [caption.end for caption in read_srt(path)] == [7]
