"""What an engine is: it turns phonemes and a style into samples.

The module of an engine has three functions:

* ``load(model, device, *, threads)`` returns the `Engine`. UsageError if the device is not there.
* ``prepare(model)`` keeps in the model's folder what lets it load sooner. OSError if it can't.
* ``devices()`` returns the devices of this machine that it runs on, the likely fastest first.

Each of the first two raises `EngineNotHereError` if the engine does not run on this machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from kokoro_cli.errors import FeatureNotInstalledError

if TYPE_CHECKING:  # numpy is not imported here: a help text needs the table of engines only.
    from kokoro_cli.types import Frames, Rendering, Style

CHECKPOINT = "checkpoint.pth"
DURATION_GRAPH = "duration.onnx"
DECODER_GRAPH = "decoder.onnx"
"""The files of an installed model, in one folder."""


class EngineNotHereError(FeatureNotInstalledError):
    """An engine does not run on this machine: it is not installed, or the processor lacks a part.

    Also if it does not speak as it should.
    """


@dataclass(frozen=True, slots=True)
class Call:
    """What is to be spoken: the arguments of `Engine.render`."""

    phonemes: str
    style: Style
    speed: float
    seed: int

    def by(self, engine: Engine) -> Rendering:
        return engine.render(self.phonemes, self.style, speed=self.speed, seed=self.seed)


class Engine(Protocol):
    """The same arguments give the same samples.

    Several threads may call an engine that `load_engine` returned.
    """

    @property
    def device(self) -> str: ...

    def render(self, phonemes: str, style: Style, *, speed: float, seed: int) -> Rendering:
        """Speak 1 to 510 phonemes of the vocabulary; *style* has the shape [256].

        *speed* divides the durations. *seed* fixes the noise of the voice's source.
        """
        ...

    def render_batch(self, calls: Sequence[Call]) -> list[Rendering]:
        """Speak many at once, each as `render` would but for the rounding of sums."""
        ...

    def frames(self, phonemes: str, style: Style, *, speed: float) -> Frames:
        """Return how long each phoneme lasts, as in `Rendering.frames`, without speaking."""
        ...
