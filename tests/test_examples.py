"""The examples run, with the toy model."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import soundfile

from kokoro_cli.assets.store import Store
from tests.conftest import variables_of

EXAMPLES = Path(__file__).parents[1] / "examples"


def run(name: str, *arguments: str, store: Store, folder: Path) -> str:
    """Run an example in an empty folder, and return what it prints."""
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / name), *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**variables_of(store.cache), "PYTHONPATH": str(EXAMPLES.parent)},
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def test_every_example_is_run_here() -> None:
    assert [path.name for path in EXAMPLES.iterdir() if path.suffix] == ["speak.py"]


def test_the_tour(toy_store: Store, tmp_path: Path) -> None:
    shown = run("speak.py", store=toy_store, folder=tmp_path)
    whole, stream, stages = (part.splitlines() for part in shown.split(":\n  ")[1:])
    assert soundfile.info(tmp_path / "speech.mp3").duration == pytest.approx(
        float(whole[0].split()[2]), abs=0.1
    )
    words = [line.split()[2] for line in whole if " s  " in line]
    assert words[:4] == ["Doctor", "Smith", "paid", "three"]
    assert "'$3.50'" in shown
    assert "'Nero'" in shown
    assert "nˈɪɹO" in shown
    assert len([line for line in stream if " s  " in line]) >= 2
    assert len([line for line in stages if "phonemes" in line]) == 2


def test_the_tour_with_another_text(toy_store: Store, tmp_path: Path) -> None:
    shown = run("speak.py", "Hello. Привет!", "x.wav", store=toy_store, folder=tmp_path)
    assert "not spoken: “Привет” (line 1)" in shown
    assert (tmp_path / "x.wav").exists()


def test_the_tour_is_read_in_one_sitting() -> None:
    lines = (EXAMPLES / "speak.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 65
