"""The blocks of a text: paragraphs, headings, items and the like, whatever it was written in.

Plain prose, a hard-wrapped book, Markdown, text with entities: nobody says which it is, so markup
is heeded where it is meant. The text is taken piece by piece, from blank line to blank line, so
the first block of a long book comes at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, cast

from kokoro_cli.text import markdown
from kokoro_cli.text.clean import decoded, single_spaced, visible
from kokoro_cli.text.mapped import Edit, Mapped

Kind = Literal["heading", "paragraph", "item", "row", "quote", "code"]


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of text with a pause at both ends."""

    kind: Kind
    text: Mapped
    """In one line, with single spaces; its places are those of the source."""
    line: int
    """Line of the source on which it begins, counted from 1."""


_LINE = re.compile("([^\n\r\x0b\x0c\x85\u2028\u2029]*)(\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]|$)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_LONGEST_PIECE = 50_000

# A piece with nothing of this is a plain paragraph.
_MARKED = re.compile(
    r"[*_`~\\<\[]|(?m:^) {0,3}(?:#{1,6}\s|>|[-+] |\d{1,9}[.)]\s|[=-]{3,}[ \t]*(?:\n|$)|\|)|\|[ \t]*$|\|\s*-{3}"
)
_ITEM = re.compile(r"\s*(?:[•▪◦‣●·–—]\s|\(?(?:[a-zA-Z]|\d{1,3}|[ivx]{1,5})\)\s)")
_BULLET = re.compile(r"^\s*[•▪◦‣●·]\s+|^\s*[–—]\s+(?=\S)")
_TASK = re.compile(r"^\[[ xX]\]\s+")

_PAGE_NUMBER = re.compile(
    r"\s*(?:[-–—] ?\d{1,4} ?[-–—]|\[?[Pp]age \d{1,4}(?: ?(?:of|/) ?\d{1,4})?\]?|p\. ?\d{1,4}|\[\d{1,4}\])\s*"
)
_BARE_NUMBER = re.compile(r"\s*\d{1,4}\s*")

_HYPHENED = re.compile(
    r"(?<![\w-])([^\W\d_]{2,40}(?:-[^\W\d_]{1,40}){0,3})[-\u2010]\n\s*(?=([^\W\d_]{1,40}))"
)
_CJK_BREAK = re.compile(
    r"(?<=[\u3001-\u30ff\u3400-\u9fff\uff00-\uffef])\n\s*(?=[\u3001-\u30ff\u3400-\u9fff\uff00-\uffef])"
)

# Front parts of words that keep their hyphen, where no dictionary is at hand.
_HYPHEN_KEEPERS = frozenset(
    (
        "well self ex non half all high low long short full part two three four five six seven "
        "eight nine ten twenty thirty forty fifty sixty seventy eighty ninety mother father "
        "sister brother old new so co pre post anti cross hard soft open first second third mid "
        "late early ever good better best ill far near single double"
    ).split()
)


def blocks(
    text: str,
    *,
    lines: bool = False,
    first_line: int = 1,
    known_word: Callable[[str], bool] | None = None,
) -> Iterator[Block]:
    """Yield the blocks of the text in order, none of them empty.

    With *lines* each line is a block. *known_word* tells whether a word that is cut at a line's
    end has a hyphen of its own.
    """
    furniture: Mapped | None = None
    line = first_line
    counted = 0
    some = False
    for piece, by_page_end in _pieces(text):
        if _is_furniture(piece.text, by_page_end):
            furniture = furniture or piece
            continue
        for kind, body in _blocks(visible(piece), lines=lines, known_word=known_word):
            clean = single_spaced(body)
            if not len(clean):
                continue
            start = clean.span()[0]
            line += len(_NEWLINES.findall(text, counted, start))
            counted = max(counted, start)
            some = True
            yield Block(cast(Kind, kind), clean, line)
    if not some and furniture is not None:  # A number alone is what was to be said.
        yield Block("paragraph", single_spaced(visible(furniture)), first_line)


_NEWLINES = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")


def _pieces(text: str) -> Iterator[tuple[Mapped, bool]]:
    """Yield the runs of lines between blank ones, each with whether a page ends beside it."""
    start = place = 0
    fence = ""
    page_before = False
    held = False
    while place < len(text):
        match = _LINE.match(text, place)
        assert match is not None
        line, end, place = match[1], match[2], match.end()
        opened = _FENCE.match(line)
        if opened and not fence:
            fence = opened[1]
        elif (opened and opened[1].startswith(fence)) or (fence and place - start > _LONGEST_PIECE):
            fence = ""
        blank = not line.strip()
        page_end = end == "\x0c"
        if not blank:
            held = True
        if (blank and not fence) or page_end or place >= len(text):
            if held:
                yield Mapped.of(_with_newlines(text[start:place]), start), page_before or page_end
            start, held = place, False
            page_before = page_end or (page_before and blank)
            if page_end:
                fence = ""


def _with_newlines(text: str) -> str:
    """Return the text with "\\n" for every line end, and as long as it was."""
    return _ODD_LINE_END.sub(lambda match: " \n" if len(match[0]) == 2 else "\n", text)


_ODD_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


def _is_furniture(text: str, by_page_end: bool) -> bool:
    if len(text) > 60:
        return False
    return bool(_PAGE_NUMBER.fullmatch(text)) or (
        by_page_end and bool(_BARE_NUMBER.fullmatch(text))
    )


def _blocks(
    piece: Mapped, *, lines: bool, known_word: Callable[[str], bool] | None
) -> Iterator[tuple[str, Mapped]]:
    if lines:
        for line in _lines(piece):
            yield from _blocks(line, lines=False, known_word=known_word)
    elif len(piece) <= _LONGEST_PIECE and _MARKED.search(piece.text):
        for kind, body in markdown.blocks(piece):
            body = body.sub(_TASK, "") if kind == "item" else body
            yield kind, _joined(body, known_word)
    else:
        yield from _plain(decoded(piece), known_word)


def _plain(piece: Mapped, known_word: Callable[[str], bool] | None) -> Iterator[tuple[str, Mapped]]:
    """Yield a plain paragraph, and the items in it that begin with a letter or a bullet."""
    starts = [0]
    place = 0
    for line in piece.text.split("\n"):
        if place and _ITEM.match(line):
            starts.append(place)
        place += len(line) + 1
    for start, end in zip(starts, [*starts[1:], len(piece)], strict=True):
        part = piece[start:end]
        is_item = bool(_ITEM.match(part.text))
        if is_item:
            part = part.sub(_BULLET, "")
        yield "item" if is_item else "paragraph", _joined(part, known_word)


def _lines(piece: Mapped) -> Iterator[Mapped]:
    start = 0
    for match in re.finditer("\n|$", piece.text):
        yield piece[start : match.start()]
        start = match.end()


def _joined(text: Mapped, known_word: Callable[[str], bool] | None) -> Mapped:
    """Join the lines: words that were cut at an end, and characters that have no spaces."""
    if "\n" not in text.text:
        return text
    edits: list[Edit] = []
    for match in _HYPHENED.finditer(text.text):
        front, back = match[1], match[2]
        if not back[0].islower():
            continue
        keep = _keeps_hyphen(front, back, known_word)
        edits.append((match.end(1), match.end(), "-" if keep else ""))
    return text.replace(edits).sub(_CJK_BREAK, "")


def _keeps_hyphen(front: str, back: str, known_word: Callable[[str], bool] | None) -> bool:
    last = front.rsplit("-", 1)[-1]
    if known_word is None:
        return last.lower() in _HYPHEN_KEEPERS
    if known_word(last + back):
        return False
    return known_word(last) and known_word(back)
