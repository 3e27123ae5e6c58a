"""onnxruntime on the two graphs that ``export.py`` makes; PyTorch is not imported."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort

from kokoro_cli.engines import DECODER_GRAPH, DURATION_GRAPH
from kokoro_cli.errors import AssetError
from kokoro_cli.kokoro82m import PAD, SAMPLES_PER_FRAME, VOCABULARY
from kokoro_cli.types import Frames, Rendering, Style


def load(model: Path, device: str, *, threads: int = 0) -> OnnxEngine:
    return OnnxEngine(model, threads=threads)


class OnnxEngine:
    device = "cpu"
    concurrent = True

    def __init__(self, model: Path, *, threads: int = 0) -> None:
        """Load both graphs; a call takes *threads* threads, all processors' where it is 0."""
        graphs = model / DURATION_GRAPH, model / DECODER_GRAPH
        with ThreadPoolExecutor(2) as pool:
            self._duration, self._decoder = pool.map(partial(_session, threads=threads), graphs)

    def render(self, phonemes: str, style: Style, *, speed: float, seed: int) -> Rendering:
        row = style[np.newaxis]
        frames, prosody, text = self._duration.run(
            ("frames", "prosody", "text"), _inputs(phonemes, row, speed)
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

    def frames(self, phonemes: str, style: Style, *, speed: float) -> Frames:
        (frames,) = self._duration.run(("frames",), _inputs(phonemes, style[np.newaxis], speed))
        found: Frames = frames
        return found


def _inputs(phonemes: str, row: Style, speed: float) -> dict[str, Any]:
    tokens = np.array([[PAD, *(VOCABULARY[p] for p in phonemes), PAD]], dtype=np.int64)
    return {"tokens": tokens, "style": row, "speed": np.array([speed], dtype=np.float32)}


def _session(graph: Path, *, threads: int) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3  # Errors; its warnings concern the graph, not the user.
    try:
        return ort.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # Its exceptions share no base of their own.
        raise AssetError(
            f"The graph {graph.name} can't be loaded: {error}.",
            hint="Check it with: kokoro models verify",
        ) from error
