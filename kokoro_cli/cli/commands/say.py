"""``kokoro say``: speak a text to the loudspeaker, a file or a pipe."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from kokoro_cli.cli.binding import Group, command
from kokoro_cli.cli.environment import Environment
from kokoro_cli.cli.options import DEVICE, ENGINE, JSON, OFFLINE, PRECISION, QUIET, SPEECH
from kokoro_cli.engines.table import EXACT
from kokoro_cli.errors import ExitCode, UsageError
from kokoro_cli.registry import listed
from kokoro_cli.sinks.formats import FORMATS
from kokoro_cli.speaker.request import SpeechRequest

if TYPE_CHECKING:
    from kokoro_cli.cli.saying import SayResult
    from kokoro_cli.types import Losses

PIPE = "-"

_TEXTS = (".txt", ".text", ".md", ".markdown")
"""Files whose size says how long they are spoken."""


app = typer.Typer(add_completion=False)


@dataclass(frozen=True, slots=True)
class SayRequest:
    """The command's options."""

    text: tuple[str, ...] = ()
    file: Path | None = None
    output: str | None = None
    """A file's name, or "-" for a pipe; None plays."""
    play: bool = False
    """Whether it is played although it is written."""
    speech: SpeechRequest = field(default_factory=SpeechRequest)
    engine: str = "auto"
    precision: str = EXACT
    device: str = "auto"
    stream: bool | None = None
    """Whether the first chunk is short; None is true unless a file is written."""
    keys: bool = True
    """Whether keys control what is played, if there is a terminal."""
    server: str | None = None
    """Address of a server that speaks; None is that of the settings, or speaks here."""
    offline: bool = False
    quiet: bool = False
    verbose: bool = False
    json: bool = False


SAY = Group(
    SayRequest,
    {
        "text": typer.Argument(
            help="What to say; - reads standard input, -- comes before a text with a dash.",
            show_default=False,
        ),
        "file": typer.Option("--file", "-f", help="Read the text from a file."),
        "output": typer.Option(
            "--output",
            "-o",
            help=f"Write {listed(FORMATS, 'or')} instead of playing; - is WAV to a pipe.",
        ),
        "play": typer.Option("--play", help="With -o: play it too, if there is a device."),
        "speech": SPEECH,
        "engine": ENGINE,
        "precision": PRECISION,
        "device": DEVICE,
        "stream": typer.Option(
            "--stream/--no-stream",
            help="Begin with a short chunk, to be heard sooner.",
            show_default="when playing or piping",
        ),
        "keys": typer.Option(
            "--keys/--no-keys",
            help="Obey keys while it plays: space, arrows, q.",
            show_default=False,
        ),
        "server": typer.Option(
            "--server", help="Address of a kokoro serve that speaks.", show_default=False
        ),
        "offline": OFFLINE,
        "quiet": QUIET,
        "verbose": typer.Option("--verbose", help="Say where the time went, and count underruns."),
        "json": JSON,
    },
)


@command(app, "say", SAY)
def say(environment: Environment, request: SayRequest) -> ExitCode:
    """Speak a text: play it, or write it with -o."""
    check_output(request.output, json=request.json)
    if "" in (request.output, request.speech.voice, request.speech.language, request.server):
        raise UsageError("An option is empty.", hint="Leave it out, or give it a value.")
    if request.quiet and request.verbose:
        raise UsageError("--quiet and --verbose ask for two things.", hint="Choose one.")
    if request.server or environment.settings.server:
        from kokoro_cli.cli.saying_there import speak_there

        return _reported(*speak_there(request, environment), environment, request)
    speaker = environment.speaker_for(request, _expected_seconds(request))
    with speaker:
        speaker.begin_loading()  # Beside the imports of all that reads a text.
        from kokoro_cli.cli.saying import speak_text

        result, losses = speak_text(request, environment, speaker)
    return _reported(result, losses, environment, request)


def _reported(
    result: SayResult, losses: Losses, environment: Environment, request: SayRequest
) -> ExitCode:
    from kokoro_cli.cli.render import say as render

    render.report(result, losses, environment, request)
    return ExitCode.PARTIAL if result.player_error or result.incomplete else ExitCode.OK


def check_output(output: str | None, *, json: bool) -> None:
    """Raise UsageError if the sound and the report would mix."""
    if json and output == PIPE:
        raise UsageError(
            "--json and -o - both want standard output.", hint="Write to a file: -o out.wav"
        )


def _expected_seconds(request: SayRequest) -> float | None:
    """Return about how long the speech will be, in seconds; None if it is unknown."""
    from kokoro_cli.text.length import CHARACTERS_A_SECOND, spoken_seconds

    if request.text == (PIPE,) or not 0.5 <= request.speech.speed <= 2.0:
        return None  # An impossible speed is reported later.
    if request.file is None:
        return spoken_seconds(" ".join(request.text)) / request.speech.speed
    if request.file.suffix.lower() not in _TEXTS or not request.file.is_file():
        return None
    return request.file.stat().st_size / CHARACTERS_A_SECOND / request.speech.speed
