"""One engine for many listeners: which stream's next chunk is spoken.

Every stream has a time at which its listener would fall silent; the earliest goes first. It is the
rule "earliest deadline first" (Liu and Layland 1973). A stream whose listener has ten seconds in
hand waits for one that is about to run dry. Nothing starves: a deadline does not move while a
stream waits.

If there is more to do than the engine can, some are late. Then the client goes first for whom least
was done (fair queueing), however many streams another one has.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from queue import Full, Queue
from threading import Condition, Lock
from typing import Protocol

from kokoro_cli import synthesis
from kokoro_cli.batch.kept import KeptCalls
from kokoro_cli.engines import Call, Engine
from kokoro_cli.errors import KokoroError, as_kokoro_error
from kokoro_cli.pauses import Gaps
from kokoro_cli.speaker.plan import SpeechPlan
from kokoro_cli.synthesis import UnsoundError, Utterance
from kokoro_cli.threads import start
from kokoro_cli.types import Chunk, Rendering

Source = Iterator[tuple[SpeechPlan, Chunk]]
"""The chunks of a stream, each with the plan that speaks it."""

Deliver = Callable[["Utterance | KokoroError | None"], None]
"""Gets each utterance in order, and then None, or the error that ended the stream.

A thread of the queue calls it, so it has to return at once.
"""

_PATIENCE_SECONDS = {True: 0.2, False: 1.0}
"""How soon a listener wants the first sound, if he hears it as it is made, and if he does not."""

_AGEING = 0.1
"""Of late streams: the seconds of work for a client that weigh as much as a second of waiting.

Else one client would wait for ever while new ones come."""

_AHEAD_SECONDS = 60.0
"""Most sound of a stream that is made and not taken: a slow reader does not fill the memory."""

_READERS = 2
"""Threads that read texts: a text that takes long does not hold up all others."""

_READY = 2
"""Chunks of a stream whose text is read before they are spoken."""

_BATCH_WINDOW_SECONDS = 0.003
"""How long a batch waits for the chunks of other streams."""

_USUAL_FACTOR = 0.3
"""Seconds of work for a second of speech, until it is known."""

_UNKEPT = 64
"""Most renderings that wait to be kept; if more come, some are not kept."""


class FullError(KokoroError):
    """The queue takes no more, of anyone or of this client."""

    def __init__(self, message: str, retry_seconds: float) -> None:
        super().__init__(message, hint=f"Try again in {retry_seconds:.0f} s.")
        self.retry_seconds = retry_seconds


class StoppingError(KokoroError):
    """The server stops."""


class Watcher(Protocol):
    """Is told what the queue does; any thread may call it."""

    def first_sound(self, seconds: float) -> None:
        """A stream's first utterance was made, *seconds* after it was asked for."""

    def spoke(self, calls: int, audio_seconds: float, work_seconds: float) -> None:
        """The engine spoke so many calls together."""


@dataclass(slots=True)
class _Slot:
    """A chunk, and what becomes of it."""

    plan: SpeechPlan
    chunk: Chunk
    call: Call | None
    made: Rendering | KokoroError | None = None


_USUAL_GAPS = Gaps()


class Stream:
    """A text that is being spoken for one listener."""

    def __init__(
        self,
        source: Source,
        deliver: Deliver,
        *,
        client: str = "",
        gaps: Gaps = _USUAL_GAPS,
        expected_seconds: float = 0.0,
        live: bool = True,
    ) -> None:
        """*client* is whoever asks: clients are treated alike, however much each asks for.

        *expected_seconds* is about how long the speech will be. *live* says that it is heard as it
        is made.
        """
        self.client = client
        self.made_seconds = 0.0
        self._source, self._deliver = source, deliver
        self._expected, self._live = expected_seconds, live
        self._arrived = self._first = self._taken = 0.0
        self._sounds = False
        self.waiting: deque[_Slot] = deque()
        """Chunks that are read and that no thread speaks yet."""
        self._order: deque[_Slot] = deque()
        """Chunks that are read and not delivered."""
        self._rendered: deque[tuple[Chunk, Rendering]] = deque()
        self._utterances = synthesis.join(iter(self._rendered.popleft, None), gaps)
        self._delivering = Lock()
        self.reading = self.is_read = self.is_over = False

    @property
    def left_seconds(self) -> float:
        """About how much is still to be spoken."""
        return max(0.0, self._expected - self.made_seconds)

    @property
    def due(self) -> float:
        """When its listener falls silent, or becomes impatient."""
        if self._live and self._sounds:
            return self._first + self.made_seconds
        return self._arrived + _PATIENCE_SECONDS[self._live] + self.made_seconds

    @property
    def has_room(self) -> bool:
        return self.made_seconds - self._taken < _AHEAD_SECONDS

    def arrive(self, now: float) -> None:
        """Note when it was asked for."""
        self._arrived = now

    def took(self, utterance: Utterance) -> None:
        """Note that the listener has got an utterance."""
        self._taken += utterance.seconds

    def read(self) -> None:
        """Read the next chunk's text. One thread at a time may do so."""
        found = next(self._source, None)
        if found is None:
            self.is_read = True
            return
        plan, chunk = found
        call = synthesis.call_of(chunk, plan.styles.style, plan.options)
        slot = _Slot(plan, chunk, call, None if call else synthesis.nothing())
        self._order.append(slot)
        if call:
            self.waiting.append(slot)

    def deliver(self, now: Callable[[], float], watcher: Watcher) -> bool:
        """Deliver what is made, in order; return whether the stream is over."""
        with self._delivering:
            while not self.is_over and self._order and self._order[0].made is not None:
                slot = self._order.popleft()
                if isinstance(slot.made, KokoroError):
                    self._end(_named(slot.made, slot.chunk))
                elif slot.made is not None:
                    self._rendered.append((slot.chunk, slot.made))
                    utterance = next(self._utterances)
                    if not self._sounds and len(utterance.sound):
                        self._sounds, self._first = True, now()
                        watcher.first_sound(self._first - self._arrived)
                    self.made_seconds += utterance.seconds
                    self._deliver(utterance)
            if self.is_read and not self._order:
                self._end(None)
        return self.is_over

    def fail(self, error: KokoroError) -> None:
        with self._delivering:
            self._end(error)

    def _end(self, error: KokoroError | None) -> None:
        if not self.is_over:
            self.is_over = True
            self._deliver(error)


def _named(error: KokoroError, chunk: Chunk) -> KokoroError:
    return error.of(chunk) if isinstance(error, UnsoundError) else error


class SpeechQueue:
    """Speaks streams. Close it to end its threads."""

    def __init__(
        self,
        engine: Callable[[], Engine],
        watcher: Watcher,
        *,
        kept: Callable[[], KeptCalls | None] = lambda: None,
        most: int = 64,
        most_of_client: int = 64,
        workers: int = 1,
        batch: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """*engine* returns the engine and is called before each call of it.

        At most *most* streams are taken at once, and *most_of_client* of one client. *workers*
        calls of the engine go on at once, with up to *batch* chunks each.
        """
        self._engine, self._watcher, self._kept = engine, watcher, kept
        self._most, self._most_of_client = most, most_of_client
        self._batch, self._clock = batch, clock
        self._ready = max(_READY, batch)
        self._streams: list[Stream] = []
        self._changed = Condition()
        self._closed = False
        self._busy = 0
        self._factor = _USUAL_FACTOR
        self._work: dict[str, float] = {}
        """By client with streams, the engine's seconds for it; a new one begins with the least."""
        self.used_at = clock()
        """When a stream was last at work."""
        self._unkept: Queue[tuple[KeptCalls, Call, Rendering] | None] = Queue(_UNKEPT)
        self._threads = [start(self._read_texts, "text", self._stop) for _ in range(_READERS)]
        self._threads += [start(self._speak_chunks, "engine", self._stop) for _ in range(workers)]
        self._threads.append(start(self._keep, "keeping", self._stop))

    # For whoever asks

    def begin(self, stream: Stream) -> None:
        """Take a stream; FullError if there are too many."""
        with self._changed:
            same = [each for each in self._streams if each.client == stream.client]
            if len(self._streams) >= self._most:
                raise FullError(
                    f"All {self._most} places are taken.", self._seconds_until_free(self._streams)
                )
            if len(same) >= self._most_of_client:
                raise FullError(
                    f"You may have {self._most_of_client} at once, and have them.",
                    self._seconds_until_free(same),
                )
            stream.arrive(self._clock())
            if not same:
                self._work[stream.client] = min(self._work.values(), default=0.0)
            self._streams.append(stream)
            self._changed.notify_all()

    def took(self, stream: Stream, utterance: Utterance) -> None:
        """Note that the listener has got an utterance, so there is room for another."""
        with self._changed:
            stream.took(utterance)
            self._changed.notify_all()

    def leave(self, stream: Stream) -> None:
        """Drop a stream; at most the chunks that are being spoken go on."""
        with self._changed:
            stream.is_over = True
            self._drop(stream)
            self._changed.notify_all()

    @property
    def running(self) -> int:
        """Streams of which something was spoken."""
        with self._changed:
            return sum(stream.made_seconds > 0 for stream in self._streams)

    @property
    def waiting(self) -> int:
        """Streams of which nothing was spoken yet."""
        with self._changed:
            return sum(stream.made_seconds == 0 for stream in self._streams)

    @property
    def is_idle(self) -> bool:
        with self._changed:
            return not self._streams and not self._busy

    def end_streams(self) -> None:
        """End all streams with a StoppingError."""
        with self._changed:
            streams, self._streams = self._streams, []
            self._changed.notify_all()
        for stream in streams:
            stream.fail(StoppingError("The server is stopping."))

    def close(self) -> None:
        """End all streams, and wait for the threads."""
        self._stop()
        for thread in self._threads:
            thread.join()

    def _stop(self) -> None:
        with self._changed:
            self._closed = True
        self.end_streams()
        with suppress(Full):
            self._unkept.put_nowait(None)

    def _seconds_until_free(self, streams: list[Stream]) -> float:
        work = sum(stream.left_seconds for stream in self._streams) * self._factor
        return min(max(1.0, work / max(1, len(streams))), 60.0)

    def _drop(self, stream: Stream) -> None:
        """Forget a stream; the lock is held."""
        with suppress(ValueError):
            self._streams.remove(stream)
        stream.waiting.clear()
        if all(each.client != stream.client for each in self._streams):
            self._work.pop(stream.client, None)
        self.used_at = self._clock()

    def _urgent(self, streams: list[Stream]) -> list[Stream]:
        """Return the streams in the order in which they are worked on; the lock is held."""
        now = self._clock()

        def urgency(stream: Stream) -> tuple[bool, float, float]:
            work, due = self._work.get(stream.client, 0.0), stream.due
            if due > now:
                return True, due, work
            return False, work - _AGEING * (now - due), due

        return sorted(streams, key=urgency)

    def _after(self, stream: Stream) -> None:
        """Deliver what is made of a stream, and forget it if that was all."""
        if stream.deliver(self._clock, self._watcher):
            with self._changed:
                self._drop(stream)
                self._changed.notify_all()

    # The thread that reads texts

    def _read_texts(self) -> None:
        while stream := self._next_to_read():
            error = None
            try:
                stream.read()
            except Exception as failure:
                error = as_kokoro_error(failure)
            with self._changed:
                stream.reading = False
                self._changed.notify_all()
            if error:
                stream.fail(error)
            self._after(stream)

    def _next_to_read(self) -> Stream | None:
        """Wait for a stream whose text is to be read; None if the queue is closed."""
        with self._changed:
            while not self._closed:
                found = [
                    stream
                    for stream in self._streams
                    if len(stream.waiting) < self._ready
                    and stream.has_room
                    and not stream.is_read
                    and not stream.reading
                    and not stream.is_over
                ]
                if found:
                    stream = self._urgent(found)[0]
                    stream.reading = True
                    return stream
                self._changed.wait()
        return None

    # The threads that speak

    def _speak_chunks(self) -> None:
        while slots := self._next_to_speak():
            begun = self._clock()
            for slot, made in zip(slots, self._speak([s for s, _ in slots]), strict=True):
                slot[0].made = made
            with self._changed:
                self._busy -= 1
                self.used_at = self._clock()
                for _, stream in slots:
                    if stream.client in self._work:
                        self._work[stream.client] += (self.used_at - begun) / len(slots)
            for stream in dict.fromkeys(stream for _, stream in slots):
                self._after(stream)

    def _next_to_speak(self) -> list[tuple[_Slot, Stream]]:
        """Wait for chunks to speak together; none if the queue is closed."""
        with self._changed:
            until = None
            while not self._closed:
                ready = [stream for stream in self._streams if stream.waiting and stream.has_room]
                count = sum(len(stream.waiting) for stream in ready)
                if ready and self._batch > 1 and count < self._batch:
                    now = self._clock()
                    until = until or now + _BATCH_WINDOW_SECONDS
                    if now < until:
                        self._changed.wait(until - now)
                        continue
                if ready:
                    self._busy += 1
                    return self._take(ready)
                self._changed.wait()
        return []

    def _take(self, ready: list[Stream]) -> list[tuple[_Slot, Stream]]:
        """Take a batch: a chunk of each stream, the earliest first, and then their next ones."""
        order = self._urgent(ready)
        found: list[tuple[_Slot, Stream]] = []
        while len(found) < self._batch and (order := [s for s in order if s.waiting]):
            for stream in order[: self._batch - len(found)]:
                found.append((stream.waiting.popleft(), stream))
        self._changed.notify_all()  # Their next texts can be read.
        return found

    def _speak(self, slots: list[_Slot]) -> list[Rendering | KokoroError]:
        kept = self._kept()
        made: dict[int, Rendering | KokoroError] = {}
        calls: dict[int, Call] = {}
        for i, slot in enumerate(slots):
            assert slot.call is not None
            if kept and (found := kept.find(slot.call)):
                made[i] = found
            else:
                calls[i] = slot.call
        if calls:
            for i, result in zip(calls, self._spoken(list(calls.values())), strict=True):
                made[i] = result
                if kept and isinstance(result, Rendering):
                    with suppress(Full):
                        self._unkept.put_nowait((kept, calls[i], result))
        return [made[i] for i in range(len(slots))]

    def _spoken(self, calls: list[Call]) -> list[Rendering | KokoroError]:
        try:
            engine = self._engine()
            begun = self._clock()
            made = synthesis.sounds_of(calls, engine)
        except Exception as failure:
            return [as_kokoro_error(failure)] * len(calls)
        work = self._clock() - begun
        audio = sum(each.seconds for each in made if isinstance(each, Rendering))
        if audio:
            self._factor += (work / audio - self._factor) / 8
            self._watcher.spoke(len(calls), audio, work)
        return made

    # The thread that keeps what was spoken

    def _keep(self) -> None:
        while item := self._unkept.get():
            kept, call, rendering = item
            kept.keep(call, rendering)
