"""Spoken chunks on disk, each stored under the checksum of all that it was made from.

An entry is one file: a checksum of the rest, the frames of each phoneme, and the samples as 16-bit
FLAC. Writing is atomic, so processes can share a store, and a killed one does not damage it.
"""

from __future__ import annotations

import hashlib
import math
import os
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np

from kokoro_cli.audio import flac
from kokoro_cli.audio.assemble import from_int16, scaled_int16
from kokoro_cli.checksum import DamagedError, ForeignError, State, states
from kokoro_cli.files import UNFINISHED, read_regular, write_whole
from kokoro_cli.types import Rendering

_KIND = b"kokoro-chunk-"
_SIGN = _KIND + b"2\n"
_DIGEST = 32
_HEAD = struct.Struct("<If")
"""Length of the frames array, and the sample value that 16-bit full scale stands for."""

_ABANDONED_SECONDS = 3600
_CLOCKS_DIFFER_SECONDS = 2.0
"""The file system's clock is coarser than ours, and may be another machine's."""

_PRUNE_EACH = 256
_PRUNED_TO = 0.9


class ChunkStore:
    """A folder of spoken chunks, kept below *limit* bytes; the least recently used go first.

    What an unfinished output needs stays, also beyond the limit: else a long book would push out
    its own beginning, and a run that goes on would speak all of it again. A limit of 0 keeps
    nothing.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        self._folder = folder
        self._limit = limit
        self._puts = 0
        self._lock = threading.Lock()
        self._begun: dict[object, float] = {}
        """By unfinished output, when it began: it needs what was used since."""

    def get(self, key: str) -> Rendering | None:
        """Return the rendering of a key, or None.

        Removes a damaged entry, with DamagedError. ForeignError leaves the entry where it is.
        """
        path = self._path(key)
        try:
            data = read_regular(path)
        except FileNotFoundError:
            return None
        try:
            rendering = unpack(data, key)
        except DamagedError:
            path.unlink(missing_ok=True)
            raise
        with suppress(OSError):
            os.utime(path)  # Just used, so it is removed last.
        return rendering

    def put(self, key: str, data: bytes) -> None:
        """Store the bytes of `pack`; OSError if they can't be written."""
        write_whole(self._path(key), data)
        with self._lock:
            self._puts += 1
            due = self._puts % _PRUNE_EACH == 0
        if due:
            self.prune()

    def begin(self, output: object) -> None:
        """Keep all that is used from now on until the output is finished."""
        with self._lock:
            self._begun.setdefault(output, time.time())

    def finished(self, output: object) -> None:
        with self._lock:
            self._begun.pop(output, None)

    def prune(self) -> None:
        """If the store exceeds its limit, remove the least recently used down to 90 % of it."""
        entries = sorted(self._entries())
        total = sum(size for _, size, _ in entries)
        if total <= self._limit:
            return
        with self._lock:
            needed_since = min(self._begun.values(), default=math.inf) - _CLOCKS_DIFFER_SECONDS
        for used, size, path in entries:
            if self._limit and used >= needed_since:
                return
            with suppress(OSError):
                path.unlink(missing_ok=True)
            total -= size
            if total <= _PRUNED_TO * self._limit:
                return

    def survey(self) -> Iterator[tuple[Path, State]]:
        """Read every entry; yield its path and state."""

        def read(path: Path) -> None:
            _body(read_regular(path), path.parent.name + path.name)

        return states((path for _, _, path in self._entries()), read)

    def _entries(self) -> Iterator[tuple[float, int, Path]]:
        """Yield the time of last use, the size in bytes and the path of each entry."""
        now = time.time()
        for path in self._folder.glob("??/*"):
            with suppress(OSError):
                status = path.stat()
                if not path.name.startswith(UNFINISHED):
                    yield status.st_mtime, status.st_size, path
                elif now - status.st_mtime > _ABANDONED_SECONDS:
                    path.unlink(missing_ok=True)  # Left by a process that was killed.

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / key[2:]


def pack(rendering: Rendering, key: str) -> bytes:
    """Return an entry's bytes, from which `unpack` restores the rendering with 16-bit samples.

    Their checksum is that of the key too: an entry under the name of another is damaged.
    """
    values, scale = scaled_int16(rendering.samples)
    body = (
        _HEAD.pack(len(rendering.frames), scale)
        + rendering.frames.astype("<u2").tobytes()
        + flac.encode(values)
    )
    return _SIGN + _digest(key, body) + body


def unpack(data: bytes, key: str) -> Rendering:
    """Return the rendering of an entry; DamagedError if the bytes are not as packed.

    ForeignError if another version of this program packed them.
    """
    body = _body(data, key)
    count, scale = _HEAD.unpack_from(body)
    frames = np.frombuffer(body, "<u2", count, _HEAD.size).astype(np.int64)
    values = flac.decode(body[_HEAD.size + 2 * count :])
    return Rendering(from_int16(values, scale), frames)


_LONGEST_SIGN = 24


def _digest(key: str, body: bytes) -> bytes:
    return hashlib.sha256(key.encode() + body).digest()


def _body(data: bytes, key: str) -> bytes:
    begin = len(_SIGN) + _DIGEST
    body = data[begin:]
    if data.startswith(_SIGN) and _digest(key, body) == data[len(_SIGN) : begin]:
        return body
    sign, _, rest = data[:_LONGEST_SIGN].partition(b"\n")
    number = sign.removeprefix(_KIND)
    if rest and sign.startswith(_KIND) and number.isdigit() and sign + b"\n" != _SIGN:
        raise ForeignError
    raise DamagedError
