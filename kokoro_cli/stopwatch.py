"""Measure the phases of a run; phases may overlap."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Phase:
    name: str
    start_seconds: float
    """Seconds since the run began."""
    end_seconds: float


class Stopwatch:
    """Records the phases of a run that began when the clock read *started*.

    Each name counts once, the first time: a speaker that speaks for weeks records no more.
    """

    def __init__(self, started: float, clock: Callable[[], float] = time.perf_counter) -> None:
        self.phases: list[Phase] = []
        self._started = started
        self._clock = clock

    def now(self) -> float:
        """Return the seconds since the run began."""
        return self._clock() - self._started

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        begun = self.now()
        yield
        self._record(name, begun)

    def until_now(self, name: str) -> None:
        """Record a phase that lasted from the beginning of the run until now."""
        self._record(name, 0.0)

    def _record(self, name: str, begun: float) -> None:
        if all(phase.name != name for phase in self.phases):
            self.phases.append(Phase(name, begun, self.now()))

    def until_first(self, name: str, stream: Iterator[T]) -> Iterator[T]:
        """Compute the stream's first item now, as a phase of its own; return the whole stream."""
        with self.phase(name):
            first = list(islice(stream, 1))
        return chain(first, stream)
