"""Native kernels whose products are rounded to bfloat16; they need AMX."""

from __future__ import annotations

from pathlib import Path

from kokoro_cli.engines.graph_engine import GraphEngine
from kokoro_cli.engines.staged import load_staged, prepare_staged


def load(model: Path, device: str, *, threads: int = 0) -> GraphEngine:
    return load_staged(model, "bfloat16", threads=threads)


def devices() -> list[str]:
    return ["cpu"]


def prepare(model: Path) -> None:
    prepare_staged(model, "bfloat16")
