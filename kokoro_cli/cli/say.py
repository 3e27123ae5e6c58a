"""``kokoro say``: speak a text to the loudspeaker, a file or a pipe."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kokoro_cli import engines, install, synthesis
from kokoro_cli.assets.store import Store
from kokoro_cli.cli.context import World
from kokoro_cli.cli.stage import ReadingRequest, make_stage
from kokoro_cli.documents import read_file, read_pipe
from kokoro_cli.errors import FeatureNotInstalledError, UsageError
from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.synthesis import Utterance
from kokoro_cli.text.languages import LANGUAGES, Language, find_language
from kokoro_cli.text.reading import TextStage
from kokoro_cli.types import EngineChoice, Losses, Style, SynthesisOptions
from kokoro_cli.voices.catalogue import DEFAULT_VOICE, find_voice
from kokoro_cli.voices.pack import VoicePack

if TYPE_CHECKING:
    from kokoro_cli.sinks import Sink

PIPE = "-"


@dataclass(frozen=True, slots=True)
class SayRequest:
    """The command's options, as they were given."""

    text: tuple[str, ...]
    file: Path | None
    output: str | None
    play: bool
    voice: str | None
    language: str | None
    engine: str
    device: str
    speed: float
    gap_seconds: float
    seed: int
    max_phonemes: int
    strict: bool
    quiet: bool
    reading: ReadingRequest


@dataclass(frozen=True, slots=True)
class SpokenChunk:
    text: str
    phonemes: str
    start_seconds: float
    """Where its block begins in the output, the gap in front of it included."""
    seconds: float


@dataclass(frozen=True, slots=True)
class SayResult:
    """What was done; ``--json`` prints it."""

    voice: str
    language: str
    engine: str
    device: str
    reason: str
    """Why this engine on this device."""
    model: str
    speed: float
    gap_seconds: float
    seed: int
    sample_rate: int
    output: str | None
    player: str | None
    audio_seconds: float
    wall_seconds: float
    first_audio_seconds: float
    """From the command's start to the first samples at the sink."""
    chunks: list[SpokenChunk]
    not_spoken: list[dict[str, str | int]]


def say(
    request: SayRequest, world: World, store: Store, started: float
) -> tuple[SayResult, Losses]:
    """Speak, and return what was done. *started* is the clock's time at the command's start."""
    options = synthesis.check_options(_options(request, world))
    _engine_choice(request, store)  # What can't be is told of before anything is fetched,
    text = _text(request, world)
    sinks, player = _sinks(request, world)  # and so is a missing folder or device.
    losses = Losses()
    stage = make_stage(LANGUAGES[options.language], request.reading, world, losses)
    for voice in _voices(text, stage, options):
        ensure_installed(store, voice, quiet=request.quiet)
    choice = _engine_choice(request, store)  # Installing has measured the engines.
    model = install.installed_model(store)
    assert model is not None
    install.check_untouched(model)
    speaker = _Speaker(options, choice, store, model, stage)
    delivery = _deliver(speaker.utterances(text), sinks, started, world, quiet=request.quiet)
    result = SayResult(
        voice=options.voice,
        language=LANGUAGES[options.language].name,
        engine=choice.engine,
        device=speaker.device,
        reason=choice.reason,
        model=model.label,
        speed=options.speed,
        gap_seconds=options.gap_seconds,
        seed=options.seed,
        sample_rate=SAMPLE_RATE,
        output=request.output,
        player=player,
        audio_seconds=delivery.samples / SAMPLE_RATE,
        wall_seconds=time.perf_counter() - started,
        first_audio_seconds=delivery.first_audio_seconds,
        chunks=delivery.chunks,
        not_spoken=[
            {"text": loss.text, "line": loss.line, "reason": loss.reason} for loss in losses.items
        ],
    )
    return result, losses


@dataclass(slots=True)
class _Delivery:
    samples: int = 0
    first_audio_seconds: float = 0.0
    chunks: list[SpokenChunk] = field(default_factory=list)


def _deliver(
    stream: Iterator[Utterance], sinks: list[Sink], started: float, world: World, *, quiet: bool
) -> _Delivery:
    """Take the utterances to the sinks as they come, and show the text that is spoken."""
    from kokoro_cli.cli.progress import speaking

    delivery = _Delivery()
    with ExitStack() as stack:
        show = stack.enter_context(speaking(world.console(), quiet=quiet))
        for sink in sinks:
            stack.enter_context(sink)
        for utterance in synthesis.ahead(stream):
            for sink in sinks:
                sink.write(utterance.block)
            if not delivery.chunks:
                delivery.first_audio_seconds = time.perf_counter() - started
            delivery.chunks.append(_spoken(utterance, delivery.samples))
            delivery.samples += len(utterance.block)
            show(utterance.chunk.text, delivery.samples / SAMPLE_RATE)
    return delivery


def _options(request: SayRequest, world: World) -> SynthesisOptions:
    voice, language = _voice_and_language(request, world)
    return SynthesisOptions(
        voice=voice,
        language=language.letter,
        speed=request.speed,
        gap_seconds=request.gap_seconds,
        seed=request.seed,
        max_phonemes=request.max_phonemes,
        strict=request.strict,
    )


def _voice_and_language(request: SayRequest, world: World) -> tuple[str, Language]:
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


def _engine_choice(request: SayRequest, store: Store) -> EngineChoice:
    return engines.choose(request.engine, request.device, install.measurements(store))


def _text(request: SayRequest, world: World) -> str:
    given = [bool(request.text), request.file is not None]
    if sum(given) != 1:
        raise UsageError(
            "Give a text or --file, not both." if all(given) else "There is nothing to say.",
            hint='For example: kokoro say "hello"; - reads standard input; --file reads a file.',
        )
    if request.file is not None:
        return read_file(request.file)
    if request.text == (PIPE,):
        if world.stdin is None:
            raise UsageError("Standard input is closed.", hint="Pipe a text into it.")
        return read_pipe(world.stdin)
    return " ".join(request.text)


def _sinks(request: SayRequest, world: World) -> tuple[list[Sink], str | None]:
    """Return the sinks and the name of the audio device, if one of them is that."""
    from kokoro_cli.sinks.file import FileSink
    from kokoro_cli.sinks.pipe import PipeSink

    sinks: list[Sink] = []
    if request.output == PIPE:
        if getattr(world.stdout, "name", None) == os.devnull:
            raise UsageError("Standard output is closed.", hint="Pipe it, or give a file's name.")
        sinks.append(PipeSink(world.stdout))
    elif request.output:
        sinks.append(FileSink(Path(request.output)))
    if sinks and not request.play:
        return sinks, None
    from kokoro_cli.sinks.player import Player

    try:
        player = Player()
    except FeatureNotInstalledError as error:
        if not sinks:
            raise
        from kokoro_cli.cli.render import render_warning

        render_warning(f"Not played: {error.message}", world.console())
        return sinks, None
    return [*sinks, player], player.device


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


def _voices(text: str, stage: TextStage, options: SynthesisOptions) -> list[str]:
    """Return the voices that speak: the run's, and those that the markup names."""
    names = [options.voice]
    if "[voice:" in text or "<voice" in text:
        manners = [passage.manner for passage in replace(stage, losses=Losses()).passages(text)]
        names += [find_voice(manner.voice).name for manner in manners if manner.voice]
    return list(dict.fromkeys(names))


class _Speaker:
    """Loads what is needed and speaks, in the thread that asks for the first utterance."""

    def __init__(
        self,
        options: SynthesisOptions,
        choice: EngineChoice,
        store: Store,
        model: install.InstalledModel,
        stage: TextStage,
    ) -> None:
        self._options, self._choice, self._model = options, choice, model
        self._store, self._stage = store, stage
        self._packs: dict[str, VoicePack] = {}
        self.device = choice.device

    def utterances(self, text: str) -> Iterator[Utterance]:
        engine = self._load()
        self.device = engine.device
        stream = synthesis.chunks(text, self._stage, self._options)
        yield from synthesis.speak(stream, engine, self._style, self._options)

    def _style(self, name: str, phonemes: int) -> Style:
        if name not in self._packs:
            path = install.find_installed_voice(self._store, find_voice(name).name)
            assert path is not None
            self._packs[name] = VoicePack(path)
        return self._packs[name].style(phonemes)

    def _load(self) -> engines.Engine:
        language = LANGUAGES[self._options.language]
        if self._choice.engine == "torch":
            engine = engines.load_engine(self._choice, self._model.folder)
            self._stage.readers(language)
            return engine
        # Each takes a second or so, and half of that outside of Python. PyTorch could not come in
        # beside the reader, which keeps it out while it loads.
        with ThreadPoolExecutor(1) as pool:
            loading = pool.submit(engines.load_engine, self._choice, self._model.folder)
            self._stage.readers(language)
            return loading.result()


def _spoken(utterance: Utterance, position: int) -> SpokenChunk:
    return SpokenChunk(
        text=utterance.chunk.text,
        phonemes=utterance.chunk.phonemes,
        start_seconds=round(position / SAMPLE_RATE, 4),
        seconds=round(len(utterance.block) / SAMPLE_RATE, 4),
    )
