"""What a caller asks for, before it is checked and resolved. Nothing heavy is imported here."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

from kokoro_cli.pauses import Gaps

_NO_GAPS = Gaps(0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class ReadingRequest:
    """How written text is read."""

    locale: str | None = None
    """ "en-us" or "en-gb": whether 3/4 is in March or in April; None follows the language."""
    urls: str = "short"
    """ "short", or "full" with https and all."""
    emoji: str = "skip"
    """ "skip" or "describe"."""
    line_mode: bool = False
    """Whether each line is a paragraph of its own, as in poems."""
    lexicon: tuple[Path, ...] = ()
    """Files with pronunciations; the last one has the highest priority."""


@dataclass(frozen=True, slots=True)
class SpeechRequest:
    """How a text is spoken."""

    voice: str | None = None
    """A voice, or a blend as "af_bella(2)+af_sky(1)"; None takes the language's best."""
    style: str | None = None
    """A voice or blend to move towards, by *alpha* and *beta*."""
    alpha: float | None = None
    """The style's share of the timbre, 0 to 1; None is 0.3."""
    beta: float | None = None
    """The style's share of the prosody, 0 to 1; None is 0.7."""
    language: str | None = None
    """A letter or a tag, as "b" or "en-gb"; None follows the voice."""
    speed: float = 1.0
    """From 0.5 to 2.0."""
    gap_seconds: float = 0.4
    """Silence between two chunks of a paragraph."""
    paragraph_gap_seconds: float | None = None
    """Silence after a paragraph; None is as long as *gap_seconds*."""
    heading_gap_seconds: float | None = None
    """Silence before and after a heading, and at a scene break; None is as after a paragraph."""
    chapter_gap_seconds: float | None = None
    """Silence between two chapters; None is as at a heading."""
    seed: int = 0
    """Fixes the noise in the voice: the same request gives the same samples."""
    max_phonemes: int | None = None
    """Longest chunk, up to 510; None is 250."""
    strict: bool = False
    """Whether it is an error if anything can't be spoken."""
    reading: ReadingRequest = field(default_factory=ReadingRequest)

    def gaps(self, least: Gaps = _NO_GAPS) -> Gaps:
        """Return the silences that are asked for.

        One that is None becomes as long as the *least*, or as the one named before it, whichever
        is longer.
        """
        paragraph = _longer(self.paragraph_gap_seconds, least.paragraph, self.gap_seconds)
        heading = _longer(self.heading_gap_seconds, least.heading, paragraph)
        chapter = _longer(self.chapter_gap_seconds, least.chapter, heading)
        return Gaps(self.gap_seconds, paragraph, heading, chapter)


def _longer(asked: float | None, least: float, before: float) -> float:
    return max(least, before) if asked is None else asked


class SpeechFields(TypedDict, total=False):
    """The fields of `SpeechRequest` as keyword arguments, for type checkers."""

    voice: str | None
    style: str | None
    alpha: float | None
    beta: float | None
    language: str | None
    speed: float
    gap_seconds: float
    paragraph_gap_seconds: float | None
    heading_gap_seconds: float | None
    chapter_gap_seconds: float | None
    seed: int
    max_phonemes: int | None
    strict: bool
    reading: ReadingRequest
