"""Split a text into blocks: paragraphs, headings, list items and the like.

The input may be plain prose, a hard-wrapped book, Markdown or text with entities. Its format is
not declared, so only what is clearly markup is read as markup. The text is split at blank lines
and read piece by piece, so the first block of a long book comes at once.
"""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple, cast

from kokoro_cli.pauses import Boundary
from kokoro_cli.text import formulas, markdown
from kokoro_cli.text.clean import CONTROL, INVISIBLE, hide, protected, single_spaced, visible
from kokoro_cli.text.extensions import without_extensions
from kokoro_cli.text.mapped import Edit, Mapped

Kind = Literal["heading", "paragraph", "item", "row", "quote", "code", "break"]
KnownWord = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a text with a pause at both ends."""

    kind: Kind
    text: Mapped
    """One line with single spaces, mapped to the source; empty for a scene break alone."""
    line: int
    """Line of the source on which it begins, counted from 1."""
    goes_on: bool = False
    """Whether it is a further line of the block before, as in a poem."""


_SERIES = frozenset(["item", "row", "code"])


class Seams:
    """Finds what ends before each block of a text, which may come in segments."""

    def __init__(self) -> None:
        self._kind = ""
        self._ended = Boundary.SENTENCE
        self._segment = Boundary.PARAGRAPH
        self._known: deque[tuple[int, Boundary]] = deque()

    def begin(self, follows: Boundary, known: Iterable[tuple[int, Boundary]] = ()) -> None:
        """Begin a segment; *known* are lines and what ends before them, in order."""
        self._segment = follows
        self._known = deque(known)
        if follows > Boundary.PARAGRAPH:
            self._ended = max(self._ended, follows)

    def before(self, block: Block) -> Boundary | None:
        """Return what ends before the next block; None for a scene break, which is no text."""
        known: Boundary | None = None
        while self._known and self._known[0][0] <= block.line:
            known = max(known or Boundary.SENTENCE, self._known.popleft()[1])
        if block.kind == "break":
            self._ended = max(self._ended, Boundary.SCENE, known or Boundary.SCENE)
            return None
        follows = max(self._ended, self._usual(block) if known is None else known)
        if follows is not Boundary.SENTENCE:
            self._kind = block.kind
        self._ended, self._segment = Boundary.SENTENCE, Boundary.PARAGRAPH
        return follows

    def _usual(self, block: Block) -> Boundary:
        if self._segment is Boundary.SENTENCE:
            return Boundary.SENTENCE
        if self._kind and "heading" in (self._kind, block.kind):
            return Boundary.HEADING
        same = block.kind == self._kind
        if block.goes_on or (same and block.kind in _SERIES):
            return Boundary.LINE
        wrapped = same and self._segment is Boundary.LINE
        return Boundary.SENTENCE if wrapped else Boundary.PARAGRAPH


class Piece(NamedTuple):
    """Some lines of the source, and whether a page ends before or after them."""

    start: int
    end: int
    page_before: bool
    page_after: bool
    open: bool = False
    """Whether a fence or a comment begins here and is still open at the end of the text."""


_LINE = re.compile("([^\n\r\x0b\x0c\x85\u2028\u2029]*)(\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]|$)")
_NEWLINES = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_ODD_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_NEWLINE = re.compile("\n")
_BLANK = re.compile(rf"[ \t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000{INVISIBLE}{CONTROL}]*")
_LONGEST_PIECE = 50_000

_FENCE = re.compile(
    r"\s{0,12}(?:(?:[-*+]|\d{1,3}[.)])\s{1,4}){0,3}(`{3,}(?=[^`]*$)|~{3,})|[\s>]{0,12}$"
)
_HELD = re.compile(r" {0,3}<(!--|script\b|style\b)", re.IGNORECASE)
_LIST = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s")
_SENTENCE_ENDS = re.compile(r"[.!?:…。！？][\"'”’»)\]]{0,3}\Z")

# A piece without any match is a plain paragraph.
_MARKED = re.compile(
    r"[*_`~\\<\[]"
    r"|(?m:^) {0,3}(?:#{1,6}(?:\s|\Z)|>|[-+]\s|\d{1,9}[.)](?:\s|\Z)|\|)"
    r"|(?m:^) {0,3}[=-]{3,}[ \t]{0,80}(?:\n|\Z)"
    r"|(?m:^)(?=[^\n|]{0,500}\|)[ \t:|-]{2,500}(?:\n|\Z)"
)
# Three of a kind, or a row of ornaments; one is enough of those that no sentence has.
_SCENE_BREAK = re.compile(
    r"\s*(?:([=~#_*+·•§–—-])[ \t\xa0\u3000]{0,5}(?:\1[ \t\xa0\u3000]{0,5}){2,200}"
    r"|(?:[~*#=·•][ \t]{0,5}){3,60}"
    r"|(?:[~*#＊⁎∗✱✻✽❖◆◇●○■□★☆※◦⁂❦❧☙⸻][ \t\xa0\u3000]{0,5}){1,60})\s*"
)
_LONGEST_BREAK = 400
_ITEM = re.compile(r"\s*(?:[•▪◦‣●·]\s|([–—])\s|(\(?(?:[a-zA-Z]|\d{1,3}|[ivx]{1,5})\))\s)")
_BULLET = re.compile(r"\A\s*[•▪◦‣●·–—]\s+(?=\S)")
_TASK = re.compile(r"\A\[[ xX]\]\s+")
_NEXT_FOOTNOTE = re.compile(r"\n(?=[ \t]{0,3}\[\^[^\[\]\n]{1,30}\]:)")

_PAGE_NUMBER = re.compile(
    r"\s*(?:[-–—] ?\d{1,4} ?[-–—]|\[?page \d{1,4}(?: ?(?:of|/) ?\d{1,4})?\]?|p\. ?\d{1,4}|"
    r"\[\d{1,4}\])\s*",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(r"\s*\d{1,4}\s*")

_HYPHENED = re.compile(
    r"(?<![\w-])([^\W_]{1,40}(?:-[^\W\d_]{1,40}){0,3})[-\u2010¬][ \t]{0,8}\n\s*(?=([^\W\d_]{1,40}))"
)
_SOFT_HYPHENED = re.compile(
    r"(?<![\w-])([^\W_]{1,40}(?:-[^\W\d_]{1,40}){0,3})\xad(?=([^\W\d_]{1,40}))"
)
_CJK = "\u3001-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff9f\U00020000-\U0003fffd"
_CJK_BREAK = re.compile(rf"(?<=[{_CJK}])[ \t]{{0,8}}\n\s*(?=[{_CJK}])")

# First parts of words that keep their hyphen, used if no dictionary is available.
_HYPHEN_KEEPERS = frozenset(
    (
        "well self ex non half all high low long short full part two three four five six seven "
        "eight nine ten twenty thirty forty fifty sixty seventy eighty ninety mother father "
        "sister brother old new so co pre post anti cross hard soft open first second third mid "
        "late early ever good better best ill far near single double"
    ).split()
)
# Words that may follow a hanging hyphen: "two- and three-year".
_JOINERS = frozenset(["and", "or", "und", "oder", "et", "ou"])


def blocks(
    text: str,
    *,
    lines: bool = False,
    plain: bool = False,
    first_line: int = 1,
    known_word: KnownWord | None = None,
) -> Iterator[Block]:
    """Yield the blocks of the text in order. None is empty but a scene break, of kind "break".

    With *lines* each line is a block. With *plain* too, and Markdown and entities are not read.
    *known_word* says whether a word is in the dictionary; it decides which hyphens at line ends
    are kept. In plain text such a hyphen is a soft one, and so is what joins a drop cap.
    """
    if plain:
        yield from _plain_blocks(text, first_line, known_word)
        return
    context = markdown.SourceContext(text)
    furniture: Mapped | None = None
    line = first_line
    counted = 0
    some = False
    for piece in pieces(text):
        source = Mapped.of(text[piece.start : piece.end], piece.start).sub(_ODD_LINE_END, "\n")
        body = _without_page_numbers(source, piece)
        if not len(body):
            furniture = furniture or source
            continue
        for kind, found in _blocks(protected(formulas.protected(visible(body))), context):
            if kind == "break":
                yield Block("break", found, line)
                continue
            goes_on = False
            for part in _parts(found, kind, lines=lines):
                clean = single_spaced(_joined(part, known_word))
                if not len(clean):
                    continue
                start = clean.span()[0]
                line += len(_NEWLINES.findall(text, counted, start))
                counted = max(counted, start)
                some = True
                yield Block(cast(Kind, kind), clean, line, goes_on)
                goes_on = lines
    if not some and furniture is not None:  # The text is nothing but a number.
        clean = single_spaced(visible(furniture))
        start = clean.span()[0]
        yield Block("paragraph", clean, first_line + len(_NEWLINES.findall(text, 0, start)))


def _plain_blocks(text: str, first_line: int, known_word: KnownWord | None) -> Iterator[Block]:
    for number, (start, end, _) in enumerate(_lines(text), first_line):
        if _is_break(text[start : min(end, start + _LONGEST_BREAK + 1)]):
            yield Block("break", Mapped.of("", start), number)
            continue
        body = _without_cuts(Mapped.of(text[start:end], start), _SOFT_HYPHENED, known_word)
        clean = single_spaced(formulas.protected(visible(body)), entities=False)
        if len(clean):
            yield Block("paragraph", clean, number)


def _lines(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield the start and end of each line, and whether a page ends with it."""
    place = 0
    while place < len(text):
        match = _LINE.match(text, place)
        assert match is not None
        yield place, match.end(1), match[2] == "\x0c"
        place = match.end()


def pieces(text: str) -> Iterator[Piece]:
    """Yield the runs of lines between blank lines; a fence or an item may include blank lines."""
    start = -1
    end = held_until = 0
    page_before = page_gap = blank_gap = False
    fence = ""
    holds = _Holds(text)
    for begin, line_end, page_end in _lines(text):
        if not _BLANK.fullmatch(text, begin, line_end):
            gap = blank_gap or page_gap
            held = line_end - start < _LONGEST_PIECE and (
                begin < held_until
                or (bool(fence) and not page_gap)
                or _goes_on(text, start, end, begin, page=page_gap, blank=blank_gap)
            )
            if start >= 0 and gap and not held:
                yield Piece(start, end, page_before, page_gap)
                start, page_before, fence = -1, page_gap, ""
            if start < 0:
                start, page_before = begin, page_before or page_gap
            end = line_end
            page_gap = blank_gap = False
            if begin >= held_until:
                fence = _fence_after(fence, text, begin, line_end)
                held_until = max(held_until, holds.end(begin, line_end))
        elif not page_end:
            blank_gap = True
        page_gap = page_gap or page_end
    if start >= 0:
        yield Piece(start, end, page_before, page_gap, bool(fence) or held_until > end)


def _goes_on(text: str, start: int, end: int, begin: int, *, page: bool, blank: bool) -> bool:
    """Whether the line after blank lines, or after a page end, continues the piece before."""
    if page:
        after = text[begin : begin + 80].lstrip()[:1]
        before = _NEWLINES.split(text[max(start, end - 60) : end])[-1]
        ended = _SENTENCE_ENDS.search(before.rstrip()) or _is_page_number(before)
        return not blank and after.islower() and not ended
    indented = text.startswith(("  ", " \t", "\t"), begin)
    return indented and bool(_LIST.match(text, start, end))


def _fence_after(fence: str, text: str, begin: int, end: int) -> str:
    """Return the fence that is open after a line, or "" if there is none."""
    line = text[begin : min(end, begin + 200)]
    marks = line.strip()
    if fence:
        closes = marks.startswith(fence) and not marks.strip(fence[0])
        return "" if closes else fence
    if "```" not in line and "~~~" not in line:
        return ""
    opened = _FENCE.match(line)
    if opened is None or opened[1] is None:
        return ""
    if opened[1][0] == "~" and (markdown.tilde_title(line) or markdown.tilde_text(line)):
        return ""
    following = _LINE.match(text, min(end + 1, len(text)))
    alone = following is None or not following[1].strip()
    # A line of tildes with nothing below it is a scene break.
    return "" if opened[1][0] == "~" and alone else opened[1]


class _Holds:
    """Finds the ends of comments, scripts and styles, which may include blank lines."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._none_before: dict[str, int] = {}

    def end(self, begin: int, line_end: int) -> int:
        """Return the end of what opens on a line; 0 if nothing opens or its end is too far."""
        opened = _HELD.match(self._text, begin, line_end)
        if opened is None:
            return 0
        close = "-->" if opened[1] == "!--" else f"</{opened[1]}"
        if line_end < self._none_before.get(close, 0):
            return 0
        last = min(begin + _LONGEST_PIECE // 2, len(self._text))
        found = self._text.find(close, opened.end(), last)
        if found < 0:
            self._none_before[close] = last - len(close)
            return 0
        return found


def _without_page_numbers(text: Mapped, piece: Piece) -> Mapped:
    """Return the lines without page numbers, which are alone or at the edge of a page."""
    if len(text) <= 60 and _PAGE_NUMBER.fullmatch(text.text):
        return text[:0]
    if piece.page_after:
        last = text.text.rfind("\n") + 1
        if _is_page_number(text.text[last : last + 60]):
            text = text[: max(last - 1, 0)]
    if piece.page_before and len(text):
        first = text.text.find("\n")
        first = first if first >= 0 else len(text)
        if first <= 60 and _is_page_number(text.text[:first]):
            text = text[first + 1 :]
    return text


def _is_page_number(line: str) -> bool:
    return bool(_BARE_NUMBER.fullmatch(line) or _PAGE_NUMBER.fullmatch(line))


def _blocks(piece: Mapped, context: markdown.SourceContext) -> Iterator[tuple[str, Mapped]]:
    if _is_break(piece.text):
        yield "break", piece[:0]
        return
    for part in map(without_extensions, _cut(piece)):
        if _MARKED.search(part.text):
            for kind, body in markdown.blocks(part, context):
                yield kind, body.sub(_TASK, "") if kind == "item" else body
        else:
            yield from _plain(part)


def _is_break(text: str) -> bool:
    return len(text) <= _LONGEST_BREAK and bool(_SCENE_BREAK.fullmatch(text))


def _cut(piece: Mapped) -> Iterator[Mapped]:
    """Cut what is too long to be read at once, at the latest place where a reader would pause.

    Each part is read by itself, so a mark that is closed in a later part is text.
    """
    text = piece.text
    start = 0
    while len(text) - start > _LONGEST_PIECE:
        end = start + _LONGEST_PIECE
        cut = next((at for mark in _CUTS if (at := _last(mark, text, end)) > start), 0)
        cut = cut or _after_marks(text, end)
        nearby = _WHOLE.finditer(text, max(start, cut - _CUT_WITHIN), cut + _CUT_WITHIN)
        cut = next((m.start() for m in nearby if m.start() < cut < m.end()), cut)
        yield _headed(piece, start, cut)
        start = cut
    yield _headed(piece, start, len(text))


def _after_marks(text: str, place: int) -> int:
    """Return the end of the marks of the letter before a place."""
    while place < len(text) and unicodedata.category(text[place])[0] == "M":
        place += 1
    return place


def _headed(piece: Mapped, start: int, end: int) -> Mapped:
    """Return a part; rows of a table that was cut get an empty header, which makes them a table."""
    part = piece[start:end] if start else piece[:end]
    row = _ROW.match(piece.text, start)
    if row is None or not start or not _ROW.match(piece.text, _line_start(piece.text, start - 1)):
        return part
    columns = row[0].count("|")
    header = "| " * columns + "|\n" + "|-" * columns + "|\n"
    place = piece.span(start, start)[0]
    return Mapped.join([Mapped(header, [place] * len(header), [place] * len(header)), part])


def _line_start(text: str, place: int) -> int:
    return text.rfind("\n", 0, place) + 1


_ROW = re.compile(r" {0,3}\|.{0,2000}\|[ \t]{0,80}$", re.MULTILINE)


# Where a piece is cut, the best place first.
_CUTS = [re.compile(mark) for mark in (r"\n", r"[.!?…][\"'”’»)\]]{0,3}\s|[。！？।]", r"\s")]
# What is not cut: a tag, and a control, whose marks are hidden by now.
_WHOLE = re.compile(
    r"<[A-Za-z/!][^<>]{0,2000}>|"
    + hide(r"[")
    + f"[^{hide('[')}]{{1,300}}"
    + hide("]")
    + f"(?:{hide('(')}[^{hide('[')}]{{1,504}}{hide(')')})?"
)
_CUT_WITHIN = 5_000
"""Characters before the end of a part in which it is cut."""


def _last(mark: re.Pattern[str], text: str, end: int) -> int:
    """Return the end of the last such mark in the last characters before a place; 0 if none."""
    return max((m.end() for m in mark.finditer(text, end - _CUT_WITHIN, end)), default=0)


def _plain(piece: Mapped) -> Iterator[tuple[str, Mapped]]:
    """Yield the parts of a plain paragraph; a line with a letter or a bullet begins an item."""
    starts = [0]
    place = 0
    before = ""
    among_items = bool(_ITEM.match(piece.text))
    for line in piece.text.split("\n"):
        item = _ITEM.match(line)
        # A line of a wrapped sentence may begin with a dash, or with the end of "(see a)".
        sure = item and (among_items or not (item[1] or item[2]) or before.rstrip().endswith(":"))
        if place and sure:
            starts.append(place)
            among_items = True
        place += len(line) + 1
        before = line
    for start, end in zip(starts, [*starts[1:], len(piece)], strict=True):
        part = piece[start:end]
        is_item = bool(_ITEM.match(part.text))
        yield "item" if is_item else "paragraph", part.sub(_BULLET, "") if is_item else part


def _parts(body: Mapped, kind: str, *, lines: bool) -> Iterator[Mapped]:
    """Yield the parts of a block that are spoken separately: its lines, or its footnotes."""
    if "\n" not in body.text or kind == "code":
        yield body
        return
    start = 0
    for match in (_NEWLINE if lines else _NEXT_FOOTNOTE).finditer(body.text):
        yield body[start : match.start()]
        start = match.end()
    yield body[start:]


def _joined(text: Mapped, known_word: KnownWord | None) -> Mapped:
    """Join words cut at line ends, and lines of scripts that have no spaces."""
    if "\n" not in text.text:
        return text
    text = _without_cuts(text, _HYPHENED, known_word)
    return text if text.text.isascii() else text.sub(_CJK_BREAK, "")


def _without_cuts(text: Mapped, cut: re.Pattern[str], known_word: KnownWord | None) -> Mapped:
    """Return the text with the halves of each cut word joined, with a hyphen or without."""
    edits: list[Edit] = []
    for match in cut.finditer(text.text):
        initial = cut is _SOFT_HYPHENED and len(match[1]) == 1 and match[1].isupper()
        join = _after_initial if initial else _hyphen
        hyphen = join(match[1], match[2], known_word)
        if hyphen is not None:
            edits.append((match.end(1), match.end(), hyphen))
    return text.replace(edits) if edits else text


def _after_initial(letter: str, rest: str, known_word: KnownWord | None) -> str:
    """Return what joins a drop cap to the next word: a space in "A man", nothing in "After"."""
    if known_word is None or known_word(letter + rest) or not known_word(rest):
        return ""
    return " "


def _hyphen(front: str, back: str, known_word: KnownWord | None) -> str | None:
    """Return what joins the halves of a cut word, "-" or ""; None if they are two words."""
    last = front.rsplit("-", 1)[-1]
    if not back[0].islower():
        return None
    if not last.isalpha():  # "20-year"
        return "-"
    if known_word is None:
        if back in _JOINERS:
            return None
        return "-" if len(last) == 1 or last.lower() in _HYPHEN_KEEPERS else ""
    if known_word(last + back):
        return ""
    if back in _JOINERS:
        return None
    return "-" if len(last) == 1 or (known_word(last) and known_word(back)) else ""
