"""Names of outputs: valid on every system, and all different."""

from __future__ import annotations

import re
import unicodedata

# Characters that Windows forbids in a name, path separators, and invisible characters.
_FORBIDDEN = re.compile(
    r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\u2028\u2029\ufeff\u200b-\u200f\u202a-\u202e]+'
)
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(?=\.|$)", re.IGNORECASE
)
_SPACES = re.compile(r"\s+")

_LONGEST_BYTES = 110
"""File systems allow 255; the rest is for a chapter's title, a number, an ending and a suffix."""


def safe_name(text: str, instead: str = "untitled", *, longest: int = _LONGEST_BYTES) -> str:
    """Return a file name without ending that is valid on every system; *longest* is in bytes."""
    name = _SPACES.sub(" ", unicodedata.normalize("NFC", text))
    name = _FORBIDDEN.sub(" ", name.encode("utf-8", "replace").decode("utf-8"))
    name = _shortened(_SPACES.sub(" ", name).strip(" ."), longest)
    if _RESERVED.match(name):
        name = f"_{name}"
    return name or instead


def _shortened(name: str, longest: int) -> str:
    if len(name.encode("utf-8")) <= longest:
        return name
    name = name.encode("utf-8")[:longest].decode("utf-8", "ignore")
    while name and unicodedata.combining(name[-1]):
        name = name[:-1]
    return name.rstrip(" .")


class Names:
    """Gives out each name once; a repeated name gets a number: "notes", "notes 2"."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str], int] = {}

    def take(self, folder: str, name: str) -> str:
        """Return the name, with a number added if it is already used in this folder.

        Names that differ only in case count as the same: on some systems they are one file.
        """
        found = name
        while _key(folder, found) in self._numbers:
            self._numbers[_key(folder, name)] += 1
            found = f"{name} {self._numbers[_key(folder, name)]}"
        self._numbers[_key(folder, found)] = 1
        return found


def _key(folder: str, name: str) -> tuple[str, str]:
    return (
        unicodedata.normalize("NFC", folder).casefold(),
        unicodedata.normalize("NFC", name).casefold(),
    )
