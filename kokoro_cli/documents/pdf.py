"""PDF: the text of its pages as paragraphs, by chapter.

A PDF holds only the positions of characters. The other pdf modules find lines, columns, headers and
paragraphs; this one opens the file and reads its outline.

The library is native code. A broken file can make it crash, or run and grow without end; so each
file is read in a process of its own, by one thread.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, BinaryIO

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from kokoro_cli.documents import MOST_CHAPTERS, Chapter, Document, plain_chapter
from kokoro_cli.documents.bounds import progress
from kokoro_cli.documents.pdf_furniture import without_furniture
from kokoro_cli.documents.pdf_line import Line
from kokoro_cli.documents.pdf_page import read_lines
from kokoro_cli.documents.pdf_paragraphs import paragraphs, words_of
from kokoro_cli.errors import KokoroError
from kokoro_cli.pauses import Boundary

_JUNK_TITLE = re.compile(r"(?:untitled|unknown|no ?title|title|document|unbenannt)\s?[0-9]*", re.I)
_MADE_WITH = re.compile(r"Microsoft (?:Office )?(?:Word|PowerPoint)\s*-\s*")
_FILE_ENDING = re.compile(r"\.(?:docx?|odt|rtf|pptx?|tex|dvi|pdf|indd|qxd|pages|txt|p65)\Z", re.I)
_JUNK_AUTHOR = re.compile(r"unknown|anonymous|user|admin(?:istrator)?|owner|author|\W*", re.I)
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{1,8}){0,4}")


@dataclass(frozen=True, slots=True)
class _Mark:
    """A bookmark of the outline."""

    title: str
    page: int
    x: float | None
    y: float | None
    """Target on the page, in points; None means the left edge or the top."""


@dataclass(frozen=True, slots=True)
class _Page:
    lines: list[Line]
    has_picture: bool
    failed: bool = False


def read(source: BinaryIO, name: str) -> Document:
    """Return the text by the chapters of the outline; each line is a paragraph.

    KokoroError if the file is broken, locked by a password, or only has pictures of its pages.
    """
    with closing(_opened(source, name)) as pdf:
        pages = [_page(pdf, i) for i in range(len(pdf))]
        marks = _marks(pdf)
        title = _title(_metadata(pdf, b"Title"))
        author = _author(_metadata(pdf, b"Author"))
        language = _language(pdf)
    kept = without_furniture([page.lines for page in pages])
    pictures = [i for i, page in enumerate(pages) if page.has_picture and not kept[i]]
    if not any(kept):
        raise _no_text(name, pictures=bool(pictures))
    return Document(
        title,
        tuple(_chapters(kept, marks)),
        author,
        language,
        problems=tuple(_problems(pages, pictures)),
        incomplete=any(page.failed for page in pages),
    )


def _opened(source: BinaryIO, name: str) -> Any:
    try:
        return pdfium.PdfDocument(source)
    except pdfium.PdfiumError as error:
        if error.err_code == pdfium_c.FPDF_ERR_PASSWORD:
            raise KokoroError(
                f"{name} is locked with a password.",
                hint="Save it without one in a PDF viewer and speak that file.",
            ) from error
        if error.err_code == pdfium_c.FPDF_ERR_SECURITY:
            raise KokoroError(
                f"{name} is encrypted in a way that can't be read.",
                hint="Save it without encryption in a PDF viewer and speak that file.",
            ) from error
        raise KokoroError(
            f"{name} is broken or not a PDF.",
            hint="Check that a PDF viewer opens it, or download it again.",
        ) from error


def _no_text(name: str, *, pictures: bool) -> KokoroError:
    if pictures:
        return KokoroError(
            f"{name} is scanned: its pages are pictures without text.",
            hint="Add a text layer with an OCR program, such as ocrmypdf, and speak that file.",
        )
    return KokoroError(f"{name} holds no text.", hint="Check that a PDF viewer shows text.")


def _page(pdf: Any, number: int) -> _Page:
    progress()
    try:
        with closing(pdf[number]) as page, closing(page.get_textpage()) as text_page:
            lines = read_lines(text_page, number)
            # With more lines, the text is more than a header and a page number on a picture.
            return _Page(lines, len(lines) <= 4 and _has_picture(page))
    except pdfium.PdfiumError:
        return _Page([], has_picture=False, failed=True)


def _has_picture(page: Any) -> bool:
    return any(True for _ in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=4))


def _problems(pages: Sequence[_Page], pictures: Sequence[int]) -> Iterator[str]:
    for first, last in _ranges(pictures):
        if first == last:
            yield f"Page {first + 1} is a picture without text; it is not spoken."
        else:
            numbers = f"Pages {first + 1} to {last + 1}"
            yield f"{numbers} are pictures without text; they are not spoken."
    for first, last in _ranges([i for i, page in enumerate(pages) if page.failed]):
        if first == last:
            yield f"Page {first + 1} can't be read; it is not spoken."
        else:
            yield f"Pages {first + 1} to {last + 1} can't be read; they are not spoken."


def _ranges(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    first = last = None
    for number in numbers:
        if first is not None and last is not None and number != last + 1:
            yield first, last
            first = number
        first = number if first is None else first
        last = number
    if first is not None and last is not None:
        yield first, last


def _chapters(pages: Sequence[Sequence[Line]], marks: Sequence[_Mark]) -> Iterator[Chapter]:
    """Yield the chapters that have text; text before the first one has no title."""
    lines = [line for page in pages for line in page]
    words = words_of(lines)
    first_of_page = []
    count = 0
    for page in pages:
        first_of_page.append(count)
        count += len(page)
    starts = [(0, "")]
    starts += sorted(
        ((_start(pages, first_of_page, mark), mark.title) for mark in marks),
        key=lambda start: start[0],
    )
    ends = [start for start, _ in starts[1:]] + [len(lines)]
    for (start, title), end in zip(starts, ends, strict=True):
        if start < end:
            progress()
            texts = paragraphs(lines[start:end], words)
            yield plain_chapter(title, [(text, Boundary.PARAGRAPH) for text in texts])


def _start(pages: Sequence[Sequence[Line]], first_of_page: Sequence[int], mark: _Mark) -> int:
    """Return the index of the first line at a mark or below it, in all of the book's lines."""
    for i, line in enumerate(pages[mark.page]):
        below = mark.y is None or line.middle <= mark.y + 0.4 * line.height
        if below and (mark.x is None or line.x1 > mark.x):
            return first_of_page[mark.page] + i
    return first_of_page[mark.page] + len(pages[mark.page])


def _marks(pdf: Any) -> list[_Mark]:
    """Return the outline's top level, or the level below it if the top is only the book's title."""
    level = _siblings(pdf, None)
    if len(level) == 1:
        level = _siblings(pdf, level[0]) or level
    found = []
    for bookmark in level:
        destination = pdfium_c.FPDFBookmark_GetDest(pdf, bookmark)
        page = pdfium_c.FPDFDest_GetDestPageIndex(pdf, destination) if destination else -1
        if 0 <= page < len(pdf):
            x, y = _place(destination)
            found.append(_Mark(_bookmark_title(bookmark), page, x, y))
    return found


def _siblings(pdf: Any, parent: Any) -> list[Any]:
    """Return the bookmarks below another one; not all of them, since an outline may be circular."""
    found: list[Any] = []
    bookmark = pdfium_c.FPDFBookmark_GetFirstChild(pdf, parent)
    while bookmark and len(found) < MOST_CHAPTERS:
        found.append(bookmark)
        bookmark = pdfium_c.FPDFBookmark_GetNextSibling(pdf, bookmark)
    return found


def _place(destination: Any) -> tuple[float | None, float | None]:
    has_x, has_y, has_zoom = ctypes.c_int(), ctypes.c_int(), ctypes.c_int()
    x, y, zoom = ctypes.c_float(), ctypes.c_float(), ctypes.c_float()
    pdfium_c.FPDFDest_GetLocationInPage(destination, has_x, has_y, has_zoom, x, y, zoom)
    if has_y.value:
        return x.value if has_x.value else None, y.value
    count, values = ctypes.c_ulong(), (ctypes.c_float * 4)()
    view = pdfium_c.FPDFDest_GetView(destination, count, values)
    fits_width = view in (pdfium_c.PDFDEST_VIEW_FITH, pdfium_c.PDFDEST_VIEW_FITBH)
    return None, values[0] if fits_width and count.value else None


def _bookmark_title(bookmark: Any) -> str:
    return _text(lambda buffer, size: pdfium_c.FPDFBookmark_GetTitle(bookmark, buffer, size))


def _metadata(pdf: Any, key: bytes) -> str:
    return _text(lambda buffer, size: pdfium_c.FPDF_GetMetaText(pdf, key, buffer, size))


def _text(call: Callable[[ctypes.Array[ctypes.c_char] | None, int], int]) -> str:
    """Return the text that a pdfium function writes, on one line; a first call gives its size."""
    size = call(None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    call(buffer, size)
    text = buffer.raw.decode("utf-16-le", "replace").split("\0")[0]
    return " ".join(re.sub("[\x00-\x1f\x7f-\x9f\ufeff]", " ", text).split())


def _title(title: str) -> str:
    """Return the title without text added by programs, as in "Microsoft Word - report.doc"."""
    made = _MADE_WITH.match(title)
    title = _FILE_ENDING.sub("", title[made.end() :] if made else title).strip()
    return "" if _JUNK_TITLE.fullmatch(title) else title


def _author(author: str) -> str:
    return "" if _JUNK_AUTHOR.fullmatch(author) else author


def _language(pdf: Any) -> str | None:
    language = _text(
        lambda buffer, size: pdfium_c.FPDFCatalog_GetLanguage(
            pdf, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)) if buffer else None, size
        )
    )
    return language if _LANGUAGE.fullmatch(language) else None
