"""Turn the chapters of an output into chunks; fit timed texts to their times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from kokoro_cli import synthesis
from kokoro_cli.documents import Chapter, Cue
from kokoro_cli.engines import Engine
from kokoro_cli.kokoro82m import SAMPLE_RATE, SAMPLES_PER_FRAME
from kokoro_cli.pauses import Boundary
from kokoro_cli.synthesis import StyleOf
from kokoro_cli.text.reading import Segment, TextStage
from kokoro_cli.types import Chunk, Losses, SynthesisOptions

FASTEST_FIT = 1.6
"""The most that a timed text is sped up, to end before the next begins. More is hard to follow."""

_APART = 0.15
"""Seconds between a timed text's end and the next one's start; covers errors of the estimate."""

_HARDLY = 0.05
"""Seconds that a timed text may be late without being reported."""


@dataclass(frozen=True, slots=True)
class ScriptPart:
    """A chapter, or one cue of a timed text."""

    title: str | None
    """Title of the chapter that begins here; None if it began earlier."""
    source: str
    """The text that the spans of its chunks' words refer to."""
    chunks: Iterator[Chunk]


@dataclass(frozen=True, slots=True)
class Narrator:
    """Makes the chunks of a chapter."""

    stage: TextStage
    options: SynthesisOptions
    engine: Callable[[], Engine]
    """Returns the engine, which says how long phonemes last; asked for timed texts only."""
    style: StyleOf

    def parts(self, chapter: Chapter, losses: Losses) -> Iterator[ScriptPart]:
        if chapter.cues:
            yield from self._timed(chapter, losses)
            return
        stage = self.stage.for_text(plain=chapter.plain)
        losses = losses.of_text_at(chapter.first_line)
        text = Segment(chapter.text, follows=Boundary.CHAPTER, boundaries=chapter.boundaries)
        chunks = synthesis.chunks([text], stage, self.options, losses)
        yield ScriptPart(chapter.title, chapter.text, chunks)

    def _timed(self, chapter: Chapter, losses: Losses) -> Iterator[ScriptPart]:
        title: str | None = chapter.title
        stage = self.stage.for_text(plain=True)
        following = [cue.start_seconds for cue in chapter.cues[1:]]
        for cue, until in zip(chapter.cues, [*following, None], strict=True):
            lost = losses.of_text_at(cue.line)
            chunks = [
                replace(chunk, follows=min(chunk.follows, Boundary.LINE))
                for chunk in synthesis.chunks(cue.text, stage, self.options, lost)
            ]
            yield ScriptPart(title, cue.text, iter(self._fitted(chunks, cue, until, lost)))
            title = None

    def _fitted(
        self, chunks: list[Chunk], cue: Cue, until: float | None, losses: Losses
    ) -> list[Chunk]:
        """Set a cue's start time, and speed up its chunks if they would run into the next cue."""
        if not chunks:
            return []
        if until is not None:
            room = until - cue.start_seconds
            hurry = min(self._seconds(chunks) / max(room - _APART, 0.1), FASTEST_FIT)
            if hurry > 1.0:
                chunks = [replace(chunk, rate=chunk.rate * hurry) for chunk in chunks]
                late = self._seconds(chunks) - room
                if late > _HARDLY:
                    reason = f"takes {late:.1f} s longer than there is until the next cue"
                    losses.add(cue.text, 1, reason)
        return [replace(chunks[0], start_seconds=cue.start_seconds), *chunks[1:]]

    def _seconds(self, chunks: list[Chunk]) -> float:
        """Return about how many seconds the chunks take, from the first sound to the last."""
        total = sum(self.options.gaps.at(each.follows) for each in chunks[1:])
        for each in chunks:
            total += sound_seconds(each, self.engine(), self.style, self.options)
        return total


_MARKS = ';:,.!?—…"()“” '


def sound_seconds(each: Chunk, engine: Engine, style: StyleOf, options: SynthesisOptions) -> float:
    """Estimate a chunk's seconds from its first sound to its last, without speaking it.

    Compared with `audio.assemble.sounding`, the estimate has a deviation of 0.06 s.
    """
    phonemes = each.phonemes
    if not phonemes:
        return 0.0
    frames = engine.frames(
        phonemes,
        style(each.voice or options.voice, len(phonemes)),
        speed=synthesis.speed_of(each, options),
    )
    seconds = frames * (SAMPLES_PER_FRAME / SAMPLE_RATE)
    last = len(phonemes.rstrip(_MARKS))
    fading = fading_seconds(seconds[last], seconds[last + 1 :].sum())
    return max(float(seconds[1 : last + 1].sum()) + fading, 0.1)


def fading_seconds(last: float, marks: float) -> float:
    """Estimate how many seconds a chunk sounds after the frames of its last phoneme.

    The frames do not say when the sound has faded. The coefficients are a least-squares fit over
    195 chunks of five voices. *last* is the length of that phoneme, *marks* of the marks after it.
    """
    return -0.186 - 0.85 * last + 1.10 * marks
