"""``kokoro voices``' commands and their options. Nothing heavy is imported here."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, Optional

import typer
from typer.core import TyperGroup

from kokoro_cli.cli.options import (
    STARTED,
    Debug,
    Device,
    EngineName,
    Json,
    Offline,
    Quiet,
    Speed,
    complete_voice,
)


class _ListByDefault(TyperGroup):
    """``kokoro voices bella`` is ``kokoro voices list bella``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ("-h", "--help")):
            args = ["list", *args]
        return super().parse_args(ctx, args)


voices_app = typer.Typer(
    help="Find the voice that fits: see, hear, blend them, bring your own.", cls=_ListByDefault
)

Word = Annotated[
    Optional[str], typer.Argument(help="Part of a name or a language.", show_default=False)
]
OnlyLang = Annotated[
    Optional[str], typer.Option("--lang", "-l", help="Letter or tag; en is all of English.")
]
OnlyGender = Annotated[Optional[str], typer.Option("--gender", "-g", help="f or m.")]
OnlyGrade = Annotated[Optional[str], typer.Option("--grade", help="At least this, from A to F.")]
OnlyInstalled = Annotated[bool, typer.Option("--installed", help="Only those on this machine.")]

SampleText = Annotated[
    Optional[str],
    typer.Option("--text", "-t", help="What they say.", show_default="a sentence of each language"),
]
OwnLang = Annotated[
    Optional[str], typer.Option("--lang", "-l", help="The language that it speaks; letter or tag.")
]
OwnGender = Annotated[Optional[str], typer.Option("--gender", "-g", help="f or m.")]
Overwrite = Annotated[bool, typer.Option("--force", help="Write over a voice of that name.")]


@voices_app.command("list")
def _list(
    word: Word = None,
    lang: OnlyLang = None,
    gender: OnlyGender = None,
    grade: OnlyGrade = None,
    installed: OnlyInstalled = False,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Show the voices, the best of your language first; names alone into a pipe."""
    from kokoro_cli.cli import render
    from kokoro_cli.cli.context import World, open_store
    from kokoro_cli.cli.voices import VoiceFilter, list_voices

    world = World()
    wanted = VoiceFilter(word, lang, gender, grade, installed)
    store = open_store(world, offline=True)
    report = list_voices(wanted, world.voices(), store, world.environment)
    for problem in report.damaged:
        render.render_warning(problem, world.console())
    if json:
        render.render_json(report)
    elif not report.voices:
        render.render_note("No voice fits.", world.console())
    elif sys.stdout.isatty():
        render.render_voices(report.voices)
    else:
        for voice in report.voices:
            render.render_line(voice.name)


@voices_app.command("show")
def _show(
    name: Annotated[str, typer.Argument(autocompletion=complete_voice)],
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Show all that is known of a voice."""
    from kokoro_cli.cli import render
    from kokoro_cli.cli.context import World, open_store
    from kokoro_cli.cli.voices import show_voice

    world = World()
    report = show_voice(name, world.voices(), open_store(world, offline=True))
    if json:
        render.render_json(report)
    else:
        render.render_voice(report)


@voices_app.command("play")
def _play(
    voices: Annotated[
        list[str],
        typer.Argument(help="Voices, or blends.", autocompletion=complete_voice),
    ],
    text: SampleText = None,
    output: Annotated[
        Optional[str], typer.Option("--output", "-o", help="Write it instead of playing.")
    ] = None,
    speed: Speed = 1.0,
    engine: EngineName = "auto",
    device: Device = "auto",
    offline: Offline = False,
    quiet: Quiet = False,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Hear voices one after the other."""
    from kokoro_cli.cli import render
    from kokoro_cli.cli.context import World, open_store
    from kokoro_cli.cli.hear import play
    from kokoro_cli.cli.say import SayRequest, check_output
    from kokoro_cli.cli.speech import SpeechRequest

    check_output(output, json=json)
    world = World()
    request = SayRequest(
        text=(),
        file=None,
        output=output,
        play=False,
        stream=None,
        keys=True,
        quiet=quiet or json,
        speech=SpeechRequest(engine=engine, device=device, speed=speed),
    )
    store = open_store(world, offline=offline)
    result = play(voices, text, request, world, store, STARTED)
    if json:
        render.render_json(result)
    elif not quiet:
        render.render_say(result, world.console())


@voices_app.command("demo")
def _demo(
    word: Word = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="The page.")] = Path("demo.html"),
    text: SampleText = None,
    lang: OnlyLang = None,
    gender: OnlyGender = None,
    grade: OnlyGrade = None,
    installed: OnlyInstalled = False,
    engine: EngineName = "auto",
    device: Device = "auto",
    offline: Offline = False,
    quiet: Quiet = False,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Write a page with a sample of every voice, to listen to in a browser."""
    from kokoro_cli.cli import render
    from kokoro_cli.cli.context import World, open_store
    from kokoro_cli.cli.hear import DemoRequest, demo
    from kokoro_cli.cli.speech import SpeechRequest
    from kokoro_cli.cli.voices import VoiceFilter

    world = World()
    wanted = VoiceFilter(word, lang, gender, grade, installed)
    speech = SpeechRequest(engine=engine, device=device)
    request = DemoRequest(out, wanted, text, speech, quiet or json)
    report = demo(request, world, open_store(world, offline=offline))
    if json:
        render.render_json(report)
    elif not quiet:
        render.render_demo(report, world.console())
    raise typer.Exit(report.exit_code)


@voices_app.command("blend")
def _blend(
    spec: Annotated[str, typer.Argument(help="As af_bella(2)+af_sky(1).")],
    save: Annotated[
        Optional[str], typer.Option("--save", help="Keep it as a voice of this name.")
    ] = None,
    lang: OwnLang = None,
    gender: OwnGender = None,
    force: Overwrite = False,
    offline: Offline = False,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Show the shares of a blend, or keep it as a voice of your own."""
    from kokoro_cli.cli import render
    from kokoro_cli.cli.context import World, open_store
    from kokoro_cli.cli.own_voices import OwnVoiceRequest, blend

    world = World()
    request = OwnVoiceRequest(save, lang, gender, force)
    report = blend(spec, request, world.voices(), open_store(world, offline=offline))
    if json:
        render.render_json(report)
    elif report.saved:
        render.render_voice(report.saved)
    else:
        render.render_blend(report)


@voices_app.command("add")
def _add(
    file: Annotated[Path, typer.Argument(help="Raw float32, npy, safetensors or PyTorch's .pt.")],
    name: Annotated[
        Optional[str], typer.Option("--name", help="Its name.", show_default="the file's")
    ] = None,
    lang: OwnLang = None,
    gender: OwnGender = None,
    force: Overwrite = False,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Keep the voice in a file as one of your own; nothing in the file is run."""
    from kokoro_cli.cli import render
    from kokoro_cli.cli.context import World, open_store
    from kokoro_cli.cli.own_voices import OwnVoiceRequest, add

    world = World()
    request = OwnVoiceRequest(name, lang, gender, force)
    report = add(file, request, world.voices(), open_store(world, offline=True))
    if json:
        render.render_json(report)
    else:
        render.render_voice(report)


@voices_app.command("remove")
def _remove(
    names: Annotated[list[str], typer.Argument(autocompletion=complete_voice)],
    debug: Debug = False,
) -> None:
    """Remove voices of your own."""
    from kokoro_cli.cli.context import World

    World().voices().remove(names)
