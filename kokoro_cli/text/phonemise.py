"""Turn sentences into words with phonemes of the model's alphabet, and list what was lost."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from kokoro_cli.errors import FeatureNotInstalledError, KokoroError
from kokoro_cli.kokoro82m import VOCABULARY
from kokoro_cli.text.alphabet import NEAREST
from kokoro_cli.text.languages import LANGUAGES, ContextReader, Fixed, Language, Reader
from kokoro_cli.text.mapped import Mapped
from kokoro_cli.text.romanise import romanised
from kokoro_cli.types import Losses, Word

# A letter's Unicode name begins with its script: "CYRILLIC SMALL LETTER A".
_LETTER_NAME = re.compile(r"(\S+) ")

# Scripts that every language accepts. Greek letters are read by name; the others are forms of Latin
# letters, or signs.
_EVERYWHERE = (
    "", "GREEK", "MODIFIER", "FULLWIDTH", "COMBINING", "MICRO", "OHM", "KELVIN", "ANGSTROM",
    "FEMININE", "MASCULINE", "SUPERSCRIPT", "SUBSCRIPT", "MATHEMATICAL", "DOUBLE-STRUCK", "SCRIPT",
    "BLACK-LETTER", "VARIATION", "CIRCLED", "SQUARED", "ROMAN",
)  # fmt: skip

# Where the letters of medieval Latin and of rare phonetic alphabets are.
_RARE_LETTER = re.compile("[\ua640-\uabff\U00010780-\U0001ffff]")

_KANA = re.compile("[\u3041-\u30ff]")

# Readers also return whole letters with a tilde, and marks without a sound.
_NEAREST = str.maketrans(
    {
        **NEAREST,
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


@dataclass(frozen=True, slots=True)
class Reading:
    """A part of a sentence whose reading is set by markup, lexicon or rule."""

    start: int
    end: int
    origin: str
    choose: Callable[[str], str | None] | None = None
    """Returns the phonemes for a Penn tag, as in `Fixed`; None if the letters are spelled."""


def phonemise(
    sentence: Mapped,
    readings: Sequence[Reading],
    language: Language,
    readers: Callable[[Language], Reader],
    losses: Losses,
    line: int,
) -> list[Word]:
    """Return the words of a spoken sentence, each with its span of the source.

    The phonemes are only symbols of the model's vocabulary. Text without such phonemes is added to
    *losses*.
    """
    words: list[Word] = []
    for start, end, own, latin in _runs(sentence.text, language, readers, losses, line):
        reader = readers(own)
        if latin:
            said = " ".join(w.phonemes for w in _read(latin, (), reader, line, losses))
            found = [Word(sentence.text[start:end], said, origin="letters")] if said else []
        else:
            inside = [r for r in readings if start <= r.start and r.end <= end]
            fixed = [f for r in inside if (f := _fixed(r, start, sentence.text, reader))]
            found = _read(sentence.text[start:end], fixed, reader, line, losses)
        for word in _placed(_spaced(found), sentence, start, end):
            _append(words, _checked(word, reader, line, losses))
    return words


def _fixed(reading: Reading, offset: int, text: str, reader: Reader) -> Fixed | None:
    choose = reading.choose
    if choose is None:
        if not isinstance(reader, ContextReader):
            return None
        phonemes = reader.spelled(text[reading.start : reading.end].replace(" ", ""))
        if not phonemes:
            return None
        choose = _always(phonemes)
    return Fixed(reading.start - offset, reading.end - offset, choose, reading.origin)


def _always(phonemes: str) -> Callable[[str], str | None]:
    return lambda tag: phonemes


def _read(
    text: str, fixed: Sequence[Fixed], reader: Reader, line: int, losses: Losses
) -> list[Word]:
    """Return the reader's words; if it fails, the words that it can read one by one."""
    try:
        if isinstance(reader, ContextReader):
            return reader.words_with(text, fixed)
        return _around(text, fixed, reader)
    except KokoroError:
        raise  # Something is not installed; other text would fail too.
    except Exception as error:  # A reader's libraries may raise anything for odd input.
        if " " not in text:
            losses.add(text, line, f"its reader failed: {type(error).__name__}: {error}")
            return []  # A word without phonemes would be reported again.
        parts = [_read(part, (), reader, line, losses) for part in text.split(" ")]
        return [w for part in parts for w in _spaced(part)]


def _spaced(words: list[Word]) -> list[Word]:
    """Return the words with a space after the last one."""
    return [*words[:-1], replace(words[-1], space=True)] if words else []


def _around(text: str, fixed: Sequence[Fixed], reader: Reader) -> list[Word]:
    """Return the words of a reader that takes no fixed phonemes; these are put between them."""
    words: list[Word] = []
    done = 0
    for each in fixed:
        phonemes = each.choose("")
        if phonemes is None:
            continue
        words += _unspaced(reader, text[done : each.start])
        space = text[each.end : each.end + 1].isspace() or each.end >= len(text)
        words.append(Word(text[each.start : each.end], phonemes, space, origin=each.origin))
        done = each.end
    return words + _unspaced(reader, text[done:])


def _unspaced(reader: Reader, text: str) -> list[Word]:
    """Return the reader's words; a space follows the last only if the text ends with one."""
    words = reader.words(text) if text.strip() else []
    if words:
        words[-1] = replace(words[-1], space=text[-1].isspace())
    return words


def _placed(words: list[Word], sentence: Mapped, start: int, end: int) -> Iterator[Word]:
    """Yield the words with their spans of the source, found by their order in the text."""
    place = start
    for word in words:
        first = place
        for number, piece in enumerate(word.text.split()):
            found = _find(piece, sentence.text, place, end)
            if found:
                first = found[0] if number == 0 else first
                place = found[1]
        while first < place and sentence.text[first].isspace():
            first += 1
        span = sentence.span(first, max(first, place))
        yield replace(word, start=span[0], end=span[1])


_MARKS_AROUND = re.compile(r"\A[^\w]*|[^\w]*\Z")


def _find(piece: str, text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the span of a word; a mark may differ in the text, as the danda for "."."""
    found = text.find(piece, start, end)
    if found >= 0:
        return found, found + len(piece)
    while start < end and text[start].isspace():
        start += 1
    core = _MARKS_AROUND.sub("", piece)
    found = text.find(core, start, end)
    if found < 0:
        return None
    marks = len(piece) - len(core) - piece.find(core)
    stop = found + len(core)
    while marks and stop < end and not (text[stop].isalnum() or text[stop].isspace()):
        stop, marks = stop + 1, marks - 1
    return found, stop


def _append(words: list[Word], word: Word) -> None:
    """Add the word; if it has no phonemes, its text is added to the word before it."""
    if words and not word.phonemes:
        last = words[-1]
        text = last.text + " " * last.space + word.text
        words[-1] = replace(
            last, text=text, space=last.space or word.space, end=max(last.end, word.end)
        )
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
    elif silent := [c for c in word.text if _may_be_dropped(c) and _is_silent(reader, c)]:
        losses.add(word.text, line, f"no pronunciation found for {''.join(silent)!r}")
    return replace(word, phonemes=phonemes)


def _runs(
    text: str,
    language: Language,
    readers: Callable[[Language], Reader],
    losses: Losses,
    line: int,
) -> Iterator[tuple[int, int, Language, str]]:
    """Yield the parts of the text: start, end, the language that reads them, "".

    Words in another script go to the language of that script. If there is none, or it is not
    installed, they are a loss: espeak would name their letters ("Chinese letter"), which is not
    what was written, and some of them crash the process. If they can be written with Latin letters,
    these are the last value, to be read in their place.
    """
    done = 0
    for start, end, other in _foreign(text, language):
        if text[done:start].strip():
            yield done, start, language, ""
        reason = f"{language.name} has no reading for this script"
        if other:
            try:
                readers(other)
                yield start, end, other, ""
            except FeatureNotInstalledError as error:
                other, reason = None, error.message
        if not other:
            latin = romanised(text[start:end])
            if latin:
                reason = f"{reason}, so it is read as {latin!r}"
                yield start, end, language, latin
            losses.add(text[start:end], line, reason)
        done = end
    if text[done:].strip():
        yield done, len(text), language, ""


def _foreign(text: str, language: Language) -> list[tuple[int, int, Language | None]]:
    """Return the runs of letters in scripts that the language's reader can't read."""
    if text.isascii():
        return []
    known = (*language.scripts, *_EVERYWHERE)
    runs: list[tuple[int, int]] = []
    joins = False
    for i, character in enumerate(text):
        script = _script(character)
        if not script:
            joins = joins and not character.isalpha()
            continue
        if script not in known:
            start = runs.pop()[0] if joins else i
            runs.append((start, i + 1))
        joins = script not in known
    return [(start, end, _language_of(text[start:end])) for start, end in runs]


def _language_of(text: str) -> Language | None:
    """Return the language of a script; Han with kana in the same text is Japanese."""
    script = _script(text[0])
    if script == "CJK" and not _KANA.search(text):
        return LANGUAGES["z"]
    return next((each for each in LANGUAGES.values() if script in each.scripts), None)


def _script(character: str) -> str:
    """Return the script of a letter or a vowel sign; "" for other characters."""
    if character.isascii() or unicodedata.category(character)[0] not in "LM":
        return ""
    name = _LETTER_NAME.match(unicodedata.name(character, ""))
    if name is None:
        return ""
    return "CJK" if name[1] == "IDEOGRAPHIC" else name[1]  # 々 repeats the character before it.


def _is_speech(text: str) -> bool:
    """Whether a reader would say something here: letters, digits, symbols, but not marks."""
    return any(unicodedata.category(c)[0] in "LN" or _is_symbol(c) for c in text)


def _is_symbol(character: str) -> bool:
    return character in "#^" or unicodedata.category(character) in ("So", "Sm", "Sc", "No")


def _may_be_dropped(character: str) -> bool:
    """Whether a reader may drop it within words: a symbol, or a letter that few know."""
    rare = _RARE_LETTER.match(character) and character.isalpha()
    return _is_symbol(character) or bool(rare)


@cache
def _is_silent(reader: Reader, symbol: str) -> bool:
    """Whether the reader says nothing for a symbol; it then drops it within words too."""
    return not any(word.phonemes for word in _read(symbol, (), reader, 0, Losses()))
