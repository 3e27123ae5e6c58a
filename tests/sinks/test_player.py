"""The player with a fake sounddevice that records samples; see cli/test_playback.py for real
playing."""

from __future__ import annotations

import sys
from collections.abc import Callable
from threading import Event
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from kokoro_cli.errors import ExitCode, FeatureNotInstalledError
from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.sinks.player import Player


class PortAudioError(Exception):
    pass


class Stream:
    latency = 0.1

    def __init__(self, **settings: Any) -> None:
        self.settings = settings
        self.calls: list[str] = []
        self.blocks: list[npt.NDArray[np.float32]] = []

    def __getattr__(self, name: str) -> Callable[[], None]:
        return lambda: self.calls.append(name)

    def write(self, block: npt.NDArray[np.float32]) -> None:
        assert block.dtype == np.float32
        assert block.ndim == 2
        assert block.flags.c_contiguous
        self.calls.append("write")
        self.blocks.append(block)

    @property
    def heard(self) -> npt.NDArray[np.float32]:
        return np.concatenate(self.blocks)[:, 0]


class Machine:
    """A fake module sounddevice for a machine with one device."""

    def __init__(self, rates: tuple[int, ...]) -> None:
        self.rates = rates
        self.streams: list[Stream] = []
        self.PortAudioError = PortAudioError

    def query_devices(self, *, kind: str) -> dict[str, Any]:
        if not self.rates:
            raise PortAudioError("Error querying device -1")
        return {"name": f"Test {kind}", "default_samplerate": float(self.rates[0])}

    def check_output_settings(self, *, samplerate: int, **_: Any) -> None:
        if samplerate not in self.rates:
            raise PortAudioError("Invalid sample rate")

    def OutputStream(self, **settings: Any) -> Stream:  # noqa: N802
        self.streams.append(Stream(**settings))
        return self.streams[-1]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Machine]:
    def make(*rates: int) -> Machine:
        machine = Machine(rates)
        monkeypatch.setitem(sys.modules, "sounddevice", machine)
        return machine

    return make


def speech(seconds: float) -> npt.NDArray[np.float32]:
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (0.5 * np.sin(2 * np.pi * 300 * time)).astype(np.float32)


def play(*blocks: npt.NDArray[np.float32]) -> None:
    with Player() as player:
        for block in blocks:
            player.write(block)


def test_samples_reach_a_device_of_our_rate_as_they_are(machine: Any) -> None:
    device = machine(44_100, SAMPLE_RATE)
    sound = speech(1.03)
    play(sound[:7000], sound[:0], sound[7000:])
    (stream,) = device.streams
    assert stream.settings["samplerate"] == SAMPLE_RATE
    assert stream.settings["channels"] == 1
    np.testing.assert_array_equal(stream.heard, sound)


@pytest.mark.parametrize("rate", [8000, 44_100, 48_000, 96_000])
def test_another_rate_is_resampled_without_loss_at_the_end(rate: int, machine: Any) -> None:
    device = machine(rate)
    sound = speech(0.5)
    play(*np.array_split(sound, 9))
    heard = device.streams[0].heard
    assert device.streams[0].settings["samplerate"] == rate
    assert len(heard) == pytest.approx(len(sound) * rate / SAMPLE_RATE, abs=1)
    expected = 0.5 * np.sin(2 * np.pi * 300 * np.arange(len(heard)) / rate)
    # The filter rings at the start and the end of a tone.
    inside = slice(rate // 50, -rate // 50)
    np.testing.assert_allclose(heard[inside], expected[inside], atol=0.01)
    assert np.abs(heard[-rate // 200 :]).max() > 0.3


def test_too_loud_is_clipped(machine: Any) -> None:
    device = machine(SAMPLE_RATE)
    play(3 * speech(0.1))
    heard = device.streams[0].heard
    assert (heard.min(), heard.max()) == (-1, 1)


def test_written_in_pieces_short_enough_for_ctrl_c(machine: Any) -> None:
    device = machine(SAMPLE_RATE)
    play(speech(3))
    assert max(len(block) for block in device.streams[0].blocks) <= 0.05 * SAMPLE_RATE


def test_end_waits_until_all_is_heard(machine: Any) -> None:
    device = machine(SAMPLE_RATE)
    play(speech(0.05))
    assert device.streams[0].calls == ["start", "write", "stop", "close"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_error_stops_the_sound_at_once(error: type[BaseException], machine: Any) -> None:
    device = machine(SAMPLE_RATE)
    with pytest.raises(error), Player() as player:
        player.write(speech(0.05))
        raise error
    assert device.streams[0].calls == ["start", "write", "abort", "close"]


def test_an_interruption_is_silence_at_once_and_tells_what_was_heard(machine: Any) -> None:
    device = machine(SAMPLE_RATE)
    sound = speech(1)
    with Player() as player:
        interrupted = iter([False] * 10 + [True])
        heard = player.play(sound, lambda place: next(interrupted))
        assert heard == round((10 * 0.05 - Stream.latency) * SAMPLE_RATE)
        assert player.play(sound[heard:], lambda place: False) == len(sound) - heard
        assert player.play(sound, lambda place: True) == 0
    (stream,) = device.streams
    calls = [call for call in stream.calls if call != "write"]
    assert calls == ["start", "abort", "start", "abort", "start", "stop", "close"]


@pytest.mark.parametrize("call", ["start", "abort", "stop", "close"])
def test_a_device_that_answers_no_more_is_an_error(
    call: str, machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a busy machine PortAudio once waited for ever in a pause."""
    device = machine(SAMPLE_RATE)
    monkeypatch.setattr("kokoro_cli.sinks.player._ANSWER_SECONDS", 0.05)
    over = Event()
    with pytest.raises(FeatureNotInstalledError, match="does not answer"), Player() as player:
        player.write(speech(0.1))
        setattr(device.streams[0], call, over.wait)
        if call in ("start", "abort"):
            player.play(speech(1), lambda place: True)
    over.set()
    assert "close" not in device.streams[0].calls


def test_no_device_is_an_error_of_one_line(machine: Any) -> None:
    machine()
    with pytest.raises(FeatureNotInstalledError, match="Error querying device -1") as caught:
        Player()
    assert caught.value.exit_code == ExitCode.NOT_INSTALLED
    assert "\n" not in caught.value.message
    assert "-o hello.wav" in (caught.value.hint or "")


def test_device_that_is_in_use_is_an_error_of_one_line(
    machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = machine(SAMPLE_RATE)

    def busy(**_: Any) -> Stream:
        raise PortAudioError("Error opening OutputStream:\n Device unavailable.")

    monkeypatch.setattr(device, "OutputStream", busy)
    with pytest.raises(FeatureNotInstalledError) as caught:
        Player()
    assert caught.value.message.endswith("Error opening OutputStream: Device unavailable.")


def test_missing_portaudio_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    class Missing:
        def find_spec(self, name: str, *_: object) -> SimpleNamespace | None:
            if name == "sounddevice":
                raise OSError("PortAudio library not found")
            return None

    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    with pytest.raises(FeatureNotInstalledError, match="PortAudio") as caught:
        Player()
    assert "libportaudio2" in (caught.value.hint or "")
    assert "-o hello.wav" in (caught.value.hint or "")
