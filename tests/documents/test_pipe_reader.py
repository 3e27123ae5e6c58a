"""Input that arrives through a pipe in pieces: text is read at once, the rest when complete."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable, Iterator
from typing import BinaryIO

import pytest

from kokoro_cli import documents
from kokoro_cli.documents.pipe_reader import PipeReader
from kokoro_cli.errors import KokoroError

Write = Callable[[bytes], None]


@pytest.fixture
def pipe() -> Iterator[tuple[BinaryIO, Write]]:
    reading, writing = os.pipe()
    source = os.fdopen(reading, "rb")
    sink = os.fdopen(writing, "wb", buffering=0)

    def write(data: bytes) -> None:
        if data:
            sink.write(data)
        else:
            sink.close()

    yield source, write
    sink.close()
    source.close()


def all_of(reader: PipeReader) -> str:
    text = ""
    while not reader.ended:
        text += reader.more(None)
    return text


def test_text_comes_as_it_is_written(pipe: tuple[BinaryIO, Write]) -> None:
    source, write = pipe
    reader = PipeReader(source)
    write("Grüße, ".encode())
    assert reader.book() is None
    assert reader.more(None) == "Grüße, "
    assert reader.more(0.01) == ""
    letter = "ö".encode()
    write(letter[:1])
    assert reader.more(None) == ""
    write(letter[1:] + b"\r")
    assert reader.more(None) == "ö"
    write(b"\n")
    assert reader.more(None) == "\r\n"
    assert not reader.ended
    write(b"")
    assert reader.more(None) == ""
    assert reader.ended


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"a",
        b"a\r",
        "\ufeffBOM".encode(),
        "Grüße".encode("cp1252"),
        "Привет, мир".encode("cp1251"),
    ],
    ids=["nothing", "short", "CR", "mark", "cp1252", "cp1251"],
)
def test_text_at_once_is_what_a_file_gives(data: bytes) -> None:
    reader = PipeReader(io.BytesIO(data))
    assert reader.book() is None
    whole = documents.read_bytes(data, "x").text if data else ""
    assert all_of(reader) == whole


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig", "cp1252", "utf-8"])
def test_an_encoding_is_detected_from_the_first_bytes(encoding: str) -> None:
    text = "The café is open today, naïve as that may be. " * 40
    reader = PipeReader(io.BytesIO(text.encode(encoding)))
    book = reader.book()
    assert (book.text if book else all_of(reader)) == text


def test_an_encoding_shows_late(pipe: tuple[BinaryIO, Write]) -> None:
    source, write = pipe
    reader = PipeReader(source)
    write(b"Only ASCII so far. ")
    assert reader.book() is None
    assert reader.more(None) == "Only ASCII so far. "
    rest = "Then über und café, schön und süß. "
    write(rest.encode("cp1252"))
    write(b"")
    assert all_of(reader) == rest


def test_text_that_stops_being_utf_8_is_reported(pipe: tuple[BinaryIO, Write]) -> None:
    source, write = pipe
    reader = PipeReader(source)
    write("Grüße. ".encode())
    assert reader.more(None) == "Grüße. "
    write(b"ab\xff\n")
    with pytest.raises(KokoroError, match="byte 11 does not fit"):
        reader.more(None)


@pytest.mark.parametrize("data", [b"abc\0def" * 9, b"\x89PNG\r\n\x1a\n\0\0"], ids=["zeros", "PNG"])
def test_what_is_no_text_is_told_of(data: bytes) -> None:
    reader = PipeReader(io.BytesIO(data))
    assert reader.book() is None
    with pytest.raises(KokoroError, match="is not text"):
        all_of(reader)


def test_a_book_is_taken_whole(pipe: tuple[BinaryIO, Write]) -> None:
    source, write = pipe
    reader = PipeReader(source)
    write(b"WEBVTT\n\n00:01.000 --> 00:02.000\nHel")
    write(b"lo.\n")
    write(b"")
    book = reader.book()
    assert book
    assert "Hello." in book.text


@pytest.mark.parametrize("text", ["10\n9\n8\n7\n", "<p>Hello", "<3 you all", "12:30 to one"])
def test_text_that_begins_like_another_kind_is_not_held(
    text: str, pipe: tuple[BinaryIO, Write]
) -> None:
    source, write = pipe
    reader = PipeReader(source)
    write(text.encode())
    assert reader.book() is None
    assert reader.more(None) == text


def test_a_pipe_that_breaks_is_reported() -> None:
    class Broken(io.BytesIO):
        def read1(self, size: int | None = -1) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(KokoroError, match="can't be read: Input/output error"):
        PipeReader(Broken()).more(None)


def test_an_endless_text_is_read_as_it_is_wanted() -> None:
    class Endless(io.BytesIO):
        reads = 0

        def read1(self, size: int | None = -1) -> bytes:
            self.reads += 1
            return b"on and on. " * 5_000

    endless = Endless()
    reader = PipeReader(endless)
    assert reader.book() is None
    for _ in range(20):
        assert 0 < len(reader.more(None)) < 1_000_000
    time.sleep(0.2)
    assert endless.reads < 20 * 5


def test_a_long_text_in_another_encoding_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kokoro_cli.documents.pipe_reader.LARGEST_TEXT", 100)
    reader = PipeReader(io.BytesIO("schön ".encode("cp1252") * 40))
    with pytest.raises(KokoroError, match="more than"):
        all_of(reader)
