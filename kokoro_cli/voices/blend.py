"""Blends of voices: "af_bella(2)+af_sky(1)", "af_bella:60,af_sky:40", "af_bella,af_sky"."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from kokoro_cli.errors import AssetError, UsageError
from kokoro_cli.kokoro82m import TIMBRE_COLUMNS
from kokoro_cli.types import Rows, Style

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
    weights: list[float | None] = []
    place = 0
    while True:
        match = _TERM.match(text, place)
        if match is None:
            raise _wrong(text, place, "a voice's name is missing")
        weights.append(_weight(text, match))
        for name, share in _named(text, match, find):
            shares[name] = shares.get(name, 0.0) + _or_one(weights[-1]) * share
        place = match.end()
        if place == len(text):
            break
        if text[place] not in "+,":
            raise _wrong(text, place, "a + or a comma is missing")
        place += 1
    if len(weights) > 1 and None in weights and any(weights):
        raise _some_lack(text, weights)
    total = math.fsum(shares.values())
    if not total > 0 or not math.isfinite(total):
        raise _wrong(text, 0, "the weights do not add up to more than zero")
    size = math.fsum(map(abs, shares.values())) / total
    if size > _MOST_WEIGHT:
        raise UsageError(
            f"In the voice {text!r} the weights nearly cancel each other: their sizes are "
            f"{size:.3g} times what they add up to.",
            hint=f"Up to {_MOST_WEIGHT:g} times is a voice; negative weights should be small.",
        )
    return Blend(tuple((name, share / total) for name, share in shares.items()))


_MOST_WEIGHT = 7.0
"""Largest sum of the weights' sizes, as a multiple of the weights' sum.

Measured with 16 pairs of the 54 voices as a(1+t)+b(-t), where this is 1+2t: a recogniser hears each
word of 17 at t = 0.5, nearly all at 1, some at 1.5, and none at 3, which is 7. `FURTHEST` decides
what is between."""


def _or_one(weight: float | None) -> float:
    return 1.0 if weight is None else weight


def _some_lack(text: str, weights: Sequence[float | None]) -> UsageError:
    """Return the error for a weight beside none, with the two ways to write it."""
    names = [match["name"] for match in _TERM.finditer(text)]
    all_weighted = "+".join(
        f"{name}({_or_one(weight):g})" for name, weight in zip(names, weights, strict=True)
    )
    return UsageError(
        f"In the voice {text!r} some voices have a weight and some have none.",
        hint=f"Give each one a weight, as in {all_weighted}, or none.",
    )


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


def _weight(text: str, match: re.Match[str]) -> float | None:
    group = "inner" if match["inner"] is not None else "after"
    written = match[group]
    if written is None:
        return None
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


FURTHEST = 6.0
"""Largest length of a style, as a vector, for utterances of `_LONG` phonemes and more.

Those of the 54 voices are 2.2 to 3.8 long. Of 90 styles measured as above, those up to 5.5 lost no
word of 17 in the median, those up to 6 three at most, those up to 7 seven in the median, and those
beyond 8 all. Styles for few phonemes are longer in some voices, up to 12."""

_LONG = 50


def check_space(text: str, rows: Rows) -> None:
    """Raise UsageError if the rows of a blend, [510, 256], are far outside the space of voices."""
    length = float(np.linalg.norm(rows[_LONG - 1 :], axis=1).max())
    if not length <= FURTHEST:
        raise UsageError(
            f"The blend {text!r} is no voice: its style is {length:.3g} long, and those of voices "
            "2 to 4.",
            hint=f"Make the negative weights smaller; up to {FURTHEST:g} it speaks.",
        )


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
