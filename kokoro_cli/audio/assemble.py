"""Join the chunks' samples with a silence of the length that was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.types import Samples

# The model puts about 0.4 s of near-silence before a chunk and 0.6 s behind it. What is quieter
# than this, in relation to the chunk's peak, at its ends is taken for that: -40 dB.
_QUIET: Final = 0.01
# A chunk whose peak is under -80 dB of full scale is all silence.
_NOTHING: Final = 1e-4

# What is kept of it, so that soft beginnings and dying ends are whole. A join counts it in.
_HEAD: Final = round(0.03 * SAMPLE_RATE)
_TAIL: Final = round(0.06 * SAMPLE_RATE)
_FADE: Final = round(0.005 * SAMPLE_RATE)


def assemble(renderings: Iterable[Samples], gap_seconds: float) -> Iterator[Samples]:
    """Yield one block for each rendering; from the second on it begins with the gap.

    Between the last sound of one and the first sound of the next lie *gap_seconds*, in whole
    samples. A rendering without sound gives an empty block.
    """
    gap = round(gap_seconds * SAMPLE_RATE)
    head, tail = min(_HEAD, gap // 3), min(_TAIL, gap - gap // 3)
    first = True
    kept_tail = 0
    for samples in renderings:
        start, end = sounding(samples)
        if start == end:
            yield samples[:0]
            continue
        lead = _HEAD if first else head
        begin = max(0, start - lead)
        stop = min(len(samples), end + tail)
        block = _faded(samples[begin:stop])
        if not first:
            silence = gap - kept_tail - (start - begin)
            block = np.concatenate([np.zeros(silence, dtype=np.float32), block])
        kept_tail = stop - end
        first = False
        yield block


def sounding(samples: Samples) -> tuple[int, int]:
    """Return where the sound of a chunk begins and ends; (0, 0) where there is none."""
    loud = np.abs(samples)
    peak = float(loud.max(initial=0.0))
    if peak < _NOTHING:
        return 0, 0
    above = np.flatnonzero(loud > peak * _QUIET)
    return int(above[0]), int(above[-1]) + 1


def _faded(samples: Samples) -> Samples:
    """Return the samples with five milliseconds of fade at both ends, against clicks."""
    faded = samples.copy()
    n = min(_FADE, len(samples) // 2)
    if n:
        ramp = np.linspace(0, 1, n, endpoint=False, dtype=np.float32)
        faded[:n] *= ramp
        faded[-n:] *= ramp[::-1]
    return faded


def to_int16(samples: Samples) -> npt.NDArray[np.int16]:
    """Return 16-bit samples. What is over full scale is clipped; a plain cast would wrap it."""
    return np.round(np.clip(samples, -1.0, 1.0) * 32767.0).astype(np.int16)
