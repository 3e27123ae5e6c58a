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
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from kokoro_cli.assets.manifest import Asset, model_asset, voice_asset
from kokoro_cli.assets.store import DownloadBrokeOffError, Store, sha256
from kokoro_cli.engines import (
    CHECKPOINT,
    DECODER_GRAPH,
    DURATION_GRAPH,
    ENGINES,
    Measurement,
    Tuning,
    packages,
)
from kokoro_cli.errors import AssetError, KokoroError
from kokoro_cli.files import UNFINISHED, write_whole
from kokoro_cli.voices.catalogue import DEFAULT_VOICE, Voice, catalogue, find_voice

PUBLISHED = "published"
REBUILT = "rebuilt"
# In the order of preference.
_ORIGINS = (PUBLISHED, REBUILT)

_FILES = (CHECKPOINT, DURATION_GRAPH, DECODER_GRAPH)
_MEASUREMENTS = "speed.json"
_TUNING = "tuning.json"
_DOWNLOADS = "downloads"
_RECORD = "model.json"

Say = Callable[[str], None]
"""Called with a line that tells what goes on."""


@dataclass(frozen=True, slots=True)
class InstalledModel:
    folder: Path
    origin: str
    """"published": the authors' fp32 checkpoint. "rebuilt": made from the int8 export."""
    files: dict[str, str]
    """sha256 of each file."""
    written: dict[str, int]
    """When each file was written, in nanoseconds since 1970."""

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
    models = (_read_model(store, origin) for origin in _ORIGINS)
    return next((model for model in models if model), None)


def _read_model(store: Store, origin: str) -> InstalledModel | None:
    folder = _models(store) / origin
    try:
        recorded = json.loads((folder / _RECORD).read_text(encoding="utf-8"))["files"]
        files = {name: str(recorded[name]["sha256"]) for name in _FILES}
        written = {name: int(recorded[name]["written"]) for name in _FILES}
    except (OSError, ValueError, KeyError, TypeError):
        return None  # Not there, or not whole: it is installed anew.
    if not all((folder / name).is_file() for name in _FILES):
        return None
    return InstalledModel(folder, origin, files, written)


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
        for left_behind in _models(store).glob(f"{UNFINISHED}*"):
            shutil.rmtree(left_behind)  # By a process that was killed: the lock is ours now.
        with tempfile.TemporaryDirectory(dir=_models(store), prefix=UNFINISHED) as temporary:
            return _build(store, Path(temporary) / "model", say, force=force)


def _models(store: Store) -> Path:
    return store.cache / "models"


def _build(store: Store, new: Path, say: Say, *, force: bool) -> InstalledModel:
    new.mkdir()
    origin, download = _make_checkpoint(store, new / CHECKPOINT, say, force=force)
    say("Exporting the model for onnxruntime …")
    from kokoro_cli.engines.export import export_graphs

    export_graphs(new / CHECKPOINT, new / DURATION_GRAPH, new / DECODER_GRAPH)
    files = {
        name: {"sha256": sha256(new / name), "written": (new / name).stat().st_mtime_ns}
        for name in _FILES
    }
    (new / _RECORD).write_text(json.dumps({"origin": origin, "files": files}, indent=2))
    final = _models(store) / origin
    if final.exists():  # --force, or an incomplete one.
        shutil.move(final, new.parent / "old")
    new.replace(final)
    if download.parent == store.cache / _DOWNLOADS:  # Never a file of the user's folder.
        download.unlink()
    _drop_others(store, origin)
    model = _read_model(store, origin)
    assert model is not None
    return model


def _drop_others(store: Store, origin: str) -> None:
    """Remove a rebuilt model when the published one has come, and a damaged one in any case."""
    for other in _ORIGINS:
        folder = _models(store) / other
        if other == origin or not folder.exists():
            continue
        model = _read_model(store, other)
        if origin == PUBLISHED or model is None or verify_model(model):
            shutil.rmtree(folder)


def _make_checkpoint(store: Store, target: Path, say: Say, *, force: bool) -> tuple[str, Path]:
    """Write the checkpoint; return its origin, and the file that it was made from."""
    try:
        source = store.get(model_asset("checkpoint"), _DOWNLOADS, force=force)
    except DownloadBrokeOffError:
        raise  # The hub is there: the published checkpoint can be had.
    except AssetError as published_error:
        try:
            source = store.get(model_asset("int8-graph"), _DOWNLOADS, force=force)
        except AssetError as error:
            raise AssetError(
                f"{published_error.message}\n{error.message}", hint=error.hint
            ) from error
        say("The published checkpoint is out of reach; rebuilding it from the int8 export …")
        from kokoro_cli.engines.checkpoint import rebuild_checkpoint

        rebuild_checkpoint(source, target)
        return REBUILT, source
    shutil.copyfile(source, target)
    return PUBLISHED, source


def check_untouched(model: InstalledModel) -> None:
    """Raise AssetError if a file was changed since it was installed.

    A file is hashed only where the time of its last change is another, so this costs nothing.
    """
    for name, written in model.written.items():
        path = model.folder / name
        if path.stat().st_mtime_ns != written and sha256(path) != model.files[name]:
            raise AssetError(
                f"{path} is not what was installed: its sha256 is another.",
                hint="Install the model again with: kokoro models pull --force",
            )


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
    write_whole(store.cache / _MEASUREMENTS, json.dumps(record, indent=2).encode())
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


def save_tuning(store: Store, tuning: Tuning) -> Path:
    """Keep what `kokoro bench --sweep` found best; return where."""
    record = {"machine": _machine(), "tuning": asdict(tuning)}
    write_whole(store.cache / _TUNING, json.dumps(record, indent=2).encode())
    return store.cache / _TUNING


def saved_tuning(store: Store) -> Tuning | None:
    """Return what was found best on this machine as it is now; None where nothing was."""
    try:
        record = json.loads((store.cache / _TUNING).read_text())
        return Tuning(**record["tuning"]) if record["machine"] == _machine() else None
    except (OSError, ValueError, KeyError, TypeError):
        return None  # Never swept, or by another version of this program.


def _machine() -> dict[str, object]:
    """What the figures depend on, as far as it can be told without importing an engine."""
    versions = {package: _version(package) for package in packages()}
    return {"processors": os.cpu_count(), **versions}


@cache  # A command asks several times, and each time it is a file to find and to read.
def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"
