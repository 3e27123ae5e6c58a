"""Look up words in misaki's word lists without parsing the whole lists.

They are JSON files with 180,000 words, one a line, sorted. A text has a hundred or a few thousand
different words. Parsing all the others takes longer than speaking a short sentence.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

# CRC-32 of the files of misaki 0.9.4. These have one word a line, sorted by code points, in ASCII
# and without escapes.
_IN_ORDER = {0xE8CB5B5D, 0x36E250BC, 0xA43E0E89, 0x9CADE342}

_ENTRY = b'\n  "'
"""The start of each word's line; lines inside a word's value are indented further."""

# Number of cached lookups.
_REMEMBERED = 1 << 16


class WordList(Protocol):
    """The part of a dict that misaki uses; values are phonemes, or phonemes by tag."""

    def __contains__(self, word: object) -> bool: ...

    def __getitem__(self, word: str) -> Any: ...

    def get(self, word: str) -> Any: ...


def load_words(file: Path, grow: Callable[[Mapping[str, Any]], dict[str, Any]]) -> WordList:
    """Return the words of a file, with the forms that *grow*, misaki's function, adds."""
    data = file.read_bytes()
    if zlib.crc32(data) in _IN_ORDER:
        return SortedWords(data)
    return grow(json.loads(data))


class SortedWords:
    """The words of a sorted file, found by binary search.

    As in misaki, a word in lower case is also found capitalised, and a capitalised word in lower
    case, unless that form has an entry of its own.
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
        """Return the value of a word's entry, found by binary search; None if there is none."""
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
