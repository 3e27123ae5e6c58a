"""How near a result has to be to the reference."""

from __future__ import annotations

import numpy as np

from tests.kernels.reference import NORM_EPSILON, Array

TOLERANCE = 1e-5
"""Of float32, relative to the largest number of the result."""

NORM_OF_LIKE_ROWS = 2 * NORM_EPSILON**-0.5 * 2**-24
"""The same for each norm of rows that are alike.

Of these the norm multiplies by 1 / sqrt(epsilon). That makes as much larger what the rounding of
scale x and of shift, 2^-24 of each, leaves of their sum.
"""


def error(y: Array, expected: Array) -> float:
    """Return the largest error relative to the largest number that is expected."""
    found: float = np.abs(y - expected).max() / np.abs(expected).max()
    return found


def check_rounded(y: Array, *, exact: Array, rounded: Array) -> None:
    """Check a result of many products in bfloat16.

    *rounded* is the reference with factors rounded to bfloat16. Both round the same numbers, but
    for the last bits of float32, which decide some roundings otherwise. After many products, y and
    *rounded* are at worst two independent samples of one random error: each as far from the exact
    result, and sqrt(2) times as far from each other. Half as much is allowed for few samples.
    """
    size = _root_mean_square(rounded - exact)
    assert _root_mean_square(y - exact) <= 1.5 * size
    assert _root_mean_square(y - rounded) <= 1.5 * 2**0.5 * size


def _root_mean_square(x: Array) -> float:
    found: float = np.sqrt(np.mean(np.square(x)))
    return found
