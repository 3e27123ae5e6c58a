"""Join a PDF's drop caps to their words, wherever the file draws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kokoro_cli.documents.initials import before_rest, is_initial, rest_of, words_in
from kokoro_cli.documents.pdf_line import Line

# In heights of the line that the letter begins.
_LARGE = 1.6
_BESIDE = 1.5
_NEXT_TO = 0.5
_ABOVE = 2.0
_SHIFT = 2.0

_MOST = 20
"""Most drop caps of a page; more single letters are a table."""


def with_initials(lines: Sequence[Line]) -> list[Line]:
    """Return the lines, in their order, with each drop cap at the start of its word.

    Lines beside a drop cap begin where it does, as their column.
    """
    kept = list(lines)
    initials = [line for line in lines if is_initial(line.text)]
    for initial in initials if len(initials) <= _MOST else []:
        beside = [i for i, line in enumerate(kept) if _is_beside(initial, line)]
        places = beside or [i for i, line in enumerate(kept) if _is_below(initial, line)]
        first = max(places, key=lambda i: kept[i].middle, default=None)
        if first is None or not _goes_on(initial, kept[first]):
            continue
        rest = rest_of(kept[first].text)
        text = before_rest(initial.text, rest, words_in(line.text for line in kept))
        kept[first] = replace(kept[first], text=text + kept[first].text)
        for i in beside:
            kept[i] = replace(kept[i], x0=min(initial.x0, kept[i].x0))
        kept.remove(initial)
    return kept


def _goes_on(initial: Line, line: Line) -> bool:
    """Whether a line begins with the rest of a word, in small letters or in capitals beside it.

    A letter above the words that begin with it is a heading, as in an index.
    """
    rest = rest_of(line.text)
    near = -1 < line.x0 - initial.x1 < _NEXT_TO * line.height
    heads = line.top < initial.bottom + 1 and rest[:1] == initial.text[-1].lower()
    return bool(rest) and not heads and (rest[0].islower() or (rest.isupper() and near))


def _is_large(initial: Line, line: Line) -> bool:
    return line.page == initial.page and initial.height > _LARGE * line.height


def _is_beside(initial: Line, line: Line) -> bool:
    """Whether a line is to the right of the letter, between its foot and its top."""
    gap = line.x0 - initial.x1
    return (
        _is_large(initial, line)
        and -1 < gap < _BESIDE * line.height
        and line.bottom < initial.top
        and line.middle > initial.bottom
    )


def _is_below(initial: Line, line: Line) -> bool:
    """Whether a line is right below the letter."""
    return (
        _is_large(initial, line)
        and abs(line.x0 - initial.x0) < _SHIFT * line.height
        and initial.middle - line.middle >= 0
        and initial.bottom - line.top < _ABOVE * line.height
    )
