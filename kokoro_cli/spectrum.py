"""How far two sounds are from each other, by their spectra."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_WINDOW, _HOP = 1024, 256

_FLOOR = 5e-4
"""Of a magnitude: rounding to 16 bits gives 2e-4, and what is less is not heard."""


def log_spectrum_distance(a: Floats, b: Floats) -> float:
    """Return the mean absolute difference of natural-log magnitudes over the shorter length.

    Windows have 1,024 samples (Hann) and are 256 apart. Two seeds of one engine differ by 0.09 to
    0.15.
    """
    length = min(len(a), len(b))
    return float(np.abs(_log_spectrum(a[:length]) - _log_spectrum(b[:length])).mean())


def _log_spectrum(samples: Floats) -> npt.NDArray[np.float64]:
    frames = np.lib.stride_tricks.sliding_window_view(samples, _WINDOW)[::_HOP]
    spectrum = np.abs(np.fft.rfft(frames * np.hanning(_WINDOW)))
    return np.asarray(np.log(spectrum + _FLOOR), dtype=np.float64)
