"""The options about reading, which several commands share, made into a text stage."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from kokoro_cli.cli.context import World
from kokoro_cli.errors import KokoroError, UsageError
from kokoro_cli.text.languages import Language
from kokoro_cli.text.lexicon import Lexicon, load_all
from kokoro_cli.text.reading import TextStage, by_its_name
from kokoro_cli.types import ReadingOptions

PROJECT_LEXICON = "kokoro-lexicon.toml"
"""Looked for in the working folder."""


@dataclass(frozen=True, slots=True)
class ReadingRequest:
    """The options as they were given."""

    locale: str | None = None
    urls: str = "short"
    emoji: str = "skip"
    lines: bool = False
    lexicons: tuple[Path, ...] = ()
    plain: bool = False
    """Set for a text that no Markdown can be in."""


def make_stage(language: Language, request: ReadingRequest, world: World) -> TextStage:
    """Return the stage for a language; UsageError for an option that makes no sense."""
    options = ReadingOptions(
        british=_british(request.locale, language),
        urls=_urls(request.urls),
        emoji=_emoji(request.emoji),
        lines=request.lines,
        plain=request.plain,
    )
    book = world.voices()

    @cache  # A voice of the user's own is a file to read, and each passage asks.
    def voice_letter(voice: str) -> str:
        try:
            return book.leader(voice).language
        except KokoroError:
            return by_its_name(voice)  # What speaks tells of it.

    lexicon = _lexicon(request, world)
    return TextStage(language, options, lexicon, voice_letter=voice_letter)


def _british(locale: str | None, language: Language) -> bool:
    if locale is None:
        return language.letter == "b"
    if locale.lower().replace("_", "-") not in ("en-us", "en-gb"):
        raise UsageError(f"Unknown locale: {locale!r}.", hint="Known are en-us and en-gb.")
    return locale.lower().endswith("gb")


def _urls(value: str) -> Literal["short", "full"]:
    if value not in ("short", "full"):
        raise UsageError(f"--urls is {value!r}.", hint="It is short or full.")
    return "full" if value == "full" else "short"


def _emoji(value: str) -> Literal["skip", "describe"]:
    if value not in ("skip", "describe"):
        raise UsageError(f"--emoji is {value!r}.", hint="It is skip or describe.")
    return "describe" if value == "describe" else "skip"


def _lexicon(request: ReadingRequest, world: World) -> Lexicon:
    return load_all(lexicon_files(request, world))


def lexicon_files(request: ReadingRequest, world: World) -> list[Path]:
    """Return the user's file, the project's and those of --lexicon; the last goes first."""
    found = [p for p in (world.settings().lexicon, Path(PROJECT_LEXICON)) if p.is_file()]
    return [*found, *request.lexicons]
