"""Text above and below the line in plain characters."""

from __future__ import annotations

import pytest

from kokoro_cli import raised

ABOVE = {
    "a power": ("7", "4", "⁴"),
    "a negative power": ("10", "−6", "⁻⁶"),
    "a hyphen is a minus": ("10", "-6", "⁻⁶"),
    "n": ("2", "n", "ⁿ"),
    "a variable": ("e", "x", "^{x}"),
    "a term": ("e", "x+1", "^{x+1}"),
    "after a bracket": ("(a+b)", "k", "^{k}"),
    "a charge": ("Ca", "2+", "²⁺"),
    "an ordinal": ("1", "st", "st"),
    "a Spanish ordinal": ("1", "a", "ª"),
    "an old abbreviation": ("y", "e", "e"),
    "an old title": ("M", "r", "r"),
    "number": ("n", "o", "o"),
    "trade mark": ("Brand", "TM", "™"),
    "a note's number": ("1804.", "3", "³"),
    "a note's number in brackets": ("word", "[3]", "³"),
    "numbers of notes": ("word", "1,2", ""),
    "a note's letter": ("word", "a", ""),
    "a note's letter, a short word": ("God", "a", ""),
    "a note's letter after a comma": ("me,", "b", ""),
    "a note's letter in brackets": ("son", "[c]", ""),
    "a note's letter, two letters": ("he", "b", "b"),
    "a French title": ("M", "me", "me"),
    "a French ordinal": ("1", "er", "er"),
    "a cut word": ("rec", "d", "d"),
    "a cut title": ("Cap", "t", "t"),
    "a cut number": ("Núm", "o", "o"),
    "a function": ("log", "a", "a"),
    "part of an identifier": ("2ab", "c", "c"),
    "a note's star": ("end.", "*", ""),
    "words": ("word", "and more", "and more"),
    "nothing": ("a", " ", " "),
}
BELOW = {
    "a number": ("H", "2", "₂"),
    "a letter": ("a", "n", "_{n}"),
    "a term": ("a", "n+1", "_{n+1}"),
    "a name": ("V", "max", "_{max}"),
    "a base": ("log", "2", "_{2}"),
    "after a word": ("word", "x", "x"),
}


@pytest.mark.parametrize(("before", "text", "written"), ABOVE.values(), ids=ABOVE)
def test_above(before: str, text: str, written: str) -> None:
    assert raised.above(text, before) == written


@pytest.mark.parametrize(("before", "text", "written"), BELOW.values(), ids=BELOW)
def test_below(before: str, text: str, written: str) -> None:
    assert raised.below(text, before) == written
