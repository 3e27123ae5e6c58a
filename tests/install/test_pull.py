"""All that speaking needs, fetched and measured once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kokoro_cli.assets.store import RECORDS, Store
from kokoro_cli.checksum import FileRecord, write_records
from kokoro_cli.engines import Measurement
from kokoro_cli.errors import AssetError
from kokoro_cli.install import (
    MODEL,
    InstalledModel,
    install,
    installed_model,
    measurements,
    missing,
    pull,
)
from kokoro_cli.install.figures import replace_measurements
from kokoro_cli.voices.catalogue import Voice, find_voice
from tests.install.conftest import Lines
from tests.install.models import write_model
from tests.toy_model import voice_rows

HEART, GEORGE = find_voice("af_heart"), find_voice("bm_george")
OWN = replace(HEART, name="mine", path=Path("mine.safetensors"))

FIGURES = [Measurement("onnx", "cpu", 0.25, 0.5)]


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    """The voices that are fetched, and whether by force."""
    asked: list[tuple[str, bool]] = []

    def install_voice(store: Store, name: str, *, force: bool) -> Path:
        asked.append((name, force))
        return Path(f"{name}.bin")

    monkeypatch.setattr(pull, "install_voice", install_voice)
    return asked


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The packs that the engines were measured with."""
    packs: list[Path] = []

    def measure(
        store: Store, model: InstalledModel, voice: Path, notify: Callable[[str], None]
    ) -> list[Measurement]:
        packs.append(voice)
        replace_measurements(store, FIGURES)
        return FIGURES

    monkeypatch.setattr(pull, "measure_engines", measure)
    return packs


def test_all_is_installed_and_measured_once_or_by_force(
    store: Store, fetched: list[tuple[str, bool]], measured: list[Path], lines: Lines
) -> None:
    told = [
        "Exporting the model for onnxruntime …",
        "Installed: Kokoro-82M v1.0; voices bm_george, af_heart",
        "onnx on cpu: real-time factor 0.25, ready after 0.5 s",
    ]
    for force, times, expected in ((False, 1, told), (False, 1, told[1:2]), (True, 2, told)):
        lines.clear()
        model = install(store, [GEORGE, HEART], notify=lines, force=force)
        assert model == installed_model(store)
        assert measurements(store) == FIGURES
        assert measured == [Path("bm_george.bin")] * times
        assert lines == expected
    assert fetched == [(n, f) for f in (False, False, True) for n in ("bm_george", "af_heart")]


@pytest.mark.parametrize("voices", [[], [OWN]], ids=["none", "own"])
def test_a_voice_is_needed_to_measure(
    store: Store,
    fetched: list[tuple[str, bool]],
    measured: list[Path],
    lines: Lines,
    voices: list[Voice],
) -> None:
    install(store, voices, notify=lines)
    assert fetched == [("af_heart", False)]
    assert measured == [Path("af_heart.bin")]


def test_what_cannot_be_had_is_an_error(store: Store, lines: Lines) -> None:
    with pytest.raises(AssetError, match="af_heart"):
        install(replace(store, offline=True), [HEART], notify=lines)
    assert lines == []
    assert missing(store, [HEART]) == [MODEL, "af_heart"]


def test_missing(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert missing(store, [GEORGE, HEART, GEORGE, OWN]) == [MODEL, "af_heart", "bm_george"]
    assert list(tmp_path.iterdir()) == [], "looking makes nothing"
    write_model(tmp_path)
    assert missing(store, [GEORGE, OWN]) == ["bm_george"]
    (tmp_path / "voices").mkdir()
    pack = tmp_path / "voices/bm_george.bin"
    pack.write_bytes(voice_rows("bm_george").tobytes())
    assert missing(store, [GEORGE, OWN]) == ["bm_george"], "it has the size, but was not fetched"
    write_records(pack.parent / RECORDS, {pack.name: FileRecord.of(pack)})
    assert missing(store, [GEORGE, OWN]) == []
    assert missing(store, []) == []
