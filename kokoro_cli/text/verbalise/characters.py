"""Characters that stand for others: full-width letters, circled digits, fractions in one sign."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from kokoro_cli.text.mapped import Mapped

# Signs with a name of their own, although Unicode would write them out.
_NAMED = frozenset("℃℉№™℠…‰©®€")


def plain(text: Mapped, *, wide_marks: bool = False) -> Mapped:
    """Return the text with plain characters in place of those that only look different.

    "①" becomes "1", "½" "1/2", "Ⅳ" "IV", "㎏" "kg", "ａ" "a" and "٣" "3". Powers ("m²") and
    subscripts ("H₂O") stay, since they are read differently. With *wide_marks*, the punctuation
    of Japanese and Chinese stays too.
    """
    if text.text.isascii():
        return text

    def written(match: re.Match[str]) -> str:
        character = match[0]
        if wide_marks and unicodedata.category(character)[0] == "P":
            return character
        new = _plain(character)
        if new != character and new[:1].isdigit() and "/" in new:
            # "2½" is not twenty-one halves.
            before = match.string[match.start() - 1 : match.start()]
            return f" {new}" if before.isdigit() else new
        circled = new != character and new.isdigit() and unicodedata.category(character) == "No"
        if circled and match.string[match.end() : match.end() + 1].isalpha():
            return new + " "
        return new

    return text.sub(_SMALL_FRACTION, _fraction).sub(_NUMBER_LIKE, written)


def _fraction(match: re.Match[str]) -> str:
    space = " " if match.string[max(0, match.start() - 1) : match.start()].isdigit() else ""
    return space + match[0].translate(_SMALL)


_SMALL_FRACTION = re.compile(r"(?<![⁰¹²³⁴-⁹])[⁰¹²³⁴-⁹]{1,3}[/⁄][₀-₉]{1,3}(?![₀-₉])")
_SMALL = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉⁄", "01234567890123456789/")


_NUMBER_LIKE = re.compile(r"[^\x00-\xbb\xc0-\u02af]")


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    if character in _NAMED:
        return character
    if character == "\u2044":
        return "/"
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.digit(character))
    if category not in ("No", "Nl", "So", "Lo", "Lu", "Ll", "Ps", "Pe", "Po", "Sm", "Sc", "Pd"):
        return character
    kind = unicodedata.decomposition(character).split(" ")[0]
    if kind in ("<super>", "<sub>") or (
        category == "No" and not kind and character >= "\u0900" and character < "\u1000"
    ):
        return character
    new = unicodedata.normalize("NFKC", character).replace("\u2044", "/")
    if kind.startswith("<") and (new.isascii() or new in "¥£") and new.strip():
        return (
            new.strip("().") if category == "No" and not new.isdigit() and "/" not in new else new
        )
    value = unicodedata.numeric(character, -1.0)
    if category == "No" and value.is_integer() and value >= 0:
        return str(int(value))
    return character
