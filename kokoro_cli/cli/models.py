"""``kokoro models``: what is installed, and fetching and checking it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kokoro_cli import install
from kokoro_cli.assets.store import Store, sha256
from kokoro_cli.cli.voices import VoiceRow, voice_row
from kokoro_cli.engines import Measurement
from kokoro_cli.errors import AssetError
from kokoro_cli.install import Notify
from kokoro_cli.voices.catalogue import catalogue, find_voice


@dataclass(frozen=True, slots=True)
class ModelRow:
    label: str
    origin: str
    folder: str
    checkpoint_sha256: str


@dataclass(frozen=True, slots=True)
class ModelsReport:
    """What ``kokoro models list`` tells."""

    cache: str
    model: ModelRow | None
    measurements: list[Measurement]
    voices: list[VoiceRow]


def list_models(store: Store) -> ModelsReport:
    model = install.installed_model(store)
    row = None
    if model:
        row = ModelRow(model.label, model.origin, str(model.folder), model.digest)
    voices = [voice_row(voice, store) for voice in catalogue().values()]
    return ModelsReport(str(store.cache), row, install.measurements(store), voices)


def pull(store: Store, voices: list[str], notify: Notify, *, force: bool) -> ModelsReport:
    """Install the model and the voices, measure the engines once, and list what is here."""
    install.install(store, [find_voice(name) for name in voices], notify=notify, force=force)
    return list_models(store)


def verify(store: Store, notify: Notify) -> None:
    """Hash every installed file; AssetError that names those which are not what they were."""
    bad: list[Path] = []
    model = install.installed_model(store)
    if model is None:
        raise install.no_model()
    bad += [model.folder / name for name in install.verify_model(model)]
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
            hint=f"Fetch them again with: kokoro models pull --force {voices}".strip(),
        )
    notify(f"All {checked} files are what they should be. Model: {model.label}.")
