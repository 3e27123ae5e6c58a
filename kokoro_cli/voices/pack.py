"""Voice packs: 510 rows of 256 columns, one row for each length of an utterance."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from kokoro_cli.errors import AssetError
from kokoro_cli.kokoro82m import STYLE_COLUMNS, STYLE_ROWS
from kokoro_cli.types import Style

PACK_BYTES: Final = STYLE_ROWS * STYLE_COLUMNS * 4


class VoicePack:
    """A pack on disk, memory-mapped: an utterance reads one kilobyte of it."""

    def __init__(self, path: Path) -> None:
        size = path.stat().st_size
        if size != PACK_BYTES:
            raise AssetError(
                f"The voice pack {path.name} has {size:,} bytes, not {PACK_BYTES:,}.",
                hint=f"Fetch it again with: kokoro models pull --force {path.stem}",
            )
        self._rows = np.memmap(path, dtype="<f4", mode="r", shape=(STYLE_ROWS, STYLE_COLUMNS))

    def style(self, phonemes: int) -> Style:
        """Return the style for an utterance of so many phonemes, 1 to 510; shape [256]."""
        return np.array(self._rows[phonemes - 1], dtype=np.float32)
