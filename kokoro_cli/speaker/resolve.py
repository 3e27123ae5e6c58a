"""Check a request, and resolve it into a text stage and synthesis options."""

from __future__ import annotations

import os
from dataclasses import fields
from functools import cache
from numbers import Integral, Real
from pathlib import Path
from typing import Literal

from kokoro_cli import synthesis
from kokoro_cli.config import Settings
from kokoro_cli.errors import KokoroError, UsageError
from kokoro_cli.speaker.request import ReadingRequest, SpeechRequest
from kokoro_cli.text.languages import LANGUAGES, Language, find_language
from kokoro_cli.text.lexicon import PROJECT_LEXICON, load_all
from kokoro_cli.text.reading import TextStage, by_its_name
from kokoro_cli.types import ReadingOptions, SynthesisOptions
from kokoro_cli.voices.book import VoiceBook
from kokoro_cli.voices.catalogue import DEFAULT_VOICE

_KINDS: dict[str, tuple[tuple[type, ...], str]] = {
    **dict.fromkeys(("voice", "style", "language"), ((str, type(None)), "a str")),
    **dict.fromkeys(("alpha", "beta"), ((Real, type(None)), "a number")),
    **dict.fromkeys(("speed", "gap_seconds"), ((Real,), "a number")),
    **dict.fromkeys(
        ("paragraph_gap_seconds", "heading_gap_seconds", "chapter_gap_seconds"),
        ((Real, type(None)), "a number"),
    ),
    "seed": ((Integral,), "an int"),
    "max_phonemes": ((Integral, type(None)), "an int"),
    "strict": ((bool,), "a bool"),
    "reading": ((ReadingRequest,), "a ReadingRequest"),
    "locale": ((str, type(None)), "a str"),
    **dict.fromkeys(("urls", "emoji"), ((str,), "a str")),
    "line_mode": ((bool,), "a bool"),
    "lexicon": ((tuple, list), "a tuple of paths"),
}


def check_types(request: SpeechRequest | ReadingRequest) -> None:
    """Raise TypeError, with the field's name, for a value of another type."""
    for field in fields(request):
        value = getattr(request, field.name)
        kinds, takes = _KINDS[field.name]
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise TypeError(f"`{field.name}` takes {takes}, not {type(value).__name__}")


def synthesis_options(
    request: SpeechRequest, settings: Settings, book: VoiceBook, max_phonemes: int
) -> SynthesisOptions:
    """Return the options; UsageError or AssetError for a value that is impossible.

    *max_phonemes* is the longest chunk if the request does not say.
    """
    check_types(request)
    voice, language = _voice_and_language(request, settings, book)
    return synthesis.check_options(
        SynthesisOptions(
            voice=voice,
            language=language.letter,
            style=known_voice(request.style, book) if request.style else None,
            speed=request.speed,
            gaps=request.gaps(),
            seed=request.seed,
            max_phonemes=max_phonemes if request.max_phonemes is None else request.max_phonemes,
            strict=request.strict,
            **_shares(request),
        )
    )


def _voice_and_language(
    request: SpeechRequest, settings: Settings, book: VoiceBook
) -> tuple[str, Language]:
    """The voice decides the language; if none is named, the language decides the voice."""
    for name in ("voice", "style", "language"):
        if getattr(request, name) == "":
            raise UsageError(f"`{name}` is empty.", hint="Leave it out, or give it a value.")
    asked = find_language(request.language) if request.language else None
    voice = known_voice(request.voice or settings.voice or DEFAULT_VOICE, book)
    if asked and not request.voice and language_of(voice, book) is not asked:
        voice = asked.default_voice
    return voice, asked or language_of(voice, book)


def known_voice(text: str, book: VoiceBook) -> str:
    """Return a voice's full name, or a blend as it is written; AssetError for an unknown one."""
    blend = book.blend(text)
    return text.strip() if len(blend.parts) > 1 else blend.leader


def language_of(voice: str, book: VoiceBook) -> Language:
    """Return the language of a voice, or of a blend's largest share."""
    return LANGUAGES[book.leader(voice).language]


def _shares(request: SpeechRequest) -> dict[str, float]:
    asked = {"alpha": request.alpha, "beta": request.beta}
    given = {name: value for name, value in asked.items() if value is not None}
    for name, value in given.items():
        if request.style is None:
            raise UsageError(
                f"`{name}` moves the voice towards another one.", hint="Name it with `style`."
            )
        if not 0 <= value <= 1:
            raise UsageError(f"`{name}` is {value:g}.", hint="It goes from 0 to 1.")
    return given


def text_stage(
    language: Language, request: ReadingRequest, settings: Settings, book: VoiceBook
) -> TextStage:
    """Return the stage that reads a language; UsageError for a value that is impossible."""
    check_types(request)
    options = ReadingOptions(
        british=_british(request.locale, language),
        urls=_urls(request.urls),
        emoji=_emoji(request.emoji),
        lines=request.line_mode,
    )

    @cache  # One of the user's own voices is a file to read, and each passage asks.
    def voice_letter(voice: str) -> str:
        try:
            return book.leader(voice).language
        except KokoroError:
            return by_its_name(voice)  # Synthesis reports the error.

    lexicon = load_all(lexicon_files(request, settings))
    return TextStage(language, options, lexicon, voice_letter=voice_letter)


def _british(locale: str | None, language: Language) -> bool:
    if locale is None:
        return language.letter == "b"
    if locale.lower().replace("_", "-") not in ("en-us", "en-gb"):
        raise UsageError(f"Unknown locale: {locale!r}.", hint="Known are en-us and en-gb.")
    return locale.lower().endswith("gb")


def _urls(value: str) -> Literal["short", "full"]:
    if value not in ("short", "full"):
        raise UsageError(f"`urls` is {value!r}.", hint="It is short or full.")
    return "full" if value == "full" else "short"


def _emoji(value: str) -> Literal["skip", "describe"]:
    if value not in ("skip", "describe"):
        raise UsageError(f"`emoji` is {value!r}.", hint="It is skip or describe.")
    return "describe" if value == "describe" else "skip"


def lexicon_files(request: ReadingRequest, settings: Settings) -> list[Path]:
    """Return the user's lexicon, the project's and those of the request, highest priority last."""
    own = [settings.lexicon] if settings.lexicon.is_file() else []
    return [*own, *project_lexicon(), *map(Path, request.lexicon)]


def project_lexicon() -> list[Path]:
    """Return the working folder's lexicon, if it has one."""
    # Also if it is a link to nothing, or no file: reading it reports that.
    return [PROJECT_LEXICON] if os.path.lexists(PROJECT_LEXICON) else []
