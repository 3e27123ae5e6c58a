"""Measure and level loudness by ITU-R BS.1770-5 (https://www.itu.int/rec/R-REC-BS.1770).

Mono, block by block, in fixed memory. Loudness is in LUFS, true peaks in dBTP. Results do not
depend on the number of threads.
"""

from __future__ import annotations

import copy
from typing import Final

import numpy as np
import numpy.typing as npt

from kokoro_cli.audio.assemble import sounding
from kokoro_cli.audio.limiter import Limiter, peaks_around
from kokoro_cli.audio.weighting import Weighting
from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.types import Samples

_STEP: Final = SAMPLE_RATE // 10
"""Samples between the starts of two measured blocks: a quarter of a block."""

_OFFSET: Final = -0.691  # Makes a tone of 997 Hz at full scale -3.01 LUFS.
_ABSOLUTE_GATE: Final = -70.0
_RELATIVE_GATE: Final = 10.0
_BIN: Final = 0.05
_BINS: Final = round(100 / _BIN)  # From the absolute gate to 30 LUFS.

_RAMP: Final = round(0.01 * SAMPLE_RATE)

# All in dB. The first chunks set the gain freely. Later ones change it by at most a step, so that
# no pumping is heard.
_LARGEST_GAIN: Final = 30.0
_FREE_CHUNKS: Final = 4
_LARGEST_STEP: Final = 0.9

# A chunk corrects the error of earlier ones, and the loss from the limiter. The loss grows with
# the gain, so the gain is found in a few passes.
_LARGEST_CORRECTION: Final = 0.5
_LARGEST_LOSS: Final = 3.0
_PASSES: Final = 6
_CLOSE_ENOUGH: Final = 0.02


class Meter:
    """Gated loudness of all samples written, in blocks of any length; memory does not grow."""

    def __init__(self) -> None:
        self._weighting = Weighting(SAMPLE_RATE)
        self._rest: Samples = np.zeros(0, dtype=np.float32)
        self._steps: npt.NDArray[np.float64] = np.zeros(0)
        self._energies = np.zeros(_BINS)
        self._counts = np.zeros(_BINS, dtype=np.int64)

    def write(self, block: Samples) -> None:
        """Add samples, shape [n], for any n."""
        samples = np.concatenate([self._rest, block])
        whole = len(samples) - len(samples) % _STEP
        # Copied, so that a small rest does not keep a large block in memory.
        self._rest = samples[whole:].copy()
        if whole:
            squares = self._weighting(samples[:whole]) ** 2
            self._add(squares.reshape(-1, _STEP).mean(axis=1))

    def _add(self, steps: npt.NDArray[np.float64]) -> None:
        steps = np.concatenate([self._steps, steps])
        self._steps = steps[-3:].copy()
        if len(steps) < 4:
            return
        energies = (steps[:-3] + steps[1:-2] + steps[2:-1] + steps[3:]) / 4
        energies = energies[energies > _energy(_ABSOLUTE_GATE)]
        bins = np.floor((_loudness(energies) - _ABSOLUTE_GATE) / _BIN).astype(np.int64)
        bins = np.clip(bins, 0, _BINS - 1)
        np.add.at(self._energies, bins, energies)
        np.add.at(self._counts, bins, 1)

    def integrated(self) -> float:
        """Return LUFS; minus infinity until a block of 400 ms is louder than -70 LUFS."""
        if not self._counts.any():
            return -np.inf
        gate = float(_loudness(self._energies.sum() / self._counts.sum())) - _RELATIVE_GATE
        first = max(0, int(np.floor((gate - _ABSOLUTE_GATE) / _BIN)))
        return float(_loudness(self._energies[first:].sum() / self._counts[first:].sum()))

    def after(self, block: Samples) -> Meter:
        """Return a copy of this meter with the block added."""
        meter = copy.deepcopy(self)
        meter.write(block)
        return meter


def ungated(samples: Samples) -> float:
    """Return the loudness of samples as one block, however short, in LUFS."""
    if not len(samples):
        return -np.inf
    energy = float(np.mean(Weighting(SAMPLE_RATE)(samples) ** 2))
    return float(_loudness(energy)) if energy > 0 else -np.inf


def true_peak(samples: Samples) -> float:
    """Return the true peak in dBTP (BS.1770, Annex 2); minus infinity for silence."""
    peak = float(peaks_around(samples).max(initial=0.0))
    return 20 * float(np.log10(peak)) if peak > 0 else -np.inf


class Leveller:
    """Brings speech to a loudness, chunk by chunk, with true peaks under a ceiling.

    The gain brings all the speech so far, including the chunk, to the target. It changes within the
    first 10 ms of a chunk, in the gap.
    """

    def __init__(self, target_lufs: float, ceiling_dbtp: float = -1.0) -> None:
        self._target = target_lufs
        self._limiter = Limiter(ceiling_dbtp)
        self._taken = Meter()
        self._amplified = Meter()
        self._given = Meter()
        self._gain: float | None = None
        """Gain of the last chunk in dB; None before the first one."""
        self._chunks = 0

    def __call__(self, block: Samples) -> Samples:
        """Return the levelled chunk, with the same length; a silent one is returned unchanged."""
        self._taken.write(block)
        start, end = sounding(block)
        if start == end:
            self._amplified.write(block)
            self._given.write(block)
            return block
        plain = self._plain_gain(block[start:end]) + self._correction()
        peaks = peaks_around(block)
        gain = self._steady(plain)
        # The limiter reduces the loudness, more so at a higher gain.
        for _ in range(_PASSES):
            factors = self._factors(len(block), gain)
            levelled = (block * factors * self._limiter.gains(peaks * factors)).astype(np.float32)
            amplified = self._amplified.after((block * factors).astype(np.float32))
            given = self._given.after(levelled)
            raised = self._steady(plain + _lost(amplified, given))
            if abs(raised - gain) < _CLOSE_ENOUGH:
                break
            gain = raised
        self._amplified, self._given = amplified, given
        self._gain = gain
        self._chunks += 1
        return levelled

    def _plain_gain(self, speech: Samples) -> float:
        """Return the gain in dB that the input's loudness calls for."""
        loudness = self._taken.integrated()
        if loudness == -np.inf:
            loudness = ungated(speech)
        return float(np.clip(self._target - loudness, -_LARGEST_GAIN, _LARGEST_GAIN))

    def _correction(self) -> float:
        """Return the correction in dB for the output's distance from the target so far."""
        given = self._given.integrated()
        if given == -np.inf:
            return 0.0
        return float(np.clip(self._target - given, -_LARGEST_CORRECTION, _LARGEST_CORRECTION))

    def _steady(self, gain: float) -> float:
        if self._gain is None or self._chunks < _FREE_CHUNKS:
            return gain
        return float(np.clip(gain, self._gain - _LARGEST_STEP, self._gain + _LARGEST_STEP))

    def _factors(self, length: int, gain: float) -> npt.NDArray[np.float64]:
        factors = np.full(length, 10 ** (gain / 20))
        if self._gain is not None:
            ramp = np.linspace(10 ** (self._gain / 20), 10 ** (gain / 20), _RAMP, endpoint=False)
            factors[:_RAMP] = ramp[:length]
        return factors


def _lost(amplified: Meter, given: Meter) -> float:
    """Return the loss from the limiter in dB."""
    before, after = amplified.integrated(), given.integrated()
    return float(np.clip(before - after, 0, _LARGEST_LOSS)) if after > -np.inf else 0.0


def _loudness(energy: npt.ArrayLike) -> npt.NDArray[np.float64]:
    found: npt.NDArray[np.float64] = _OFFSET + 10 * np.log10(energy)
    return found


def _energy(loudness: float) -> float:
    return float(10 ** ((loudness - _OFFSET) / 10))
