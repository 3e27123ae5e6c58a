"""Markdown by a real parser, its text mapped to the source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from kokoro_cli.text.clean import decoded
from kokoro_cli.text.mapped import Mapped

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

# What the parser must not take for markup stands under another character while it looks; each is
# as long as what it stands for, so that places stay.
_STAND_INS = {
    "*": "\ue000",
    "[": "\ue001",
    "]": "\ue002",
    ".": "\ue003",
    ")": "\ue004",
    "_": "\ue005",
    "=": "\ue006",
    "-": "\ue007",
    "<": "\ue008",
}
_HIDE = str.maketrans(_STAND_INS)
_SHOW = str.maketrans({stand_in: character for character, stand_in in _STAND_INS.items()})

_HIDDEN = re.compile(
    # A product, and names with underscores that are not meant as emphasis.
    r"(?<=\d)\*(?=\d)|(?<=\b[a-zA-Z])\*(?=[a-zA-Z]\b)"
    r"|(?<!\w)__(?=[a-z]{2,20}__)|(?<=[a-z])__(?!\w)"
    # A pronunciation, which looks like a link.
    r"|\[(?=[^\[\]\n]{1,300}\]\((?:/[^/\[\]\n]{0,300}/|say:[^()\n]{0,300})\))"
    # The text of a footnote, which looks like the target of a link.
    r"|(?m:^)\[(?=\^[^\]\n]{1,30}\]:)"
    # A year that begins a line is no number of an item.
    r"|(?<=\d{4})[.)](?=\s)|(?<=[2-9]\d\d)[.)](?=\s)"
    # One or two signs under a line are no underline of a heading.
    r"|(?m:^)(?:[=-]{1,2})(?=[ \t]*$)"
    r"|<(?=[\d\s=-])"
)
_NUMBER = re.compile(r"\d{1,9}[.)]")
_BLOCK_TAG = re.compile(
    r"</?(?:p|div|h[1-6]|li|ul|ol|tr|table|section|article|header|footer|blockquote|pre|dl|dt|dd|hr|body|html|head|title)\b[^<>]{0,2000}>",
    re.IGNORECASE,
)
_UNSPOKEN = re.compile(
    r"<(script|style|head)\b[^<>]{0,2000}>.*?</\1\s{0,8}>|<!--.*?-->|<!\w[^<>]{0,2000}>|<\?.*?\?>",
    re.IGNORECASE | re.DOTALL,
)
_BREAK = re.compile(r"<(?:br|hr|td|th)\b[^<>]{0,2000}>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][\w:-]{0,40}(?:\s[^<>]{0,2000})?/?>")

Found = tuple[str, Mapped]
"""A block's kind and its text."""


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"maxNesting": 20}).enable(["table", "strikethrough"])
    # Indented paragraphs are as common in books as indented code is elsewhere.
    parser.disable(["code", "text_join"])
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return parser


def blocks(text: Mapped) -> Iterator[Found]:
    """Yield the blocks of some lines of Markdown; a fence gives one for each of its lines."""
    source = _HIDDEN.sub(lambda match: match[0].translate(_HIDE), text.text)
    lines = _line_starts(source)
    reader = _Reader(text, source)
    inside: list[str] = []
    number = ""
    cells: list[Mapped] = []
    for token in _parser().parse(source):
        kind = token.type
        if kind == "list_item_open":
            number = token.info
        elif kind == "inline" and token.map:
            reader.place = max(reader.place, lines[token.map[0]])
            front = reader.number() if number else None
            number = ""
            body = reader.inline(token)
            if "table" in inside:
                cells.append(body)
            else:
                parts = [front, body] if front else [body]
                yield _kind(inside), Mapped.join(parts, " ")
        elif kind == "tr_close":
            yield "row", Mapped.join([c for c in cells if len(c)], ", ")
            cells = []
        elif kind in ("fence", "code_block") and token.map:
            first, last = lines[token.map[0] + 1], lines[min(token.map[1], len(lines) - 1)]
            yield from _code(text[first:last])
        elif kind == "html_block" and token.map:
            yield from html_blocks(text[lines[token.map[0]] : lines[token.map[1]]])
        if kind.endswith("_open"):
            inside.append(kind[:-5])
        elif kind.endswith("_close") and inside:
            inside.pop()


def html_blocks(text: Mapped) -> Iterator[Found]:
    """Yield the text between HTML's tags; a tag of a block begins a new one."""
    text = text.sub(_UNSPOKEN, " ")
    start = 0
    for match in [*_BLOCK_TAG.finditer(text.text), None]:
        part = text[start : match.start() if match else len(text)]
        yield "paragraph", decoded(part.sub(_BREAK, " ").sub(_TAG, ""))
        start = match.end() if match else start


def _line_starts(text: str) -> list[int]:
    starts = [0, *(m.end() for m in re.finditer("\n", text))]
    return [*starts, len(text), len(text)]


def _kind(inside: list[str]) -> str:
    for name, kind in (("heading", "heading"), ("list_item", "item"), ("blockquote", "quote")):
        if name in inside:
            return kind
    return "paragraph"


def _code(text: Mapped) -> Iterator[Found]:
    start = 0
    for match in re.finditer(r"[^\n]{1,}", text.text):
        start = match.start()
        if not match[0].strip().startswith(("```", "~~~")):
            yield "code", text[start : match.end()]


class _Reader:
    """Finds the parser's text in the source, always going forward."""

    def __init__(self, text: Mapped, source: str) -> None:
        self._text, self._source = text, source
        self.place = 0

    def number(self) -> Mapped | None:
        """Return the number in front of an item, which is spoken."""
        line = self._source.rfind("\n", 0, self.place) + 1
        match = None
        for match in _NUMBER.finditer(self._source, line, self.place + 40):
            break
        if match is None:
            return None
        self.place = max(self.place, match.end())
        return self._text[match.start() : match.end()]

    def inline(self, token: Token) -> Mapped:
        """Return the text of an inline token, its markup left out."""
        parts: list[Mapped] = []
        for child in token.children or []:
            if child.type == "text_special":
                parts.append(self._special(child))
            elif child.type in ("text", "code_inline"):
                parts += self._words(child.content)
            elif child.type == "image":
                parts.append(self.inline(child))
            elif child.type in ("softbreak", "hardbreak"):
                parts.append(self._gap("\n"))
            elif child.type == "html_inline":
                self._skip(child.content)
                if _BREAK.match(child.content):
                    parts.append(self._gap(" "))
        return decoded(Mapped.join(parts))

    def _special(self, token: Token) -> Mapped:
        start = self._source.find(token.markup, self.place)
        if start < 0:
            return self._gap(token.content)
        self.place = start + len(token.markup)
        taken = self._text[start : self.place]
        return taken.replace([(0, len(taken), token.content)])

    def _words(self, content: str) -> Iterator[Mapped]:
        """Yield the words of some text, and the spaces between them."""
        for piece in re.findall(r"\s+|\S+", content):
            start = -1 if piece.isspace() else self._source.find(piece, self.place)
            if start < 0:
                yield self._gap(" " if piece.isspace() else piece.translate(_SHOW))
                continue
            self.place = start + len(piece)
            yield self._text[start : self.place]

    def _skip(self, content: str) -> None:
        start = self._source.find(content, self.place)
        self.place = start + len(content) if start >= 0 else self.place

    def _gap(self, character: str) -> Mapped:
        place = self._text.span(self.place, self.place)[0]
        return Mapped(character, [place] * len(character), [place] * len(character))
