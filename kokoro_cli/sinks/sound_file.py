"""WAV, FLAC and Vorbis, written by libsndfile. soundfile is imported here alone."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np
import soundfile

from kokoro_cli.audio.assemble import to_int16
from kokoro_cli.sinks.formats import Encoding, Mark, Tags
from kokoro_cli.sinks.part import Part
from kokoro_cli.types import Samples

FAILURES = (OSError, RuntimeError)
"""What the functions below raise where the disk or the library fails."""


class Encoder:
    def __init__(self, part: Part, encoding: Encoding, tags: Tags) -> None:
        self._linear = encoding.subtype == "PCM_16"
        self._file: Any = soundfile.SoundFile(
            part,
            "w",
            samplerate=encoding.sample_rate,
            channels=1,
            format=encoding.kind.name,
            subtype=encoding.subtype,
        )
        for name, value in (("title", tags.title), ("artist", tags.author), ("album", tags.album)):
            if value:
                setattr(self._file, name, value)

    def write(self, samples: Samples) -> None:
        data = to_int16(samples) if self._linear else np.clip(samples, -1.0, 1.0)
        with suppress(AssertionError):  # soundfile asserts that all was written; so does Part.
            self._file.write(data)

    def close(self, marks: list[Mark], length: int) -> None:
        """Write what is left. These formats know no chapters."""
        self._file.close()
