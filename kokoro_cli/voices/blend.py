"""Blends of voices: "af_bella(2)+af_sky(1)", "af_bella:60,af_sky:40", "af_bella,af_sky"."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kokoro_cli.errors import AssetError, UsageError
from kokoro_cli.kokoro82m import TIMBRE_COLUMNS
from kokoro_cli.types import Style

ALIASES = {"af": "af_bella+af_sarah"}
"""Historic names, each for a blend."""

_TERM = re.compile(
    r"\s*(?P<name>[^\s()+,:]+)\s*(?:\(\s*(?P<inner>[^()]*?)\s*\)|:\s*(?P<after>[^\s+,()]*))?\s*"
)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)")


@dataclass(frozen=True, slots=True)
class Blend:
    """Voices with their shares, which add up to 1."""

    parts: tuple[tuple[str, float], ...]
    """Each voice once, in the order of the text."""

    @property
    def voices(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.parts)

    @property
    def leader(self) -> str:
        """The voice with the largest share (the first of equals); it decides the language."""
        return max(self.parts, key=lambda part: part[1])[0]

    def __str__(self) -> str:
        """Return the blend in the blend grammar; equal blends give equal texts."""
        if len(self.parts) == 1:
            return self.parts[0][0]
        return "+".join(f"{name}({share:.6g})" for name, share in self.parts)


def parse_blend(text: str, find: Callable[[str], str]) -> Blend:
    """Return the blend that a text names; a UsageError or AssetError gives the character's number.

    *find* returns a voice's full name, or raises AssetError if there is no such voice.
    """
    shares: dict[str, float] = {}
    place = 0
    while True:
        match = _TERM.match(text, place)
        if match is None:
            raise _wrong(text, place, "a voice's name is missing")
        weight = _weight(text, match)
        for name, share in _named(text, match, find):
            shares[name] = shares.get(name, 0.0) + weight * share
        place = match.end()
        if place == len(text):
            break
        if text[place] not in "+,":
            raise _wrong(text, place, "a + or a comma is missing")
        place += 1
    total = math.fsum(shares.values())
    if not total > 0 or not math.isfinite(total):
        raise _wrong(text, 0, "the weights do not add up to more than zero")
    return Blend(tuple((name, share / total) for name, share in shares.items()))


def _named(text: str, match: re.Match[str], find: Callable[[str], str]) -> list[tuple[str, float]]:
    name = match["name"]
    if name in ALIASES:
        return list(parse_blend(ALIASES[name], find).parts)
    try:
        return [(find(name), 1.0)]
    except AssetError as error:
        if match.span("name") == (0, len(text)):
            raise
        raise AssetError(
            f"{error.message[:-1]}: character {match.start('name') + 1} of {text!r}.",
            hint=error.hint,
        ) from error


def _weight(text: str, match: re.Match[str]) -> float:
    group = "inner" if match["inner"] is not None else "after"
    written = match[group]
    if written is None:
        return 1.0
    if not _NUMBER.fullmatch(written):
        raise _wrong(text, match.start(group), "a weight is a number, as in af_bella(2)")
    return float(written)


def _wrong(text: str, place: int, what: str) -> UsageError:
    return UsageError(
        f"In the voice {text!r}, at character {place + 1}: {what}.",
        hint="A blend is like af_bella(2)+af_sky(1) or af_bella:60,af_sky:40.",
    )


def blended(blend: Blend, style: Callable[[str], Style]) -> Style:
    """Return the weighted mean of the styles, shape [256]; a single voice's style is unchanged."""
    if len(blend.parts) == 1:
        return style(blend.parts[0][0])
    total = sum(share * style(name).astype(np.float64) for name, share in blend.parts)
    return np.asarray(total, dtype=np.float32)


def moved(voice: Style, towards: Style, alpha: float, beta: float) -> Style:
    """Return the voice's style moved towards another's: timbre by *alpha*, prosody by *beta*.

    Both range from 0 (the voice, bit for bit) to 1 (the other one). StyleTTS 2 mixes a sampled
    style with a reference's in the same way, with the defaults 0.3 and 0.7:
    s_acoustic = alpha * s_a + (1 - alpha) * s_a_ref and
    s_prosodic = beta * s_p + (1 - beta) * s_p_ref (Li et al. 2023, arXiv:2306.07691, and its
    inference code). *towards* takes the place of the sampled style, *voice* that of the reference.
    """
    share = np.full(len(voice), beta)
    share[:TIMBRE_COLUMNS] = alpha
    mixed = share * towards + (1.0 - share) * voice
    return np.where(share == 0, voice, np.where(share == 1, towards, mixed)).astype(np.float32)
