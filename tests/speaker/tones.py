"""An engine as anyone would add it: a module with three functions. It speaks tones."""

from __future__ import annotations

from pathlib import Path

from tests.fakes import ToneEngine


def load(model: Path, device: str, *, threads: int = 0) -> ToneEngine:
    return ToneEngine()


def prepare(model: Path) -> None:
    """Do nothing: there is nothing to prepare."""


def devices() -> list[str]:
    return ["cpu"]
