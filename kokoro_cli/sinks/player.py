"""The loudspeaker, through PortAudio. Only this module imports sounddevice."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from types import ModuleType, TracebackType
from typing import Any

import numpy as np

from kokoro_cli.audio.resample import Resampler
from kokoro_cli.errors import FeatureNotInstalledError
from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.types import Samples

_WITHOUT = "Or write a file, which needs no audio device: kokoro say hello -o hello.wav"

# Long enough to play without gaps, short enough to stop at once on Ctrl-C.
_BLOCK = round(0.05 * SAMPLE_RATE)


_ANSWER_SECONDS = 5.0
"""A device that takes longer to begin or to stop does not work."""


class Player:
    """Plays blocks as they come; on an error or Ctrl-C the sound stops at once.

    A device that does not answer for five seconds is an error.
    """

    def __init__(self) -> None:
        sounddevice = _sounddevice()
        try:
            device = sounddevice.query_devices(kind="output")
            self._rate = _rate(sounddevice, device)
            self._stream: Any = sounddevice.OutputStream(
                samplerate=self._rate, channels=1, dtype="float32", latency="high"
            )
        except (sounddevice.PortAudioError, ValueError) as error:
            raise _no_device(error) from error
        self._failure: type[Exception] = sounddevice.PortAudioError
        self.device: str = device["name"]
        self._resample = Resampler(self._rate)
        self._begun = self._answers_no_more = False
        self.underruns = 0
        """Number of times that the device ran out of samples in the middle of the speech."""

    def __enter__(self) -> Player:
        self._ask(self._stream.start)
        return self

    def write(self, block: Samples) -> None:
        self.play(block, lambda place: False)

    def play(self, block: Samples, interrupted: Callable[[int], bool]) -> int:
        """Play until the end or an interruption; return the number of samples heard.

        *interrupted* is called every 50 ms with the index in the block; if it returns true, the
        sound stops at once.
        """
        for start in range(0, len(block), _BLOCK):
            if interrupted(start):
                self._silence()
                unheard = round(float(self._stream.latency) * SAMPLE_RATE)
                return max(0, start - unheard)
            self._play(block[start : start + _BLOCK])
        return len(block)

    def _play(self, block: Samples, *, last: bool = False) -> None:
        samples = self._resample(np.clip(block, -1.0, 1.0), last=last)
        if not len(samples):
            return
        try:
            ran_dry = self._stream.write(np.ascontiguousarray(samples[:, np.newaxis]))
        except self._failure as error:
            raise _no_device(error) from error
        self.underruns += bool(ran_dry and self._begun)
        self._begun = True

    def _silence(self) -> None:
        self._ask(self._stream.abort)
        self._ask(self._stream.start)
        self._resample = Resampler(self._rate)
        self._begun = False  # A device that has just started reports an underrun.

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._end(self._stream.abort)
            self._end(self._stream.close)
            return
        try:
            self._play(np.zeros(0, dtype=np.float32), last=True)
            # Waits until all has been played.
            self._ask(self._stream.stop, more_seconds=float(self._stream.latency))
        except BaseException:
            self._end(self._stream.close)
            raise
        self._ask(self._stream.close)

    def _end(self, work: Callable[[], object]) -> None:
        """Call PortAudio; the first error is the one that counts, and a dead device is left."""
        if not self._answers_no_more:
            with suppress(FeatureNotInstalledError):
                self._ask(work)

    def _ask(self, work: Callable[[], object], *, more_seconds: float = 0.0) -> None:
        """Call PortAudio in a thread, for it may wait for ever: on a busy machine, `abort` did."""
        answer: SimpleQueue[Exception | None] = SimpleQueue()

        def call() -> None:
            try:
                work()
            except Exception as error:
                answer.put(error)
            else:
                answer.put(None)

        Thread(target=call, daemon=True, name="player").start()
        try:
            error = answer.get(timeout=_ANSWER_SECONDS + more_seconds)
        except Empty:
            self._answers_no_more = True
            raise _no_device(TimeoutError("it does not answer")) from None
        if isinstance(error, self._failure):
            raise _no_device(error) from error
        if error is not None:
            raise error


def _sounddevice() -> ModuleType:
    try:
        import sounddevice
    except OSError as error:  # Raised at import if PortAudio is missing.
        raise FeatureNotInstalledError(
            "The PortAudio library, which plays sound, is not installed.",
            hint=f"Debian and Ubuntu: sudo apt install libportaudio2. {_WITHOUT}",
        ) from error
    except Exception as error:  # Its PortAudioError can't be named before the import.
        raise _no_device(error) from error
    module: ModuleType = sounddevice
    return module


def _no_device(error: Exception) -> FeatureNotInstalledError:
    return FeatureNotInstalledError(
        f"No audio device can be used: {' '.join(str(error).split()).rstrip('.')}.",
        hint=f"Connect one, or choose one in the system's settings. {_WITHOUT}",
    )


def _rate(sounddevice: ModuleType, device: dict[str, Any]) -> int:
    """Return the model's rate if the device takes it, else the device's own."""
    try:
        sounddevice.check_output_settings(samplerate=SAMPLE_RATE, channels=1, dtype="float32")
    except sounddevice.PortAudioError:
        return int(device["default_samplerate"])
    return SAMPLE_RATE
