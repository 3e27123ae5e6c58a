"""``kokoro_cli.install.build`` without PyTorch: it makes the toy's graphs from any checkpoint."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import onnx

from kokoro_cli.install import build
from tests.toy_model import decoder_graph, duration_graph


def export_graphs(checkpoint: Path, duration: Path, decoder: Path) -> None:
    onnx.save(duration_graph(), str(duration))
    onnx.save(decoder_graph(), str(decoder))


if __name__ == "__main__":
    modules: dict[str, Any] = sys.modules
    modules["kokoro_cli.engines.export"] = SimpleNamespace(export_graphs=export_graphs)
    build.main()
