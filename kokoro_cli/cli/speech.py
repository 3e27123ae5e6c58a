"""The options about speaking, which several commands share, made into what speaks."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from kokoro_cli import engines, install, synthesis
from kokoro_cli.assets.store import Store
from kokoro_cli.cli.context import World
from kokoro_cli.cli.stage import ReadingRequest
from kokoro_cli.errors import AssetError
from kokoro_cli.text.languages import LANGUAGES, Language, find_language
from kokoro_cli.text.reading import TextStage
from kokoro_cli.types import EngineChoice, Style, SynthesisOptions
from kokoro_cli.voices.catalogue import DEFAULT_VOICE, find_voice
from kokoro_cli.voices.pack import VoicePack


@dataclass(frozen=True, slots=True)
class SpeechRequest:
    """The options as they were given."""

    voice: str | None
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
            speed=request.speed,
            gap_seconds=request.gap_seconds,
            seed=request.seed,
            max_phonemes=request.max_phonemes,
            strict=request.strict,
        )
    )


def _voice_and_language(request: SpeechRequest, world: World) -> tuple[str, Language]:
    """The language follows from the voice, and the voice from the language where none is named."""
    asked = find_language(request.language) if request.language else None
    preferred = world.settings().voice or DEFAULT_VOICE
    if request.voice:
        voice = find_voice(request.voice)
    elif asked and find_voice(preferred).language != asked.letter:
        voice = find_voice(asked.default_voice)
    else:
        voice = find_voice(preferred)
    return voice.name, asked or LANGUAGES[voice.language]


def engine_choice(request: SpeechRequest, store: Store) -> EngineChoice:
    return engines.choose(request.engine, request.device, install.measurements(store))


def ensure_installed(store: Store, voice: str, *, quiet: bool) -> None:
    """Fetch the model and the voice if they are not here, in a process of its own.

    The installation needs PyTorch; the process that speaks may not.
    """
    if install.installed_model(store) and install.find_installed_voice(store, voice):
        return
    command = [sys.executable, "-m", "kokoro_cli", "models", "pull", voice]
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
    """The styles of the installed voices, each pack opened when it speaks for the first time."""

    store: Store
    _packs: dict[str, VoicePack] = field(default_factory=dict)

    def style(self, name: str, phonemes: int) -> Style:
        if name not in self._packs:
            voice = find_voice(name).name
            path = install.find_installed_voice(self.store, voice)
            if path is None:
                raise AssetError(
                    f"The voice {voice} is not installed.",
                    hint=f"Fetch it with: kokoro models pull {voice}",
                )
            self._packs[name] = VoicePack(path)
        return self._packs[name].style(phonemes)


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
