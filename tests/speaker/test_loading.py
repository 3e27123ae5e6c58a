"""An engine that a speaker loads before it is needed, or beside the reader."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from kokoro_cli import engines, install
from kokoro_cli.assets.store import Store
from kokoro_cli.config import read_settings
from kokoro_cli.engines import CHECKPOINT
from kokoro_cli.errors import AssetError, KokoroError, UsageError
from kokoro_cli.speaker.loading import Loading
from kokoro_cli.speaker.speaker import Speaker
from kokoro_cli.stopwatch import Stopwatch
from kokoro_cli.text import reading
from kokoro_cli.text.languages import LANGUAGES
from kokoro_cli.types import EngineChoice
from tests.fakes import ToneEngine
from tests.install.models import write_model


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A cache with a model of a few bytes."""
    cache = tmp_path / "cache"
    write_model(cache)
    return cache


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was loaded, in order: an engine's name and model, or a reader's language."""
    done: list[Any] = []

    def load_engine(choice: EngineChoice, folder: Path, *, threads: int = 0) -> ToneEngine:
        done.append((choice.engine, folder.name))
        return ToneEngine()

    monkeypatch.setattr(engines, "load_engine", load_engine)
    monkeypatch.setattr(reading, "cached_reader", lambda language: done.append(language.letter))
    return done


def speaker_of(cache: Path, engine: str = "onnx", device: str = "cpu", **more: str) -> Speaker:
    settings = read_settings({"KOKORO_CACHE": str(cache), **more})
    return Speaker(settings, engine=engine, device=device, offline=True)


def test_what_was_begun_is_taken(steps: list[Any], cache: Path) -> None:
    speaker = speaker_of(cache)
    speaker.begin_loading()
    engine = speaker.engine
    assert steps == [("onnx", "rebuilt")]
    assert speaker.load(LANGUAGES["a"]) is engine
    assert steps == [("onnx", "rebuilt"), "a"]
    assert speaker.choice == EngineChoice("onnx", "cpu", "as asked")


@pytest.fixture
def installs_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Installing puts a published model beside what is there."""

    def install_model(store: Store, voices: Any, *, notify: Any, force: bool) -> None:
        write_model(store.cache, "published")

    monkeypatch.setattr(install, "install", install_model)


@pytest.mark.usefixtures("installs_another")
def test_another_model_is_loaded_anew(steps: list[Any], cache: Path) -> None:
    speaker = speaker_of(cache)
    speaker.begin_loading()
    before = speaker.engine
    speaker.install(force=True)
    assert speaker.engine is not before
    assert steps == [("onnx", "rebuilt"), ("onnx", "published")]


@pytest.mark.usefixtures("installs_another")
def test_a_model_that_was_missing_is_loaded_once_it_is_installed(
    steps: list[Any], tmp_path: Path
) -> None:
    speaker = speaker_of(tmp_path / "empty")
    with pytest.raises(AssetError, match="No model is installed"):
        _ = speaker.engine
    speaker.install()
    _ = speaker.engine
    assert steps == [("onnx", "published")]


@pytest.mark.usefixtures("installs_another")
def test_a_voice_that_is_installed_leaves_the_engine(steps: list[Any], cache: Path) -> None:
    speaker = speaker_of(cache)
    before = speaker.engine
    speaker.install(["bm_george"])
    assert speaker.engine is before


def test_torch_is_not_begun(steps: list[Any], cache: Path) -> None:
    speaker_of(cache, "torch").begin_loading()
    assert steps == []


@pytest.mark.parametrize(
    "options",
    [{"engine": "tf"}, {"engine": "onnx", "device": "cuda"}, {"KOKORO_OFFLINE": "perhaps"}],
    ids=["unknown engine", "impossible device", "setting"],
)
def test_nothing_is_begun_for_what_cannot_be(
    options: dict[str, str], steps: list[Any], cache: Path
) -> None:
    with pytest.raises(UsageError):
        speaker_of(cache, **options)
    assert steps == []


def test_nothing_is_begun_without_a_model(steps: list[Any], tmp_path: Path) -> None:
    speaker = speaker_of(tmp_path / "empty")
    speaker.begin_loading()
    assert steps == []
    with pytest.raises(AssetError, match="No model is installed"):
        _ = speaker.engine
    assert steps == []


def test_an_error_is_raised_when_the_engine_is_asked_for(steps: list[Any], cache: Path) -> None:
    (cache / "models/rebuilt" / CHECKPOINT).write_bytes(b"other weights")
    speaker = speaker_of(cache)
    speaker.begin_loading()
    with pytest.raises(AssetError, match="not what was installed"):
        _ = speaker.engine
    assert steps == [], "a graph that was changed is not opened"


def test_torch_is_loaded_before_the_reader(steps: list[Any], cache: Path) -> None:
    speaker_of(cache, "torch").load(LANGUAGES["a"])
    assert steps == [("torch", "rebuilt"), "a"]


def test_a_command_that_fails_does_not_wait_for_it() -> None:
    held = threading.Event()

    def load() -> Any:
        held.wait(60)
        raise KokoroError("It came too late.")

    before = {thread for thread in threading.enumerate() if not thread.daemon}
    Loading(load, Stopwatch(0.0))
    assert {thread for thread in threading.enumerate() if not thread.daemon} == before
    held.set()
