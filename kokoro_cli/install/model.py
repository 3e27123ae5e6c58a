"""The installed model: a folder with the checkpoint, the two graphs and ``model.json``.

``model.json`` says where the checkpoint came from, and holds a record of each file (`checksum`).
The folder is made under another name and renamed when it is whole, so it is there or it is not.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kokoro_cli.assets.manifest import model_asset
from kokoro_cli.assets.store import DownloadBrokeOffError, Store, forget
from kokoro_cli.checksum import (
    FileRecord,
    RecordError,
    changed_files,
    read_records,
    sha256,
    write_records,
)
from kokoro_cli.child import Child, ProcessError
from kokoro_cli.engines import CHECKPOINT, DECODER_GRAPH, DURATION_GRAPH
from kokoro_cli.errors import AssetError, ExitCode, KokoroError
from kokoro_cli.files import UNFINISHED, temporary_folder

PUBLISHED = "published"
REBUILT = "rebuilt"
# In the order of preference.
_ORIGINS = (PUBLISHED, REBUILT)

_FILES = (CHECKPOINT, DURATION_GRAPH, DECODER_GRAPH)
_DOWNLOADS = "downloads"
_RECORD = "model.json"
_BUILD = "kokoro_cli.install.build"
"""The module that makes the files that need PyTorch. It runs in a process of its own."""

Notify = Callable[[str], None]
"""Called with a line that says what is being done."""


@dataclass(frozen=True, slots=True)
class InstalledModel:
    folder: Path
    origin: str
    """"published": the authors' fp32 checkpoint. "rebuilt": made from the int8 export."""
    files: dict[str, str]
    """sha256 of each file."""
    installation: str = ""
    """Another one each time that files are made or mended, so that nothing that damaged files
    spoke is taken for what these speak."""

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


def require_model(store: Store) -> InstalledModel:
    """Return the model that is installed; AssetError if there is none, or a file was changed."""
    model = installed_model(store)
    if model is None:
        raise no_model()
    check_untouched(model)
    return model


def no_model() -> AssetError:
    return AssetError("No model is installed.", hint="Get it with: kokoro models pull")


def check_untouched(model: InstalledModel) -> None:
    """Raise AssetError if a file was changed since it was installed; see `changed_files`."""
    try:
        bad = changed_files(model.folder / _RECORD)
    except (OSError, RecordError):
        bad = [_RECORD]
    if bad:
        raise AssetError(
            f"{model.folder / bad[0]} is not what was installed: it was changed or is gone.",
            hint="Mend it with: kokoro models verify `repair`",
        )


def verify_model(model: InstalledModel) -> list[str]:
    """Hash the model's files; return the names of those that are not what they were."""
    return [name for name, digest in model.files.items() if not _has(model.folder / name, digest)]


def _has(path: Path, digest: str) -> bool:
    try:
        return sha256(path) == digest
    except OSError:
        return False


def install_model(store: Store, notify: Notify, *, force: bool = False) -> InstalledModel:
    """Return the installed model, and install it first if there is none.

    Takes a minute or less after the download. AssetError if no source has a checkpoint,
    KokoroError if the graphs can't be made.
    """
    model = None if force else installed_model(store)
    if model:
        return model
    with store.locked():
        model = None if force else installed_model(store)
        if model:
            return model
        _models(store).mkdir(parents=True, exist_ok=True)
        for damaged in damaged_folders(store):
            notify(f"{damaged} is damaged, and is installed again …")
        with _new_folder(store) as new:
            return _install(store, new, notify, force=force)


def damaged_folders(store: Store) -> list[Path]:
    """Return the folders of models that are not whole, or from another version of this program."""
    there = [origin for origin in _ORIGINS if (_models(store) / origin).exists()]
    return [_models(store) / origin for origin in there if _read_model(store, origin) is None]


def mend_model(store: Store, model: InstalledModel, notify: Notify) -> InstalledModel:
    """Make the damaged files of a model again and return it; raises as `install_model`.

    The checkpoint is fetched again if it is damaged; the graphs are made from it.
    """
    bad = verify_model(model)
    if CHECKPOINT in bad:
        return install_model(store, notify, force=True)
    with store.locked(), _new_folder(store) as new:
        new.mkdir()
        shutil.copyfile(model.folder / CHECKPOINT, new / CHECKPOINT)
        _build(notify, new)
        return _put(store, model.origin, new)


def renew_installation(model: InstalledModel) -> None:
    """Note that something beside the model's files was mended, see `InstalledModel`."""
    content, records = read_records(model.folder / _RECORD)
    write_records(model.folder / _RECORD, records, content | {"installation": _new_name()})


def _new_name() -> str:
    return secrets.token_hex(8)


@contextmanager
def _new_folder(store: Store) -> Iterator[Path]:
    """Yield the path of a folder to make a model in; the store's lock has to be held."""
    for left_behind in _models(store).glob(f"{UNFINISHED}*"):
        shutil.rmtree(left_behind)  # By a process that was killed: the lock is ours now.
    with temporary_folder(_models(store)) as temporary:
        yield temporary / "model"


def _models(store: Store) -> Path:
    return store.cache / "models"


def _read_model(store: Store, origin: str) -> InstalledModel | None:
    folder = _models(store) / origin
    try:
        content, records = read_records(folder / _RECORD)
        files = {name: records[name].sha256 for name in _FILES}
    except (OSError, RecordError, KeyError):
        return None  # Not there, or not whole: it is installed anew.
    if not all((folder / name).is_file() for name in _FILES):
        return None
    return InstalledModel(folder, origin, files, str(content.get("installation", "")))


def _install(store: Store, new: Path, notify: Notify, *, force: bool) -> InstalledModel:
    """Make the model in the folder *new*, and put it where it belongs when it is whole."""
    new.mkdir()
    origin, download = _fetch(store, notify, force=force)
    if origin == PUBLISHED:
        shutil.copyfile(download, new / CHECKPOINT)
        _build(notify, new)
    else:
        _build(notify, new, download)
    model = _put(store, origin, new)
    if download.parent == store.cache / _DOWNLOADS:  # Never a file of the user's folder.
        forget(download)
    _drop_others(store, origin)
    return model


def _put(store: Store, origin: str, new: Path) -> InstalledModel:
    """Record the files of a model in the folder *new*, and put it where it belongs."""
    records = {name: FileRecord.of(new / name) for name in _FILES}
    more = {"origin": origin, "installation": _new_name()}
    write_records(new / _RECORD, records, more)
    final = _models(store) / origin
    if final.exists():  # It is replaced by force, or is not whole.
        shutil.move(final, new.parent / "old")
    new.replace(final)
    model = _read_model(store, origin)
    assert model is not None
    return model


def _fetch(store: Store, notify: Notify, *, force: bool) -> tuple[str, Path]:
    """Return the origin of the checkpoint, and the file to make it from."""
    try:
        return PUBLISHED, store.get(model_asset("checkpoint"), _DOWNLOADS, force=force)
    except DownloadBrokeOffError:
        raise  # The hub is there: the published checkpoint can be had.
    except AssetError as published_error:
        try:
            graph = store.get(model_asset("int8-graph"), _DOWNLOADS, force=force)
        except AssetError as error:
            first, *more = published_error.lines
            raise AssetError(first, hint=error.hint, more=[*more, *error.lines]) from error
        notify("The published checkpoint is out of reach; the int8 export takes its place.")
        return REBUILT, graph


def _build(notify: Notify, *paths: Path) -> None:
    """Make the files that need PyTorch, in a process that ends with this call at the latest."""
    try:
        with Child(_BUILD, *map(str, paths)) as child:
            for answer in child.answers():
                if isinstance(answer, dict):
                    raise ProcessError(answer["error"], answer["code"])
                notify(answer)
    except ProcessError as error:
        kind = AssetError if error.code == ExitCode.MISSING else KokoroError
        raise kind(
            f"The model could not be made: {error}",
            hint="Try again with: kokoro models pull",
        ) from error


def _drop_others(store: Store, origin: str) -> None:
    """Remove a rebuilt model when the published one has come, and a damaged one in any case."""
    for other in _ORIGINS:
        folder = _models(store) / other
        if other == origin or not folder.exists():
            continue
        model = _read_model(store, other)
        if origin == PUBLISHED or model is None or verify_model(model):
            shutil.rmtree(folder)
