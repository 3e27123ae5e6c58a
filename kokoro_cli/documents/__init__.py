"""Documents: turn the bytes of a file or a pipe into chapters of text.

`kinds` lists what can be read.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO, cast

from kokoro_cli.documents.kinds import (
    DOCUMENT_KINDS,
    HEAD_BYTES,
    kind_of,
)
from kokoro_cli.errors import KokoroError, UsageError
from kokoro_cli.pauses import Boundary

_BLOCK = 1_000_000
_MOST_IN_MEMORY = 16_000_000
"""Bytes that are kept in memory of what comes through a pipe; more goes to a temporary file."""


_MOST_TITLE_LINES = 4
_MOST_MARKS = 20
"""Spaces and marks that a title may have more where it is printed."""

MOST_CHAPTERS = 10_000
"""Most chapters of a document; a text with more marks of chapters is not cut at the rest."""


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
    boundaries: tuple[tuple[int, Boundary], ...] = ()
    """What ends before some lines of the text, where it does not show that itself: the line's
    number, counted from 1, in order, and the boundary."""


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
    notes: tuple[str, ...] = ()
    """What else was left out, but is not spoken: "The cover is broken."."""
    incomplete: bool = False
    """Whether a chapter or a page can't be read; it is named in `problems`."""

    @property
    def text(self) -> str:
        """The whole text, without chapters or times."""
        parts = [c.text or "\n\n".join(cue.text for cue in c.cues) for c in self.chapters]
        return "\n\n".join(parts) if self.plain or len(parts) == 1 else "".join(parts)

    @property
    def boundaries(self) -> tuple[tuple[int, Boundary], ...]:
        """What ends before some lines of the whole text, as in `Chapter.boundaries`."""
        found: list[tuple[int, Boundary]] = []
        line = 1
        first = self.chapters[0].first_line
        for chapter in self.chapters:
            begins = line if self.plain else chapter.first_line - first + 1
            found.append((begins, Boundary.CHAPTER))
            found += ((begins - 1 + number, ends) for number, ends in chapter.boundaries)
            line += chapter.text.count("\n") + 2
        return tuple(found[1:])

    @property
    def plain(self) -> bool:
        """Whether each line is a paragraph of plain text, as in a book or in subtitles."""
        return any(chapter.plain or chapter.cues for chapter in self.chapters)


def plain_chapter(title: str, lines: Sequence[tuple[str, Boundary]]) -> Chapter:
    """Return a chapter of lines, each with what ends before it. Its title may be its first lines,
    and they are a heading then.
    """
    headed = _lines_of_title(title, [text for text, _ in lines[:_MOST_TITLE_LINES]])
    found = (
        (number, max(ends, Boundary.HEADING) if number <= headed + 1 and headed else ends)
        for number, (_, ends) in enumerate(lines, 1)
    )
    return Chapter(
        title,
        "\n".join(text for text, _ in lines),
        plain=True,
        boundaries=tuple(each for each in found if each[1] is not Boundary.PARAGRAPH),
    )


def _lines_of_title(title: str, lines: Sequence[str]) -> int:
    """Return how many of the first lines are the title; 0 if it is not in them."""
    whole, read = _letters(title), ""
    for number, text in enumerate(lines, 1):
        read += _letters(text[: len(title) + _MOST_MARKS])
        if read == whole and read:
            return number
        if not whole.startswith(read):
            break
    return 0


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def of_text(text: str) -> Document:
    return Document("", (Chapter("", text),))


def read_document(path: Path) -> Document:
    """Return a file's content; KokoroError if it can't be read or is not of its format."""
    try:
        if path.is_char_device() or path.is_block_device():
            raise UsageError(f"{path} is a device.", hint="Give a file, or - for a pipe.")
        with path.open("rb") as source:
            if source.seekable():
                return read(source, path.name, str(path))
            return read_blocks(_blocks(source), path.name, str(path))
    except FileNotFoundError as error:
        raise UsageError(f"There is no file {path}.", hint="Check the name.") from error
    except IsADirectoryError as error:
        raise UsageError(f"{path} is a folder.", hint="Give a file.") from error
    except OSError as error:
        raise KokoroError(f"{path} can't be read: {error.strerror or error}.") from error


def read_pipe(pipe: BinaryIO) -> Document:
    """Return the content of a pipe; the first bytes decide whether it is a text or a book."""
    return read_blocks(_blocks(pipe), "", "Standard input")


def read_bytes(data: bytes, name: str) -> Document:
    """Return the content of bytes without a file name; *name* is for error messages."""
    return read(io.BytesIO(data), "", name)


def read_blocks(blocks: Iterable[bytes], file_name: str, name: str) -> Document:
    """Return the content of a file that comes in blocks. The others are as for `read`.

    Only the first blocks stay in memory. Nothing is taken beyond the largest document of its kind.
    """
    from tempfile import SpooledTemporaryFile  # It would slow down every start.

    with SpooledTemporaryFile(_MOST_IN_MEMORY) as whole:
        head, size = b"", 0
        for block in blocks:
            head += block[: HEAD_BYTES - len(head)]
            size += len(block)
            largest = kind_of(file_name, head).largest
            if size > largest:
                raise too_large(name, largest)
            _keep(block, whole, name)
        return read(cast(BinaryIO, whole), file_name, name)


def read(source: BinaryIO, file_name: str, name: str) -> Document:
    """Return a seekable source's content. *file_name* gives its format, *name* is for errors."""
    source.seek(0)
    head = source.read(HEAD_BYTES)
    size = source.seek(0, io.SEEK_END)
    source.seek(0)
    kind = kind_of(file_name, head)
    if size > kind.largest:
        raise too_large(name, kind.largest)
    if kind.apart:
        from kokoro_cli.documents import apart

        return apart.read(kind.module, source, name)
    document: Document = DOCUMENT_KINDS.load(kind.name).read(source, name)
    return document


def _keep(block: bytes, whole: IO[bytes], name: str) -> None:
    try:
        whole.write(block)
        whole.flush()
    except OSError as error:
        raise KokoroError(
            f"{name} can't be kept while it is read: {error.strerror or error}.",
            hint="Free some space in the folder of temporary files, or set TMPDIR to another one.",
        ) from error


def _blocks(source: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: source.read(_BLOCK), b"")


def too_large(name: str, largest: int) -> KokoroError:
    return KokoroError(
        f"{name} has more than {largest // 1_000_000:,} MB.", hint="Split it into parts."
    )
