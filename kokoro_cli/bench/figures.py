"""Statistics of several runs: percentiles, spread, and ratios with confidence intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

NOISY = 0.15
"""Above this spread, the machine is too noisy for a verdict."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One quantity, measured several times."""

    runs: list[float]
    p50: float
    p95: float
    spread: float
    """Interquartile range divided by the median."""


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which *share* (0 to 1) of the values lie, linearly interpolated."""
    return float(np.quantile(np.asarray(values, dtype=np.float64), share))


def figures(runs: Sequence[float]) -> Figures:
    p25, p50, p75, p95 = (percentile(runs, share) for share in (0.25, 0.5, 0.75, 0.95))
    return Figures(list(runs), p50, p95, (p75 - p25) / p50 if p50 else 0.0)


Verdict = Literal["faster", "slower", "same", "unclear"]


@dataclass(frozen=True, slots=True)
class Ratio:
    """The ratio of two medians."""

    ratio: float
    low: float
    high: float
    """Bounds of the 95 % confidence interval."""

    def verdict(self, tolerance: float) -> Verdict:
        """Return the verdict on a ratio of new time to old time."""
        if self.low > 1 + tolerance:
            return "slower"
        if self.high < 1 - tolerance:
            return "faster"
        if 1 - tolerance <= self.low and self.high <= 1 + tolerance:
            return "same"
        return "unclear"


_RESAMPLES = 4_000


def ratio(new: Sequence[float], old: Sequence[float], seed: int = 0) -> Ratio:
    """Return the ratio of the medians, its interval by the percentile bootstrap (Efron 1979).

    With fewer than five runs the interval is the whole range of ratios.
    """
    if min(len(new), len(old)) < 5:
        low, high = min(new) / max(old), max(new) / min(old)
        return Ratio(percentile(new, 0.5) / percentile(old, 0.5), low, high)
    generator = np.random.default_rng(seed)
    medians = [
        np.median(generator.choice(np.asarray(runs), (_RESAMPLES, len(runs))), axis=1)
        for runs in (new, old)
    ]
    low, high = np.quantile(medians[0] / medians[1], (0.025, 0.975))
    return Ratio(percentile(new, 0.5) / percentile(old, 0.5), float(low), float(high))
