"""Utterances for a listener who goes back, skips, and changes the speed while they are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from threading import Condition, Thread

from kokoro_cli.synthesis import Utterance
from kokoro_cli.types import Chunk

_AHEAD = 2
_KEPT = 50
"""Utterances that were heard and are kept: some minutes, and at most 70 MB."""


@dataclass(slots=True)
class _Made:
    chunk: Chunk
    utterance: Utterance
    rate: float


class Playlist:
    """Makes the next utterances in a thread, a little ahead, and keeps those that were heard last.

    After a change of speed, those that are ready are made again; the listener gets an old one if
    its new one is late. An error of the thread is raised when its utterance is asked for.
    """

    def __init__(
        self, chunks: Iterator[Chunk], speak: Callable[[Iterator[Chunk]], Iterator[Utterance]]
    ) -> None:
        self._chunks, self._speak = chunks, speak
        self._changed = Condition()
        self._ready: list[_Made] = []
        self._rate = 1.0
        self._all_made = self._left = False
        self._error: BaseException | None = None
        self._heard: list[Utterance] = []
        self._place = 0
        """Index in `_heard` of the next utterance for the listener."""
        Thread(target=self._work, daemon=True, name="synthesis").start()

    @property
    def ended(self) -> bool:
        """Whether the listener has been given everything."""
        with self._changed:
            return self._place == len(self._heard) and self._all_made and not self._ready

    def next(self, seconds: float) -> Utterance | None:
        """Return the next utterance; None if it is not ready within *seconds*."""
        with self._changed:
            if self._place == len(self._heard) and not self._take(seconds):
                return None
            self._place += 1
            return self._heard[self._place - 1]

    def _take(self, seconds: float) -> bool:
        self._changed.wait_for(lambda: self._ready or self._error or self._all_made, seconds)
        if self._ready:
            self._heard.append(self._ready.pop(0).utterance)
            self._changed.notify_all()
            if len(self._heard) > _KEPT:
                del self._heard[0]
                self._place -= 1
            return True
        if self._error:
            raise self._error
        return False

    def back(self) -> Utterance | None:
        """Return the utterance before the last one given; None at the beginning."""
        if self._place < 2:
            return None
        self._place -= 1
        return self._heard[self._place - 1]

    def set_rate(self, rate: float) -> None:
        """Speak what follows at *rate* times the speed."""
        with self._changed:
            self._rate = rate
            self._changed.notify_all()

    def close(self) -> None:
        """End the thread after the utterance that it is making."""
        with self._changed:
            self._left = True
            self._changed.notify_all()

    # In the thread

    def _work(self) -> None:
        try:
            for utterance in self._speak(self._supply()):
                with self._changed:
                    self._put(utterance)
                    self._changed.notify_all()
        except BaseException as error:
            with self._changed:
                self._error = error
                self._changed.notify_all()

    def _put(self, utterance: Utterance) -> None:
        chunk, rate, old = self._task
        if old is None:
            self._ready.append(_Made(chunk, utterance, rate))
        else:  # The listener may have taken it; then this is not wanted any more.
            old.utterance, old.rate = utterance, rate

    def _supply(self) -> Iterator[Chunk]:
        """Yield the chunks to make: first those that are ready at an old speed, then new ones."""
        while self._is_wanted():
            with self._changed:
                old = self._old()
            chunk = old.chunk if old else next(self._chunks, None)  # That may be long in coming.
            with self._changed:
                if chunk is None:
                    self._all_made = True
                    self._changed.notify_all()
                    continue
                rate = self._rate
                self._task = chunk, rate, old
            yield replace(chunk, rate=chunk.rate * rate)

    def _old(self) -> _Made | None:
        return next((made for made in self._ready if made.rate != self._rate), None)

    def _is_wanted(self) -> bool:
        """Wait until there is something to make; False if the listener has left."""

        def something() -> bool:
            room = len(self._ready) < _AHEAD and not self._all_made
            return self._left or room or self._old() is not None

        with self._changed:
            self._changed.wait_for(something)
            return not self._left
