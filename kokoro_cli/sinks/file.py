"""Audio files, encoded block by block by libsndfile; they appear when they are whole."""

from __future__ import annotations

import os
import secrets
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import numpy as np

from kokoro_cli.audio.assemble import to_int16
from kokoro_cli.errors import KokoroError, UsageError
from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.types import Samples


@dataclass(frozen=True, slots=True)
class Format:
    container: str
    """libsndfile's name of the file format."""
    encoding: str
    """libsndfile's name of the subtype."""


FORMATS = {
    ".wav": Format("WAV", "PCM_16"),
    ".mp3": Format("MP3", "MPEG_LAYER_III"),
    ".flac": Format("FLAC", "PCM_16"),
    ".ogg": Format("OGG", "VORBIS"),
    ".opus": Format("OGG", "OPUS"),
}


class FileSink:
    """Write a file beside its final name and rename it at the end; an error removes it."""

    def __init__(self, path: Path) -> None:
        if path.suffix.lower() not in FORMATS:
            raise UsageError(
                f"What kind of file is {path.name!r}?",
                hint=f"Give a name that ends with {', '.join(FORMATS)}.",
            )
        target = path.resolve()
        if not target.parent.is_dir():
            raise UsageError(f"There is no folder {target.parent}.", hint="Make it first.")
        if target.exists() and not target.is_file():
            raise UsageError(
                f"{path} is not a regular file.", hint="Give a file's name, or - for a pipe."
            )
        self.path = path
        self._target = target
        self._format = FORMATS[path.suffix.lower()]
        self._temporary = target.with_name(f".{secrets.token_hex(8)}{path.suffix}")
        self._disk: _Disk | None = None
        self._file: Any = None

    def __enter__(self) -> FileSink:
        import soundfile

        try:
            self._disk = _Disk(self._temporary)
            self._file = _undisturbed(
                soundfile.SoundFile,
                self._disk,
                "w",
                samplerate=SAMPLE_RATE,
                channels=1,
                format=self._format.container,
                subtype=self._format.encoding,
            )
            self._disk.check()
        except BaseException as error:
            self._discard()
            if isinstance(error, OSError | soundfile.SoundFileError):
                raise self._failed(error) from error
            raise
        return self

    def write(self, block: Samples) -> None:
        assert self._disk is not None
        data = to_int16(block) if self._format.encoding == "PCM_16" else np.clip(block, -1.0, 1.0)
        try:
            with suppress(AssertionError):  # soundfile asserts that all was written; so do we.
                _undisturbed(self._file.write, data)
            self._disk.check()
        except (OSError, RuntimeError) as error:
            raise self._failed(error) from error

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._disk is not None
        try:
            if error is None:
                _undisturbed(self._file.close)
                self._disk.finish()
                self._temporary.replace(self._target)
        except (OSError, RuntimeError) as failure:
            raise self._failed(failure) from failure
        finally:
            self._discard()

    def _discard(self) -> None:
        """Close what is open and remove the temporary file, if it is still there."""
        if self._file is not None:
            with suppress(RuntimeError):
                _undisturbed(self._file.close)
        if self._disk is not None:
            self._disk.close()
        self._temporary.unlink(missing_ok=True)

    def _failed(self, error: Exception) -> KokoroError:
        reason = (error.strerror if isinstance(error, OSError) else None) or error
        return KokoroError(
            f"{self.path} could not be written: {reason}.",
            hint="Free some space or write elsewhere; what was there before is untouched.",
        )


T = TypeVar("T")


def _undisturbed(work: Callable[..., T], *arguments: Any, **options: Any) -> T:
    """Call into libsndfile, and let signals wait until it has returned.

    Ctrl-C could otherwise be raised within a callback from C, which drops it, and with it the
    bytes that were on their way to the disk.
    """
    if threading.current_thread() is not threading.main_thread():
        return work(*arguments, **options)  # Python handles signals in the main thread alone.
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


class _Disk:
    """A new file for libsndfile to write through, which keeps the error that a write met.

    libsndfile itself tells of none in its last flush and when it rewrites the header.
    """

    def __init__(self, path: Path) -> None:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o666)
        self._raw = os.fdopen(descriptor, "r+b", buffering=0)
        self._error: OSError | None = None
        self.seek, self.tell, self.read = self._raw.seek, self._raw.tell, self._raw.read

    def write(self, data: bytes) -> int:
        view = memoryview(data)
        try:
            while view:
                view = view[self._raw.write(view) :]
        except OSError as error:
            self._error = self._error or error
        return len(data) - len(view)

    def check(self) -> None:
        """Raise the error of the first write that failed."""
        if self._error is not None:
            raise self._error

    def finish(self) -> None:
        """Have all of it on the disk; the file may then take its name."""
        self.check()
        os.fsync(self._raw.fileno())

    def close(self) -> None:
        self._raw.close()
