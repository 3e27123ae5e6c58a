"""The file of each format, read back."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pysubs2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.subtitles.formats import SUBTITLE_FORMATS, Unit
from kokoro_cli.subtitles.words import flat
from kokoro_cli.types import TimedSentence, TimedWord
from tests.properties import examples
from tests.subtitles.conftest import spoken, write
from tests.subtitles.readers import LOOK_ALIKES, READERS, UNITS, Shown, read_textgrid

CASES = [(form, unit) for form in SUBTITLE_FORMATS for unit in get_args(Unit)]
both = pytest.mark.parametrize("form, unit", CASES, ids=["-".join(case) for case in CASES])


def squeezed(text: str) -> str:
    """Return the text without white space, and with characters that a format can't escape
    replaced by look-alikes: these a format may change."""
    return "".join(flat(text.encode("utf-8", "replace").decode()).split()).translate(LOOK_ALIKES)


def assert_in_order(shown: list[Shown], form: str) -> None:
    for caption, following in pairwise(shown):
        assert caption.start < following.start
        assert caption.end is None or caption.end <= following.start
    for caption in shown:
        assert caption.end is None or caption.end >= caption.start + UNITS[form]
        assert all(a <= b for a, b in pairwise(caption.starts))


# Any text


NASTY = [
    "-->", "--", ">", "{\\an8}", "{", "}", "\\N", "\\", "<b>", "</i>", "<00:01.00>", "[00:01.00]",
    "[ti:x]", "<", "&amp;", "&", '"', '""', '"quoted"', "a\nb", "\n\n", "\r\n", "1",
    "\u2028", "\x00",
    "👩‍👩‍👧", "👍🏽", "e\u0301", "\u202e", "\ufeff", "NOTE",
    "00:00:01,000 --> 00:00:02,000", "!", "吾輩は",
    "\ud800", ",", "Dialogue: 0,", " a ", "\x85", "→",
]  # fmt: skip

TEXTS = st.one_of(st.sampled_from(NASTY), st.text(min_size=1, max_size=12))


@st.composite
def books(draw: st.DrawFn) -> list[TimedSentence]:
    now = 0
    sentences = []
    for _ in range(draw(st.integers(0, 5))):
        words = []
        for _ in range(draw(st.integers(1, 8))):
            start = now + draw(st.integers(0, 30_000))
            now = start + draw(st.integers(600, 40_000))
            words.append(TimedWord(draw(TEXTS), start, now, draw(st.booleans())))
        sentences.append(TimedSentence(tuple(words)))
    return sentences


@both
@settings(max_examples=examples(40))
@given(sentences=books())
def test_any_text_comes_back(form: str, unit: Unit, sentences: list[TimedSentence]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shown = READERS[form](write(Path(folder), form, sentences, unit))
    expected = "".join(squeezed(word.text) for s in sentences for word in s.words)
    assert "".join(squeezed(caption.text) for caption in shown) == expected
    assert_in_order(shown, form)
    _assert_exact(form, unit, sentences, shown)


def _assert_exact(
    form: str, unit: Unit, sentences: list[TimedSentence], shown: list[Shown]
) -> None:
    """Check that every time is within a unit of the time of its words."""
    words = [word for s in sentences for word in s.words if flat(word.text)]
    if form == "json":
        words = [word for s in sentences for word in s.words]
    texts = [squeezed(word.text) for word in words]
    ends = [sum(map(len, texts[: i + 1])) for i in range(len(texts))]
    begins = {end - len(text): word for end, text, word in zip(ends, texts, words, strict=True)}
    by_word = form in ("json", "textgrid") or (unit == "word" and form != "lrc")
    if by_word:
        assert len(shown) == len(words)
        for caption, word in zip(shown, words, strict=True):
            assert close(caption.start, word.start, form)
            assert caption.end is not None and close(caption.end, word.end, form)
        return
    place = 0
    for caption in shown:
        if place in begins:  # Else a word that is wider than a line was cut.
            assert close(caption.start, begins[place].start, form)
        place += len(squeezed(caption.text))


def close(time: Fraction, sample: int, form: str) -> bool:
    return abs(time - Fraction(sample, SAMPLE_RATE)) <= UNITS[form]


# Twelve hours


def twelve_hours() -> Iterator[TimedSentence]:
    """Yield sentences whose times are not multiples of any format's unit."""
    now, i = 0, 0
    while now < 12 * 3600 * SAMPLE_RATE:
        words = []
        for text in ("She", "said", f"number {i},", "and", "went."):
            words.append(TimedWord(text, now, now + 15_013))
            now += 17_011
        yield TimedSentence(tuple(words))
        now += 31_013
        i += 1


@both
def test_nothing_drifts_in_twelve_hours(form: str, unit: Unit, tmp_path: Path) -> None:
    sentences = list(twelve_hours())
    shown = READERS[form](write(tmp_path, form, sentences, unit))
    by_word = form in ("json", "textgrid") or (unit == "word" and form != "lrc")
    expected = [word for s in sentences for word in (s.words if by_word else [s.words[0]])]
    assert len(shown) == len(expected)
    assert_in_order(shown, form)
    assert all(
        close(caption.start, word.start, form)
        for caption, word in zip(shown, expected, strict=True)
    )
    if by_word:
        ends = [(caption.end, word.end) for caption, word in zip(shown, expected, strict=True)]
        assert all(end is not None and close(end, sample, form) for end, sample in ends)


@pytest.mark.parametrize("form, unit", [("ass", "sentence"), ("lrc", "word")])
def test_every_word_of_a_line_has_its_time(form: str, unit: Unit, tmp_path: Path) -> None:
    sentences = list(twelve_hours())[-100:]
    for caption, sentence in zip(
        READERS[form](write(tmp_path, form, sentences, unit)), sentences, strict=True
    ):
        assert len(caption.starts) == len(sentence.words)
        for start, word in zip(caption.starts, sentence.words, strict=True):
            assert close(start, word.start, form)


def test_lyrics_count_minutes_over_99(tmp_path: Path) -> None:
    start = round(7425.67 * SAMPLE_RATE)
    path = write(tmp_path, "lrc", [spoken("Hello there.", start)], title="A [short] book")
    assert path.read_text() == "[ti:A ［short］ book]\n[123:45.67]Hello there.\n"


def test_lyrics_by_word(tmp_path: Path) -> None:
    path = write(tmp_path, "lrc", [spoken("[Hello] <3 there.", word=0.2)], "word")
    assert path.read_text() == "[00:00.00]<00:00.00>［Hello] <00:00.25>＜3 <00:00.50>there.\n"


# Edges


@both
def test_no_sentence_is_a_valid_file(form: str, unit: Unit, tmp_path: Path) -> None:
    for total in (0, SAMPLE_RATE):
        path = write(tmp_path, form, [], unit, total=total)
        assert READERS[form](path) == []
    if form in ("srt", "vtt", "ass"):
        assert list(pysubs2.load(str(path), format_=form)) == []


@both
def test_words_shorter_than_a_unit_keep_their_order(form: str, unit: Unit, tmp_path: Path) -> None:
    words = tuple(TimedWord(str(i), 1000 + i, 1000 + i) for i in range(20))
    shown = READERS[form](write(tmp_path, form, [TimedSentence(words)], unit, total=5000))
    assert_in_order(shown, form)
    assert "".join(squeezed(caption.text) for caption in shown) == "".join(map(str, range(20)))


@both
def test_words_of_white_space_are_not_shown(form: str, unit: Unit, tmp_path: Path) -> None:
    sentences = [TimedSentence((TimedWord("\n \x07", 0, 600),)), spoken("Hello.", 600)]
    shown = READERS[form](write(tmp_path, form, sentences, unit))
    assert [caption.text for caption in shown if caption.text.strip(" \n\x07")] == ["Hello."]


@both
def test_file_is_plain_utf8(form: str, unit: Unit, tmp_path: Path) -> None:
    data = write(tmp_path, form, [spoken("Grüße, 世界")], unit, title="T").read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in data
    assert "Grüße," in data.decode("utf-8")


# Other people's readers

TEXT = 'She said: “{hello}”, <b>loudly</b> --> "and" C:\\Name & went [away] with 3 < 4; 吾輩は。'


@pytest.mark.parametrize("form", ["srt", "vtt", "ass"])
@pytest.mark.parametrize("unit", get_args(Unit))
def test_pysubs2_reads_it(form: str, unit: Unit, tmp_path: Path) -> None:
    sentences = [spoken(TEXT, 100), spoken("5", 24_000 * 8), spoken("Yes.", 24_000 * 12)]
    path = write(tmp_path, form, sentences, unit, total=24_000 * 20)
    events = list(pysubs2.load(str(path), format_=form))
    expected = READERS[form](path)
    tick = math.ceil(1000 * UNITS[form])
    assert len(events) == len(expected)
    for event, caption in zip(events, expected, strict=True):
        assert abs(event.start - 1000 * caption.start) <= tick
        assert caption.end is not None and abs(event.end - 1000 * caption.end) <= tick
        if form != "vtt":  # Of WebVTT it keeps the entities, and takes a backslash for a tag.
            text = event.plaintext if form == "ass" else event.text.replace("\\N", "\n")
            assert squeezed(text) == squeezed(caption.text)


@pytest.mark.parametrize("total", [0, SAMPLE_RATE * 60])
def test_praat_reads_it(total: int, tmp_path: Path) -> None:
    parselmouth = pytest.importorskip("parselmouth", reason="Praat itself; GPL, so no dependency")
    quoted = 'He said "hello" and ""bye"", item [3]: xmin = 5 ! 吾輩は'
    sentences = [spoken(quoted, 100), spoken("Yes.", 24_000 * 5)] if total else []
    path = write(tmp_path, "textgrid", sentences, total=total)
    grid = parselmouth.read(str(path))
    assert grid.xmax == pytest.approx(max(total / SAMPLE_RATE, 1e-6))
    call = parselmouth.praat.call
    assert [call(grid, "Get tier name...", i) for i in (1, 2)] == ["sentences", "words"]
    for number, tier in ((1, "sentences"), (2, "words")):
        count = call(grid, "Get number of intervals...", number)
        texts = [call(grid, "Get label of interval...", number, i + 1) for i in range(count)]
        assert [t for t in texts if t] == [caption.text for caption in read_textgrid(path, tier)]
    if total:
        assert call(grid, "Get start time of interval...", 1, 2) == pytest.approx(
            100 / 24_000, 1e-4
        )
