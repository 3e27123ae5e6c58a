"""Files that appear only when they are complete, and what is known of files that are replaced."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO

from kokoro_cli import undo

UNFINISHED = ".new-"
"""Prefix of the names of unfinished files."""


def write_whole(path: Path, data: bytes, *, replace: bool = True) -> None:
    """Write a file that appears only when it is complete; OSError if that fails.

    FileExistsError if there is such a file and *replace* is false, also if it appears meanwhile.
    """
    temporary = path.with_name(UNFINISHED + secrets.token_hex(8))
    undoing = undo.add(partial(temporary.unlink, missing_ok=True))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.touch(mode_of(path), exist_ok=False)
        temporary.write_bytes(data)
        keep_status(temporary, path)
        if replace:
            temporary.replace(path)
        else:
            rename_new(temporary, path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        undo.remove(undoing)


class NotRegularError(OSError):
    """A pipe, a device, a socket or a folder is in the place of a file."""


def open_regular(path: Path) -> BinaryIO:
    """Open a file for reading; NotRegularError for anything else: a pipe would wait."""
    _check_regular(path, path.stat())  # To open a device may do something to it.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags)
    try:
        _check_regular(path, os.fstat(descriptor))  # It may have been replaced meanwhile.
        if hasattr(os, "set_blocking"):
            os.set_blocking(descriptor, True)
    except OSError:
        os.close(descriptor)
        raise
    return os.fdopen(descriptor, "rb")


def _check_regular(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise NotRegularError(errno.EINVAL, "It is not a regular file", str(path))


def read_regular(path: Path) -> bytes:
    """Return the bytes of a regular file; raises as `open_regular`."""
    with open_regular(path) as file:
        return file.read()


@contextmanager
def temporary_folder(parent: Path | None = None) -> Iterator[Path]:
    """Yield a new folder that is removed with its contents, also if the process is interrupted.

    With a *parent* it is made there, under a name that begins with UNFINISHED.
    """
    place = Path(tempfile.gettempdir()) if parent is None else parent
    folder = place / f"{UNFINISHED if parent else 'kokoro-'}{secrets.token_hex(8)}"
    with undo.undone(partial(_remove, folder)):
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder)


def _remove(folder: Path) -> None:
    """Remove a folder in which another thread or a process may still write."""
    for _ in range(10):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return


def mode_of(path: Path) -> int:
    """Return the mode for a file that replaces *path*, less the umask; of a new file if it is new.

    Whom the old file was closed to can't read the new one while it is written.
    """
    try:
        return stat.S_IMODE(path.stat().st_mode) & 0o666 | 0o600  # We have to write it.
    except OSError:
        return 0o666


def keep_status(file: Path | int, replaced: Path) -> None:
    """Give a file, or its descriptor, the mode and if possible the owner of what it replaces."""
    try:
        old = replaced.stat()
    except OSError:
        return  # It is new.
    if hasattr(os, "chown"):
        for owner in ((old.st_uid, -1), (-1, old.st_gid)):
            with suppress(OSError):  # Only root gives files away.
                os.chown(file, *owner)
    with suppress(OSError):  # A file system without modes.
        os.chmod(file, stat.S_IMODE(old.st_mode))  # noqa: PTH101 - a descriptor is no path.


def rename_new(file: Path, target: Path) -> None:
    """Rename a file; FileExistsError if the target exists, even if it appears at this moment.

    On a file system without hard links, a target that appears between two steps is replaced.
    """
    try:
        os.link(file, target)
    except FileExistsError:
        raise
    except OSError:
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from None
        file.replace(target)
    else:
        file.unlink()


def real_path(path: Path) -> Path:
    """Return the path without links; a link that leads to itself stays, and is no file."""
    return Path(os.path.realpath(path))


Identity = tuple[int, int]
"""Device and number of a file: the same for all of its names."""


def identity(file: Path | int) -> Identity | None:
    """Return what a file has in common with its links and other spellings of its path.

    Takes a descriptor too. None if there is no such file, or if it is no regular one.
    """
    try:
        status = os.stat(file)  # noqa: PTH116 - a descriptor is no path.
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if stat.S_ISREG(status.st_mode) else None
