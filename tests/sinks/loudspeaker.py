"""A loudspeaker for tests: PortAudio plays into ALSA's file device, so no sound card is needed.

ALSA's null device accepts every format and rate. So the file has the format that the player asked
for: 32-bit float samples at 24 kHz, mono.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes.util import find_library
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from kokoro_cli.kokoro82m import SAMPLE_RATE

# In CI these tests must run; see .ci/run.
needs_portaudio = pytest.mark.skipif(
    find_library("portaudio") is None and "CI" not in os.environ,
    reason="PortAudio is not installed: apt-get install libportaudio2 libasound2-plugins",
)


def home_with_loudspeaker(home: Path, played: Path) -> dict[str, str]:
    """Make the file (or FIFO) *played* the default device; return the environment for it."""
    home.mkdir(exist_ok=True)
    (home / ".asoundrc").write_text(
        f'pcm.!default {{ type file; file "{played}"; format raw; slave.pcm null }}\n'
        "ctl.!default { type null }\n"
    )
    return {"HOME": str(home)}


def read_played(path: Path) -> npt.NDArray[np.float32]:
    return np.fromfile(path, dtype="<f4")


class SlowLoudspeaker:
    """Takes 24,000 samples a second, as a real one does, and counts them.

    ALSA's file device writes to a FIFO that is emptied at that rate. A file would take a minute of
    speech at once, so a test could not press Ctrl-C in the middle.
    """

    def __init__(self, fifo: Path) -> None:
        self.seconds = 0.0
        os.mkfifo(fifo)
        # Also open for writing, so that reading does not end when the player closes it.
        self._fifo = os.open(fifo, os.O_RDWR | os.O_NONBLOCK)
        # The pipe holds 43 ms, which the player counts as played, but which are not heard yet.
        fcntl.fcntl(self._fifo, fcntl.F_SETPIPE_SZ, 4096)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while not self._stop.is_set():
            try:
                seconds = len(os.read(self._fifo, 1920)) / 4 / SAMPLE_RATE
            except BlockingIOError:
                seconds = 0.0
            self.seconds += seconds
            time.sleep(seconds or 0.005)

    def close(self) -> None:
        self._stop.set()
        self._thread.join()
        os.close(self._fifo)


@contextmanager
def slow_loudspeaker(home: Path) -> Iterator[tuple[SlowLoudspeaker, dict[str, str]]]:
    """Yield a loudspeaker that plays in real time and the environment that makes it the default."""
    home.mkdir(exist_ok=True)
    speaker = SlowLoudspeaker(home / "loudspeaker")
    try:
        yield speaker, home_with_loudspeaker(home, home / "loudspeaker")
    finally:
        speaker.close()
