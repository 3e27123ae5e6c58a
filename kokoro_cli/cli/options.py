"""The options that several commands share. Nothing heavy is imported here."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Optional

import typer

from kokoro_cli.engines import ENGINES, known_devices
from kokoro_cli.registry import listed

STARTED = time.perf_counter()
"""When the command began, by that clock; this module is read before the others."""

_debug = False


def _set_debug(value: bool) -> bool:
    global _debug
    _debug = _debug or value
    return value


def debugging() -> bool:
    """Return whether a traceback is wanted; the option goes before the command or behind it."""
    return _debug


Debug = Annotated[
    bool,
    typer.Option("--debug", callback=_set_debug, help="Show a traceback where something fails."),
]


def _or_auto(names: Iterable[str]) -> str:
    return f"{listed(['auto', *names], 'or')}."


def complete_voice(incomplete: str) -> list[str]:
    """Return the voices that a name which is being typed may become, the last one of a blend."""
    from kokoro_cli.cli.context import World

    begun = max(incomplete.rfind("+"), incomplete.rfind(",")) + 1
    return [
        incomplete[:begun] + n for n in World().voices().names() if n.startswith(incomplete[begun:])
    ]


Voice = Annotated[
    Optional[str],
    typer.Option(
        "--voice",
        "-v",
        autocompletion=complete_voice,
        help="A voice, or a blend as af_bella(2)+af_sky(1); see: kokoro voices.",
        show_default="the language's best",
    ),
]
StyleVoice = Annotated[
    Optional[str],
    typer.Option(
        "--style",
        autocompletion=complete_voice,
        help="A voice to move towards.",
        show_default=False,
    ),
]
Alpha = Annotated[
    Optional[float],
    typer.Option("--alpha", help="With --style: its share of the timbre.", show_default="0.3"),
]
Beta = Annotated[
    Optional[float],
    typer.Option("--beta", help="With --style: its share of the prosody.", show_default="0.7"),
]
SpokenLang = Annotated[
    Optional[str],
    typer.Option("--lang", "-l", help="Letter or tag, as b or en-gb.", show_default="the voice's"),
]
Speed = Annotated[float, typer.Option("--speed", "-s", help="From 0.5 to 2.0.")]
Gap = Annotated[float, typer.Option("--gap", help="Seconds of silence between chunks.")]
EngineName = Annotated[str, typer.Option("--engine", help=_or_auto(ENGINES))]
Device = Annotated[str, typer.Option("--device", help=_or_auto(known_devices()))]
Seed = Annotated[int, typer.Option("--seed", help="Fixes the noise in the voice.")]
MaxPhonemes = Annotated[
    Optional[int],
    typer.Option("--max-phonemes", help="Longest chunk, up to 510.", show_default="250"),
]
Stream = Annotated[
    Optional[bool],
    typer.Option(
        "--stream/--no-stream",
        help="Begin with a short chunk, to be heard sooner.",
        show_default="when playing or piping",
    ),
]
HeedKeys = Annotated[
    bool,
    typer.Option(
        "--keys/--no-keys", help="Heed keys while it plays: space, arrows, q.", show_default=False
    ),
]
Strict = Annotated[bool, typer.Option("--strict", help="Fail where anything can't be spoken.")]

Locale = Annotated[
    Optional[str],
    typer.Option(
        "--locale",
        help="en-us or en-gb: how dates and the like are read.",
        show_default="the language's",
    ),
]
Urls = Annotated[str, typer.Option("--urls", help="short, or full with https and all.")]
Emoji = Annotated[str, typer.Option("--emoji", help="skip or describe.")]
LineMode = Annotated[bool, typer.Option("--line-mode", help="Each line for itself, as in poems.")]
LexiconFiles = Annotated[
    Optional[list[Path]],
    typer.Option(
        "--lexicon",
        help="Pronunciations of your own: .toml, .pls or .tsv. Several go.",
        show_default=False,
    ),
]

Offline = Annotated[bool, typer.Option("--offline", help="Open no connection.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but warnings and errors.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
