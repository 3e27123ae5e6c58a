"""An engine of two halves: a duration graph, and a decoder of whatever kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from kokoro_cli.engines.interface import Call
from kokoro_cli.kokoro82m import PAD, SAMPLES_PER_FRAME, VOCABULARY
from kokoro_cli.types import Frames, Rendering, Samples, Style

Floats = npt.NDArray[np.float32]


class Session(Protocol):
    """An inference session, as onnxruntime has it."""

    def run(self, outputs: Sequence[str], inputs: dict[str, Any]) -> list[Any]: ...


class Decoder(Protocol):
    """Turns features by frame into samples; ``export.export_graphs`` has the shapes."""

    def __call__(self, prosody: Floats, text: Floats, style: Floats, noise: Floats) -> Samples: ...


class DecoderGraph:
    """The decoder as one graph."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def __call__(self, prosody: Floats, text: Floats, style: Floats, noise: Floats) -> Samples:
        inputs = {"prosody": prosody, "text": text, "style": style, "noise": noise}
        samples: Samples = self._session.run(("samples",), inputs)[0]
        return samples


class GraphEngine:
    device = "cpu"

    def __init__(self, duration: Session, decoder: Decoder) -> None:
        self._duration, self._decoder = duration, decoder

    def render(self, phonemes: str, style: Style, *, speed: float, seed: int) -> Rendering:
        row = style[np.newaxis]
        frames, prosody, text = self._duration.run(
            ("frames", "prosody", "text"), _inputs(phonemes, row, speed)
        )
        noise = np.random.default_rng(seed).standard_normal(
            int(frames.sum()) * SAMPLES_PER_FRAME, dtype=np.float32
        )
        samples = self._decoder(
            np.repeat(prosody, frames, axis=0), np.repeat(text, frames, axis=0), row, noise
        )
        return Rendering(samples, frames)

    def render_batch(self, calls: Sequence[Call]) -> list[Rendering]:
        return [call.by(self) for call in calls]  # The graphs take one utterance.

    def frames(self, phonemes: str, style: Style, *, speed: float) -> Frames:
        (frames,) = self._duration.run(("frames",), _inputs(phonemes, style[np.newaxis], speed))
        found: Frames = frames
        return found


def _inputs(phonemes: str, row: Style, speed: float) -> dict[str, Any]:
    tokens = np.array([[PAD, *(VOCABULARY[p] for p in phonemes), PAD]], dtype=np.int64)
    return {"tokens": tokens, "style": row, "speed": np.array([speed], dtype=np.float32)}
