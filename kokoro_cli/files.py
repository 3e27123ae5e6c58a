"""Small files that appear when they are whole."""

from __future__ import annotations

import secrets
from contextlib import suppress
from pathlib import Path

UNFINISHED = ".new-"
"""How the names begin of what is not finished."""


def write_whole(path: Path, data: bytes) -> None:
    """Write a small file that appears when it is whole; OSError where that fails."""
    temporary = path.with_name(UNFINISHED + secrets.token_hex(8))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(data)
        temporary.replace(path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
