"""A cache with the toy model for each test, the command line in process, and engines to add."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kokoro_cli import Speaker
from kokoro_cli.assets.store import Store
from kokoro_cli.engines import ENGINES, EngineSpec
from tests.speaker import tones
from tests.toy_model import write_measurements

Kokoro = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cache(toy_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache with the toy model and its voices, in an environment without other settings.

    The working folder is an empty one.
    """
    for name in [name for name in os.environ if name.startswith("KOKORO_")]:
        monkeypatch.delenv(name)
    folder = tmp_path / "cache"
    folder.mkdir()
    for name in ("models", "voices"):
        (folder / name).symlink_to(toy_store.cache / name, target_is_directory=True)
    write_measurements(folder)
    monkeypatch.setenv("KOKORO_CACHE", str(folder))
    monkeypatch.setenv("KOKORO_VOICES", str(tmp_path / "own-voices"))
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return folder


@pytest.fixture
def speaker(cache: Path) -> Iterator[Speaker]:
    with Speaker.open() as opened:
        yield opened


@pytest.fixture
def kokoro(cache: Path) -> Kokoro:
    """Run a command in this process; return its exit code, standard output and standard error."""
    from kokoro_cli.cli.app import main
    from kokoro_cli.cli.environment import Environment

    def run(*arguments: str) -> tuple[int, str, str]:
        out, errors = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
        code = main(arguments, Environment(stdin=io.BytesIO(), stdout=out, stderr=errors))
        for stream in (out, errors):
            stream.flush()
        return code, *(
            stream.buffer.getvalue().decode()  # type: ignore[attr-defined]
            for stream in (out, errors)
        )

    return run


TONES = EngineSpec(
    name="tones",
    module=tones.__name__,
    devices=("cpu",),
    concurrent=True,
    loads_beside_others=True,
    quick=True,
    packages=(),
)


@pytest.fixture
def tones_row(cache: Path) -> Iterator[EngineSpec]:
    """The table of engines has a row more."""
    ENGINES.add(TONES)
    yield TONES
    del ENGINES._specs[TONES.name]
