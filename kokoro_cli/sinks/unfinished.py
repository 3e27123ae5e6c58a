"""A file that appears when it is whole: it is written beside its name and renamed at the end."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

from kokoro_cli.errors import KokoroError, UsageError

Whole = Callable[[os.stat_result], None]


class UnfinishedFile:
    """A new file for an encoder to write through, unbuffered.

    It keeps the error that a write met, since encoders in C tell of none in their last flush and
    when they rewrite a header. *name* is what the file is called until it is whole; a random one
    by default, so that two may write to one target, and the last one wins.
    """

    def __init__(self, path: Path, name: str | None = None) -> None:
        target = path.resolve()
        if not target.parent.is_dir():
            raise UsageError(f"There is no folder {target.parent}.", hint="Make it first.")
        if target.exists() and not target.is_file():
            raise UsageError(
                f"{path} is not a regular file.", hint="Give a file's name, or - for a pipe."
            )
        self.path = path
        self._target = target
        self._temporary = target.with_name(name or f".{secrets.token_hex(8)}{path.suffix}")
        self._raw: BinaryIO | None = None
        self._begun = False
        self._error: OSError | None = None

    def open(self) -> None:
        self._begun = True  # Before it is there: Ctrl-C may come in between.
        try:
            descriptor = os.open(self._temporary, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o666)
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
        """Have all of it on the disk and give it its name; OSError where that fails.

        *whole* is called in between, when nothing but the name is wanting.
        """
        self.check()
        os.fsync(self.file.fileno())
        if whole:
            whole(os.fstat(self.file.fileno()))
        self._temporary.replace(self._target)

    def discard(self) -> None:
        """Close it, and remove it unless it was kept."""
        if self._raw is not None:
            self._raw.close()
        if self._begun:
            self._temporary.unlink(missing_ok=True)

    def failed(self, error: Exception) -> KokoroError:
        """Return the error that tells a person of one that a write or an encoder met."""
        reason = (error.strerror if isinstance(error, OSError) else None) or error
        return KokoroError(
            f"{self.path} could not be written: {reason}.",
            hint="Free some space or write elsewhere; what was there before is untouched.",
        )
