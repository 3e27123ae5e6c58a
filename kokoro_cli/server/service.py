"""The warm speaker, for code that runs in an event loop: nothing here blocks it."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock

from kokoro_cli.batch.kept import KeptCalls
from kokoro_cli.batch.store import ChunkStore
from kokoro_cli.batch.upkeep import SPOKEN
from kokoro_cli.config import Settings
from kokoro_cli.engines import ENGINES
from kokoro_cli.errors import AssetError, KokoroError, UsageError
from kokoro_cli.kokoro82m import VOCABULARY
from kokoro_cli.server.figures import Figures
from kokoro_cli.server.options import ServerOptions, seconds_of
from kokoro_cli.server.queue import FullError, Source, SpeechQueue, Stream
from kokoro_cli.speaker.plan import SpeechPlan
from kokoro_cli.speaker.request import SpeechRequest
from kokoro_cli.speaker.speaker import Speaker
from kokoro_cli.synthesis import Utterance
from kokoro_cli.text.chunk import StreamLengths, chunk
from kokoro_cli.text.inspect import phoneme_paragraphs
from kokoro_cli.text.languages import Language, find_language
from kokoro_cli.text.length import spoken_seconds
from kokoro_cli.types import Chunk, Loss, Losses, Word

_ALL_PROCESSORS = 0
"""For each call: on a CPU, one call at a time with all of them gives the first sound soonest."""

_SENTENCE_SECONDS = 10.0
"""The engine is chosen for sentences, as `kokoro say` chooses for them."""

_PLANNING = 4
"""Requests that are resolved at once."""

_MOST_PHONEMISED = 8
"""Most texts that wait for their phonemes alone, or get them."""

_LOOKS_SECONDS = 1.0
"""How often the server looks whether the model is idle."""


_GARBAGE = (2_000, 10, 10)
"""Python's own setting is much the same; a command that speaks once looks for garbage less often,
and what a cycle holds may be seconds of sound."""

_GIVES_BACK_SECONDS = 5.0
"""How often freed memory goes back to the system while the server works.

glibc keeps it: with 32 clients of whom half leave, twice what is in use."""


def _give_back() -> None:
    with suppress(OSError, AttributeError):  # Only glibc has this.
        ctypes.CDLL(None).malloc_trim(0)


class TooLongError(KokoroError):
    """A whole answer would not fit into the memory."""


class UnknownVoiceError(UsageError):
    """A request names a voice that is not there."""


@dataclass(frozen=True, slots=True)
class Part:
    """A text and how it is spoken. Most requests have one, a dialogue has many."""

    text: str
    request: SpeechRequest
    pause_seconds: float | None = None
    """Silence before it; None is the usual gap."""
    phonemes: bool = False
    """Whether the text is phonemes of the model's alphabet."""


@dataclass(frozen=True, slots=True)
class Planned:
    """The parts of a request, resolved, and checked as far as that goes without speaking."""

    parts: tuple[Part, ...]
    plans: tuple[SpeechPlan, ...]
    model: str
    """The model, for a person."""
    growth: float
    """By how much each chunk of a stream may be longer than the last."""

    @property
    def voice(self) -> str:
        """The voice that speaks first, or a blend, as it is written."""
        return self.plans[0].options.voice

    @property
    def expected_seconds(self) -> float:
        each = zip(self.parts, self.plans, strict=True)
        return sum(spoken_seconds(part.text) / plan.options.speed for part, plan in each)


class Service:
    """One speaker, and the queue of all who want to hear it."""

    def __init__(self, options: ServerOptions, settings: Settings) -> None:
        self.options = options
        self.settings = replace(settings, voice=options.voice or settings.voice)
        self.speaker = Speaker(
            self.settings,
            engine=options.engine,
            device=options.device,
            precision=options.precision,
            threads=_ALL_PROCESSORS,
            seconds=_SENTENCE_SECONDS,
            offline=options.offline,
        )
        self.figures = Figures()
        self.draining = False
        self.ready = False
        """Whether the model was loaded once; an idle one may be freed since."""
        choice = self.speaker.choice
        self.queue = SpeechQueue(
            lambda: self.speaker.engine,
            self.figures,
            kept=self._kept,
            most=options.queue,
            most_of_client=options.per_client,
            batch=ENGINES[choice.engine].batch(choice.device),
        )
        # Pools of their own: a text that takes long must not hold up those that encode.
        self._planning = ThreadPoolExecutor(_PLANNING, "planning")
        self._phonemising = ThreadPoolExecutor(1, "phonemes")
        self._phonemised = 0
        self._installing = Lock()
        figures = self.figures
        figures.watch("waiting", "Requests of which nothing was spoken yet.", lambda: self.waiting)
        figures.watch("running", "Requests that are being spoken.", lambda: self.queue.running)
        figures.watch("model_loaded", "Whether the model is in memory.", lambda: self.loaded)

    @property
    def waiting(self) -> int:
        return self.queue.waiting

    @property
    def loaded(self) -> bool:
        return self.speaker.loaded

    def _kept(self) -> KeptCalls | None:
        return self._store if self.options.store and self.settings.store_bytes else None

    @cached_property
    def _store(self) -> KeptCalls:
        store = ChunkStore(self.speaker.store.cache / SPOKEN, self.settings.store_bytes)
        return KeptCalls(store, self.speaker.identity(_ALL_PROCESSORS))

    # Life

    def load(self) -> None:
        """Load the engine, and the reader of the usual language."""
        self.speaker.load(self.speaker.plan().language)
        gc.freeze()  # None of it is garbage, and looking through it would stop the loop.
        gc.set_threshold(*_GARBAGE)
        self.ready = True

    async def keep_memory_small(self) -> None:
        """Give back what was freed, and free the model if it is idle for as long as options say."""
        limit = seconds_of(self.options.keep_alive)
        given_back = time.monotonic()
        while True:
            await asyncio.sleep(min(_LOOKS_SECONDS, max(limit, 0.05)))
            used, now = self.queue.used_at, time.monotonic()
            if self.loaded and self.queue.is_idle and now - used >= limit:
                await asyncio.to_thread(self._unload)
            elif used > given_back and now - given_back >= _GIVES_BACK_SECONDS:
                await asyncio.to_thread(_give_back)
                given_back = now

    def _unload(self) -> None:
        self.speaker.unload()
        gc.unfreeze()
        gc.collect()
        _give_back()

    async def drain(self) -> None:
        """Take no new requests, and wait until the others are done, as long as options say."""
        self.draining = True
        end = time.monotonic() + self.options.drain_seconds
        while not self.queue.is_idle and time.monotonic() < end:
            await asyncio.sleep(0.05)
        self.queue.end_streams()

    def close(self) -> None:
        self.queue.close()
        for pool in (self._planning, self._phonemising):
            pool.shutdown(wait=False, cancel_futures=True)
        self.speaker.close()

    # Speaking

    async def plan(self, parts: Sequence[Part]) -> Planned:
        """Resolve a request, fetch the voices that it lacks, and load what reads its text.

        UnknownVoiceError; UsageError for an impossible value; AssetError if the model or a voice
        can't be had.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._planning, self._plan, tuple(parts))

    async def phonemes(self, text: str, language: Language) -> str:
        """Return the phonemes of a text, a paragraph a line; FullError if many wait for theirs."""
        if self._phonemised >= _MOST_PHONEMISED:
            raise FullError(f"{_MOST_PHONEMISED} texts wait already.", 5.0)
        loop = asyncio.get_running_loop()
        self._phonemised += 1
        try:
            return await loop.run_in_executor(self._phonemising, self._phonemes, text, language)
        finally:
            self._phonemised -= 1

    def _phonemes(self, text: str, language: Language) -> str:
        return "\n".join(phoneme_paragraphs(text, self.speaker.stage(language), Losses()))

    def _plan(self, parts: tuple[Part, ...]) -> Planned:
        from kokoro_cli.text.reading import cached_reader

        plans = []
        for part in parts:
            if part.request.language:
                find_language(part.request.language)
            try:
                plan = self.speaker.plan(part.request)
                voices = plan.voices("" if part.phonemes else part.text)
            except AssetError as error:
                raise UnknownVoiceError(error.message, hint=error.hint) from error
            if self.speaker.missing(voices):
                with self._installing:  # Two requests for a voice fetch it once.
                    if self.speaker.missing(voices):
                        self.speaker.install(voices)
            plan.check_voices("" if part.phonemes else part.text)
            if part.phonemes:
                _check_phonemes(part.text)
            else:
                cached_reader(plan.language)
            plans.append(plan)
        growth = self.speaker.stream_lengths().growth
        return Planned(parts, tuple(plans), self.speaker.model.label, growth)

    def speak(self, planned: Planned, *, client: str, live: bool, growing: bool = True) -> Spoken:
        """Speak what was planned; FullError if the queue is full."""
        losses = Losses()
        lengths = StreamLengths(planned.growth) if live and growing else None
        source = _chunks(planned, losses, lengths)
        return Spoken(self.queue, planned, source, losses, client=client, live=live)

    def identity(self, planned: Planned) -> str:
        """Return everything that the sound of a whole answer depends on, but not its encoding."""
        each = zip(planned.parts, planned.plans, strict=True)
        return repr(
            [
                (
                    part.text,
                    part.pause_seconds,
                    part.phonemes,
                    self.speaker.sound_identity(
                        plan, part.request.reading, _ALL_PROCESSORS, part.text
                    ),
                )
                for part, plan in each
            ]
        )


def _chunks(planned: Planned, losses: Losses, lengths: StreamLengths | None) -> Source:
    for part, plan in zip(planned.parts, planned.plans, strict=True):
        pause = part.pause_seconds
        chunks = (
            _spelled(part.text, plan, lengths)
            if part.phonemes
            else plan.chunks(part.text, losses, lengths)
        )
        for each in chunks:
            yield plan, each if pause is None else replace(each, pause_seconds=pause)
            pause = None


def _spelled(phonemes: str, plan: SpeechPlan, lengths: StreamLengths | None) -> Iterator[Chunk]:
    words = [Word(word, word) for word in phonemes.split()]
    for index, part in enumerate(chunk(words, plan.options.max_phonemes, lengths)):
        yield Chunk(index, part, line=1)


def _check_phonemes(text: str) -> None:
    unknown = sorted(
        {letter for letter in text if not letter.isspace() and letter not in VOCABULARY}
    )
    if unknown:
        raise UsageError(
            f"The phonemes have {' '.join(map(repr, unknown[:5]))}, which the model does not know.",
            hint="kokoro text phonemes shows its alphabet.",
        )
    if not any(map(str.isalpha, text)):
        raise UsageError("There are no phonemes.", hint="Give at least one phoneme.")


class Spoken(AsyncIterator[Utterance]):
    """The utterances of a request, as they are made. Leave it when nobody listens any more."""

    def __init__(
        self,
        queue: SpeechQueue,
        planned: Planned,
        source: Source,
        losses: Losses,
        *,
        client: str,
        live: bool,
    ) -> None:
        loop = asyncio.get_running_loop()
        items: asyncio.Queue[Utterance | KokoroError | None] = asyncio.Queue()

        def deliver(item: Utterance | KokoroError | None) -> None:
            with suppress(RuntimeError):  # The loop is closed: nobody listens any more.
                loop.call_soon_threadsafe(items.put_nowait, item)

        self._items = items
        self._queue, self._losses = queue, losses
        self._stream = Stream(
            source,
            deliver,
            client=client,
            gaps=planned.plans[0].options.gaps,
            expected_seconds=planned.expected_seconds,
            live=live,
        )
        self.asked_at = time.monotonic()
        self.ended = False
        queue.begin(self._stream)

    async def __anext__(self) -> Utterance:
        """Return the next utterance; KokoroError if it can't be made."""
        if self.ended:
            raise StopAsyncIteration
        item = await self._items.get()
        if isinstance(item, Utterance):
            self._queue.took(self._stream, item)
            return item
        self.ended = True
        if item is None:
            raise StopAsyncIteration
        raise item

    def leave(self) -> None:
        """Give up what is not spoken yet. Does nothing after the end."""
        if not self.ended:
            self.ended = True
            self._queue.leave(self._stream)

    @property
    def losses(self) -> tuple[Loss, ...]:
        """What could not be spoken, in the text that has been read so far."""
        return tuple(self._losses.items)
