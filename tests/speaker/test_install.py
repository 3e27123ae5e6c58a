"""A program installs what it needs, and is told how far that is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kokoro_cli import AssetError, Speaker
from kokoro_cli.assets.store import Store
from kokoro_cli.config import read_settings
from kokoro_cli.install import voices
from tests.assets.hub import Hub, dead_url, running_hub
from tests.speaker.install_program import CHECKPOINT, checkpoint, voice
from tests.toy_model import voice_rows

VOICES = ("af_heart", "bm_george")


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running_hub() as hub:
        hub.serve(checkpoint(), CHECKPOINT)
        for name in VOICES:
            hub.serve(voice(name), voice_rows(name).tobytes())
        yield hub


def install(cache: Path, hub: str) -> dict[str, Any]:
    """Run the program; return what it was told. It prints nothing else."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.speaker.install_program", str(cache), hub],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"no_proxy": "*"},
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    (line,) = done.stdout.splitlines()
    told: dict[str, Any] = json.loads(line)
    return told


def test_the_model_and_voices_are_installed_measured_and_speak(hub: Hub, tmp_path: Path) -> None:
    told = install(tmp_path / "cache", hub.url)
    assert "error" not in told
    assert told["missing before"] == ["model", "af_heart", "bm_george"]
    assert told["missing after"] == []
    assert told["seconds"] > 0.5
    assert told["imported"] == []
    *lines, last = (line for line in told["lines"] if "not run here" not in line)
    assert lines == [
        "Exporting the model for onnxruntime …",
        "Installed: Kokoro-82M v1.0; voices af_heart, bm_george",
        "Measuring which engine is fastest here …",
    ]
    assert last.startswith("onnx on cpu: real-time factor ")
    assert told["reason"].startswith("measured here for 60 s of speech: onnx ")
    assert list(told["progress"]) == ["af_heart.bin", "bm_george.bin", "checkpoint.pth"]
    for steps in told["progress"].values():
        (done, total) = steps[-1]
        assert done == total > 0
        assert steps == sorted(steps)
    again = install(tmp_path / "cache", dead_url())
    assert again["progress"] == {}
    assert again["lines"] == ["Installed: Kokoro-82M v1.0; voices af_heart, bm_george"]
    assert again["seconds"] == told["seconds"]


def test_what_is_out_of_reach_is_an_asset_error(tmp_path: Path) -> None:
    told = install(tmp_path / "cache", dead_url())
    kind, message, hint = told["error"]
    assert kind == "AssetError"
    assert "af_heart.bin is missing or damaged" in message
    assert hint
    assert told["imported"] == []


class TestOffline:
    """Nobody is asked, and the error says what to do."""

    @pytest.fixture(autouse=True)
    def no_packages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(voices, "voice_asset", lambda name, sha256: voice(name))

    @pytest.mark.parametrize("variable", [False, True])
    def test_it_raises(
        self,
        hub: Hub,
        tmp_path: Path,
        capfd: pytest.CaptureFixture[str],
        variable: bool,
    ) -> None:
        given = {"KOKORO_CACHE": str(tmp_path / "cache"), "HF_ENDPOINT": hub.url}
        if variable:
            given["KOKORO_OFFLINE"] = "1"
        lines: list[str] = []
        with Speaker.open(offline=not variable, settings=read_settings(given)) as speaker:
            for _ in range(2):
                with pytest.raises(AssetError) as caught:
                    speaker.install("af_heart", notify=lines.append)
                assert "skipped in offline mode" in caught.value.message
                assert caught.value.hint == (
                    "Run once without `offline`: kokoro models pull af_heart"
                )
            assert speaker.missing("af_heart") == ["model", "af_heart"]
        assert hub.answers == []
        assert capfd.readouterr() == ("", "")
        assert not any("Installed" in line for line in lines)

    def test_an_unknown_voice_is_asked_of_nobody(self, hub: Hub, tmp_path: Path) -> None:
        given = {"KOKORO_CACHE": str(tmp_path / "cache"), "HF_ENDPOINT": hub.url}
        with Speaker.open(settings=read_settings(given)) as speaker:
            for names in ("nobody", ["af_heart", "nobody"]):
                with pytest.raises(AssetError, match="There is no voice 'nobody'"):
                    speaker.install(names)
        assert hub.answers == []
        assert not (tmp_path / "cache").exists()


def test_what_is_here_is_not_fetched(cache: Path, toy_store: Store) -> None:
    lines: list[str] = []
    with Speaker.open(offline=True) as speaker:
        speaker.install(["af_bella", "bm_george+am_adam"], notify=lines.append)
        assert speaker.missing(["af_bella", "bm_george"]) == []
    assert lines == [
        "Installed: Kokoro-82M v1.0 (rebuilt from the int8 export); "
        "voices af_bella, bm_george, am_adam"
    ]
