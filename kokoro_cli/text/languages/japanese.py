"""Japanese by misaki's default reader: fugashi's words with the small UniDic dictionary."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from kokoro_cli.text.languages import Language
from kokoro_cli.text.languages.latin import LatinWords, not_installed, segments
from kokoro_cli.types import Word

# misaki joins words into tokens in time that grows with the cube of their number, so it gets them
# in slices: to the next mark, which no token crosses, and at the most so many.
_SLICE = 48
_MARKS = frozenset("。、！？!?.,…；;：:」』）)”")

_YEN = re.compile(r"[¥￥](\d[\d,]*)")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_DIGITS = "〇一二三四五六七八九"
_SMALL_UNITS = ("", "十", "百", "千")
_LARGE_UNITS = ("", "万", "億", "兆", "京")

# A glottal stop belongs to the words at both sides, unless one of these is between.
_BEFORE_STOP = '!",.:;?»—…”)'
_BEHIND_STOP = '"«“('


def load(language: Language) -> JapaneseReader:
    return JapaneseReader()


class JapaneseReader:
    """The phonemes that ``KPipeline`` gives, word by word; Latin words are read as English."""

    def __init__(self) -> None:
        try:
            self._cutlet: Any = _make_cutlet()
        except ImportError as error:
            raise not_installed("Japanese", "ja", error) from error
        self._latin = LatinWords()

    def words(self, text: str) -> list[Word]:
        words: list[Word] = []
        for segment, is_latin in segments(kanji_numbers(unicodedata.normalize("NFKC", text))):
            words += (self._latin if is_latin else self._cutlet).words(segment)
        return _spaced(words)


def _make_cutlet() -> Any:
    import jaconv
    from misaki import cutlet

    class Cutlet(cutlet.Cutlet):  # type: ignore[misc]
        """misaki's reader, with each word's text beside its phonemes."""

        def words(self, text: str) -> list[Word]:
            self._seen: list[Any] = []
            words = [
                cutlet.Word(
                    node.surface,
                    jaconv.kata2hira(node.feature.pron or node.feature.kana or node.surface),
                    # As misaki has it: words of the dictionary count as hiragana.
                    6 if node.char_type == 7 or not node.is_unk else node.char_type,
                )
                for node in self.tagger(self._normalize_text(text))
            ]
            tokens = [token for each in _slices(words) for token in self._romaji_tokens(each)]
            return [
                Word(word.surface, token.surface.replace("«", "(").replace("»", ")"), token.space)
                for word, token in zip(self._seen, tokens, strict=True)
            ]

        def _romaji_word(self, word: Any) -> Any:
            self._seen.append(word)
            return super()._romaji_word(word)

    return Cutlet()


def _slices(words: list[Any]) -> Iterator[list[Any]]:
    start = 0
    for i, word in enumerate(words, 1):
        ends = word.surface in _MARKS and i < len(words) and words[i].surface not in _MARKS
        if ends or i - start == _SLICE or i == len(words):
            yield words[start:i]
            start = i


def _spaced(words: list[Word]) -> list[Word]:
    spaced = []
    for word, following in zip(words, [*words[1:], Word("", "")], strict=True):
        joined = (
            following.phonemes.startswith("ʔ") and word.phonemes[-1:] not in _BEFORE_STOP
        ) or (word.phonemes.endswith("ʔ") and following.phonemes[:1] not in _BEHIND_STOP)
        spaced.append(Word(word.text, word.phonemes, word.space and not joined))
    return spaced


def kanji_numbers(text: str) -> str:
    """Write Arabic numbers as words, which the dictionary reads right: "1,980円" is "千九百八十円".

    misaki reads digit by digit, and stops with an error at ten digits.
    """
    text = _YEN.sub(r"\1円", text)
    return _NUMBER.sub(lambda match: _kanji(match[0].replace(",", "")), text)


def _kanji(number: str) -> str:
    whole, _, fraction = number.partition(".")
    if len(whole) > 4 * len(_LARGE_UNITS) or (whole[0] == "0" and len(whole) > 1):
        spoken = "".join(_DIGITS[int(digit)] for digit in whole)
    else:
        spoken = _kanji_integer(int(whole))
    return spoken + ("点" + "".join(_DIGITS[int(d)] for d in fraction) if fraction else "")


def _kanji_integer(number: int) -> str:
    if number == 0:
        return "零"
    words = ""
    for unit in _LARGE_UNITS:
        number, group = divmod(number, 10_000)
        if group:
            words = _kanji_group(group) + unit + words
    return words


def _kanji_group(group: int) -> str:
    words = ""
    for unit in _SMALL_UNITS:
        group, digit = divmod(group, 10)
        if digit:
            words = ("" if digit == 1 and unit else _DIGITS[digit]) + unit + words
    return words
