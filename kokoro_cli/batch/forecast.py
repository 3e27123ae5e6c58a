"""How far a job is, and how long it will take."""

from __future__ import annotations

import time
from collections.abc import Callable

from kokoro_cli.batch.plan import Output


class Forecast:
    """How much of a job is done, by the estimated lengths of its outputs.

    The estimate is corrected as the true lengths come in.
    """

    def __init__(self, speed: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._speed = speed
        self._clock = clock
        self._started = clock()
        self._left: dict[str, float] = {}
        self._done_guess = 0.0
        self._done = 0.0
        self._current = 0.0

    def plan(self, outputs: list[Output]) -> None:
        self._left = {output.name: output.seconds / self._speed for output in outputs}

    def guess(self, output: Output) -> float:
        """Return about how many seconds an output will last, as the others did."""
        return max(output.seconds / self._speed * self._ratio(), 0.1)

    def spoke(self, seconds: float) -> None:
        self._current = seconds

    def ended(self, output: Output, *, made: bool) -> None:
        guess = self._left.pop(output.name, 0.0)
        if made:
            self._done += self._current
            self._done_guess += guess
        self._current = 0.0

    @property
    def total_seconds(self) -> float:
        """Seconds of sound in all."""
        rest = sum(self._left.values()) * self._ratio()
        return self._done + max(rest, self._current)

    @property
    def done_seconds(self) -> float:
        return self._done + self._current

    @property
    def real_time_factor(self) -> float:
        """Seconds of work per second of sound, so far."""
        return (self._clock() - self._started) / max(self.done_seconds, 1e-3)

    @property
    def left_seconds(self) -> float:
        """Seconds of work that are left."""
        return max(self.total_seconds - self.done_seconds, 0.0) * self.real_time_factor

    def _ratio(self) -> float:
        return self._done / self._done_guess if self._done_guess > 30 and self._done else 1.0
