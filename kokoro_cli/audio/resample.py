"""Another sample rate, block by block, with the filter's memory carried over. soxr lives here."""

from __future__ import annotations

from typing import Any

from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.types import Samples


class Resampler:
    """Takes 24 kHz and gives *rate*; the last block gives what the filter still holds.

    All in all it gives ``round(n * rate / 24000)`` samples for n. Lower rates are low-passed first
    (soxr's high quality), so nothing folds back.
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
