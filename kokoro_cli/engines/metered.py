"""Measure an engine while it speaks."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from threading import Lock
from typing import TYPE_CHECKING

from kokoro_cli.engines.interface import Call, Engine

if TYPE_CHECKING:
    from kokoro_cli.types import Frames, Rendering, Style


class Metered:
    """An engine that adds up how long its calls took.

    The first call does not count, as it warms the engine up. Calls that overlap in time do not
    count either, because they slow each other down, nor do batches.
    """

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.perf_counter) -> None:
        self._engine = engine
        self._clock = clock
        self._lock = Lock()
        self._begun = self._active = 0
        self.audio_seconds = 0.0
        """Speech that the calls gave, with the silence at its ends."""
        self.work_seconds = 0.0
        """Time that the calls took."""

    @property
    def device(self) -> str:
        return self._engine.device

    def render(self, phonemes: str, style: Style, *, speed: float, seed: int) -> Rendering:
        with self._lock:
            self._begun += 1
            self._active += 1
            number, alone = self._begun, self._active == 1
        begun = self._clock()
        try:
            rendering = self._engine.render(phonemes, style, speed=speed, seed=seed)
        finally:
            took = self._clock() - begun
            with self._lock:
                self._active -= 1
                alone = alone and number == self._begun
        if alone and number > 1:
            self.work_seconds += took
            self.audio_seconds += rendering.seconds
        return rendering

    def render_batch(self, calls: Sequence[Call]) -> list[Rendering]:
        return self._engine.render_batch(calls)

    def frames(self, phonemes: str, style: Style, *, speed: float) -> Frames:
        return self._engine.frames(phonemes, style, speed=speed)
