"""Takes the place of the torch engine, and speaks with the toy model as if on an NVIDIA GPU.

Each batch adds the number of its calls to the file TOY_GPU.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from kokoro_cli.engines import Call
from kokoro_cli.engines.onnx_engine import OnnxEngine
from kokoro_cli.types import Rendering


class ToyGpu(OnnxEngine):
    device = "cuda"
    concurrent = False

    def render_batch(self, calls: Sequence[Call]) -> list[Rendering]:
        with Path(os.environ["TOY_GPU"]).open("a") as file:
            file.write(f"{len(calls)}\n")
        return super().render_batch(calls)


def load(model: Path, device: str, *, threads: int = 0) -> ToyGpu:
    return ToyGpu(model, threads=threads)
