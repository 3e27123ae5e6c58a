from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kokoro_cli.documents import Document, epub_archive
from kokoro_cli.documents.epub import read
from kokoro_cli.documents.epub_archive import resolved
from kokoro_cli.errors import KokoroError
from kokoro_cli.pauses import Boundary
from tests.covers import picture, png_of
from tests.growth import LINEAR, IsLinear
from tests.properties import examples

JPEG = picture("JPEG")
CONTAINER = """<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/>
</rootfiles></container>"""
METADATA = """<dc:title>The <b>Book</b> &amp; I</dc:title><dc:title>Second</dc:title>
<dc:creator>Ann</dc:creator><dc:creator>Ben</dc:creator><dc:language>en-GB</dc:language>"""


def opf(
    items: Mapping[str, str],
    spine: Sequence[str],
    *,
    metadata: str = METADATA,
    toc: str = "",
) -> str:
    """Return a package file; *items* are attributes by the ids of the items."""
    manifest = "".join(f'<item id="{id_}" {attributes}/>' for id_, attributes in items.items())
    refs = "".join(f'<itemref idref="{id_}"/>' for id_ in spine)
    return (
        '<?xml version="1.0" encoding="utf-8"?><package xmlns="http://www.idpf.org/2007/opf" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>{metadata}</metadata>'
        f"<manifest>{manifest}</manifest><spine {toc}>{refs}</spine></package>"
    )


def xhtml(href: str) -> str:
    return f'href="{href}" media-type="application/xhtml+xml"'


def nav(*links: tuple[str, str]) -> str:
    items = "".join(f'<li><a href="{href}">{title}</a></li>' for title, href in links)
    return f'<html><body><nav epub:type="toc"><h1>Contents</h1><ol>{items}</ol></nav></body></html>'


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return data.getvalue()


def book(
    chapters: Mapping[str, str],
    contents: str = "",
    *,
    files: Mapping[str, str | bytes] | None = None,
    items: Mapping[str, str] | None = None,
) -> dict[str, str | bytes]:
    """Return the files of an EPUB 3 whose spine lists the chapters in order."""
    manifest = {path: xhtml(path) for path in chapters}
    if contents:
        manifest["nav"] = f'{xhtml("nav.xhtml")} properties="nav"'
    return {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/book.opf": opf(manifest | dict(items or {}), list(chapters)),
        **{f"OEBPS/{path}": text for path, text in chapters.items()},
        **({"OEBPS/nav.xhtml": contents} if contents else {}),
        **(files or {}),
    }


def document(files: Mapping[str, str | bytes]) -> Document:
    return read(io.BytesIO(zipped(files)), "book.epub")


def outline(found: Document) -> list[tuple[str, str]]:
    return [(chapter.title, chapter.text) for chapter in found.chapters]


ONE = "<h1>One</h1><p>first<p id='s2'>second"
TWO = "<h1>Two</h1><p>third"


def test_what_the_package_says() -> None:
    found = document(book({"a.xhtml": ONE}))
    assert (found.title, found.author) == ("The Book & I", "Ann, Ben")
    assert found.language == "en-GB"
    assert found.cover is None
    assert found.problems == ()
    assert all(chapter.plain for chapter in found.chapters)


TABLES = {
    "files": ([("A", "a.xhtml"), ("B", "b.xhtml")], [("A", "One\nfirst\nsecond"), ("B", TWO)]),
    "anchors": (
        [("A", "a.xhtml"), ("A2", "a.xhtml#s2"), ("B", "b.xhtml")],
        [("A", "One\nfirst"), ("A2", "second"), ("B", TWO)],
    ),
    "a missing anchor": (
        [("A", "a.xhtml#nowhere"), ("B", "b.xhtml#x")],
        [("A", "One\nfirst\nsecond"), ("B", TWO)],
    ),
    "front": ([("S", "a.xhtml#s2")], [("", "One\nfirst"), ("S", f"second\n{TWO}")]),
    "a file that is not named": ([("A", "a.xhtml")], [("A", f"One\nfirst\nsecond\n{TWO}")]),
    "one place": (
        [("Part", "a.xhtml"), ("A", "a.xhtml#none"), ("B", "b.xhtml"), ("B now", "b.xhtml#q")],
        [("Part – A", "One\nfirst\nsecond"), ("B now", TWO)],
    ),
    "another order": (
        [("B", "b.xhtml"), ("A", "a.xhtml")],
        [("A", "One\nfirst\nsecond"), ("B", TWO)],
    ),
    "percent, dots, case": (
        [("A", "../OEBPS/%61.xhtml"), ("B", "B.XHTML")],
        [("A", "One\nfirst\nsecond"), ("B", TWO)],
    ),
    "entities": ([("A&nbsp;&amp; <i>b</i>", "a.xhtml")], [("A & b", f"One\nfirst\nsecond\n{TWO}")]),
    "nowhere": ([("X", "x.xhtml")], [("One", "One\nfirst\nsecond"), ("Two", TWO)]),
}


@pytest.mark.parametrize(("links", "chapters"), TABLES.values(), ids=TABLES)
def test_chapters_by_nav(links: list[tuple[str, str]], chapters: list[tuple[str, str]]) -> None:
    found = document(book({"a.xhtml": ONE, "b.xhtml": TWO}, nav(*links)))
    assert outline(found) == [(title, text.replace(TWO, "Two\nthird")) for title, text in chapters]
    assert found.problems == ()


def test_the_nav_of_the_contents_is_taken_at_all_levels() -> None:
    contents = """<nav epub:type="page-list"><a href="b.xhtml">7</a></nav>
        <nav epub:type="toc"><ol><li><span>Part</span><ol><li><a href="a.xhtml">A</a><ol>
        <li><a href="a.xhtml#s2">A2</a></li></ol></li></ol></li></ol></nav>"""
    found = document(book({"a.xhtml": ONE}, contents))
    assert outline(found) == [("A", "One\nfirst"), ("A2", "second")]


def test_contents_in_the_spine_are_not_heard() -> None:
    files = book({"nav.xhtml": nav(("A", "a.xhtml")) + "<p>note", "a.xhtml": ONE})
    files["OEBPS/book.opf"] = opf(
        {"n": f'{xhtml("nav.xhtml")} properties="nav"', "a": xhtml("a.xhtml")}, ["n", "a"]
    )
    assert outline(document(files)) == [("", "note"), ("A", "One\nfirst\nsecond")]


NCX = """<?xml version="1.0"?><!DOCTYPE ncx PUBLIC "-//NISO//DTD ncx 2005-1//EN" "x.dtd">
<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><docTitle><text>no</text></docTitle><navMap>
<navPoint id="1"><navLabel><text>A</text></navLabel><content src="a.xhtml"/>
<navPoint id="2"><navLabel><text>A2</text></navLabel><content src="a.xhtml#s2"/></navPoint>
</navPoint><navPoint><content src="b.xhtml"/><navLabel><text>B&nbsp;!</text></navLabel></navPoint>
</navMap><pageList><pageTarget><navLabel><text>9</text></navLabel><content src="b.xhtml"/>
</pageTarget></pageList></ncx>"""


@pytest.mark.parametrize("toc", ['toc="ncx"', ""], ids=["named", "by its type"])
def test_chapters_by_ncx(toc: str) -> None:
    files = book({"a.xhtml": ONE, "b.xhtml": TWO})
    ncx = 'href="toc.ncx" media-type="application/x-dtbncx+xml"'
    items = {"a": xhtml("a.xhtml"), "b": xhtml("b.xhtml"), "ncx": ncx}
    files |= {"OEBPS/toc.ncx": NCX, "OEBPS/book.opf": opf(items, ["a", "b"], toc=toc)}
    found = document(files)
    assert outline(found) == [("A", "One\nfirst"), ("A2", "second"), ("B !", "Two\nthird")]


def test_without_contents_each_file_is_a_chapter() -> None:
    found = document(book({"t.xhtml": "<img src=x>", "a.xhtml": ONE, "b.xhtml": "<p>x"}))
    assert outline(found) == [("One", "One\nfirst\nsecond"), ("", "x")]


def test_what_only_the_contents_name_is_read_at_its_place() -> None:
    files = book(
        {"a.xhtml": ONE, "b.xhtml": TWO},
        nav(("A", "a.xhtml"), ("N", "notes.xhtml"), ("B", "b.xhtml")),
        files={"OEBPS/notes.xhtml": "<p>note", "OEBPS/style.css": "p{}"},
        items={"notes": xhtml("notes.xhtml")},
    )
    assert [title for title, _ in outline(document(files))] == ["A", "N", "B"]


def test_a_chapter_without_text_is_dropped() -> None:
    contents = nav(("Cover", "c.xhtml"), ("A", "a.xhtml"), ("End", "a.xhtml#end"))
    found = document(book({"c.xhtml": "<img/>", "a.xhtml": f"{ONE}<hr id='end'/>"}, contents))
    assert outline(found) == [("A", "One\nfirst\nsecond")]


def test_a_book_of_pictures_has_one_empty_chapter() -> None:
    found = document(book({"c.xhtml": "<img/>"}))
    assert outline(found) == [("", "")]
    assert found.problems == ("The book holds no text.",)


def test_what_ends_before_the_lines_of_a_chapter() -> None:
    one = "<p class='title'>ONE</p><p>first<hr/><p>second</p><hr/>"
    two = "<hr/><h1>Two</h1><h2>A part</h2><p>third<br/>fourth</p>"
    files = book({"a.xhtml": one, "b.xhtml": two}, nav(("One", "a.xhtml"), ("2", "b.xhtml")))
    first, second = document(files).chapters
    heading, line = Boundary.HEADING, Boundary.LINE
    assert first.text == "ONE\nfirst\nsecond"
    assert first.boundaries == ((1, heading), (2, heading), (3, Boundary.SCENE))
    assert second.text == "Two\nA part\nthird\nfourth"
    assert second.boundaries == ((1, heading), (2, heading), (3, heading), (4, line))


def test_footnote_marks_entities_and_encodings() -> None:
    note = "<a epub:type='noteref'>1</a>"
    text = f"<?xml version='1.0' encoding='iso-8859-1'?><p>caf\xe9&nbsp;&eacute;{note}"
    files = book({"a.xhtml": "x"}, files={"OEBPS/a.xhtml": text.encode("latin-1")})
    assert outline(document(files)) == [("", "café é")]


EPUB_3 = 'media-type="image/jpeg" properties="cover-image"'
EPUB_2 = '<meta name="cover" content="c"/>'
COVERS = {
    "EPUB 3": ({"c": f'href="c.jpg" {EPUB_3}'}, "", JPEG, ""),
    "EPUB 2": ({"c": 'href="c.jpg" media-type="image/jpeg"'}, EPUB_2, JPEG, ""),
    "another suffix": ({"c": f'href="c.png" {EPUB_3}'}, "", JPEG, ""),
    "none": ({"c": 'href="c.jpg" media-type="image/jpeg"'}, "", None, ""),
    "the second": (
        {"b": f'href="cut.jpg" {EPUB_3}', "c": 'href="c.jpg"'}, EPUB_2, JPEG, "",
    ),
    "missing": (
        {"c": f'href="d.jpg" {EPUB_3}'}, "", None,
        "The cover is left out: OEBPS/d.jpg is missing.",
    ),
    "a page": (
        {"c": f'href="a.xhtml" {EPUB_3}'}, "", None,
        "The cover OEBPS/a.xhtml is something else, not a JPEG or PNG; it is left out.",
    ),
    "SVG": (
        {"c": f'href="c.svg" {EPUB_3}'}, "", None,
        "The cover OEBPS/c.svg is an SVG picture, not a JPEG or PNG; it is left out.",
    ),
    "cut": (
        {"c": f'href="cut.jpg" {EPUB_3}'}, "", None,
        "The cover OEBPS/cut.jpg is broken: its end is missing; it is left out.",
    ),
    "huge": (
        {"c": f'href="huge.png" {EPUB_3}'}, "", None,
        "The cover OEBPS/huge.png has 50,000 × 50,000 pixels, more than players can show; "
        "it is left out.",
    ),
    "empty": (
        {"c": f'href="empty.jpg" {EPUB_3}'}, "", None,
        "The cover OEBPS/empty.jpg is empty; it is left out.",
    ),
}  # fmt: skip
COVER_FILES = {
    "OEBPS/c.jpg": JPEG,
    "OEBPS/c.png": JPEG,
    "OEBPS/c.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "OEBPS/cut.jpg": JPEG[:-9],
    "OEBPS/huge.png": png_of(50_000, 50_000),
    "OEBPS/empty.jpg": b"",
}


@pytest.mark.parametrize(("items", "metadata", "cover", "note"), COVERS.values(), ids=COVERS)
def test_cover(items: dict[str, str], metadata: str, cover: bytes | None, note: str) -> None:
    files = book({"a.xhtml": ONE}, files=COVER_FILES)
    files["OEBPS/book.opf"] = opf(items | {"a": xhtml("a.xhtml")}, ["a"], metadata=metadata)
    found = document(files)
    assert found.cover == cover
    assert found.notes == ((note,) if note else ())
    assert found.problems == ()


def _encrypted(algorithm: str, path: str) -> str:
    return f"""<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"
        xmlns:e="http://www.w3.org/2001/04/xmlenc#"><e:EncryptedData>
        <e:EncryptionMethod Algorithm="{algorithm}"/><e:CipherData>
        <e:CipherReference URI="{path}"/></e:CipherData></e:EncryptedData></encryption>"""


AES = "http://www.w3.org/2001/04/xmlenc#aes128-cbc"
FONTS = {
    "by its algorithm": ("http://www.idpf.org/2008/embedding", "OEBPS/f"),
    "by its name": (AES, "OEBPS/f.OTF"),
}


@pytest.mark.parametrize(("algorithm", "path"), FONTS.values(), ids=FONTS)
def test_an_encrypted_font_is_no_matter(algorithm: str, path: str) -> None:
    encryption = {"META-INF/encryption.xml": _encrypted(algorithm, path)}
    assert document(book({"a.xhtml": ONE}, files=encryption)).problems == ()


def _without(path: str) -> dict[str, str | bytes]:
    return {name: data for name, data in book({"a.xhtml": ONE}).items() if name != path}


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
REFUSED = {
    "another ZIP": ({"word/document.xml": "<x/>"}, "not an EPUB: it has no META-INF/container.xml"),
    "no package": (_without("OEBPS/book.opf"), "OEBPS/book.opf is missing"),
    "no XML": (book({}, files={"OEBPS/book.opf": "<package>"}), "OEBPS/book.opf is not XML"),
    "no root": (book({}, files={"META-INF/container.xml": "<x/>"}), "names no book"),
    "an entity bomb": (
        book({}, files={"OEBPS/book.opf": BOMB + "<package>&b;</package>"}),
        "book.opf declares entities",
    ),
    "DRM": (
        book({}, files={"META-INF/encryption.xml": _encrypted(AES, "OEBPS/a.xhtml")}),
        "DRM",
    ),
    "DRM, without a list of what is encrypted": (
        book({}, files={"META-INF/rights.xml": "<rights/>", "OEBPS/book.opf": b"\x9c\0\1"}),
        "DRM",
    ),
    "too large a package": (
        book({}, files={"OEBPS/book.opf": "<item/>" * 500_000}),
        "OEBPS/book.opf is too large",
    ),
}


@pytest.mark.parametrize(("files", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(files: dict[str, str | bytes], reason: str) -> None:
    with pytest.raises(KokoroError, match=rf"^book\.epub .*{reason}") as caught:
        document(files)
    assert caught.value.hint
    assert "\n" not in caught.value.message


NOTES = "<h2>Notes</h2><p>1. A note."


def aside(contents: str) -> Document:
    """Return a book whose notes n are outside of the reading order."""
    chapters = {"a.xhtml": ONE, "b.xhtml": "<p>more", "n.xhtml": NOTES, "c.xhtml": TWO}
    files = book(chapters, contents)
    package = str(files["OEBPS/book.opf"])
    files["OEBPS/book.opf"] = package.replace('idref="n.xhtml"', 'linear="no" idref="n.xhtml"')
    return document(files)


def test_notes_outside_of_the_reading_order_come_last() -> None:
    contents = nav(("A", "a.xhtml"), ("B", "c.xhtml"))
    assert outline(aside(contents)) == [
        ("A", "One\nfirst\nsecond\nmore"),
        ("B", "Two\nthird"),
        ("Notes", "Notes\n1. A note."),
    ]


def test_notes_in_the_table_of_contents_stay_in_their_place() -> None:
    contents = nav(("A", "a.xhtml"), ("N", "n.xhtml"), ("B", "c.xhtml"))
    assert [title for title, _ in outline(aside(contents))] == ["A", "N", "B"]


def test_notes_are_last_without_a_table_of_contents() -> None:
    assert [title for title, _ in outline(aside(""))] == ["One", "", "Two", "Notes"]


def test_what_is_incomplete() -> None:
    files = book({"a.xhtml": ONE, "b.xhtml": TWO}, nav(("A", "a.xhtml"), ("B", "b.xhtml")))
    assert not document(files).incomplete
    assert document(files | {"OEBPS/a.xhtml": b"\0\1\2\3" * 99}).incomplete
    assert document({name: data for name, data in files.items() if "b.x" not in name}).incomplete
    # Without its table of contents a book's text is still whole.
    assert not document(files | {"OEBPS/nav.xhtml": b"\0\1\2\3" * 99}).incomplete


def test_a_length_beyond_the_archive_is_broken() -> None:
    data = bytearray(zipped(book({"a.xhtml": ONE, "b.xhtml": TWO})))
    entry = data.index(b"PK\1\2", data.index(b"PK\1\2") + 1)
    while b"a.xhtml" not in data[entry + 46 : entry + 80]:
        entry = data.index(b"PK\1\2", entry + 1)
    data[entry + 20 : entry + 24] = (4_000_000_000).to_bytes(4, "little")
    assert read(io.BytesIO(data), "book.epub").problems == ("OEBPS/a.xhtml is broken.",)


def test_rights_of_a_book_that_can_be_read_are_no_matter() -> None:
    assert outline(document(book({"a.xhtml": ONE}, files={"META-INF/rights.xml": "<rights/>"})))


LOCKED = {
    "traditional": b"\x01\0",
    "AES": b"\x01\0",
    "strong": b"\x41\0",
}


@pytest.mark.parametrize("kind", LOCKED)
def test_a_password_is_named(kind: str) -> None:
    data = bytearray(zipped(book({"a.xhtml": ONE})))
    for sign, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        place = -1
        while (place := data.find(sign, place + 1)) >= 0:
            data[place + flags : place + flags + 2] = LOCKED[kind]
            if kind == "AES":
                data[place + flags + 2 : place + flags + 4] = (99).to_bytes(2, "little")
    with pytest.raises(KokoroError, match=r"^book\.epub is locked with a password") as caught:
        read(io.BytesIO(data), "book.epub")
    assert "without one" in (caught.value.hint or "")


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2], ids=["LZMA", "bzip2"])
def test_other_compression_is_a_problem(method: int) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for path, content in book({"a.xhtml": ONE, "b.xhtml": TWO}).items():
            archive.writestr(path, content, method if path.endswith("a.xhtml") else None)
    assert read(data, "book.epub").problems == (
        "OEBPS/a.xhtml is compressed in a way that no EPUB is.",
    )


@pytest.mark.parametrize("tag", ["<p>", "<b>", "&lt;", "<p>x</p>", "<a id=x>", "<!---->"])
def test_too_many_tags_are_refused_before_they_are_read(
    tag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kokoro_cli.documents.epub.parse", None)
    with pytest.raises(KokoroError, match=r"OEBPS/a\.xhtml in book\.epub has more than 1,000,000"):
        document(book({"a.xhtml": tag * 1_000_001}))


def test_many_chapters_keep_their_text() -> None:
    count = 10_500
    text = "".join(f"<p id='p{i}'>w{i}" for i in range(count))
    found = document(
        book({"a.xhtml": text}, nav(*((f"T{i}", f"a.xhtml#p{i}") for i in range(count))))
    )
    assert len(found.chapters) == 10_000
    assert "\n".join(c.text for c in found.chapters).split() == [f"w{i}" for i in range(count)]


def test_many_problems_are_counted() -> None:
    files = book({"a.xhtml": ONE})
    files["OEBPS/book.opf"] = opf({"a": xhtml("a.xhtml")}, ["a", *(f"x{i}" for i in range(1_000))])
    assert len(document(files).problems) == 101
    assert document(files).problems[-1] == "900 more parts of the book can't be read."


@pytest.mark.parametrize("data", [b"", b"PK\3\4", b"text" * 99], ids=["empty", "head", "text"])
def test_what_is_no_zip_is_refused(data: bytes) -> None:
    with pytest.raises(KokoroError, match=r"book\.epub is not an EPUB: it is not a ZIP archive"):
        read(io.BytesIO(data), "book.epub")


def test_a_cut_book_is_refused() -> None:
    data = zipped(book({"a.xhtml": ONE}))
    with pytest.raises(KokoroError, match="or is incomplete"):
        read(io.BytesIO(data[:-30]), "book.epub")


def test_a_bomb_is_refused_before_it_is_inflated(monkeypatch: pytest.MonkeyPatch) -> None:
    files = book({"a.xhtml": ONE, "b.xhtml": "<p>" + "a" * 500_000})
    monkeypatch.setattr(epub_archive, "_LARGEST_FILE", 400_000)
    monkeypatch.setattr(zipfile.ZipFile, "read", _read_small)
    with pytest.raises(KokoroError, match=r"too large: OEBPS/b\.xhtml"):
        document(files)
    monkeypatch.setattr(epub_archive, "_LARGEST_FILE", 600_000)
    monkeypatch.setattr(epub_archive, "_LARGEST_SUM", 500_000)
    with pytest.raises(KokoroError, match="too large"):
        document(files)


def _read_small(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    assert info.file_size < 400_000
    with archive.open(info) as file:
        return file.read()


def test_a_missing_file_is_a_problem() -> None:
    files = book({"a.xhtml": ONE, "b.xhtml": TWO})
    del files["OEBPS/a.xhtml"]
    found = document(files)
    assert outline(found) == [("Two", "Two\nthird")]
    assert found.problems == ("OEBPS/a.xhtml is missing.",)


def test_a_broken_file_is_a_problem() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_STORED) as archive:
        for path, content in book({"a.xhtml": "<p>needle", "b.xhtml": TWO}).items():
            archive.writestr(path, content)
    broken = data.getvalue().replace(b"needle", b"noodle")
    found = read(io.BytesIO(broken), "book.epub")
    assert outline(found) == [("Two", "Two\nthird")]
    assert found.problems == ("OEBPS/a.xhtml is broken.",)
    with pytest.raises(KokoroError, match=r"OEBPS/book\.opf is broken"):
        read(io.BytesIO(data.getvalue().replace(b"Second", b"second")), "book.epub")


def test_more_problems() -> None:
    files = book({"a.xhtml": ONE}, nav(("A", "a.xhtml")), files={"OEBPS/b.xhtml": b"\0\1\2"})
    items = {
        "n": 'href="gone.xhtml" properties="nav"',
        "a": xhtml("a.xhtml"),
        "b": xhtml("b.xhtml"),
    }
    files["OEBPS/book.opf"] = opf(items, ["a", "x", "b", "a"])
    found = document(files)
    assert outline(found) == [("One", "One\nfirst\nsecond")]
    assert found.problems == (
        "OEBPS/gone.xhtml is missing.",
        "The spine names x, which is not in the book.",
        "OEBPS/b.xhtml is not text: it holds zero bytes.",
    )


REFERENCES = {
    "plain": ("OEBPS/nav.xhtml", "a.xhtml#x", ("OEBPS/a.xhtml", "x")),
    "up": ("OEBPS/nav/toc.xhtml", "../text/a.xhtml", ("OEBPS/text/a.xhtml", "")),
    "above all": ("book.opf", "../../a.xhtml", ("a.xhtml", "")),
    "percent": ("book.opf", "a%20b%C3%A9.xhtml#%C3%A9", ("a bé.xhtml", "é")),
    "same file": ("OEBPS/nav.xhtml", "#x", ("OEBPS/nav.xhtml", "x")),
    "from the root": ("OEBPS/nav.xhtml", "/a.xhtml", ("a.xhtml", "")),
}


@pytest.mark.parametrize(("base", "href", "found"), REFERENCES.values(), ids=REFERENCES)
def test_references(base: str, href: str, found: tuple[str, str]) -> None:
    assert resolved(base, href) == found


@given(
    st.lists(st.integers(0, 4), min_size=1, max_size=5),
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=8),
)
@settings(max_examples=examples(50))
def test_nothing_is_lost(lengths: list[int], entries: list[tuple[int, int]]) -> None:
    chapters = {
        f"{number}.xhtml": "".join(f"<p id='p{i}'>w{number}.{i}</p>" for i in range(length))
        for number, length in enumerate(lengths)
    }
    links = [(f"T{number}.{i}", f"{number}.xhtml#p{i}") for number, i in entries]
    found = document(book(chapters, nav(*links)))
    words = [f"w{number}.{i}" for number, length in enumerate(lengths) for i in range(length)]
    assert " ".join(chapter.text for chapter in found.chapters).split() == words


@given(st.randoms(use_true_random=False), st.integers(1, 12))
@settings(max_examples=examples(150))
def test_a_damaged_book_is_read_or_our_error(chance: random.Random, changes: int) -> None:
    files = book({"a.xhtml": ONE, "b.xhtml": TWO}, nav(("A", "a.xhtml"), ("B", "b.xhtml")))
    data = bytearray(zipped(files))
    for _ in range(changes):
        data[chance.randrange(len(data))] = chance.randrange(256)
    _read_or_refused(bytes(data))


@given(st.sampled_from(["META-INF/container.xml", "OEBPS/book.opf", "OEBPS/nav.xhtml"]), st.data())
@settings(max_examples=examples(150))
def test_damaged_markup_is_read_or_our_error(path: str, data: st.DataObject) -> None:
    files = book({"a.xhtml": ONE}, nav(("A", "a.xhtml"), ("B", "a.xhtml#s2")))
    text = str(files[path])
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    new = data.draw(st.text(max_size=4) | st.sampled_from(["<", ">", '"', "&x;", "\0", "xmlns='"]))
    files[path] = (text[:start] + new + text[end:]).encode("utf-8", "replace")
    _read_or_refused(zipped(files))


@given(st.binary())
def test_any_bytes_are_refused_or_read(data: bytes) -> None:
    _read_or_refused(data)


def _read_or_refused(data: bytes) -> None:
    try:
        assert read(io.BytesIO(data), "book.epub").chapters
    except KokoroError as error:
        assert "book.epub" in error.message
        assert error.hint


@LINEAR
@pytest.mark.parametrize("same", [False, True], ids=["places", "one place"])
def test_work_is_linear_in_the_length(same: bool, is_linear: IsLinear) -> None:
    books: dict[int, bytes] = {}

    def read_book(count: int) -> None:
        if count not in books:
            text = "".join(f"<p id='p{i}'>word</p>" for i in range(count))
            links = [(f"Title {i}", f"a.xhtml#p{0 if same else i}") for i in range(count)]
            books[count] = zipped(book({"a.xhtml": text}, nav(*links)))
        read(io.BytesIO(books[count]), "book.epub")

    read_book(250)  # It is made before anything is counted.
    assert is_linear(read_book, 250, 2_000, margin=3.75)
