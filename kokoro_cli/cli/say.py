"""``kokoro say``: speak a text to the loudspeaker, a file or a pipe."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kokoro_cli import install, synthesis
from kokoro_cli.assets.store import Store
from kokoro_cli.cli.context import World
from kokoro_cli.cli.keys import Keys, find_terminal
from kokoro_cli.cli.listen import Listener, Place
from kokoro_cli.cli.loading import Loading, expected_seconds
from kokoro_cli.cli.progress import Show, speaking
from kokoro_cli.cli.render import render_warning
from kokoro_cli.cli.speech import (
    SpeechRequest,
    Voices,
    checked_model,
    engine_choice,
    ensure_installed,
    load_together,
    mismatch,
    speech_options,
)
from kokoro_cli.cli.stage import make_stage
from kokoro_cli.documents import Document, of_text, read_document, read_pipe
from kokoro_cli.documents.pipe_reader import PipeReader
from kokoro_cli.engines import growth
from kokoro_cli.errors import FeatureNotInstalledError, UsageError
from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.playlist import Playlist
from kokoro_cli.stopwatch import Phase, Stopwatch
from kokoro_cli.synthesis import Utterance
from kokoro_cli.text.chunk import StreamLengths
from kokoro_cli.text.languages import LANGUAGES
from kokoro_cli.text.live import segments
from kokoro_cli.text.reading import Segment, Text, TextStage
from kokoro_cli.types import Chunk, EngineChoice, Losses, SynthesisOptions

if TYPE_CHECKING:
    from kokoro_cli.sinks import Sink
    from kokoro_cli.sinks.player import Player

PIPE = "-"


@dataclass(frozen=True, slots=True)
class SayRequest:
    """The command's options, as they were given."""

    text: tuple[str, ...]
    file: Path | None
    output: str | None
    play: bool
    stream: bool | None
    """Whether the first chunk is short; None is where somebody waits for it."""
    keys: bool
    """Whether keys are heeded while it plays, where there is a terminal."""
    quiet: bool
    speech: SpeechRequest


def check_output(output: str | None, *, json: bool) -> None:
    """Raise UsageError where the sound and the report would mix."""
    if json and output == PIPE:
        raise UsageError(
            "--json and -o - both want standard output.", hint="Write to a file: -o out.wav"
        )


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
    phases: list[Phase]
    """Where the time until then went, by their beginnings; the model is loaded beside others."""
    underruns: int | None
    """How often the sound broke off while it was played; null where it was not."""
    chunks: list[SpokenChunk]
    not_spoken: list[dict[str, str | int]]


def say(
    request: SayRequest,
    world: World,
    store: Store,
    watch: Stopwatch,
    begun: Loading | None = None,
) -> tuple[SayResult, Losses]:
    """Speak, and return what was done. *watch* runs since the command's start.

    *begun* is an engine that is being loaded already.
    """
    watch.until_now("imports")
    options = speech_options(request.speech, world)
    book = world.voices()
    if warning := mismatch(options, book):
        render_warning(warning, world.console())
    engine_choice(request.speech, store)  # What can't be is told of before anything is fetched,
    waiting = request.output in (None, PIPE)  # A file is whole before anybody hears it.
    streaming = waiting if request.stream is None else request.stream
    live = streaming and not options.strict and request.text == (PIPE,)
    reader = PipeReader(world.piped()) if live else None
    document = of_text("") if reader else _document(request, world)
    sinks, player = _sinks(request, world)  # and so is a missing folder or device.
    if reader and (whole := reader.book()):
        document, reader = whole, None
    losses = Losses()
    reading = replace(request.speech.reading, plain=document.plain)
    stage = make_stage(LANGUAGES[options.language], reading, world)

    def ensure(text: str) -> None:
        """Have the voices here that speak: the run's, and those that the markup names."""
        names = _voices(text, stage, options)
        ensure_installed(store, book.parts(names), quiet=request.quiet)

    ensure(document.text)
    expected = expected_seconds(PIPE if incoming else document.text) / options.speed
    choice = engine_choice(request.speech, store, expected)  # Installing has measured the engines.
    model = checked_model(store)
    speaker = _Speaker(
        options, choice, Voices(store, book, options), model, stage, losses, watch, begun
    )
    stream_lengths = (
        StreamLengths(growth(choice, install.measurements(store))) if streaming else None
    )
    text = _written(reader, stage, ensure) if reader else document.text
    chunks = speaker.chunks(text, stream_lengths)
    terminal = find_terminal() if _heeds_keys(request, world) and sinks == [player] else None
    delivery = _Delivery(watch)
    with speaking(world.console(), quiet=request.quiet, keys=terminal is not None) as show:
        if player and terminal is not None:
            _play(Playlist(chunks, speaker.speak), player, terminal, delivery, show)
        else:
            _deliver(speaker.speak(chunks), sinks, delivery, show)
    speaker.learn(store)
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
        player=player.device if player else None,
        audio_seconds=delivery.heard / SAMPLE_RATE,
        wall_seconds=watch.now(),
        first_audio_seconds=delivery.first_audio_seconds,
        phases=sorted(watch.phases, key=lambda phase: phase.start_seconds),
        underruns=player.underruns if player else None,
        chunks=delivery.chunks,
        not_spoken=[
            {"text": loss.text, "line": loss.line, "reason": loss.reason} for loss in losses.items
        ],
    )
    return result, losses


@dataclass(slots=True)
class _Delivery:
    """What has been given to the sinks."""

    watch: Stopwatch
    samples: int = 0
    heard: int = 0
    """Samples that were played or written, those again to which somebody went back."""
    first_audio_seconds: float = 0.0
    chunks: list[SpokenChunk] = field(default_factory=list)

    def add(self, utterance: Utterance) -> None:
        if not self.chunks:
            self.first_audio_seconds = self.watch.now()
        self.chunks.append(_spoken(utterance, self.samples))
        self.samples += len(utterance.block)


def _deliver(
    stream: Iterator[Utterance], sinks: list[Sink], delivery: _Delivery, show: Show
) -> None:
    """Take the utterances to the sinks as they come, and show the text that is spoken."""
    with ExitStack() as stack:
        for sink in sinks:
            stack.enter_context(sink)
        for utterance in synthesis.ahead(stream):
            for sink in sinks:
                sink.write(utterance.block)
            delivery.add(utterance)
            delivery.heard = delivery.samples
            show(utterance.chunk.voice, utterance.chunk.text, delivery.samples / SAMPLE_RATE, "")


def _play(
    playlist: Playlist, player: Player, terminal: int, delivery: _Delivery, show: Show
) -> None:
    """Play as the keys say."""
    starts: list[int] = []

    def tell(place: Place) -> None:
        chunk = place.utterance.chunk
        if chunk.index == len(starts):  # Not one to which somebody went back.
            starts.append(delivery.samples)
            delivery.add(place.utterance)
        seconds = (starts[chunk.index] + place.at) / SAMPLE_RATE
        show(chunk.voice, place.sentence, seconds, place.state)

    try:
        with player, Keys(terminal) as keys:
            delivery.heard = Listener(playlist, player, keys, tell).listen()
    finally:
        playlist.close()
        os.close(terminal)


def _document(request: SayRequest, world: World) -> Document:
    given = [bool(request.text), request.file is not None]
    if sum(given) != 1:
        raise UsageError(
            "Give a text or --file, not both." if all(given) else "There is nothing to say.",
            hint='For example: kokoro say "hello"; - reads standard input; --file reads a file.',
        )
    if request.file is not None:
        return read_document(request.file)
    if request.text == (PIPE,):
        return read_pipe(world.piped())
    return of_text(" ".join(request.text))


def _heeds_keys(request: SayRequest, world: World) -> bool:
    """Whether keys are commands; not where the text itself is typed."""
    return request.keys and not (request.text == (PIPE,) and world.piped().isatty())


def _written(
    reader: PipeReader, stage: TextStage, ensure: Callable[[str], None]
) -> Iterator[Segment]:
    """Yield what comes through a pipe in segments, each when it is complete."""
    for segment in segments(reader, stage):
        ensure(segment.text)
        yield segment


def _sinks(request: SayRequest, world: World) -> tuple[list[Sink], Player | None]:
    """Return the sinks, and that of them which plays, if one does."""
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
        render_warning(f"Not played: {error.message}", world.console())
        return sinks, None
    return [*sinks, player], player


def _voices(text: str, stage: TextStage, options: SynthesisOptions) -> list[str]:
    names = [voice for voice in (options.voice, options.style) if voice]
    if "[voice:" in text or "<voice" in text:
        manners = [passage.manner for passage in stage.passages(text, Losses())]
        names += [manner.voice for manner in manners if manner.voice]
    return names


class _Speaker:
    """Loads what is needed and speaks, in the thread that asks for the first utterance."""

    def __init__(
        self,
        options: SynthesisOptions,
        choice: EngineChoice,
        voices: Voices,
        model: install.InstalledModel,
        stage: TextStage,
        losses: Losses,
        watch: Stopwatch,
        begun: Loading | None,
    ) -> None:
        self._options, self._choice, self._model = options, choice, model
        self._stage, self._losses, self._watch, self._begun = stage, losses, watch, begun
        self._voices = voices
        self.device = choice.device
        self._engine: Metered | None = None

    def chunks(self, text: Text, stream_lengths: StreamLengths | None) -> Iterator[Chunk]:
        return synthesis.checked(
            synthesis.chunks(text, self._stage, self._options, self._losses, stream_lengths),
            self._losses,
            strict=self._options.strict,
        )

    def speak(self, chunks: Iterator[Chunk]) -> Iterator[Utterance]:
        loaded = load_together(self._choice, self._model, self._stage, self._watch, self._begun)
        self._engine = engine = Metered(loaded)
        self.device = engine.device
        chunks = self._watch.until_first("text", chunks)
        spoken = synthesis.speak(chunks, engine, self._voices.style, self._options)
        yield from self._watch.until_first("speech", spoken)

    def learn(self, store: Store) -> None:
        """Keep how fast the engine spoke, for the next choice."""
        loading = [p.end_seconds - p.start_seconds for p in self._watch.phases if p.name == "model"]
        if self._engine and loading:
            install.learn(
                store,
                replace(self._choice, device=self.device),
                load_seconds=loading[0],
                audio_seconds=self._engine.audio_seconds,
                work_seconds=self._engine.work_seconds,
            )


def _spoken(utterance: Utterance, position: int) -> SpokenChunk:
    return SpokenChunk(
        text=utterance.chunk.text,
        phonemes=utterance.chunk.phonemes,
        start_seconds=round(position / SAMPLE_RATE, 4),
        seconds=round(len(utterance.block) / SAMPLE_RATE, 4),
    )
