"""Languages that espeak-ng phonemises, through misaki and the packaged library."""

from __future__ import annotations

import logging
import re
import unicodedata
from itertools import islice
from threading import RLock
from types import ModuleType
from typing import Any

from kokoro_cli.errors import FeatureNotInstalledError
from kokoro_cli.text.languages import Language, Reader
from kokoro_cli.text.languages.latin import LatinWords, split_latin
from kokoro_cli.types import Word

# espeak's names for the languages, by Kokoro's letter.
_ESPEAK_NAMES = {"e": "es", "f": "fr-fr", "h": "hi", "i": "it", "p": "pt-br"}

# The full stop of Devanagari; phonemizer knows ASCII punctuation alone and would drop it.
_DANDA = str.maketrans({"।": ".", "॥": "."})

# To the next mark that ends a sentence, which has a space behind it: "3.000" goes on.
_SENTENCE = re.compile(r".*?[.!?…]+[\"”’»)\]]*(?=\s|$)|.+", re.DOTALL)


ESPEAK_LOCK = RLock()
"""Held around every call of espeak-ng, whose library has one state for the whole process."""


def load(language: Language) -> Reader:
    reader = EspeakReader(_ESPEAK_NAMES[language.letter])
    return reader if language.scripts[0] == "LATIN" else _WithLatinWords(reader)


def load_espeak() -> ModuleType:
    """Return ``misaki.espeak``, bound to the packaged library; an error where that is broken."""
    try:
        from misaki import espeak
    except (ImportError, OSError, RuntimeError) as error:
        raise FeatureNotInstalledError(
            f"The packaged espeak-ng library can't be loaded: {error}.",
            hint="Install it again with: pip install --force-reinstall espeakng-loader",
        ) from error
    # It warns of each text whose phonemes have another number of words, which is how espeak is.
    logging.getLogger("phonemizer").setLevel(logging.ERROR)
    module: ModuleType = espeak
    return module


class EspeakReader:
    """The same phonemes as ``KPipeline`` of the ``kokoro`` package gives, sentence by sentence."""

    def __init__(self, espeak_language: str) -> None:
        self._g2p: Any = load_espeak().EspeakG2P(language=espeak_language)

    def words(self, text: str) -> list[Word]:
        words: list[Word] = []
        for sentence in _sentences(_plain_digits(text.translate(_DANDA))):
            with ESPEAK_LOCK:
                words += self._sentence(sentence)
        return words

    def _sentence(self, sentence: str) -> list[Word]:
        phonemes = self._g2p(sentence)[0].split()
        texts = sentence.split()
        if len(texts) == len(phonemes):
            return [Word(t, p) for t, p in zip(texts, phonemes, strict=True)]
        # Numbers are spoken as several words, some words are joined, others have no phonemes.
        alone = [len(self._g2p(text)[0].split()) for text in texts]
        if sum(alone) == len(phonemes):
            rest = iter(phonemes)
            return [
                Word(text, " ".join(islice(rest, count)))
                for text, count in zip(texts, alone, strict=True)
            ]
        silent = [Word(t, "") for t, count in zip(texts, alone, strict=True) if not count]
        spoken = [t for t, count in zip(texts, alone, strict=True) if count]
        return _aligned(spoken, phonemes) + silent


class _WithLatinWords:
    """Gives Latin words to the reader of English.

    espeak would change its voice for them in the middle of a sentence, and the packaged library
    crashes at some of them behind a symbol ("①-ḉ" in Hindi).
    """

    def __init__(self, reader: EspeakReader) -> None:
        self._own = reader
        self._latin = LatinWords()

    def words(self, text: str) -> list[Word]:
        words: list[Word] = []
        for segment, is_latin in split_latin(text):
            words += (self._latin if is_latin else self._own).words(segment)
        return words


def _plain_digits(text: str) -> str:
    """Return the text with ASCII digits for every other digit ("①", "٣"), but powers.

    The packaged espeak-ng does not read them, and crashes at some: "①-〇" in Hindi.
    """
    return "".join(str(int(unicodedata.numeric(c))) if _is_odd_digit(c) else c for c in text)


def _is_odd_digit(character: str) -> bool:
    if character.isascii() or unicodedata.decomposition(character).startswith("<super>"):
        return False
    return unicodedata.numeric(character, 0.5).is_integer()


def _sentences(text: str) -> list[str]:
    return [s for s in (m[0].strip() for m in _SENTENCE.finditer(text)) if s]


def _aligned(texts: list[str], phonemes: list[str]) -> list[Word]:
    """Give each run of phonemes its share of the words, by length.

    espeak does not say which words it joined. Order is kept and nothing is lost; a word may stand
    one place off within its sentence.
    """
    if not phonemes or not texts:
        return [Word(text, "") for text in texts] + [Word("", p) for p in phonemes]
    words = []
    total = sum(map(len, texts))
    spoken = sum(map(len, phonemes))
    taken = letters = sounds = 0
    for i, phoneme in enumerate(phonemes):
        sounds += len(phoneme)
        share = []
        while taken < len(texts) and (
            i == len(phonemes) - 1 or (letters + len(texts[taken]) / 2) / total <= sounds / spoken
        ):
            letters += len(texts[taken])
            share.append(texts[taken])
            taken += 1
        words.append(Word(" ".join(share), phoneme))
    return words
