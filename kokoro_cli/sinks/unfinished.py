"""A file that is written under a temporary name and renamed when it is complete."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

from kokoro_cli.errors import KokoroError, UsageError
from kokoro_cli.files import keep_status, mode_of, real_path, rename_new

Whole = Callable[[os.stat_result], None]


class UnfinishedFile:
    """A new file for an encoder to write to, unbuffered.

    It keeps the first write error for `check`: encoders in C report none from their last flush, nor
    when they rewrite a header. *name* is the temporary name. It is random by default, so that two
    processes can write to one target; the last to finish wins. Unless it may *replace* a file, one
    that appears meanwhile is left as it is. The mode of a file that is replaced stays.
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
        self._temporary = target.with_name(name or f".{secrets.token_hex(8)}{path.suffix}")
        self._raw: BinaryIO | None = None
        self._begun = False
        self._error: OSError | None = None

    def open(self) -> None:
        self._begun = True  # Before the file exists: Ctrl-C may come in between.
        try:
            flags = os.O_CREAT | os.O_EXCL | os.O_RDWR
            descriptor = os.open(self._temporary, flags, mode_of(self._target))
        except FileExistsError:
            self._begun = False
            raise
        self._raw = cast(BinaryIO, os.fdopen(descriptor, "r+b", buffering=0))

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
