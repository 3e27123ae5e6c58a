"""Files that are made to do harm: each is read, or is one error, within the bounds."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import pytest

from kokoro_cli.documents import read_bytes
from kokoro_cli.errors import KokoroError
from tests.documents.pdfs import FONT, FORM_OF_ITSELF, HELLO, one_page, pdf, stream
from tests.documents.test_epub import book, nav, opf, xhtml, zipped


def _deflated(data: bytes, times: int) -> bytes:
    for _ in range(times):
        data = zlib.compress(data, 9)
    return stream(data, b"/Filter[%s]" % (b"/FlateDecode" * times))


def _with_content(content: bytes) -> bytes:
    pages = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    page = (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>>>>>"
    )
    return pdf([b"<</Type/Catalog/Pages 2 0 R>>", pages, page, content, FONT])


def _with_pages(pages: bytes) -> bytes:
    page = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
    return pdf([b"<</Type/Catalog/Pages 2 0 R>>", pages, page, stream(HELLO), FONT])


def _chain(count: int) -> bytes:
    """Return a page whose forms draw the next one ten times each."""
    forms = [
        stream(
            b"/X Do " * 10,
            b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>"
            % (7 + i),
        )
        for i in range(count)
    ]
    last = stream(HELLO, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</Font<</F 5 0 R>>>>")
    return one_page(HELLO + b" /X Do", *forms, last, resources=b"/XObject<</X 6 0 R>>")


_LARGE = b"/DecodeParms<</Predictor 15/Columns 2147483647/Colors 32/BitsPerComponent 16>>"
PDFS: dict[str, Callable[[], bytes]] = {
    "a form that draws itself": lambda: FORM_OF_ITSELF,
    "forms that draw ten of the next": lambda: _chain(12),
    "a stream a thousand times larger": lambda: _with_content(_deflated(HELLO * 2_000_000, 1)),
    "a stream a million times larger": lambda: _with_content(_deflated(HELLO * 2_000_000, 3)),
    "a page of ten million letters": lambda: _with_content(
        _deflated(b"BT /F 9 Tf (" + b"a" * 10_000_000 + b") Tj ET", 1)
    ),
    "a page of a million lines": lambda: _with_content(
        _deflated(b"BT /F 9 Tf " + b"1 0 0 1 9 9 Tm (a) Tj " * 1_000_000 + b"ET", 1)
    ),
    "a predictor of large rows": lambda: _with_content(
        stream(HELLO, b"/Filter/FlateDecode" + _LARGE)
    ),
    "deep arrays": lambda: _with_content(stream(b"[" * 1_000_000)),
    "deep dictionaries": lambda: _with_pages(b"<</A" * 100_000),
    "a page many times": lambda: _with_pages(
        b"<</Type/Pages/Count 20000/Kids[" + b"3 0 R " * 20_000 + b"]>>"
    ),
    "more pages than there are": lambda: _with_pages(
        b"<</Type/Pages/Count 2147483647/Kids[3 0 R]>>"
    ),
    "pages in themselves": lambda: _with_pages(
        b"<</Type/Pages/Count 9999/Kids[2 0 R 3 0 R 2 0 R]>>"
    ),
    "a font of itself": lambda: one_page(HELLO).replace(
        FONT, b"<</Type/Font/Subtype/Type0/DescendantFonts[5 0 R]/Encoding 5 0 R/ToUnicode 5 0 R>>"
    ),
    "a table of objects before itself": lambda: one_page(HELLO).replace(
        b"/Root 1 0 R", b"/Root 1 0 R/Prev 9/XRefStm 9"
    ),
    "a length of its own": lambda: _with_content(
        b"<</Length 4 0 R>>\nstream\n" + HELLO + b"\nendstream"
    ),
    "an endless length": lambda: _with_content(
        stream(HELLO).replace(b"/Length 42", b"/Length 99999999999")
    ),
}

_MANY = 300_000
EPUBS: dict[str, Callable[[], dict[str, str | bytes]]] = {
    "a title of many pieces": lambda: book(
        {"a.xhtml": "<p>x"}, "<nav><a href='a.xhtml'>" + "<b>x</b>" * _MANY + "</nav>"
    ),
    "many chapters": lambda: book(
        {"a.xhtml": "".join(f"<p id='p{i}'>w</p>" for i in range(100_000))},
        nav(*((f"T{i}", f"a.xhtml#p{i}") for i in range(100_000))),
    ),
    "many items": lambda: {
        **book({"a.xhtml": "<p>x"}),
        "OEBPS/book.opf": opf({f"i{i}": xhtml(f"{i}") for i in range(_MANY)}, ["i1"]),
    },
    "an item of many attributes": lambda: {
        **book({"a.xhtml": "<p>x"}),
        "OEBPS/book.opf": "<a " + " ".join(f"a{i}=''" for i in range(2_000_000)) + "/>",
    },
    "deep XML": lambda: {**book({"a.xhtml": "<p>x"}), "OEBPS/book.opf": "<a>" * 400_000},
    "text that is a thousand times larger": lambda: book({"a.xhtml": "<p>" + "word " * 19_000_000}),
    "many files that are": lambda: book(
        {f"{i}.xhtml": "<p>" + "w " * 20_000_000 for i in range(9)}
    ),
    "deep tags": lambda: book({"a.xhtml": "<b>" * 900_000}),
    "many headings": lambda: book({"a.xhtml": "<h1>x" * 900_000}),
    "deep tables": lambda: book({"a.xhtml": "<table><tr><td>x" * _MANY}),
    "nested notes": lambda: book({"a.xhtml": "<sup>1" * 900_000}),
    "entities": lambda: book({"a.xhtml": "&lt;" * 900_000}),
    "attributes": lambda: book(
        {"a.xhtml": "<p " + " ".join(f"a{i}=b" for i in range(3_000_000)) + ">x"}
    ),
}


SLOW = {"a page many times", "a stream a thousand times larger", "a stream a million times larger"}


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(made, id=name, marks=[pytest.mark.nightly] * (name in SLOW))
        for name, made in PDFS.items()
    ],
)
def test_a_pdf_ends_within_the_bounds(made: Callable[[], bytes]) -> None:
    _read_or_refused(made())


@pytest.mark.nightly
@pytest.mark.parametrize("files", EPUBS.values(), ids=EPUBS)
def test_an_epub_ends_within_the_bounds(files: Callable[[], dict[str, str | bytes]]) -> None:
    _read_or_refused(zipped(files()))


def _read_or_refused(data: bytes) -> None:
    """The bounds end it, or else this never ends."""
    try:
        assert read_bytes(data, "a book").chapters
    except KokoroError as error:
        assert "a book" in error.message
        assert error.hint
        assert "bug" not in error.hint, error.message
