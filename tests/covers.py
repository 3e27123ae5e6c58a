"""Pictures for the tests."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image


def picture(form: str, mode: str = "RGB", **options: Any) -> bytes:
    """Return a small picture in a format that Pillow writes."""
    data = io.BytesIO()
    image = Image.linear_gradient("L").resize((40, 60)).convert(mode)
    image.save(data, form, **options)
    return data.getvalue()


def png_chunk(kind: bytes, body: bytes) -> bytes:
    """Return a chunk of a PNG with the right length and checksum."""
    sum_ = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", sum_)


def png_of(width: int, height: int) -> bytes:
    """Return a PNG that says it has this size, and holds a few bytes of pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    chunks = (b"IHDR", header), (b"IDAT", pixels), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*chunk) for chunk in chunks)


def jpeg_of(width: int, height: int) -> bytes:
    """Return a JPEG whose header says it has this size."""
    data = picture("JPEG")
    place = data.index(b"\xff\xc0") + 5
    return data[:place] + struct.pack(">HH", height, width) + data[place + 4 :]
