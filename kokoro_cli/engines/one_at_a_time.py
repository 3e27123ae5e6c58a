"""Make an engine safe for several threads that is not so by itself."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING

from kokoro_cli.engines.interface import Call, Engine

if TYPE_CHECKING:
    from kokoro_cli.types import Frames, Rendering, Style


class OneAtATime:
    """An engine that lets one thread in at a time; the others wait."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = Lock()

    @property
    def device(self) -> str:
        return self._engine.device

    def render(self, phonemes: str, style: Style, *, speed: float, seed: int) -> Rendering:
        with self._lock:
            return self._engine.render(phonemes, style, speed=speed, seed=seed)

    def render_batch(self, calls: Sequence[Call]) -> list[Rendering]:
        with self._lock:
            return self._engine.render_batch(calls)

    def frames(self, phonemes: str, style: Style, *, speed: float) -> Frames:
        with self._lock:
            return self._engine.frames(phonemes, style, speed=speed)
