"""onnxruntime on the two graphs that ``export.py`` makes; PyTorch is not imported.

The runtime optimises a graph for the processor each time it loads one. `prepare` saves the
optimised graphs next to the originals, with the weights in a memory-mapped file. A session then
loads them as they are. Files that were changed since are not loaded.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from kokoro_cli import processor
from kokoro_cli.engines import DECODER_GRAPH, DURATION_GRAPH, Call
from kokoro_cli.engines.prepared import PREPARED, is_prepared, keep_records, prepared_folders
from kokoro_cli.errors import AssetError
from kokoro_cli.files import UNFINISHED, temporary_folder
from kokoro_cli.kokoro82m import PAD, SAMPLES_PER_FRAME, VOCABULARY
from kokoro_cli.telemetry import NO_TELEMETRY
from kokoro_cli.types import Frames, Rendering, Style

os.environ.update(NO_TELEMETRY)

import onnxruntime as ort

_GRAPHS = (DURATION_GRAPH, DECODER_GRAPH)

_SPIN_MICROSECONDS = "100"
"""How long a waiting thread spins: on two idle cores as fast as the default, with a quarter less
processor time."""


def load(model: Path, device: str, *, threads: int = 0) -> OnnxEngine:
    return OnnxEngine(model, threads=threads)


def devices() -> list[str]:
    return ["cpu"]


def prepare(model: Path) -> None:
    """Save the graphs as this runtime optimises them here; OSError if they can't be written."""
    folder = _prepared(model)
    with suppress(AssetError):  # Damaged files are made anew.
        if is_prepared(folder, _GRAPHS):
            return
    for abandoned in model.glob(f"{UNFINISHED}*"):  # By a process that was killed.
        shutil.rmtree(abandoned, ignore_errors=True)
    with temporary_folder(model) as temporary:
        new = temporary / "new"
        new.mkdir()
        for name in _GRAPHS:
            _session(model / name, threads=0, keep=new / name)
        keep_records(new)
        for old in prepared_folders(model):  # From another version of the runtime, or damaged.
            shutil.rmtree(old)
        new.replace(folder)


def _prepared(model: Path) -> Path:
    """Return the folder for this runtime and processor; it may not exist."""
    named = f"{ort.__version__} {platform.machine()} {processor.abilities()}"
    return model / f"{PREPARED}{hashlib.sha256(named.encode()).hexdigest()[:16]}"


class OnnxEngine:
    device = "cpu"

    def __init__(self, model: Path, *, threads: int = 0) -> None:
        """Load both graphs; a call uses *threads* threads, or all processors if it is 0."""
        prepared = _prepared(model)
        known = is_prepared(prepared, _GRAPHS)
        load = partial(_session, threads=threads, prepared=known)
        folder = prepared if known else model
        with ThreadPoolExecutor(2) as pool:
            self._duration, self._decoder = pool.map(load, (folder / name for name in _GRAPHS))

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

    def render_batch(self, calls: Sequence[Call]) -> list[Rendering]:
        return [call.by(self) for call in calls]  # The graphs take one utterance.

    def frames(self, phonemes: str, style: Style, *, speed: float) -> Frames:
        (frames,) = self._duration.run(("frames",), _inputs(phonemes, style[np.newaxis], speed))
        found: Frames = frames
        return found


def _inputs(phonemes: str, row: Style, speed: float) -> dict[str, Any]:
    tokens = np.array([[PAD, *(VOCABULARY[p] for p in phonemes), PAD]], dtype=np.int64)
    return {"tokens": tokens, "style": row, "speed": np.array([speed], dtype=np.float32)}


def _session(
    graph: Path, *, threads: int, prepared: bool = False, keep: Path | None = None
) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3  # Errors; its warnings concern the graph, not the user.
    # Planning which values share memory takes most of the loading time and saves no memory: what a
    # run has freed is used again anyway. Plans by shape only hold memory, because chunks rarely
    # have the same shape.
    options.enable_mem_reuse = False
    options.enable_mem_pattern = False
    # Waiting threads spin. With the default duration they take a quarter of a busy processor from
    # the threads that work. Runtimes that do not know this entry ignore it.
    options.add_session_config_entry("session.intra_op.spin_duration_us", _SPIN_MICROSECONDS)
    if prepared:
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    if keep:
        options.optimized_model_filepath = str(keep)
        weights = {"file_name": f"{keep.name}.weights", "min_size_in_bytes": "1024"}
        for name, value in weights.items():
            options.add_session_config_entry(
                f"session.optimized_model_external_initializers_{name}", value
            )
    try:
        return ort.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # The runtime's exceptions have no base class of their own.
        raise AssetError(
            f"The graph {graph.name} can't be loaded: {error}.",
            hint="Check and mend it with: kokoro models verify `repair`",
        ) from error
