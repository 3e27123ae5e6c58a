"""Servers with the toy model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from kokoro_cli.assets.store import Store
from tests.server.serving import Served, serving
from tests.toy_model import write_measurements

Serve = Callable[..., AbstractContextManager[Served]]


@pytest.fixture(scope="module")
def cache(toy_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with the toy model and its voices, and a store of spoken chunks of its own."""
    folder = tmp_path_factory.mktemp("serving") / "cache"
    folder.mkdir()
    for name in ("models", "voices"):
        (folder / name).symlink_to(toy_store.cache / name, target_is_directory=True)
    write_measurements(folder)
    return folder


@pytest.fixture(scope="module")
def served(cache: Path) -> Iterator[Served]:
    """A server with the usual options and a port for calls, for tests that leave it as it is."""
    with serving(cache, audiosocket_port=0) as found:
        yield found


@pytest.fixture
def serve(cache: Path) -> Serve:
    """Return what starts a server with options of a test's own."""

    def start(**options: Any) -> AbstractContextManager[Served]:
        return serving(cache, **options)

    return start
