"""English pronunciations spelled with hyphens and capitals: "ko-KO-ro", "shi-VAWN", "NAY-chur".

Spaces separate words, and hyphens separate syllables. The stressed syllable is in capitals; of
several, the last has the main stress. A word of one syllable is always stressed. Every syllable has
one vowel, but ``l``, ``m`` or ``n`` after another syllable needs none ("BUT-n").

Vowels, each with a word that has it::

    a cat     ay ey day   ah father   air care   ar ahr car   aw law    e eh bet    ee see
    er ur ir  bird, and in an unstressed syllable the end of "butter"   eer ihr near
    eye igh ie y  my      ire fire    i ih bit   oh go        or ohr awr for        oo moon
    ow now    owr hour    oy oi boy   oor poor   u uh cut, and in an unstressed syllable the
    end of "sofa"         uu book

At the end of a syllable English has no short vowel. There ``a``, ``i``, ``o`` and ``u`` are read as
in Japanese and Italian: "KA-ra", "KI-ri" (``i`` only at the end of a word), "ko-KO-ro", "TU-na".
Before a consonant, ``o`` is that of "lot".

Consonants: ``b d f h j k l m n p r s t v w y z``, ``g gh`` as in "go", ``c`` only in ``ch tch ck``,
``dh`` as in "this", ``th`` "thin", ``sh``, ``zh`` "measure", ``ng`` "sing", ``nk``, ``kh`` (a k),
``ph``, ``wh``, ``qu``, ``x`` after a vowel. A doubled consonant is read as a single one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from kokoro_cli.errors import UsageError
from kokoro_cli.text.alphabet import ENGLISH


class _Vowel(NamedTuple):
    american: str
    british: str
    linked: str = ""
    """British, before a vowel in the next syllable; "" if it is the same."""


def _vowels(table: dict[str, _Vowel]) -> dict[str, _Vowel]:
    return {spelling: vowel for spellings, vowel in table.items() for spelling in spellings.split()}


_STRESSED: Final = _vowels(
    {
        "a": _Vowel("æ", "a"),
        "ay ey": _Vowel("A", "A"),
        "ah": _Vowel("ɑ", "ɑː"),
        "air ehr": _Vowel("ɛɹ", "ɛː", "ɛːɹ"),
        "ar ahr": _Vowel("ɑɹ", "ɑː", "ɑːɹ"),
        "aw": _Vowel("ɔ", "ɔː"),
        "e eh": _Vowel("ɛ", "ɛ"),
        "ee": _Vowel("i", "iː"),
        "er ur ir uhr": _Vowel("ɜɹ", "ɜː", "ɜːɹ"),
        "eer ihr": _Vowel("ɪɹ", "ɪə", "ɪəɹ"),
        "eye igh ie y": _Vowel("I", "I"),
        "ire": _Vowel("Iəɹ", "Iə", "Iəɹ"),
        "i ih": _Vowel("ɪ", "ɪ"),
        "oh": _Vowel("O", "Q"),
        "o": _Vowel("ɑ", "ɒ"),
        "or ohr awr": _Vowel("ɔɹ", "ɔː", "ɔːɹ"),
        "oo": _Vowel("u", "uː"),
        "ow": _Vowel("W", "W"),
        "owr": _Vowel("Wəɹ", "Wə", "Wəɹ"),
        "oy oi": _Vowel("Y", "Y"),
        "oor": _Vowel("ʊɹ", "ʊə", "ʊəɹ"),
        "u uh": _Vowel("ʌ", "ʌ"),
        "uu": _Vowel("ʊ", "ʊ"),
    }
)
# Vowels that are different in a syllable without capitals.
_UNSTRESSED: Final = _vowels({"er ur ir uhr": _Vowel("əɹ", "ə", "əɹ"), "u uh": _Vowel("ə", "ə")})
# Spellings that are read differently at the end of a syllable, and at the end of a word.
_OPEN: Final = {"a": "ah", "o": "oh", "u": "oo"}
_FINAL: Final = {"i": "ee", "e": "ay"}

_CONSONANTS: Final = {
    "tch": "ʧ", "ch": "ʧ", "ck": "k", "dh": "ð", "gh": "ɡ", "kh": "k", "ng": "ŋ", "nk": "ŋk",
    "ph": "f", "qu": "kw", "sh": "ʃ", "th": "θ", "wh": "w", "zh": "ʒ", "b": "b", "d": "d",
    "f": "f", "g": "ɡ", "h": "h", "j": "ʤ", "k": "k", "l": "l", "m": "m", "n": "n", "p": "p",
    "r": "ɹ", "s": "s", "t": "t", "v": "v", "w": "w", "y": "j", "z": "z",
}  # fmt: skip
# After a vowel, h, w and y are part of its spelling ("new") or a mistake ("BAYH").
_IN_CODA: Final = {c: p for c, p in _CONSONANTS.items() if c not in "hwywh"} | {"x": "ks"}


def _one_of(spellings: Iterable[str]) -> str:
    return "|".join(sorted(spellings, key=len, reverse=True))


_DOUBLED = re.compile(r"([bdfgjklmnprstvz])\1")
_CONSONANT = re.compile(rf"y(?=[aeiou])|(?!y)(?:{_one_of(_CONSONANTS)})")
_VOWEL = re.compile(_one_of(_STRESSED))
_CODA = re.compile(_one_of(_IN_CODA))
_HYPHENS = str.maketrans("‐‑–·", "----")

_HINT = (
    "Write syllables with hyphens, the stressed one in capitals: NAY-chur, ko-KO-ro. "
    "IPA goes between slashes: /ˈneɪtʃər/."
)


class _Syllable(NamedTuple):
    onset: str
    vowel: str
    """Its spelling; "" in the second syllable of "BUT-n"."""
    coda: str
    is_capital: bool


def respell(text: str, language: str = "a") -> str:
    """Return a respelling's phonemes in Kokoro's alphabet, for American ("a") or British ("b").

    Raises UsageError for another language, and for a spelling that this module's table lacks; the
    message names it.
    """
    if language not in ENGLISH:
        raise UsageError(
            f"A respelling like {text!r} is for English only.",
            hint="Write this language's pronunciations in IPA, between slashes.",
        )
    words = text.translate(_HYPHENS).split()
    if not words:
        raise UsageError("The respelling is empty.", hint=_HINT)
    return " ".join(_word(word, british=language == "b") for word in words)


def _word(word: str, *, british: bool) -> str:
    syllables = [_parsed(spelled, word) for spelled in word.split("-")]
    main = _main_stress(syllables, word)
    parts = []
    for i, syllable in enumerate(syllables):
        following = syllables[i + 1] if i + 1 < len(syllables) else None
        mark = "ˈ" if i == main else "ˌ" if syllable.is_capital else ""
        parts.append(syllable.onset)
        if syllable.vowel:
            parts += mark, _sound(syllable, following, stressed=bool(mark), british=british)
        parts.append(syllable.coda)
    return "".join(parts)


def _main_stress(syllables: list[_Syllable], word: str) -> int:
    if not any(syllable.vowel for syllable in syllables):
        raise UsageError(f"There is no vowel in the respelling {word!r}.", hint=_HINT)
    capitals = [i for i, syllable in enumerate(syllables) if syllable.is_capital]
    if len(syllables) > 1 and not capitals:
        raise UsageError(f"No syllable of {word!r} is in capitals.", hint=_HINT)
    if not all(syllables[i].vowel for i in capitals):
        raise UsageError(f"A syllable without a vowel is stressed in {word!r}.", hint=_HINT)
    return capitals[-1] if capitals else 0


def _parsed(spelled: str, word: str) -> _Syllable:
    """Return a syllable's parts; UsageError names the part that can't be read."""
    letters = _DOUBLED.sub(r"\1", spelled.lower())
    onset, at = _consonants(letters, 0, _CONSONANT, _CONSONANTS)
    vowel = _VOWEL.match(letters, at)
    if vowel is None and at == len(letters) and letters.endswith(("l", "m", "n")):
        return _Syllable(f"{onset[:-1]}ᵊ{onset[-1]}", "", "", spelled.isupper())
    coda = ""
    if vowel is not None:
        coda, at = _consonants(letters, vowel.end(), _CODA, _IN_CODA)
    if vowel is None or at < len(letters):
        piece = letters[at:] or spelled
        where = f" in {word!r}" if piece != word else ""
        why = "a second vowel needs its own syllable" if vowel and piece[0] in "aeiou" else ""
        raise UsageError(
            f"The respelling has no reading for {piece!r}{where}{why and ': ' + why}.", hint=_HINT
        )
    return _Syllable(onset, vowel[0], coda, spelled.isupper())


def _consonants(
    letters: str, at: int, pattern: re.Pattern[str], table: Mapping[str, str]
) -> tuple[str, int]:
    parts = []
    while match := pattern.match(letters, at):
        parts.append(table[match[0]])
        at = match.end()
    return "".join(parts), at


def _sound(
    syllable: _Syllable, following: _Syllable | None, *, stressed: bool, british: bool
) -> str:
    spelling = syllable.vowel
    if not syllable.coda:
        spelling = _OPEN.get(spelling, spelling)
        if following is None:
            spelling = _FINAL.get(spelling, spelling)
    vowel = _STRESSED[spelling]
    if not stressed:
        vowel = _UNSTRESSED.get(spelling, vowel)
    if not british:
        return vowel.american
    is_linked = not syllable.coda and following and following.vowel and not following.onset
    if spelling == "ee" and not stressed and (is_linked or not (syllable.coda or following)):
        return "i"  # Short in "happy" and "happier".
    return (is_linked and vowel.linked) or vowel.british
