"""A file that is written under a temporary name and renamed when it is complete."""

from __future__ import annotations

import os
import re
import secrets
import zlib
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from kokoro_cli import undo
from kokoro_cli.errors import KokoroError, UsageError
from kokoro_cli.files import keep_status, mode_of, real_path, rename_new

try:
    import fcntl
except ImportError:  # On Windows, which removes no file that is open.
    fcntl = None  # type: ignore[assignment]

Whole = Callable[[os.stat_result], None]


class UnfinishedFile:
    """A new file for an encoder to write to, unbuffered.

    It keeps the first write error for `check`: encoders in C report none from their last flush, nor
    when they rewrite a header. *name* is the temporary name. It is random by default, so that two
    processes can write to one target; the last to finish wins. `open` then removes what a killed
    process left for the same target. Unless it may *replace* a file, one that appears meanwhile is
    left as it is. The mode of a file that is replaced stays.
    """

    def __init__(self, path: Path, name: str | None = None, *, replace: bool = True) -> None:
        target = real_path(path)
        if target.is_symlink():
            raise UsageError(
                f"{path} is a link that leads to itself.", hint="Remove it, or write elsewhere."
            )
        if not target.parent.is_dir():
            raise UsageError(f"There is no folder {target.parent}.", hint="Create it first.")
        if target.exists() and not target.is_file():
            raise UsageError(
                f"{path} is not a regular file.", hint="Give a file's name, or - for a pipe."
            )
        self.path = path
        self._replace = replace
        self._target = target
        self._name = name
        self._temporary = target.with_name(name or _random_name(target))
        self._raw: BinaryIO | None = None
        self._begun = False
        self._error: OSError | None = None

    def open(self) -> None:
        if self._name is None:
            _remove_abandoned(self._target)
        descriptor = self._create()
        # Another process may have taken it for abandoned before it was locked.
        while self._name is None and not _keep_locked(descriptor, self._temporary):
            os.close(descriptor)
            self.discard()
            self._temporary = self._target.with_name(_random_name(self._target))
            descriptor = self._create()
        self._raw = cast(BinaryIO, os.fdopen(descriptor, "r+b", buffering=0))

    def _create(self) -> int:
        self._begun = True  # Before the file exists: Ctrl-C may come in between.
        self._undoing = undo.add(partial(self._temporary.unlink, missing_ok=True))
        try:
            flags = os.O_CREAT | os.O_EXCL | os.O_RDWR
            return os.open(self._temporary, flags, mode_of(self._target))
        except FileExistsError:
            self._begun = False
            undo.remove(self._undoing)
            raise

    @property
    def file(self) -> BinaryIO:
        assert self._raw is not None
        return self._raw

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self.file.seek(offset, whence)

    def tell(self) -> int:
        return self.file.tell()

    def read(self, size: int = -1) -> bytes:
        return self.file.read(size)

    def write(self, data: bytes) -> int:
        view = memoryview(data)
        try:
            while view:
                view = view[self.file.write(view) :]
        except OSError as error:
            self._error = self._error or error
        return len(data) - len(view)

    def check(self) -> None:
        """Raise the error of the first write that failed."""
        if self._error is not None:
            raise self._error

    def keep(self, whole: Whole | None = None) -> None:
        """Flush the file to the disk and rename it to its target; OSError if that fails.

        *whole* is called with the file's status between these two steps.
        """
        self.check()
        descriptor = self.file.fileno()
        if self._replace:
            keep_status(descriptor if os.chmod in os.supports_fd else self._temporary, self._target)
        os.fsync(descriptor)
        if whole:
            whole(os.fstat(descriptor))
        if self._replace:
            self._temporary.replace(self._target)
        else:
            rename_new(self._temporary, self._target)

    def discard(self) -> None:
        """Close the file; delete it unless it was kept."""
        if self._raw is not None:
            self._raw.close()
        if self._begun:
            self._temporary.unlink(missing_ok=True)
            undo.remove(self._undoing)

    def failed(self, error: Exception) -> KokoroError:
        """Return the user's error for one that a write or an encoder raised."""
        if isinstance(error, FileExistsError) and not self._replace:
            return KokoroError(
                f"{self.path} appeared while it was being made, and is left as it is.",
                hint="`force` overwrites it; `skip_existing` leaves it.",
            )
        reason = (error.strerror if isinstance(error, OSError) else None) or error
        return KokoroError(
            f"{self.path} could not be written: {reason}.",
            hint="Free some space or write elsewhere; an earlier file of that name is unchanged.",
        )


# The temporary names

_RANDOM_NAME = re.compile(r"\.([0-9a-f]{16})([0-9a-f]{8})")


def _random_name(target: Path) -> str:
    """Return a new temporary name. It ends with its own checksum, so no other file has its form."""
    token = secrets.token_hex(8)
    return f".{token}{_checksum(token, target)}{target.suffix}"


def _checksum(token: str, target: Path) -> str:
    return f"{zlib.crc32(token.encode() + os.fsencode(target.name)):08x}"


def _remove_abandoned(target: Path) -> None:
    """Remove the unfinished files of this target whose processes were killed."""
    with suppress(OSError), os.scandir(target.parent) as entries:  # It is no one's task to report.
        for entry in entries:
            named = _RANDOM_NAME.fullmatch(entry.name.removesuffix(target.suffix))
            if named and named[2] == _checksum(named[1], target):
                _remove_if_abandoned(Path(entry.path))


def _remove_if_abandoned(path: Path) -> None:
    with suppress(OSError):  # Somebody writes it, or has just removed it.
        descriptor = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
        try:
            _lock(descriptor)
            path.unlink()
        finally:
            os.close(descriptor)


def _keep_locked(descriptor: int, path: Path) -> bool:
    """Lock a new file until it is closed; return whether it is still there."""
    try:
        _lock(descriptor)
        return path.stat().st_ino == os.fstat(descriptor).st_ino
    except (BlockingIOError, FileNotFoundError):
        return False
    except OSError:
        return True  # No file of this disk can be locked, so nobody removes one.


def _lock(descriptor: int) -> None:
    """Lock an open file until it is closed; BlockingIOError if a process writes it."""
    if fcntl:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
