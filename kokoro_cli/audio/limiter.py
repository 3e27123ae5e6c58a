"""True peaks between samples, and a limiter that looks ahead."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.types import Samples

# BS.1770, Annex 2, oversamples 48 kHz four times; 24 kHz needs eight times for the same rate.
_FACTOR: Final = 192_000 // SAMPLE_RATE
_PIECE: Final = 10 * SAMPLE_RATE

_REACH: Final = round(0.005 * SAMPLE_RATE)
_MARGIN_DB: Final = 0.05
"""A changing gain can raise a peak between two samples a little above its measured value."""


def peaks_around(samples: Samples) -> Samples:
    """Return, for each sample, the largest magnitude from it to the next one, shape [n]."""
    import soxr

    stream = soxr.ResampleStream(SAMPLE_RATE, SAMPLE_RATE * _FACTOR, 1, dtype="float32")
    found = np.abs(samples)
    waiting = np.zeros(0, dtype=np.float32)
    done = 0
    for start in range(0, len(samples), _PIECE):
        piece = samples[start : start + _PIECE]
        over = stream.resample_chunk(piece, last=start + _PIECE >= len(samples))
        waiting = np.concatenate([waiting, over])
        count = min(len(waiting) // _FACTOR, len(samples) - done)
        peaks = np.abs(waiting[: count * _FACTOR]).reshape(count, _FACTOR).max(axis=1)
        np.maximum(found[done : done + count], peaks, out=found[done : done + count])
        waiting = waiting[count * _FACTOR :]
        done += count
    return found


class Limiter:
    """Gains that keep peaks below the ceiling; 1 if no peak above it is within 10 ms."""

    def __init__(self, ceiling_dbtp: float) -> None:
        self._ceiling = 10 ** ((ceiling_dbtp - _MARGIN_DB) / 20)
        window = np.hanning(2 * _REACH + 3)[1:-1]
        self._window = window / window.sum()

    def gains(self, peaks: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return a smooth gain for each sample, at most 1; *peaks* come from `peaks_around`."""
        gains = np.ones(len(peaks))
        over = np.flatnonzero(peaks > self._ceiling)
        for first, last in _runs(over, 4 * _REACH):
            begin = max(0, first - 2 * _REACH)
            end = min(len(peaks), last + 1 + 2 * _REACH)
            gains[begin:end] = self._smooth(self._ceiling / peaks[begin:end].clip(self._ceiling))
        return gains

    def _smooth(self, needed: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the minimum within the reach, averaged over it; never above the needed gain."""
        lowest = _lowest(np.pad(needed, 2 * _REACH, constant_values=1.0), 2 * _REACH + 1)
        size = 1 << (len(lowest) + len(self._window)).bit_length()
        spectrum = np.fft.rfft(lowest - 1.0, size) * np.fft.rfft(self._window, size)
        smooth = 1.0 + np.fft.irfft(spectrum, size)[2 * _REACH : 2 * _REACH + len(needed)]
        return np.minimum(smooth, needed)


def _runs(places: npt.NDArray[np.intp], gap: int) -> list[tuple[int, int]]:
    """Group places that are at most *gap* apart; return the first and last of each group."""
    if not len(places):
        return []
    cuts = np.flatnonzero(np.diff(places) > gap)
    firsts = places[np.concatenate([[0], cuts + 1])]
    lasts = places[np.concatenate([cuts, [len(places) - 1]])]
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))


def _lowest(values: npt.NDArray[np.float64], width: int) -> npt.NDArray[np.float64]:
    """Return the minimum of each window of that width, in linear time.

    Any window consists of the end of one block of its width and the beginning of the next one.
    """
    count = len(values) - width + 1
    blocks = np.pad(values, (0, -len(values) % width), constant_values=1.0).reshape(-1, width)
    from_left = np.minimum.accumulate(blocks, axis=1).ravel()
    to_right = np.minimum.accumulate(blocks[:, ::-1], axis=1)[:, ::-1].ravel()
    return np.minimum(to_right[:count], from_left[width - 1 : width - 1 + count])
