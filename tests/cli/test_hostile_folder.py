"""Commands in a working folder that holds somebody else's modules and programs: none is run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kokoro_cli.assets.store import Store
from tests.conftest import variables_of
from tests.hostile import MODULES, assert_unmarked, make_hostile

SCRIPT = ["-c", "import sys; del sys.path[0]; from kokoro_cli.cli.process import run; run()"]
"""As the installed script runs it: its own folder is on the path, and not the working folder."""

MODULE = ["-m", "kokoro_cli"]


def run_as(
    program: list[str], cache: Path, folder: Path, *arguments: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *program, *arguments],
        cwd=folder,
        env=variables_of(cache, {"PATH": f".::{os.environ['PATH']}", **variables}),
        capture_output=True,
        text=True,
        timeout=600,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    folder = tmp_path / "downloads"
    make_hostile(folder)
    (folder / "book.txt").write_text("A short book.")
    return folder


COMMANDS: dict[str, list[str]] = {
    "say": ["say", "Hello.", "-o", "x.wav"],
    "say in French": ["say", "Bonjour.", "--voice", "ff_siwis", "-o", "x.mp3", "--offline"],
    "say aloud": ["say", "Hello."],
    "file": ["file", "book.txt", "--format", "m4b", "--subtitles", "srt"],
    "text": ["text", "phonemes", "Hello there."],
    "voices": ["voices", "list"],
    "models": ["models", "list"],
    "models pull": ["models", "pull", "--offline", "--voice", "af_sky"],
    "bench": ["bench", "--engine", "onnx", "--runs", "1", "--cold-runs", "1"],
}


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_a_command_runs_nothing_of_the_folder(
    arguments: list[str], hostile: Path, toy_store: Store
) -> None:
    done = run_as(SCRIPT, toy_store.cache, hostile, *arguments)
    assert_unmarked(hostile / "mark")
    if arguments[0] in ("file", "text", "voices", "bench"):
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["say", "bench"])
def test_the_module_runs_nothing_of_the_folder(name: str, tmp_path: Path, toy_store: Store) -> None:
    """Python itself looks for ``kokoro_cli`` there, before any line of ours runs."""
    folder = tmp_path / "downloads"
    # Python reads these before it reads ours, or at the same time.
    by_python = {"os.py", "site.py", "runpy.py", "encodings.py"}
    mark = make_hostile(folder, tuple(name for name in MODULES if name not in by_python))
    done = run_as(MODULE, toy_store.cache, folder, *COMMANDS[name])
    assert_unmarked(mark)
    assert done.returncode == 0, done.stderr


MEASURE = """
import sys
del sys.path[0]
from pathlib import Path
from kokoro_cli.install.measure import measured
print([each.engine for each in measured(["onnx"], *map(Path, sys.argv[1:]), print)])
"""

BUILD = """
import sys
del sys.path[0]
from pathlib import Path
from kokoro_cli.install.model import _build
_build(print, Path(sys.argv[1]))
"""


@pytest.mark.parametrize(
    "program",
    [
        pytest.param(MEASURE, id="measuring"),
        pytest.param(BUILD, id="building", marks=pytest.mark.nightly),  # It imports PyTorch.
    ],
)
def test_installing_runs_nothing_of_the_folder(
    program: str, hostile: Path, toy_store: Store
) -> None:
    folder = next((toy_store.cache / "models").iterdir())
    voice = toy_store.cache / "voices/af_heart.bin"
    done = run_as(["-c", program], toy_store.cache, hostile, str(folder), str(voice))
    assert_unmarked(hostile / "mark")
    assert "onnx" in done.stdout or "could not be made" in done.stderr, done


FETCH = """
import sys
del sys.path[0]
from kokoro_cli.child import executable
print(executable("npm"), executable("kokoro-no-such-program"))
"""


def test_a_program_is_looked_for_in_absolute_folders_only(hostile: Path, tmp_path: Path) -> None:
    done = run_as(["-c", FETCH], tmp_path, hostile, PATH=f".::downloads:{tmp_path}")
    assert done.stdout == "None None\n"
    (tmp_path / "npm").write_text("#!/bin/sh\n")
    (tmp_path / "npm").chmod(0o755)
    done = run_as(["-c", FETCH], tmp_path, hostile, PATH=f".::downloads:{tmp_path}")
    assert done.stdout == f"{tmp_path / 'npm'} None\n"
