"""The engines with native kernels: how they are prepared, checked, and refused."""

from __future__ import annotations

import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kokoro_cli import processor
from kokoro_cli.assets.store import Store
from kokoro_cli.child import Child, ProcessError
from kokoro_cli.engines import (
    EngineNotHereError,
    load_engine,
    prepare_engine,
    prepare_engines,
    staged,
)
from kokoro_cli.engines.kernels import KERNEL_FILES, Kernels
from kokoro_cli.errors import AssetError, ExitCode, KokoroError
from kokoro_cli.install import find_installed_voice, repair
from kokoro_cli.install.verify import check
from kokoro_cli.types import EngineChoice, Samples
from tests.engines.test_prepared import unprepared
from tests.engines.toy_kernels import ToyKernels, cut_toy
from tests.toy_model import install_toy

NATIVE = ("native", "native-bf16")
STYLE = np.random.default_rng(0).normal(scale=0.25, size=256).astype(np.float32)


@pytest.fixture
def model(toy_store: Store, tmp_path: Path) -> Path:
    return unprepared(toy_store, tmp_path / "model")


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> ToyKernels:
    """Kernels that are installed, and know the toy decoder."""
    made = ToyKernels()
    monkeypatch.setitem(sys.modules, "kokoro_kernels", made.module)
    monkeypatch.setattr(staged, "_cut", cut_toy)
    return made


def speech(model: Path, engine: str) -> Samples:
    made = load_engine(EngineChoice(engine, "cpu", ""), model, threads=1)
    return made.render("hˈA wˈɜɹld.", STYLE, speed=1.0, seed=3).samples


def folders(model: Path) -> dict[str, str]:
    """Return the checksums in the names of the prepared folders, by what precedes them."""
    names = (path.name.removeprefix("prepared-") for path in model.glob("prepared-*"))
    return {name[:-16]: name[-16:] for name in names}


@pytest.mark.parametrize("engine", NATIVE)
def test_they_speak_as_the_plain_graphs(toy: ToyKernels, model: Path, engine: str) -> None:
    prepare_engine(engine, model)
    np.testing.assert_array_equal(speech(model, engine), speech(model, "onnx"))
    assert not list(model.glob(".new-*"))


def test_what_is_not_prepared_is_when_it_is_loaded(toy: ToyKernels, model: Path) -> None:
    assert len(speech(model, "native"))
    assert set(folders(model)) == {"", "front-", "float32-"}
    before = [path.stat().st_mtime_ns for path in model.glob("prepared-*")]
    speech(model, "native")
    assert [path.stat().st_mtime_ns for path in model.glob("prepared-*")] == before


def test_each_replaces_only_its_own(toy: ToyKernels, model: Path) -> None:
    for engine in NATIVE:
        prepare_engine(engine, model)
    old = folders(model)
    assert set(old) == {"", "front-", "float32-", "bfloat16-"}
    toy.module.__version__ = "0.2.0"  # type: ignore[attr-defined]
    prepare_engine("native", model)
    new = folders(model)
    assert {kind for kind, digest in new.items() if digest != old[kind]} == {"front-", "float32-"}


@pytest.mark.parametrize("file", KERNEL_FILES)
def test_what_is_damaged_is_not_loaded_and_is_mended(
    toy: ToyKernels, tmp_path: Path, file: str
) -> None:
    store = Store(tmp_path / "cache")
    model = install_toy(store.cache)
    shutil.rmtree(store.cache / "voices")  # The toy's are not those of the catalogue.
    expected = speech(model, "native")
    path = next(model.glob("prepared-float32-*")) / file
    path.write_bytes(bytes(3))
    with pytest.raises(AssetError, match="is damaged") as caught:
        speech(model, "native")
    assert caught.value.hint == "Mend it with: kokoro models verify `repair`"
    assert check(store).damaged == [path]
    repair(store, lambda line: None)
    assert check(store).damaged == []
    np.testing.assert_array_equal(speech(model, "native"), expected)


@pytest.mark.parametrize("noise", [3e-3, float("nan")])
@pytest.mark.parametrize("engine", NATIVE)
def test_a_wrong_sound_is_refused(toy: ToyKernels, model: Path, engine: str, noise: float) -> None:
    toy.noise = noise if engine == "native" else 100 * noise
    with pytest.raises(EngineNotHereError, match="Its sound differs from onnxruntime's by"):
        prepare_engine(engine, model)
    assert set(folders(model)) == {"", "front-"}
    assert not list(model.glob(".new-*"))


def test_a_little_noise_is_refused_in_float32_alone(toy: ToyKernels, model: Path) -> None:
    toy.noise = 2e-4
    with pytest.raises(EngineNotHereError):
        prepare_engine("native", model)
    prepare_engine("native-bf16", model)


def test_the_library_is_not_installed(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "kokoro_kernels", None)
    for use in (prepare_engine, lambda engine, model: speech(model, engine)):
        with pytest.raises(EngineNotHereError) as caught:
            use("native", model)
        assert caught.value.message == "kokoro-cli-kernels is not installed."
        assert caught.value.hint == "Install it with: pip install 'kokoro-cli[fast]'"
        assert caught.value.exit_code == ExitCode.NOT_INSTALLED
    prepare_engines(model)
    assert set(folders(model)) == {""}


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library of another version, also for processes that are started."""
    package = tmp_path / "broken" / "kokoro_kernels"
    package.mkdir(parents=True)
    code = 'raise ImportError("libkokoro_kernels.so has the interface 7, not 1")\n'
    (package / "__init__.py").write_text(code)
    monkeypatch.delitem(sys.modules, "kokoro_kernels", raising=False)
    monkeypatch.syspath_prepend(package.parent)
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    return package


def test_a_library_of_another_version(broken: Path, model: Path) -> None:
    with pytest.raises(EngineNotHereError, match=r"can't be loaded: .* the interface 7") as told:
        prepare_engine("native", model)
    assert "--force-reinstall" in str(told.value.hint)


def test_the_one_who_measures_is_told_why(broken: Path, toy_store: Store, model: Path) -> None:
    voice = find_installed_voice(toy_store, "af_heart")
    with (
        Child("kokoro_cli.install.timing", "native", str(model), str(voice)) as child,
        pytest.raises(ProcessError) as told,
    ):
        child.answer()
    assert str(told.value) == (
        "kokoro-cli-kernels can't be loaded: libkokoro_kernels.so has the interface 7, not 1. "
        "Install it again with: pip install --force-reinstall kokoro-cli-kernels"
    )


def test_a_processor_without_tiles(toy: ToyKernels, model: Path) -> None:
    toy.tiles = False
    prepare_engine("native", model)
    with pytest.raises(EngineNotHereError, match="no AMX"):
        prepare_engine("native-bf16", model)


def test_a_processor_that_they_do_not_know(toy: ToyKernels, model: Path) -> None:
    toy.module.abilities = lambda: 0  # type: ignore[attr-defined]
    with pytest.raises(EngineNotHereError, match="do not run on this processor"):
        prepare_engine("native", model)


def test_a_graph_without_a_generator(
    model: Path, toy: ToyKernels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setitem(sys.modules, "kokoro_kernels", toy.module)
    with pytest.raises(EngineNotHereError) as caught:
        prepare_engine("native", model)
    assert caught.value.message == (
        "The kernels do not know this decoder graph: it has no node /ups.0/ConvTranspose."
    )
    assert set(folders(model)) == {""}


def test_weights_of_other_kernels(toy: ToyKernels, model: Path) -> None:
    prepare_engine("native", model)
    toy.packed = 128
    with pytest.raises(AssetError, match="is not for these kernels: 64 bytes"):
        speech(model, "native")


def test_a_full_disk(toy: ToyKernels, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        prepare_engine("native", model)
    with pytest.raises(AssetError, match="can't be written: No space left"):
        speech(model, "native")
    assert not list(model.glob(".new-*"))


def test_two_that_prepare_at_once(toy: ToyKernels, model: Path) -> None:
    """The second waits, and finds what the first has made."""
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(prepare_engine, "native", model) for _ in range(2)]:
            done.result()
    assert set(folders(model)) == {"", "front-", "float32-"}


@pytest.mark.parametrize("kind", ["file", "dangling link", "link"])
def test_something_else_in_the_place_of_a_folder(
    toy: ToyKernels, model: Path, tmp_path: Path, kind: str
) -> None:
    prepare_engine("native", model)
    folder = next(model.glob("prepared-float32-*"))
    shutil.rmtree(folder)
    other = tmp_path / "other"
    if kind == "file":
        folder.touch()
    else:
        folder.symlink_to(other)
    if kind == "link":
        other.mkdir()
        (other / "mine").touch()
    prepare_engine("native", model)
    assert (folder / "kernels.bin").exists() and not folder.is_symlink()
    assert kind != "link" or (other / "mine").exists()


def test_more_processors_than_the_kernels_take(
    toy: ToyKernels, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare_engine("native", model)
    monkeypatch.setattr(processor, "usable", lambda: 300)
    made = load_engine(EngineChoice("native", "cpu", ""), model)
    assert made.render("hˈA.", STYLE, speed=1.0, seed=3).samples.any()


def test_kernels_json_that_says_nothing(toy: ToyKernels, model: Path) -> None:
    prepare_engine("native", model)
    folder = next(model.glob("prepared-float32-*"))
    for text in ("null", "[]", "[{}]", '[{"shape": "Other", "numbers": {}}]', "{"):
        (folder / "kernels.json").write_text(text)
        with pytest.raises(AssetError, match="not for these kernels"):
            Kernels(folder, "float32")


@pytest.mark.parametrize("most", [1, 0])
def test_the_system_gives_no_more_threads(
    toy: ToyKernels, model: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    prepare_engine("native", model)
    expected = speech(model, "native")
    run = toy.module.Projection.run

    def limited(self: Any, x: Any, *, threads: int) -> Any:
        if threads > most:
            raise toy.module.KernelError("no further thread")
        return run(self, x, threads=threads)

    monkeypatch.setattr(toy.module.Projection, "run", limited)
    made = load_engine(EngineChoice("native", "cpu", ""), model, threads=2)
    if most:
        spoken = made.render("hˈA wˈɜɹld.", STYLE, speed=1.0, seed=3).samples
        np.testing.assert_array_equal(spoken, expected)
    else:
        with pytest.raises(KokoroError, match=r"The kernels failed: no further thread\."):
            made.render("hˈA.", STYLE, speed=1.0, seed=3)
