"""What was made from what, and who is making it: a small file for each output.

An output that is whole, that nobody has touched since and that would come out the same again needs
no work; that is how a job which was broken off goes on.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from kokoro_cli.errors import KokoroError
from kokoro_cli.files import write_whole


@dataclass(frozen=True, slots=True)
class Record:
    fingerprint: str
    """Of all that the output was made from: the texts, the voice, the model, the encoding, …"""
    size: int
    modified: int
    """In nanoseconds since 1970."""
    seconds: float
    """Of sound in it."""
    beside: tuple[str, ...] = ()
    """Files that were written with it: subtitles."""


class Journal:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.failure: OSError | None = None
        """Why it can't be written, if it can't; no output is the worse for that."""

    def record(self, output: Path) -> Record | None:
        """Return the record of an output that stands there as it was made, untouched since."""
        try:
            fields = json.loads(self._path(output).read_text(encoding="utf-8"))
            record = Record(**{**fields, "beside": tuple(fields["beside"])})
            status = output.stat()
        except (OSError, ValueError, TypeError, KeyError):
            return None  # Never made, or gone, or by another version of this program.
        same = (status.st_size, status.st_mtime_ns) == (record.size, record.modified)
        return record if same else None

    def write(self, output: Path, record: Record) -> None:
        """Record an output that is whole, before it takes its name: later it could be too late."""
        try:
            write_whole(self._path(output), json.dumps(asdict(record)).encode())
        except OSError as error:
            self.failure = self.failure or error

    @contextmanager
    def writing(self, output: Path, beside: Iterable[Path] = ()) -> Iterator[None]:
        """Hold an output for this process; KokoroError where another one has it.

        What a process that was killed left of it under the `part_name` is removed.
        """
        with self._lock(output):
            for path in (output, *beside):
                path.resolve().with_name(part_name(path)).unlink(missing_ok=True)
            yield

    @contextmanager
    def _lock(self, output: Path) -> Iterator[None]:
        from filelock import FileLock, Timeout

        path = self._path(output).with_suffix(".lock")
        lock = FileLock(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=0)
        except Timeout as error:
            raise KokoroError(
                f"{output} is being written by another run.", hint="Wait until that has ended."
            ) from error
        except OSError as error:
            self.failure = self.failure or error
        try:
            yield
        finally:
            if os.name != "nt":  # There it can't be removed while it is held.
                path.unlink(missing_ok=True)
            lock.release()

    def _path(self, output: Path) -> Path:
        name = hashlib.sha256(os.fsencode(output.absolute())).hexdigest()[:32]
        return self._folder / name[:2] / f"{name}.json"


def part_name(output: Path) -> str:
    """Return what a file is called until it is whole."""
    return f".{output.name}.part"
