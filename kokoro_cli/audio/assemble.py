"""Join the chunks' samples with silences of the requested lengths."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.types import Samples

# The model adds about 0.4 s of near-silence before a chunk and 0.6 s after it. At the ends, samples
# quieter than this share of the chunk's peak (-40 dB) count as silence.
_QUIET: Final = 0.01
# A chunk whose peak is below this (-80 dB of full scale) is all silence.
_NOTHING: Final = 1e-4

# Samples kept of the silence, so that soft beginnings and fading ends are not cut. They count as
# part of the gap.
_HEAD: Final = round(0.03 * SAMPLE_RATE)
_TAIL: Final = round(0.06 * SAMPLE_RATE)
_TIMED_TAIL: Final = round(0.02 * SAMPLE_RATE)
_FADE: Final = round(0.005 * SAMPLE_RATE)

_NO_SOUND: Final[Samples] = np.zeros(0, dtype=np.float32)


LONGEST_SILENCE: Final = 10 * SAMPLE_RATE
"""Most samples of silence in one array. A pause may be hours long: 345 MB an hour."""


@dataclass(frozen=True, slots=True)
class At:
    """The time at which a chunk of timed text has to be heard."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Gap:
    """The silence between a chunk and the one before it; there is none before the first."""

    seconds: float


class Joined(NamedTuple):
    """A rendering in its place: *silence* samples of silence, then the block."""

    silence: int
    """0 unless the gap is longer than LONGEST_SILENCE."""
    block: Samples
    """The sound, with the gap before it or the last part of it."""
    offset: int
    """Index in both together of the rendering's first sample; negative if silence was trimmed."""


def assemble(
    renderings: Iterable[tuple[Samples, float | At | Gap]], shortest_gap: float
) -> Iterator[Joined]:
    """Yield each rendering with the gap before it; the first one begins with a short guard.

    Each rendering comes with its `Gap`, or with the silence before it in seconds, which is kept
    before the first one too. No `Gap` is below *shortest_gap*. The gap, in whole samples, is
    exactly the distance from the last sound of one rendering to the first sound of the next. With
    `At`, the first sound is at that time, or directly after the previous sound if that is still
    heard then. A rendering without sound gives an empty block, or the requested silence.
    """
    first = True
    kept_tail = 0
    position = 0
    shortest = round(shortest_gap * SAMPLE_RATE)
    for samples, asked in renderings:
        start, end = sounding(samples)
        timed = isinstance(asked, At)
        pause = _pause(asked, position - kept_tail)
        if start == end:
            silence = 0 if timed else max(0, (pause or 0) - kept_tail)
            kept_tail = 0 if pause else kept_tail
            position += silence
            yield _joined(silence, _NO_SOUND, 0)
            continue
        usual = round(asked.seconds * SAMPLE_RATE) if isinstance(asked, Gap) else 0
        gap = (usual if pause is None else pause) if not first or pause else 0
        head = _HEAD if first and pause is None else min(_HEAD, gap // 3)
        tail = min(_TAIL, shortest - shortest // 3)
        if timed:  # The next one may have to begin directly after it.
            head, tail = min(_HEAD, max(gap - kept_tail, 0)), min(_TIMED_TAIL, tail)
        begin = max(0, start - head)
        stop = min(len(samples), end + tail)
        block = _faded(samples[begin:stop])
        silence = max(0, gap - kept_tail - (start - begin)) if gap else 0
        kept_tail = stop - end
        first = False
        position += silence + len(block)
        yield _joined(silence, block, silence - begin)


def _joined(silence: int, block: Samples, offset: int) -> Joined:
    apart = max(0, silence - LONGEST_SILENCE)
    if silence:
        block = np.concatenate([np.zeros(silence - apart, dtype=np.float32), block])
    return Joined(apart, block, offset)


def silences(length: int) -> Iterator[Samples]:
    """Yield that many samples of silence in blocks of at most LONGEST_SILENCE."""
    for start in range(0, length, LONGEST_SILENCE):
        yield np.zeros(min(LONGEST_SILENCE, length - start), dtype=np.float32)


def _pause(asked: float | At | Gap, sound_end: int) -> int | None:
    """Return the requested silence in samples; for `At`, the time left until then."""
    match asked:
        case At(seconds):
            return max(0, round(seconds * SAMPLE_RATE) - sound_end)
        case Gap():
            return None
    return round(asked * SAMPLE_RATE)


def sounding(samples: Samples) -> tuple[int, int]:
    """Return the first sample of a chunk's sound and the one after its last; (0, 0) if silent."""
    loud = np.abs(samples)
    peak = float(loud.max(initial=0.0))
    if peak < _NOTHING:
        return 0, 0
    above = np.flatnonzero(loud > peak * _QUIET)
    return int(above[0]), int(above[-1]) + 1


def _faded(samples: Samples) -> Samples:
    """Return the samples with a fade of 5 ms at both ends, which prevents clicks."""
    faded = samples.copy()
    n = min(_FADE, len(samples) // 2)
    if n:
        ramp = np.linspace(0, 1, n, endpoint=False, dtype=np.float32)
        faded[:n] *= ramp
        faded[-n:] *= ramp[::-1]
    return faded


_FULL_SCALE: Final = 32767.0


def to_int16(samples: Samples) -> npt.NDArray[np.int16]:
    """Return 16-bit samples, clipped at full scale; a plain cast would wrap around."""
    return np.round(np.clip(samples, -1.0, 1.0) * _FULL_SCALE).astype(np.int16)


def scaled_int16(samples: Samples) -> tuple[npt.NDArray[np.int16], float]:
    """Return 16-bit samples that are not clipped, and the value that full scale stands for."""
    loudest = float(np.abs(samples).max(initial=0.0))
    scale = float(np.float32(max(1.0, loudest)))  # Rounded as the store writes it.
    return to_int16(samples / np.float32(scale)), scale


def from_int16(values: npt.NDArray[np.int16], scale: float = 1.0) -> Samples:
    """Return the samples that `scaled_int16` was given, rounded to 16 bits."""
    return values.astype(np.float32) * np.float32(scale / _FULL_SCALE)
