"""The options about speaking, which several commands share, made into what speaks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from kokoro_cli import engines, install, synthesis
from kokoro_cli.assets.store import Store
from kokoro_cli.cli.context import World
from kokoro_cli.cli.loading import Loading
from kokoro_cli.cli.stage import ReadingRequest
from kokoro_cli.engines import ENGINES, USUAL_PHONEMES, Tuning
from kokoro_cli.errors import AssetError, UsageError
from kokoro_cli.stopwatch import Stopwatch
from kokoro_cli.text.languages import LANGUAGES, Language, find_language
from kokoro_cli.text.reading import TextStage
from kokoro_cli.types import EngineChoice, Style, SynthesisOptions
from kokoro_cli.voices.blend import Blend, blended, moved
from kokoro_cli.voices.book import VoiceBook
from kokoro_cli.voices.catalogue import DEFAULT_VOICE, Voice
from kokoro_cli.voices.pack import VoicePack


@dataclass(frozen=True, slots=True)
class SpeechRequest:
    """The options as they were given."""

    voice: str | None = None
    style: str | None = None
    alpha: float | None = None
    beta: float | None = None
    language: str | None = None
    engine: str = "auto"
    device: str = "auto"
    speed: float = 1.0
    gap_seconds: float = 0.4
    seed: int = 0
    max_phonemes: int | None = None
    strict: bool = False
    reading: ReadingRequest = field(default_factory=ReadingRequest)


def speech_options(
    request: SpeechRequest, world: World, max_phonemes: int = USUAL_PHONEMES
) -> SynthesisOptions:
    """Return the options; UsageError or AssetError where one makes no sense.

    *max_phonemes* counts where the request leaves it open.
    """
    voice, language = _voice_and_language(request, world)
    return synthesis.check_options(
        SynthesisOptions(
            voice=voice,
            language=language.letter,
            style=known_voice(request.style, world.voices()) if request.style else None,
            speed=request.speed,
            gap_seconds=request.gap_seconds,
            seed=request.seed,
            max_phonemes=max_phonemes if request.max_phonemes is None else request.max_phonemes,
            strict=request.strict,
            **_shares(request),
        )
    )


def _voice_and_language(request: SpeechRequest, world: World) -> tuple[str, Language]:
    """The language follows from the voice, and the voice from the language where none is named."""
    asked = find_language(request.language) if request.language else None
    book = world.voices()
    preferred = world.settings().voice or DEFAULT_VOICE
    voice = known_voice(request.voice or preferred, book)
    if asked and not request.voice and _language_of(voice, book) is not asked:
        voice = asked.default_voice
    return voice, asked or _language_of(voice, book)


def known_voice(text: str, book: VoiceBook) -> str:
    """Return a voice's full name, or a blend as it is written; an error where it names none."""
    blend = book.blend(text)
    return text.strip() if len(blend.parts) > 1 else blend.leader


def _language_of(voice: str, book: VoiceBook) -> Language:
    return LANGUAGES[book.leader(voice).language]


def _shares(request: SpeechRequest) -> dict[str, float]:
    """Return alpha and beta as far as they are given; UsageError where they make no sense."""
    asked = {"alpha": request.alpha, "beta": request.beta}
    given = {name: value for name, value in asked.items() if value is not None}
    for name, value in given.items():
        if request.style is None:
            raise UsageError(
                f"--{name} moves the voice towards another.", hint="Name that one with --style."
            )
        if not 0 <= value <= 1:
            raise UsageError(f"--{name} is {value:g}.", hint="It goes from 0 to 1.")
    return given


def mismatch(options: SynthesisOptions, book: VoiceBook) -> str | None:
    """Return a warning where the voice was made for another language than the text's."""
    voice, spoken = _language_of(options.voice, book), LANGUAGES[options.language]
    if voice.primary == spoken.primary:
        return None
    return (
        f"{options.voice} is a voice for {voice.name}, and the text is read as {spoken.name}; "
        f"{spoken.default_voice} is made for that."
    )


def engine_choice(request: SpeechRequest, store: Store, seconds: float = 60.0) -> EngineChoice:
    """Choose what speaks so many *seconds* of speech soonest."""
    return engines.choose(request.engine, request.device, install.measurements(store), seconds)


def find_pack(voice: Voice, store: Store) -> Path | None:
    """Return where a voice's pack lies on this machine, or None."""
    return voice.path or install.find_installed_voice(store, voice.name)


def tuning_for(
    request: SpeechRequest, store: Store, jobs: int | None = None
) -> tuple[EngineChoice, Tuning]:
    """Return how a long text is spoken: as was found best here, where the options leave it open."""
    saved = install.saved_tuning(store)
    if saved and engines.fits((saved.engine, saved.device), request.engine, request.device):
        choice = EngineChoice(saved.engine, saved.device, "found best by kokoro bench --sweep")
    else:
        choice = engine_choice(request, store)
    return choice, install.tuning_for(store, choice, jobs)


def usual_tuning(
    request: SpeechRequest, store: Store, jobs: int | None = None
) -> tuple[EngineChoice, Tuning]:
    """Return how a long text is spoken where nothing was swept."""
    choice = engine_choice(request, store)
    return choice, engines.usual_tuning(choice, jobs)


def ensure_installed(store: Store, voices: Iterable[Voice], *, quiet: bool) -> None:
    """Fetch the model and the voices if they are not here, in a process of its own.

    The installation needs PyTorch; the process that speaks may not.
    """
    missing = install.missing(store, voices)
    if not missing:
        return
    names = [name for name in missing if name != install.MODEL]
    command = [sys.executable, "-m", "kokoro_cli", "models", "pull", *names]
    command += ["--quiet"] * quiet + ["--offline"] * store.offline
    code = subprocess.run(command).returncode
    if code:
        raise SystemExit(code)  # It has said why.


def checked_model(store: Store) -> install.InstalledModel:
    return install.require_model(store)


@dataclass(slots=True)
class Voices:
    """The styles of voices and blends, each pack opened when it speaks for the first time."""

    store: Store
    book: VoiceBook
    options: SynthesisOptions
    _packs: dict[str, VoicePack] = field(default_factory=dict)
    _blends: dict[str, Blend] = field(default_factory=dict)

    def style(self, voice: str, phonemes: int) -> Style:
        """Return the style of a voice or blend, moved towards that of the options."""
        options = self.options
        style = self._blended(voice, phonemes)
        if options.style is None:
            return style
        return moved(style, self._blended(options.style, phonemes), options.alpha, options.beta)

    def _blended(self, text: str, phonemes: int) -> Style:
        if text not in self._blends:
            self._blends[text] = self.book.blend(text)
        return blended(self._blends[text], lambda name: self._pack(name).style(phonemes))

    def _pack(self, name: str) -> VoicePack:
        if name not in self._packs:
            self._packs[name] = open_pack(self.book.find(name), self.store)
        return self._packs[name]


def open_pack(voice: Voice, store: Store) -> VoicePack:
    """Return the voice's rows; AssetError where they are not on this machine."""
    if voice.path is not None:
        from kokoro_cli.voices.formats import read_voice_file

        return VoicePack(read_voice_file(voice.path).rows)
    path = find_pack(voice, store)
    if path is None:
        raise AssetError(
            f"The voice {voice.name} is not installed.",
            hint=f"Fetch it with: kokoro models pull {voice.name}",
        )
    return VoicePack.mapped(path)


def load_together(
    choice: EngineChoice,
    model: install.InstalledModel,
    stage: TextStage,
    watch: Stopwatch,
    begun: Loading | None = None,
) -> engines.Engine:
    """Return the engine, and have the reader of the stage's language loaded too.

    *begun* is taken if it is that engine's.
    """
    loading = begun if begun and begun.is_of(choice, model) else Loading(choice, model, watch)
    if not ENGINES[choice.engine].loads_beside_others:  # The reader's import would wait for it.
        loading.engine()
    with watch.phase("reader"):
        stage.readers(stage.language)
    return loading.engine()
