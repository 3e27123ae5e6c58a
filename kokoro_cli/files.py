"""Files that appear only when they are complete, and what is known of files that are replaced."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

UNFINISHED = ".new-"
"""Prefix of the names of unfinished files."""


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that appears only when it is complete; OSError if that fails."""
    temporary = path.with_name(UNFINISHED + secrets.token_hex(8))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.touch(mode_of(path), exist_ok=False)
        temporary.write_bytes(data)
        keep_status(temporary, path)
        temporary.replace(path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


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
