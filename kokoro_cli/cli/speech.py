"""The options about speaking, which several commands share, made into what speaks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from kokoro_cli import engines, install, synthesis
from kokoro_cli.assets.store import Store
from kokoro_cli.cli.context import World
from kokoro_cli.cli.stage import ReadingRequest
from kokoro_cli.errors import AssetError, UsageError
from kokoro_cli.text.languages import LANGUAGES, Language, find_language
from kokoro_cli.text.reading import TextStage
from kokoro_cli.types import EngineChoice, Style, SynthesisOptions
from kokoro_cli.voices.blend import Blend, blended, moved, parse_blend
from kokoro_cli.voices.catalogue import DEFAULT_VOICE, find_voice
from kokoro_cli.voices.pack import VoicePack


@dataclass(frozen=True, slots=True)
class SpeechRequest:
    """The options as they were given."""

    voice: str | None
    style: str | None
    alpha: float | None
    beta: float | None
    language: str | None
    engine: str
    device: str
    speed: float
    gap_seconds: float
    seed: int
    max_phonemes: int
    strict: bool
    reading: ReadingRequest


def speech_options(request: SpeechRequest, world: World) -> SynthesisOptions:
    """Return the options; UsageError or AssetError where one makes no sense."""
    voice, language = _voice_and_language(request, world)
    return synthesis.check_options(
        SynthesisOptions(
            voice=voice,
            language=language.letter,
            style=known_voice(request.style) if request.style else None,
            speed=request.speed,
            gap_seconds=request.gap_seconds,
            seed=request.seed,
            max_phonemes=request.max_phonemes,
            strict=request.strict,
            **_shares(request),
        )
    )


def _voice_and_language(request: SpeechRequest, world: World) -> tuple[str, Language]:
    """The language follows from the voice, and the voice from the language where none is named."""
    asked = find_language(request.language) if request.language else None
    preferred = world.settings().voice or DEFAULT_VOICE
    voice = known_voice(request.voice or preferred)
    if asked and not request.voice and _language_of(voice) is not asked:
        voice = asked.default_voice
    return voice, asked or _language_of(voice)


def known_voice(text: str) -> str:
    """Return a voice's full name, or a blend as it is written; an error where it names none."""
    blend = blend_of(text)
    return text.strip() if len(blend.parts) > 1 else blend.leader


def blend_of(text: str) -> Blend:
    return parse_blend(text, lambda name: find_voice(name).name)


def _language_of(voice: str) -> Language:
    return LANGUAGES[find_voice(blend_of(voice).leader).language]


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


def mismatch(options: SynthesisOptions) -> str | None:
    """Return a warning where the voice was made for another language than the text's."""
    voice, spoken = _language_of(options.voice), LANGUAGES[options.language]
    if voice.primary == spoken.primary:
        return None
    return (
        f"{options.voice} is a voice for {voice.name}, and the text is read as {spoken.name}; "
        f"{spoken.default_voice} is made for that."
    )


def engine_choice(request: SpeechRequest, store: Store) -> EngineChoice:
    return engines.choose(request.engine, request.device, install.measurements(store))


def ensure_installed(store: Store, voices: Iterable[str], *, quiet: bool) -> None:
    """Fetch the model and the voices if they are not here, in a process of its own.

    The installation needs PyTorch; the process that speaks may not.
    """
    wanted = {name for each in voices for name in blend_of(each).voices}
    missing = sorted(n for n in wanted if not install.find_installed_voice(store, n))
    if install.installed_model(store) and not missing:
        return
    command = [sys.executable, "-m", "kokoro_cli", "models", "pull", *missing]
    command += ["--quiet"] * quiet + ["--offline"] * store.offline
    code = subprocess.run(command).returncode
    if code:
        raise SystemExit(code)  # It has said why.


def checked_model(store: Store) -> install.InstalledModel:
    """Return the installed model; AssetError where its files were changed since."""
    model = install.installed_model(store)
    assert model is not None
    install.check_untouched(model)
    return model


@dataclass(slots=True)
class Voices:
    """The styles of voices and blends, each pack opened when it speaks for the first time."""

    store: Store
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
            self._blends[text] = blend_of(text)
        return blended(self._blends[text], lambda name: self._pack(name).style(phonemes))

    def _pack(self, name: str) -> VoicePack:
        if name not in self._packs:
            path = install.find_installed_voice(self.store, name)
            if path is None:
                raise AssetError(
                    f"The voice {name} is not installed.",
                    hint=f"Fetch it with: kokoro models pull {name}",
                )
            self._packs[name] = VoicePack(path)
        return self._packs[name]


def load_together(
    choice: EngineChoice, model: install.InstalledModel, stage: TextStage, *, shared: bool = False
) -> engines.Engine:
    """Return the engine, and have the reader of the stage's language loaded too."""
    if choice.engine == "torch":
        engine = engines.load_engine(choice, model.folder, shared=shared)
        stage.readers(stage.language)
        return engine
    # Each takes a second or so, and half of that outside of Python. PyTorch could not come in
    # beside the reader, which keeps it out while it loads.
    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(engines.load_engine, choice, model.folder, shared=shared)
        stage.readers(stage.language)
        return loading.result()
