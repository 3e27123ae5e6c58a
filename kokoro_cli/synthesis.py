"""From text to sound: the stages as one stream.

Every stage is an iterator, so the first chunk is heard while the next is made, and memory does not
grow with the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from kokoro_cli.audio.assemble import At, Gap, assemble, from_int16, scaled_int16, silences
from kokoro_cli.engines import Call, Engine
from kokoro_cli.errors import KokoroError, SpeechError, UsageError, as_kokoro_error
from kokoro_cli.kokoro82m import MAX_PHONEMES, SAMPLE_RATE, SAMPLES_PER_FRAME
from kokoro_cli.pauses import Boundary, Gaps
from kokoro_cli.text.chunk import StreamLengths, chunk, ends_clause
from kokoro_cli.text.passage import Passage
from kokoro_cli.text.reading import Text, TextStage
from kokoro_cli.types import Chunk, Losses, Rendering, Samples, Style, SynthesisOptions, Word

SPEEDS = (0.5, 2.0)
LONGEST_GAP_SECONDS = 60.0

T = TypeVar("T")
R = TypeVar("R")

StyleOf = Callable[[str, int], Style]
"""Returns the style of a voice, by name, for an utterance of that many phonemes."""


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word, and when it is heard."""

    text: str
    """As it is spoken: "five" for "5"."""
    phonemes: str
    start_seconds: float
    """From the beginning of the speech."""
    end_seconds: float
    span: tuple[int, int]
    """The characters of the source that it was read from."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One chunk, spoken."""

    chunk: Chunk
    rendering: Rendering
    """What the engine made, with the silence at its ends."""
    sound: Samples
    """What is heard after `silence`: float32 at 24 kHz, with the gap before it."""
    shift: int = 0
    """Index in `samples` of the rendering's first sample; negative if silence was trimmed."""
    start: int = 0
    """Index in the whole speech of the first of `samples`."""
    silence: int = 0
    """Samples of silence before `sound`; 0 unless the gap is longer than ten seconds."""

    @property
    def samples(self) -> Samples:
        """All that is heard, in one array: float32 at 24 kHz, mono, shape [length]."""
        return np.concatenate(list(self.blocks())) if self.silence else self.sound

    @property
    def length(self) -> int:
        """Number of `samples`."""
        return self.silence + len(self.sound)

    def blocks(self, start: int = 0) -> Iterator[Samples]:
        """Yield `samples` from *start* on in parts, so that a silence of hours takes no memory."""
        yield from silences(self.silence - start)
        yield self.sound[max(0, start - self.silence) :]

    @property
    def text(self) -> str:
        """The words as they are spoken."""
        return self.chunk.text

    @property
    def start_seconds(self) -> float:
        return self.start / SAMPLE_RATE

    @property
    def seconds(self) -> float:
        return self.length / SAMPLE_RATE

    @property
    def span(self) -> tuple[int, int]:
        """The characters of the source that it was read from; (0, 0) for a silence alone."""
        words = self.chunk.words
        return (min(w.start for w in words), max(w.end for w in words)) if words else (0, 0)

    @property
    def words(self) -> list[SpokenWord]:
        """The words, without marks, with the times at which they are heard."""
        length = self.length
        found = []
        for word, first, last in words_heard(self):
            if not any(map(str.isalnum, word.text)):
                continue
            start = min(max(first, 0), length)
            end = min(max(last, start), length)
            times = (self.start + start) / SAMPLE_RATE, (self.start + end) / SAMPLE_RATE
            found.append(SpokenWord(word.text, word.phonemes, *times, (word.start, word.end)))
        return found


def check_options(options: SynthesisOptions) -> SynthesisOptions:
    """Return the options; UsageError for a value out of range."""
    low, high = SPEEDS
    if not low <= options.speed <= high:
        raise UsageError(f"The speed is {options.speed:g}.", hint=f"It goes from {low} to {high}.")
    gaps = options.gaps
    for name, seconds in (
        ("gap", gaps.sentence),
        ("paragraph gap", gaps.paragraph),
        ("heading gap", gaps.heading),
        ("chapter gap", gaps.chapter),
    ):
        if not 0 <= seconds <= LONGEST_GAP_SECONDS:
            raise UsageError(
                f"The {name} is {seconds:g} seconds.",
                hint=f"It goes from 0 to {LONGEST_GAP_SECONDS:.0f}.",
            )
    if not 0 <= options.seed < 2**63:
        raise UsageError(f"The seed is {options.seed}.", hint=f"It goes from 0 to {2**63 - 1}.")
    if not 1 <= options.max_phonemes <= MAX_PHONEMES:
        raise UsageError(
            f"The longest chunk is {options.max_phonemes} phonemes.",
            hint=f"It goes from 1 to {MAX_PHONEMES}, what the model takes at once.",
        )
    return options


_BREATH_SECONDS = 0.1
"""Silence after the first chunk of a stream if it ends within a clause."""

# Characters of a paragraph that are cut into chunks together.
_TOGETHER = 4_000


def chunks(
    text: Text,
    stage: TextStage,
    options: SynthesisOptions,
    losses: Losses,
    stream_lengths: StreamLengths | None = None,
) -> Iterator[Chunk]:
    """Yield the chunks of a text in order. What can't be spoken goes to *losses*.

    With *stream_lengths* the first ones are short, so that the first sound comes soon.
    """
    index = 0
    follows = Boundary.SENTENCE
    for passage, words in _paragraphs(text, stage, losses):
        manner, pause = passage.manner, passage.pause_seconds
        follows = max(follows, passage.follows)  # The one before may have no words.
        parts = (
            list(chunk(words, options.max_phonemes, stream_lengths)) if _has_words(words) else []
        )
        if not parts and pause is not None:
            parts = [()]  # Nothing but a silence.
        begins = True
        for part in parts:
            yield Chunk(
                index,
                part,
                passage.line,
                manner.voice,
                manner.rate,
                pause,
                begins=begins,
                follows=follows,
            )
            pause, begins = None, part[-1].closes if part else True
            follows = Boundary.SENTENCE
            if stream_lengths and index == 0 and part and not ends_clause(part[-1]):
                pause = min(_BREATH_SECONDS, options.gaps.sentence)
            index += 1


def checked(stream: Iterable[Chunk], losses: Losses, *, strict: bool) -> Iterator[Chunk]:
    """Yield the chunks of one output.

    SpeechError if nothing can be spoken. If *strict*, also if anything can't be; then all of the
    text is read before the first chunk is yielded.
    """
    if strict:
        stream = list(stream)
        refuse(losses)
    spoken = False
    for each in stream:
        yield each
        spoken = spoken or bool(each.words)
    if not spoken:
        raise nothing_to_speak()


def nothing_to_speak() -> SpeechError:
    return SpeechError(
        "There is nothing to speak in this text.", hint="Give a text with words in it."
    )


def refuse(losses: Losses) -> None:
    """Raise SpeechError if there is a loss."""
    if losses.items:
        raise SpeechError(
            f"{losses.items[0]}." + _and_more(len(losses.items) - 1),
            hint="Write it another way, or leave `strict` out to hear the rest.",
        )


def _and_more(count: int) -> str:
    return f" And {count} more like it." if count else ""


def _has_words(words: list[Word]) -> bool:
    return any(map(str.isalnum, "".join(word.phonemes for word in words)))


def _paragraphs(
    text: Text, stage: TextStage, losses: Losses
) -> Iterator[tuple[Passage, list[Word]]]:
    """Yield the words that are cut into chunks together: a paragraph, or a part of a long one."""
    current: Passage | None = None
    words: list[Word] = []
    length = 0
    known = 0

    def done() -> Iterator[tuple[Passage, list[Word]]]:
        if current is None:
            return
        silent = current.pause_seconds is None and not _has_words(words)
        if silent and len(losses.items) == known:
            losses.add(current.text.text, current.line, "there is no word in it")
        yield current, words

    for sentence in stage.sentences(text, losses):
        passage = sentence.passage
        if current is None or sentence.begins or length > _TOGETHER:
            yield from done()
            known = len(losses.items)
            current, words, length = passage, [], 0
            if not sentence.begins:
                current = replace(passage, pause_seconds=None, follows=Boundary.SENTENCE)
        words += _closed(stage.words(sentence, losses))
        length += len(sentence.text)
        if sentence.ends:
            yield from done()
            current = None


def _closed(words: list[Word]) -> list[Word]:
    return [*words[:-1], replace(words[-1], closes=True)] if words else words


def speak(
    stream: Iterable[Chunk], engine: Engine, style: StyleOf, options: SynthesisOptions
) -> Iterator[Utterance]:
    """Yield each chunk with its sound, one after the other."""
    rendered = ((each, render(each, engine, style, options)) for each in stream)
    yield from join(rendered, options.gaps)


def join(rendered: Iterable[tuple[Chunk, Rendering]], gaps: Gaps) -> Iterator[Utterance]:
    """Yield the utterances of one output, with the silence between them."""
    spoken: list[tuple[Chunk, Rendering]] = []

    def renderings() -> Iterator[tuple[Samples, float | At | Gap]]:
        for each, rendering in rendered:
            spoken.append((each, rendering))
            yield rendering.samples, _silence_before(each, gaps)

    start = 0
    for silence, sound, shift in assemble(renderings(), gaps.shortest):
        each, rendering = spoken.pop()
        utterance = Utterance(each, rendering, sound, shift, start, silence)
        yield utterance
        start += utterance.length


def _silence_before(each: Chunk, gaps: Gaps) -> float | At | Gap:
    if each.start_seconds is not None:
        return At(each.start_seconds)
    if each.pause_seconds is not None:
        return each.pause_seconds
    return Gap(gaps.at(each.follows))


# A phoneme is heard before its frames begin: by 55 ms on average, from 17 to 110 ms, over 28 chunks
# of two voices. KPipeline's own time stamps are three frames early.
_LEAD_FRAMES = 2


def words_heard(utterance: Utterance) -> Iterator[tuple[Word, int, int]]:
    """Yield (word, start, end) for each word with phonemes: indexes in the utterance's samples."""
    frames = utterance.rendering.frames
    # edges[i]: the start of phoneme i, after the padding before the first one.
    edges = (np.cumsum(frames)[:-1] - _LEAD_FRAMES) * SAMPLES_PER_FRAME + utterance.shift
    phonemes = "".join(word.phonemes + " " * word.space for word in utterance.chunk.words)
    place = len(phonemes.lstrip()) - len(phonemes)  # The engine got no leading spaces.
    for word in utterance.chunk.words:
        after = place + len(word.phonemes)
        if word.phonemes and after < len(edges) + 1:
            yield word, int(edges[place]), int(edges[min(after, len(edges) - 1)])
        place = after + word.space


def render(each: Chunk, engine: Engine, style: StyleOf, options: SynthesisOptions) -> Rendering:
    """Have the engine speak a chunk; a chunk that is only a silence gives no samples.

    SpeechError, with the chunk's text, if the engine gives no usable sound.
    """
    call = call_of(each, style, options)
    if call is None:
        return nothing()
    try:
        return sound_of(call, engine)
    except UnsoundError as error:
        raise error.of(each) from error


class UnsoundError(SpeechError):
    """An engine gave no usable sound for a call."""

    def of(self, each: Chunk) -> UnsoundError:
        """Return the error for a person: it names the chunk."""
        text = each.text if len(each.text) <= _NAMED else each.text[: _NAMED - 1] + "…"
        return UnsoundError(f"{self.message[:-1]} for “{text}”, line {each.line}.", hint=self.hint)


_NAMED = 200
"""Letters of a chunk that an error shows."""

_QUIETEST = 0.01
"""Peak of full scale. The model gives 0.17 and more, even for a single "h" or "…"."""

_LOUDEST = 8.0
"""Speech of the 54 voices peaks below full scale, 1.0; absurd styles and weights give 1000."""

_LONGEST_FRAMES = 65_535
"""Of one phoneme: what the store of chunks can hold. The model gives 100 at most."""


def sound_of(call: Call, engine: Engine) -> Rendering:
    """Have the engine speak; UnsoundError if it fails, or `check_sound` refuses what it gives.

    Samples are rounded to 16 bits, as those in the store are: both give the same files.
    """
    try:
        rendering = call.by(engine)
    except KokoroError:
        raise
    except Exception as error:  # Those of numpy and the runtimes have no common base class.
        raise _unsound(f"failed ({type(error).__name__}: {error})") from error
    return _rounded(call, rendering)


def sounds_of(calls: Sequence[Call], engine: Engine) -> list[Rendering | KokoroError]:
    """Have the engine speak several calls together; return what each gives, as of `sound_of`.

    If one can't be spoken, each is tried by itself.
    """
    if len(calls) > 1:
        with suppress(Exception):
            made = engine.render_batch(calls)
            return [_rounded(call, each) for call, each in zip(calls, made, strict=True)]

    def alone(call: Call) -> Rendering | KokoroError:
        try:
            return sound_of(call, engine)
        except Exception as error:
            return as_kokoro_error(error)

    return [alone(call) for call in calls]


def _rounded(call: Call, rendering: Rendering) -> Rendering:
    check_sound(call, rendering)
    return Rendering(from_int16(*scaled_int16(rendering.samples)), rendering.frames)


def check_sound(call: Call, rendering: Rendering) -> Rendering:
    """Return what an engine gave for a call; UnsoundError if that can't be speech.

    Marks alone may be silent; words may not.
    """
    samples, frames = rendering.samples, rendering.frames
    if not np.isfinite(samples).all():
        raise _unsound("gave values that are no numbers")
    if not 0 <= frames.min(initial=0) <= frames.max(initial=0) <= _LONGEST_FRAMES:
        raise _unsound("gave impossible lengths of phonemes")
    loudest = float(np.abs(samples).max(initial=0.0))
    if loudest > _LOUDEST:
        raise _unsound(f"gave noise, {loudest:.3g} times full scale,")
    if loudest < _QUIETEST and any(map(str.isalnum, call.phonemes)):
        raise _unsound("gave silence")
    return rendering


def _unsound(what: str) -> UnsoundError:
    return UnsoundError(
        f"The engine {what}.",
        hint="The model or the voice may be damaged: kokoro models verify `repair`",
    )


def call_of(each: Chunk, style: StyleOf, options: SynthesisOptions) -> Call | None:
    """Return the call of an engine that speaks a chunk; None for one that is only a silence."""
    phonemes = each.phonemes
    if not phonemes:
        return None
    row = style(each.voice or options.voice, len(phonemes))
    return Call(phonemes, row, speed_of(each, options), options.seed)


def nothing() -> Rendering:
    """Return the rendering of a silence."""
    return Rendering(np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.int64))


def speed_of(each: Chunk, options: SynthesisOptions) -> float:
    low, high = SPEEDS
    return min(max(options.speed * each.rate, low), high)
