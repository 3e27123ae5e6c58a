"""Join the lines of a book's pages to paragraphs.

A PDF has no paragraphs, only lines. As for a reader, a paragraph ends at a gap, an indent, a short
last line or a change of size.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median, quantiles

from kokoro_cli.documents.pdf_line import HYPHEN, Line

# In usual distances of two lines.
_GAP = 1.3
"""A larger gap ends a paragraph, unless its sentence goes on."""
_WIDE_GAP = 2.2
"""A larger gap always ends a paragraph."""

# In line heights.
_INDENT = 0.6
_OTHER_SIZE = 1.18

_NARROW = 20
"""Least width of a column with only a few lines, in line heights."""

_SHORT = 0.15
"""Share of the column's width; more free space than this shows the end of a paragraph."""

_FEW = 4
"""Fewer lines than this do not show the edges of their column."""

_ENDS = re.compile(r"[.!?…:。！？：][\"'”’»)\]」』]{0,3}\Z")
_BULLET = re.compile(r"[•▪◦‣●■]")
_LEADER_END = re.compile(r"(?:[0-9]{1,4}|[ivxlc]{1,8}|[A-Z]-?[0-9]{1,3})\Z")
_LEADERS = " .…·․_"
_FEWEST_LEADERS = 5
_WORDS = re.compile(r"\w+(?:[-‐]\w+)*")
_FRONT = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*\Z")
_BACK = re.compile(r"[^\W\d_]+")
_SOFT_HYPHEN = "\xad"
"""Joins two halves whose hyphen may belong to the word: the text's reader decides, who knows it."""

_JOINERS = frozenset(["and", "or", "und", "oder", "et", "ou"])
_CJK = re.compile(
    "[\u3001-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff9f\U00020000-\U0003fffd]"
)


@dataclass(frozen=True, slots=True)
class _Column:
    """The x at which a column's lines begin and end, and the distance of two lines, in points."""

    left: float
    right: float
    pitch: float


@dataclass(frozen=True, slots=True)
class _Place:
    """A line in its column."""

    line: Line
    column: _Column
    first: bool
    """Whether it is the first line of its column."""


def words_of(lines: Sequence[Line]) -> frozenset[str]:
    """Return all words, hyphenated ones included; `paragraphs` joins split words by them."""
    return frozenset(word for line in lines for word in _WORDS.findall(line.text.casefold()))


def paragraphs(lines: Sequence[Line], words: frozenset[str]) -> Iterator[str]:
    """Yield the paragraphs of lines in reading order, each as one line of text."""
    open_lines: list[_Place] = []
    for place in _in_columns(lines):
        if open_lines and _begins(open_lines, place):
            yield _joined(open_lines, words)
            open_lines = []
        open_lines.append(place)
    if open_lines:
        yield _joined(open_lines, words)


def _in_columns(lines: Sequence[Line]) -> Iterator[_Place]:
    runs = list(_runs(lines))
    usual = _pitches(runs)
    usual_left, usual_right = _usual_edges(runs)
    for run in runs:
        left, right = _edges(run)
        if len(run) < _FEW:
            # A few lines do not show their column's width; use the usual one if they fit it.
            alike = abs(left - usual_left) < 4 * run[0].height and right <= usual_right + 1
            narrow = left + _NARROW * run[0].height
            left, right = (usual_left, usual_right) if alike else (left, max(right, narrow))
        own = _pitches([run])
        for i, line in enumerate(run):
            size = round(line.height)
            pitch = own.get(size) or usual.get(size) or 1.1 * line.height
            yield _Place(line, _Column(left, right, pitch), first=i == 0)


def _runs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield the runs of lines below each other on one page."""
    run: list[Line] = []
    for line in lines:
        if run and (line.page != run[-1].page or line.middle > run[-1].middle + 0.5 * line.height):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _edges(run: Sequence[Line]) -> tuple[float, float]:
    lefts = Counter(round(line.x0) for line in run)
    most = max(lefts.values())
    left = min(x for x, count in lefts.items() if count >= max(most / 3, min(2, most)))
    rights = sorted(line.x1 for line in run)
    return float(left), rights[-1 - len(rights) // 20]


def _usual_edges(runs: Sequence[Sequence[Line]]) -> tuple[float, float]:
    long_runs = [run for run in runs if len(run) >= _FEW]
    if not long_runs:
        return 0.0, 0.0
    edges = [_edges(run) for run in long_runs]
    return median(left for left, _ in edges), median(right for _, right in edges)


def _pitches(runs: Sequence[Sequence[Line]]) -> dict[int, float]:
    """Return the distance of two lines inside a paragraph, in points, for each rounded height.

    It is the first quartile of all distances; in a text of one-line paragraphs it is too large.
    """
    steps = defaultdict(list)
    for run in runs:
        for a, b in pairwise(run):
            step = a.bottom - b.bottom
            if round(a.height) == round(b.height) and step > 0.5 * a.height:
                steps[round(a.height)].append(step)
    return {size: quantiles(found, n=4)[0] for size, found in steps.items() if len(found) >= _FEW}


def _begins(before: Sequence[_Place], place: _Place) -> bool:
    """Whether a line begins a paragraph instead of continuing the open one."""
    last, line = before[-1].line, place.line
    if _other_size(last, line) or _without_leaders(last.text) != last.text:
        return True
    if _BULLET.match(line.text):
        return True
    goes_on = not _ENDS.search(last.text) and (
        line.text[0].islower() or last.text.endswith((HYPHEN, ",", ";"))
    )
    if place.first:
        return not goes_on and _ends_early(before[-1], place)
    step = last.bottom - line.bottom
    if step > _WIDE_GAP * place.column.pitch or (
        step > _GAP * place.column.pitch and not (goes_on and not _is_short(before[-1], line))
    ):
        return True
    if goes_on:
        return False
    return _is_indented(before, line) or _is_short(before[-1], line)


def _other_size(a: Line, b: Line) -> bool:
    small, large = sorted((a.height, b.height))
    return large > _OTHER_SIZE * small


def _ends_early(last: _Place, place: _Place) -> bool:
    """Whether the last line of a page or a column ends its paragraph."""
    indented = place.line.x0 - place.column.left > _INDENT * place.line.height
    if _ENDS.search(last.line.text) and indented:
        return True
    return _is_short(last, place.line)


def _is_indented(before: Sequence[_Place], line: Line) -> bool:
    last = before[-1].line
    shift = line.x0 - last.x0
    if abs(shift + line.x1 - last.x1) < 1 < abs(shift):
        return False  # Both are centred.
    if shift > _INDENT * line.height:
        # Without a sentence end it may be a hanging indent, as in a bibliography.
        return bool(_ENDS.search(last.text)) or len(before) > 1
    block = len(before) > 1 and abs(before[-2].line.x0 - last.x0) < 1
    return block and shift < -_INDENT * line.height and bool(_ENDS.search(last.text))


def _is_short(place: _Place, following: Line) -> bool:
    """Whether the next line's first word would have fitted at the end of this line.

    After a sentence end, a little room to spare is enough; otherwise much more is needed.
    """
    first = 1 if _CJK.match(following.text) else len(following.text.split(" ", 1)[0]) + 1
    word = first * (following.x1 - following.x0) / max(1, len(following.text))
    free = place.column.right - place.line.x1 - word
    width = place.column.right - place.column.left
    slack = 0.03 if _ENDS.search(place.line.text) else _SHORT
    return free > slack * width


def _joined(places: Sequence[_Place], words: frozenset[str]) -> str:
    text = ""
    parts: list[str] = []
    for i, place in enumerate(places):
        text = _without_leaders(place.line.text)
        following = places[i + 1].line.text if i + 1 < len(places) else ""
        parts.append(_with_join(text, following, words))
    return "".join(parts).replace(HYPHEN, "-").strip()


def _with_join(text: str, following: str, words: frozenset[str]) -> str:
    """Return a line's text followed by a space, a hyphen or nothing, to join it to the next."""
    if not following:
        return text
    if text.endswith((HYPHEN, "-", "‐", "\u00ad")):
        return text[:-1] + _hyphen(text[-41:-1], following[:40], words)
    if _CJK.match(text[-1]) and _CJK.match(following):
        return text
    return text + " "


def _hyphen(before: str, after: str, words: frozenset[str]) -> str:
    """Return what joins two halves of a word: "" if a line break split it, else "-" or "- ".

    It is a soft hyphen if the document's other words don't tell.
    """
    front, back = _FRONT.search(before), _BACK.match(after)
    if front is None or back is None:
        # "20-/year", but "wait -/not now".
        return "- " if before.endswith(" ") or not before else "-"
    if back[0] in _JOINERS:
        return "- "
    if (front[0] + back[0]).casefold() in words:
        return ""
    if f"{front[0]}-{back[0]}".casefold() in words:
        return "-"
    cut = back[0].islower() and "-" not in front[0] and front[0][-1].islower()
    return _SOFT_HYPHEN if cut else "-"


def _without_leaders(text: str) -> str:
    """Return an entry of a table of contents without the dots before its page number."""
    match = _LEADER_END.search(text[-12:])
    if match is None:
        return text
    front = text[: len(text) - len(match[0])]
    entry = front.rstrip(_LEADERS)
    leaders = len(front) - len(entry) - front[len(entry) :].count(" ")
    return f"{entry} {match[0]}".strip() if leaders >= _FEWEST_LEADERS else text
