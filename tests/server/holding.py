"""Holds the engine back, so that a test says when something is spoken."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Semaphore
from typing import Any

import pytest

from kokoro_cli.engines.onnx_engine import OnnxEngine
from tests.server.serving import PATIENCE_SECONDS

_MANY = 1000


@dataclass(frozen=True, slots=True)
class Held:
    """An engine that speaks a chunk each time it may."""

    _begun: Semaphore = field(default_factory=lambda: Semaphore(0))
    _may: Semaphore = field(default_factory=lambda: Semaphore(0))

    def wait(self) -> None:
        """Wait until the engine has another chunk to speak."""
        assert self._begun.acquire(timeout=PATIENCE_SECONDS)

    def speak(self, chunks: int = _MANY) -> None:
        """Let it speak so many chunks."""
        self._may.release(chunks)

    def render(self) -> None:
        self._begun.release()
        assert self._may.acquire(timeout=PATIENCE_SECONDS)


@contextmanager
def holding() -> Iterator[Held]:
    """Hold the engine until the test lets it speak; at the end it speaks all that is left."""
    held = Held()
    speak = OnnxEngine.render

    def render(engine: OnnxEngine, *arguments: Any, **options: Any) -> Any:
        held.render()
        return speak(engine, *arguments, **options)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(OnnxEngine, "render", render)
        try:
            yield held
        finally:
            held.speak()


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)
