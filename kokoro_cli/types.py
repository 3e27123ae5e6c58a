"""The data that travels from text to sound. All of it is frozen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.pauses import Boundary, Gaps

Samples = npt.NDArray[np.float32]
"""Mono samples at 24 kHz, nominally between -1 and 1, shape [n]."""

Frames = npt.NDArray[np.int64]
"""Frames of 600 samples for each phoneme, with the padding at both ends: n + 2 of them."""

Style = npt.NDArray[np.float32]
"""One row of a voice pack, shape [256]."""

Rows = npt.NDArray[np.float32]
"""All rows of a voice pack, shape [510, 256]."""


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """How written text is turned into spoken words."""

    british: bool = False
    """Whether British forms are read: 3/4 is the third of April, not the fourth of March."""
    urls: Literal["short", "full"] = "short"
    emoji: Literal["skip", "describe"] = "skip"
    lines: bool = False
    """Whether each line is a paragraph, as in a poem."""
    plain: bool = False
    """Whether the text is not Markdown and has no entities; each line is then a paragraph."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or a punctuation mark, with its phonemes in Kokoro's alphabet."""

    text: str
    """As it is spoken: "five" for "5"."""
    phonemes: str
    space: bool = True
    """Whether a space follows, in the text as in the phonemes."""
    start: int = 0
    end: int = 0
    """The span of the source that it was read from, in characters."""
    origin: str = ""
    """Where its phonemes come from: gold, silver, espeak, context, lexicon, markup, …"""
    closes: bool = False
    """Whether a sentence ends with it."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that was asked to be spoken and could not be."""

    text: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"“{self.text}” (line {self.line}): {self.reason}"


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one call of the model speaks; at most 510 phonemes, never across a paragraph."""

    index: int
    words: tuple[Word, ...]
    line: int
    voice: str | None = None
    """The voice that the markup asks for; None is the run's."""
    rate: float = 1.0
    """What the markup multiplies the run's speed by."""
    pause_seconds: float | None = None
    """Silence before it that the markup asks for; None is the gap at *follows*."""
    start_seconds: float | None = None
    """When it is heard in a timed text; None follows the chunk before."""
    begins: bool = True
    """Whether a sentence begins with it."""
    follows: Boundary = Boundary.SENTENCE
    """What ends before it."""

    @property
    def text(self) -> str:
        return join_text(self.words)

    @property
    def phonemes(self) -> str:
        return join_phonemes(self.words)


def join_text(words: Iterable[Word | TimedWord]) -> str:
    """Return the words as they are read, with a space between."""
    return "".join(w.text + " " * w.space for w in words).strip()


def join_phonemes(words: tuple[Word, ...] | list[Word]) -> str:
    """Return the phonemes as the model takes them: words with a space between."""
    return "".join(w.phonemes + " " * w.space for w in words).strip()


@dataclass(frozen=True, slots=True)
class Rendering:
    """What an engine makes of one chunk."""

    samples: Samples
    frames: Frames

    @property
    def seconds(self) -> float:
        return len(self.samples) / SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class SynthesisOptions:
    """How a text is to be spoken."""

    voice: str
    """A voice's name, or a blend of several: "af_bella(2)+af_sky(1)"."""
    language: str
    """The language's letter, as in the first letter of a voice's name."""
    style: str | None = None
    """A voice or blend towards which timbre moves by *alpha* and prosody by *beta*, 0 to 1."""
    alpha: float = 0.3
    beta: float = 0.7
    speed: float = 1.0
    """From 0.5 to 2.0; it divides the predicted durations."""
    gaps: Gaps = field(default_factory=Gaps)
    """Silences between two chunks."""
    seed: int = 0
    max_phonemes: int = 250
    """Longest chunk, if the text can be cut; 510 is the model's limit."""
    strict: bool = False
    """Whether a loss is an error instead of a warning."""


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """Which engine speaks, where, and why that one."""

    engine: str
    device: str
    reason: str


@dataclass(frozen=True, slots=True)
class Losses:
    """What could not be spoken so far. The stages of the stream add to it."""

    items: list[Loss] = field(default_factory=list)
    first_line: int = 1
    """Line of the file on which the text begins."""

    def of_text_at(self, line: int) -> Losses:
        """Return the same list of losses, for a text that begins on that line of the file."""
        return Losses(self.items, line)

    def add(self, text: str, line: int, reason: str) -> None:
        self.items.append(Loss(text, self.first_line + line - 1, reason))


@dataclass(frozen=True, slots=True)
class TimedWord:
    """A word as the source spells it, with its punctuation marks, and when it is heard."""

    text: str
    start: int
    """In samples at 24 kHz from the beginning of the output, so that times do not drift."""
    end: int
    space: bool = True
    """Whether a space follows in the source; not in Japanese, say."""


@dataclass(frozen=True, slots=True)
class TimedSentence:
    words: tuple[TimedWord, ...]
    """At least one, in order; they do not overlap."""

    @property
    def text(self) -> str:
        return join_text(self.words)
