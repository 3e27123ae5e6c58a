from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_cli.text.normalise import paragraphs
from kokoro_cli.types import Paragraph

CASES = {
    "one line": ("Hello there.", ["Hello there."]),
    "hard-wrapped lines are one paragraph": ("Hello\nthere,\nyou.", ["Hello there, you."]),
    "a blank line parts": ("One.\n\nTwo.", ["One.", "Two."]),
    "a line of spaces is blank": ("One.\n \t\nTwo.", ["One.", "Two."]),
    "Windows line ends": ("One.\r\n\r\nTwo,\r\nthree.", ["One.", "Two, three."]),
    "old Mac line ends": ("One.\r\rTwo.", ["One.", "Two."]),
    "form feed ends a line": ("One.\f\fTwo.", ["One.", "Two."]),
    "spaces collapse": ("a  b\t c", ["a b c"]),
    "curly apostrophe in a word": ("It wasn’t me.", ["It wasn't me."]),
    "closing quote stays": ("the dogs’ bowl", ["the dogs’ bowl"]),
    "byte-order mark": ("\ufeffHello", ["Hello"]),
    "soft hyphen": ("nor\u00admal", ["normal"]),
    "zero-width space": ("nor\u200bmal", ["normal"]),
    "control characters are spaces": ("a\x00b\x07c", ["a b c"]),
    "terminal colours": ("\x1b[31mred\x1b[0m", ["red"]),
    "composed": ("cafe\u0301", ["café"]),
    "a serial number is read digit by digit": (
        "1234567890123456",
        ["1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6"],
    ),
    "nothing": ("", []),
    "nothing but space": (" \n\u200b\n ", []),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_paragraphs(text: str, expected: list[str]) -> None:
    assert [p.text for p in paragraphs(text)] == expected


def test_a_paragraph_knows_its_line() -> None:
    assert list(paragraphs("\nOne\ntwo\n\n\nThree")) == [
        Paragraph("One two", 2),
        Paragraph("Three", 6),
    ]


def test_a_word_that_no_reader_takes_whole_is_broken_at_its_marks() -> None:
    url = "https://example.org/" + "/".join(["chapter"] * 20)
    (paragraph,) = paragraphs(url)
    pieces = paragraph.text.split()
    assert "".join(pieces) == url
    assert max(map(len, pieces)) <= 60
    assert all(piece.endswith("/") for piece in pieces[:-1])


def test_chinese_needs_no_spaces() -> None:
    (paragraph,) = paragraphs("汉" * 500)
    assert paragraph.text == "汉" * 500


@given(st.text(max_size=300))
def test_no_letter_is_lost(text: str) -> None:
    def letters(t: str) -> str:
        import unicodedata

        return "".join(c for c in unicodedata.normalize("NFC", t) if c.isalnum())

    assert letters("".join(p.text for p in paragraphs(text))) == letters(text)


@given(st.text(max_size=300))
def test_paragraphs_are_clean(text: str) -> None:
    for paragraph in paragraphs(text):
        assert paragraph.text == " ".join(paragraph.text.split())
        assert paragraph.text
        assert max(map(len, paragraph.text.split(" "))) <= 60 or not paragraph.text.isascii()
