"""What the tests share: a fake engine, the command line, the toy model and the real one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from kokoro_cli.assets.store import Store
from kokoro_cli.config import read_settings
from tests.fakes import ToneEngine

# How long an example takes says more of the machine than of the program. A commit is tested with
# the same examples each time; at night there are others, ten times as many: `tests.properties`.
_UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("commit", _UNTIMED, derandomize=True)
settings.register_profile(
    "nightly", _UNTIMED, max_examples=10 * _UNTIMED.max_examples, print_blob=True
)
settings.load_profile("commit")

# A shell that starts the tests in the background has Ctrl-C ignored, also by the programs we start.
signal.signal(signal.SIGINT, signal.default_int_handler)

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def tone_engine() -> ToneEngine:
    return ToneEngine()


def variables_of(cache: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the variables of a process with this cache, no settings and no voices of its own."""
    variables = {k: v for k, v in os.environ.items() if not k.startswith("KOKORO_")}
    own = {"KOKORO_CACHE": str(cache), "KOKORO_VOICES": str(cache / "own-voices")}
    return {**variables, **own, **(more or {})}


def run_in(cache: Path, *arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own; *environment* adds to the variables."""
    variables = variables_of(cache, options.pop("environment", None))  # type: ignore[arg-type]
    return subprocess.run(  # type: ignore[call-overload, no-any-return]
        [sys.executable, "-m", "kokoro_cli", *arguments],
        **{"capture_output": True, "text": True, "timeout": 600, "env": variables, **options},
    )


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the command line in a process of its own; returns the completed process.

    The cache is empty, and there are no voices of the user's own.
    """
    return partial(run_in, tmp_path / "cache")


@pytest.fixture(scope="session")
def toy_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A cache with the toy model and 54 toy voices, measured; see ``tests/toy_model.py``."""
    from tests.toy_model import install_toy

    cache = tmp_path_factory.mktemp("toy") / "cache"
    install_toy(cache)
    return Store(cache)


@pytest.fixture(scope="session")
def toy_run(toy_store: Store) -> Run:
    """Like ``run``, with the toy model."""
    return partial(run_in, toy_store.cache)


def cli_in(cache: Path, *arguments: str, **options: Any) -> subprocess.CompletedProcess[Any]:
    """Run the command line in this process; *environment* adds to the variables."""
    from tests.in_process import call_main

    return call_main(variables_of(cache, options.pop("environment", None)), *arguments, **options)


@pytest.fixture
def cli(tmp_path: Path) -> Run:
    """Like ``run``, in the test's own process."""
    return partial(cli_in, tmp_path / "cache")


@pytest.fixture(scope="session")
def toy_cli(toy_store: Store) -> Run:
    """Like ``toy_run``, in the test's own process."""
    return partial(cli_in, toy_store.cache)


@pytest.fixture(scope="session")
def real_store() -> Store:
    """The user's own cache with the real model, installed now if it is not there yet."""
    from kokoro_cli.install import installed_model

    store = Store(read_settings(os.environ).cache)
    if installed_model(store) is None:
        subprocess.run([sys.executable, "-m", "kokoro_cli", "models", "pull"], check=True)
    return store


@pytest.fixture(scope="session")
def real_run(real_store: Store) -> Run:
    """Like ``run``, with the real model."""
    return partial(run_in, real_store.cache)
