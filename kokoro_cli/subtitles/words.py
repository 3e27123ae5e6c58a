"""Words as text that every format can show, and their widths."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace

from kokoro_cli.types import TimedWord


def flat(text: str) -> str:
    """Return the text on one line, single spaces, no soft hyphens, no control characters."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    text = text.replace("\xad", "")
    visible = (c for c in text if c.isspace() or unicodedata.category(c) != "Cc")
    return " ".join("".join(visible).split())


def flat_words(words: Iterable[TimedWord]) -> list[TimedWord]:
    """Return the words with flat text; words without visible text are left out.

    White space at either end of a word becomes the space before or after it.
    """
    found: list[TimedWord] = []
    for word in words:
        text = flat(word.text)
        if found and not found[-1].space and word.text[:1].isspace():
            found[-1] = replace(found[-1], space=True)
        if text:
            space = word.space or word.text[-1].isspace()
            found.append(TimedWord(text, word.start, word.end, space))
    return found


def text_of(words: Iterable[TimedWord]) -> str:
    return "".join(word.text + " " * word.space for word in words).strip()


def width(text: str) -> int:
    """Return the width in columns: two for a full-width character, none for a combining one."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if is_wide(character) else 1


def pieces(word: TimedWord, columns: int) -> list[TimedWord]:
    """Cut a word that is wider than a line, such as a long address, into parts that fit.

    Cuts are at spaces, and at full lines in parts without spaces. Each part gets the word's time in
    proportion to its width.
    """
    if width(word.text) <= columns:
        return [word]
    texts = [
        (text, i + 1 == len(parts))
        for parts in ([*_full_lines(part, columns)] for part in word.text.split())
        for i, text in enumerate(parts)
    ]
    total = sum(width(text) for text, _ in texts)
    found: list[TimedWord] = []
    done, start = 0, word.start
    for text, space in texts:
        done += width(text)
        end = word.start + (word.end - word.start) * done // total
        found.append(TimedWord(text, start, end, space))
        start = end
    return [*found[:-1], replace(found[-1], space=word.space)]


def _full_lines(text: str, columns: int) -> Iterator[str]:
    """Yield the text in parts of at most *columns*; joined characters, as in an emoji or with an
    accent, stay together."""
    line, taken, joined = "", 0, False
    for character in text:
        more = _columns(character)
        if taken + more > columns and more and not joined and not _is_skin(character):
            yield line
            line, taken = "", 0
        line += character
        taken += more
        joined = character == "\u200d"
    yield line


def _is_skin(character: str) -> bool:
    return "\U0001f3fb" <= character <= "\U0001f3ff"
