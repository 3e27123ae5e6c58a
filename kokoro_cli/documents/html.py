"""Web pages: their visible text, one line per paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from kokoro_cli.documents import MOST_CHAPTERS, Chapter, Document, plain_chapter
from kokoro_cli.documents.encoding import decode
from kokoro_cli.documents.page import Page, parse
from kokoro_cli.documents.page_line import Line, seamed
from kokoro_cli.documents.tags import refuse_too_many_marks
from kokoro_cli.documents.text import chapter_level, lone_title

_DECLARED_IN = 4_096
"""Number of first bytes searched for a declaration; browsers search only 1024."""
_XML_ENCODING = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([\w.:-]{1,40})")
_META_CHARSET = re.compile(
    rb"<meta\s[^>]{0,400}?charset\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})", re.IGNORECASE
)

_GOOD_PART = 0.3
"""Share of a page's characters that its main part needs to replace the whole page."""


def read(source: BinaryIO, name: str) -> Document:
    """Return a web page's main part; each line is a paragraph."""
    data = source.read()
    text = decode(data, name, declared_encoding(data))
    refuse_too_many_marks(text, name)
    page = parse(text, web=True)
    lines = main_part(page)
    headings = [line for line in lines if line.level]
    lone = headings[0] if lone_title([line.level or 0 for line in headings]) else None
    title = page.title or (lone.text if lone else "")
    return Document(title, tuple(_chapters(lines, lone)), language=page.language)


def declared_encoding(data: bytes) -> str | None:
    """Return the encoding from a page's XML declaration or meta element."""
    head = data[:_DECLARED_IN]
    found = _XML_ENCODING.match(head) or _META_CHARSET.search(head)
    return found[1].decode("ascii", "ignore") if found else None


def main_part(page: Page) -> list[Line]:
    """Return the lines of main, or of the only article, if it holds enough of the text.

    Otherwise return all lines except those of headers, footers and asides.
    """
    length = sum(len(line.text) for line in page.lines)
    for part in ("main", "article") if page.articles == 1 else ("main",):
        lines = [line for line in page.lines if line.part == part]
        if sum(len(line.text) for line in lines) > _GOOD_PART * length:
            return lines
    return [line for line in page.lines if line.part != "beside"] or list(page.lines)


def _chapters(lines: Sequence[Line], lone: Line | None) -> Iterator[Chapter]:
    """Yield chapters, cut at the highest heading level that occurs more than once.

    *lone* is the heading of the whole page. It is the title of the text before the first chapter,
    but no chapter by itself.
    """
    level = chapter_level(line.level for line in lines if line.level) or 0
    if sum(bool(line.level) and (line.level or 0) <= level for line in lines) > MOST_CHAPTERS:
        level = 0
    title = lone.text if lone else ""
    texts: list[Line] = []
    has_text = False
    for line in lines:
        cuts = bool(line.level) and (line.level or 0) <= level and line is not lone
        if cuts and has_text:
            yield plain_chapter(title, seamed(texts))
            texts = []
        title = line.text if cuts else title
        texts.append(line)
        has_text = has_text or line is not lone
    yield plain_chapter(title, seamed(texts))
