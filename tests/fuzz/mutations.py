"""Changes of a file that a program may not have thought of."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from random import Random

from tests.covers import png_chunk

Mutation = Callable[[bytes, Random, Sequence[bytes]], bytes]
"""Returns a changed file; the others of its kind may give parts of it."""

_NUMBERS = (
    "0", "-1", "1", "2", "255", "65535", "65536", "2147483647", "2147483648", "4294967295",
    "-2147483648", "99999999999", "1e38", "0.0000001", "18446744073709551615",
)  # fmt: skip
_MOST_BYTES = 2_000_000
_BYTES = (0, 1, 0x7F, 0x80, 0xFE, 0xFF)
_NUMBER = re.compile(rb"-?[0-9]+(?:\.[0-9]+)?")
_REFERENCE = re.compile(rb"\b([0-9]+) ([0-9]+) R\b")
_OBJECT = re.compile(rb"\b[0-9]+ 0 obj\b.*?\bendobj\b", re.S)
_NAME = re.compile(rb"/[A-Za-z0-9]+")
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.S)
_WORD = re.compile(rb"[A-Za-z]{2,}")
_TAG = re.compile(rb"<[^<>]*>")


def flip(data: bytes, chosen: Random, others: Sequence[bytes]) -> bytes:
    changed = bytearray(data)
    for _ in range(chosen.choice((1, 1, 2, 5, 20))):
        changed[chosen.randrange(len(data))] = chosen.choice(
            (chosen.randrange(256), chosen.choice(_BYTES))
        )
    return bytes(changed)


def cut(data: bytes, chosen: Random, others: Sequence[bytes]) -> bytes:
    start = chosen.randrange(len(data))
    return data[:start] + data[start + chosen.choice((1, 7, 100, len(data))) :]


def repeat(data: bytes, chosen: Random, others: Sequence[bytes]) -> bytes:
    start = chosen.randrange(len(data))
    part = data[start : start + chosen.choice((1, 4, 30, 300))]
    return data[:start] + part * chosen.choice((2, 3, 50, 1_000)) + data[start:]


def splice(data: bytes, chosen: Random, others: Sequence[bytes]) -> bytes:
    other = chosen.choice(others)
    start, end = sorted(chosen.randrange(len(other) + 1) for _ in range(2))
    place = chosen.randrange(len(data))
    return data[:place] + other[start:end] + data[place + chosen.choice((0, end - start)) :]


def move(data: bytes, chosen: Random, others: Sequence[bytes]) -> bytes:
    a, b, c = sorted(chosen.randrange(len(data)) for _ in range(3))
    return data[:a] + data[b:c] + data[a:b] + data[c:]


def integer(data: bytes, chosen: Random, others: Sequence[bytes]) -> bytes:
    """Change two or four bytes to a number at a limit."""
    place = chosen.randrange(max(1, len(data) - 4))
    form = chosen.choice(("<H", ">H", "<I", ">I"))
    most = 2 ** (16 if form[1] == "H" else 32)
    value = struct.pack(form, chosen.choice((0, 1, most // 2 - 1, most // 2, most - 1)))
    return data[:place] + value + data[place + len(value) :]


def number(data: bytes, chosen: Random, others: Sequence[bytes]) -> bytes:
    return _replaced(_NUMBER, data, chosen, chosen.choice(_NUMBERS).encode())


def _replaced(pattern: re.Pattern[bytes], data: bytes, chosen: Random, new: bytes) -> bytes:
    found = list(pattern.finditer(data))
    if not found:
        return data
    match = chosen.choice(found)
    return data[: match.start()] + new + data[match.end() :]


# PDF


def reference(data: bytes, chosen: Random, others: Sequence[bytes]) -> bytes:
    """Refer to another object: often the one that holds the reference."""
    numbers = [match[0] for match in _REFERENCE.finditer(data)] or [b"1 0 R"]
    return _replaced(_REFERENCE, data, chosen, chosen.choice([*numbers, b"99999 0 R", b"0 0 R"]))


def value(data: bytes, chosen: Random, others: Sequence[bytes]) -> bytes:
    """Let a number or name become a reference, an array or a dictionary."""
    numbers = [match[0] for match in _REFERENCE.finditer(data)] or [b"1 0 R"]
    new = chosen.choice(
        [*numbers, b"[" * 500, b"<<" * 500, b"(" * 99, b"null", b"true", b"<</Length 9 0 R>>"]
    )
    return _replaced(chosen.choice((_NUMBER, _NAME)), data, chosen, new)


def name(data: bytes, chosen: Random, others: Sequence[bytes]) -> bytes:
    names = [match[0] for match in _NAME.finditer(data)] or [b"/X"]
    return _replaced(_NAME, data, chosen, chosen.choice(names))


def swap_objects(data: bytes, chosen: Random, others: Sequence[bytes]) -> bytes:
    found = [match[0] for match in _OBJECT.finditer(chosen.choice([data, *others]))]
    return _replaced(_OBJECT, data, chosen, chosen.choice(found)) if found else data


def stream(data: bytes, chosen: Random, others: Sequence[bytes]) -> bytes:
    """Repeat a stream's data, or give it that of another one; its length is then wrong."""
    found = [match[1] for match in _STREAM.finditer(data)]
    if not found:
        return data
    body = chosen.choice(found)[:2_000]
    body *= chosen.choice((1, 2, 100, 1_000))
    return _replaced(_STREAM, data, chosen, b"stream\n" + body + b"\nendstream")


def filters(data: bytes, chosen: Random, others: Sequence[bytes]) -> bytes:
    names = (b"Flate", b"LZW", b"ASCII85", b"ASCIIHex", b"RunLength", b"CCITTFax", b"JBIG2", b"DCT")
    names = (*names, b"JPX")
    chain = b"".join(b"/%sDecode" % chosen.choice(names) for _ in range(chosen.choice((1, 2, 50))))
    parameters = b"/DecodeParms<</Predictor 15/Columns 2147483647/Colors 99>>"
    new = b"/Filter[%s]%s/Length" % (chain, chosen.choice((b"", parameters)))
    return _replaced(re.compile(rb"/Length\b"), data, chosen, new)


def operators(data: bytes, chosen: Random, others: Sequence[bytes]) -> bytes:
    """Add what draws to a stream that is not compressed."""
    part = chosen.choice(
        (b"q ", b"/X Do ", b"/F 1e30 Tf (a) Tj ", b"BT ", b"[" * 9, b"1e9 0 0 1e9 0 0 cm ",
         b"BI /W 65000/H 65000 ID ", b"/X 9 Tf ", b"(a) ' ", b"0 0 0 0 re W n ")
    )  # fmt: skip
    return data.replace(b" Tf", b" Tf " + part * chosen.choice((1, 10, 20_000)), 1)


# EPUB


def archived(data: bytes, chosen: Random, others: Sequence[bytes]) -> bytes:
    """Change one file in the archive, and pack it again: its checksum is then right."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = {info.filename: archive.read(info) for info in archive.infolist()}
    except Exception:
        return data  # An earlier change has broken it.
    if not files:
        return data
    path = chosen.choice(list(files))
    parts = [content for content in files.values() if content] or [b"x"]
    change = chosen.choice((flip, cut, repeat, splice, move, number, tag, word))
    if files[path]:
        files[path] = change(files[path], chosen, parts)
    if chosen.random() < 0.1:
        files[path] = files[path][:20_000] * chosen.choice((10, 1_000))
    packed = io.BytesIO()
    method = chosen.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    with zipfile.ZipFile(packed, "w", method) as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(path), content[:20_000_000], method)
    return packed.getvalue()


def header(data: bytes, chosen: Random, others: Sequence[bytes]) -> bytes:
    """Change a field of one of the archive's headers."""
    sign, size = chosen.choice(((b"PK\3\4", 30), (b"PK\1\2", 46), (b"PK\5\6", 22)))
    places = [match.start() for match in re.finditer(re.escape(sign), data)]
    if not places:
        return data
    place = chosen.choice(places) + chosen.randrange(4, size)
    new = chosen.choice((b"\0", b"\1", b"\xff", b"\xff\xff", b"\xff" * 4, b"\0\0\0\x7f", b"\x63\0"))
    return data[:place] + new + data[place + len(new) :]


def tag(data: bytes, chosen: Random, others: Sequence[bytes]) -> bytes:
    """Repeat a tag: open, or as it is."""
    found = [match[0] for match in _TAG.finditer(data)]
    if not found:
        return data
    new = chosen.choice([*found, b"<table>", b"<sup>", b"<!--", b"<![CDATA[", b"<p ", b"&#x41;"])
    place = chosen.randrange(len(data))
    return data[:place] + new * chosen.choice((1, 2, 50, 20_000)) + data[place:]


def word(data: bytes, chosen: Random, others: Sequence[bytes]) -> bytes:
    words = [match[0] for match in _WORD.finditer(data)] or [b"x"]
    return _replaced(_WORD, data, chosen, chosen.choice(words))


# Pictures


def chunk(data: bytes, chosen: Random, others: Sequence[bytes]) -> bytes:
    """Change a chunk of a PNG and keep its checksum right."""
    if len(data) < 20:
        return data
    place, parts = 8, []
    while place + 12 <= len(data) and len(parts) < 100:
        size = struct.unpack(">I", data[place : place + 4])[0]
        parts.append((data[place + 4 : place + 8], data[place + 8 : place + 8 + size]))
        place += 12 + size
    if not parts:
        return data
    number = chosen.randrange(len(parts))
    kind, body = parts[number]
    change = chosen.choice((flip, cut, repeat, integer))
    body = change(body, chosen, [body]) if body else zlib.compress(bytes(100_000))
    again = chosen.choice((0, 1, 2, 500)) if len(body) < 10_000 else 1
    parts[number : number + chosen.choice((0, 1))] = [(kind, body)] * again
    return data[:8] + b"".join(png_chunk(*part) for part in parts)


def marker(data: bytes, chosen: Random, others: Sequence[bytes]) -> bytes:
    """Change a JPEG's marker, or the length after it."""
    places = [m.start() for m in re.finditer(rb"\xff[\xc0-\xfe]", data)]
    if not places:
        return data
    place = chosen.choice(places)
    new = chosen.choice(
        (b"\xff\xd9", b"\xff\xda", b"\xff\xc0", b"\xff" * 99, data[place : place + 2] + b"\0\0",
         data[place : place + 2] + b"\xff\xff", data[place : place + 2] + b"\0\2")
    )  # fmt: skip
    return data[:place] + new + data[place + len(new) :]


_ALWAYS: tuple[Mutation, ...] = (flip, cut, repeat, splice, move, integer)
MUTATIONS: dict[str, tuple[Mutation, ...]] = {
    "pdf": (
        *_ALWAYS, number, number, reference, reference, value, name, swap_objects, stream, filters,
        operators,
    ),
    "epub": (*_ALWAYS, archived, archived, archived, archived, header, header),
    "srt": (*_ALWAYS, number, number, tag, word),
    "png": (*_ALWAYS, chunk, chunk, chunk),
    "jpeg": (*_ALWAYS, marker, marker),
}  # fmt: skip


def mutated(kind: str, seeds: Sequence[bytes], chosen: Random) -> bytes:
    """Return one of the seeds after one to four changes."""
    data = chosen.choice(seeds)
    for _ in range(chosen.choice((1, 1, 2, 4))):
        data = chosen.choice(MUTATIONS[kind])(data or b"x", chosen, seeds)[:_MOST_BYTES]
    return data
