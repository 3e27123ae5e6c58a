"""Write small files that appear only when they are complete."""

from __future__ import annotations

import secrets
from contextlib import suppress
from pathlib import Path

UNFINISHED = ".new-"
"""Prefix of the names of unfinished files."""


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that appears only when it is complete; OSError if that fails."""
    temporary = path.with_name(UNFINISHED + secrets.token_hex(8))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(data)
        temporary.replace(path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
