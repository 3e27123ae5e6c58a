"""Models of a few bytes, and what they are made from."""

from __future__ import annotations

import json
from pathlib import Path

from kokoro_cli.assets.manifest import Source
from kokoro_cli.engines import CHECKPOINT, DECODER_GRAPH, DURATION_GRAPH
from tests.assets.hub import asset_of

FILES = {CHECKPOINT: b"weights", DURATION_GRAPH: b"duration", DECODER_GRAPH: b"decoder"}

PUBLISHED = asset_of(b"published weights", file="published.pth")
INT8 = asset_of(
    b"int8 graph",
    Source(
        kind="packages",
        path="part.bin",
        modules=("kokoro_fake_graph",),
        requirements=("kokoro-fake-graph==1.0",),
    ),
    file="int8.onnx",
)


def write_model(cache: Path, origin: str = "rebuilt") -> Path:
    """Put a model of a few bytes into the cache, as it is when it was installed."""
    folder = cache / "models" / origin
    folder.mkdir(parents=True)
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    digests = {name: asset_of(content).sha256 for name, content in FILES.items()}
    recorded = {
        name: {"sha256": digest, "written": (folder / name).stat().st_mtime_ns}
        for name, digest in digests.items()
    }
    (folder / "model.json").write_text(json.dumps({"origin": origin, "files": recorded}))
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
