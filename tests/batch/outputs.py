"""Planned outputs of known lengths."""

from __future__ import annotations

from pathlib import Path

from kokoro_cli.batch.inputs import Source
from kokoro_cli.batch.library import Contents, Outline
from kokoro_cli.batch.plan import InputPiece, Output


def output(name: str, seconds: float) -> Output:
    """Return an output that is estimated to last so many seconds, at speed 1."""
    contents = Contents("", 10, seconds, "")
    outline = Outline("", "", None, (contents,), False, (), "")
    return Output(Path(name), (InputPiece(Source(Path("in.txt")), outline, (0,)),), name, "")


A, B, C = output("a.wav", 60.0), output("b.wav", 120.0), output("c.wav", 240.0)
