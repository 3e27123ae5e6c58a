"""What a caller asks of voices. Nothing heavy is imported here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VoiceFilter:
    """Which voices are wanted; None takes any."""

    word: str | None = None
    """Part of a name or a language."""
    language: str | None = None
    """A letter or a tag; "en" is all of English."""
    gender: str | None = None
    """ "f" or "m"."""
    grade: str | None = None
    """At least this, from A to F."""
    installed: bool = False
    """Whether only voices on this machine are wanted."""


@dataclass(frozen=True, slots=True)
class OwnVoiceRequest:
    """How one of the user's own voices is kept."""

    name: str | None = None
    language: str | None = None
    """A letter or a tag; None follows from the file or the blend."""
    gender: str | None = None
    """ "f" or "m"; None follows from the file or the blend."""
    force: bool = False
    """Whether a voice of that name is overwritten."""
