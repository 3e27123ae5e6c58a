"""Speak one text: find out what to say, where to, and deliver it as it is made."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kokoro_cli.cli.commands.say import PIPE, SayRequest
from kokoro_cli.cli.environment import Environment
from kokoro_cli.cli.installing import ensure_installed
from kokoro_cli.cli.lexicons import name_project_lexicon
from kokoro_cli.cli.options import typed
from kokoro_cli.cli.render.common import render_warning
from kokoro_cli.cli.terminal.keys import Keys, find_terminal
from kokoro_cli.cli.terminal.progress import speaking
from kokoro_cli.documents import Document, of_text, read_document, read_pipe
from kokoro_cli.documents.pipe_reader import PipeReader
from kokoro_cli.errors import FeatureNotInstalledError, UsageError
from kokoro_cli.files import identity
from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.playback.delivery import Delivery, SpokenChunk
from kokoro_cli.playback.playlist import Playlist
from kokoro_cli.speaker.plan import SpeechPlan
from kokoro_cli.speaker.resolve import lexicon_files
from kokoro_cli.speaker.speaker import Speaker
from kokoro_cli.stopwatch import Phase
from kokoro_cli.text.live import segments
from kokoro_cli.text.reading import Segment
from kokoro_cli.types import Losses

if TYPE_CHECKING:
    from kokoro_cli.sinks import Sink
    from kokoro_cli.sinks.player import Player


@dataclass(frozen=True, slots=True)
class SayResult:
    """What was done; ``--json`` prints it, and its keys are a promise."""

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
    player_error: str | None
    """Why it was not played to the end, although it was written; null if it was."""
    audio_seconds: float
    wall_seconds: float
    first_audio_seconds: float
    """From the command's start to the first samples at the sink."""
    phases: list[Phase]
    """What the time was spent on, in order of their beginnings; some ran side by side."""
    underruns: int | None
    """How often the sound broke off while it was played; null if it was not played."""
    chunks: list[SpokenChunk]
    not_spoken: list[dict[str, str | int]]
    problems: list[str]
    """What of the document could not be read, a line each."""
    incomplete: bool
    """Whether a chapter or a page is among the problems."""


def speak_text(
    request: SayRequest, environment: Environment, speaker: Speaker
) -> tuple[SayResult, Losses]:
    """Speak, and return what was done. The speaker's watch runs since the command's start."""
    speaker.watch.until_now("imports")
    plan = speaker.plan(request.speech)  # Impossible values are reported before anything is read
    if plan.warning:
        render_warning(plan.warning, environment)
    name_project_lexicon(environment, quiet=request.quiet)
    source = _source(request, environment)
    sinks, player = sinks_of(request, environment)  # or fetched.
    document = source if isinstance(source, Document) else source.book()
    if document and document.plain:
        plan = speaker.plan(request.speech, plain=True)
    losses = Losses()

    def ensure(text: str) -> None:
        ensure_installed(speaker, plan.voices(text), environment, quiet=is_silent(request))
        plan.check_voices(text)

    ensure(document.text if document else "")
    if speaker.notice:
        render_warning(speaker.notice, environment)
    lengths = speaker.stream_lengths() if is_streamed(request) else None
    text = _segments(source, plan, ensure) if document is None else [_segment(document)]
    chunks = plan.chunks(text, losses, lengths)
    delivery = Delivery(speaker.watch)
    terminal = terminal_of(request, environment) if player and sinks == [player] else None
    with speaking(environment.console, quiet=is_silent(request), keys=terminal is not None) as show:
        if player and terminal is not None:
            playlist = Playlist(chunks, lambda chunks: speaker.utterances(plan, chunks))
            try:
                delivery.play(playlist, player, Keys(terminal), show)
            finally:
                os.close(terminal)
        else:
            beside = player if player and len(sinks) > 1 else None
            ends = [sink for sink in sinks if sink is not beside]
            delivery.write(speaker.utterances(plan, chunks), ends, show, beside)
    document = document or of_text("")
    return _result(request, speaker, plan, delivery, player, losses, document), losses


def is_silent(request: SayRequest) -> bool:
    return request.quiet or request.json


def is_streamed(request: SayRequest) -> bool:
    """Whether the first chunk is short: someone waits for the sound unless it goes to a file."""
    return request.output in (None, PIPE) if request.stream is None else request.stream


def _source(request: SayRequest, environment: Environment) -> Document | PipeReader:
    """Return what to say; a pipe is read as it is written if the speech is streamed."""
    check_source(request)
    if request.file is not None:
        return read_document(request.file)
    if request.text != (PIPE,):
        return of_text(typed(request.text))
    if is_streamed(request) and not request.speech.strict:
        return PipeReader(environment.piped())
    return read_pipe(environment.piped())


def check_source(request: SayRequest) -> None:
    """Raise UsageError unless there is one text."""
    given = [bool(request.text), request.file is not None]
    if sum(given) != 1:
        raise UsageError(
            "Give a text or --file, not both." if all(given) else "There is nothing to say.",
            hint='For example: kokoro say "hello"; - reads standard input; --file reads a file.',
        )


def _segment(document: Document) -> Segment:
    return Segment(document.text, boundaries=document.boundaries)


def _segments(
    reader: Document | PipeReader, plan: SpeechPlan, ensure: Callable[[str], None]
) -> Iterator[Segment]:
    """Yield what comes through a pipe in segments, each when it is complete."""
    assert isinstance(reader, PipeReader)
    for segment in segments(reader, plan.stage):
        ensure(segment.text)
        yield segment


def sinks_of(request: SayRequest, environment: Environment) -> tuple[list[Sink], Player | None]:
    """Return the sinks, and the one of them that plays, if any."""
    from kokoro_cli.sinks.file import FileSink
    from kokoro_cli.sinks.pipe import PipeSink

    sinks: list[Sink] = []
    _refuse_input(request, environment)
    if request.output == PIPE:
        if getattr(environment.stdout, "name", None) == os.devnull:
            raise UsageError("Standard output is closed.", hint="Pipe it, or give a file's name.")
        sinks.append(PipeSink(environment.stdout.buffer))
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
        render_warning(f"Not played: {error.message}", environment)
        return sinks, None
    return [*sinks, player], player


def _refuse_input(request: SayRequest, environment: Environment) -> None:
    """Raise UsageError if the output is a file that is read, by whatever name."""
    if request.output in (None, PIPE):
        return
    reading = request.speech.reading
    read: list[Path | int] = [*lexicon_files(reading, environment.settings)]
    read += [*environment.stdin_files, *([request.file] if request.file else [])]
    found = identity(Path(str(request.output)))
    if found and found in map(identity, read):
        raise UsageError(
            f"{request.output} is read, so it can't be written.", hint="Write elsewhere."
        )


def terminal_of(request: SayRequest, environment: Environment) -> int | None:
    """Return the terminal whose keys are commands; None if the text itself is typed there."""
    if not request.keys or (request.text == (PIPE,) and environment.piped().isatty()):
        return None
    return find_terminal(environment.stdin, environment.stderr)


def _result(
    request: SayRequest,
    speaker: Speaker,
    plan: SpeechPlan,
    delivery: Delivery,
    player: Player | None,
    losses: Losses,
    document: Document,
) -> SayResult:
    options, choice, watch = plan.options, speaker.choice, speaker.watch
    return SayResult(
        voice=options.voice,
        language=plan.language.name,
        engine=choice.engine,
        device=speaker.device,
        reason=choice.reason,
        model=speaker.model.label,
        speed=options.speed,
        gap_seconds=options.gaps.sentence,
        seed=options.seed,
        sample_rate=SAMPLE_RATE,
        output=request.output,
        player=player.device if player else None,
        player_error=delivery.failure.message if delivery.failure else None,
        audio_seconds=delivery.heard / SAMPLE_RATE,
        wall_seconds=watch.now(),
        first_audio_seconds=delivery.first_audio_seconds,
        phases=sorted(watch.phases, key=lambda phase: phase.start_seconds),
        underruns=player.underruns if player else None,
        chunks=delivery.chunks,
        not_spoken=not_spoken(losses),
        problems=list(document.problems),
        incomplete=document.incomplete,
    )


def not_spoken(losses: Losses) -> list[dict[str, str | int]]:
    return [{"text": each.text, "line": each.line, "reason": each.reason} for each in losses.items]
