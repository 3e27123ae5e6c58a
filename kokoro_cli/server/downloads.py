"""Answers that are kept for a while under a link, in a folder that ends with the server."""

from __future__ import annotations

import secrets
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock

from kokoro_cli import undo

_KEPT_SECONDS = 3600.0
_KEPT_BYTES = 512_000_000
"""Of all together; the oldest go first."""


@dataclass(frozen=True, slots=True)
class Download:
    name: str
    path: Path
    content_type: str
    size: int
    made: float


class Downloads:
    """Names are chosen here and looked up in a table: no name of a client becomes a path."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._kept: dict[str, Download] = {}
        self._folder: Path | None = None
        self._undoing: object = None

    def keep(self, name: str, data: bytes, content_type: str) -> None:
        """Keep an answer under a name of `new_name`; OSError if the disk is full."""
        with self._lock:
            path = self._own_folder() / name
        path.write_bytes(data)
        with self._lock:
            self._kept[name] = Download(name, path, content_type, len(data), self._clock())
            self._forget()

    def find(self, name: str) -> Download | None:
        """Return what is kept under a name; None if nothing is, or not any more."""
        with self._lock:
            self._forget()
            found = self._kept.get(name)
        return found if found and found.path.is_file() else None

    def close(self) -> None:
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
            undo.remove(self._undoing)

    def _own_folder(self) -> Path:
        """Return the folder, made when it is first needed; the lock is held.

        Systems remove what is old from the place for such folders, so it is made again.
        """
        if self._folder is None or not self._folder.is_dir():
            self.close()
            self._folder = Path(tempfile.mkdtemp(prefix="kokoro-"))
            self._undoing = undo.add(partial(shutil.rmtree, self._folder, ignore_errors=True))
        return self._folder

    def _forget(self) -> None:
        """Remove what is too old, and the oldest if it is too much; the lock is held."""
        size = sum(each.size for each in self._kept.values())
        for each in list(self._kept.values()):
            is_too_much = size > _KEPT_BYTES and len(self._kept) > 1
            if self._clock() - each.made < _KEPT_SECONDS and not is_too_much:
                return
            del self._kept[each.name]
            each.path.unlink(missing_ok=True)
            size -= each.size


def new_name(suffix: str) -> str:
    """Return a name that nobody can guess."""
    return f"speech-{secrets.token_urlsafe(16)}{suffix}"
