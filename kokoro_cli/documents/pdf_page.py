"""Find the lines of a PDF page, in reading order, from its characters' boxes."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from kokoro_cli.documents.pdf_initials import with_initials
from kokoro_cli.documents.pdf_line import HYPHEN, Line
from kokoro_cli.documents.pdf_raised import lowered, raised

_Box = tuple[float, float, float, float]
"""Left, bottom, right and top in points; y grows upwards."""

_HYPHENS = frozenset([0x02, 0xAD, 0xFFFE])
_LETTERS = {
    **{0xFB00 + i: pair for i, pair in enumerate(["ff", "fi", "fl", "ffi", "ffl", "st", "st"])},
    # Bullets of the fonts Symbol and Wingdings, from the private use area.
    **dict.fromkeys([0xF0B7, 0xF0A7, 0xF0D8, 0xF0FC, 0xF076], "•"),
}
_UNSEEN = re.compile(
    "[\x00\x01\x03-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    "\ud800-\udfff\ue000-\uf8ff\ufff0-\uffff]"
)

# In line heights.
_WIDE_GAP = 1.0
_OTHER_ROW = 0.6
_INITIAL = 1.6
_SPACE = 0.1
"""Least gap that is a space where the library ends a line."""
_SMALL = 0.85
"""Greatest height of a raised or lowered character."""
_RAISED = 0.18
_LOWERED = 0.03
"""Least distance of its foot from the others'."""

_FEWEST_ROWS = 4
_MOST_GAPS = 40


@dataclass(slots=True)
class _Segment:
    """A part of a row without a wide gap, while it is being collected."""

    x0: float
    x1: float
    letters: list[str] = field(default_factory=list)
    bottoms: list[float] = field(default_factory=list)
    tops: list[float] = field(default_factory=list)

    def add(self, letter: str, box: _Box) -> None:
        self.letters.append(letter)
        self.x0, self.x1 = min(self.x0, box[0]), max(self.x1, box[2])
        self.bottoms.append(box[1])
        self.tops.append(box[3])

    def line(self, page: int) -> Line:
        # Medians, so that a high figure or a large initial does not move the line.
        bottom, top = median(self.bottoms), median(self.tops)
        return Line(page, _clean(self._text(bottom, top)), self.x0, self.x1, bottom, top)

    def _text(self, bottom: float, top: float) -> str:
        """Return the text of a line with these edges; what is raised or lowered is rewritten."""
        sizes = zip(self.bottoms, self.tops, strict=True)
        shifts = [
            _shift(own, high, bottom, top - bottom) if high - own < _SMALL * (top - bottom) else 0
            for own, high in sizes
        ]
        if not any(shifts):
            return "".join(self.letters)
        seen = iter(shifts)
        runs: list[tuple[int, str]] = []
        for letter in self.letters:
            shift = 0 if letter == " " else next(seen)
            if runs and runs[-1][0] == shift:
                runs[-1] = (shift, runs[-1][1] + letter)
            else:
                runs.append((shift, letter))
        return _rewritten(runs)


def _shift(bottom: float, top: float, line_bottom: float, height: float) -> int:
    """Return 1 for a small character that is raised, -1 for one that is lowered, else 0."""
    if bottom - line_bottom > _RAISED * height:
        return 1
    return -1 if line_bottom - bottom > _LOWERED * height and top < line_bottom + height else 0


def _rewritten(runs: Sequence[tuple[int, str]]) -> str:
    parts: list[str] = []
    before = ""
    for i, (shift, text) in enumerate(runs):
        after = runs[i + 1][1] if i + 1 < len(runs) else ""
        if shift:
            text = raised(before, text, after) if shift > 0 else lowered(before, text)
        parts.append(text)
        before = (before + text)[-80:]
    return "".join(parts)


def read_lines(text_page: pdfium.PdfTextPage, page: int) -> list[Line]:
    """Return a page's lines, in the file's order unless columns or positions contradict it."""
    segments = [segment.line(page) for segment in _segments(text_page)]
    rows = _rows(with_initials([segment for segment in segments if segment.text]))
    gutter = _gutter(rows)
    if gutter is not None:
        return list(_by_columns(rows, gutter))
    lines = [_joined(row) for row in rows]
    if _out_of_order(lines):
        lines.sort(key=lambda line: (-round(line.middle), line.x0))
    return lines


def _clean(text: str) -> str:
    if not text.isascii():
        # On some systems, characters beyond 16 bits are surrogate pairs.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore").translate(_LETTERS)
    return " ".join(_UNSEEN.sub("", text).split())


def _segments(text_page: pdfium.PdfTextPage) -> Iterator[_Segment]:
    raw = text_page.raw
    count = pdfium_c.FPDFText_CountChars(raw)
    turn = _turn_of_page(text_page, count)
    rect = pdfium_c.FS_RECTF()
    segment: _Segment | None = None
    ended = spaced = False  # After the last character: whether the library ends the line, a space.
    for i in range(count):
        code = pdfium_c.FPDFText_GetUnicode(raw, i)
        if code in (0x0A, 0x0D):
            ended = True
            continue
        if code == 0x20:
            spaced = True
            continue
        pdfium_c.FPDFText_GetLooseCharBox(raw, i, rect)
        box = _turned((rect.left, rect.bottom, rect.right, rect.top), turn)
        apart = segment is not None and (
            (ended and not _goes_on(segment, box))
            or (_is_apart(segment, box, chr(code)) and _turn(text_page, i) == turn)
        )
        if segment is not None and apart:
            yield segment
            segment = None
        if segment is None:
            segment = _Segment(box[0], box[2])
        elif spaced or (ended and box[0] - segment.x1 > _SPACE * (box[3] - box[1])):
            segment.letters.append(" ")
        ended = spaced = False
        hyphen = code in _HYPHENS and pdfium_c.FPDFText_IsHyphen(raw, i) == 1
        segment.add(HYPHEN if hyphen else chr(code), box)
        if hyphen:
            yield segment
            segment = None
    if segment is not None:
        yield segment


def _goes_on(segment: _Segment, box: _Box) -> bool:
    """Whether a line goes on where the library ends it: after a raised or lowered character."""
    bottom, top = segment.bottoms[-1], segment.tops[-1]
    small, large = sorted((top - bottom, box[3] - box[1]))
    beside = min(top, box[3]) - max(bottom, box[1]) > 0.5 * small
    return small < _SMALL * large and beside and -0.2 * large < box[0] - segment.x1 < 0.6 * large


def _turn(text_page: pdfium.PdfTextPage, i: int) -> int:
    """Return a character's rotation in quarter turns; 0 is upright."""
    angle: float = pdfium_c.FPDFText_GetCharAngle(text_page.raw, i)
    return round(angle / (math.pi / 2)) % 4


def _turn_of_page(text_page: pdfium.PdfTextPage, count: int) -> int:
    turns = Counter(_turn(text_page, i) for i in range(0, count, max(1, count // 40)))
    return turns.most_common(1)[0][0] if turns else 0


def _turned(box: _Box, turn: int) -> _Box:
    """Return the box after the page is turned so that its text is upright."""
    left, bottom, right, top = box
    if turn == 1:
        return -top, left, -bottom, right
    if turn == 2:
        return -right, -top, -left, -bottom
    if turn == 3:
        return bottom, -right, top, -left
    return box


def _is_apart(segment: _Segment, box: _Box, letter: str) -> bool:
    """Whether a character is in another row, after a wide gap or after a large initial."""
    bottom, top = segment.bottoms[-1], segment.tops[-1]
    height = max(top - bottom, box[3] - box[1])
    if abs(bottom + top - box[1] - box[3]) / 2 > _OTHER_ROW * height:
        return True
    large = len(segment.tops) == 1 and top - bottom > _INITIAL * (box[3] - box[1])
    if large and letter.isalpha():
        return True
    return max(box[0] - segment.x1, segment.x0 - box[2]) > _WIDE_GAP * height


def _rows(segments: Sequence[Line]) -> list[list[Line]]:
    """Group consecutive segments that are side by side."""
    rows: list[list[Line]] = []
    for segment in segments:
        before = rows[-1][-1] if rows else None
        if before is not None and _beside(before, segment):
            rows[-1].append(segment)
        else:
            rows.append([segment])
    return rows


def _beside(a: Line, b: Line) -> bool:
    shared = min(a.top, b.top) - max(a.bottom, b.bottom)
    if shared < 0.5 * min(a.height, b.height):
        return False
    return max(b.x0 - a.x1, a.x0 - b.x1) > -0.5 * max(a.height, b.height)


def _joined(row: Sequence[Line]) -> Line:
    if len(row) == 1:
        return row[0]
    largest = max(row, key=lambda line: len(line.text))
    parts = [line.text.replace(HYPHEN, "-") for line in row[:-1]]
    return Line(
        row[0].page,
        " ".join([*parts, row[-1].text]),
        min(line.x0 for line in row),
        max(line.x1 for line in row),
        largest.bottom,
        largest.top,
    )


def _gutter(rows: Sequence[Sequence[Line]]) -> float | None:
    """Return the x between two columns that the file writes row by row; None if there are none.

    Tables have such a gap too, but the cells on one side are narrow or have few words.
    """
    gaps = [(a.x1, b.x0) for row in rows for a, b in pairwise(row)]
    if len(gaps) < _FEWEST_ROWS:
        return None
    middles = [(a + b) / 2 for a, b in gaps[:: max(1, len(gaps) // _MOST_GAPS)]]
    gutter = max(middles, key=lambda x: sum(a < x < b for a, b in gaps))
    shared = [row for row in rows if any(a.x1 < gutter < b.x0 for a, b in pairwise(row))]
    crossed = sum(line.x0 < gutter < line.x1 for row in rows for line in row)
    if len(shared) < max(_FEWEST_ROWS, 2 * crossed):
        return None
    width = max(row[-1].x1 for row in shared) - min(row[0].x0 for row in shared)
    for side in ([_part(row, gutter, right=right) for row in shared] for right in (False, True)):
        widths = [line[-1].x1 - line[0].x0 for line in side]
        words = [sum(len(segment.text.split()) for segment in line) for line in side]
        if median(widths) < 0.25 * width or median(words) < 3:
            return None
    return gutter


def _part(row: Sequence[Line], gutter: float, *, right: bool) -> list[Line]:
    return [line for line in row if (line.x0 > gutter) == right]


def _by_columns(rows: Sequence[Sequence[Line]], gutter: float) -> Iterator[Line]:
    """Yield the left column, then the right one; start anew after each row across both."""
    columns: tuple[list[Line], list[Line]] = ([], [])
    for row in rows:
        if any(line.x0 < gutter < line.x1 for line in row):
            yield from columns[0] + columns[1]
            columns = ([], [])
            yield _joined(row)
            continue
        for right in (False, True):
            part = _part(row, gutter, right=right)
            if part:
                columns[right].append(_joined(part))
    yield from columns[0] + columns[1]


def _out_of_order(lines: Sequence[Line]) -> bool:
    """Whether many lines are higher on the page than the previous line of the same column."""
    steps = list(pairwise(lines))
    upwards = sum(
        b.bottom > a.top and min(a.x1, b.x1) - max(a.x0, b.x0) > 0.5 * min(a.x1 - a.x0, b.x1 - b.x0)
        for a, b in steps
    )
    return upwards > len(steps) // 4
