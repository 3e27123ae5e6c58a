"""The options that several commands share, each declared once. Nothing heavy is imported here."""

from __future__ import annotations

from collections.abc import Iterable

import typer

from kokoro_cli.cli.binding import Group
from kokoro_cli.cli.environment import Environment
from kokoro_cli.engines.table import ENGINES, known_devices
from kokoro_cli.registry import listed
from kokoro_cli.speaker.request import ReadingRequest, SpeechRequest


def complete_voice(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the voices that a name may become while it is typed, the last one of a blend."""
    from kokoro_cli.voices.book import VoiceBook

    environment: Environment = ctx.obj
    names = VoiceBook(environment.settings.voices).names()
    begun = max(incomplete.rfind("+"), incomplete.rfind(",")) + 1
    return [incomplete[:begun] + name for name in names if name.startswith(incomplete[begun:])]


def typed(words: Iterable[str]) -> str:
    """Return a text from the command line. Bytes that the locale can't decode count as UTF-8."""
    return " ".join(words).encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")


OFFLINE = typer.Option("--offline", help="Open no connection.")
QUIET = typer.Option("--quiet", "-q", help="Say nothing but warnings and errors.")
JSON = typer.Option("--json", help="Print the result as JSON.")
ENGINE = typer.Option("--engine", help=f"{listed(['auto', *ENGINES], 'or')}.")
PRECISION = typer.Option(
    "--precision", help="exact, or fast: engines that round more count too, if one runs here."
)
DEVICE = typer.Option("--device", help=f"{listed(['auto', *known_devices()], 'or')}.")
SPEED = typer.Option("--speed", "-s", help="From 0.5 to 2.0.")
SEED = typer.Option("--seed", help="Fixes the noise in the voice.")
LANGUAGE = typer.Option(
    "--lang", "-l", help="Letter or tag, as b or en-gb.", show_default="the voice's"
)
MAX_PHONEMES = typer.Option("--max-phonemes", help="Longest chunk, up to 510.", show_default="250")
LINE_MODE = typer.Option("--line-mode", help="Each line is a paragraph, as in poems.")

READING = Group(
    ReadingRequest,
    {
        "locale": typer.Option(
            "--locale",
            help="en-us or en-gb: how dates and the like are read.",
            show_default="the language's",
        ),
        "urls": typer.Option("--urls", help="short, or full with https and all."),
        "emoji": typer.Option("--emoji", help="skip or describe."),
        "line_mode": LINE_MODE,
        "lexicon": typer.Option(
            "--lexicon",
            help="Your own pronunciations: .toml, .pls or .tsv. Can be given several times.",
            show_default=False,
        ),
    },
)


def speech_options(paragraph_gap: str, heading_gap: str, chapter_gap: str) -> Group[SpeechRequest]:
    """Return the options of a command that speaks; it shows these defaults of the longer gaps."""
    return Group(
        SpeechRequest,
        {
            "voice": typer.Option(
                "--voice",
                "-v",
                autocompletion=complete_voice,
                help="A voice, or a blend as af_bella(2)+af_sky(1); see: kokoro voices.",
                show_default="the language's best",
            ),
            "style": typer.Option(
                "--style",
                autocompletion=complete_voice,
                help="A voice to move towards.",
                show_default=False,
            ),
            "alpha": typer.Option(
                "--alpha", help="With --style: its share of the timbre.", show_default="0.3"
            ),
            "beta": typer.Option(
                "--beta", help="With --style: its share of the prosody.", show_default="0.7"
            ),
            "language": LANGUAGE,
            "speed": SPEED,
            "gap_seconds": typer.Option("--gap", help="Seconds of silence between chunks."),
            "paragraph_gap_seconds": typer.Option(
                "--paragraph-gap", help="After a paragraph.", show_default=paragraph_gap
            ),
            "heading_gap_seconds": typer.Option(
                "--heading-gap",
                help="Around a heading, and at a scene break.",
                show_default=heading_gap,
            ),
            "chapter_gap_seconds": typer.Option(
                "--chapter-gap", help="Between two chapters.", show_default=chapter_gap
            ),
            "seed": SEED,
            "max_phonemes": MAX_PHONEMES,
            "strict": typer.Option("--strict", help="Fail if anything can't be spoken."),
            "reading": READING,
        },
    )


SPEECH = speech_options("as --gap", "as --paragraph-gap", "as --heading-gap")
