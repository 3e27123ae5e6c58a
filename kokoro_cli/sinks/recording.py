"""Blocks of samples on their way through an encoder, to a file or to memory."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Protocol, TypeVar

import numpy as np

from kokoro_cli.audio.resample import Resampler
from kokoro_cli.sinks.formats import FORMATS, Encoding, Mark, Tags
from kokoro_cli.sinks.ogg import number_stream
from kokoro_cli.types import Samples


class Output(Protocol):
    """What an encoder writes to."""

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int: ...

    def tell(self) -> int: ...

    def read(self, size: int = -1) -> bytes: ...

    def write(self, data: bytes) -> int: ...

    def check(self) -> None:
        """Raise the error of the first write that failed: encoders in C may drop it."""
        ...


class _Encoder(Protocol):
    def write(self, samples: Samples) -> None: ...

    def close(self, marks: list[Mark], length: int) -> None: ...


class Recording:
    """Resamples and encodes blocks of 24 kHz. Whatever fails in the encoder is an OSError."""

    def __init__(self, output: Output, encoding: Encoding, tags: Tags) -> None:
        module = FORMATS.load(encoding.format)
        self._failures: tuple[type[Exception], ...] = module.FAILURES
        self._output = output
        self._encoding = encoding
        self._resample = Resampler(encoding.sample_rate)
        self._marks: list[Mark] = []
        self._length = 0
        self._encoder: _Encoder | None = None
        try:
            with self._reported():
                self._encoder = _undisturbed(module.Encoder, output, encoding, tags)
        except BaseException:
            self.close()
            raise

    def write(self, block: Samples) -> None:
        self._length += len(block)
        self._write(self._resample(block))

    def chapter(self, title: str, after: int = 0) -> None:
        """Begin a chapter *after* so many samples, if the format holds chapter marks."""
        self._marks.append(Mark(title, self._length + after))

    def _write(self, samples: Samples) -> None:
        assert self._encoder is not None
        with self._reported():
            _undisturbed(self._encoder.write, samples)

    def finish(self) -> None:
        """Write what the encoder still holds; the output is then complete."""
        self._write(self._resample(np.zeros(0, dtype=np.float32), last=True))
        assert self._encoder is not None
        encoder, self._encoder = self._encoder, None
        with self._reported():
            _undisturbed(encoder.close, self._marks, self._length)
        if self._encoding.kind.numbered:
            with self._reported():
                number_stream(self._output)

    def close(self) -> None:
        """Drop the encoder; does nothing if the recording is finished."""
        encoder, self._encoder = self._encoder, None
        if encoder is not None:
            with suppress(*self._failures):
                _undisturbed(encoder.close, [], self._length)

    @contextmanager
    def _reported(self) -> Iterator[None]:
        try:
            yield
            self._output.check()
        except self._failures as error:
            if isinstance(error, OSError):
                raise
            raise OSError(str(error)) from error


T = TypeVar("T")


def _undisturbed(work: Callable[..., T], *arguments: Any, **options: Any) -> T:
    """Call an encoder and hold signals back until it returns.

    Otherwise Ctrl-C could be raised inside a callback from C. That drops it, and with it the bytes
    on their way to the disk.
    """
    if threading.current_thread() is not threading.main_thread():
        return work(*arguments, **options)  # Python handles signals in the main thread only.
    handlers: dict[int, Any] = {
        number: handler
        for number in signal.valid_signals()
        if callable(handler := signal.getsignal(number))
    }
    waiting: list[int] = []
    try:
        for number in handlers:
            signal.signal(number, lambda number, _: waiting.append(number))
        return work(*arguments, **options)
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for number in waiting:
            handlers[number](number, None)
