"""Records what each output was made from, in a small file for each; locks outputs being written.

An output is skipped if it is complete, unchanged since, and would be made the same again. An
interrupted job continues this way.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from kokoro_cli.checksum import DamagedError, ForeignError, State, states
from kokoro_cli.errors import KokoroError
from kokoro_cli.files import read_regular, real_path, write_whole


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


_VERSION = 1
"""Of the records; one with another number is from another version of this program."""


class Journal:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.unreadable: list[Path] = []
        """Outputs whose record is damaged, or from another version; they count as not made."""
        self.failure: OSError | None = None
        """The first error while writing the journal; the outputs are made all the same."""

    def record(self, output: Path) -> Record | None:
        """Return the record of an output if the file still has its recorded size and time."""
        try:
            record = _read(self._path(output))
            status = output.stat()
        except (DamagedError, ForeignError):
            self.unreadable.append(output)
            return None
        except OSError:
            return None  # Never made, or removed.
        same = (status.st_size, status.st_mtime_ns) == (record.size, record.modified)
        return record if same else None

    def write(self, output: Path, record: Record) -> None:
        """Record a complete output.

        Call it before the output is renamed to its final name: afterwards the process might be
        killed before the record exists.
        """
        try:
            fields = {"version": _VERSION, **asdict(record)}
            write_whole(self._path(output), json.dumps(fields).encode())
        except OSError as error:
            self.failure = self.failure or error

    def survey(self) -> Iterator[tuple[Path, State]]:
        """Read every record; yield its path and state."""
        return states(self._folder.glob("??/*.json"), _read)

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


def _read(path: Path) -> Record:
    try:
        fields = json.loads(read_regular(path))
        if fields.pop("version", _VERSION) != _VERSION:
            raise ForeignError
        record = Record(**{**fields, "beside": tuple(fields["beside"])})
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise DamagedError from error
    numbers = (record.size, record.modified, record.seconds)
    right = (
        isinstance(record.fingerprint, str)
        and all(isinstance(number, int | float) and math.isfinite(number) for number in numbers)
        and all(isinstance(name, str) for name in record.beside)
    )
    if not right:
        raise DamagedError
    return record


def part_name(output: Path) -> str:
    """Return the name of a file until it is complete: short, and no other program's."""
    digest = hashlib.sha256(os.fsencode(real_path(output))).hexdigest()
    return f".kokoro-{digest[:16]}.part"
