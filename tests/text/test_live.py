"""A text that is split while it is being written: nothing is lost, and no split is audible."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kokoro_cli.errors import UsageError
from kokoro_cli.text.languages import LANGUAGES
from kokoro_cli.text.live import IDLE_SECONDS, complete, segments
from kokoro_cli.text.reading import TextStage
from kokoro_cli.types import Losses
from tests.properties import examples


class Writer:
    """Writes the parts one after the other; None is a long pause."""

    def __init__(self, parts: Iterable[str | None]) -> None:
        self._parts = list(parts)
        self.ended = not self._parts
        self.given = 0

    def more(self, seconds: float | None) -> str:
        assert not self.ended, "asked for more than there is"
        part = self._parts.pop(0)
        while part is None and seconds is None and self._parts:  # Waits until the pause is over.
            part = self._parts.pop(0)
        assert seconds in (None, IDLE_SECONDS)
        self.ended = not self._parts
        self.given += len(part or "")
        return part or ""


def stage(letter: str = "a") -> TextStage:
    return TextStage(LANGUAGES[letter])


def read(parts: Iterable[str | None], letter: str = "a") -> list[str]:
    return [segment.text for segment in segments(Writer(parts), stage(letter))]


def said(text: str, letter: str = "a") -> list[str]:
    return [s.text.text for s in stage(letter).sentences(text, Losses()) if len(s.text)]


PROSE = (
    "Dr. Smith came at 5 p.m. on Jan. 3rd. “Come in,” she said. “It is cold!” He paid $3.50 "
    "(more than he had. So he said.) and sat down. The U.S. team won 3.5 to 2. Why? Nobody knows… "
    "See e.g. page 4. Then it ended.\n\n"
    "And ~~gone. All of it~~ too. "
    "A new paragraph, in two\nlines. It has **bold words. Two sentences of them.** And more.\n\n"
    "# A heading\n\n"
    "- one item. Of two sentences.\n- another\n- a third\n\n"
    "1. First\n2. Second\n\n"
    "> Quoted words.\n> And more of them.\n\n"
    "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n\n"
    "```\nx = 1\n\ny = 2\n```\n\n"
    "The end."
)


@pytest.mark.parametrize("size", [1, 3, 7, 40, 1000])
def test_what_is_written_bit_by_bit_is_said_as_if_it_were_whole(size: int) -> None:
    parts = [PROSE[i : i + size] for i in range(0, len(PROSE), size)]
    found = list(segments(Writer(parts), stage()))
    assert "".join(segment.text for segment in found) == PROSE
    assert [s.text.text for s in stage().sentences(found, Losses()) if len(s.text)] == said(PROSE)


def test_a_sentence_is_spoken_when_the_next_one_begins() -> None:
    writer = Writer(["One is here.", " ", "T", "wo is", " not."])
    found = segments(writer, stage())
    assert next(found).text == "One is here."
    assert writer.given == len("One is here. T")


def test_a_last_sentence_waits_for_the_end_or_for_a_rest() -> None:
    assert read(["One is here. ", None, "Two."]) == ["One is here.", " Two."]
    parts = ["One is here.", None, " Two. ", None, "Three."]
    assert read(parts) == ["One is here.", " Two.", " Three."]
    assert read(["He is Dr. ", None, "Smith."]) == ["He is Dr. Smith."]
    assert read(["It costs 3.", None, "50 dollars."]) == ["It costs 3.50 dollars."]


def test_a_line_is_spoken_when_its_writer_rests() -> None:
    assert read(["job 7 done\n", None, "job 8 done\n"]) == ["job 7 done\n", "job 8 done\n"]
    assert read(["a wrapped\n", "line\n", None, "next"]) == ["a wrapped\nline\n", "next"]


def test_a_fence_is_not_cut_however_long_its_writer_rests() -> None:
    text = ["```\n", "x = 1.\n", None, "\ny = 2\n", None, "```\n\n", "So. ", "There."]
    assert read(text)[0] == "```\nx = 1.\n\ny = 2\n```\n\n"


def test_ssml_and_comments_wait_for_their_end() -> None:
    speech = "<speak>One. Two.\n\nThree.</speak>"
    assert read([speech[:3], *speech[3:]]) == [speech]
    assert read(["<?xml version='1.0'?>", speech]) == [f"<?xml version='1.0'?>{speech}"]
    found = read(["A.\n\n<!-- one.\n\n", "two. -->\n\n", "B. ", "C."])
    assert found == ["A.\n\n", "<!-- one.\n\ntwo. -->\n\n", "B. C."]


def test_thoughts_in_tags_do_not_hold_up_the_rest() -> None:
    found = read(["<think>\n\n", "Hm. ", "Yes.\n\n", "</think>\n\n", "Hello. ", "You."])
    assert len(found) > 3


def test_wide_marks_end_sentences() -> None:
    assert read(["こんにちは。", "元気", "ですか。", "はい"], "j")[0] == "こんにちは。"
    assert read(["你好。", "很", "好。", "是"], "z")[0] == "你好。"


def test_a_paragraph_without_an_end_is_cut_at_a_space() -> None:
    text = "word " * 30_000
    found = read([text[i : i + 4_000] for i in range(0, len(text), 4_000)])
    assert "".join(found) == text
    assert 2 <= len(found) <= 4
    assert all(part.endswith(" ") for part in found)


def test_voices_and_rates_hold_on_in_the_next_segment() -> None:
    found = segments(Writer(["[voice:bf_emma][rate:1.2]One.\n\n", "Two.\n\n", "Three."]), stage())
    manners = [sentence.passage.manner for sentence in stage().sentences(found, Losses())]
    assert [(m.voice, m.rate) for m in manners] == [("bf_emma", 1.2)] * 3


def test_lines_are_counted_on() -> None:
    found = list(
        segments(Writer(["One.\n\n", "Two.\n\n", "Three. ", "Four.\r\n\r\nFive."]), stage())
    )
    assert [(s.text, s.first_line) for s in found][:2] == [("One.\n\n", 1), ("Two.\n\n", 3)]
    lines = [sentence.passage.line for sentence in stage().sentences(found, Losses())]
    assert lines == [1, 3, 5, 5, 7]


def test_errors_tell_the_place_in_the_whole_text() -> None:
    parts = ["One.\n\nTwo is here. ", "Three is. ", "[rate:9] is wrong. So."]
    with pytest.raises(UsageError, match="At line 3, column 24: "):
        list(stage().sentences(segments(Writer(parts), stage()), Losses()))


def test_a_word_cut_at_a_lines_end_waits_for_its_rest() -> None:
    assert (
        read(["An exam-\n", None, "ple of hyphen-\n", None, "ation. ", "So."])[0].count("\n") == 2
    )


def test_the_last_sentence_of_each_segment_says_so() -> None:
    found = segments(Writer(["One. Two. Three", ". Four."]), stage())
    assert [s.ends for s in stage().sentences(found, Losses())] == [False, True, False, True]


@settings(max_examples=examples(150))
@given(
    st.text(alphabet="ab A.!?\n\r\"'*`[]()<>|#-1 。“”", max_size=120),
    st.lists(st.integers(1, 12), min_size=1, max_size=12),
    st.booleans(),
)
def test_segments_are_the_text_however_it_comes(text: str, sizes: list[int], idle: bool) -> None:
    parts: list[str | None] = []
    place = i = 0
    while place < len(text):
        size = sizes[i % len(sizes)]
        parts.append(text[place : place + size])
        if idle and i % 3 == 0:
            parts.append(None)
        place, i = place + size, i + 1
    assert "".join(read(parts)) == text


@settings(max_examples=examples(100))
@given(st.text(alphabet="ab A.!?\n\"'*`[]()<>|#-1 。", max_size=80))
def test_what_is_complete_is_a_part_of_the_text(text: str) -> None:
    for idle in (False, True):
        assert 0 <= complete(text, stage(), idle=idle) <= len(text)


@pytest.mark.parametrize("unit", ["<!-- a ", "```\na\n", "a <b> c ", "<i>", "x | y\n", "word "])
def test_a_text_that_never_ends_a_paragraph_is_not_held_back(unit: str) -> None:
    parts = [unit * (20_000 // len(unit))] * 20
    writer = Writer(parts)
    source = segments(writer, stage())
    assert len(next(source).text) > 50_000
    assert writer.given < 160_000
