"""Voice packs: 510 rows of 256 columns, one row for each utterance length in phonemes."""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np

from kokoro_cli.errors import AssetError
from kokoro_cli.kokoro82m import STYLE_COLUMNS, STYLE_ROWS
from kokoro_cli.types import Rows, Style

PACK_BYTES: Final = STYLE_ROWS * STYLE_COLUMNS * 4

_MEND: Final = "Mend it with: kokoro models verify `repair`"


LARGEST_VALUE: Final = 10.0
"""The values of the 54 voices are within ±3.2; far outside that, the result is not like a voice."""


class VoicePack:
    """The rows of a voice."""

    def __init__(self, rows: Rows, name: str = "") -> None:
        self.rows = rows
        self._name = name

    @classmethod
    def mapped(cls, path: Path) -> VoicePack:
        """Return a raw pack, memory-mapped from disk: an utterance reads one kilobyte of it."""
        size = path.stat().st_size
        if size != PACK_BYTES:
            raise AssetError(
                f"The voice pack {path.name} has {size:,} bytes, not {PACK_BYTES:,}.",
                hint=_MEND,
            )
        rows = np.memmap(path, dtype="<f4", mode="r", shape=(STYLE_ROWS, STYLE_COLUMNS))
        return cls(rows, path.name)

    @cached_property
    def sha256(self) -> str:
        """Checksum of the rows as they are used."""
        return hashlib.sha256(self.rows.astype("<f4").tobytes()).hexdigest()

    def style(self, phonemes: int) -> Style:
        """Return the style for an utterance of 1 to 510 phonemes, shape [256].

        AssetError if no voice has such a row.
        """
        row = np.array(self.rows[phonemes - 1], dtype=np.float32)
        largest = float(np.abs(row).max())
        if not 0 < largest <= LARGEST_VALUE:  # NaN is neither.
            raise AssetError(
                f"The voice pack {self._name} is damaged: its row {phonemes} holds "
                f"{'nothing but zeros' if largest == 0 else f'numbers up to {largest:.3g}'}.",
                hint=_MEND,
            )
        return row
