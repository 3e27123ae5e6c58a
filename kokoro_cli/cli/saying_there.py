"""Speak one text through a server, to the sinks and with the keys of ``kokoro say``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from kokoro_cli.cli.commands.say import PIPE, SayRequest
from kokoro_cli.cli.environment import Environment
from kokoro_cli.cli.options import typed
from kokoro_cli.cli.render.common import render_warning
from kokoro_cli.cli.saying import (
    SayResult,
    check_source,
    is_silent,
    is_streamed,
    not_spoken,
    sinks_of,
    terminal_of,
)
from kokoro_cli.cli.terminal.keys import Keys
from kokoro_cli.cli.terminal.progress import speaking
from kokoro_cli.documents import Document, of_text, read_document, read_pipe
from kokoro_cli.errors import UsageError
from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.playback.delivery import Delivery
from kokoro_cli.playback.playlist import Playlist
from kokoro_cli.remote.address import Server
from kokoro_cli.remote.speech import RemoteSpeech
from kokoro_cli.stopwatch import Stopwatch
from kokoro_cli.synthesis import Utterance
from kokoro_cli.types import Chunk, Losses

if TYPE_CHECKING:
    from kokoro_cli.sinks.player import Player


def speak_there(request: SayRequest, environment: Environment) -> tuple[SayResult, Losses]:
    """Speak, and return what was done."""
    watch = Stopwatch(environment.started, environment.clock)
    settings = environment.settings
    server = Server(request.server or settings.server or "", settings.server_key)
    _refuse_local(request, environment)
    document = _document(request, environment)
    asked = request.speech
    if not asked.voice and not asked.language:
        asked = replace(asked, voice=settings.voice)
    if server.warning:
        render_warning(server.warning, environment)
    speech = RemoteSpeech(
        server,
        document.text,
        asked,
        growing=is_streamed(request),
        notify=lambda line: render_warning(line, environment),
    )
    delivery = Delivery(watch)
    sinks, player = sinks_of(request, environment)
    terminal = terminal_of(request, environment) if player and sinks == [player] else None
    with (
        closing(speech),
        speaking(environment.console, quiet=is_silent(request), keys=terminal is not None) as show,
    ):
        if player and terminal is not None:
            try:
                delivery.play(_playlist(speech), player, Keys(terminal, fixed_speed=True), show)
            finally:
                os.close(terminal)
        else:
            beside = player if player and len(sinks) > 1 else None
            ends = [sink for sink in sinks if sink is not beside]
            delivery.write(speech.utterances(), ends, show, beside)
    if speech.done.get("warning"):
        render_warning(str(speech.done["warning"]), environment)
    return _result(request, speech, delivery, player, document), speech.losses


def _result(
    request: SayRequest,
    speech: RemoteSpeech,
    delivery: Delivery,
    player: Player | None,
    document: Document,
) -> SayResult:
    done = speech.done
    return SayResult(
        voice=str(done.get("voice", "")),
        language=str(done.get("language", "")),
        engine=str(done.get("engine", "")),
        device=str(done.get("device", "")),
        reason=f"by {speech.server}",
        model=str(done.get("model", "")),
        speed=request.speech.speed,
        gap_seconds=request.speech.gap_seconds,
        seed=request.speech.seed,
        sample_rate=SAMPLE_RATE,
        output=request.output,
        player=player.device if player else None,
        player_error=delivery.failure.message if delivery.failure else None,
        audio_seconds=delivery.heard / SAMPLE_RATE,
        wall_seconds=delivery.watch.now(),
        first_audio_seconds=delivery.first_audio_seconds,
        phases=delivery.watch.phases,
        underruns=player.underruns if player else None,
        chunks=delivery.chunks,
        not_spoken=not_spoken(speech.losses),
        problems=list(document.problems),
        incomplete=document.incomplete,
    )


def _refuse_local(request: SayRequest, environment: Environment) -> None:
    """Raise UsageError for options of an engine of this machine."""
    usual = SayRequest()
    for name in ("engine", "precision", "device", "offline"):
        if getattr(request, name) != getattr(usual, name):
            raise UsageError(
                f"`{name}` is for speech of this machine, and a server is named.",
                hint="Leave one out; KOKORO_SERVER names a server too.",
            )
    if environment.settings.offline:
        raise UsageError(
            "KOKORO_OFFLINE allows no connection, and a server is named.", hint="Unset one."
        )


def _document(request: SayRequest, environment: Environment) -> Document:
    """Return the text; a pipe is read to its end first."""
    check_source(request)
    if request.file is not None:
        document = read_document(request.file)
    elif request.text != (PIPE,):
        document = of_text(typed(request.text))
    else:
        document = read_pipe(environment.piped())
    if document.plain:
        raise UsageError(
            "A server can't be asked for a book.", hint="Give a text or Markdown, or speak it here."
        )
    return document


def _playlist(speech: RemoteSpeech) -> Playlist:
    """Return a playlist of what the server speaks; its speed stays as it was asked for."""
    ready: dict[int, Utterance] = {}

    def chunks() -> Iterator[Chunk]:
        for utterance in speech.utterances():
            ready[utterance.chunk.index] = utterance
            yield utterance.chunk

    return Playlist(chunks(), lambda given: (ready.pop(chunk.index) for chunk in given))
