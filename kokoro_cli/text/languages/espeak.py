"""Languages that espeak-ng phonemises, through misaki and the packaged library."""

from __future__ import annotations

import ctypes
import logging
import os
import re
import shutil
import sys
import tempfile
import unicodedata
from itertools import islice
from pathlib import Path
from threading import RLock
from types import ModuleType
from typing import Any

from kokoro_cli.errors import FeatureNotInstalledError
from kokoro_cli.files import temporary_folder
from kokoro_cli.text.languages import Language, Reader
from kokoro_cli.text.languages.latin import LatinWords, split_latin
from kokoro_cli.types import Word

# espeak's names for the languages, by Kokoro's letter.
_ESPEAK_NAMES = {"e": "es", "f": "fr-fr", "h": "hi", "i": "it", "p": "pt-br"}

# Full stops of Devanagari; phonemizer knows only ASCII punctuation and would drop them.
_DANDA = str.maketrans({"।": ".", "॥": "."})

# Up to the next sentence mark that a space follows, so that "3.000" is not cut.
_SENTENCE = re.compile(r".*?[.!?…]+[\"”’»)\]]*(?=\s|$)|.+", re.DOTALL)


_SYNCHRONOUS = 0x02
"""espeak's name for it is AUDIO_OUTPUT_SYNCHRONOUS: it only fills memory."""

ESPEAK_LOCK = RLock()
"""Held around every call of espeak-ng, whose library has one state for the whole process."""


def load(language: Language) -> Reader:
    reader = EspeakReader(_ESPEAK_NAMES[language.letter])
    return reader if language.scripts[0] == "LATIN" else _WithLatinWords(reader)


def load_espeak() -> ModuleType:
    """Return ``misaki.espeak``, bound to the packaged library.

    Raises FeatureNotInstalledError if the library can't be loaded.
    """
    try:
        from misaki import espeak
        from phonemizer.backend.espeak import api, wrapper
    except (ImportError, OSError, RuntimeError) as error:
        raise FeatureNotInstalledError(
            f"The packaged espeak-ng library can't be loaded: {error}.",
            hint="Install it again with: pip install --force-reinstall espeakng-loader",
        ) from error
    if sys.platform != "win32" and wrapper.EspeakAPI is api.EspeakAPI:
        wrapper.EspeakAPI = _leaving_nothing(api.EspeakAPI)  # Windows removes no loaded library.
    # It warns if words and phonemes differ in number, which is normal for espeak.
    logging.getLogger("phonemizer").setLevel(logging.ERROR)
    module: ModuleType = espeak
    return module


def _leaving_nothing(base: Any) -> type:
    """Return phonemizer's class for the library, but one that leaves no file behind.

    Each object needs a copy of the library, which has one state for the process. phonemizer keeps
    the copy on the disk until the process ends, and for ever if it is interrupted.
    """

    class Library(base):  # type: ignore[misc]
        def __init__(self, library: str, data_path: str | None) -> None:
            self._library_path = Path(library)
            try:
                with temporary_folder() as folder:
                    self._library = ctypes.CDLL(str(shutil.copy(library, folder)))
            except OSError as error:
                raise FeatureNotInstalledError(
                    f"The espeak-ng library can't be loaded from {tempfile.gettempdir()}: {error}.",
                    hint="It is copied there. Let TMPDIR name a folder that may hold programs.",
                ) from error
            data = None if data_path is None else os.fsencode(data_path)
            if self._library.espeak_Initialize(_SYNCHRONOUS, 0, data, 0) <= 0:
                raise RuntimeError("failed to initialize espeak shared library")

    return Library


class EspeakReader:
    """Gives the same phonemes as the ``kokoro`` package's ``KPipeline``, by sentence."""

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
        # Numbers become several words, some words are joined, others have no phonemes.
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
    """Lets the English reader read Latin words.

    espeak would change its voice for them in the middle of a sentence. The packaged library also
    crashes at some of them after a symbol ("①-ḉ" in Hindi).
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
    """Replace digits outside ASCII ("①", "٣"), except powers, by ASCII digits.

    The packaged espeak-ng does not read them and crashes at some, as at "①-〇" in Hindi.
    """
    return "".join(str(int(unicodedata.numeric(c))) if _is_odd_digit(c) else c for c in text)


def _is_odd_digit(character: str) -> bool:
    if character.isascii() or unicodedata.decomposition(character).startswith("<super>"):
        return False
    return unicodedata.numeric(character, 0.5).is_integer()


def _sentences(text: str) -> list[str]:
    return [s for s in (m[0].strip() for m in _SENTENCE.finditer(text)) if s]


def _aligned(texts: list[str], phonemes: list[str]) -> list[Word]:
    """Share out the words among the phoneme runs by length, in order.

    espeak does not say which words it joined. Nothing is lost, but a word may be one place off
    within its sentence.
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
