"""``kokoro voices``' commands and their options. Nothing heavy is imported here."""

from __future__ import annotations

import sys
from typing import Annotated, Any, Optional

import typer
from typer.core import TyperGroup

from kokoro_cli.cli.options import Debug, Json, complete_voice


class _ListByDefault(TyperGroup):
    """``kokoro voices bella`` is ``kokoro voices list bella``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ("-h", "--help")):
            args = ["list", *args]
        return super().parse_args(ctx, args)


voices_app = typer.Typer(help="Find the voice that fits.", cls=_ListByDefault)


@voices_app.command("list")
def _list(
    word: Annotated[
        Optional[str], typer.Argument(help="Part of a name or a language.", show_default=False)
    ] = None,
    lang: Annotated[
        Optional[str], typer.Option("--lang", "-l", help="Letter or tag; en is all of English.")
    ] = None,
    gender: Annotated[Optional[str], typer.Option("--gender", "-g", help="f or m.")] = None,
    grade: Annotated[
        Optional[str], typer.Option("--grade", help="At least this, from A to F.")
    ] = None,
    installed: Annotated[
        bool, typer.Option("--installed", help="Only those on this machine.")
    ] = False,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Show the voices, the best of your language first; names alone into a pipe."""
    from kokoro_cli.cli import render
    from kokoro_cli.cli.context import World, open_store
    from kokoro_cli.cli.voices import VoiceFilter, list_voices

    world = World()
    wanted = VoiceFilter(word, lang, gender, grade, installed)
    report = list_voices(wanted, open_store(world, offline=True), world.environment)
    if json:
        render.render_json(report)
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

    report = show_voice(name, open_store(World(), offline=True))
    if json:
        render.render_json(report)
    else:
        render.render_voice(report)
