"""Spoken chunks on disk, each stored under the checksum of all that it was made from.

An entry is one file: a checksum of the rest, the frames of each phoneme, and the samples as 16-bit
FLAC. Writing is atomic, so processes can share a store, and a killed one does not damage it.
"""

from __future__ import annotations

import hashlib
import os
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from kokoro_cli.audio import flac
from kokoro_cli.audio.assemble import to_int16
from kokoro_cli.engines import Call, Engine
from kokoro_cli.files import UNFINISHED, write_whole
from kokoro_cli.types import Frames, Rendering, Style

_SIGN = b"kokoro-chunk-1\n"
_DIGEST = 32
_HEAD = struct.Struct("<If")
"""Length of the frames array, and the sample value that 16-bit full scale stands for."""

_ABANDONED_SECONDS = 3600
_PRUNE_EACH = 256
_PRUNED_TO = 0.9

_FULL_SCALE = 32767.0


class DamagedError(Exception):
    """An entry is not as it was written."""


class ChunkStore:
    """A folder of spoken chunks, kept below *limit* bytes; the least recently used go first."""

    def __init__(self, folder: Path, limit: int) -> None:
        self._folder = folder
        self._limit = limit
        self._puts = 0
        self._lock = threading.Lock()

    def get(self, key: str) -> Rendering | None:
        """Return the rendering of a key, or None. Removes a damaged entry, with DamagedError."""
        path = self._path(key)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        try:
            rendering = unpack(data)
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

    def prune(self) -> None:
        """If the store exceeds its limit, remove the least recently used down to 90 % of it."""
        entries = sorted(self._entries())
        total = sum(size for _, size, _ in entries)
        if total <= self._limit:
            return
        for _, size, path in entries:
            with suppress(OSError):
                path.unlink(missing_ok=True)
            total -= size
            if total <= _PRUNED_TO * self._limit:
                return

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


def pack(rendering: Rendering) -> bytes:
    """Return an entry's bytes, from which `unpack` restores the rendering with 16-bit samples."""
    loudest = float(np.abs(rendering.samples).max(initial=0.0))
    scale = float(np.float32(max(1.0, loudest)))  # Rounded as it is written.
    body = (
        _HEAD.pack(len(rendering.frames), scale)
        + rendering.frames.astype("<u2").tobytes()
        + flac.encode(to_int16(rendering.samples / np.float32(scale)))
    )
    return _SIGN + hashlib.sha256(body).digest() + body


def unpack(data: bytes) -> Rendering:
    """Return the rendering of an entry; DamagedError if the bytes are not as packed."""
    begin = len(_SIGN) + _DIGEST
    body = data[begin:]
    if not data.startswith(_SIGN) or hashlib.sha256(body).digest() != data[len(_SIGN) : begin]:
        raise DamagedError
    count, scale = _HEAD.unpack_from(body)
    frames = np.frombuffer(body, "<u2", count, _HEAD.size).astype(np.int64)
    values = flac.decode(body[_HEAD.size + 2 * count :])
    return Rendering(values.astype(np.float32) * np.float32(scale / _FULL_SCALE), frames)


class StoredEngine:
    """An engine that speaks nothing twice: what the store has is taken from there.

    The engine that it wraps is loaded when it is first needed.
    """

    def __init__(self, load: Callable[[], Engine], store: ChunkStore, identity: str) -> None:
        """*identity* names everything but a call's arguments that its result depends on."""
        self._load = load
        self._store = store
        self._identity = identity
        self._engine: Engine | None = None
        self._lock = threading.Lock()
        self.spoken = 0
        """Chunks that the engine spoke."""
        self.found = 0
        """Chunks that the store had."""
        self.damaged = 0
        """Damaged entries of the store, whose chunks were spoken again."""
        self.failure: OSError | None = None
        """The first error while reading or writing the store."""

    @property
    def engine(self) -> Engine:
        with self._lock:
            if self._engine is None:
                self._engine = self._load()
            return self._engine

    @property
    def device(self) -> str:
        return self.engine.device

    def frames(self, phonemes: str, style: Style, *, speed: float) -> Frames:
        return self.engine.frames(phonemes, style, speed=speed)

    def render(self, phonemes: str, style: Style, *, speed: float, seed: int) -> Rendering:
        (made,) = self.render_batch([Call(phonemes, style, speed, seed)])
        return made

    def render_batch(self, calls: Sequence[Call]) -> list[Rendering]:
        """Return renderings from the store; the engine speaks the missing ones at once."""
        keys = [self._key(call) for call in calls]
        made = {key: found for key in dict.fromkeys(keys) if (found := self._get(key))}
        missing = {key: call for key, call in zip(keys, calls, strict=True) if key not in made}
        if missing:
            spoken = self._speak(list(missing.values()))
            for key, rendering in zip(missing, spoken, strict=True):
                # A new rendering is packed and unpacked like a stored one, so that an interrupted
                # run gives the same sound as an uninterrupted one.
                data = pack(rendering)
                self._put(key, data)
                made[key] = unpack(data)
        with self._lock:
            self.spoken += len(missing)
            self.found += len(calls) - len(missing)
        return [made[key] for key in keys]

    def tidy(self) -> None:
        """Prune the store to its limit."""
        try:
            self._store.prune()
        except OSError as error:
            self.failure = self.failure or error

    def _speak(self, calls: Sequence[Call]) -> list[Rendering]:
        engine = self.engine
        return [calls[0].by(engine)] if len(calls) == 1 else engine.render_batch(calls)

    def _key(self, call: Call) -> str:
        given = f"{self._identity}\n{call.speed!r}\n{call.seed}\n{call.phonemes}\n".encode()
        return hashlib.sha256(given + call.style.astype("<f4").tobytes()).hexdigest()

    def _get(self, key: str) -> Rendering | None:
        try:
            return self._store.get(key)
        except DamagedError:
            self.damaged += 1
        except OSError as error:
            self.failure = self.failure or error
        return None

    def _put(self, key: str, data: bytes) -> None:
        try:
            self._store.put(key, data)
        except OSError as error:  # The output is still made; the job reports this at its end.
            self.failure = self.failure or error
