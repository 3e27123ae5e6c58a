"""Whether bytes are a whole JPEG or PNG, from its structure: nothing is decoded.

A cover is copied into a sound file, so its pixels do not matter here. Formats:
https://www.w3.org/TR/png-3/ and https://www.w3.org/Graphics/JPEG/itu-t81.pdf, annex B.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_LARGEST = 20_000_000
_MOST_PIXELS = 100_000_000
"""More would take players 400 MB or more to show."""
_LONGEST_SIDE = 30_000
"""In pixels; MP4 holds no more than 65,535."""

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"

_OTHERS = (
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture"),
)
_SVG = re.compile(rb"<svg[\s>]", re.IGNORECASE)

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a JPEG's frame header, which holds its size."""
_ALONE = frozenset([0x01, *range(0xD0, 0xD8)])
"""Markers without a length."""
_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
# In a scan's data, 0xFF stands before 0 or a restart marker.
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")


class PictureError(Exception):
    """Bytes are no picture that a file can hold; the message follows "The cover"."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What a picture's header says."""

    kind: Literal["jpeg", "png"]
    width: int
    """In pixels, as is *height*."""
    height: int


def examine(data: bytes) -> Picture:
    """Return what the bytes are; PictureError if that is not a whole JPEG or PNG."""
    if not data:
        raise PictureError("is empty")
    if len(data) > _LARGEST:
        raise PictureError(f"has more than {_LARGEST // 1_000_000} MB")
    if data.startswith(_PNG):
        kind: Literal["jpeg", "png"] = "png"
        width, height = _png_size(data)
    elif data.startswith(_JPEG):
        kind = "jpeg"
        width, height = _jpeg_size(data)
    else:
        raise PictureError(f"is {_other(data)}, not a JPEG or PNG")
    if not width or not height:
        raise PictureError("is broken: it has no size")
    if width * height > _MOST_PIXELS or max(width, height) > _LONGEST_SIDE:
        raise PictureError(f"has {width:,} × {height:,} pixels, more than players can show")
    return Picture(kind, width, height)


def _other(data: bytes) -> str:
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "a WebP picture"
    if data[4:8] == b"ftyp":
        return "an AVIF or HEIC picture"
    if _SVG.search(data, 0, 10_000):
        return "an SVG picture"
    return next((what for sign, what in _OTHERS if data.startswith(sign)), "something else")


def _cut() -> PictureError:
    return PictureError("is broken: its end is missing")


def _png_size(data: bytes) -> tuple[int, int]:
    size: tuple[int, int] | None = None
    pixels = False
    for kind, start, end in _png_chunks(data):
        if size is None:
            if kind != b"IHDR" or end - start != 13:
                raise PictureError("is broken: it has no header")
            size = _number(data, start, 4), _number(data, start + 4, 4)
        elif kind == b"IDAT":
            pixels = True
        elif kind == b"IEND":
            if not pixels:
                raise PictureError("is broken: it has no pixels")
            return size
    raise _cut()


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield each chunk's kind, and the indexes of its data's start and end."""
    place = len(_PNG)
    while place + 12 <= len(data):
        start = place + 8
        end = start + _number(data, place, 4)
        if end + 4 > len(data):
            raise _cut()
        kind = data[place + 4 : start]
        if zlib.crc32(data[place + 4 : end]) != _number(data, end, 4):
            raise PictureError("is broken: its checksum is wrong")
        yield kind, start, end
        place = end + 4


def _jpeg_size(data: bytes) -> tuple[int, int]:
    size: tuple[int, int] | None = None
    scanned = False
    for marker, start, end in _jpeg_segments(data):
        if marker in _FRAMES and size is None:
            if end - start < 6:
                raise PictureError("is broken: its header is too short")
            height = _number(data, start + 1, 2)
            size = _number(data, start + 3, 2), height
        elif marker == _SCAN:
            scanned = True
        elif marker == _END and scanned:
            if size is None:
                raise PictureError("is broken: it has no header")
            return size
    raise _cut()


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield each segment's marker, and the indexes of its data's start and end."""
    place = 0
    while found := _NEXT_MARKER.search(data, place):
        marker, start = data[found.end() - 1], found.end()
        if marker in _ALONE or marker in (_START, _END):
            yield marker, start, start
            place = start
            continue
        end = start + _number(data, start, 2)
        if end < start + 2 or end > len(data):
            raise _cut()
        yield marker, start + 2, end
        place = end


def _number(data: bytes, start: int, length: int) -> int:
    return int.from_bytes(data[start : start + length], "big")
