"""All voices: the model's 54, and the user's own."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kokoro_cli.errors import AssetError, UsageError
from kokoro_cli.files import write_whole
from kokoro_cli.voices.blend import ALIASES, Blend, parse_blend
from kokoro_cli.voices.catalogue import DEFAULT, Voice, catalogue, find_voice, no_such_voice

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_SUFFIX = ".safetensors"

if TYPE_CHECKING:
    from kokoro_cli.voices.formats import VoiceFile


@dataclass(frozen=True, slots=True)
class VoiceBook:
    own: Path
    """The folder with the user's own voices; it may be missing."""

    def names(self) -> list[str]:
        """Return all names, the user's own last; no file is opened."""
        return [*catalogue(), *self.own_names()]

    def own_names(self) -> list[str]:
        found = (path.stem for path in self.own.glob(f"*{_SUFFIX}") if path.is_file())
        return sorted(name for name in found if _NAME.fullmatch(name) and not _is_models(name))

    def voices(self) -> tuple[list[Voice], list[str]]:
        """Return all voices, and a message for each damaged file of the user's own."""
        found, damaged = list(catalogue().values()), []
        for name in self.own_names():
            try:
                found.append(self._read(name))
            except (AssetError, UsageError) as error:
                damaged.append(f"{error.message} Remove it with: kokoro voices remove {name}")
        return found, damaged

    def find(self, name: str) -> Voice:
        """Return the voice, or raise AssetError with the most similar names."""
        if name == DEFAULT or name in catalogue():
            return find_voice(name)
        if name in self.own_names():
            return self._read(name)
        raise no_such_voice(name, self.names())

    def blend(self, text: str) -> Blend:
        """Return the blend, or the single voice, that a text names; raises as `parse_blend`."""
        return parse_blend(text, lambda name: self.find(name).name)

    def leader(self, text: str) -> Voice:
        """Return the voice of a blend that decides the language."""
        return self.find(self.blend(text).leader)

    def parts(self, texts: Iterable[str]) -> list[Voice]:
        """Return all voices in these voices and blends, each once."""
        names = dict.fromkeys(name for text in texts for name in self.blend(text).voices)
        return [self.find(name) for name in names]

    def keep(self, name: str, file: VoiceFile, *, force: bool = False) -> Voice:
        """Save a voice among the user's own, and return it.

        UsageError if the name is invalid, or if it is taken and *force* is false.
        """
        from kokoro_cli.voices.formats import check_rows, to_safetensors

        path = self._path(self._own_name(name))
        taken = UsageError(
            f"There is a voice {name} already.",
            hint="Choose another name, or use force to overwrite it.",
        )
        if os.path.lexists(path) and not force:
            raise taken
        check_rows(file.rows, name)
        try:
            write_whole(path, to_safetensors(file), replace=force)
        except FileExistsError as error:  # Another process kept one meanwhile.
            raise taken from error
        except OSError as error:
            raise AssetError(
                f"{path} could not be written: {error.strerror}.",
                hint="Set KOKORO_VOICES to another folder.",
            ) from error
        return self._read(name)

    def remove(self, names: Iterable[str]) -> None:
        """Delete voices of the user's own; if any name is not one of these, delete none."""
        paths = [self._path(self._own_name(name)) for name in names]
        for path in paths:
            if not os.path.lexists(path):
                raise no_such_voice(path.stem, self.own_names())
        for path in paths:
            try:
                path.unlink(missing_ok=True)  # A name may be given twice.
            except OSError as error:
                raise AssetError(
                    f"{path} could not be removed: {error.strerror}.",
                    hint="Delete the file yourself.",
                ) from error

    def _own_name(self, name: str) -> str:
        if _is_models(name):
            raise UsageError(f"{name} is a voice of the model.", hint="Choose another name.")
        if not _NAME.fullmatch(name):
            raise UsageError(
                f"{name!r} can't be a voice's name.",
                hint="Use up to 64 of a-z, 0-9, _ and -, with a letter first, as in my_voice.",
            )
        return name

    def _path(self, name: str) -> Path:
        return self.own / f"{name}{_SUFFIX}"

    def _read(self, name: str) -> Voice:
        from kokoro_cli.voices.formats import read_voice_file

        path = self._path(name)
        file = read_voice_file(path)
        return Voice(
            name=name,
            language=file.notes.get("language", "a"),
            gender=file.notes.get("gender"),
            grade=None,
            sha256=hashlib.sha256(file.rows.tobytes()).hexdigest(),
            path=path,
            made_of=file.notes.get("made_of"),
        )


def _is_models(name: str) -> bool:
    return name in (*catalogue(), *ALIASES, DEFAULT)
