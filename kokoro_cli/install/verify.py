"""Check that what is installed is still what it was, and mend it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kokoro_cli.assets.store import Store
from kokoro_cli.checksum import RecordError, read_records, sha256
from kokoro_cli.engines import prepare_engines
from kokoro_cli.engines.prepared import RECORD, prepared_folders
from kokoro_cli.errors import AssetError, KokoroError
from kokoro_cli.install.model import (
    InstalledModel,
    Notify,
    damaged_folders,
    install_model,
    installed_model,
    mend_model,
    no_model,
    renew_installation,
    verify_model,
)
from kokoro_cli.install.voices import install_voice
from kokoro_cli.voices.catalogue import catalogue


@dataclass(frozen=True, slots=True)
class Checked:
    """What hashing every file has shown."""

    model: InstalledModel | None
    files: int
    """How many were hashed."""
    damaged_model: tuple[Path, ...]
    damaged_prepared: tuple[Path, ...]
    """Of what engines keep to load sooner."""
    damaged_voices: tuple[Path, ...]

    @property
    def damaged(self) -> list[Path]:
        return [*self.damaged_model, *self.damaged_prepared, *self.damaged_voices]


def check(store: Store) -> Checked:
    """Hash every installed file, whatever its status says."""
    model = installed_model(store)
    bad_model = list(damaged_folders(store))
    bad_prepared: list[Path] = []
    files = len(bad_model)
    if model:
        files += len(model.files)
        bad_model += [model.folder / name for name in verify_model(model)]
        for folder in prepared_folders(model.folder):
            names, bad = _prepared(folder)
            files += names
            bad_prepared += bad
    voices = list(_voices(store))
    bad_voices = [path for path, digest in voices if _is_other(path, digest)]
    files += len(voices)
    return Checked(model, files, tuple(bad_model), tuple(bad_prepared), tuple(bad_voices))


def _prepared(folder: Path) -> tuple[int, list[Path]]:
    """Return how many files are recorded, and those that have changed."""
    record = folder / RECORD
    if not record.exists():
        return 0, []  # By an older version: no engine loads them.
    try:
        known = read_records(record)[1]
    except (OSError, RecordError):
        return 1, [record]
    bad = [folder / name for name, each in known.items() if _is_other(folder / name, each.sha256)]
    return len(known), bad


def _voices(store: Store) -> Iterator[tuple[Path, str]]:
    for voice in catalogue().values():
        path = store.cache / "voices" / f"{voice.name}.bin"
        if os.path.lexists(path):
            yield path, voice.sha256


def _is_other(path: Path, digest: str) -> bool:
    try:
        return sha256(path) != digest
    except OSError:
        return True  # It is gone, or the disk can't read it.


def verify(store: Store) -> str:
    """Hash every installed file; return a line with the result.

    AssetError if no model is installed, or with the names of the files that have changed.
    """
    found = check(store)
    if found.damaged:
        names = ", ".join(map(str, found.damaged))
        raise AssetError(
            f"{len(found.damaged)} of {found.files} files are damaged: {names}.",
            hint="Mend them with: kokoro models verify `repair`",
        )
    if found.model is None:
        raise no_model()
    return f"All {found.files} files are as they were installed. Model: {found.model.label}."


def repair(store: Store, notify: Notify) -> str:
    """Make or fetch again what is damaged; return a line with the result.

    *notify* gets a line for each step. What can be mended is, also if something else can't: then
    the first error is raised at the end.
    """
    found = check(store)
    errors: list[KokoroError] = []

    def attempt(paths: tuple[Path, ...], mend: Callable[[], object]) -> None:
        if not paths:
            return
        notify(f"Damaged: {', '.join(map(str, paths))}")
        try:
            mend()
        except KokoroError as error:
            errors.append(error)

    attempt(found.damaged_model, lambda: _mend_model(store, found.model, notify))
    attempt(found.damaged_prepared, lambda: _remove_prepared(store, found.damaged_prepared))
    for path in found.damaged_voices:
        attempt((path,), lambda path=path: _mend_voice(store, path))  # type: ignore[misc]
    if model := installed_model(store):
        _prepare(model, errors)
    if errors:
        raise errors[0]
    return verify(store)


def _mend_model(store: Store, model: InstalledModel | None, notify: Notify) -> None:
    if model:
        mend_model(store, model, notify)
    else:
        install_model(store, notify)


def _mend_voice(store: Store, path: Path) -> None:
    install_voice(store, path.stem, force=True)


def _remove_prepared(store: Store, files: tuple[Path, ...]) -> None:
    """Remove the folders of damaged files: `prepare_engines` makes them anew."""
    for folder in {path.parent for path in files}:
        shutil.rmtree(folder, ignore_errors=True)  # `prepare` reports what is in its way.
    if model := installed_model(store):
        renew_installation(model)


def _prepare(model: InstalledModel, errors: list[KokoroError]) -> None:
    try:
        prepare_engines(model.folder)
    except OSError as error:
        errors.append(
            AssetError(
                f"{model.folder} can't be written: {error.strerror or error}.",
                hint="Make room or correct its permissions; until then the engines load slowly.",
            )
        )
    except KokoroError as error:
        errors.append(error)
