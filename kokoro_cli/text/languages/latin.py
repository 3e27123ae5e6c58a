"""Latin words in Hindi, Japanese and Chinese text, which the English reader reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property, lru_cache

from kokoro_cli.errors import FeatureNotInstalledError
from kokoro_cli.text.languages import LANGUAGES, Reader, load_reader
from kokoro_cli.types import Word

LATIN = "A-Za-z\u00c0-\u024f\u1e00-\u1eff"
"""Latin letters, for a character class."""

_SEGMENT = re.compile(f"[{LATIN}][{LATIN}'-]*|[^{LATIN}]+")


def split_latin(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the runs of the text, each with whether it is a Latin word."""
    for run in _SEGMENT.findall(text):
        if run.strip():
            yield run, bool(re.match(f"[{LATIN}]", run))


class LatinWords:
    """Reads Latin words as American English; that reader is loaded at the first word."""

    @cached_property
    def _reader(self) -> Reader:
        return load_reader(LANGUAGES["a"])

    def __init__(self) -> None:
        # Each word is read by itself, which takes as long as a short sentence.
        self._known = lru_cache(maxsize=20_000)(self._read)

    def words(self, text: str) -> list[Word]:
        return list(self._known(text))

    def _read(self, text: str) -> list[Word]:
        words = self._reader.words(text)
        return [*words[:-1], replace(words[-1], space=True)] if words else []


def not_installed(name: str, extra: str, error: ImportError) -> FeatureNotInstalledError:
    return FeatureNotInstalledError(
        f"Reading {name} needs packages that are not installed ({error.name}).",
        hint=f"In the folder of this program's source: pip install '.[{extra}]'",
    )
