"""A store of tiny assets, and a build of the model without PyTorch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kokoro_cli.assets.store import Store
from tests.assets.hub import Hub, running_hub
from tests.install.models import INT8, PUBLISHED


class Lines(list[str]):
    """What the user is told."""

    def __call__(self, line: str) -> None:
        self.append(line)


@pytest.fixture
def lines() -> Lines:
    return Lines()


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running_hub() as stand_in:
        stand_in.serve(PUBLISHED, b"published weights")
        yield stand_in


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The package that holds the int8 export."""
    package = tmp_path / "site/kokoro_fake_graph"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "part.bin").write_bytes(b"int8 graph")
    monkeypatch.syspath_prepend(package.parent)
    return package


@pytest.fixture
def store(hub: Hub, package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store of tiny assets; their content shows in what is built from them."""
    assets = {"checkpoint": PUBLISHED, "int8-graph": INT8}
    monkeypatch.setattr("kokoro_cli.install.model.model_asset", assets.__getitem__)
    monkeypatch.setattr("kokoro_cli.install.model._BUILD", "tests.install.toy_build")
    return Store(tmp_path / "cache", hub=hub.url)


@pytest.fixture
def unreachable(hub: Hub) -> None:
    hub.status = 403
