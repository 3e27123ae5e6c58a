"""An engine that begins to load before the command does."""

from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kokoro_cli.cli import loading, speech
from kokoro_cli.cli.context import World
from kokoro_cli.cli.loading import Loading, begin_to_load
from kokoro_cli.errors import AssetError
from kokoro_cli.install import InstalledModel
from kokoro_cli.stopwatch import Stopwatch
from kokoro_cli.types import EngineChoice

ONNX = EngineChoice("onnx", "cpu", "as asked")
MODEL = InstalledModel(Path("model"), "published", {}, {})
OTHER = InstalledModel(Path("other"), "published", {}, {})


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[tuple[EngineChoice, Path]]:
    """What was loaded; an engine is its choice."""
    calls: list[tuple[EngineChoice, Path]] = []

    def load(choice: EngineChoice, folder: Path) -> Any:
        calls.append((choice, folder))
        return choice

    monkeypatch.setattr(loading.engines, "load_engine", load)
    monkeypatch.setattr(loading.install, "installed_model", lambda store: MODEL)
    return calls


def begin(tmp_path: Path, engine: str = "onnx", device: str = "cpu", **more: str) -> Loading | None:
    world = World(environment={"KOKORO_CACHE": str(tmp_path), **more})
    return begin_to_load(engine, device, world, Stopwatch(0.0), offline=True)


def stage(calls: list[str]) -> Any:
    return SimpleNamespace(readers=calls.append, language="a")


def test_what_was_begun_is_taken(loaded: list[Any], tmp_path: Path) -> None:
    begun = begin(tmp_path)
    assert begun is not None
    read: list[str] = []
    choice = EngineChoice("onnx", "cpu", "as asked")
    engine = speech.load_together(choice, MODEL, stage(read), Stopwatch(0.0), begun)
    assert engine == choice
    assert loaded == [(choice, MODEL.folder)]
    assert read == ["a"]


def test_another_model_is_loaded_anew(loaded: list[Any], tmp_path: Path) -> None:
    begun = begin(tmp_path)
    speech.load_together(ONNX, OTHER, stage([]), Stopwatch(0.0), begun)
    assert [folder for _, folder in loaded] == [MODEL.folder, OTHER.folder]


@pytest.mark.parametrize(
    "options",
    [
        {"engine": "torch"},
        {"engine": "tf"},
        {"engine": "onnx", "device": "cuda"},
        {"KOKORO_OFFLINE": "perhaps"},
    ],
    ids=["torch", "unknown engine", "impossible device", "setting"],
)
def test_nothing_is_begun(options: dict[str, str], loaded: list[Any], tmp_path: Path) -> None:
    assert begin(tmp_path, **options) is None
    assert loaded == []


def test_nothing_is_begun_where_there_is_no_model(tmp_path: Path) -> None:
    assert begin(tmp_path) is None


def test_an_error_is_raised_where_the_engine_is_asked_for(
    loaded: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed(model: InstalledModel) -> None:
        raise AssetError("It is not what was installed.")

    monkeypatch.setattr(loading.install, "check_untouched", changed)
    begun = Loading(ONNX, MODEL, Stopwatch(0.0))
    with pytest.raises(AssetError, match="not what was installed"):
        begun.engine()
    assert loaded == [], "a graph that was changed is not opened"


def test_torch_is_loaded_before_the_reader(
    loaded: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    monkeypatch.setattr(loading.engines, "load_engine", lambda *_: order.append("engine") or ONNX)
    torch = EngineChoice("torch", "cpu", "as asked")
    speech.load_together(torch, MODEL, stage(order), Stopwatch(0.0))
    assert order == ["engine", "a"]


def test_a_command_that_fails_does_not_wait_for_it(
    loaded: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    held = threading.Event()
    monkeypatch.setattr(loading.engines, "load_engine", lambda *_: held.wait(60))
    before = {thread for thread in threading.enumerate() if not thread.daemon}
    Loading(ONNX, MODEL, Stopwatch(0.0))
    assert {thread for thread in threading.enumerate() if not thread.daemon} == before
    held.set()
