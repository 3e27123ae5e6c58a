"""Find the files that a command's arguments name, in the order a reader expects."""

from __future__ import annotations

import glob
import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kokoro_cli.documents.kinds import known_suffixes
from kokoro_cli.errors import KokoroError, UsageError

PIPE = "-"

_DIGITS = re.compile(r"(\d{1,18})")


@dataclass(frozen=True, slots=True)
class Source:
    """One input: a file, or standard input."""

    path: Path | None
    """None for standard input."""
    folder: Path = Path()
    """Its folder, relative to the folder that was named: the outputs repeat it."""

    def __str__(self) -> str:
        return str(self.path) if self.path else "standard input"

    @property
    def stem(self) -> str:
        """Its name without suffix, as a title; unprintable characters become question marks."""
        if self.path is None:
            return "speech"
        # The bytes of a name may be no valid text, and tags have to be.
        return "".join(char if char.isprintable() else "?" for char in self.path.stem)


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that could not be read, or an output that could not be made, and the reason."""

    name: str
    error: KokoroError


def find_sources(
    arguments: Iterable[str], *, recursive: bool
) -> tuple[list[Source], list[Failure]]:
    """Return the files that the arguments name, each once, and the arguments that name none.

    An argument is a file, a folder, a glob pattern that the shell did not expand, or "-". A folder
    stands for its texts and books; *recursive* includes those of its subfolders.
    """
    found: list[Source] = []
    failures: list[Failure] = []
    for argument in arguments:
        try:
            found += _sources(argument, recursive=recursive)
        except KokoroError as error:
            failures.append(Failure(argument, error))
    once: dict[str, Source] = {}
    for source in found:
        once.setdefault(os.path.realpath(source.path) if source.path else PIPE, source)
    return list(once.values()), failures


def natural_key(name: str) -> tuple[list[tuple[int, int | str]], str]:
    """Return a key that sorts "chapter 2" before "chapter 10"."""
    parts = [part for part in _DIGITS.split(name.casefold()) if part]
    return [(0, int(part)) if part.isdecimal() else (1, part) for part in parts], name


def _sources(argument: str, *, recursive: bool) -> list[Source]:
    path = Path(argument)
    if not argument:
        raise UsageError("An input is empty.", hint="Name a file, or . for this folder.")
    if argument == PIPE:
        return [Source(None)]
    if path.is_dir():
        return _in_folder(path, recursive=recursive)
    if glob.has_magic(argument) and not path.exists():
        return _matching(argument, recursive=recursive)
    return [Source(path)]


def _matching(pattern: str, *, recursive: bool) -> list[Source]:
    """Return the files that match; with *recursive*, also the files in matching folders."""
    # Path.glob does not accept absolute patterns.
    names = sorted(glob.glob(pattern, recursive=True), key=natural_key)  # noqa: PTH207
    found: list[Source] = []
    for path in map(Path, names):
        if not path.is_dir():
            found.append(Source(path))
        elif recursive:
            found += _in_folder(path, recursive=True)
    if not found:
        raise UsageError(f"No file matches {pattern}.", hint="Check the pattern.")
    return found


def _in_folder(folder: Path, *, recursive: bool) -> list[Source]:
    found = [Source(path, path.parent.relative_to(folder)) for path in _walk(folder, recursive)]
    if not found:
        raise UsageError(
            f"There is no text in the folder {folder}.",
            hint=f"These endings are read: {', '.join(known_suffixes())}."
            + ("" if recursive else " Subfolders are read only in a recursive search."),
        )
    return found


def _walk(folder: Path, recursive: bool) -> Iterator[Path]:
    """Yield the readable files in a folder; visit each folder once, even if links form a loop.

    Pipes, sockets and devices are passed over, as ``grep -r`` does: a pipe would wait for ever.
    """
    suffixes = frozenset(known_suffixes())
    seen: set[str] = set()
    stack = [folder]
    while stack:
        here = stack.pop()
        real = os.path.realpath(here)
        if real in seen:
            continue
        seen.add(real)
        try:
            entries = sorted(os.scandir(here), key=lambda entry: natural_key(entry.name))
        except OSError as error:
            raise KokoroError(f"The folder {here} can't be read: {error.strerror}.") from error
        shown = [entry for entry in entries if not entry.name.startswith(".")]
        folders = [here / entry.name for entry in shown if (here / entry.name).is_dir()]
        for entry in shown:
            path = here / entry.name
            # A dangling link is included; the error is reported when it is read.
            if path.suffix.lower() in suffixes and path not in folders and not _is_special(path):
                yield path
        if recursive:
            stack += reversed(folders)


def _is_special(path: Path) -> bool:
    try:
        kind = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(kind) or stat.S_ISDIR(kind))
