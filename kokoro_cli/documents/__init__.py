"""Documents: from the bytes of a file or a pipe to chapters of text.

A kind of file touches one module and one line of the table below; the module is imported when such
a file comes. Each has a function ``read(source, name) -> Document``.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

from kokoro_cli.errors import KokoroError, UsageError

READERS = {
    ".txt": "text",
    ".text": "text",
    ".md": "text",
    ".markdown": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".epub": "epub",
    ".pdf": "pdf",
    ".srt": "cues",
    ".vtt": "cues",
}

_SIGNS = ((b"%PDF-", "pdf"), (b"PK\x03\x04", "epub"), (b"WEBVTT", "cues"))
"""What the first bytes of a file show, where its name shows nothing."""

LARGEST_TEXT = 64_000_000
"""Bytes of plain text, HTML or subtitles that are taken: some ten million words."""

LARGEST_BOOK = 1_000_000_000
"""Bytes of an EPUB or a PDF, most of which are pictures."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A stretch of text that is to be spoken at its time."""

    start_seconds: float
    end_seconds: float
    text: str
    line: int = field(default=1, compare=False)
    """Line of the file on which the text begins."""


@dataclass(frozen=True, slots=True)
class Chapter:
    title: str
    """"" where it has none."""
    text: str
    first_line: int = 1
    """Line of the file on which the text begins."""
    plain: bool = False
    """Whether each line is a paragraph as it stands; else the text may hold Markdown."""
    cues: tuple[Cue, ...] = ()
    """Of a timed text, which has no other text then."""


@dataclass(frozen=True, slots=True)
class Document:
    title: str
    """"" where the file names none."""
    chapters: tuple[Chapter, ...]
    """At least one; together they hold all of the text, in the order of reading."""
    author: str = ""
    language: str | None = None
    """The tag that the file gives, as en-GB."""
    cover: bytes | None = None
    """A JPEG or PNG."""
    problems: tuple[str, ...] = ()
    """What in the file could not be read, a line each: "Page 7 is a picture without text."."""

    @property
    def text(self) -> str:
        """All of it, for those who heed neither chapters nor times."""
        parts = [c.text or "\n\n".join(cue.text for cue in c.cues) for c in self.chapters]
        return "\n\n".join(parts) if self.plain or len(parts) == 1 else "".join(parts)

    @property
    def plain(self) -> bool:
        return any(chapter.plain for chapter in self.chapters)


def of_text(text: str) -> Document:
    return Document("", (Chapter("", text),))


def read_document(path: Path) -> Document:
    """Return what a file holds; an error where it can't be read or is not what it says it is."""
    try:
        if path.is_char_device() or path.is_block_device():
            raise UsageError(f"{path} is a device.", hint="Give a file, or - for a pipe.")
        with path.open("rb") as source:
            whole = source if source.seekable() else io.BytesIO(source.read(LARGEST_TEXT + 1))
            return read(whole, path.name, str(path))
    except FileNotFoundError as error:
        raise UsageError(f"There is no file {path}.", hint="Check the name.") from error
    except IsADirectoryError as error:
        raise UsageError(f"{path} is a folder.", hint="Give a file.") from error
    except OSError as error:
        raise KokoroError(f"{path} can't be read: {error.strerror or error}.") from error


def read_pipe(pipe: BinaryIO) -> Document:
    """Return what comes through a pipe: a text, or a book by its first bytes."""
    return read_bytes(pipe.read(LARGEST_TEXT + 1), "Standard input")


def read_bytes(data: bytes, name: str) -> Document:
    """Return what bytes without a file's name are; *name* stands in errors."""
    return read(io.BytesIO(data), "", name)


def is_book(head: bytes) -> bool:
    """Whether the first bytes show more than a text."""
    return _by_sign(head) is not None


def _by_sign(head: bytes) -> str | None:
    return next((kind for sign, kind in _SIGNS if head.startswith(sign)), None)


def read(source: BinaryIO, file_name: str, name: str) -> Document:
    """Return what a seekable source holds. *file_name* tells its kind, *name* stands in errors."""
    head = source.read(8)
    size = source.seek(0, io.SEEK_END)
    source.seek(0)
    kind = READERS.get(Path(file_name).suffix.lower()) or _by_sign(head) or "text"
    largest = LARGEST_BOOK if kind in ("epub", "pdf") else LARGEST_TEXT
    if size > largest:
        raise too_large(name, largest)
    reader = import_module(f"{__name__}.{kind}")
    document: Document = reader.read(source, name)
    return document


def too_large(name: str, largest: int) -> KokoroError:
    return KokoroError(
        f"{name} has more than {largest // 1_000_000:,} MB.", hint="Split it into parts."
    )
