"""Graphs that onnxruntime has optimised once, and what happens if they are damaged."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from kokoro_cli.assets.store import Store
from kokoro_cli.checksum import read_records
from kokoro_cli.engines import sessions
from kokoro_cli.engines.onnx_engine import OnnxEngine, prepare
from kokoro_cli.engines.prepared import RECORD
from kokoro_cli.errors import AssetError
from kokoro_cli.install import find_installed_voice, installed_model
from kokoro_cli.types import Samples
from kokoro_cli.voices.pack import VoicePack


@pytest.fixture
def model(toy_store: Store, tmp_path: Path) -> Path:
    return unprepared(toy_store, tmp_path / "model")


def unprepared(store: Store, folder: Path) -> Path:
    """Return *folder* with links to the model's graphs, where nothing is prepared."""
    installed = installed_model(store)
    assert installed is not None
    folder.mkdir()
    for path in installed.folder.iterdir():
        if path.is_file():
            (folder / path.name).symlink_to(path)
    return folder


def speech(model: Path, store: Store) -> Samples:
    voice = find_installed_voice(store, "af_heart")
    assert voice is not None
    phonemes = "hˈA wˈɜɹld, ðɪs ɪz ɐ tˈɛst."
    style = VoicePack.mapped(voice).style(len(phonemes))
    return OnnxEngine(model).render(phonemes, style, speed=1.0, seed=0).samples


def prepared(model: Path) -> list[Path]:
    return sorted(model.glob("prepared-*"))


@pytest.mark.real
def test_the_real_ones_speak_the_same_to_the_bit(real_store: Store, tmp_path: Path) -> None:
    model = unprepared(real_store, tmp_path / "model")
    before = speech(model, real_store)
    prepare(model)
    assert len(prepared(model)) == 1
    np.testing.assert_array_equal(speech(model, real_store), before)


def test_they_speak_the_same_to_the_bit(model: Path, toy_store: Store) -> None:
    before = speech(model, toy_store)
    (model / ".new-killed").mkdir()
    (model / ".new-killed" / "decoder.onnx").touch()
    prepare(model)
    assert not list(model.glob(".new-*")), "what a killed process left is gone"
    (folder,) = prepared(model)
    begun = folder.stat().st_mtime_ns
    np.testing.assert_array_equal(speech(model, toy_store), before)
    prepare(model)
    assert folder.stat().st_mtime_ns == begun, "what is there is not made again"


def zeros(path: Path, *, old: bool) -> None:
    """Fill a file with zeros; *old* leaves the time of its last change as it was."""
    status = path.stat()
    path.write_bytes(bytes(status.st_size))
    if old:
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


DAMAGES = {
    "cut off": lambda folder: (folder / "decoder.onnx").write_bytes(b"short"),
    "a file is gone": lambda folder: (folder / "duration.onnx").unlink(),
    "zeros": lambda folder: zeros(folder / "decoder.onnx", old=False),
    "zeros, the same time": lambda folder: zeros(folder / "decoder.onnx", old=True),
    "the other graph": lambda folder: (folder / "duration.onnx").write_bytes(
        (folder / "decoder.onnx").read_bytes()
    ),
    "a strange record": lambda folder: (folder / RECORD).write_text("[]"),
    "an empty record": lambda folder: (folder / RECORD).write_text('{"files": {}}'),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_ones_are_refused(damage: str, model: Path, toy_store: Store) -> None:
    # Zeros of the right size gave silence with exit code 0.
    prepare(model)
    expected = speech(model, toy_store)
    (folder,) = prepared(model)
    whole = sizes(folder)
    DAMAGES[damage](folder)
    with pytest.raises(AssetError, match="is damaged") as caught:
        speech(model, toy_store)
    assert caught.value.hint == "Mend it with: kokoro models verify `repair`"
    prepare(model)
    assert sizes(*prepared(model)).keys() == whole.keys(), "they are made anew"
    np.testing.assert_array_equal(speech(model, toy_store), expected)


def test_those_of_an_older_version_are_not_loaded(model: Path, toy_store: Store) -> None:
    prepare(model)
    expected = speech(model, toy_store)
    (folder,) = prepared(model)
    (folder / RECORD).unlink()
    zeros(folder / "decoder.onnx", old=False)
    np.testing.assert_array_equal(speech(model, toy_store), expected)


def test_a_copy_is_used_and_recorded(model: Path, toy_store: Store) -> None:
    prepare(model)
    (folder,) = prepared(model)
    os.utime(folder / "decoder.onnx", ns=(1, 1))
    speech(model, toy_store)
    assert read_records(folder / RECORD)[1]["decoder.onnx"].written == 1


def sizes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in folder.iterdir()}


def test_another_runtime_makes_its_own(
    model: Path, toy_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(model)
    (old,) = prepared(model)
    monkeypatch.setattr(sessions.ort, "__version__", "99.0")
    speech(model, toy_store)
    prepare(model)
    (new,) = prepared(model)
    assert new != old


def test_full_disk_leaves_no_files(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        prepare(model)
    assert prepared(model) == []
    assert not list(model.glob(".new-*"))
