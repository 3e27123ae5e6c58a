"""The Makefile builds the kernels where it can; `make hello` goes on without them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.pages import ROOT

# Stands for Python in the environment: writes down what it is called with.
PYTHON = """\
#!/bin/sh
echo "$*" >> calls
case "$*" in *./kernels*) test ! -e broken || { echo "error: no such intrinsic"; exit 1; };; esac
"""
NO_COMPILER = "No C++17 compiler"
NO_KERNELS = "The faster kernels can't be built (see .venv/kernels.log): going on without them."

SOURCES = ("include/a.h", "src/a.cpp", "src/vector/b.cpp")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with an environment in which all is installed but the kernels."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    kernels = ("CMakeLists.txt", "pyproject.toml", "kokoro_kernels/__init__.py", *SOURCES)
    for name in ("pyproject.toml", "constraints.txt", *(f"kernels/{name}" for name in kernels)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / ".venv/bin").mkdir(parents=True)
    for name, text in {"bin/python": PYTHON, "bin/ruff": PYTHON, "compiler": "#!/bin/sh\n"}.items():
        (tmp_path / ".venv" / name).write_text(text)
        (tmp_path / ".venv" / name).chmod(0o755)
    (tmp_path / ".venv/.installed").touch()
    return tmp_path


def make(
    checkout: Path, target: str, compiler: str = ".venv/compiler"
) -> subprocess.CompletedProcess[str]:
    variables = {"PATH": os.environ["PATH"], "HOME": str(checkout)}
    return subprocess.run(
        ["make", "UV=", f"CXX={compiler}", target],
        cwd=checkout,
        env=variables,
        capture_output=True,
        text=True,
        timeout=60,
    )


def calls(checkout: Path) -> list[str]:
    """Return what was called since the last time."""
    path = checkout / "calls"
    found = path.read_text().splitlines() if path.exists() else []
    path.unlink(missing_ok=True)
    return found


def builds(checkout: Path) -> list[str]:
    return [call for call in calls(checkout) if call.endswith("./kernels")]


def spoken(checkout: Path) -> bool:
    return any(call.startswith("-m kokoro_cli say") for call in calls(checkout))


@pytest.mark.parametrize("compiler", ["no-such-compiler", "false"])
def test_hello_speaks_without_a_compiler(checkout: Path, compiler: str) -> None:
    result = make(checkout, "hello", compiler)
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[0] == (
        f"{NO_COMPILER} ({compiler}): going on without the faster kernels."
    )
    assert not result.stderr
    assert not (checkout / ".venv/.kernels").exists()
    assert spoken(checkout)


def test_hello_speaks_if_the_kernels_cannot_be_built(checkout: Path) -> None:
    (checkout / "broken").touch()
    result = make(checkout, "hello")
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[0] == NO_KERNELS
    assert not result.stderr
    assert "error: no such intrinsic" in (checkout / ".venv/kernels.log").read_text()
    assert spoken(checkout)
    (checkout / "broken").unlink()  # The next time it is tried again.
    assert make(checkout, "hello").returncode == 0
    assert len(builds(checkout)) == 1


@pytest.mark.parametrize("source", SOURCES)
def test_hello_builds_the_kernels_once_and_after_a_change(checkout: Path, source: str) -> None:
    result = make(checkout, "hello")
    assert result.returncode == 0, result.stderr
    assert NO_COMPILER not in result.stdout and NO_KERNELS not in result.stdout
    (build,) = builds(checkout)
    assert "WARNINGS_AS_ERRORS=OFF" in build
    make(checkout, "hello")
    assert not builds(checkout)
    later = (checkout / ".venv/.kernels").stat().st_mtime + 10
    os.utime(checkout / "kernels" / source, (later, later))
    make(checkout, "hello")
    assert len(builds(checkout)) == 1


@pytest.mark.parametrize("target", ["lint", "kernels"])
def test_development_needs_the_kernels(checkout: Path, target: str) -> None:
    (checkout / "broken").touch()
    result = make(checkout, target)
    assert result.returncode != 0
    assert "error: no such intrinsic" in result.stdout
    (build,) = builds(checkout)
    assert "WARNINGS_AS_ERRORS=ON" in build


def test_kernels_are_built_anew_when_asked_for(checkout: Path) -> None:
    for _ in range(2):
        assert make(checkout, "kernels").returncode == 0
        assert len(builds(checkout)) == 1
