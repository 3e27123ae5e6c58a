"""What was spoken: all of it, or utterance by utterance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np

from kokoro_cli import threads
from kokoro_cli.errors import SpeechError, UsageError
from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.registry import listed
from kokoro_cli.sinks.formats import FORMATS, Encoding, check_encoding, format_of
from kokoro_cli.synthesis import SpokenWord, Utterance
from kokoro_cli.types import EngineChoice, Loss, Losses, Samples, SynthesisOptions


@dataclass(frozen=True, slots=True, eq=False)
class Speech:
    """A text, spoken."""

    utterances: tuple[Utterance, ...]
    losses: tuple[Loss, ...]
    """What could not be spoken as it is written."""
    options: SynthesisOptions
    """The request, resolved."""
    engine: EngineChoice
    sample_rate: int = SAMPLE_RATE
    """In hertz."""

    def __iter__(self) -> Iterator[Utterance]:
        return iter(self.utterances)

    @property
    def seconds(self) -> float:
        return sum(each.length for each in self.utterances) / self.sample_rate

    @property
    def words(self) -> list[SpokenWord]:
        """Every word and punctuation mark with the time at which it is heard."""
        return [word for each in self.utterances for word in each.words]

    def samples(self) -> Samples:
        """Return all of the sound: float32, mono, 24 kHz, shape [n]."""
        return np.concatenate([block for each in self.utterances for block in each.blocks()])

    def save(
        self,
        path: str | PathLike[str],
        *,
        format: str | None = None,
        sample_rate: int = SAMPLE_RATE,
        bit_rate: int | None = None,
    ) -> None:
        """Write a file that appears when it is whole. See `save_utterances`."""
        encoding = _encoding(Path(path), format, sample_rate, bit_rate)
        save_utterances(self.utterances, Path(path), encoding)


class SpeechStream(Iterator[Utterance]):
    """A text that is being spoken: an iterator over utterances, which are not kept.

    At most three utterances are made ahead, in a thread. `close`, the end of a ``with`` block, or
    dropping the stream ends that thread after the utterance that it is making.
    """

    def __init__(self, utterances: Iterator[Utterance], losses: Losses) -> None:
        self._utterances = threads.ahead(utterances)
        self._losses = losses
        self._begun = self._closed = False

    def __enter__(self) -> SpeechStream:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the stream early; it yields nothing more. Any thread may call this."""
        self._begun = self._closed = True
        with suppress(ValueError):  # Another thread is in `__next__`, which sees that it is closed.
            self._utterances.close()

    @property
    def losses(self) -> tuple[Loss, ...]:
        """What could not be spoken, in the text that has been read so far."""
        return tuple(self._losses.items)

    def __next__(self) -> Utterance:
        self._begun = True
        utterance = next(self._utterances)
        if self._closed:
            self.close()
            raise StopIteration
        return utterance

    def save(
        self,
        path: str | PathLike[str],
        *,
        format: str | None = None,
        sample_rate: int = SAMPLE_RATE,
        bit_rate: int | None = None,
    ) -> None:
        """Write a file while it is spoken; it appears when it is whole. See `save_utterances`."""
        if self._begun:
            raise SpeechError(
                "A part of this stream has been taken already.",
                hint="Save a stream before you iterate over it, or speak without `stream`.",
            )
        encoding = _encoding(Path(path), format, sample_rate, bit_rate)
        try:
            save_utterances(self, Path(path), encoding)
        finally:
            if self._begun:
                self.close()


def _encoding(path: Path, format: str | None, sample_rate: int, bit_rate: int | None) -> Encoding:
    if format is not None and format not in FORMATS:
        raise UsageError(f"Unknown format: {format!r}.", hint=f"Known are {listed(FORMATS)}.")
    return Encoding(format or format_of(path), sample_rate, bit_rate)


def save_utterances(utterances: Iterable[Utterance], path: Path, encoding: Encoding) -> None:
    """Write utterances to a file in one of the formats of `sinks.formats`.

    UsageError if the format can't be written so; KokoroError if the file can't be written.
    """
    from kokoro_cli.sinks.file import FileSink

    with FileSink(path, check_encoding(encoding)) as sink:
        for utterance in utterances:
            for block in utterance.blocks():
                sink.write(block)
