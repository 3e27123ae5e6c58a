"""Deliver utterances as they are made: to sinks, or to a listener with keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING

from kokoro_cli import threads
from kokoro_cli.errors import KokoroError
from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.playback.listener import Keyboard, Listener, Place
from kokoro_cli.playback.playlist import Playlist
from kokoro_cli.stopwatch import Stopwatch
from kokoro_cli.synthesis import Utterance
from kokoro_cli.types import Samples

if TYPE_CHECKING:
    from kokoro_cli.sinks import Sink
    from kokoro_cli.sinks.player import Player

Show = Callable[[str | None, str, float, str], None]
"""Called with the voice if it is not the run's, its text, the seconds so far, and a state."""


@dataclass(frozen=True, slots=True)
class SpokenChunk:
    text: str
    phonemes: str
    start_seconds: float
    """When its samples begin in the output, the gap before it included."""
    seconds: float


@dataclass(slots=True)
class Delivery:
    """What the sinks have been given."""

    watch: Stopwatch
    samples: int = 0
    heard: int = 0
    """Samples that were played or written, those that were repeated too."""
    first_audio_seconds: float = 0.0
    chunks: list[SpokenChunk] = field(default_factory=list)
    failure: KokoroError | None = None
    """The error of the sink that may fail, see `write`."""

    def write(
        self,
        stream: Iterator[Utterance],
        sinks: Sequence[Sink],
        show: Show,
        beside: Sink | None = None,
    ) -> None:
        """Write the utterances to the sinks as they come, and show what is spoken.

        The sink *beside* may fail without ending the others; `failure` is its error then.
        """
        spared = _Spared(beside) if beside else None
        sinks = [*sinks, spared] if spared else sinks
        try:
            self._write(stream, sinks, show)
        finally:
            self.failure = spared.failure if spared else None

    def _write(self, stream: Iterator[Utterance], sinks: Sequence[Sink], show: Show) -> None:
        with ExitStack() as stack:
            for sink in sinks:
                stack.enter_context(sink)
            for utterance in threads.ahead(stream):
                for block in utterance.blocks():
                    for sink in sinks:
                        sink.write(block)
                self._add(utterance)
                self.heard = self.samples
                show(utterance.chunk.voice, utterance.text, self.samples / SAMPLE_RATE, "")

    def play(
        self,
        playlist: Playlist,
        player: Player,
        keyboard: AbstractContextManager[Keyboard],
        show: Show,
    ) -> None:
        """Play to a listener whose keys pause, skip, go back and change the speed."""
        starts: list[int] = []

        def tell(place: Place) -> None:
            chunk = place.utterance.chunk
            if chunk.index == len(starts):  # The listener did not go back to it.
                starts.append(self.samples)
                self._add(place.utterance)
            seconds = (starts[chunk.index] + place.at) / SAMPLE_RATE
            show(chunk.voice, place.sentence, seconds, place.state)

        try:
            with player, keyboard as keys:
                self.heard = Listener(playlist, player, keys, tell).listen()
        finally:
            playlist.close()

    def _add(self, utterance: Utterance) -> None:
        if not self.chunks:
            self.first_audio_seconds = self.watch.now()
        chunk = SpokenChunk(
            text=utterance.text,
            phonemes=utterance.chunk.phonemes,
            start_seconds=round(self.samples / SAMPLE_RATE, 4),
            seconds=round(utterance.seconds, 4),
        )
        self.chunks.append(chunk)
        self.samples += utterance.length


class _Spared:
    """A sink that is left out from its first error on."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.failure: KokoroError | None = None

    def __enter__(self) -> _Spared:
        self._try(self._sink.__enter__)
        return self

    def write(self, block: Samples) -> None:
        if self.failure is None:
            self._try(lambda: self._sink.write(block))
            if self.failure is not None:
                self._leave(self.failure)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.failure is None:
            self._leave(error)

    def _leave(self, error: BaseException | None) -> None:
        trace = error.__traceback__ if error else None
        self._try(lambda: self._sink.__exit__(type(error) if error else None, error, trace))

    def _try(self, work: Callable[[], object]) -> None:
        try:
            work()
        except KokoroError as error:
            self.failure = self.failure or error
