"""Convert pronunciations as people write them to the alphabet that Kokoro was trained on.

Kokoro's alphabet is IPA with single letters for some pairs; each language uses a part of it. The
letters for English, with their IPA::

    A eɪ   I aɪ   O oʊ (American)   Q əʊ (British)   W aʊ   Y ɔɪ   ʤ dʒ   ʧ tʃ   T ɾ   ᵊ ᵻ ə, short

The rest is as in a dictionary, with two exceptions. The stress mark comes before its vowel, not
before the syllable (``nˈAʧəɹ``). Only British English has long marks.

English IPA changes as follows:

- Pairs become one letter, with or without a tie. ``ɚ ɝ`` and ``n̩ l̩ m̩`` become two (``əɹ ɜɹ``,
  ``ᵊn ᵊl ᵊm``). ``r g`` become ``ɹ ɡ``.
- A plain ``e`` is the vowel of "bet" before a consonant, as English dictionaries write it, else
  that of "café". A plain ``o`` is ``ɔ`` before ``ɹ``, else the vowel of "go".
- American takes ``ɒ`` and ``a`` for ``ɑ``, restores the r of ``ɜː`` and drops long marks. British
  takes ``æ`` for ``a``. So both can read the same lexicon entry.
- Only the American voices speak ``(r)``, which British dictionaries write.

Other languages use espeak's IPA. There only pairs with a tie become one letter, and also ``tʃ dʒ``
except in French.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from kokoro_cli.errors import UsageError
from kokoro_cli.kokoro82m import VOCABULARY

ENGLISH: Final = "ab"
"""Letters of the languages that use the English alphabet and respelling."""

NEAREST: Final[Mapping[str, str]] = {
    "g": "ɡ", "ʱ": "ʰ", "ɫ": "l", "ɬ": "l", "ɭ": "l", "ɱ": "m", "ʍ": "w", "ɦ": "h", "ħ": "h",
    "ɓ": "b", "ɗ": "d", "ɠ": "ɡ", "ɺ": "ɾ", "ʀ": "ʁ", "ʐ": "ɻ", "ʑ": "ʒ", "ʉ": "u", "ʏ": "y",
    "ɘ": "ə", "ɵ": "ə", "ǝ": "ə", "ɞ": "ɜ", "ɶ": "œ", "ε": "ɛ", "ɩ": "ɪ", "ƞ": "n", "ⁿ": "n",
    "ʷ": "w", "˞": "ɹ",
}  # fmt: skip
"""Sounds outside the vocabulary, each with the nearest sound in it."""


class _Table:
    """Replaces every entry in one pass, the longest first."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self._new = table
        self._old = re.compile("|".join(sorted(table, key=len, reverse=True)))

    def replace(self, text: str) -> str:
        return self._old.sub(lambda match: self._new[match[0]], text)


_SILENT = (
    "-‐‑·‿|ˑˠˤ\u02c0\u0306\u030a\u031a\u031c\u031d\u031e\u031f\u0320\u0324\u0325\u032a\u032c"
    "\u032f\u0330\u0334\u0339\u033a\u033b\u033c\u033d\u0308"
)
_SYLLABIC = "\u0329\u030d"
_TIES = "\u0361\u035c"
_TONES = _Table(
    {"˧˩˧": "↓", "˨˩˦": "↓", "˧˥": "↗", "˥˩": "↘", "˥˥": "→", "˥": "→"} | dict.fromkeys("˧˩˨˦", "")
)

# Replacements of single characters, made first, whatever their context.
_FOLD = str.maketrans(
    {
        **NEAREST,
        **dict.fromkeys(_SILENT, ""),
        "'": "ˈ",
        "’": "ˈ",
        "´": "ˈ",
        "ʳ": "(ɹ)",
        "\u030d": "\u0329",
        "\u035c": "\u0361",
    }
)
_KNOWN = frozenset((*VOCABULARY, *map(chr, _FOLD), *_SYLLABIC, *_TIES, *"ɝ˧˩˨˦˥"))

_VOWELS = "AIOQWYaeiouyɑɐɒæɔəɚɛɜɝɨɪɯøœʊʌɤᵻ"
_MARKS = ';:,.!?—…"()“” '
_SOUND = f"[^{_MARKS}]"
_CONSONANT = f"[^{_MARKS}{_VOWELS}ˈˌː]"

# Silent on their own: stress, length, aspiration, palatalisation, nasality, tones.
_MODIFIERS = frozenset("ˈˌːʰʲ\u0303↓→↗↘")

_STRESSED = re.compile(f"([ˈˌ])([^{_MARKS}{_VOWELS}ˈˌ]+)(?=[{_VOWELS}])")
_STRESSES = re.compile("([ˈˌ])[ˈˌ]+")
_WORD = re.compile("[^ ]+")
_OPTIONAL = re.compile(rf"{_SOUND}\(|\){_SOUND}")
_LINKING_R = re.compile(rf"(?:(?<=[{_VOWELS}])|(?<=[{_VOWELS}]ː))\(ɹ\)")
_SYLLABLE_DOT = re.compile(rf"(?<={_SOUND})\.(?={_SOUND})")
_COLON = re.compile(rf"(?<=[a-zːɑɐɒæɔəɚɛɜɝɨɯøœ]):(?={_SOUND}|$)")
_SYLLABIC_CONSONANT = re.compile("[əᵊ]?([lmnŋɹ])\u0329")

_TIED = _Table(
    {
        "t͡ʃ": "ʧ", "d͡ʒ": "ʤ", "t͡s": "ʦ", "d͡z": "ʣ", "t͡ɕ": "ʨ", "d͡ʑ": "ʥ",
        "ʈ͡ʂ": "\uab67", "a͡ɪ": "I", "a͡ʊ": "W", "e͡ɪ": "A", "o͡ʊ": "O", "ə͡ʊ": "Q", "ɔ͡ɪ": "Y",
    }
)  # fmt: skip

_PAIRS = {
    "dʒ": "ʤ", "tʃ": "ʧ", "eɪ": "A", "ei": "A", "aɪ": "I", "ai": "I", "aʊ": "W", "au": "W",
    "oɪ": "Y", "oi": "Y",
}  # fmt: skip
_AMERICAN_PAIRS = _Table(
    _PAIRS | {"əʊ": "O", "oʊ": "O", "ou": "O", "ɪəɹ": "ɪɹ", "ʊəɹ": "ʊɹ", "ɛəɹ": "ɛɹ"}
)
_BRITISH_PAIRS = _Table(_PAIRS | {"əʊ": "Q", "oʊ": "Q", "ou": "Q", "eə": "ɛː", "ɔɪ": "Y"})

# "drawing" keeps two syllables when its long mark is dropped.
_ONE_SYLLABLE_OI = re.compile("ɔɪ(?!ŋ)")
_E = re.compile(f"eː|e(?!{_CONSONANT})")
_O = re.compile("o(?=ː?ɹ)")

_HINT = (
    "Write IPA (/ˈneɪtʃər/) or Kokoro's alphabet (/nˈAʧəɹ/) here; "
    "an English respelling (NAY-chur) goes without slashes."
)


def to_kokoro(written: str, language: str = "a") -> str:
    """Return IPA or Kokoro's alphabet in Kokoro's alphabet for the language with this letter.

    Slashes or brackets around it are removed. Text in the form above does not change, but a pair
    that IPA writes for one sound always becomes that sound. Raises UsageError for a character
    that has no sound in any language, or if nothing is left to speak.
    """
    text = _folded(written)
    text = _in_english(text, language) if language in ENGLISH else _in_espeak(text, language)
    text = " ".join(text.split())
    if not any(c not in _MARKS and c not in _MODIFIERS for c in text):
        raise UsageError(f"There is no sound in the pronunciation {written!r}.", hint=_HINT)
    return text


def _folded(written: str) -> str:
    """Return the text in known characters with single spaces; UsageError for an unknown one."""
    text = unicodedata.normalize("NFC", written)
    parts = []
    inside = text.strip("/[] \t\r\n")
    place = text.find(inside)
    for i, character in enumerate(inside, place + 1):
        if character in _KNOWN:
            parts.append(character)
        elif character.isspace():
            parts.append(" ")
        else:
            decomposed = unicodedata.normalize("NFD", character)
            if any(c not in _KNOWN for c in decomposed):
                raise UsageError(
                    f"The model has no sound for {character!r} (character {i} of {text!r}).",
                    hint=_HINT,
                )
            parts.append(decomposed)
    return " ".join("".join(parts).translate(_FOLD).split())


def _in_espeak(text: str, language: str) -> str:
    text = text.replace("ɝ", "ɚ").replace("\u0329", "")
    text = _lengths(_TONES.replace(_TIED.replace(text).replace("\u0361", "")))
    text = _restressed(text)
    if language == "f":  # espeak keeps the two letters in French: "tchao" is tʃaˈo.
        return text
    return text.replace("tʃ", "ʧ").replace("dʒ", "ʤ")


def _in_english(text: str, language: str) -> str:
    british = language == "b"
    text = text.replace("\u0361", "").replace("r", "ɹ").replace("ɾ", "T")
    if british:
        text = _LINKING_R.sub("", text)
    text = _SYLLABIC_CONSONANT.sub(lambda m: ("ə" if m[1] == "ɹ" else "ᵊ") + m[1], text)
    text = _lengths(_TONES.replace(text.replace("\u0329", "")))
    text = (_british if british else _american)(text)
    return text.replace("ʔn", "tn")  # As misaki writes "button" for the model.


def _american(text: str) -> str:
    text = re.sub("ɚɹ?", "əɹ", text)
    text = re.sub("ɝː?ɹ?|ɜːɹ?", "ɜɹ", text).replace("ː", "")
    text = _AMERICAN_PAIRS.replace(re.sub("eəɹ?", "ɛɹ", _restressed(text)))
    text = _ONE_SYLLABLE_OI.sub("Y", text)
    text = _E.sub("A", text).replace("e", "ɛ")
    text = _O.sub("ɔ", text).replace("o", "O")
    return text.replace("ɪə", "iə").replace("ɒ", "ɑ").replace("a", "ɑ")


def _british(text: str) -> str:
    text = re.sub("ɚɹ?", "əɹ", text)
    text = re.sub("ɝː?ɹ?", "ɜːɹ", text)
    text = _BRITISH_PAIRS.replace(_restressed(text).replace("æ", "a"))
    text = _E.sub("A", text).replace("e", "ɛ")
    return re.sub("oː?", "Q", _O.sub("ɔ", text))


def _restressed(text: str) -> str:
    """Return the text with each stress mark before its vowel."""
    return _STRESSED.sub(r"\2\1", _STRESSES.sub(r"\1", text))


def _lengths(text: str) -> str:
    """Return the text without dots and parentheses in words; a colon becomes a long mark."""
    text = _WORD.sub(_without_parentheses, " ".join(text.split()))
    return _COLON.sub("ː", _SYLLABLE_DOT.sub("", text))


def _without_parentheses(word: re.Match[str]) -> str:
    """Return a word including what dictionaries put in parentheses: ``ˈbʌt(ə)n``."""
    return re.sub("[()]", "", word[0]) if _OPTIONAL.search(word[0]) else word[0]
