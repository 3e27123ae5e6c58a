"""Write small files that appear only when they are complete."""

from __future__ import annotations

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


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that appears only when it is complete; OSError if that fails."""
    temporary = path.with_name(UNFINISHED + secrets.token_hex(8))
    undoing = undo.add(partial(temporary.unlink, missing_ok=True))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(data)
        temporary.replace(path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        undo.remove(undoing)


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
