"""What the child process makes, with functions that stand in for PyTorch."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from kokoro_cli.engines import CHECKPOINT, DECODER_GRAPH, DURATION_GRAPH, checkpoint
from kokoro_cli.install.build import build
from tests.install.conftest import Lines
from tests.install.toy_build import export_graphs, rebuild_checkpoint


@pytest.fixture(autouse=True)
def toys(monkeypatch: pytest.MonkeyPatch) -> None:
    module = SimpleNamespace(export_graphs=export_graphs)
    monkeypatch.setitem(sys.modules, "kokoro_cli.engines.export", module)
    monkeypatch.setattr(checkpoint, "rebuild_checkpoint", rebuild_checkpoint)


def test_graphs_from_a_checkpoint(tmp_path: Path, lines: Lines) -> None:
    (tmp_path / CHECKPOINT).write_bytes(b"weights")
    build(tmp_path, None, lines)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {
        CHECKPOINT: b"weights",
        DURATION_GRAPH: b"duration of weights",
        DECODER_GRAPH: b"decoder of weights",
    }
    assert lines == ["Exporting the model for onnxruntime …"]


def test_all_from_the_int8_export(tmp_path: Path, lines: Lines) -> None:
    graph, folder = tmp_path / "int8.onnx", tmp_path / "model"
    graph.write_bytes(b"int8")
    folder.mkdir()
    build(folder, graph, lines)
    assert (folder / CHECKPOINT).read_bytes() == b"rebuilt from int8"
    assert (folder / DECODER_GRAPH).read_bytes() == b"decoder of rebuilt from int8"
    assert len(lines) == 2
