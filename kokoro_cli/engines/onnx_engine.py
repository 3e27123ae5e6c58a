"""onnxruntime on the two graphs that ``export.py`` makes; PyTorch is not imported."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime as ort

from kokoro_cli.engines import DECODER_GRAPH, DURATION_GRAPH
from kokoro_cli.errors import AssetError
from kokoro_cli.kokoro82m import PAD, SAMPLES_PER_FRAME, VOCABULARY
from kokoro_cli.types import Rendering, Style


def load(model: Path, device: str) -> OnnxEngine:
    return OnnxEngine(model)


class OnnxEngine:
    device = "cpu"

    def __init__(self, model: Path) -> None:
        with ThreadPoolExecutor(2) as pool:
            self._duration, self._decoder = pool.map(
                _session, (model / DURATION_GRAPH, model / DECODER_GRAPH)
            )

    def render(self, phonemes: str, style: Style, *, speed: float, seed: int) -> Rendering:
        row = style[np.newaxis]
        tokens = np.array([[PAD, *(VOCABULARY[p] for p in phonemes), PAD]], dtype=np.int64)
        frames, prosody, text = self._duration.run(
            ("frames", "prosody", "text"),
            {"tokens": tokens, "style": row, "speed": np.array([speed], dtype=np.float32)},
        )
        noise = np.random.default_rng(seed).standard_normal(
            int(frames.sum()) * SAMPLES_PER_FRAME, dtype=np.float32
        )
        (samples,) = self._decoder.run(
            ("samples",),
            {
                "prosody": np.repeat(prosody, frames, axis=0),
                "text": np.repeat(text, frames, axis=0),
                "style": row,
                "noise": noise,
            },
        )
        return Rendering(samples, frames)


def _session(graph: Path) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.log_severity_level = 3  # Errors; its warnings concern the graph, not the user.
    try:
        return ort.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # Its exceptions share no base of their own.
        raise AssetError(
            f"The graph {graph.name} can't be loaded: {error}.",
            hint="Check it with: kokoro models verify",
        ) from error
