"""The speech of a server as utterances, as if it had been spoken here."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from threading import Event
from typing import Any

import numpy as np

from kokoro_cli.audio.assemble import from_int16
from kokoro_cli.errors import KokoroError, UsageError
from kokoro_cli.remote.address import Server
from kokoro_cli.remote.asking import Asking, PassingError
from kokoro_cli.remote.wire import Told, told_by
from kokoro_cli.speaker.request import ReadingRequest, SpeechRequest
from kokoro_cli.synthesis import Utterance, check_options, refuse
from kokoro_cli.types import Losses, Samples, SynthesisOptions

_TRIES = 5
_PATIENCE_SECONDS = 60.0
"""From the first failure until the last try."""
_FIRST_WAIT = 0.5
_FULL_BYTES = 2


class RemoteSpeech:
    """One text, spoken by a server. Whoever stops listening calls `close`.

    `utterances` tries again for a minute if the server is busy or can't be reached, but never after
    the first utterance. *notify* is called once with a line if it does.
    """

    def __init__(
        self,
        server: Server,
        text: str,
        request: SpeechRequest,
        *,
        growing: bool = True,
        notify: Callable[[str], None],
    ) -> None:
        """*growing*: whether the first chunks are short. UsageError for what can't be asked."""
        self.server, self._notify, self._strict = server, notify, request.strict
        self._body = body_of(text, request, growing=growing)
        self._asking = Asking(server)
        self._closed = Event()
        self.losses = Losses()
        """What could not be spoken; complete after the last utterance."""
        self.done: dict[str, Any] = {}
        """The last event: what spoke, and how much."""

    def close(self) -> None:
        """End the speech; it may be asked from any thread."""
        self._closed.set()
        self._asking.abandon()

    def utterances(self) -> Iterator[Utterance]:
        """Yield the utterances; KokoroError if the server can't speak the whole.

        With the request's `strict`, the whole is there before the first is yielded.
        """
        stream = self._tried()
        if self._strict:
            whole = list(stream)
            refuse(self.losses)
            stream = iter(whole)
        yield from stream

    def _tried(self) -> Iterator[Utterance]:
        waits = _waits()
        while True:
            begun = False
            try:
                for utterance in self._once():
                    begun = True
                    yield utterance
                return
            except PassingError as error:
                wait = None if begun or self._closed.is_set() else waits(error)
                if wait is None:
                    raise
                if not wait[0]:
                    self._notify(f"{error.message} Trying again.")
                if self._closed.wait(wait[1]):
                    raise
                self._asking = Asking(self.server)

    def _once(self) -> Iterator[Utterance]:
        incoming = Incoming()
        with closing(self._asking.events(self._body)) as events:
            for event in events:
                try:
                    utterance = incoming.take(event)
                    if event["type"] == "speech.audio.done":
                        self._take_done(event)
                except (ValueError, TypeError, KeyError, AttributeError) as error:
                    raise self._unread() from error
                if utterance is not None:
                    yield utterance

    def _take_done(self, event: dict[str, Any]) -> None:
        for each in event["not_spoken"]:
            self.losses.add(str(each["text"]), int(each["line"]), str(each["reason"]))
        self.done = event

    def _unread(self) -> KokoroError:
        return KokoroError(
            f"{self.server} can't speak for us: its events are others than ours.",
            hint="Only a kokoro serve of this version or a later one can speak for kokoro say.",
        )


class Incoming:
    """Puts utterances together from events.

    ValueError, TypeError, KeyError or AttributeError for events that are not ours.
    """

    def __init__(self) -> None:
        self._told: Told | None = None
        self._parts: list[Samples] = []
        self._came = self._place = self._index = 0

    def take(self, event: dict[str, Any]) -> Utterance | None:
        """Return the utterance that is complete with this event, if one is."""
        if event["type"] == "speech.audio.done":
            if self._told is not None or not self._index:
                raise ValueError("the end comes too soon")
            return None
        if "chunk" in event:
            if self._told is not None:
                raise ValueError("a chunk in another")
            self._told, self._parts, self._came = told_by(event["chunk"]), [], 0
        if self._told is None:
            raise ValueError("sound of no chunk")
        return self._add(self._told, _samples(event["audio"]))

    def _add(self, told: Told, block: Samples) -> Utterance | None:
        self._came += len(block)
        if self._came > told.length:
            raise ValueError("too much sound")
        sounding = max(0, self._came - told.silence)
        self._parts.append(block[max(0, len(block) - sounding) :])
        if self._came < told.length:
            return None
        utterance = told.utterance(self._index, self._place, np.concatenate(self._parts))
        self._index, self._place, self._told = self._index + 1, self._place + self._came, None
        return utterance


def _waits() -> Callable[[PassingError], tuple[int, float] | None]:
    """Return what says how many tries failed before and how long to wait; None to give up."""
    tries, end = 0, time.monotonic() + _PATIENCE_SECONDS

    def wait(error: PassingError) -> tuple[int, float] | None:
        nonlocal tries
        tries += 1
        asked = error.after_seconds
        seconds = _FIRST_WAIT * 2 ** (tries - 1) if asked is None else asked
        if tries >= _TRIES or time.monotonic() + seconds > end:
            return None
        return tries - 1, seconds

    return wait


def _samples(audio: object) -> Samples:
    """Return the samples of an event; ValueError or TypeError if it has none."""
    if not isinstance(audio, str):
        raise TypeError("no sound")
    data = base64.b64decode(audio, validate=True)
    if len(data) % _FULL_BYTES:
        raise ValueError("half a sample")
    return from_int16(np.frombuffer(data, dtype="<i2"))


def body_of(text: str, request: SpeechRequest, *, growing: bool) -> dict[str, Any]:
    """Return the body of a request; UsageError for what the server can't be asked."""
    check_options(
        SynthesisOptions("", "", speed=request.speed, gaps=request.gaps(), seed=request.seed)
    )
    usual = ReadingRequest()
    reading = {name: getattr(request.reading, name) for name in ReadingRequest.__slots__}
    given = [name for name, value in reading.items() if value != getattr(usual, name)]
    given += [
        name
        for name in ("max_phonemes", "chapter_gap_seconds")
        if getattr(request, name) is not None
    ]
    if given:
        raise UsageError(
            f"A server can't be asked for `{given[0]}`.", hint="Leave it out, or speak here."
        )
    body = {
        "input": text,
        "voice": request.voice,
        "style": request.style,
        "alpha": request.alpha,
        "beta": request.beta,
        "lang_code": request.language,
        "speed": request.speed,
        "seed": request.seed,
        "gap_seconds": request.gap_seconds,
        "paragraph_gap_seconds": request.paragraph_gap_seconds,
        "heading_gap_seconds": request.heading_gap_seconds,
        "response_format": "pcm",
        "stream_format": "sse",
        "stream": growing,
        "chunks": True,
    }
    return {name: value for name, value in body.items() if value is not None}
