"""Records what each output was made from, in a small file for each; locks outputs being written.

An output is skipped if it is complete, unchanged since, and would be made the same again. An
interrupted job continues this way.
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
from kokoro_cli.files import real_path, write_whole


@dataclass(frozen=True, slots=True)
class Record:
    fingerprint: str
    """Digest of all that the output was made from: the texts, the voice, the model, …"""
    size: int
    modified: int
    """In nanoseconds since 1970."""
    seconds: float
    """Length of its sound."""
    beside: tuple[str, ...] = ()
    """Files that were written together with it: subtitles."""


class Journal:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.failure: OSError | None = None
        """The first error while writing the journal; the outputs are made all the same."""

    def record(self, output: Path) -> Record | None:
        """Return the record of an output if the file still has its recorded size and time."""
        try:
            fields = json.loads(self._path(output).read_text(encoding="utf-8"))
            record = Record(**{**fields, "beside": tuple(fields["beside"])})
            status = output.stat()
        except (OSError, ValueError, TypeError, KeyError):
            return None  # Never made, or removed, or recorded by another version of this program.
        same = (status.st_size, status.st_mtime_ns) == (record.size, record.modified)
        return record if same else None

    def write(self, output: Path, record: Record) -> None:
        """Record a complete output.

        Call it before the output is renamed to its final name: afterwards the process might be
        killed before the record exists.
        """
        try:
            write_whole(self._path(output), json.dumps(asdict(record)).encode())
        except OSError as error:
            self.failure = self.failure or error

    @contextmanager
    def writing(self, output: Path, beside: Iterable[Path] = ()) -> Iterator[None]:
        """Lock an output for this process; KokoroError if another process has it.

        Removes the unfinished files (`part_name`) that a killed process left.
        """
        with self._lock(output):
            for path in (output, *beside):
                real_path(path).with_name(part_name(path)).unlink(missing_ok=True)
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
            if os.name != "nt":  # Windows can't remove a file while it is locked.
                path.unlink(missing_ok=True)
            lock.release()

    def _path(self, output: Path) -> Path:
        name = hashlib.sha256(os.fsencode(output.absolute())).hexdigest()[:32]
        return self._folder / name[:2] / f"{name}.json"


def part_name(output: Path) -> str:
    """Return the name of a file until it is complete: short, and no other program's."""
    digest = hashlib.sha256(os.fsencode(real_path(output))).hexdigest()
    return f".kokoro-{digest[:16]}.part"
