"""Audio files, encoded block by block; a file appears only when it is complete."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, TypeVar

import numpy as np

from kokoro_cli.audio.resample import Resampler
from kokoro_cli.sinks.formats import FORMATS, Encoding, Mark, Tags, check_encoding, format_of
from kokoro_cli.sinks.ogg import number_stream
from kokoro_cli.sinks.unfinished import UnfinishedFile, Whole
from kokoro_cli.types import Samples


class _Encoder(Protocol):
    def write(self, samples: Samples) -> None: ...

    def close(self, marks: list[Mark], length: int) -> None: ...


class FileSink:
    """Writes to a temporary name in the target's folder and renames at the end; errors delete it.

    Without an *encoding*, the name's suffix selects the format. *temporary_name* is the file's name
    until it is complete. *whole* is called just before the rename. Unless it may *replace* a file,
    one that appears meanwhile is an error.
    """

    def __init__(
        self,
        path: Path,
        encoding: Encoding | None = None,
        tags: Tags | None = None,
        *,
        temporary_name: str | None = None,
        whole: Whole | None = None,
        replace: bool = True,
    ) -> None:
        self._whole = whole
        self._encoding = check_encoding(encoding or Encoding(format_of(path)))
        self._tags = tags or Tags()
        self._file = UnfinishedFile(path, temporary_name, replace=replace)
        self._resample = Resampler(self._encoding.sample_rate)
        self._encoder: _Encoder | None = None
        self._marks: list[Mark] = []
        self._length = 0

    def __enter__(self) -> FileSink:
        module = FORMATS.load(self._encoding.format)
        self._failures: tuple[type[Exception], ...] = module.FAILURES
        try:
            self._file.open()
            self._encoder = _undisturbed(module.Encoder, self._file, self._encoding, self._tags)
            self._file.check()
        except BaseException as error:
            self._discard()
            if isinstance(error, self._failures):
                raise self._file.failed(error) from error
            raise
        return self

    def write(self, block: Samples) -> None:
        self._length += len(block)
        self._write(self._resample(block))

    def chapter(self, title: str) -> None:
        """Begin a chapter at this sample; ignored if the format holds no chapter marks."""
        self._marks.append(Mark(title, self._length))

    def _write(self, samples: Samples) -> None:
        assert self._encoder is not None
        try:
            _undisturbed(self._encoder.write, samples)
            self._file.check()
        except self._failures as error:
            raise self._file.failed(error) from error

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self._write(self._resample(np.zeros(0, dtype=np.float32), last=True))
                assert self._encoder is not None
                encoder, self._encoder = self._encoder, None
                _undisturbed(encoder.close, self._marks, self._length)
                if self._encoding.kind.numbered:
                    number_stream(self._file)
                self._file.keep(self._whole)
        except self._failures as failure:
            raise self._file.failed(failure) from failure
        finally:
            self._discard()

    def _discard(self) -> None:
        """Close the encoder and delete the temporary file, if either is left."""
        if self._encoder is not None:
            with suppress(*self._failures):
                _undisturbed(self._encoder.close, [], self._length)
            self._encoder = None
        self._file.discard()


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
