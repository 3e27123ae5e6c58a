"""The command "kokoro" is this program, though the distribution kokoro installs one as well."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from kokoro_cli import __version__

ROOT = Path(__file__).parents[1]
OTHER = "kokoro==0.9.4"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _uv("build", "--quiet", "--wheel", "--out-dir", str(folder), str(ROOT))
    (built,) = folder.glob("*.whl")
    return built


def _uv(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "uv", *arguments], check=True)


def _install(environment: Path, *what: str) -> None:
    """Install with uv into an environment that has no pip, made where it is not there yet."""
    if not environment.exists():
        _uv("venv", "--quiet", "--python", sys.executable, str(environment))
    python = str(environment / "bin/python")
    _uv("pip", "install", "--quiet", "--no-deps", "--python", python, *what)


def _version(environment: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run in the environment, with the libraries of this one but not its packages' scripts."""
    variables = {
        "PYTHONPATH": sysconfig.get_path("purelib"),
        "PATH": f"{environment / 'bin'}:/usr/bin:/bin",
    }
    return subprocess.run(
        [str(environment / "bin" / command[0]), *command[1:]],
        env=variables,
        capture_output=True,
        text=True,
    )


def test_uv_ten_times(wheel: Path, tmp_path: Path) -> None:
    for i in range(10):
        environment = tmp_path / f"env{i}"
        _install(environment, str(wheel), OTHER)
        for _ in range(2):
            result = _version(environment, "kokoro", "--version")
            assert __version__ in result.stdout, result
            assert "kokoro-cli" in result.stdout
            assert not result.stderr


def test_pip(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "env"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    pip = [str(environment / "bin/python"), "-m", "pip", "install", "--quiet", "--no-deps"]
    subprocess.run([*pip, OTHER], check=True)
    subprocess.run([*pip, str(wheel)], check=True)
    assert "kokoro-cli" in _version(environment, "kokoro", "--version").stdout


def test_ours_runs_whichever_script_is_on_disk(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "env"
    _install(environment, str(wheel))
    _install(environment, OTHER)
    script = environment / "bin/kokoro"
    theirs = script.read_text()
    assert "kokoro.__main__" in theirs
    for command in (("kokoro", "--version"), ("kokoro-cli", "--version")):
        result = _version(environment, *command)
        assert "kokoro-cli" in result.stdout, result
        assert not result.stderr
    assert script.read_text() == theirs


def test_other_names_work_and_tell_of_a_foreign_kokoro(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "env"
    _install(environment, str(wheel))
    for command in (("kokoro-cli", "--version"), ("python", "-m", "kokoro_cli", "--version")):
        result = _version(environment, *command)
        assert "kokoro-cli" in result.stdout
        assert not result.stderr
    script = environment / "bin/kokoro"
    script.write_text("#!/bin/sh\necho somebody else\n")
    for command in (("kokoro-cli", "--version"), ("python", "-m", "kokoro_cli", "--version")):
        result = _version(environment, *command)
        assert "kokoro-cli" in result.stdout
        assert str(script) in result.stderr
