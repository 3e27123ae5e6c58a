"""Find the characters of a text that stand for something, but that no reader can say.

They are what is left of damaged or unusual data: bytes that are no UTF-8, characters for private
use, which fonts in PDFs and on web pages have, code points that are no character, U+FFFD in the
place of a letter, and heaps of marks on one letter. Signs without a sound, as zero-width ones and
soft hyphens, are not among them; `clean` removes those.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from kokoro_cli.text.mapped import Edit, Mapped
from kokoro_cli.types import Losses

# Marks, signs, and what is no character: everything but letters, digits and spaces.
_NO_LETTERS = re.compile(r"[^\w\s\x00-\x7f]+")
# Emoji that are newer than this Python's table of characters.
_NEW_EMOJI = re.compile("[\U0001f000-\U0001faff]")

_MOST_MARKS = 3
"""Most marks on one letter after composition; Vietnamese, phonetic and pointed texts have fewer."""
_MOST_POINTS = 6
"""The same for scripts whose vowels and accents are marks."""
_GENERAL_MARK = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")

_LONGEST_SHOWN = 60
_WORD_LENGTH = 40
"""Characters of a word that are shown to each side of what can't be said."""


class _Found(NamedTuple):
    start: int
    end: int
    reason: str
    heap: bool = False
    """Whether they are marks on a letter, which is said without them."""


def without_unsayable(text: Mapped, line: int, losses: Losses) -> Mapped:
    """Return the text without what can't be said; each word with such characters is a loss."""
    if text.text.isascii():
        return text
    found = list(_unsayable(text.text))
    if not found:
        return text
    edits: list[Edit] = []
    told = 0
    for i, each in enumerate(found):
        edits.append(_edit(text.text, each))
        if each.start < told:
            continue
        told = _report(text.text, found, i, line, losses)
    return text.replace(edits)


def _report(text: str, found: list[_Found], i: int, line: int, losses: Losses) -> int:
    """Add a loss for the word, and return the end of what it shows."""
    first = found[i]
    start = first.start
    while start > max(0, first.start - _WORD_LENGTH) and not text[start - 1].isspace():
        start -= 1
    end = first.end
    while end < min(len(text), first.end + _WORD_LENGTH) and not text[end].isspace():
        end += 1
    shown: list[str] = []
    place = start
    for each in found[i:]:
        if each.start >= end:
            break
        shown.append(text[place : each.start])
        if not each.heap:
            shown.append(escaped(text[each.start : min(each.end, each.start + _LONGEST_SHOWN)]))
        place = each.end
        end = max(end, place)
    shown.append(text[place:end])
    losses.add("".join(shown) or _NO_LETTER, line, first.reason)
    return end


_NO_LETTER = "\u25cc"
"""The circle that books put under a mark without a letter."""


def _edit(text: str, found: _Found) -> Edit:
    """Return the edit that takes it out; the words around it stay apart, by one space."""
    before, after = text[found.start - 1 : found.start].strip(), text[found.end : found.end + 1]
    if found.heap or (found.start and before and not after.strip()):
        return found.start, found.end, ""
    if before:
        return found.start, found.end, " "
    return found.start, min(found.end + 1, len(text)) if after == " " else found.end, ""


def escaped(text: str) -> str:
    """Return characters by their numbers; of a byte that is no UTF-8, the byte's."""
    return "".join(map(_escape, text))


def _escape(character: str) -> str:
    number = ord(character)
    if 0xDC80 <= number <= 0xDCFF:  # Python's stand-in for a byte of an argument or a name.
        return f"\\x{number - 0xDC00:02x}"
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"


def _unsayable(text: str) -> Iterator[_Found]:
    """Yield what can't be said in order: runs of one kind each."""
    for run in _NO_LETTERS.finditer(text):
        start, end = run.span()
        while start < end:
            reason, marks = _kind(text[start])
            stop = start + 1
            while stop < end and _kind(text[stop]) == (reason, marks):
                stop += 1
            if reason:
                yield _Found(start, stop, reason)
            elif marks:
                yield from _heap(text, start, stop)
            start = stop


def _heap(text: str, start: int, end: int) -> Iterator[_Found]:
    """Yield a run of marks if it has more of them than any writing puts on a letter."""
    count = end - start
    general = count > _MOST_MARKS and len(_GENERAL_MARK.findall(text, start, end)) > _MOST_MARKS
    if general or count > _MOST_POINTS:
        yield _Found(start, end, f"it has {count:,} marks on one letter", heap=True)


def _kind(character: str) -> tuple[str, bool]:
    """Return why a character can't be said, "" if it can, and whether it is a mark."""
    category = unicodedata.category(character)
    if category[0] == "M":
        return "", True
    if category == "Cs":
        byte = "\udc80" <= character <= "\udcff"
        return ("it has a byte that is not UTF-8" if byte else "it has half a character"), False
    if category == "Co":
        return "it has a character for private use, which only its font can show", False
    if category == "Cn" and not _NEW_EMOJI.match(character):
        return "it has a code that is no character", False
    if character == "\ufffd":
        return "it has U+FFFD, which stands for a letter that is lost", False
    return "", False
