"""WAV, FLAC, Vorbis and bare samples, written by libsndfile.

Of the sinks, only this one imports soundfile.
"""

from __future__ import annotations

import errno
from contextlib import suppress
from typing import Any

import numpy as np
import soundfile

from kokoro_cli.audio.assemble import to_int16
from kokoro_cli.sinks.formats import Encoding, Mark, Tags
from kokoro_cli.sinks.recording import Output
from kokoro_cli.types import Samples

FAILURES = (OSError, RuntimeError)
"""Raised by the functions below if the disk or the library fails."""


class Encoder:
    def __init__(self, file: Output, encoding: Encoding, tags: Tags) -> None:
        kind = encoding.kind
        self._linear = encoding.subtype == "PCM_16"
        level = kind.options.get("compression_level")
        self._file: Any = soundfile.SoundFile(
            file,
            "w",
            samplerate=encoding.sample_rate,
            channels=1,
            format=kind.container,
            subtype=encoding.subtype,
            compression_level=None if level is None else float(level),
        )
        for name, value in (("title", tags.title), ("artist", tags.author), ("album", tags.album)):
            if value and kind.tags:
                setattr(self._file, name, value)
        self._format = encoding.format
        self._most_bytes = kind.most_bytes
        self._bytes = 0
        self._sample_bytes = 2 if self._linear else 1

    def write(self, samples: Samples) -> None:
        self._bytes += len(samples) * self._sample_bytes
        if self._most_bytes is not None and self._bytes > self._most_bytes:
            gigabytes = self._most_bytes // 10**9
            raise OSError(
                errno.EFBIG,
                f"a {self._format} file holds at most {gigabytes} GB; "
                "choose another format, or one file per chapter",
            )
        data = to_int16(samples) if self._linear else np.clip(samples, -1.0, 1.0)
        # soundfile asserts that everything was written; `Output.check` reports it instead.
        with suppress(AssertionError):
            self._file.write(data)

    def close(self, marks: list[Mark], length: int) -> None:
        """Write what is left; these formats hold no chapter marks."""
        self._file.close()
