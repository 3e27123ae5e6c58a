"""What small raised or lowered text of a PDF means: a note's mark, a power, an index, cents."""

from __future__ import annotations

import re

from kokoro_cli.raised import ABOVE, BELOW

_SYMBOLS = re.compile(r"[\[(]?[*∗†‡§¶‖]{1,4}[\])]?")
_NUMBER = re.compile(r"\d{1,3}")
_SIGNED = re.compile(r"[-−–]\d{1,3}|\d?[+−-]")
"""A negative power, or the charge of an ion."""
_NOTES = re.compile(
    r"[\[(]\d{1,3}[\])]|\d{1,3}(?:\s?[,;–—-]\s?\d{1,3}){1,8}[,;]?|\d{1,3}[,;)]|\(?[a-z]\)"
)
"""Marks that are no power, whatever they follow."""

_LAST_WORD = re.compile(r"[^\W\d_]{1,40}\Z")
_LAST_NUMBER = re.compile(r"(?P<money>[$€£]\s?)?(?P<digits>\d[\d,.]{0,20})\Z")
_YEAR = re.compile(r"1[0-9]{3}|20[0-9]{2}")
_GROUP = re.compile(r"\(([^()]{1,40})\)\Z")
_WORDS = re.compile(r"[^\W\d_]{2,}")
_ELEMENT = re.compile(r"[A-Z][a-z]?(?![a-z])")
_UNITS = frozenset(
    "m km cm mm dm nm µm μm ft yd mi ha s ms h kg g mg lb l ml dl mol sec min sq rad".split()
)
_FUNCTIONS = frozenset("sin cos tan cot sec csc sinh cosh tanh log ln exp".split())
_SHORT_WORDS = frozenset(
    "of in is it to at on by we he me my us no so or as an am do go if up be I A".split()
)


def raised(before: str, text: str, after: str) -> str:
    """Return how a raised text is written in a line; *before* and *after* are the line's rest.

    The mark of a note is "". A power, or an index before a letter, is in superscript digits.
    """
    mark = text.strip()
    if _SYMBOLS.fullmatch(mark) or _NOTES.fullmatch(mark):
        return ""
    if _NUMBER.fullmatch(mark) and after[:1] in ("/", "⁄"):
        return (" " if before[-1:].isdigit() else "") + mark
    if _SIGNED.fullmatch(mark) and (before[-1:].isalnum() or before[-1:] in (")", "]")):
        return mark.translate(ABOVE)
    if len(mark) == 1 and mark.isalpha() and mark.islower():
        return "" if _marks_note(before) else text
    if not _NUMBER.fullmatch(mark):
        return text
    money = _LAST_NUMBER.search(before)
    if money and money["money"] and len(mark) == 2:
        return f".{mark}"
    return "" if _is_note(before, after) else mark.translate(ABOVE)


def lowered(before: str, text: str) -> str:
    """Return how a lowered text is written in a line: digits as the index of a letter."""
    mark = text.strip()
    of_letter = before[-1:].isalpha() or before[-1:] in (")", "]")
    return mark.translate(BELOW) if of_letter and _NUMBER.fullmatch(mark) else text


def _marks_note(before: str) -> bool:
    """Whether a raised letter is a note's mark: after a word, not as in "16e" or "Mme"."""
    word = _LAST_WORD.search(before)
    return len(word[0]) > 2 if word else bool(before) and not before[-1].isalnum()


def _is_note(before: str, after: str) -> bool:
    """Whether a raised number is a note's mark, not a power or the mass of an element."""
    if not before.strip() or before[-1].isspace():
        return not _ELEMENT.match(after)
    word = _LAST_WORD.search(before)
    if word:
        return _is_plain_word(word[0], before[: word.start()])
    number = _LAST_NUMBER.search(before)
    if number:
        digits = number["digits"]
        return not digits[-1].isdigit() or bool(_YEAR.fullmatch(digits) and digits != "1000")
    group = _GROUP.search(before)
    return group is None or any(_is_plain_word(word, "") for word in _WORDS.findall(group[1]))


def _is_plain_word(word: str, before: str) -> bool:
    """Whether a word is neither a unit nor a variable nor a function."""
    if word in _UNITS or word in _FUNCTIONS:
        return False
    if word == "in":  # Inches, after a number.
        return not before.rstrip()[-1:].isdigit()
    return len(word) > 2 or word in _SHORT_WORDS
