"""Join a drop cap that is a block of its own, or a picture, to the rest of its word."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from itertools import islice, pairwise

from kokoro_cli.documents.page_line import Line

_INITIAL = re.compile(r"[\"'“‘«„¿¡(]{0,2}([^\W\d_])")
_WORD = re.compile(r"[^\W\d_]+")
_WORDS = re.compile(r"[\w'’]+")
_LONE_WORDS = frozenset("AIOEYÀÉ")
"""Letters that are words by themselves in some language."""

_NEARBY = 4
"""Lines between the letters of a list: A, its text, B, its text."""

_CLASS = re.compile(r"drop.?cap|initial|lettrine|letrine|big.?letter|first.?letter", re.IGNORECASE)


def is_initial(text: str) -> bool:
    """Whether a line is one capital letter, maybe after an opening quotation mark."""
    found = _INITIAL.fullmatch(text)
    return found is not None and found[1].isupper()


def is_lone_word(letter: str) -> bool:
    """Whether a capital letter may be a word by itself."""
    return letter in _LONE_WORDS


def names_initial(classes: str) -> bool:
    """Whether an element's classes say that it is a drop cap."""
    return bool(_CLASS.search(classes))


def rest_of(line: str) -> str:
    """Return the word with which a line begins, which may be the rest of a word; else ""."""
    found = _WORD.match(line)
    return found[0] if found else ""


def words_in(lines: Iterable[str]) -> frozenset[str]:
    """Return the words, except those that begin lines."""
    return frozenset(found[0] for line in lines for found in islice(_WORDS.finditer(line), 1, None))


def before_rest(initial: str, rest: str, words: Container[str]) -> str:
    """Return the initial with what joins it to the rest of its word.

    A letter that may be a word by itself, as in "A man", is one if the rest is a word of the text.
    Otherwise it has a soft hyphen, so that the text's reader decides, who knows both.
    """
    if not is_lone_word(initial[-1]):
        return initial
    return f"{initial} " if rest in words else f"{initial}\xad"


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
                words = words_in(line.text for line in lines) if words is None else words
                text = before_rest(held.text, rest, words) + line.text
                anchors = held.anchors + line.anchors
                line = replace(line, text=text, anchors=anchors, follows=held.follows)
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
    rest, letter = rest_of(line.text), initial.text[-1]
    if not rest or line.level or line.part != initial.part:
        return ""
    if rest[0].islower():
        # A letter above the words that begin with it is a heading.
        return "" if rest[0] == letter.lower() and not initial.initial else rest
    # Small capitals; but above "THE END" a V is a number.
    return rest if initial.initial and rest.isupper() else ""
