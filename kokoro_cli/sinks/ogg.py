"""Number the stream of an Ogg file by its content, as RFC 3533 describes the pages.

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
        page[_SERIAL], page[_CHECKSUM] = content.digest()[:4], bytes(4)
        page[_CHECKSUM] = struct.pack("<I", checksum(bytes(page)))
        file.seek(start)
        file.write(bytes(page[:_HEADER]))


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
