"""The 54 voices by name, from the catalogue in the repository's ``voices/`` folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kokoro_cli.errors import AssetError

DEFAULT_VOICE = "af_heart"
DEFAULT = "default"
"""The name that selects DEFAULT_VOICE."""

GRADES = ("A", "A-", "B+", "B", "B-", "C+", "C", "C-", "D+", "D", "D-", "F+", "F")
"""The model authors' grades, best first."""


@dataclass(frozen=True, slots=True)
class Voice:
    name: str
    language: str
    """The language's letter; see ``kokoro_cli.text.languages``."""
    gender: str | None
    grade: str | None
    """The authors' overall grade, from A to F; None if they gave none."""
    sha256: str
    """Of the voice pack as raw float32."""
    path: Path | None = None
    """The file of a user's own voice; None for the model's."""
    made_of: str | None = None
    """The blend or file that a user's own voice was made from."""

    @property
    def rank(self) -> int:
        """Index of the grade in GRADES; one past the last if there is no grade."""
        return GRADES.index(self.grade) if self.grade else len(GRADES)


@cache
def catalogue() -> dict[str, Voice]:
    """Return the voices by name, in alphabetical order."""
    package = Path(__file__).parent
    # A wheel has the file in this folder; a checkout has it in the top-level folder voices/.
    installed, checkout = package / "catalogue.json", package.parents[1] / "voices/catalogue.json"
    path = installed if installed.exists() else checkout
    entries = json.loads(path.read_text(encoding="utf-8"))
    return {entry["name"]: Voice(**entry) for entry in entries}


def find_voice(name: str) -> Voice:
    """Return a voice of the model, or raise AssetError with the most similar names."""
    voices = catalogue()
    wanted = DEFAULT_VOICE if name == DEFAULT else name
    if wanted not in voices:
        raise no_such_voice(name, list(voices))
    return voices[wanted]


def no_such_voice(name: str, names: Sequence[str]) -> AssetError:
    """Return the error for a voice that is not among the names, with similar ones in its hint."""
    import difflib

    wanted = name.lower()
    near = [n for n in names if n.partition("_")[2] == wanted]
    near += difflib.get_close_matches(wanted, names, n=3, cutoff=0.6)
    hint = f"kokoro voices shows them all; the default is {DEFAULT_VOICE}."
    if near:
        hint = f"Did you mean {' or '.join(dict.fromkeys(near))}?"
    return AssetError(f"There is no voice {name!r}.", hint=hint)
