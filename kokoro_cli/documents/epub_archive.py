"""Read the files in an EPUB, which may be truncated, broken, encrypted or a ZIP bomb."""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from typing import BinaryIO
from urllib.parse import unquote
from xml.etree import ElementTree

from kokoro_cli.documents.encoding import decode
from kokoro_cli.documents.html import declared_encoding
from kokoro_cli.documents.tags import refuse_too_many_marks
from kokoro_cli.errors import KokoroError

_LARGEST_FILE = 100_000_000
_LARGEST_SUM = 300_000_000
_LARGEST_XML = 20_000_000
_MOST_XML_TAGS = 400_000
"""An XML file is kept whole as objects, of which each takes half a kilobyte."""

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""An EPUB has no other compression; some of the others need up to 4 GB to unpack anything."""

_ENCRYPTED = 1
"""Bit in the flags of a file in a ZIP archive."""

_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,  # A compression method that zipfile does not support.
    OSError,
    OverflowError,
    ValueError,
)


class UnreadableError(Exception):
    """A file in the archive is missing or broken; the message is a full sentence."""


class UnreadablePackageError(KokoroError):
    """A file without which nothing of a book can be read is missing or broken."""


class Archive:
    """The files of an EPUB by path; *name* is for error messages."""

    def __init__(self, source: BinaryIO, name: str) -> None:
        self.name = name
        self._size = source.seek(0, io.SEEK_END)
        try:
            self._zip = zipfile.ZipFile(source)
        except _BROKEN as error:
            raise KokoroError(
                f"{name} is not an EPUB: it is not a ZIP archive, or is incomplete.",
                hint="Download or copy it again.",
            ) from error
        self._paths = {path.casefold(): path for path in reversed(self._zip.namelist())}
        self._paths.update((path, path) for path in self._zip.namelist())
        self._inflated = 0

    def find(self, path: str) -> str | None:
        """Return the path as spelled in the archive, which may differ in case; None if missing."""
        return self._paths.get(path) or self._paths.get(path.casefold())

    def read(self, path: str) -> bytes:
        """Return a file's content.

        `UnreadableError` if the file is missing or broken. `KokoroError`, before inflating, if the
        file or the sum of all files read would be too large, or if a password is needed.
        """
        found = self.find(path)
        if found is None:
            raise UnreadableError(f"{path} is missing.")
        info = self._zip.getinfo(found)
        self._inflated += info.file_size
        if info.file_size > _LARGEST_FILE or self._inflated > _LARGEST_SUM:
            raise KokoroError(
                f"{self.name} is too large: {path} has {info.file_size // 1_000_000:,} MB.",
                hint="Give a book with less than 300 MB of text.",
            )
        if info.flag_bits & _ENCRYPTED:
            raise KokoroError(
                f"{self.name} is locked with a password.",
                hint="Unpack it with the password, pack it again without one, and give that file.",
            )
        if info.compress_type not in _METHODS:
            raise UnreadableError(f"{path} is compressed in a way that no EPUB is.")
        if info.compress_size > self._size:  # zipfile would reserve memory for all of it.
            raise UnreadableError(f"{path} is broken.")
        try:
            return self._zip.read(info)
        except _BROKEN as error:
            raise UnreadableError(f"{path} is broken.") from error

    def text(self, path: str) -> str:
        """Return a file's text; raises as `read`, and `UnreadableError` if it is not text."""
        data = self.read(path)
        try:
            text = decode(data, path, declared_encoding(data))
        except KokoroError as error:
            raise UnreadableError(error.message) from error
        refuse_too_many_marks(text, f"{path} in {self.name}")
        return text

    def xml(self, path: str) -> ElementTree.Element:
        """Return the root element of a required file; `KokoroError` if it can't be read."""
        try:
            text = self.text(path)
            if "<!ENTITY" in text:
                raise UnreadableError(f"{path} declares entities.")
            if len(text) > _LARGEST_XML or text.count("<") > _MOST_XML_TAGS:
                raise UnreadableError(f"{path} is too large.")
            return ElementTree.fromstring(text.strip())
        except (UnreadableError, ElementTree.ParseError, ValueError) as error:
            reason = error if isinstance(error, UnreadableError) else f"{path} is not XML."
            raise UnreadablePackageError(
                f"{self.name} can't be read: {reason}", hint="Download or copy it again."
            ) from error


def resolved(base: str, href: str) -> tuple[str, str]:
    """Return the path and the fragment that *href* in the file *base* points to."""
    reference, _, fragment = href.strip().partition("#")
    path = posixpath.join(posixpath.dirname(base), unquote(reference)) if reference else base
    return posixpath.normpath(f"/{path}").lstrip("/"), unquote(fragment)


def local_name(element: ElementTree.Element) -> str:
    """Return an element's name without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
