"""Mandarin by misaki, with jieba's words and pypinyin's readings."""

from __future__ import annotations

import re
import unicodedata
import warnings
from typing import Any

from kokoro_cli.text.languages import Language
from kokoro_cli.text.languages.latin import LatinWords, not_installed, split_latin
from kokoro_cli.types import Word

_HAN = "\u4e00-\u9fff"
_HAN_RUN = re.compile(f"([{_HAN}]+)")

# misaki's table lacks the zero used in years.
_ZERO = str.maketrans({"〇": "零"})

_NON_SYLLABIC = "\u032f"  # KPipeline drops it too.


def load(language: Language) -> ChineseReader:
    return ChineseReader()


class ChineseReader:
    """Gives the same phonemes as ``KPipeline``, by word; Latin words are read as English."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # jieba warns about how it finds its own files.
            try:
                import jieba
                from misaki.zh import ZHG2P
            except ImportError as error:
                raise not_installed("Chinese", "zh", error) from error
        _load_dictionary(jieba)
        self._cut, self._g2p = jieba.lcut, ZHG2P
        self._latin = LatinWords()

    def words(self, text: str) -> list[Word]:
        text = unicodedata.normalize("NFKC", text).translate(_ZERO)
        words: list[Word] = []
        for segment, is_latin in split_latin(self._g2p.map_punctuation(text)):
            words += self._latin.words(segment) if is_latin else self._han(segment)
        return _attached(words)

    def _han(self, text: str) -> list[Word]:
        words: list[Word] = []
        for i, run in enumerate(_HAN_RUN.split(text)):
            if i % 2:  # The odd runs are Han.
                words += [Word(word, self._phonemes(word)) for word in self._cut(run)]
            else:
                words += [Word(mark, mark) for mark in run.split()]
        return words

    def _phonemes(self, word: str) -> str:
        try:
            phonemes: str = self._g2p.word2ipa(word)
        except ValueError:  # A character has no reading; upstream loses the whole text.
            return ""
        return phonemes.replace(_NON_SYLLABIC, "")


def _attached(words: list[Word]) -> list[Word]:
    """Attach marks to the word before them, without a space."""
    marks = frozenset("，。,.!?;:…)”")
    return [
        Word(word.text, word.phonemes, not (following.phonemes[:1] in marks and following.phonemes))
        for word, following in zip(words, [*words[1:], Word("", "")], strict=True)
    ]


def _load_dictionary(jieba: Any) -> None:
    """Build jieba's dictionary in memory, in place of jieba's own way.

    jieba would print four lines, and unmarshal a cache file from the shared temporary folder, with
    a name that anyone can guess.
    """
    tokenizer = jieba.dt
    with tokenizer.lock:
        if not tokenizer.initialized:
            dictionary = tokenizer.get_dict_file()
            tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(dictionary)
            tokenizer.initialized = True
