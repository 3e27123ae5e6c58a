from __future__ import annotations

import codecs
import io
import os
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_cli.documents import Document, plain_chapter, read_document, read_pipe
from kokoro_cli.documents.kinds import (
    DOCUMENT_KINDS,
    HEAD_BYTES,
    LARGEST_TEXT,
    is_undecided,
    kind_by_head,
)
from kokoro_cli.documents.pipe_reader import PipeReader
from kokoro_cli.errors import ExitCode, KokoroError, UsageError
from kokoro_cli.pauses import Boundary
from tests.disks import small_disk
from tests.documents.toy_kind import TOY
from tests.rows import row

TEXT = "Grüße, 東京! 🎉\r\nNext line.\n"
ENCODED = {
    "utf-8": TEXT.encode("utf-8"),
    "utf-8 with mark": codecs.BOM_UTF8 + TEXT.encode("utf-8"),
    "utf-16-le": codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
    "utf-16-be": codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
    "utf-32-le": codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"),
    "utf-32-be": codecs.BOM_UTF32_BE + TEXT.encode("utf-32-be"),
}


def text_of(document: Document) -> str:
    return "".join(chapter.text for chapter in document.chapters)


@pytest.mark.parametrize("data", ENCODED.values(), ids=ENCODED)
def test_the_same_text_in_each_encoding(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "text.txt"
    file.write_bytes(data)
    assert text_of(read_document(file)) == TEXT
    assert text_of(read_pipe(io.BytesIO(data))) == TEXT


def _epub() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(
            "META-INF/container.xml", "<container><rootfile full-path='b.opf'/></container>"
        )
        archive.writestr(
            "b.opf",
            "<package><manifest><item id='a' href='a.xhtml'/></manifest>"
            "<spine><itemref idref='a'/></spine></package>",
        )
        archive.writestr("a.xhtml", "<h1>A</h1><p>b")
    return data.getvalue()


KINDS = {
    "text": ("a.txt", b"# A\n\nx\n\n# B\n", ["# A\n\nx\n\n# B\n"]),
    "Markdown": ("a.md", b"# A\n\nx\n\n# B\n", ["# A\n\nx\n\n", "# B\n"]),
    "HTML": ("a.HTM", b"<h1>A</h1>x<h1>B", ["A\nx", "B"]),
    "EPUB": ("a.epub", _epub(), ["A\nb"]),
    "EPUB by its bytes": ("a", _epub(), ["A\nb"]),
    "text of a name that says nothing": ("a.log", b"<p>x", ["<p>x"]),
    "nothing": ("a.txt", b"", [""]),
}


@pytest.mark.parametrize(("name", "data", "texts"), KINDS.values(), ids=KINDS)
def test_the_name_tells_the_kind(name: str, data: bytes, texts: list[str], tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    document = read_document(tmp_path / name)
    assert [chapter.text for chapter in document.chapters] == texts


HEADED = {
    "the title": ("One", ["One", "a", "b"], [1, 2]),
    "in capitals": ("Chapter 1: The Storm", ["CHAPTER 1", "The Storm", "a"], [1, 2, 3]),
    "another title": ("Two", ["One", "a"], []),
    "no title": ("", ["", "a"], []),
    "a title that is only begun": ("One two", ["One", "three"], []),
    "a text that begins like it": ("One", ["One day it rained.", "a"], []),
    "a title and no more": ("One", ["One"], [1]),
}


@pytest.mark.parametrize(("title", "lines", "expected"), HEADED.values(), ids=HEADED)
def test_the_lines_that_are_the_title_are_a_heading(
    title: str, lines: list[str], expected: list[int]
) -> None:
    chapter = plain_chapter(title, [(line, Boundary.PARAGRAPH) for line in lines])
    assert chapter.text == "\n".join(lines)
    assert chapter.boundaries == tuple((line, Boundary.HEADING) for line in expected)


def test_a_pipe_may_bring_a_book() -> None:
    assert text_of(read_pipe(io.BytesIO(_epub()))) == "A\nb"


PAGE = "<title>T</title><nav>Home</nav><main><h1>Tea</h1><p>AT&amp;T *sells* tea."
CUE = "00:00:01,000 --> 00:00:02,000\nHello.\n"
XML = "<?xml version='1.0' encoding='utf-8'?>\n"
OPENINGS = {
    "a doctype": ("a.html", f"<!DOCTYPE html>{PAGE}"),
    "a small doctype after space": ("a.html", f" \r\n<!doctype HTML>\n{PAGE}"),
    "an old doctype": ("a.html", f'<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN">{PAGE}'),
    "html": ("a.html", f"<HTML lang='en'>{PAGE}"),
    "head": ("a.html", f"<head>{PAGE}"),
    "body": ("a.html", f"<body class='a'>{PAGE}"),
    "XHTML": ("a.html", f"{XML}<html xmlns='http://www.w3.org/1999/xhtml'>{PAGE}"),
    "XHTML with a doctype": ("a.html", f"{XML}<!DOCTYPE html PUBLIC 'x'>\n<html>{PAGE}"),
    "a comment": ("a.html", f"<!-- saved from a page -->\n<html>{PAGE}"),
    "a cue": ("a.srt", f"1\n{CUE}"),
    "a cue with CR": ("a.srt", f"1\n{CUE}".replace("\n", "\r\n")),
    "a cue without a number": ("a.srt", CUE),
    "a cue after blank lines": ("a.srt", f"\n\n1 \n\n{CUE}"),
    "a cue with points": ("a.srt", f"0\n{CUE.replace(',', '.')}"),
    "a cue with a place": ("a.srt", f"1\n{CUE.replace('2,000', '2,000 X1:40 X2:600')}"),
    "WebVTT": ("a.vtt", f"WEBVTT\n\n{CUE.replace(',', '.')}"),
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize(("name", "text"), OPENINGS.values(), ids=OPENINGS)
def test_a_pipe_is_read_as_the_file(name: str, text: str, encoding: str, tmp_path: Path) -> None:
    data = text.encode(encoding)
    (tmp_path / name).write_bytes(data)
    expected = read_document(tmp_path / name)
    assert expected.plain
    assert read_pipe(io.BytesIO(data)) == expected
    assert PipeReader(io.BufferedReader(io.BytesIO(data))).book() == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize(("name", "text"), OPENINGS.values(), ids=OPENINGS)
def test_a_kind_shows_byte_by_byte(name: str, text: str, encoding: str) -> None:
    data = text.encode(encoding)
    undecided = next(end for end in range(len(data)) if not is_undecided(data[:end]))
    kind = kind_by_head(data[:undecided])
    assert kind
    assert f".{kind.name}" == Path(name).suffix


TEXTS = {
    "a tag": "<p>A <b>word</b></p>",
    "a centred heading": '<h1 align="center">Tea</h1>\n\n# One\n',
    "a comment": "<!-- a comment -->\n\n# One\n",
    "a page below a heading": "# One\n\n<!DOCTYPE html>\n<html><body>x</body></html>\n",
    "code": "```html\n<html><body>x</body></html>\n```\n",
    "the name of a tag": "`<body>` is a tag.",
    "a longer name": "<header>x</header>",
    "SSML": "<?xml version='1.0'?><speak>Hello.</speak>",
    "a heart": "<3 you all",
    "a number": "1\n\nOnce upon a time.\n",
    "numbers": "10\n9\n8\n",
    "a time": "12:30 --> 13:45 is lunch.",
    "cues below a line": f"The cues:\n\n1\n{CUE}",
    "only a number": "1",
    "only space": " \n" * 1500,
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_other_text_on_a_pipe_stays_text(text: str) -> None:
    data = text.encode()
    assert read_pipe(io.BytesIO(data)).text == text
    reader = PipeReader(io.BufferedReader(io.BytesIO(data)))
    assert reader.book() is None
    assert reader.more(None) == text


@pytest.mark.parametrize("unit", ["<", "<!", "<!-- -->", "<? ?>", " ", "1\n", "1", "-->", "<a"])
def test_the_first_bytes_are_examined_at_once(unit: str) -> None:
    head = (unit.encode() * HEAD_BYTES)[:HEAD_BYTES]
    began = time.perf_counter()
    for end in range(0, HEAD_BYTES, 64):
        is_undecided(head[:end])
        kind_by_head(head[:end])
    assert time.perf_counter() - began < 1


@pytest.fixture
def toy() -> Iterator[None]:
    with row(DOCUMENT_KINDS, TOY):
        yield


def titles(document: Document) -> list[str]:
    return [chapter.title for chapter in document.chapters]


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize("name", ["a.toy", "a.TOYBOOK"])
def test_a_new_row_is_read_by_its_name(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("One: a.\nTwo: b.")
    document = read_document(tmp_path / name)
    assert titles(document) == ["One", "Two"]
    assert document.text == "a.b."


@pytest.mark.usefixtures("toy")
def test_a_new_row_is_read_by_its_first_bytes(tmp_path: Path) -> None:
    data = b"TOY!One: a."
    (tmp_path / "a").write_bytes(data)
    assert titles(read_document(tmp_path / "a")) == ["One"]
    assert titles(read_pipe(io.BytesIO(data))) == ["One"]
    book = PipeReader(io.BufferedReader(io.BytesIO(data))).book()
    assert book is not None
    assert titles(book) == ["One"]


@pytest.mark.usefixtures("toy")
def test_a_name_goes_before_the_first_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"TOY!One: a.")
    assert text_of(read_document(tmp_path / "a.txt")) == "TOY!One: a."


@pytest.mark.usefixtures("toy")
def test_a_new_row_has_its_own_limit(tmp_path: Path) -> None:
    (tmp_path / "a.toy").write_text("One: " + "a" * 96)
    with pytest.raises(KokoroError, match=r"a\.toy has more than"):
        read_document(tmp_path / "a.toy")


def test_without_the_row_it_is_text() -> None:
    assert text_of(read_pipe(io.BytesIO(b"TOY!One: a."))) == "TOY!One: a."


def test_a_sign_that_would_not_be_found_is_an_error() -> None:
    with pytest.raises(ValueError, match="A sign of 'toy' is longer than 8 bytes"):
        replace(TOY, signs=(b"a toy book",))


class Endless(io.RawIOBase):
    """A pipe that begins with some bytes and never ends; it counts what is taken."""

    def __init__(self, head: bytes) -> None:
        self.head = head
        self.taken = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self.head[self.taken : self.taken + size].ljust(size, b"a")
        self.taken += size
        return data

    read1 = read


def _live(pipe: BinaryIO) -> object:
    return PipeReader(pipe).book()


ENDLESS = {
    "text": (read_pipe, b"", 64),
    "cues": (read_pipe, b"WEBVTT\n", 64),
    "book": (read_pipe, b"%PDF-1.4\n", 200),
    "live cues": (_live, b"WEBVTT\n", 64),
    "live book": (_live, b"%PDF-1.4\n", 200),
}


@pytest.mark.parametrize(("reads", "head", "megabytes"), ENDLESS.values(), ids=ENDLESS)
def test_a_pipe_without_end_is_an_error(
    reads: Callable[[BinaryIO], object],
    head: bytes,
    megabytes: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A gigabyte on the disk of whoever runs the tests would be too much.
    smaller = [replace(k, largest=min(k.largest, 200_000_000)) for k in DOCUMENT_KINDS.values()]
    monkeypatch.setattr(DOCUMENT_KINDS, "values", lambda: smaller)
    pipe = Endless(head)
    with pytest.raises(KokoroError, match=f"Standard input has more than {megabytes} MB"):
        reads(pipe)  # type: ignore[arg-type]
    assert pipe.taken < 1_000_000 * megabytes + 10_000_000


def test_a_book_in_a_pipe_may_be_larger_than_a_text() -> None:
    data = io.BytesIO(_epub())
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("pictures", bytes(LARGEST_TEXT))
    assert len(data.getvalue()) > LARGEST_TEXT
    assert text_of(read_pipe(io.BytesIO(data.getvalue()))) == "A\nb"
    book = PipeReader(io.BufferedReader(io.BytesIO(data.getvalue()))).book()
    assert book is not None
    assert text_of(book) == "A\nb"


def test_a_book_from_a_named_pipe(tmp_path: Path) -> None:
    data = _epub()
    os.mkfifo(tmp_path / "a.epub")
    writer = Thread(target=(tmp_path / "a.epub").write_bytes, args=(data,))
    writer.start()
    assert text_of(read_document(tmp_path / "a.epub")) == "A\nb"
    writer.join()


def test_without_room_for_what_a_pipe_brings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with small_disk(tmp_path / "disk", 1_000):
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "disk"))
        with pytest.raises(KokoroError, match="can't be kept while it is read: No space") as caught:
            read_pipe(io.BytesIO(b"%PDF-1.4\n" + bytes(40_000_000)))
        assert "TMPDIR" in (caught.value.hint or "")


@given(st.binary())
def test_any_bytes_are_a_document_or_our_error(data: bytes) -> None:
    try:
        assert read_pipe(io.BytesIO(data)).chapters
    except KokoroError as error:
        assert error.exit_code == ExitCode.FAILED
        assert "Standard input" in error.message
        assert error.hint


def test_binary_data_is_an_error_with_the_name(tmp_path: Path) -> None:
    file = tmp_path / "picture.txt"
    file.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    with pytest.raises(
        KokoroError, match=r"picture\.txt is not text: it is a PNG picture"
    ) as caught:
        read_document(file)
    assert caught.value.exit_code == ExitCode.FAILED


def test_a_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.txt"
    with pytest.raises(UsageError) as caught:
        read_document(path)
    assert str(path) in caught.value.message
    assert caught.value.exit_code == ExitCode.USAGE


def test_a_folder_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(KokoroError, match=str(tmp_path)):
        read_document(tmp_path)
