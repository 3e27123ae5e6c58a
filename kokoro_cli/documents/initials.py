"""Join a drop cap that is a block of its own, or a picture, to the rest of its word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from kokoro_cli.documents.page_line import Line

_INITIAL = re.compile(r"[\"'“‘«„¿¡(]{0,2}([^\W\d_])")
_WORD = re.compile(r"[^\W\d_]+")
_WORDS = re.compile(r"[\w'’]+")
_LONE_WORDS = frozenset("AIOEYaioey")
"""Letters that are words by themselves in some language."""

_NEARBY = 4
"""Lines between the letters of a list: A, its text, B, its text."""

_CLASS = re.compile(r"drop.?cap|initial|lettrine|letrine|big.?letter|first.?letter", re.IGNORECASE)


def is_initial(text: str) -> bool:
    """Whether a line is one capital letter, maybe after an opening quotation mark."""
    found = _INITIAL.fullmatch(text)
    return found is not None and found[1].isupper()


def names_initial(classes: str) -> bool:
    """Whether an element's classes say that it is a drop cap."""
    return bool(_CLASS.search(classes))


def with_initials(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return the lines, each drop cap before the rest of its word.

    A picture of a letter that begins no word is left out.
    """
    places = [i for i, line in enumerate(lines) if not line.level and is_initial(line.text)]
    if not places:
        return tuple(lines)
    listed = _listed(lines, places)
    words: frozenset[str] | None = None
    kept: list[Line] = []
    held: Line | None = None
    candidates = frozenset(places) - listed
    for i, line in enumerate(lines):
        if held is not None:
            rest = _rest(held, line)
            if rest:
                words = _words(lines) if words is None else words
                apart = held.text[-1] in _LONE_WORDS and rest in words
                line = replace(
                    line,
                    text=held.text + (" " if apart else "") + line.text,
                    anchors=held.anchors + line.anchors,
                )
            elif held.initial == "picture":
                line = replace(line, anchors=held.anchors + line.anchors)
            else:
                kept.append(held)
            held = None
        if i in candidates or line.initial == "picture":
            held = line
        else:
            kept.append(line)
    if held is not None:
        kept.append(replace(held, text="") if held.initial == "picture" else held)
    return tuple(kept)


def _listed(lines: Sequence[Line], places: Sequence[int]) -> frozenset[int]:
    """Return the places of letters that number a list, as A and B, and are no drop caps."""
    found: set[int] = set()
    for one, other in pairwise(places):
        follows = ord(lines[other].text[-1]) == ord(lines[one].text[-1]) + 1
        if follows and other - one <= _NEARBY:
            found |= {one, other}
    return frozenset(found)


def _rest(initial: Line, line: Line) -> str:
    """Return the rest of the initial's word, with which the line begins; "" if it does not."""
    found = _WORD.match(line.text)
    if found is None or line.level or line.part != initial.part:
        return ""
    rest, letter = found[0], initial.text[-1]
    if rest[0].islower():
        # A letter above the words that begin with it is a heading.
        return "" if rest[0] == letter.lower() and not initial.initial else rest
    # Small capitals; but above "THE END" a V is a number.
    return rest if initial.initial and rest.isupper() else ""


def _words(lines: Sequence[Line]) -> frozenset[str]:
    """Return the words, except those that begin lines."""
    return frozenset(
        word.group() for line in lines for word in list(_WORDS.finditer(line.text))[1:]
    )
