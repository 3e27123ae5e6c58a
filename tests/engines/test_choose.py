from __future__ import annotations

import subprocess
import sys

import pytest

from kokoro_cli.engines import Measurement, choose
from kokoro_cli.errors import UsageError

HERE = [
    Measurement("torch", "cpu", 0.45, 6.0),
    Measurement("onnx", "cpu", 0.5, 1.0),
    Measurement("torch", "cuda", 0.02, 7.0),
]


@pytest.mark.parametrize(
    ("engine", "device", "measured", "expected"),
    [
        ("auto", "auto", HERE, ("torch", "cuda")),
        ("auto", "auto", HERE[:2], ("onnx", "cpu")),
        ("auto", "cpu", HERE, ("onnx", "cpu")),
        ("torch", "auto", HERE, ("torch", "cuda")),
        ("torch", "cpu", HERE, ("torch", "cpu")),
        ("onnx", "auto", HERE, ("onnx", "cpu")),
        ("auto", "cuda", HERE[:2], ("torch", "cuda")),
        ("auto", "auto", [], ("onnx", "cpu")),
        ("auto", "mps", [], ("torch", "mps")),
        ("torch", "auto", [], ("torch", "auto")),
    ],
)
def test_choice(
    engine: str, device: str, measured: list[Measurement], expected: tuple[str, str]
) -> None:
    choice = choose(engine, device, measured)
    assert (choice.engine, choice.device) == expected
    assert choice.reason


def test_the_reason_names_the_figures() -> None:
    assert "torch on cuda 8 s, onnx on cpu 31 s" in choose("auto", "auto", HERE).reason


@pytest.mark.parametrize(
    ("engine", "device"), [("onnx", "cuda"), ("onnx", "mps"), ("tf", "auto"), ("auto", "tpu")]
)
def test_impossible_choices_are_errors(engine: str, device: str) -> None:
    with pytest.raises(UsageError):
        choose(engine, device, HERE)


def test_choosing_imports_no_engine() -> None:
    code = (
        "import sys; from kokoro_cli.engines import choose; choose('auto', 'auto', []); "
        "assert not {'torch', 'onnxruntime'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
