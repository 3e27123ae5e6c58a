"""Voice packs: 510 rows of 256 columns, one row for each utterance length in phonemes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from kokoro_cli.errors import AssetError
from kokoro_cli.kokoro82m import STYLE_COLUMNS, STYLE_ROWS
from kokoro_cli.types import Rows, Style

PACK_BYTES: Final = STYLE_ROWS * STYLE_COLUMNS * 4


class VoicePack:
    """The rows of a voice."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    @classmethod
    def mapped(cls, path: Path) -> VoicePack:
        """Return a raw pack, memory-mapped from disk: an utterance reads one kilobyte of it."""
        size = path.stat().st_size
        if size != PACK_BYTES:
            raise AssetError(
                f"The voice pack {path.name} has {size:,} bytes, not {PACK_BYTES:,}.",
                hint=f"Fetch it again with `force`: kokoro models pull {path.stem}",
            )
        return cls(np.memmap(path, dtype="<f4", mode="r", shape=(STYLE_ROWS, STYLE_COLUMNS)))

    def style(self, phonemes: int) -> Style:
        """Return the style for an utterance of 1 to 510 phonemes, shape [256]."""
        return np.array(self.rows[phonemes - 1], dtype=np.float32)
