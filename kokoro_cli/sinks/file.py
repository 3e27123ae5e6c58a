"""Audio files, encoded block by block by libsndfile; they appear when they are whole."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

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
        self._temporary = target.with_name(f".{target.stem}.{secrets.token_hex(4)}{target.suffix}")
        self._frames = 0
        self._file: Any = None

    def __enter__(self) -> FileSink:
        import soundfile

        try:
            # Made here and not by libsndfile, for its reason when it can't be made.
            os.close(os.open(self._temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
            self._file = soundfile.SoundFile(
                self._temporary,
                "w",
                samplerate=SAMPLE_RATE,
                channels=1,
                format=self._format.container,
                subtype=self._format.encoding,
            )
        except (OSError, soundfile.SoundFileError) as error:
            self._temporary.unlink(missing_ok=True)
            raise self._failed(error) from error
        return self

    def write(self, block: Samples) -> None:
        data = to_int16(block) if self._format.encoding == "PCM_16" else np.clip(block, -1.0, 1.0)
        try:
            self._file.write(data)
        except (AssertionError, RuntimeError) as error:
            # soundfile asserts that all frames were written; a full disk makes that fail.
            raise self._failed(error) from error
        self._frames += len(block)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            try:
                self._file.close()
            except RuntimeError as close_error:
                if error is None:
                    raise self._failed(close_error) from close_error
            if error is None:
                self._check_whole()
                self._temporary.replace(self._target)
        finally:
            self._temporary.unlink(missing_ok=True)

    def _check_whole(self) -> None:
        """Read the length back: libsndfile reports no error when its last flush fails."""
        import soundfile

        try:
            with self._temporary.open("rb") as file:
                os.fsync(file.fileno())
            frames = soundfile.info(str(self._temporary)).frames
        except (OSError, RuntimeError) as error:
            raise self._failed(error) from error
        if frames < self._frames:
            raise self._failed(f"{frames:,} of {self._frames:,} samples arrived; is the disk full?")

    def _failed(self, reason: object) -> KokoroError:
        free = os.statvfs(self._target.parent).f_bavail if hasattr(os, "statvfs") else 1
        why = "the disk is full" if not free else reason or "the disk did not take it"
        return KokoroError(
            f"{self.path} could not be written: {why}.",
            hint="Free some space or write elsewhere; what was there before is untouched.",
        )
