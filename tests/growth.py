"""How work grows with the length of its input: counted on every commit, and timed at night.

A test takes `LINEAR` and is given `is_linear`, which compares the work for two lengths. Counting
sees loops in Python and is exact. It does not see what C does in one call, as a search that tries
every way to cut a run; that takes time, which the nightly test measures.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

Work = Callable[[int], object]


def steps(work: Callable[[], object]) -> int:
    """Return how many lines of Python run while *work* does, in this thread."""
    count = 0

    def line(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return line

    before = sys.gettrace()
    sys.settrace(line)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def in_steps(work: Work, few: int, many: int, *, margin: float = 0.0) -> bool:
    """Whether a sixteenth of *many* takes at most half more than its share of lines of Python."""
    few, many = few // 16, many // 16
    work(few)  # What is loaded and kept once does not count.
    return steps(lambda: work(many)) <= 1.5 * many / few * steps(lambda: work(few))


def in_time(work: Work, few: int, many: int, *, margin: float = 2.25) -> bool:
    """Whether *many* takes at most *margin* times its share of processor time, at the best of 3."""
    work(few)

    def seconds(length: int) -> float:
        start = time.process_time()
        work(length)
        return time.process_time() - start

    short, long = (min(seconds(length) for _ in range(3)) for length in (few, many))
    return long < margin * many / few * short + 0.05


LINEAR = pytest.mark.parametrize(
    "is_linear",
    [
        pytest.param(in_steps, id="steps"),
        pytest.param(in_time, id="time", marks=pytest.mark.nightly),
    ],
)
IsLinear = Callable[..., bool]
