"""``kokoro voices``: find the voice that fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kokoro_cli import install
from kokoro_cli.assets.store import Store
from kokoro_cli.errors import UsageError
from kokoro_cli.text.languages import LANGUAGES
from kokoro_cli.voices.catalogue import GRADES, Voice, catalogue, find_voice

_GENDERS = {"f": "female", "female": "female", "m": "male", "male": "male"}


@dataclass(frozen=True, slots=True)
class VoiceRow:
    name: str
    language: str
    gender: str
    grade: str | None
    installed: bool


@dataclass(frozen=True, slots=True)
class VoiceFilter:
    """The command's options, as they were given."""

    word: str | None = None
    language: str | None = None
    gender: str | None = None
    grade: str | None = None
    installed: bool = False


@dataclass(frozen=True, slots=True)
class VoicesReport:
    """What ``kokoro voices`` tells."""

    voices: list[VoiceRow]


@dataclass(frozen=True, slots=True)
class VoiceReport:
    """What ``kokoro voices show`` tells."""

    name: str
    language: str
    tag: str
    gender: str
    grade: str | None
    default: bool
    """Whether it speaks where its language is asked for and no voice."""
    sha256: str
    path: str | None
    """Where its pack is; null where it is not installed."""


def list_voices(wanted: VoiceFilter, store: Store, environment: Mapping[str, str]) -> VoicesReport:
    """Return the voices that fit, the best of the user's own language first."""
    languages = _languages(wanted.language)
    gender = _gender(wanted.gender)
    worst = _grade(wanted.grade)
    word = (wanted.word or "").casefold()
    order = _order(environment).index
    found = []
    for voice in sorted(catalogue().values(), key=lambda v: (order(v.language), v.rank, v.name)):
        row = voice_row(voice, store)
        if (
            voice.language in languages
            and gender in (None, voice.gender)
            and voice.rank <= worst
            and word in f"{voice.name} {row.language} {voice.gender}".casefold()
            and (row.installed or not wanted.installed)
        ):
            found.append(row)
    return VoicesReport(found)


def show_voice(name: str, store: Store) -> VoiceReport:
    voice = find_voice(name)
    language = LANGUAGES[voice.language]
    path = install.find_installed_voice(store, voice.name)
    return VoiceReport(
        name=voice.name,
        language=language.name,
        tag=language.tags[0],
        gender=voice.gender,
        grade=voice.grade,
        default=language.default_voice == voice.name,
        sha256=voice.sha256,
        path=str(path) if path else None,
    )


def voice_row(voice: Voice, store: Store) -> VoiceRow:
    return VoiceRow(
        name=voice.name,
        language=LANGUAGES[voice.language].name,
        gender=voice.gender,
        grade=voice.grade,
        installed=install.find_installed_voice(store, voice.name) is not None,
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


def _gender(asked: str | None) -> str | None:
    if asked is None:
        return None
    if asked.lower() not in _GENDERS:
        raise UsageError(f"--gender is {asked!r}.", hint="It is f or m.")
    return _GENDERS[asked.lower()]


def _grade(asked: str | None) -> int:
    """Return the worst rank that is good enough; "B" takes B- as well."""
    if asked is None:
        return len(GRADES)
    grade = asked.upper()
    wanted = f"{grade}-" if f"{grade}-" in GRADES else grade
    if wanted not in GRADES:
        raise UsageError(f"--grade is {asked!r}.", hint=f"It is one of {', '.join(GRADES)}.")
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
