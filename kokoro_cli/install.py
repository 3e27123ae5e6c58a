"""Install the model: find a checkpoint, make the graphs from it, measure what is fastest here.

An installed model is a folder with the checkpoint, the two graphs and ``model.json``, which says
where the checkpoint came from and what each file's checksum is. It is made under another name and
renamed when it is whole, so it is there or it is not.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from kokoro_cli.assets.manifest import Asset, model_asset, voice_asset
from kokoro_cli.assets.store import Store, sha256
from kokoro_cli.engines import (
    CHECKPOINT,
    DECODER_GRAPH,
    DURATION_GRAPH,
    ENGINES,
    Measurement,
)
from kokoro_cli.errors import AssetError, KokoroError
from kokoro_cli.voices.catalogue import DEFAULT_VOICE, Voice, catalogue, find_voice

PUBLISHED = "published"
REBUILT = "rebuilt"
# In the order of preference.
_ORIGINS = (PUBLISHED, REBUILT)

_FILES = (CHECKPOINT, DURATION_GRAPH, DECODER_GRAPH)
_MEASUREMENTS = "speed.json"
_UNFINISHED = ".new-"

Say = Callable[[str], None]
"""Called with a line that tells what goes on."""


@dataclass(frozen=True, slots=True)
class InstalledModel:
    folder: Path
    origin: str
    """"published": the authors' fp32 checkpoint. "rebuilt": made from the int8 export."""
    files: dict[str, str]
    """sha256 of each file."""

    @property
    def label(self) -> str:
        if self.origin == REBUILT:
            return "Kokoro-82M v1.0 (rebuilt from the int8 export)"
        return "Kokoro-82M v1.0"

    @property
    def digest(self) -> str:
        """Checksum of the checkpoint, which names the model."""
        return self.files[CHECKPOINT]


def installed_model(store: Store) -> InstalledModel | None:
    """Return the model that is installed, or None; nothing is fetched or hashed."""
    for origin in _ORIGINS:
        folder = _models(store) / origin
        record = folder / "model.json"
        if record.is_file() and all((folder / name).is_file() for name in _FILES):
            return InstalledModel(folder, origin, json.loads(record.read_text())["files"])
    return None


def install_model(store: Store, say: Say, *, force: bool = False) -> InstalledModel:
    """Return the installed model, and install it first where there is none.

    Takes a minute or less behind the download. AssetError where no source has a checkpoint.
    """
    model = None if force else installed_model(store)
    if model:
        return model
    with store.locked():
        model = None if force else installed_model(store)
        if model:
            return model
        _models(store).mkdir(parents=True, exist_ok=True)
        for left_behind in _models(store).glob(f"{_UNFINISHED}*"):
            shutil.rmtree(left_behind)  # By a process that was killed: the lock is ours now.
        with tempfile.TemporaryDirectory(dir=_models(store), prefix=_UNFINISHED) as temporary:
            return _build(store, Path(temporary) / "model", say)


def _models(store: Store) -> Path:
    return store.cache / "models"


def _build(store: Store, new: Path, say: Say) -> InstalledModel:
    new.mkdir()
    origin = _make_checkpoint(store, new / CHECKPOINT, say)
    say("Exporting the model for onnxruntime …")
    from kokoro_cli.engines.export import export_graphs

    export_graphs(new / CHECKPOINT, new / DURATION_GRAPH, new / DECODER_GRAPH)
    files = {name: sha256(new / name) for name in _FILES}
    (new / "model.json").write_text(json.dumps({"origin": origin, "files": files}, indent=2))
    final = _models(store) / origin
    if final.exists():  # --force, or an incomplete one.
        shutil.move(final, new.parent / "old")
    new.replace(final)
    return InstalledModel(final, origin, files)


def _make_checkpoint(store: Store, target: Path, say: Say) -> str:
    checkpoint = model_asset("checkpoint")
    try:
        source = store.get(checkpoint, "downloads")
    except AssetError as published_error:
        try:
            graph = store.get(model_asset("int8-graph"), "downloads")
        except AssetError as error:
            raise AssetError(
                f"{published_error.message}\n{error.message}", hint=error.hint
            ) from error
        say("The published checkpoint is out of reach; rebuilding it from the int8 export …")
        from kokoro_cli.engines.checkpoint import rebuild_checkpoint

        rebuild_checkpoint(graph, target)
        _drop_download(store, graph)
        return REBUILT
    shutil.copyfile(source, target)
    _drop_download(store, source)
    return PUBLISHED


def _drop_download(store: Store, path: Path) -> None:
    """Remove what is now part of the installed model; never a file of the user's folder."""
    if path.parent == store.cache / "downloads":
        path.unlink()


def verify_model(model: InstalledModel) -> list[str]:
    """Return the names of the model's files whose checksum is not what it was."""
    return [name for name, digest in model.files.items() if sha256(model.folder / name) != digest]


def install_voice(store: Store, name: str, *, force: bool = False) -> Path:
    """Return the path of the voice's pack, fetched and checked where it is not here yet."""
    voice = find_voice(name)
    others = [_asset(v) for v in catalogue().values() if v != voice]
    return store.get(_asset(voice), "voices", companions=others, force=force)


def find_installed_voice(store: Store, name: str) -> Path | None:
    return store.find(_asset(find_voice(name)), "voices")


def _asset(voice: Voice) -> Asset:
    return voice_asset(voice.name, voice.sha256)


def measure(store: Store, say: Say) -> list[Measurement]:
    """Measure each engine on this machine in a process of its own, and keep the figures.

    An engine that can't run here is told of and left out.
    """
    model = install_model(store, say)
    voice = install_voice(store, DEFAULT_VOICE)
    measurements = []
    say("Measuring which engine is fastest here …")
    for engine in ENGINES:
        command = [
            sys.executable,
            "-m",
            "kokoro_cli.measure",
            engine,
            str(model.folder),
            str(voice),
        ]
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode:
            last = (result.stderr.strip().splitlines() or ["no reason given"])[-1]
            say(f"The engine {engine} does not run here: {last}")
            continue
        measurements += [Measurement(**entry) for entry in json.loads(result.stdout)]
    if not measurements:
        raise KokoroError("No engine runs on this machine.", hint="Install the program again.")
    record = {"machine": _machine(), "measurements": [asdict(m) for m in measurements]}
    temporary = store.cache / f".{_MEASUREMENTS}.{os.getpid()}"
    temporary.write_text(json.dumps(record, indent=2))
    temporary.replace(store.cache / _MEASUREMENTS)
    return measurements


def measurements(store: Store) -> list[Measurement]:
    """Return what was measured on this machine as it is now; nothing where it has changed."""
    try:
        record = json.loads((store.cache / _MEASUREMENTS).read_text())
        if record["machine"] == _machine():
            return [Measurement(**entry) for entry in record["measurements"]]
    except (OSError, ValueError, KeyError, TypeError):
        pass  # Never measured, or by another version of this program: measure again.
    return []


def _machine() -> dict[str, object]:
    """What the figures depend on, as far as it can be told without importing an engine."""
    versions = {}
    for package in ("torch", "onnxruntime", "kokoro"):
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "none"
    return {"processors": os.cpu_count(), **versions}
