"""``kokoro voices``: find the voice that fits, hear it, blend and keep voices."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from kokoro_cli.cli.binding import Group, command, refuse_unused
from kokoro_cli.cli.commands.say import SayRequest, check_output
from kokoro_cli.cli.environment import Environment
from kokoro_cli.cli.options import (
    DEVICE,
    ENGINE,
    JSON,
    OFFLINE,
    PRECISION,
    QUIET,
    SPEED,
    complete_voice,
)
from kokoro_cli.engines.table import EXACT
from kokoro_cli.errors import ExitCode
from kokoro_cli.speaker.request import SpeechRequest
from kokoro_cli.voices.request import OwnVoiceRequest, VoiceFilter

if TYPE_CHECKING:
    from kokoro_cli.speaker.speaker import Speaker
    from kokoro_cli.speaker.voice_list import VoicesReport


class _ListByDefault(TyperGroup):
    """``kokoro voices bella`` is ``kokoro voices list bella``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ("-h", "--help")):
            args = ["list", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    add_completion=False,
    help="Find the voice that fits: see, hear, blend them, bring your own.",
    cls=_ListByDefault,
)

_FILTER = Group(
    VoiceFilter,
    {
        "word": typer.Argument(help="Part of a name or a language.", show_default=False),
        "language": typer.Option("--lang", "-l", help="Letter or tag; en is all of English."),
        "gender": typer.Option("--gender", "-g", help="f or m."),
        "grade": typer.Option("--grade", help="At least this, from A to F."),
        "installed": typer.Option("--installed", help="Only those on this machine."),
    },
)
_TEXT = typer.Option(
    "--text", "-t", help="What they say.", show_default="a sentence of each language"
)


@dataclass(frozen=True, slots=True)
class _List:
    wanted: VoiceFilter
    json: bool = False


@command(app, "list", Group(_List, {"wanted": _FILTER, "json": JSON}))
def _list(environment: Environment, request: _List) -> None:
    """Show the voices, the best of your language first; names alone into a pipe."""
    from kokoro_cli.cli.render.common import render_json, render_line, render_note
    from kokoro_cli.cli.render.voices import render_voices

    report = _listed(request.wanted, environment.speaker(offline=True), environment)
    if request.json:
        render_json(report, environment)
    elif not report.voices:
        render_note("No voice fits.", environment)
    elif environment.stdout.isatty():
        render_voices(report.voices, environment)
    else:
        for voice in report.voices:
            render_line(voice.name, environment)


def _listed(wanted: VoiceFilter, speaker: Speaker, environment: Environment) -> VoicesReport:
    """Return the voices that fit, and warn of the user's own files that are no voices."""
    from kokoro_cli.cli.render.common import render_warning
    from kokoro_cli.speaker.voice_list import list_voices

    report = list_voices(wanted, speaker, environment.variables)
    for problem in report.damaged:
        render_warning(problem, environment)
    return report


@dataclass(frozen=True, slots=True)
class _Show:
    name: str
    json: bool = False


_SHOW = Group(
    _Show,
    {
        "name": typer.Argument(
            help="A voice: the model's or your own.", autocompletion=complete_voice
        ),
        "json": JSON,
    },
)


@command(app, "show", _SHOW)
def _show(environment: Environment, request: _Show) -> None:
    """Show all that is known of a voice."""
    from kokoro_cli.speaker.voice_list import show_voice

    speaker = environment.speaker(offline=True)
    _render_voice(show_voice(request.name, speaker), environment, json=request.json)


def _render_voice(report: Any, environment: Environment, *, json: bool) -> None:
    from kokoro_cli.cli.render.common import render_json
    from kokoro_cli.cli.render.voices import render_voice

    if json:
        render_json(report, environment)
    else:
        render_voice(report, environment)


@dataclass(frozen=True, slots=True)
class _Play:
    voices: tuple[str, ...]
    text: str | None = None
    output: str | None = None
    speed: float = 1.0
    engine: str = "auto"
    precision: str = EXACT
    device: str = "auto"
    offline: bool = False
    quiet: bool = False
    json: bool = False


_PLAY = Group(
    _Play,
    {
        "voices": typer.Argument(help="Voices, or blends.", autocompletion=complete_voice),
        "text": _TEXT,
        "output": typer.Option("--output", "-o", help="Write it instead of playing."),
        "speed": SPEED,
        "engine": ENGINE,
        "precision": PRECISION,
        "device": DEVICE,
        "offline": OFFLINE,
        "quiet": QUIET,
        "json": JSON,
    },
)
_BETWEEN = "[pause:0.8s]"


@command(app, "play", _PLAY)
def _play(environment: Environment, request: _Play) -> ExitCode:
    """Hear voices one after the other."""
    from kokoro_cli.batch.demo import check_sample_text
    from kokoro_cli.cli.render import say as render
    from kokoro_cli.cli.saying import speak_text
    from kokoro_cli.text.languages import LANGUAGES

    check_output(request.output, json=request.json)
    check_sample_text(request.text)
    speaker = environment.speaker_for(request)
    lines = []
    for voice in request.voices:
        language = LANGUAGES[speaker.book.leader(voice).language]
        lines.append(f"[voice:{voice}]{request.text or language.sample}")
    said = SayRequest(
        text=(f"\n\n{_BETWEEN}\n\n".join(lines),),
        output=request.output,
        speech=SpeechRequest(voice=request.voices[0], speed=request.speed),
        quiet=request.quiet,
        json=request.json,
    )
    with speaker:
        result, losses = speak_text(said, environment, speaker)
    render.report(replace(result, voice=", ".join(request.voices)), losses, environment, said)
    return ExitCode.PARTIAL if result.player_error else ExitCode.OK


@dataclass(frozen=True, slots=True)
class _Demo:
    wanted: VoiceFilter
    out: Path = Path("demo.html")
    text: str | None = None
    engine: str = "auto"
    precision: str = EXACT
    device: str = "auto"
    offline: bool = False
    quiet: bool = False
    json: bool = False


_DEMO = Group(
    _Demo,
    {
        "wanted": _FILTER,
        "out": typer.Option("--out", "-o", help="The page."),
        "text": _TEXT,
        "engine": ENGINE,
        "precision": PRECISION,
        "device": DEVICE,
        "offline": OFFLINE,
        "quiet": QUIET,
        "json": JSON,
    },
)


@command(app, "demo", _DEMO)
def _demo(environment: Environment, request: _Demo) -> int:
    """Write a page with a sample of every voice, to listen to in a browser."""
    from kokoro_cli.batch.demo import Demo, DemoRequest
    from kokoro_cli.cli.installing import ensure_installed
    from kokoro_cli.cli.render.common import render_json, render_losses, render_warning
    from kokoro_cli.cli.render.voices import render_demo
    from kokoro_cli.cli.terminal.progress import counting

    quiet = request.quiet or request.json
    speaker = environment.speaker_for(request)
    with speaker:
        rows = _listed(request.wanted, speaker, environment).voices
        voices = [speaker.book.find(row.name) for row in rows]
        demo = Demo.prepare(
            DemoRequest(request.out, voices, request.text, SpeechRequest()),
            speaker,
            lambda line: render_warning(line, environment),
            lambda losses: render_losses(losses, environment),
        )
        ensure_installed(speaker, demo.speakable, environment, quiet=quiet)
        if speaker.notice:
            render_warning(speaker.notice, environment)
        with counting(environment.console, len(demo.speakable), quiet=quiet) as show:
            report = demo.make(show)
    if request.json:
        render_json(report, environment)
    elif not quiet:
        render_demo(report, environment)
    return report.exit_code


_OWN = {
    "language": typer.Option("--lang", "-l", help="The language that it speaks; letter or tag."),
    "gender": typer.Option("--gender", "-g", help="f or m."),
    "force": typer.Option("--force", help="Overwrite a voice of that name."),
}


@dataclass(frozen=True, slots=True)
class _Blend:
    spec: str
    voice: OwnVoiceRequest = field(default_factory=OwnVoiceRequest)
    offline: bool = False
    json: bool = False


_BLEND = Group(
    _Blend,
    {
        "spec": typer.Argument(help="As af_bella(2)+af_sky(1)."),
        "voice": Group(
            OwnVoiceRequest,
            {"name": typer.Option("--save", help="Keep it as a voice of this name."), **_OWN},
        ),
        "offline": OFFLINE,
        "json": JSON,
    },
)


@command(app, "blend", _BLEND)
def _blend(environment: Environment, request: _Blend) -> None:
    """Show the shares of a blend, or keep it as a voice of your own."""
    from kokoro_cli.cli.installing import ensure_installed
    from kokoro_cli.cli.render.common import render_json
    from kokoro_cli.cli.render.voices import render_blend, render_voice
    from kokoro_cli.speaker.own_voices import blend

    if request.voice.name is None:
        names = ("language", "gender", "force")
        refuse_unused(request.voice, names, "without --save")
    speaker = environment.speaker(offline=request.offline)
    if request.voice.name is not None:
        voices = speaker.book.parts([request.spec])
        if any(speaker.pack(voice) is None for voice in voices):
            ensure_installed(speaker, voices, environment, quiet=False)
    report = blend(request.spec, request.voice, speaker)
    if request.json:
        render_json(report, environment)
    elif report.saved:
        render_voice(report.saved, environment)
    else:
        render_blend(report, environment)


@dataclass(frozen=True, slots=True)
class _Add:
    file: Path
    voice: OwnVoiceRequest = field(default_factory=OwnVoiceRequest)
    json: bool = False


_ADD = Group(
    _Add,
    {
        "file": typer.Argument(help="Raw float32, npy, safetensors or PyTorch's .pt."),
        "voice": Group(
            OwnVoiceRequest,
            {
                "name": typer.Option("--name", help="Its name.", show_default="the file's"),
                **_OWN,
            },
        ),
        "json": JSON,
    },
)


@command(app, "add", _ADD)
def _add(environment: Environment, request: _Add) -> None:
    """Keep the voice in a file as one of your own; nothing in the file is run."""
    from kokoro_cli.speaker.own_voices import add

    speaker = environment.speaker(offline=True)
    _render_voice(add(request.file, request.voice, speaker), environment, json=request.json)


@dataclass(frozen=True, slots=True)
class _Remove:
    names: tuple[str, ...]


_REMOVE = Group(
    _Remove,
    {"names": typer.Argument(help="Voices of your own.", autocompletion=complete_voice)},
)


@command(app, "remove", _REMOVE)
def _remove(environment: Environment, request: _Remove) -> None:
    """Remove voices of your own."""
    environment.speaker(offline=True).book.remove(request.names)
