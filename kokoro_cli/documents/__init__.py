"""Documents: bytes from a file or a pipe to text."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import BinaryIO

from kokoro_cli.errors import KokoroError, UsageError

# Longest first: the mark of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def read_file(path: Path) -> str:
    """Return the text of a file; an error where it can't be read or is not text."""
    try:
        return decode(path.read_bytes(), str(path))
    except FileNotFoundError as error:
        raise UsageError(f"There is no file {path}.", hint="Check the name.") from error
    except IsADirectoryError as error:
        raise UsageError(f"{path} is a folder.", hint="Give a text file.") from error
    except OSError as error:
        raise KokoroError(f"{path} can't be read: {error.strerror}.") from error


def read_pipe(pipe: BinaryIO) -> str:
    return decode(pipe.read(), "Standard input")


def decode(data: bytes, name: str) -> str:
    """Return the text of UTF-8, or of UTF-16 or UTF-32 with a byte-order mark."""
    mark, encoding = next(((m, e) for m, e in _MARKS if data.startswith(m)), (b"", "utf-8"))
    try:
        text = data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        raise KokoroError(
            f"{name} is not {encoding.upper()} text: byte {len(mark) + error.start:,} does "
            "not fit.",
            hint="Save it as UTF-8, or convert it: iconv -f LATIN1 -t UTF-8 FILE",
        ) from error
    if "\0" in text:
        raise KokoroError(f"{name} is not text: it holds zero bytes.", hint="Give a text file.")
    return text
