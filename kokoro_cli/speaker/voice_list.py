"""Lists of voices: all that fit a filter, the best of the user's language first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kokoro_cli.errors import UsageError
from kokoro_cli.speaker.speaker import Speaker
from kokoro_cli.text.languages import LANGUAGES
from kokoro_cli.voices.catalogue import GRADES, Voice
from kokoro_cli.voices.request import VoiceFilter

_GENDERS = {"f": "female", "female": "female", "m": "male", "male": "male"}


@dataclass(frozen=True, slots=True)
class VoiceRow:
    name: str
    language: str
    gender: str | None
    grade: str | None
    installed: bool
    own: bool
    """Whether it is the user's and not one of the model's."""


@dataclass(frozen=True, slots=True)
class VoicesReport:
    """The voices that fit."""

    voices: list[VoiceRow]
    damaged: list[str]
    """What is wrong with files of the user's own that are no voices."""


@dataclass(frozen=True, slots=True)
class VoiceReport:
    """All that is known of a voice."""

    name: str
    language: str
    tag: str
    gender: str | None
    grade: str | None
    default: bool
    """Whether it speaks where its language is asked for and no voice."""
    made_of: str | None
    """The blend or the file that a voice of the user's own was made of."""
    sha256: str
    path: str | None
    """Where its pack is; null where it is not installed."""


def list_voices(
    wanted: VoiceFilter, speaker: Speaker, environment: Mapping[str, str]
) -> VoicesReport:
    """Return the voices that fit, the best of the user's language first, in it their own."""
    languages = _languages(wanted.language)
    gender = gender_of(wanted.gender)
    worst = _grade(wanted.grade)
    word = (wanted.word or "").casefold()
    order = _order(environment).index

    def place(voice: Voice) -> tuple[int, bool, int, str]:
        return order(voice.language), voice.path is None, voice.rank, voice.name

    found = []
    voices, damaged = speaker.book.voices()
    for voice in sorted(voices, key=place):
        row = voice_row(voice, speaker)
        if (
            voice.language in languages
            and gender in (None, voice.gender)
            and voice.rank <= worst
            and word in f"{voice.name} {row.language} {voice.gender or ''}".casefold()
            and (row.installed or not wanted.installed)
        ):
            found.append(row)
    return VoicesReport(found, damaged)


def show_voice(name: str, speaker: Speaker) -> VoiceReport:
    voice = speaker.book.find(name)
    language = LANGUAGES[voice.language]
    path = speaker.pack(voice)
    return VoiceReport(
        name=voice.name,
        language=language.name,
        tag=language.tags[0],
        gender=voice.gender,
        grade=voice.grade,
        default=language.default_voice == voice.name,
        made_of=voice.made_of,
        sha256=voice.sha256,
        path=str(path) if path else None,
    )


def voice_row(voice: Voice, speaker: Speaker) -> VoiceRow:
    return VoiceRow(
        name=voice.name,
        language=LANGUAGES[voice.language].name,
        gender=voice.gender,
        grade=voice.grade,
        installed=speaker.pack(voice) is not None,
        own=voice.path is not None,
    )


def _languages(asked: str | None) -> set[str]:
    """Return the letters that a letter or a tag means; "en" means both of English."""
    if asked is None:
        return set(LANGUAGES)
    wanted = asked.strip().lower().replace("_", "-")
    exact = {x.letter for x in LANGUAGES.values() if wanted == x.letter or wanted in x.tags[:1]}
    found = exact or {x.letter for x in LANGUAGES.values() if x.primary == wanted.split("-")[0]}
    if not found:
        known = ", ".join(f"{x.tags[0]} ({x.name})" for x in LANGUAGES.values())
        raise UsageError(f"Unknown language: {asked!r}.", hint=f"Known are {known}.")
    return found


def gender_of(asked: str | None) -> str | None:
    if asked is None:
        return None
    if asked.lower() not in _GENDERS:
        raise UsageError(f"`gender` is {asked!r}.", hint="It is f or m.")
    return _GENDERS[asked.lower()]


def _grade(asked: str | None) -> int:
    """Return the worst rank that is good enough; "B" takes B- as well."""
    if asked is None:
        return len(GRADES)
    grade = asked.upper()
    wanted = f"{grade}-" if f"{grade}-" in GRADES else grade
    if wanted not in GRADES:
        raise UsageError(f"`grade` is {asked!r}.", hint=f"It is one of {', '.join(GRADES)}.")
    return GRADES.index(wanted)


def _order(environment: Mapping[str, str]) -> list[str]:
    """Return the languages' letters, that of the user's own settings first."""
    setting = next((v for n in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := environment.get(n))), "")
    tag = setting.split(".")[0].lower().replace("_", "-")
    primary = tag.split("-")[0]
    return sorted(
        LANGUAGES,
        key=lambda x: (tag not in LANGUAGES[x].tags, LANGUAGES[x].primary != primary),
    )
