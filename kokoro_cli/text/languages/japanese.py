"""Japanese by misaki's default reader, with fugashi's words and the small UniDic dictionary."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from threading import Lock
from typing import Any

from kokoro_cli.text.languages import Language
from kokoro_cli.text.languages.latin import LatinWords, not_installed, split_latin
from kokoro_cli.types import Word

# Words per slice at most. misaki joins words into tokens, and its time grows with the cube of their
# number. So it gets slices that end at a mark, which no token crosses.
_SLICE = 48
_MARKS = frozenset("。、！？!?.,…；;：:」』）)”")

# A glottal stop joins the words on both sides, unless one of these marks is between.
_BEFORE_STOP = '!",.:;?»—…”)'
_AFTER_STOP = '"«“('


def load(language: Language) -> JapaneseReader:
    return JapaneseReader()


class JapaneseReader:
    """Gives the same phonemes as ``KPipeline``, by word; Latin words are read as English."""

    def __init__(self) -> None:
        try:
            self._cutlet: Any = _make_cutlet()
        except ImportError as error:
            raise not_installed("Japanese", "ja", error) from error
        self._latin = LatinWords()
        self._lock = Lock()  # misaki's reader and its tagger keep state between calls.

    def words(self, text: str) -> list[Word]:
        words: list[Word] = []
        with self._lock:
            for segment, is_latin in split_latin(unicodedata.normalize("NFKC", text)):
                words += (self._latin if is_latin else self._cutlet).words(segment)
        return _spaced(words)


def _make_cutlet() -> Any:
    import jaconv
    from misaki import cutlet

    class Cutlet(cutlet.Cutlet):  # type: ignore[misc]
        """misaki's reader, which also keeps the text of each word."""

        def words(self, text: str) -> list[Word]:
            self._seen: list[Any] = []
            words = [
                cutlet.Word(
                    node.surface,
                    jaconv.kata2hira(node.feature.pron or node.feature.kana or node.surface),
                    # As in misaki, words of the dictionary count as hiragana (6).
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
        # The dictionary may cut a word before its long vowel mark: ハッセ, ー.
        joined = (
            following.phonemes.startswith("ː")
            or (following.phonemes.startswith("ʔ") and word.phonemes[-1:] not in _BEFORE_STOP)
            or (word.phonemes.endswith("ʔ") and following.phonemes[:1] not in _AFTER_STOP)
        )
        spaced.append(Word(word.text, word.phonemes, word.space and not joined))
    return spaced
