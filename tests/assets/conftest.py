from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kokoro_cli.assets import fetch
from tests.assets.fake_npm import Npm
from tests.assets.hub import Hub, running_hub


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running_hub() as stand_in:
        yield stand_in


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give up after 0.3 s instead of five."""
    monkeypatch.setattr(fetch, "DEAD_AFTER_SECONDS", 0.3)


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Npm:
    """The only npm on the path."""
    monkeypatch.setenv("PATH", str(tmp_path / "npm"))
    return Npm(tmp_path / "npm")


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two Python packages, each with a part; they must not be imported."""
    for name, part in (("kokoro_fake_one", b"first "), ("kokoro_fake_two", b"second")):
        folder = tmp_path / "site" / name
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("raise AssertionError('imported')")
        (folder / "part.bin").write_bytes(part)
    monkeypatch.syspath_prepend(tmp_path / "site")
    return tmp_path / "site"
