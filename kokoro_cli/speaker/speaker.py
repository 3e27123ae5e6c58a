"""The program as an object: settings, model, engine and voices, resolved once.

What reads a text is imported by the methods that need it, so that an engine can load meanwhile.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from threading import RLock
from typing import TYPE_CHECKING, Literal, overload

from kokoro_cli import engines, install
from kokoro_cli.assets.fetch import Progress
from kokoro_cli.assets.store import Store, no_progress
from kokoro_cli.config import Settings, check_home, read_settings
from kokoro_cli.engines import EXACT, USUAL_PHONEMES, Engine, Tuning
from kokoro_cli.errors import AssetError, UsageError
from kokoro_cli.install import Notify
from kokoro_cli.speaker.choosing import USUAL_SECONDS, Choosing
from kokoro_cli.speaker.identity import engine_identity, sound_identity
from kokoro_cli.speaker.loading import Loading
from kokoro_cli.speaker.request import ReadingRequest, SpeechRequest
from kokoro_cli.stopwatch import Stopwatch
from kokoro_cli.types import Chunk, EngineChoice, Losses, Rendering
from kokoro_cli.voices.book import VoiceBook

if TYPE_CHECKING:
    from pathlib import Path

    from typing_extensions import Unpack

    from kokoro_cli.speaker.plan import SpeechPlan
    from kokoro_cli.speaker.request import SpeechFields
    from kokoro_cli.speaker.speech import Speech, SpeechStream
    from kokoro_cli.synthesis import Utterance
    from kokoro_cli.text.chunk import StreamLengths
    from kokoro_cli.text.languages import Language
    from kokoro_cli.text.reading import TextStage
    from kokoro_cli.voices.catalogue import Voice

_READING, _SPEECH = ReadingRequest(), SpeechRequest()


class Speaker:
    """Speaks texts. Several threads may speak with one speaker at once.

    Nothing is loaded until it is needed, see `load`. Close it, or use it in a ``with`` block.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        engine: str = "auto",
        device: str = "auto",
        precision: str = EXACT,
        threads: int = 0,
        seconds: float = USUAL_SECONDS,
        offline: bool = False,
        watch: Stopwatch | None = None,
    ) -> None:
        """See `open`. *watch* notes when each phase of the work was done."""
        self.settings = settings
        self.store = Store(
            cache=settings.cache,
            folder=settings.models,
            offline=offline or settings.offline,
            hub=settings.hub,
        )
        self.book = VoiceBook(settings.voices)
        self.watch = watch or Stopwatch(time.perf_counter())
        self._choosing = Choosing(self.store, engine, device, precision, threads, seconds)
        self._lock = RLock()
        self._choice = self._choosing.choice()
        self._loading: Loading | None = None
        self._tuning: Tuning | None = None
        self._closed = False

    @classmethod
    def open(
        cls,
        *,
        engine: str = "auto",
        device: str = "auto",
        precision: str = EXACT,
        threads: int = 0,
        seconds: float = USUAL_SECONDS,
        offline: bool = False,
        settings: Settings | None = None,
    ) -> Speaker:
        """Return a speaker with the installed model.

        *engine* is "auto" or a name in ``kokoro_cli.engines.ENGINES``; *device* is "auto", "cpu",
        "cuda" or "mps". "auto" takes what speaks *seconds* of speech soonest, as measured on this
        machine. It takes engines of reduced precision only if *precision* is "fast", not "exact".
        A call of the engine takes *threads* processors; 0 is all of them. *offline* forbids any
        connection. *settings* are those of the environment if they are not given.

        UsageError if an engine, device or precision is unknown, or a setting is impossible. Whether
        the model is installed shows when it is needed, as AssetError; `install` gets it.
        """
        return cls(
            settings or read_settings(os.environ),
            engine=engine,
            device=device,
            precision=precision,
            threads=threads,
            seconds=seconds,
            offline=offline,
        )

    def __enter__(self) -> Speaker:
        if self._closed:
            raise _closed_error()
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the engine, and keep how fast it was for the next choice.

        A closed speaker does not speak: UsageError. Closing again does nothing.
        """
        self._closed = True
        self.unload()

    def unload(self) -> None:
        """Let go of the engine, and so of its memory. The next text loads it again."""
        with self._lock:
            loading, self._loading = self._loading, None
        if loading is not None:
            self._choosing.learn(self._choice, loading)

    # What is here

    @property
    def choice(self) -> EngineChoice:
        """The engine and device that speak, and why."""
        return self._choice

    @property
    def notice(self) -> str:
        """A line for the user if the speed that was asked for can't be had, else ""."""
        return self._choosing.notice(self._choice)

    @property
    def model(self) -> install.InstalledModel:
        """The installed model; AssetError if there is none or its files were changed."""
        return install.require_model(self.store)

    def identity(self, threads: int) -> str:
        """Return everything but a call's arguments that its sound depends on.

        *threads* are the processors that a call of the engine takes.
        """
        return engine_identity(self._choice, self.model, threads)

    def sound_identity(
        self, plan: SpeechPlan, reading: ReadingRequest, threads: int, text: str = ""
    ) -> str:
        """Return everything but a text that its sound depends on, see `identity`.

        The voices that the markup of the *text* names are in it.
        """
        return sound_identity(self.identity(threads), plan, reading, self.settings, text)

    @property
    def device(self) -> str:
        """The device that the engine speaks on; it is loaded for that."""
        return self.engine.device

    def missing(self, voices: str | Iterable[Voice | str] = ()) -> list[str]:
        """Return what `install` would fetch: "model", and the names of voices.

        AssetError for an unknown voice. A blend stands for the voices in it.
        """
        return install.missing(self.store, self._found(voices))

    def pack(self, voice: Voice) -> Path | None:
        """Return the file of a voice's rows on this machine, or None."""
        return voice.path or install.find_installed_voice(self.store, voice.name)

    def install(
        self,
        voices: str | Iterable[Voice | str] = (),
        *,
        notify: Notify = lambda line: None,
        progress: Progress = no_progress,
        force: bool = False,
    ) -> None:
        """Fetch and check the model and the voices that are not here; measure the engines once.

        *notify* gets a line for each step, *progress* a name, the bytes so far and the bytes in
        all. *force* fetches again what is here. AssetError if that fails.
        """
        check_home(self.store.cache)
        store = replace(self.store, progress=progress)
        new_model = force or install.installed_model(self.store) is None
        install.install(store, self._found(voices), notify=notify, force=force)
        with self._lock:
            if new_model:
                self._loading = None  # It has the old model, or the error that there is none.
            if self._loading is None:
                self._choice = self._choosing.choice()

    def _found(self, voices: str | Iterable[Voice | str]) -> list[Voice]:
        found = []
        for each in [voices] if isinstance(voices, str) else voices:
            found += self.book.parts([each]) if isinstance(each, str) else [each]
        return found

    # Loading

    def begin_loading(self) -> None:
        """Load the engine in a thread, if it is certain which one and that gains time."""
        model = install.installed_model(self.store)
        if model and engines.ENGINES[self._choice.engine].loads_beside_others:
            self._begin()

    def _begin(self) -> Loading:
        with self._lock:
            if self._closed:
                raise _closed_error()
            if self._loading is None:
                self._loading = Loading(self._load, self.watch)
            return self._loading

    def _load(self) -> Engine:
        model = install.require_model(self.store)
        threads = self._tuning.threads if self._tuning else self._choosing.threads
        return engines.load_engine(self._choice, model.folder, threads=threads)

    @property
    def loaded(self) -> bool:
        """Whether the engine is there; false while it loads."""
        loading = self._loading
        return loading is not None and loading.metered is not None

    @property
    def engine(self) -> Engine:
        """The engine, loaded now if it is not yet; AssetError if there is no model."""
        loading = self._begin()
        try:
            return loading.engine()
        except Exception:
            with self._lock:
                if self._loading is loading:  # Tried again next time: `install` may mend it.
                    self._loading = None
            raise

    def load(self, language: Language | None = None) -> Engine:
        """Load the engine and the reader of a language, side by side if that is faster."""
        if not engines.ENGINES[self._choice.engine].loads_beside_others:
            _ = self.engine
        elif self._loading is None:
            self._begin()
        if language is not None:
            from kokoro_cli.text.reading import cached_reader

            with self.watch.phase("reader"):
                cached_reader(language)
        return self.engine

    def tuning(self, seconds: float, notify: Notify = lambda line: None) -> Tuning:
        """Return how a long text of *seconds* of speech is spoken, and speak that way from now on.

        Settings that a sweep found best go before measurements. Doubtful measurements are made
        again first if the text is long enough to be worth it. An engine that is loaded stays.
        """
        if self._loading is None:
            choice, tuning = self._choosing.settle(seconds, notify)
            with self._lock:
                if self._loading is None:
                    self._choice, self._tuning = choice, tuning
        return self._tuning or self._choosing.tuning_when_loaded(self._choice)

    def stream_lengths(self) -> StreamLengths:
        """Return how long the chunks of a stream may be, so that the sound does not break off."""
        from kokoro_cli.text.chunk import StreamLengths

        return StreamLengths(self._choosing.growth(self._choice))

    # Speaking

    def stage(
        self, language: Language, reading: ReadingRequest = _READING, *, plain: bool = False
    ) -> TextStage:
        """Return what reads texts of a language. *plain*: see `types.ReadingOptions`."""
        from kokoro_cli.speaker.resolve import text_stage

        return text_stage(language, reading, self.settings, self.book).for_text(plain=plain)

    def plan(
        self,
        request: SpeechRequest = _SPEECH,
        *,
        max_phonemes: int = USUAL_PHONEMES,
        plain: bool = False,
    ) -> SpeechPlan:
        """Return the request resolved; UsageError or AssetError for a value that is impossible.

        *max_phonemes* is the longest chunk if the request does not say. *plain* is for a text that
        is not Markdown.
        """
        from kokoro_cli.speaker.plan import SpeechPlan
        from kokoro_cli.speaker.resolve import synthesis_options
        from kokoro_cli.text.languages import LANGUAGES
        from kokoro_cli.voices.styles import Styles

        options = synthesis_options(request, self.settings, self.book, max_phonemes)
        stage = self.stage(LANGUAGES[options.language], request.reading, plain=plain)
        plan = SpeechPlan(options, stage, Styles(self.book, self.pack, options), self.book)
        plan.check_voices()
        return plan

    @overload
    def speak(
        self,
        text: str,
        request: SpeechRequest | None = None,
        *,
        stream: Literal[False] = False,
        **fields: Unpack[SpeechFields],
    ) -> Speech: ...

    @overload
    def speak(
        self,
        text: str,
        request: SpeechRequest | None = None,
        *,
        stream: Literal[True],
        **fields: Unpack[SpeechFields],
    ) -> SpeechStream: ...

    def speak(
        self,
        text: str,
        request: SpeechRequest | None = None,
        *,
        stream: bool = False,
        **fields: Unpack[SpeechFields],
    ) -> Speech | SpeechStream:
        """Speak a text: plain or Markdown, with markup in brackets, or SSML.

        *fields* are those of `SpeechRequest`, such as ``voice="af_heart"`` or ``speed=1.2``; they
        change *request*. Returns when all of it is spoken. With *stream* it returns at once, and
        the utterances come as they are made, the first one soon; none of them is kept.

        SpeechError if nothing in the text can be spoken; UsageError for an impossible value;
        AssetError if the model or a voice is not installed; TypeError for an unknown field. A
        stream raises the first of these when it is iterated over.
        """
        from kokoro_cli.speaker.speech import Speech, SpeechStream

        if not isinstance(text, str):
            raise TypeError(f"speak() takes a str as text, not {type(text).__name__}")
        plan = self.plan(replace(request or SpeechRequest(), **fields))
        if missing := self.missing(plan.voices(text)):
            raise AssetError(
                f"Not installed: {', '.join(missing)}.",
                hint="Get it with Speaker.install, or with: kokoro models pull",
            )
        plan.check_voices(text)
        losses = Losses()
        chunks = plan.chunks(text, losses, self.stream_lengths() if stream else None)
        if stream:
            return SpeechStream(self.utterances(plan, chunks), losses)
        utterances = tuple(self.utterances(plan, chunks))
        return Speech(utterances, tuple(losses.items), plan.options, self._choice)

    def utterances(
        self, plan: SpeechPlan, chunks: Iterable[Chunk], *, workers: int = 1
    ) -> Iterator[Utterance]:
        """Yield each chunk with its sound, in order, *workers* chunks at a time."""
        from kokoro_cli import synthesis, threads

        engine = self.load(plan.language)
        chunks = self.watch.until_first("text", iter(chunks))

        def render(chunk: Chunk) -> Rendering:
            return synthesis.render(chunk, engine, plan.styles.style, plan.options)

        if workers == 1:
            rendered: Iterable[tuple[Chunk, Rendering]] = ((each, render(each)) for each in chunks)
        else:
            rendered = threads.in_order(render, chunks, workers)
        spoken = synthesis.join(rendered, plan.options.gaps)
        yield from self.watch.until_first("speech", spoken)


def _closed_error() -> UsageError:
    return UsageError("The speaker is closed.", hint="Open another: Speaker.open().")
