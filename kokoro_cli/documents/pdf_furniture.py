"""Remove headers, footers and page numbers, which are on a book's pages but not part of its text.

If in doubt, a line is kept: a spoken header is a nuisance, a missing sentence is an error.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from kokoro_cli.documents.pdf_line import Line

_FEWEST_PAGES = 3
_MOST_LINES = 4
"""Most lines of a header or a footer."""

_SAME_PLACE = 3.0
"""Points by which a header's position may differ from page to page."""

_WIDE_GAP = 1.4
"""Least distance from a header to the text, in usual distances of two lines."""

_LARGEST = 1.15
"""Greatest height of a header, relative to the text's lines; a larger line is a title."""

_DIGITS = re.compile(r"[0-9]+")
_SURE_NUMBER = re.compile(
    r"(?:[-–—] ?[0-9]{1,4} ?[-–—]|\[ ?[0-9]{1,4} ?\]"
    r"|(?:page|p\.|seite|página|pagina|pág\.) ?[0-9]{1,4}(?: ?(?:of|/|von|de|di|sur) ?[0-9]{1,4})?"
    r"|[0-9]{1,4} ?(?:of|/) ?[0-9]{1,4})",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(r"[0-9]{1,4}|[ivxlc]{1,8}", re.IGNORECASE)
_NUMBER_AT_EDGE = re.compile(r"([0-9]{1,4})(?=\s)|.*?(?<=\s)([0-9]{1,4})\Z")
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


def without_furniture(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Return each page's lines without page numbers, and without headers found on three pages."""
    pitch = _pitch(pages)
    edges = [list(_edges(lines, pitch)) for lines in pages]
    with_text = {
        lines[0].page
        for lines, edge in zip(pages, edges, strict=True)
        if len({id(line) for line in edge}) < len(lines)
    }
    groups = _alike([line for edge in edges for line in edge])
    dropped = {
        id(line)
        for group in groups
        if len({line.page for line in group} & with_text) >= _FEWEST_PAGES
        for line in group
    }
    kept = [[line for line in lines if id(line) not in dropped] for lines in pages]
    outermost = [line for lines in kept for line in _outermost(lines)]
    dropped = {id(line) for line in _page_numbers(outermost)}
    return [[line for line in lines if id(line) not in dropped] for lines in kept]


def _pitch(pages: Sequence[Sequence[Line]]) -> float:
    """Return the usual distance of two lines in points."""
    steps = []
    for lines in pages:
        ranked = sorted(lines, key=lambda line: -line.middle)
        found = [
            a.middle - b.middle for a, b in pairwise(ranked) if a.middle - b.middle > 0.5 * b.height
        ]
        if found:
            steps.append(median(found))
    return median(steps) if steps else 0.0


def _edges(lines: Sequence[Line], pitch: float) -> Iterator[Line]:
    """Yield the few lines at the top and bottom that a gap separates from the text."""
    ranked = sorted(lines, key=lambda line: -line.middle)
    largest = _LARGEST * median(line.height for line in lines) if lines else 0.0
    if len(lines) == 1:
        yield lines[0]
    for ordered in (ranked, ranked[::-1]):
        for i, (a, b) in enumerate(pairwise(ordered[: _MOST_LINES + 1])):
            if abs(a.middle - b.middle) > _WIDE_GAP * pitch:
                yield from (line for line in ordered[: i + 1] if line.height <= largest)
                break


def _alike(edges: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield groups of lines that may be the same header."""
    by_text = defaultdict(list)
    by_offset = defaultdict(list)
    for line in edges:
        by_text[_DIGITS.sub("#", line.text).casefold()].append(line)
        # This also finds the title of a chapter shorter than three pages.
        match = _NUMBER_AT_EDGE.match(line.text) if len(line.text) < 200 else None
        if match:
            by_offset[int(match[1] or match[2]) - line.page].append(line)
    yield from by_offset.values()
    for lines in by_text.values():
        yield from _at_same_height(lines)


def _at_same_height(lines: Sequence[Line]) -> Iterator[list[Line]]:
    group: list[Line] = []
    for line in sorted(lines, key=lambda line: line.middle):
        if group and line.middle - group[-1].middle > _SAME_PLACE:
            yield group
            group = []
        group.append(line)
    yield group


def _outermost(lines: Sequence[Line]) -> Iterator[Line]:
    if lines:
        yield max(lines, key=lambda line: line.middle)
    if len(lines) > 1:
        yield min(lines, key=lambda line: line.middle)


def _page_numbers(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield the lines that look like page numbers, or that count in step with the pages."""
    by_offset = defaultdict(list)
    for line in lines:
        if _SURE_NUMBER.fullmatch(line.text):
            yield line
        elif _BARE_NUMBER.fullmatch(line.text):
            by_offset[_value(line.text) - line.page].append(line)
    for offset, found in by_offset.items():
        pages = {line.page for line in found}
        for line in found:
            if len(pages) > 1 or (offset == 1 and line.text.isdecimal() and _is_low(line)):
                yield line


def _is_low(line: Line) -> bool:
    # Higher up, a lone 1 may be a chapter's number.
    return line.middle < 100


def _value(number: str) -> int:
    if number.isdecimal():
        return int(number)
    values = [_ROMAN[letter] for letter in number.lower()]
    following = [*values[1:], 0]
    return sum(-a if a < b else a for a, b in zip(values, following, strict=True))
