"""``kokoro text``'s commands and their options. Nothing heavy is imported here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from kokoro_cli.cli.options import Emoji, Json, LexiconFiles, LineMode, Locale, Urls

if TYPE_CHECKING:
    from kokoro_cli.cli.stage import ReadingRequest
    from kokoro_cli.cli.text import TextReport, TextRequest

text_app = typer.Typer(
    help="What is made of a text: words, phonemes, sentences, chunks.", no_args_is_help=True
)

Text = Annotated[
    Optional[list[str]],
    typer.Argument(help="The text; without one standard input is read.", show_default=False),
]
Lang = Annotated[
    Optional[str], typer.Option("--lang", "-l", help="Letter or tag.", show_default="en-us")
]
JsonLines = Annotated[bool, typer.Option("--jsonl", help="A JSON value a line in and out.")]


def reading_request(
    locale: str | None, urls: str, emoji: str, lines: bool, lexicons: list[Path] | None
) -> ReadingRequest:
    from kokoro_cli.cli.stage import ReadingRequest

    return ReadingRequest(locale, urls, emoji, lines, tuple(lexicons or ()))


def _show(report: TextReport, json: bool) -> None:
    from kokoro_cli.cli import render
    from kokoro_cli.cli.context import World

    if json:
        render.render_json(report)
    else:
        render.render_text(report)
        render.render_losses(report.not_spoken, World().console())


def _print_lines(lines: Iterator[str]) -> None:
    from kokoro_cli.cli import render

    for line in lines:
        render.render_line(line)


def _request(
    text: list[str] | None, lang: str | None, reading: ReadingRequest, limit: int = 250
) -> TextRequest:
    from kokoro_cli.cli.text import TextRequest

    return TextRequest(tuple(text or ()), lang, reading, limit)


@text_app.command("normalize")
def _normalize(
    text: Text = None,
    lang: Lang = None,
    locale: Locale = None,
    urls: Urls = "short",
    emoji: Emoji = "skip",
    line_mode: LineMode = False,
    lexicon: LexiconFiles = None,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """Show the words that are spoken."""
    from kokoro_cli.cli import text as commands
    from kokoro_cli.cli.context import World

    request = _request(text, lang, reading_request(locale, urls, emoji, line_mode, lexicon))
    if jsonl:
        _print_lines(commands.answer_lines(request, World(), commands.spoken_line))
    else:
        _show(commands.normalize(request, World()), json)


@text_app.command("phonemes")
def _phonemes(
    text: Text = None,
    lang: Lang = None,
    locale: Locale = None,
    urls: Urls = "short",
    emoji: Emoji = "skip",
    line_mode: LineMode = False,
    lexicon: LexiconFiles = None,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """Show the phonemes in Kokoro's alphabet."""
    from kokoro_cli.cli import text as commands
    from kokoro_cli.cli.context import World

    request = _request(text, lang, reading_request(locale, urls, emoji, line_mode, lexicon))
    if jsonl:
        _print_lines(commands.answer_lines(request, World(), commands.phonemes_line))
    else:
        _show(commands.phonemes(request, World()), json)


@text_app.command("sentences")
def _sentences(
    text: Text = None,
    lang: Lang = None,
    line_mode: LineMode = False,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """Show the sentences; a line of --jsonl is {"lang": "en", "text": "…"}."""
    from kokoro_cli.cli import text as commands
    from kokoro_cli.cli.context import World

    request = _request(text, lang, reading_request(None, "short", "skip", line_mode, None))
    if jsonl:
        _print_lines(commands.answer_sentences(request, World()))
    else:
        _show(commands.sentences(request, World()), json)


@text_app.command("chunks")
def _chunks(
    text: Text = None,
    lang: Lang = None,
    locale: Locale = None,
    urls: Urls = "short",
    emoji: Emoji = "skip",
    line_mode: LineMode = False,
    lexicon: LexiconFiles = None,
    max_phonemes: Annotated[
        int, typer.Option("--max-phonemes", help="Longest chunk, up to 510.")
    ] = 250,
    json: Json = False,
) -> None:
    """Show the chunks that the model speaks, with the number of phonemes of each."""
    from kokoro_cli.cli import text as commands
    from kokoro_cli.cli.context import World

    reading = reading_request(locale, urls, emoji, line_mode, lexicon)
    _show(commands.chunked(_request(text, lang, reading, max_phonemes), World()), json)


@text_app.command("explain")
def _explain(
    text: Text = None,
    lang: Lang = None,
    locale: Locale = None,
    urls: Urls = "short",
    emoji: Emoji = "skip",
    line_mode: LineMode = False,
    lexicon: LexiconFiles = None,
    json: Json = False,
) -> None:
    """Show each word's source, spoken form and phonemes, and where they come from."""
    from kokoro_cli.cli import text as commands
    from kokoro_cli.cli.context import World

    reading = reading_request(locale, urls, emoji, line_mode, lexicon)
    _show(commands.explain(_request(text, lang, reading), World()), json)


@text_app.command("lint")
def _lint(
    text: Text = None,
    lang: Lang = None,
    locale: Locale = None,
    urls: Urls = "short",
    emoji: Emoji = "skip",
    line_mode: LineMode = False,
    lexicon: LexiconFiles = None,
    json: Json = False,
) -> None:
    """List the words whose reading is a guess, before a long run."""
    from kokoro_cli.cli import text as commands
    from kokoro_cli.cli.context import World

    reading = reading_request(locale, urls, emoji, line_mode, lexicon)
    _show(commands.lint(_request(text, lang, reading), World()), json)
