"""The 54 voices by name, from the catalogue in the repository's ``voices/`` folder."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kokoro_cli.errors import AssetError

DEFAULT_VOICE = "af_heart"
DEFAULT = "default"
"""The name that stands for it."""

GRADES = ("A", "A-", "B+", "B", "B-", "C+", "C", "C-", "D+", "D", "D-", "F+", "F")
"""The authors' grades, the best first."""


@dataclass(frozen=True, slots=True)
class Voice:
    name: str
    language: str
    """The letter of its language; see ``kokoro_cli.text.languages``."""
    gender: str | None
    grade: str | None
    """The authors' overall grade, from A to F; None where they gave none."""
    sha256: str
    """Of the voice pack as raw float32."""
    path: Path | None = None
    """Its file, where it is one of the user's own."""
    made_of: str | None = None
    """The blend or the file that the user made it of."""

    @property
    def rank(self) -> int:
        """Its grade's place, counted from 0; the last where it has none."""
        return GRADES.index(self.grade) if self.grade else len(GRADES)


@cache
def catalogue() -> dict[str, Voice]:
    """Return the voices by name, in alphabetical order."""
    package = Path(__file__).parent
    # A wheel has the file beside this one; a checkout has it in its own top-level folder.
    installed, checkout = package / "catalogue.json", package.parents[1] / "voices/catalogue.json"
    path = installed if installed.exists() else checkout
    entries = json.loads(path.read_text(encoding="utf-8"))
    return {entry["name"]: Voice(**entry) for entry in entries}


def find_voice(name: str) -> Voice:
    """Return a voice of the model's; AssetError with the names that come nearest for others."""
    voices = catalogue()
    wanted = DEFAULT_VOICE if name == DEFAULT else name
    if wanted not in voices:
        raise no_such_voice(name, list(voices))
    return voices[wanted]


def no_such_voice(name: str, names: Sequence[str]) -> AssetError:
    """Return the error that tells of a voice that is not among the names."""
    wanted = name.lower()
    near = [n for n in names if n.partition("_")[2] == wanted]
    near += difflib.get_close_matches(wanted, names, n=3, cutoff=0.6)
    hint = f"kokoro voices shows them all; the default is {DEFAULT_VOICE}."
    if near:
        hint = f"Did you mean {' or '.join(dict.fromkeys(near))}?"
    return AssetError(f"There is no voice {name!r}.", hint=hint)
