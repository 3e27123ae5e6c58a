"""A fake worker process for benchmarks, whose times are given."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import numpy as np

from kokoro_cli.bench.texts import words_in
from kokoro_cli.bench.worker import Spoken, Task
from kokoro_cli.child import ProcessError
from kokoro_cli.types import Samples


class FakeSpeaker:
    """Takes the next of *seconds* for each text, over and over; fails if it is None."""

    def __init__(self, name: str, seconds: list[float | None], log: list[str]) -> None:
        self._name = name
        self._seconds: Iterator[float | None] = cycle(seconds)
        self._log = log
        self.tasks: list[Task] = []
        self.closed = False
        self.samples: Samples = np.zeros(24_000, dtype=np.float32)

    def ready(self) -> None:
        self._log.append(f"{self._name} ready")

    def speak(self, task: Task) -> Spoken:
        self._log.append(f"{self._name} {words_in(task.text)}")
        self.tasks.append(task)
        seconds = next(self._seconds)
        if seconds is None:
            raise ProcessError("it has died")
        if task.keep:
            np.save(Path(task.keep), self.samples)
        return Spoken(60, 2, 4.0, seconds / 2, seconds, 1_000)

    def close(self) -> None:
        self.closed = True
