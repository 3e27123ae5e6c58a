"""Checksums of files, and records of them that tell cheaply whether a file was changed.

A record holds a file's SHA-256 and what the system said of the file at that time. While the system
says the same, the file is not read again: 325 MB take half a second to hash and some microseconds
to look at. A change that leaves size and times as they were, as a failing disk makes it, is found
by hashing alone (`kokoro models verify`).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from kokoro_cli.files import open_regular, read_regular, write_whole


def sha256(path: Path) -> str:
    """Return the file's checksum in hexadecimal."""
    digest = hashlib.sha256()
    with open_regular(path) as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file's checksum, and the file's status when it was computed."""

    sha256: str
    bytes: int = -1
    written: int = -1
    """Time of the last change of the content, in nanoseconds since 1970."""
    changed: int = -1
    """Time of the last change of content or status. Copying a file can't keep it; on Windows it is
    the time of creation."""

    @classmethod
    def of(cls, path: Path) -> FileRecord:
        """Read and hash the file."""
        status = path.stat()  # First: a change while it is read shows at the next look.
        return cls(sha256(path), *_status(status))

    @classmethod
    def known(cls, path: Path, digest: str) -> FileRecord:
        """Return the record of a file that was hashed just now."""
        return cls(digest, *_status(path.stat()))

    def is_current(self, path: Path) -> bool:
        """Whether the file's status is the recorded one, so that it need not be hashed."""
        return (self.bytes, self.written, self.changed) == _status(path.stat())


def _status(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


Records = dict[str, FileRecord]
"""By the file's name in its folder."""


State = Literal["whole", "damaged", "foreign"]
"""Of a file that this program wrote; a foreign one is from another version of it."""


class DamagedError(Exception):
    """A file is not as it was written."""


class ForeignError(Exception):
    """A file is from another version of this program."""


def states(paths: Iterable[Path], read: Callable[[Path], object]) -> Iterator[tuple[Path, State]]:
    """Read each file; yield its path and state. *read* raises the errors above."""
    for path in paths:
        try:
            read(path)
        except ForeignError:
            yield path, "foreign"
        except FileNotFoundError:
            continue  # Another process has removed it.
        except (DamagedError, OSError):
            yield path, "damaged"
        else:
            yield path, "whole"


class RecordError(Exception):
    """A file of records is damaged, or from another version of this program."""


def read_records(path: Path, key: str = "files") -> tuple[dict[str, Any], Records]:
    """Return a file's content and the records in it; OSError if it can't be read.

    RecordError if it is no file of records.
    """
    try:
        content = json.loads(read_regular(path))
        return content, {str(name): _record(each) for name, each in content[key].items()}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise RecordError(str(path)) from error


def _record(entry: Mapping[str, Any]) -> FileRecord:
    """Return a record; fields that an older version did not write are unknown."""
    digest = entry["sha256"]
    if not isinstance(digest, str) or len(digest) != 64:
        raise ValueError("no checksum")
    status = {name: entry.get(name, -1) for name in ("bytes", "written", "changed")}
    if not all(isinstance(value, int) for value in status.values()):
        raise ValueError("no status")
    return FileRecord(digest, **status)


def write_records(
    path: Path, records: Mapping[str, FileRecord], more: Mapping[str, Any] | None = None
) -> None:
    """Write records, with *more* beside them; OSError if they can't be written."""
    files = {name: asdict(record) for name, record in records.items()}
    write_whole(path, json.dumps({**(more or {}), "files": files}, indent=2).encode())


def changed_files(path: Path) -> list[str]:
    """Return the names of the recorded files beside *path* that are not as they were recorded.

    A file whose status differs is hashed. If its content is the same, the new status is recorded,
    so that it is not hashed again; in a folder that can't be written it is. OSError or RecordError
    if there are no records.
    """
    content, records = read_records(path)
    bad, renewed = [], {}
    for name, record in records.items():
        file = path.parent / name
        with suppress(OSError):  # It is gone, or can't be read.
            if record.is_current(file):
                continue
            now = FileRecord.of(file)
            if now.sha256 == record.sha256:
                renewed[name] = now
                continue
        bad.append(name)
    if renewed:
        _renew(path, content, renewed)
    return bad


def _renew(path: Path, before: dict[str, Any], renewed: Records) -> None:
    with suppress(OSError, RecordError):
        content, records = read_records(path)
        if content == before:  # Else the folder was replaced meanwhile.
            write_records(path, {**records, **renewed}, content)
