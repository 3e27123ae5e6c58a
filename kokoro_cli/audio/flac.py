"""Encode 16-bit samples as FLAC and decode them, in memory."""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
import soundfile

from kokoro_cli.kokoro82m import SAMPLE_RATE

Values = npt.NDArray[np.int16]


def encode(values: Values) -> bytes:
    if not len(values):
        return b""
    buffer = io.BytesIO()
    soundfile.write(buffer, values, SAMPLE_RATE, "PCM_16", format="FLAC")
    return buffer.getvalue()


def decode(data: bytes) -> Values:
    if not data:
        return np.zeros(0, dtype=np.int16)
    values: Values = soundfile.read(io.BytesIO(data), dtype="int16")[0]
    return values
