"""Names of outputs: safe on every system, and never two alike."""

from __future__ import annotations

import re
import unicodedata

# What Windows does not take in a name, and what would be another folder or a hidden file.
_FORBIDDEN = re.compile(
    r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\u2028\u2029\ufeff\u200b-\u200f\u202a-\u202e]+'
)
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)", re.IGNORECASE)
_SPACES = re.compile(r"\s+")

_LONGEST_BYTES = 150
"""File systems take 255; an ending, a number and the mark of an unfinished file come to it."""


def safe_name(text: str, instead: str = "untitled") -> str:
    """Return a file's name, without its ending, that every system takes."""
    name = _SPACES.sub(" ", unicodedata.normalize("NFC", text))
    name = _FORBIDDEN.sub(" ", name.encode("utf-8", "replace").decode("utf-8"))
    name = _shortened(_SPACES.sub(" ", name).strip(" ."))
    if _RESERVED.match(name):
        name = f"_{name}"
    return name or instead


def _shortened(name: str) -> str:
    if len(name.encode("utf-8")) <= _LONGEST_BYTES:
        return name
    name = name.encode("utf-8")[:_LONGEST_BYTES].decode("utf-8", "ignore")
    while name and unicodedata.combining(name[-1]):
        name = name[:-1]
    return name.rstrip(" .")


class Names:
    """Hands out each name once; a second one alike gets a number: "notes", "notes 2"."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str], int] = {}

    def take(self, folder: str, name: str) -> str:
        """Return the name, or one with a number where it is taken in this folder.

        Two names that differ in case alone are alike: on some systems they are one file.
        """
        found = name
        while (folder.casefold(), found.casefold()) in self._numbers:
            key = folder.casefold(), name.casefold()
            self._numbers[key] += 1
            found = f"{name} {self._numbers[key]}"
        self._numbers[folder.casefold(), found.casefold()] = 1
        return found
