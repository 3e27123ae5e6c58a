"""``--precision fast``: who asks for it is told if no such engine is here, whatever the command."""

from __future__ import annotations

from pathlib import Path

import pytest

from kokoro_cli.errors import ExitCode
from tests.conftest import Run

TOLD = "No engine of reduced precision was measured here"

COMMANDS = {
    "say": ["say", "Hello.", "-o", "a.wav"],
    "say, quiet": ["say", "Hello.", "-o", "a.wav", "--quiet"],
    "file": ["file", "text.txt", "-o", "a.wav"],
    "file, quiet": ["file", "text.txt", "-o", "a.wav", "--quiet"],
    "voices play": ["voices", "play", "af_heart", "--text", "Hello.", "-o", "a.wav"],
    "voices demo": ["voices", "demo", "heart", "--text", "Hello.", "-o", "a.html"],
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_line_says_that_no_fast_engine_is_here(
    command: list[str], toy_cli: Run, tmp_path: Path
) -> None:
    (tmp_path / "text.txt").write_text("Hello.", encoding="utf-8")
    told = toy_cli(*command, "--precision", "fast", cwd=tmp_path)
    assert told.returncode == ExitCode.OK, told.stderr
    assert told.stderr.count(TOLD) == 1
    assert "onnx speaks" in " ".join(told.stderr.split())
    for path in tmp_path.glob("a.*"):
        path.unlink()
    assert "precision" not in toy_cli(*command, cwd=tmp_path).stderr
