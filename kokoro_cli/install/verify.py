"""Check that what is installed is still what it was."""

from __future__ import annotations

from pathlib import Path

from kokoro_cli.assets.store import Store, sha256
from kokoro_cli.errors import AssetError
from kokoro_cli.install.model import installed_model, no_model, verify_model
from kokoro_cli.voices.catalogue import catalogue


def verify(store: Store) -> str:
    """Hash every installed file; return a line with the result.

    AssetError if no model is installed, or with the names of the files that have changed.
    """
    model = installed_model(store)
    if model is None:
        raise no_model()
    bad: list[Path] = [model.folder / name for name in verify_model(model)]
    checked = len(model.files)
    for voice in catalogue().values():
        path = store.cache / "voices" / f"{voice.name}.bin"
        if path.is_file():
            checked += 1
            if sha256(path) != voice.sha256:
                bad.append(path)
    if bad:
        voices = " ".join(path.stem for path in bad if path.suffix == ".bin")
        raise AssetError(
            f"{len(bad)} of {checked} files are damaged: {', '.join(map(str, bad))}.",
            hint=f"Fetch them again with `force`: kokoro models pull {voices}".strip(),
        )
    return f"All {checked} files are as they were installed. Model: {model.label}."
