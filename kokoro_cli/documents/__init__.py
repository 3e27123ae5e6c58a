"""Documents: turn the bytes of a file or a pipe into chapters of text.

`kinds` lists what can be read.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from kokoro_cli.documents.kinds import (
    DOCUMENT_KINDS,
    HEAD_BYTES,
    LARGEST_TEXT,
    kind_of,
)
from kokoro_cli.errors import KokoroError, UsageError


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


def read(source: BinaryIO, file_name: str, name: str) -> Document:
    """Return a seekable source's content. *file_name* gives its format, *name* is for errors."""
    head = source.read(HEAD_BYTES)
    size = source.seek(0, io.SEEK_END)
    source.seek(0)
    kind = kind_of(file_name, head)
    if size > kind.largest:
        raise too_large(name, kind.largest)
    document: Document = DOCUMENT_KINDS.load(kind.name).read(source, name)
    return document


def too_large(name: str, largest: int) -> KokoroError:
    return KokoroError(
        f"{name} has more than {largest // 1_000_000:,} MB.", hint="Split it into parts."
    )
