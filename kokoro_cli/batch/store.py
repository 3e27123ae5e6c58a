"""Spoken chunks on disk, each under the checksum of all that it was made from.

An entry is a file of its own: a checksum of the rest, the frames of each phoneme, and the samples
as 16-bit FLAC. It appears whole or not at all, so any number of processes may share a store, and
one that is killed leaves it fit for use.
"""

from __future__ import annotations

import hashlib
import os
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext, suppress
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
"""Number of frames, and the full scale that the 16-bit samples stand for."""

_ABANDONED_SECONDS = 3600
_PRUNE_EACH = 256
_PRUNED_TO = 0.9

_FULL_SCALE = 32767.0


class DamagedError(Exception):
    """An entry is not what was written."""


class ChunkStore:
    """A folder of spoken chunks that stays below *limit* bytes; what was used least goes first."""

    def __init__(self, folder: Path, limit: int) -> None:
        self._folder = folder
        self._limit = limit
        self._puts = 0
        self._lock = threading.Lock()

    def get(self, key: str) -> Rendering | None:
        """Return what is kept under a key, or None. Raises DamagedError, and drops the entry."""
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
            os.utime(path)  # Used now: it goes last.
        return rendering

    def put(self, key: str, data: bytes) -> None:
        """Keep what `pack` has made; OSError where it can't be written."""
        write_whole(self._path(key), data)
        with self._lock:
            self._puts += 1
            due = self._puts % _PRUNE_EACH == 0
        if due:
            self.prune()

    def prune(self) -> None:
        """Drop the entries that were used longest ago until the store is well below its limit."""
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
        """Yield when each entry was used, its bytes and its path."""
        now = time.time()
        for path in self._folder.glob("??/*"):
            with suppress(OSError):
                status = path.stat()
                if not path.name.startswith(UNFINISHED):
                    yield status.st_mtime, status.st_size, path
                elif now - status.st_mtime > _ABANDONED_SECONDS:
                    path.unlink(missing_ok=True)  # By a process that was killed.

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / key[2:]


def pack(rendering: Rendering) -> bytes:
    """Return an entry's bytes; `unpack` gives the rendering back, its samples with 16 bits."""
    loudest = float(np.abs(rendering.samples).max(initial=0.0))
    scale = float(np.float32(max(1.0, loudest)))  # It is written as a float32.
    body = (
        _HEAD.pack(len(rendering.frames), scale)
        + rendering.frames.astype("<u2").tobytes()
        + flac.encode(to_int16(rendering.samples / np.float32(scale)))
    )
    return _SIGN + hashlib.sha256(body).digest() + body


def unpack(data: bytes) -> Rendering:
    """Return the rendering of an entry; DamagedError where it is not what was packed."""
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

    The engine itself is loaded when it is needed for the first time.
    """

    concurrent = True

    def __init__(self, load: Callable[[], Engine], store: ChunkStore, identity: str) -> None:
        """*identity* names all but a call's arguments that its result depends on."""
        self._load = load
        self._store = store
        self._identity = identity
        self._engine: Engine | None = None
        self._lock = threading.Lock()
        self._alone = threading.Lock()
        self.spoken = 0
        """Chunks that the engine spoke."""
        self.found = 0
        """Chunks that the store had."""
        self.damaged = 0
        """Entries of the store that were not what was written, and were spoken anew."""
        self.failure: OSError | None = None
        """Why the store can't be written, if it can't."""

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
        """Return what the store has, and have the engine speak the rest of the calls at once."""
        keys = [self._key(call) for call in calls]
        made = {key: found for key in dict.fromkeys(keys) if (found := self._get(key))}
        missing = {key: call for key, call in zip(keys, calls, strict=True) if key not in made}
        if missing:
            spoken = self._speak(list(missing.values()))
            for key, rendering in zip(missing, spoken, strict=True):
                # What comes from the engine goes through the same bytes as what comes from the
                # store, so that a run which was broken off gives the same sound as another.
                data = pack(rendering)
                self._put(key, data)
                made[key] = unpack(data)
        with self._lock:
            self.spoken += len(missing)
            self.found += len(calls) - len(missing)
        return [made[key] for key in keys]

    def tidy(self) -> None:
        """Bring the store below its limit."""
        try:
            self._store.prune()
        except OSError as error:
            self.failure = self.failure or error

    def _speak(self, calls: Sequence[Call]) -> list[Rendering]:
        engine = self.engine
        with nullcontext() if engine.concurrent else self._alone:
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
        except OSError as error:  # The output is what counts; the job tells of this at its end.
            self.failure = self.failure or error
