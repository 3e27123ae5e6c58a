"""From paragraphs to words with phonemes that the model knows, and a list of what got lost."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import groupby

from kokoro_cli.errors import KokoroError
from kokoro_cli.kokoro82m import VOCABULARY
from kokoro_cli.text.languages import Language, Reader
from kokoro_cli.types import Losses, Paragraph, Word

# Longest stretch that is given to a reader at once, in characters. Readers look a word or two
# ahead and behind; more is memory and a late first sound.
_STRETCH = 4_000

# How the Unicode names of a script's letters go: "CYRILLIC SMALL LETTER A".
_LETTER_NAME = re.compile(r"(\S+) .*\b(?:LETTER|IDEOGRAPH|SYLLABLE|VOWEL|SIGN)\b")

# Greek letters stand for themselves in any text and are read by name; the others are forms of
# Latin ones, or signs.
_EVERYWHERE = ("", "GREEK", "MODIFIER", "FULLWIDTH", "COMBINING", "MICRO", "OHM")

_SENTENCE_END = re.compile(r"[.!?…][\"”’»)\]]*\s|[。！？।]")

# Sounds outside Kokoro's alphabet with the nearest one inside it, and marks that are no sound.
_NEAREST = str.maketrans(
    {
        "g": "ɡ",
        "ʱ": "ʰ",
        "ĩ": "i\u0303",
        "ũ": "u\u0303",
        "ẽ": "e\u0303",
        "õ": "o\u0303",
        "ã": "a\u0303",
        "¡": None,
        "¿": None,
        "[": None,
        "]": None,
        "\u0329": None,  # syllabic
        "\u032a": None,  # dental
        "\u032f": None,  # non-syllabic
    }
)


def phonemise(
    paragraph: Paragraph, reader: Reader, language: Language, losses: Losses
) -> Iterator[list[Word]]:
    """Yield the paragraph's words, a long paragraph's in parts of whole sentences.

    What has no phonemes in the model's alphabet goes to *losses*; the phonemes hold nothing but
    symbols of the vocabulary.
    """
    text = _readable(paragraph.text, paragraph.line, language, losses)
    for stretch in _stretches(text):
        words: list[Word] = []
        for word in _read(stretch, reader, paragraph.line, losses):
            _append(words, _checked(word, reader, paragraph.line, losses))
        if words:
            yield [*words[:-1], replace(words[-1], space=True)]


def _read(text: str, reader: Reader, line: int, losses: Losses) -> list[Word]:
    """Return the reader's words; where it fails, those it can read one by one."""
    try:
        return reader.words(text)
    except KokoroError:
        raise  # Something is not installed, which no other text would mend.
    except Exception as error:  # What a reader's libraries raise at odd input is anything.
        if " " not in text:
            losses.add(text, line, f"its reader failed: {type(error).__name__}: {error}")
            return []  # A word without phonemes would be told of again.
        return [w for part in text.split(" ") for w in _read(part, reader, line, losses)]


def _append(words: list[Word], word: Word) -> None:
    """Add the word; one without phonemes lends its text to the word before it."""
    if words and not word.phonemes:
        last = words[-1]
        text = last.text + " " * last.space + word.text
        words[-1] = Word(text, last.phonemes, last.space or word.space)
    else:
        words.append(word)


def _checked(word: Word, reader: Reader, line: int, losses: Losses) -> Word:
    phonemes = word.phonemes.translate(_NEAREST)
    unknown = "".join(dict.fromkeys(p for p in phonemes if p not in VOCABULARY))
    if unknown:
        phonemes = "".join(p for p in phonemes if p in VOCABULARY)
        losses.add(word.text, line, f"the model has no sound for {unknown!r}")
    elif _is_speech(word.text) and not any(map(str.isalnum, phonemes)):
        losses.add(word.text, line, "no pronunciation found")
    elif silent := [c for c in word.text if _is_symbol(c) and _is_silent(reader, c)]:
        losses.add(word.text, line, f"no pronunciation found for {''.join(silent)!r}")
    return replace(word, phonemes=phonemes)


def _readable(text: str, line: int, language: Language, losses: Losses) -> str:
    """Return the text without the letters of scripts that the language's reader does not know.

    espeak would name such letters ("Chinese letter"), which is not what was written, and it
    crashes the process at some of them.
    """
    if text.isascii():
        return text
    known = (*language.scripts, *_EVERYWHERE)
    parts = []
    for is_foreign, characters in groupby(text, lambda c: _script(c) not in known):
        run = "".join(characters)
        if is_foreign:
            losses.add(run, line, f"{language.name} has no reading for this script")
        parts.append(" " if is_foreign else run)
    return " ".join("".join(parts).split())


def _script(character: str) -> str:
    """Return the script of a letter or a vowel sign; "" for what belongs to every script."""
    if character.isascii() or unicodedata.category(character)[0] not in "LM":
        return ""
    name = _LETTER_NAME.match(unicodedata.name(character, ""))
    return name[1] if name else ""


def _is_speech(text: str) -> bool:
    """Whether a reader would say something here: letters, digits, symbols, but not marks."""
    return any(unicodedata.category(c)[0] in "LN" or _is_symbol(c) for c in text)


def _is_symbol(character: str) -> bool:
    return character in "#^" or unicodedata.category(character) in ("So", "Sm")


@cache
def _is_silent(reader: Reader, symbol: str) -> bool:
    """Whether the reader says nothing for a symbol, and so drops it within a word as well."""
    return not any(word.phonemes for word in _read(symbol, reader, 0, Losses()))


def _stretches(text: str) -> Iterator[str]:
    """Cut a long paragraph at sentence ends, else at spaces, else anywhere."""
    start = 0
    while len(text) - start > _STRETCH:
        end = start + _STRETCH
        cut = max((m.end() for m in _SENTENCE_END.finditer(text, start, end)), default=0)
        if cut <= start:
            cut = text.rfind(" ", start, end) + 1
        if cut <= start:
            cut = end
        yield text[start:cut].strip()
        start = cut
    yield text[start:].strip()
