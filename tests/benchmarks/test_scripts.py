"""The benchmarks that are scripts run: with the toy model, and in `real` with the real one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import soundfile

from kokoro_cli import Speaker
from kokoro_cli.assets.store import Store
from kokoro_cli.engines import ENGINES
from tests.conftest import variables_of

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
TEXT = "Hello there. It costs nothing.\n\nNobody knew."


def run(script: str, *arguments: str, cache: Path) -> str:
    """Run a script with that cache, and return what it prints."""
    path = os.pathsep.join([str(BENCHMARKS.parent), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, str(BENCHMARKS / script), *arguments],
        capture_output=True,
        text=True,
        env={**variables_of(cache), "PYTHONPATH": path},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


class TestDriver:
    """Ours, as the peers are driven."""

    @pytest.fixture
    def text(self, cache: Path) -> Path:
        path = Path("text.txt").absolute()
        path.write_text(TEXT)
        return path

    def test_it_writes_what_the_program_speaks(self, cache: Path, text: Path) -> None:
        run("peers/driver.py", "ours", str(text), "out.wav", "onnx", cache=cache)
        with Speaker.open() as speaker:
            expected = speaker.speak(TEXT, voice="af_heart").samples()
        samples, rate = soundfile.read("out.wav", dtype="float32")
        assert rate == 24_000
        assert samples == pytest.approx(expected, abs=1e-4)

    def test_warm_it_prints_the_seconds(self, cache: Path, text: Path) -> None:
        shown = run("peers/driver.py", "ours", str(text), "warm", "onnx", cache=cache)
        found = json.loads(shown)
        assert found["seconds"] > 0
        with Speaker.open() as speaker:
            seconds = speaker.speak(TEXT, voice="af_heart").seconds
        assert found["audio_seconds"] == pytest.approx(seconds)


def test_files_are_compared_with_the_engine_alone(cache: Path) -> None:
    shown = run("files.py", "--files", "3", "--words", "30", cache=cache)
    engine, files, ratio = shown.splitlines()
    assert engine.startswith("engine alone: ")
    assert files.startswith("3 files: ")
    assert float(ratio.removeprefix("files to engine: ")) > 0


@pytest.mark.parametrize(
    ("script", "arguments"),
    [("files.py", ["--files", "1"]), ("roofline.py", []), ("gpu.py", [])],
)
def test_without_a_model_they_say_what_to_do(
    script: str, arguments: list[str], tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, str(BENCHMARKS / script), *arguments],
        capture_output=True,
        text=True,
        env={**variables_of(tmp_path), "PYTHONPATH": str(BENCHMARKS.parent)},
    )
    assert done.returncode == 1
    assert done.stderr == "Install the model first: kokoro models pull\n"


@pytest.mark.nightly
def test_the_steps_of_the_text_stage_are_timed(cache: Path) -> None:
    shown = run("text_stage.py", cache=cache)
    for step in ("sentences", "structure", "normalizing", "phonemes"):
        assert step in shown


@pytest.fixture
def real(real_store: Store) -> Callable[..., str]:
    return lambda *arguments: run(*arguments, cache=real_store.cache)


@pytest.mark.real
@pytest.mark.nightly
def test_engines_are_compared_with_the_matrix_rate(
    real: Callable[..., str], tmp_path: Path
) -> None:
    record = tmp_path / "figures.json"
    real("roofline.py", "--seconds", "0.2", "--json", str(record))
    found = json.loads(record.read_text())
    assert {"torch", "onnx"} <= set(found["share"]) <= set(ENGINES)
    assert all(share > 0 for share in found["share"].values())
