"""Write words of other scripts with Latin letters, for readers that know only these.

Cyrillic and Greek go letter by letter, Korean by the Revised Romanization of 2000
(https://www.korean.go.kr/front_eng/roman/roman_01.do), without changes between syllables. Scripts
that write no vowels, or that say them by the word, can't be read so.
"""

from __future__ import annotations

import unicodedata

_CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґўђјљњћџѓќѕ",
        "a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh sh - y - e yu ya i yi ye g w "
        "dj y ly ny ch dzh gy ky dz".replace("-", "\0").split(" "),
        strict=True,
    )
)
_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρσςτυφχψω",
        "a v g th e z i th i k l m n x o p r s s t i f h ps o".split(),
        strict=True,
    )
)
_GREEK_PAIRS = {
    "ου": "ou", "αι": "e", "ει": "i", "οι": "i", "υι": "i", "αυ": "af", "ευ": "ef", "μπ": "b",
    "ντ": "d", "γκ": "g", "γγ": "ng", "τζ": "dz", "τσ": "ts",
}  # fmt: skip

_FIRST = "g kk n d tt r m b pp s ss - j jj ch k t p h".replace("-", "").split(" ")
_MIDDLE = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i".split()
_LAST = "- k k k n n n t l k m p t t p l m p p t t ng t t k t p h".replace("-", "").split(" ")


def romanised(text: str) -> str | None:
    """Return words of another script in Latin letters; None if one of its letters has none."""
    plain = unicodedata.normalize("NFC", text.title() if text.isupper() else text)
    parts: list[str] = []
    place = 0
    while place < len(plain):
        latin, length = _latin(plain, place)
        if latin is None:
            return None
        parts.append(latin)
        place += length
    return "".join(parts)


def _latin(text: str, place: int) -> tuple[str | None, int]:
    """Return the Latin letters at a place, and the number of letters that they stand for."""
    letter = text[place]
    if letter.isascii() or not letter.isalpha():
        return ("" if unicodedata.combining(letter) else letter), 1
    if "가" <= letter <= "힣":
        return _syllable(ord(letter) - ord("가")), 1
    pair = _bare(text[place : place + 2])
    if pair in _GREEK_PAIRS and not _has_diaeresis(text[place + 1]):
        return _cased(_GREEK_PAIRS[pair], letter), 2
    small = letter.lower()
    latin = _CYRILLIC.get(small) or _GREEK.get(_bare(small))
    return (None if latin is None else _cased(latin.strip("\0"), letter)), 1


def _bare(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in apart if not unicodedata.combining(c))


def _has_diaeresis(letter: str) -> bool:
    return "\u0308" in unicodedata.normalize("NFD", letter)


def _cased(latin: str, letter: str) -> str:
    return latin.capitalize() if letter.isupper() else latin


def _syllable(number: int) -> str:
    first, rest = divmod(number, len(_MIDDLE) * len(_LAST))
    middle, last = divmod(rest, len(_LAST))
    return _FIRST[first] + _MIDDLE[middle] + _LAST[last]
