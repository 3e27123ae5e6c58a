"""Write small files that appear only when they are complete."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

UNFINISHED = ".new-"
"""Prefix of the names of unfinished files."""


def write_whole(path: Path, data: bytes, *, replace: bool = True) -> None:
    """Write a file that appears only when it is complete; OSError if that fails.

    FileExistsError if there is such a file and *replace* is false, also if it appears meanwhile.
    """
    temporary = path.with_name(UNFINISHED + secrets.token_hex(8))
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


def _rename_to_new(temporary: Path, path: Path) -> None:
    """Give a file its name if no other has it; of two processes one gets FileExistsError."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # The file system has no links: take the name first, then the content.
        path.open("xb").close()
        temporary.replace(path)
