"""WAV, FLAC and Vorbis, written by libsndfile. soundfile is imported here alone."""

from __future__ import annotations

import errno
from contextlib import suppress
from typing import Any

import numpy as np
import soundfile

from kokoro_cli.audio.assemble import to_int16
from kokoro_cli.sinks.formats import Encoding, Mark, Tags
from kokoro_cli.sinks.unfinished import UnfinishedFile
from kokoro_cli.types import Samples

FAILURES = (OSError, RuntimeError)
"""What the functions below raise where the disk or the library fails."""


_WAV_BYTES = 2**32 - 1_000_000


class Encoder:
    def __init__(self, file: UnfinishedFile, encoding: Encoding, tags: Tags) -> None:
        self._linear = encoding.subtype == "PCM_16"
        self._file: Any = soundfile.SoundFile(
            file,
            "w",
            samplerate=encoding.sample_rate,
            channels=1,
            format=encoding.kind.name,
            subtype=encoding.subtype,
        )
        for name, value in (("title", tags.title), ("artist", tags.author), ("album", tags.album)):
            if value:
                setattr(self._file, name, value)
        # Of a WAV file, whose lengths are numbers of 32 bits: it would be cut without a word.
        self._room = _WAV_BYTES if encoding.format == "wav" else None
        self._sample_bytes = 2 if self._linear else 1

    def write(self, samples: Samples) -> None:
        if self._room is not None:
            self._room -= len(samples) * self._sample_bytes
            if self._room < 0:
                raise OSError(errno.EFBIG, "A WAV file holds 4 GB; take flac, or --split chapters")
        data = to_int16(samples) if self._linear else np.clip(samples, -1.0, 1.0)
        # soundfile asserts that everything was written; `UnfinishedFile.check` reports it instead.
        with suppress(AssertionError):
            self._file.write(data)

    def close(self, marks: list[Mark], length: int) -> None:
        """Write what is left. These formats know no chapters."""
        self._file.close()
