"""Measure an engine while it speaks."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from kokoro_cli.engines.interface import Call, Engine

if TYPE_CHECKING:
    from kokoro_cli.types import Frames, Rendering, Style


class Metered:
    """An engine that adds up how long it worked, for a run that makes one call at a time.

    The first call does not count, as it warms the engine up. Batches do not count either.
    """

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.perf_counter) -> None:
        self._engine = engine
        self._clock = clock
        self._warm = False
        self.audio_seconds = 0.0
        """Speech that the calls gave, with the silence at its ends."""
        self.work_seconds = 0.0
        """Time that the calls took."""

    @property
    def device(self) -> str:
        return self._engine.device

    def render(self, phonemes: str, style: Style, *, speed: float, seed: int) -> Rendering:
        begun = self._clock()
        rendering = self._engine.render(phonemes, style, speed=speed, seed=seed)
        took = self._clock() - begun
        if self._warm:
            self.work_seconds += took
            self.audio_seconds += rendering.seconds
        self._warm = True
        return rendering

    def render_batch(self, calls: Sequence[Call]) -> list[Rendering]:
        return self._engine.render_batch(calls)

    def frames(self, phonemes: str, style: Style, *, speed: float) -> Frames:
        return self._engine.frames(phonemes, style, speed=speed)
