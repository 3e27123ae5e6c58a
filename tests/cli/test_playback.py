"""Playing for real, through PortAudio and ALSA's file device; and where it can't be."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from kokoro_cli.bench.recognise import hear, plain_words
from kokoro_cli.errors import ExitCode
from kokoro_cli.kokoro82m import SAMPLE_RATE
from tests.conftest import Run
from tests.sinks.loudspeaker import (
    home_with_loudspeaker,
    needs_portaudio,
    read_played,
    slow_loudspeaker,
)
from tests.toy_model import heard_tones, letters_of

TEXT = "We counted the boxes twice.\n\nAnd the very last word is elephant."


def in_16_bits(samples: npt.NDArray[np.float32]) -> npt.NDArray[np.int32]:
    return np.round(np.clip(samples, -1, 1) * 32767).astype(np.int32)


def read_written(path: Path) -> npt.NDArray[np.int32]:
    samples, rate = soundfile.read(path, dtype="int16")
    assert rate == SAMPLE_RATE
    written: npt.NDArray[np.int32] = samples.astype(np.int32)
    return written


@pytest.mark.playback
@needs_portaudio
def test_what_is_played_is_what_is_written(toy_run: Run, tmp_path: Path) -> None:
    played, both = tmp_path / "played.raw", tmp_path / "both.raw"
    written = tmp_path / "speech.wav"

    home = home_with_loudspeaker(tmp_path / "home", played)
    alone = toy_run("say", "-", "--json", input=TEXT, environment=home)
    assert alone.returncode == 0, alone.stderr
    result = json.loads(alone.stdout)
    assert result["output"] is None
    assert result["player"] == "default"

    home = home_with_loudspeaker(tmp_path / "home", both)
    with_file = toy_run("say", "-", "-o", str(written), "--play", input=TEXT, environment=home)
    assert with_file.returncode == 0, with_file.stderr
    assert "speech.wav and played on default" in with_file.stderr

    heard = read_played(played)
    assert len(heard) == round(result["audio_seconds"] * SAMPLE_RATE)
    np.testing.assert_array_equal(heard, read_played(both))
    np.testing.assert_allclose(in_16_bits(heard), read_written(written), atol=1)
    chunks = result["chunks"]
    assert heard_tones(heard) == "".join(letters_of(chunk["phonemes"]) for chunk in chunks)


@pytest.mark.playback
@pytest.mark.real
@needs_portaudio
def test_the_very_last_word_is_played(real_run: Run, tmp_path: Path) -> None:
    home = home_with_loudspeaker(tmp_path / "home", tmp_path / "played.raw")
    done = real_run("say", "-", input=TEXT, environment=home)
    assert done.returncode == 0, done.stderr
    assert plain_words(hear(read_played(tmp_path / "played.raw")))[-1] == "elephant"


@pytest.mark.playback
@needs_portaudio
def test_all_is_heard_from_a_device_that_takes_its_time(toy_run: Run, tmp_path: Path) -> None:
    """The process doesn't leave before its last samples have gone out."""
    with slow_loudspeaker(tmp_path / "home") as (speaker, home):
        done = toy_run("say", "Short, but whole.", "--json", environment=home)
        assert done.returncode == 0, done.stderr
        seconds = json.loads(done.stdout)["audio_seconds"]
        # What is still in the pipe, which is no part of the program.
        assert speaker.seconds == pytest.approx(seconds, abs=0.1)


PLAY_AT_48_KHZ = """
import sys
import numpy as np
from kokoro_cli.sinks import player

player._rate = lambda *_: 48_000
time = np.arange(24_000) / 24_000
with player.Player() as sink:
    for block in np.array_split(0.5 * np.sin(2 * np.pi * 300 * time).astype(np.float32), 7):
        sink.write(block)
"""


@pytest.mark.playback
@needs_portaudio
def test_device_of_48_khz_gets_48_khz(tmp_path: Path) -> None:
    played = tmp_path / "played.raw"
    home = home_with_loudspeaker(tmp_path / "home", played)
    subprocess.run([sys.executable, "-c", PLAY_AT_48_KHZ], check=True, env=home)
    heard = read_played(played)
    assert len(heard) == pytest.approx(48_000, abs=1)
    expected = 0.5 * np.sin(2 * np.pi * 300 * np.arange(len(heard)) / 48_000)
    np.testing.assert_allclose(heard[960:-960], expected[960:-960], atol=0.01)


NO_DEVICE = {
    "no sound card": "",
    "default card is gone": "pcm.!default { type hw; card 29 }",
    "broken settings": "pcm.!default {",
}


@pytest.mark.playback
@needs_portaudio
@pytest.mark.skipif(Path("/proc/asound/cards").exists(), reason="there is a sound card")
@pytest.mark.parametrize("name", NO_DEVICE)
def test_no_device_is_an_error_of_one_line(name: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / ".asoundrc").write_text(NO_DEVICE[name])
    done = run("say", "hello", environment={"HOME": str(tmp_path)})
    assert_says_how_to_go_on(done)
    assert "device" in done.stderr


@pytest.fixture
def without_portaudio(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine where sounddevice finds no PortAudio."""
    folder = tmp_path / "without"
    folder.mkdir()
    (folder / "sounddevice.py").write_text("raise OSError('PortAudio library not found')\n")
    return {"PYTHONPATH": str(folder)}


def assert_says_how_to_go_on(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == ExitCode.NOT_INSTALLED
    assert done.stdout == ""
    error, hint = done.stderr.splitlines()
    assert error.startswith("Error: ")
    assert hint.startswith("Hint: ")
    assert "-o" in hint


def test_without_portaudio_the_error_says_what_to_install(
    run: Run, without_portaudio: dict[str, str]
) -> None:
    done = run("say", "hello", environment=without_portaudio)
    assert_says_how_to_go_on(done)
    assert "PortAudio" in done.stderr
    assert "libportaudio2" in done.stderr


def test_without_portaudio_a_file_is_written_all_the_same(
    toy_run: Run, without_portaudio: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "speech.wav"
    done = toy_run("say", "Hello.", "-o", str(path), "--play", environment=without_portaudio)
    assert done.returncode == 0
    assert done.stderr.startswith("Warning: Not played: The PortAudio library")
    assert len(read_written(path)) > 0.2 * SAMPLE_RATE

    path.unlink()
    done = toy_run("say", "Hello.", "-o", str(path), "-q", environment=without_portaudio)
    assert (done.returncode, done.stderr) == (0, "")
    assert path.exists()


@pytest.mark.playback
@needs_portaudio
def test_device_that_fails_while_it_plays_is_an_error_with_a_way_out(
    toy_run: Run, tmp_path: Path
) -> None:
    """As one does that is unplugged; ALSA and PortAudio have their own say before."""
    home = home_with_loudspeaker(tmp_path / "home", tmp_path / "nowhere/played.raw")
    done = toy_run("say", "Hello.", environment=home)
    error, hint = done.stderr.splitlines()[-2:]
    assert done.returncode == ExitCode.NOT_INSTALLED
    assert error.startswith("Error: ")
    assert "bug" not in hint
    assert "-o" in hint
