"""misaki's word lists, looked into where they lie.

They are JSON with a line for each word, in order, 180,000 of them. A text has a hundred or a few
thousand, and to read all the others takes longer than to speak a short sentence.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

# CRC-32 of the files of misaki 0.9.4, which are in order: each word in a line of its own, sorted
# by code points, in ASCII and without escapes.
_IN_ORDER = {0xE8CB5B5D, 0x36E250BC, 0xA43E0E89, 0x9CADE342}

_ENTRY = b'\n  "'
"""What each word begins with; what stands inside of a word's value is indented further."""

# Answers that are kept for words that come again.
_REMEMBERED = 1 << 16


class WordList(Protocol):
    """What misaki asks of its dictionaries: phonemes, or phonemes by tag."""

    def __contains__(self, word: object) -> bool: ...

    def __getitem__(self, word: str) -> Any: ...

    def get(self, word: str) -> Any: ...


def load_words(file: Path, grow: Callable[[Mapping[str, Any]], dict[str, Any]]) -> WordList:
    """Return the words of a file, with those that *grow*, misaki's own function, adds to them."""
    data = file.read_bytes()
    if zlib.crc32(data) in _IN_ORDER:
        return SortedWords(data)
    return grow(json.loads(data))


class SortedWords:
    """The words of a file in order, found by halving, in either capitalisation as misaki has it.

    A word in lower case is there capitalised too, and a capitalised one in lower case, unless it
    has an entry of its own.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.get = lru_cache(_REMEMBERED)(self._get)

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self.get(word) is not None

    def __getitem__(self, word: str) -> Any:
        value = self.get(word)
        if value is None:
            raise KeyError(word)
        return value

    def _get(self, word: str) -> Any:
        if not word.isascii():
            return None
        value = self._find(word)
        if value is None and len(word) > 1:
            lower, capitalised = word.lower(), word.capitalize()
            if lower != capitalised and word in (lower, capitalised):
                value = self._find(capitalised if word == lower else lower)
        return value

    def _find(self, word: str) -> Any:
        """Return the value of the entry that begins between *low* and *high*, which close in."""
        wanted = word.encode()
        data = self._data
        low, high = 0, len(data)
        while low < high:
            middle = (low + high) // 2
            start = data.find(_ENTRY, middle, high + len(_ENTRY) - 1)
            if start < 0:
                high = middle
                continue
            begin = start + len(_ENTRY)
            end = data.index(b'"', begin)
            found = data[begin:end]
            if found == wanted:
                return self._value(end + len(b'": '))
            if found < wanted:
                low = start + 1
            else:
                high = middle
        return None

    def _value(self, start: int) -> Any:
        end = self._data.find(_ENTRY, start)
        if end < 0:
            end = self._data.rindex(b"}")
        return json.loads(self._data[start:end].rstrip(b",\n"))
