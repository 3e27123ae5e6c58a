"""Clean the text and cut it into paragraphs; say nothing differently from how it is written.

Reading numbers, dates and abbreviations as a person would is the language's work.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from kokoro_cli.types import Paragraph

# Characters that no reader sees: zero-width ones, soft hyphens, byte-order and direction marks.
# The zero-width joiners shape Devanagari and emoji and are not heard either.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufe0f]")

# Control characters but for the line ends, and what is not a character at all.
_CONTROL = re.compile("[\x00-\x09\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")

# What colours a terminal's text.
_ESCAPE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")

_LINE_END = re.compile("\r\n?|[\x0c\x85\u2028\u2029]")

# An apostrophe that was typeset, not a closing quote. misaki reads "wasn’t" as "was".
_CURLY_APOSTROPHE = re.compile(r"(?<=\w)[’ʼ＇](?=\w)")

# No G2P speaks a "word" of hundreds of letters whole (espeak stops at 160 bytes without a word),
# and the longest that is spoken anywhere is shorter than this.
_LONG_WORD = re.compile(r"[^\s\u3000-\u9fff\uff00-\uffef]{61,}")
_PIECE = 50

# Nobody reads sextillions; a run like this is an account's or a serial number.
_LONG_NUMBER = re.compile(r"\d{16,}")


def paragraphs(text: str, *, first_line: int = 1) -> Iterator[Paragraph]:
    """Yield the paragraphs of *text*: runs of lines between blank ones, as one line each."""
    lines: list[str] = []
    start = first_line
    for number, line in enumerate(_LINE_END.sub("\n", text).split("\n"), first_line):
        cleaned = _clean(line)
        if cleaned:
            if not lines:
                start = number
            lines.append(cleaned)
        elif lines:
            yield Paragraph(_join(lines), start)
            lines = []
    if lines:
        yield Paragraph(_join(lines), start)


def _clean(line: str) -> str:
    line = _CONTROL.sub(" ", _INVISIBLE.sub("", _ESCAPE.sub("", line)))
    line = _CURLY_APOSTROPHE.sub("'", unicodedata.normalize("NFC", line))
    return " ".join(line.split())


def _join(lines: list[str]) -> str:
    """Join a paragraph's lines with spaces, and break words that are too long for any G2P."""
    text = _LONG_NUMBER.sub(lambda match: " ".join(match[0]), " ".join(lines))
    return _LONG_WORD.sub(lambda match: _break(match[0]), text)


def _break(word: str) -> str:
    pieces = []
    while len(word) > _PIECE:
        # Behind the last punctuation where there is one ("https://…/a/b"), else anywhere.
        end = max((i + 1 for i in range(_PIECE) if not word[i].isalnum()), default=_PIECE)
        end = end if end > _PIECE // 4 else _PIECE
        pieces.append(word[:end])
        word = word[end:]
    return " ".join([*pieces, word])
