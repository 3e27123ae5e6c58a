"""The K-weighting of ITU-R BS.1770-5, Annex 1, at any sample rate.

The recommendation gives coefficients for 48 kHz only. Their analogue filters, and the bilinear
transform to another rate, are from B. De Man, "Evaluation of implementations of the EBU R128
loudness measurement", AES Convention 145 (2018).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import pi, tan
from typing import Final

import numpy as np
import numpy.typing as npt

from kokoro_cli.types import Samples

Sound = npt.NDArray[np.float64]

_TABLE_RATE: Final = 48_000

# The shelf that models the head: frequency in hertz, gain in dB, quality. The exponent sets the
# gain at the middle of the shelf.
_SHELF: Final = (1681.974450955533, 3.999843853973347, 0.7071752369554196)
_SHELF_MIDDLE: Final = 0.4996667741545416
_HIGH_PASS: Final = (38.13547087602444, 0.5003270373238773)

_NEGLIGIBLE: Final = 1e-6
"""Share of the impulse response's largest value, -120 dB, below which it is cut off."""

_TRANSFORM: Final = 1 << 15


@dataclass(frozen=True, slots=True)
class Biquad:
    """(b0 + b1/z + b2/z²) / (1 + a1/z + a2/z²)."""

    b: tuple[float, float, float]
    a: tuple[float, float]

    def impulse_response(self, signal: Sound) -> Sound:
        """Return the signal filtered sample by sample, which is slow."""
        found = np.zeros_like(signal)
        (b0, b1, b2), (a1, a2) = self.b, self.a
        first = second = 0.0
        for i, value in enumerate(signal.tolist()):
            output = b0 * value + first
            first = b1 * value - a1 * output + second
            second = b2 * value - a2 * output
            found[i] = output
        return found


def shelf(sample_rate: int) -> Biquad:
    frequency, decibels, quality = _SHELF
    k = tan(pi * frequency / sample_rate)
    high = 10 ** (decibels / 20)
    middle = high**_SHELF_MIDDLE
    scale = 1 + k / quality + k * k
    return Biquad(
        (
            (high + middle * k / quality + k * k) / scale,
            2 * (k * k - high) / scale,
            (high - middle * k / quality + k * k) / scale,
        ),
        (2 * (k * k - 1) / scale, (1 - k / quality + k * k) / scale),
    )


def high_pass(sample_rate: int) -> Biquad:
    frequency, quality = _HIGH_PASS
    k = tan(pi * frequency / sample_rate)
    scale = 1 + k / quality + k * k
    # The table's numerator at 48 kHz is 1, -2, 1, which is 0.04 dB above the analogue filter. At
    # 24 kHz the same numbers would be 0.09 dB above. This gain keeps the difference at 0.04 dB.
    table = tan(pi * frequency / _TABLE_RATE)
    gain = (1 + table / quality + table * table) / scale
    return Biquad(
        (gain, -2 * gain, gain), (2 * (k * k - 1) / scale, (1 - k / quality + k * k) / scale)
    )


@lru_cache(maxsize=4)
def _impulse_response(sample_rate: int) -> Sound:
    """Return the response of both filters, cut off when it is negligible."""
    impulse = np.zeros(sample_rate // 4)
    impulse[0] = 1.0
    response = high_pass(sample_rate).impulse_response(shelf(sample_rate).impulse_response(impulse))
    loud = np.flatnonzero(np.abs(response) > _NEGLIGIBLE * np.abs(response).max())
    return response[: loud[-1] + 1]


@lru_cache(maxsize=16)
def _spectrum(sample_rate: int, size: int) -> npt.NDArray[np.complex128]:
    return np.fft.rfft(_impulse_response(sample_rate), size)


class Weighting:
    """Filters a stream block by block, with overlap-add."""

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._taps = len(_impulse_response(sample_rate))
        self._tail = np.zeros(self._taps - 1)

    def __call__(self, block: Samples) -> Sound:
        """Return the filtered samples, as many as were given."""
        found = np.empty(len(block))
        most = _TRANSFORM - self._taps + 1
        for start in range(0, len(block), most):
            piece = block[start : start + most]
            found[start : start + len(piece)] = self._filtered(piece)
        return found

    def _filtered(self, piece: Samples) -> Sound:
        length = len(piece) + self._taps - 1
        size = 1 << (length - 1).bit_length()
        spectrum = np.fft.rfft(piece.astype(np.float64), size)
        out = np.fft.irfft(spectrum * _spectrum(self._rate, size), size)[:length]
        out[: len(self._tail)] += self._tail
        self._tail = out[len(piece) :].copy()
        return out[: len(piece)]
