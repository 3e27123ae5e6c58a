"""Text that a page sets above or below the line, in plain characters: "7⁴", "H₂O", "x_{i}"."""

from __future__ import annotations

import re

ABOVE = str.maketrans("0123456789+-−–n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻ⁿ")
BELOW = str.maketrans("0123456789+-−–", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋")

_NUMBER = re.compile(r"[+−–-]?\d{1,4}[+−–-]?|[+−–-]|n")
_BRACKETED_NUMBER = re.compile(r"[\[(](\d{1,3})[\])]")
_NUMBERS = re.compile(r"\d{1,3}(?:[,–-] ?\d{1,3}){1,9}")
_NOTE = re.compile(r"\[?[a-z]\]?|[*†‡§¶]{1,3}")
_TRADE = {"TM": "™", "tm": "™", "SM": "℠"}
_ORDINALS = {"a": "ª", "o": "º"}
_TERM = re.compile(r"[+−–-]?[\w.,+/*·×=<>≤≥ ()−–-]{1,24}")
_OPERATION = re.compile(r"[\d+−–/*·×=-]")

_AFTER_WORD = re.compile(r"[^\W\d_]{4}\Z|[^\W_][.,;:!?”\"’»]\Z")
_AFTER_SHORT_WORD = re.compile(r"(?<![^\W_])[^\W\d_]{3}\Z")
_CUT_WORD = re.compile(
    r"(?:Cap|Dan|Edw|Rob|Sam|Sar|Ser|Tho|Wil|Ben|Hon|Col|Gen|Jan|Feb|Maj|Esq|[Rr]ec|[Rr]ev|[Ii]ns|"
    r"[Ww]ou|[Ss]ho|[Pp]ai|[Ss]ai|[Oo]bt|[Nn][uú]m|[Nn]ro|log|exp|cos|tan|cot|sec|csc)\Z"
)
"""A word that ends with a raised letter, as in "Capᵗ" and "recᵈ"; or a function."""
_AFTER_TEXT = re.compile(r"[^\W\d_]\Z|[.,;:!?”\"’»]\Z")
# A base of a power. An old abbreviation is none: "yᵉ", "wᶜʰ", "Mʳ".
_BASE = re.compile(r"(?:(?<![^\W_])[a-vxzα-ω]|\d|[)}])\Z")
_INDEXED = re.compile(r"(?:(?<![^\W_])[^\W\d_]{1,2}|(?<![^\W_])log)\Z")


def above(text: str, before: str) -> str:
    """Return raised text as it is written after *before*, of which the last characters count.

    A power becomes "⁴" or "^{x+1}"; "st" stays. A letter or a sign of a note becomes nothing.
    """
    written = text.strip()
    number = _BRACKETED_NUMBER.fullmatch(written)
    if number and not before.endswith(tuple("0123456789")):
        written = number[1]
    if _NUMBER.fullmatch(written):
        return written.translate(ABOVE)
    if written in _TRADE:
        return _TRADE[written]
    if written in _ORDINALS and before[-1:].isdigit():
        return _ORDINALS[written]
    noted = _AFTER_SHORT_WORD.search(before) and not _CUT_WORD.search(before)
    if _NOTE.fullmatch(written) and (noted or _AFTER_WORD.search(before)):
        return ""
    if _NUMBERS.fullmatch(written) and _AFTER_TEXT.search(before):
        return ""
    term = _TERM.fullmatch(written) and (len(written) == 1 or _OPERATION.search(written))
    if term and written != "o" and _BASE.search(before):
        return f"^{{{written}}}"
    return text


def below(text: str, before: str) -> str:
    """Return lowered text as it is written after *before*: "₂", or "_{max}" after a letter."""
    written = text.strip()
    if _NUMBER.fullmatch(written) and written != "n" and not before.endswith("log"):
        return written.translate(BELOW)
    if _TERM.fullmatch(written) and _INDEXED.search(before):
        return f"_{{{written}}}"
    return text
