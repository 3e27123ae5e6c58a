"""Documents: turn the bytes of a file or a pipe into chapters of text.

To add a file format, add a module and an entry to READERS. The module has a function
``read(source, name) -> Document`` and is imported when the first such file is read.
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
"""First bytes that identify a format if the file's name does not."""

LARGEST_TEXT = 64_000_000
"""Most bytes of plain text, HTML or subtitles: about ten million words."""

LARGEST_BOOK = 1_000_000_000
"""Most bytes of an EPUB or a PDF; most of these are pictures."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A piece of text to speak at a given time."""

    start_seconds: float
    end_seconds: float
    text: str
    line: int = field(default=1, compare=False)
    """Line of the file on which the text begins, counted from 1."""


@dataclass(frozen=True, slots=True)
class Chapter:
    title: str
    """"" if the chapter has none."""
    text: str
    first_line: int = 1
    """Line of the file on which the text begins, counted from 1."""
    plain: bool = False
    """Whether each line is a paragraph of plain text; otherwise the text may hold Markdown."""
    cues: tuple[Cue, ...] = ()
    """Cues of timed text; *text* is then empty."""


@dataclass(frozen=True, slots=True)
class Document:
    title: str
    """"" if the file has none."""
    chapters: tuple[Chapter, ...]
    """At least one; together they hold all of the text, in reading order."""
    author: str = ""
    language: str | None = None
    """Language tag from the file, such as en-GB."""
    cover: bytes | None = None
    """A JPEG or PNG."""
    problems: tuple[str, ...] = ()
    """What could not be read, one line each: "Page 7 is a picture without text."."""

    @property
    def text(self) -> str:
        """The whole text, without chapters or times."""
        parts = [c.text or "\n\n".join(cue.text for cue in c.cues) for c in self.chapters]
        return "\n\n".join(parts) if self.plain or len(parts) == 1 else "".join(parts)

    @property
    def plain(self) -> bool:
        return any(chapter.plain for chapter in self.chapters)


def of_text(text: str) -> Document:
    return Document("", (Chapter("", text),))


def read_document(path: Path) -> Document:
    """Return a file's content; KokoroError if it can't be read or is not of its format."""
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
    """Return the content of a pipe; the first bytes decide whether it is a text or a book."""
    return read_bytes(pipe.read(LARGEST_TEXT + 1), "Standard input")


def read_bytes(data: bytes, name: str) -> Document:
    """Return the content of bytes without a file name; *name* is for error messages."""
    return read(io.BytesIO(data), "", name)


def is_book(head: bytes) -> bool:
    """Whether the first bytes identify a format other than text."""
    return _by_sign(head) is not None


def _by_sign(head: bytes) -> str | None:
    return next((kind for sign, kind in _SIGNS if head.startswith(sign)), None)


def read(source: BinaryIO, file_name: str, name: str) -> Document:
    """Return a seekable source's content. *file_name* gives its format, *name* is for errors."""
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
