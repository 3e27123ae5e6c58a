"""Join the chunks' samples with a silence of the length that was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
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
_TIMED_TAIL: Final = round(0.02 * SAMPLE_RATE)
_FADE: Final = round(0.005 * SAMPLE_RATE)


@dataclass(frozen=True, slots=True)
class At:
    """The time at which a chunk is to be heard, where its text is timed."""

    seconds: float


def assemble(
    renderings: Iterable[tuple[Samples, float | At | None]], gap_seconds: float
) -> Iterator[tuple[Samples, int]]:
    """Yield one block for each rendering; from the second on it begins with the gap.

    Beside the block comes where the rendering's first sample lies in it; that is negative where
    silence was cut off. A rendering comes with the silence in front of it that was asked for, in
    seconds; None is the usual gap, or none in front of the first. Between the last sound of one
    and the first sound of the next lie just so many whole samples. With `At` the first sound lies
    at that time, or right behind what was before if that is still heard then. A rendering without
    sound gives an empty block, or the silence that was asked for.
    """
    first = True
    kept_tail = 0
    position = 0
    usual = round(gap_seconds * SAMPLE_RATE)
    for samples, asked in renderings:
        start, end = sounding(samples)
        timed = isinstance(asked, At)
        pause = _pause(asked, position - kept_tail)
        if start == end:
            silence = 0 if timed else max(0, (pause or 0) - kept_tail)
            kept_tail = 0 if pause else kept_tail
            position += silence
            yield np.zeros(silence, dtype=np.float32), 0
            continue
        gap = (usual if pause is None else pause) if not first or pause else 0
        head = _HEAD if first and pause is None else min(_HEAD, gap // 3)
        tail = min(_TAIL, usual - usual // 3)
        if timed:  # What comes next may have to begin right behind it.
            head, tail = min(_HEAD, max(gap - kept_tail, 0)), min(_TIMED_TAIL, tail)
        begin = max(0, start - head)
        stop = min(len(samples), end + tail)
        block = _faded(samples[begin:stop])
        silence = gap - kept_tail - (start - begin)
        if silence > 0 and gap:
            block = np.concatenate([np.zeros(silence, dtype=np.float32), block])
        else:
            silence = 0
        kept_tail = stop - end
        first = False
        position += len(block)
        yield block, silence - begin


def _pause(asked: float | At | None, sound_end: int) -> int | None:
    """Return the silence that was asked for in samples; for `At` what is left until then."""
    if isinstance(asked, At):
        return max(0, round(asked.seconds * SAMPLE_RATE) - sound_end)
    return None if asked is None else round(asked * SAMPLE_RATE)


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
