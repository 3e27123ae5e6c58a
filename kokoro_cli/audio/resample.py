"""Change the sample rate block by block; the filter's state carries over from block to block."""

from __future__ import annotations

from typing import Any

from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.types import Samples


class Resampler:
    """Resamples from 24 kHz to *rate*; the last block also returns what the filter still holds.

    In total, n samples become ``round(n * rate / 24000)``. For a lower rate, soxr (high quality)
    low-passes the sound first, so there is no aliasing.
    """

    def __init__(self, rate: int) -> None:
        self._stream: Any = None
        if rate != SAMPLE_RATE:
            import soxr

            self._stream = soxr.ResampleStream(SAMPLE_RATE, rate, 1, dtype="float32")

    def __call__(self, block: Samples, *, last: bool = False) -> Samples:
        if self._stream is None:
            return block
        found: Samples = self._stream.resample_chunk(block, last=last)
        return found
