"""The user's own voices: kept from files, or from blends of others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kokoro_cli.config import check_home
from kokoro_cli.speaker.speaker import Speaker
from kokoro_cli.speaker.voice_list import VoiceReport, gender_of, show_voice
from kokoro_cli.text.languages import LANGUAGES, find_language
from kokoro_cli.types import Rows
from kokoro_cli.voices.blend import blended, check_space
from kokoro_cli.voices.formats import VoiceFile, printable, read_voice_file
from kokoro_cli.voices.request import OwnVoiceRequest
from kokoro_cli.voices.styles import open_pack

# "ff_siwis": the language and the gender, as the model's own voices are named.
_CONVENTION = re.compile(rf"([{''.join(LANGUAGES)}])([fm])_.+")


@dataclass(frozen=True, slots=True)
class Share:
    voice: str
    share: float
    """The shares of a blend add up to one."""


@dataclass(frozen=True, slots=True)
class BlendReport:
    """A blend, and the voice that it was kept as."""

    blend: str
    parts: list[Share]
    language: str
    saved: VoiceReport | None


def add(path: Path, request: OwnVoiceRequest, speaker: Speaker) -> VoiceReport:
    """Keep the voice in a file as one of the user's own."""
    file = read_voice_file(path)
    name = path.stem if request.name is None else request.name
    convention = _CONVENTION.fullmatch(name)
    letter, gender = convention.groups() if convention else ("a", None)
    letter = file.notes.get("language", letter)
    notes = _notes(
        find_language(request.language).letter if request.language else letter,
        gender_of(request.gender or file.notes.get("gender") or gender),
        file.notes.get("made_of") or printable(path.name),
    )
    check_home(speaker.book.own)
    speaker.book.keep(name, VoiceFile(file.rows, notes), force=request.force)
    return show_voice(name, speaker)


def blend(text: str, request: OwnVoiceRequest, speaker: Speaker) -> BlendReport:
    """Return the shares of a blend, and keep it as a voice if the request has a name.

    Its voices have to be installed then.
    """
    book = speaker.book
    found = book.blend(text)
    letter = find_language(request.language).letter if request.language else ""
    letter = letter or book.find(found.leader).language
    saved = None
    if request.name is not None:
        voices = book.parts([text])
        genders = {voice.gender for voice in voices}
        gender = gender_of(request.gender) or (genders.pop() if len(genders) == 1 else None)
        file = VoiceFile(blend_rows(text, speaker), _notes(letter, gender, str(found)))
        check_home(book.own)
        book.keep(request.name, file, force=request.force)
        saved = show_voice(request.name, speaker)
    parts = [Share(name, share) for name, share in found.parts]
    return BlendReport(str(found), parts, LANGUAGES[letter].name, saved)


def blend_rows(text: str, speaker: Speaker) -> Rows:
    """Return the rows of a blend, [510, 256]; UsageError if they are no voice.

    Its voices have to be installed.
    """

    def of_voice(name: str) -> Rows:
        return np.asarray(open_pack(speaker.book.find(name), speaker.pack).rows)

    found = speaker.book.blend(text)
    rows = blended(found, of_voice)
    if len(found.parts) > 1:
        check_space(text, rows)
    return rows


def _notes(letter: str, gender: str | None, made_of: str) -> dict[str, str]:
    notes = {"language": letter, "made_of": made_of}
    return notes | {"gender": gender} if gender else notes
