"""What the readers of Japanese and Chinese share: Latin words between their own."""

from __future__ import annotations

from dataclasses import replace

from kokoro_cli.errors import FeatureNotInstalledError
from kokoro_cli.text.languages import LANGUAGES, Reader, load_reader
from kokoro_cli.types import Word


class LatinWords:
    """Reads them as American English, which is loaded when the first one comes."""

    def __init__(self) -> None:
        self._reader: Reader | None = None

    def words(self, text: str) -> list[Word]:
        if self._reader is None:
            self._reader = load_reader(LANGUAGES["a"])
        words = self._reader.words(text)
        return [*words[:-1], replace(words[-1], space=True)] if words else []


def not_installed(name: str, extra: str, error: ImportError) -> FeatureNotInstalledError:
    return FeatureNotInstalledError(
        f"Reading {name} needs packages that are not installed ({error.name}).",
        hint=f"In the folder of this program's source: pip install '.[{extra}]'",
    )
