"""A reader of letters and engines of tones, whose lengths are known exactly."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from kokoro_cli.batch.script import fading_seconds
from kokoro_cli.engines import Call
from kokoro_cli.kokoro82m import SAMPLE_RATE, SAMPLES_PER_FRAME
from kokoro_cli.pauses import Gaps
from kokoro_cli.text.languages import LANGUAGES, Reader
from kokoro_cli.text.reading import TextStage
from kokoro_cli.types import Frames, Rendering, Style, Word

FRAMES_PER_PHONEME = 3
SILENT_FRAMES = 16
"""Before and behind what the tone engine speaks, as the model does it: 0.4 s."""


class Letters:
    """Reads every word as its own letters; q has no pronunciation."""

    def words(self, text: str) -> list[Word]:
        return [Word(w, w.replace("q", "")) for w in text.split()]


def style(voice: str, phonemes: int) -> Style:
    """Return a row that is another one for each voice and each number of phonemes."""
    return np.full(256, zlib.crc32(voice.encode()) % 1000 + phonemes / 1024, dtype=np.float32)


def even_gaps(seconds: float) -> Gaps:
    """Return gaps of the same length everywhere."""
    return Gaps(seconds, seconds, seconds, seconds)


def letters_stage(reader: Reader | None = None) -> TextStage:
    """Return a text stage of American English that reads with *reader*, or with `Letters`."""
    reader = reader or Letters()
    return TextStage(LANGUAGES["a"], readers=lambda language: reader)


class ToneEngine:
    """Speaks each phoneme as 75 ms of a tone, with silence around, like an engine."""

    device = "cpu"
    concurrent = True

    def __init__(self) -> None:
        self.calls: list[tuple[str, float, int]] = []
        self.styles: list[Style] = []

    def render(self, phonemes: str, style: Style, *, speed: float, seed: int) -> Rendering:
        self.calls.append((phonemes, speed, seed))
        self.styles.append(style)
        frames = self.frames(phonemes, style, speed=speed)
        time = np.arange(int(frames.sum()) * SAMPLES_PER_FRAME) / SAMPLE_RATE
        samples = 0.5 * np.cos(2 * np.pi * 220 * time).astype(np.float32)
        samples[: frames[0] * SAMPLES_PER_FRAME] = 0
        samples[-frames[-1] * SAMPLES_PER_FRAME :] = 0
        return Rendering(samples, frames)

    def render_batch(self, calls: Sequence[Call]) -> list[Rendering]:
        return [call.by(self) for call in calls]

    def frames(self, phonemes: str, style: Style, *, speed: float) -> Frames:
        frames = np.full(len(phonemes) + 2, FRAMES_PER_PHONEME, dtype=np.int64)
        frames[0] = frames[-1] = SILENT_FRAMES
        return frames


class QuickEngine(ToneEngine):
    """Speaks faster at a higher speed, and each chunk for as long as is foretold."""

    def __init__(self, frames_per_phoneme: float = FRAMES_PER_PHONEME) -> None:
        super().__init__()
        self._frames = frames_per_phoneme

    def render(self, phonemes: str, style: Style, *, speed: float, seed: int) -> Rendering:
        made = super().render(phonemes, style, speed=speed, seed=seed)
        letters = len(phonemes.rstrip("."))
        seconds = made.frames * (SAMPLES_PER_FRAME / SAMPLE_RATE)
        fading = fading_seconds(seconds[letters], seconds[letters + 1 :].sum())
        end = float(seconds[: letters + 1].sum()) + fading
        made.samples[round(end * SAMPLE_RATE) :] = 0
        return made

    def frames(self, phonemes: str, style: Style, *, speed: float) -> Frames:
        edges = np.round(np.arange(len(phonemes) + 1) * self._frames / speed).astype(np.int64)
        return np.concatenate([[SILENT_FRAMES], np.diff(edges), [SILENT_FRAMES]])


class TinyEngine(ToneEngine):
    """Speaks any chunk in a few hundredths of a second, for long texts."""

    def render(self, phonemes: str, style: Style, *, speed: float, seed: int) -> Rendering:
        self.calls.append(("", speed, seed))  # The test weighs the memory of others.
        frames = self.frames(phonemes, style, speed=speed)
        samples = np.zeros(int(frames.sum()) * SAMPLES_PER_FRAME, dtype=np.float32)
        samples[SAMPLES_PER_FRAME:-SAMPLES_PER_FRAME] = 0.5
        return Rendering(samples, frames)

    def frames(self, phonemes: str, style: Style, *, speed: float) -> Frames:
        frames = np.zeros(len(phonemes) + 2, dtype=np.int64)
        frames[[0, 1, -1]] = 1
        return frames
