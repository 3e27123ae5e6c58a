from __future__ import annotations

import io
import os
import subprocess
import sys
import wave
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest
import soundfile

from kokoro_cli.errors import ExitCode, UsageError
from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.sinks.pipe import PipeSink
from kokoro_cli.sinks.wav import wav_header
from tests.conftest import Run

RAMP = np.linspace(-1.5, 1.5, 5001, dtype=np.float32)


def piped(out: BinaryIO) -> None:
    with PipeSink(out) as sink:
        for block in np.array_split(RAMP, 7):
            sink.write(block)


def test_samples_are_clipped_and_not_wrapped() -> None:
    out = io.BytesIO()
    piped(out)
    samples = np.frombuffer(out.getvalue()[44:], dtype="<i2")
    assert len(samples) == len(RAMP)
    assert (samples.min(), samples.max()) == (-32767, 32767)
    assert (np.diff(samples) >= 0).all()


def test_each_block_is_sent_at_once() -> None:
    reading, writing = os.pipe()
    with open(reading, "rb") as heard, open(writing, "wb") as out, PipeSink(out) as sink:  # noqa: PTH123
        sink.write(RAMP[:100])
        assert len(os.read(heard.fileno(), 10_000)) == 44 + 200


class Trickle(io.RawIOBase):
    """Takes at most 1000 bytes at a time, as output may with PYTHONUNBUFFERED."""

    def __init__(self) -> None:
        self.taken = b""

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.taken += data[:1000]
        return len(data[:1000])


def test_nothing_is_lost_on_its_way_into_unbuffered_output() -> None:
    out = Trickle()
    piped(out)  # type: ignore[arg-type]
    assert len(out.taken) == 44 + 2 * len(RAMP)


def test_full_disk_behind_standard_output_is_an_error_of_one_line(toy_run: Run) -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = toy_run(
            "say",
            "hello",
            "-o",
            "-",
            capture_output=False,
            stdout=full,
            stderr=subprocess.PIPE,
            environment={"PYTHONUNBUFFERED": ""},
        )
    assert done.returncode == ExitCode.FAILED
    assert "No space left" in done.stderr
    assert "Exception ignored" not in done.stderr


def test_soundfile_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "piped.wav"
    with path.open("wb") as out:
        piped(out)
    samples, rate = soundfile.read(path, dtype="float32")
    assert (len(samples), rate) == (len(RAMP), SAMPLE_RATE)
    np.testing.assert_allclose(samples, np.clip(RAMP, -1, 1), atol=1e-4)


READ_FROM_PIPE = """
import sys, wave
sound = wave.open(sys.stdin.buffer)
frames = b""
while more := sound.readframes(1000):
    frames += more
print(sound.getnchannels(), sound.getsampwidth(), sound.getframerate(), len(frames))
"""


def test_wave_reads_it_through_a_real_pipe() -> None:
    reader = subprocess.Popen(
        [sys.executable, "-c", READ_FROM_PIPE], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert reader.stdin is not None
    with reader.stdin as pipe:
        piped(pipe)  # type: ignore[arg-type]
    assert reader.stdout is not None
    with reader.stdout as answer:
        assert answer.read().split() == [b"1", b"2", b"24000", b"%d" % (2 * len(RAMP))]
    assert reader.wait() == 0


def test_terminal_is_refused() -> None:
    master, slave = os.openpty()
    with open(master, "rb"), open(slave, "wb") as terminal:  # noqa: PTH123, SIM117
        with pytest.raises(UsageError, match="not written to a terminal"):
            PipeSink(terminal)


def test_say_writes_no_sound_to_a_terminal(run: Run) -> None:
    master, slave = os.openpty()
    try:
        done = run(
            "say",
            "hello",
            "-o",
            "-",
            capture_output=False,
            stdout=slave,
            stderr=subprocess.PIPE,
        )
        os.set_blocking(master, False)
        with pytest.raises(BlockingIOError):
            os.read(master, 1)
    finally:
        os.close(slave)
        os.close(master)
    error, hint = done.stderr.splitlines()
    assert done.returncode == ExitCode.USAGE
    assert error == "Error: Sound is not written to a terminal."
    assert "aplay" in hint


def test_piped_speech_is_what_the_file_would_be(toy_run: Run, tmp_path: Path) -> None:
    text = "Piped or written, it is the same sound.\n\nTo the last word."
    path = tmp_path / "speech.wav"
    done = toy_run("say", "-", "-o", "-", "-q", input=text.encode(), text=False)
    assert toy_run("say", "-", "-o", str(path), "--stream", input=text).returncode == 0
    assert done.returncode == 0
    assert not done.stderr
    with wave.open(str(path)) as written:
        frames = written.readframes(written.getnframes())
    assert done.stdout == wav_header(SAMPLE_RATE) + frames
