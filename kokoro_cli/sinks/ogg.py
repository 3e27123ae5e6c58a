"""Number the streams of Ogg, as RFC 3533 describes the pages: a file's by its content.

Encoders choose the number at random, or take the same one for every file. By content, the same
sound gives the same bytes, and files of different sound can be chained: ``cat a.ogg b.ogg``.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterator
from typing import Protocol

_SIGN = b"OggS"
_HEADER = 27
_SERIAL, _CHECKSUM = slice(14, 18), slice(22, 26)

_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


class _File(Protocol):
    def seek(self, offset: int) -> int: ...

    def read(self, size: int) -> bytes: ...

    def write(self, data: bytes) -> int: ...


def number_stream(file: _File) -> None:
    """Give the file's only stream the number that its content says; ValueError if it is no Ogg."""
    content = hashlib.sha256()
    for _, page in _pages(file):
        page[_SERIAL] = page[_CHECKSUM] = bytes(4)
        content.update(page)
    for start, page in _pages(file):
        _number(page, content.digest()[:4])
        file.seek(start)
        file.write(bytes(page[:_HEADER]))


class NumberedPages:
    """Gives the pages of a stream a number of 32 bits while the stream is made."""

    def __init__(self, number: int) -> None:
        self._number = struct.pack("<I", number)
        self._rest = bytearray()

    def __call__(self, data: bytes) -> bytes:
        """Return the pages that *data* completes."""
        self._rest += data
        pages = []
        while len(self._rest) >= (size := _size(self._rest)):
            page = self._rest[:size]
            del self._rest[:size]
            _number(page, self._number)
            pages.append(page)
        return b"".join(pages)


def _size(page: bytearray) -> int:
    """Return the size of a page; more than there is if the page is not whole."""
    count = page[_HEADER - 1] if len(page) >= _HEADER else 0
    return _HEADER + count + sum(page[_HEADER : _HEADER + count])


def _number(page: bytearray, number: bytes) -> None:
    page[_SERIAL], page[_CHECKSUM] = number, bytes(4)
    page[_CHECKSUM] = struct.pack("<I", checksum(bytes(page)))


def _pages(file: _File) -> Iterator[tuple[int, bytearray]]:
    """Yield where each page begins, and the page."""
    start = 0
    while True:
        file.seek(start)
        header = file.read(_HEADER)
        if not header:
            return
        if len(header) < _HEADER or not header.startswith(_SIGN):
            raise ValueError(f"There is no Ogg page at byte {start}.")
        lengths = file.read(header[-1])
        page = bytearray(header + lengths + file.read(sum(lengths)))
        yield start, page
        start += len(page)


def checksum(page: bytes) -> int:
    """Return the CRC of a page whose own field is zero: polynomial 0x04C11DB7, highest bit first.

    zlib's begins with the lowest bit and inverts before and after, so its bits are turned round.
    """
    raw = ~zlib.crc32(page.translate(_REVERSED), 0xFFFFFFFF) & 0xFFFFFFFF
    return int(f"{raw:032b}"[::-1], 2)
