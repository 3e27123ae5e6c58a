"""Write small files that appear only when they are complete."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

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
        temporary.write_bytes(data)
        if replace:
            temporary.replace(path)
        else:
            _rename_to_new(temporary, path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        undo.remove(undoing)


def _rename_to_new(temporary: Path, path: Path) -> None:
    """Give a file its name if no other has it; of two processes one gets FileExistsError."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # The file system has no links: take the name first, then the content.
        path.open("xb").close()
        temporary.replace(path)


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
