"""What was made from what, and who is making it: a small file for each output.

An output that is whole, that nobody has touched since and that would come out the same again needs
no work; that is how a job which was broken off goes on.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from kokoro_cli.errors import KokoroError


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

    def is_made(self, output: Path, fingerprint: str) -> Record | None:
        """Return the record of an output that stands there as it was made from the same things."""
        record = self.record(output)
        if record is None or record.fingerprint != fingerprint:
            return None
        return record if all((output.parent / name).is_file() for name in record.beside) else None

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

    def made(self, output: Path, fingerprint: str, seconds: float, beside: tuple[str, ...]) -> None:
        """Record an output that is whole."""
        status = output.stat()
        record = Record(fingerprint, status.st_size, status.st_mtime_ns, seconds, beside)
        path = self._path(output)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{secrets.token_hex(8)}")
        try:
            temporary.write_text(json.dumps(asdict(record)), encoding="utf-8")
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)

    @contextmanager
    def writing(self, output: Path) -> Iterator[str]:
        """Hold an output for this process; KokoroError where another one has it.

        Yields the name that the output has until it is whole. What a process that was killed left
        under that name is removed.
        """
        from filelock import FileLock, Timeout

        lock_path = self._path(output).with_suffix(".lock")
        lock_path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(lock_path)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise KokoroError(
                f"{output} is being written by another run.", hint="Wait until that has ended."
            ) from error
        try:
            name = part_name(output)
            with suppress(FileNotFoundError):
                (output.parent / name).unlink()
            yield name
        finally:
            if os.name != "nt":  # There it can't be removed while it is held.
                lock_path.unlink(missing_ok=True)
            lock.release()

    def _path(self, output: Path) -> Path:
        name = hashlib.sha256(os.fsencode(output.absolute())).hexdigest()[:32]
        return self._folder / name[:2] / f"{name}.json"


def part_name(output: Path) -> str:
    return f".{output.name}.part"
