"""What an engine keeps in the model's folder to load sooner: files, with a record of each."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kokoro_cli.checksum import FileRecord, RecordError, changed_files, read_records, write_records
from kokoro_cli.errors import AssetError
from kokoro_cli.files import UNFINISHED, temporary_folder

PREPARED = "prepared-"
"""How the folders' names begin."""

RECORD = "files.json"

_LOCK = ".preparing.lock"

_DIGITS = 16
"""Of the checksum in a folder's name."""


def prepared_folders(model: Path) -> list[Path]:
    """Return the folders of prepared files, those of other versions of an engine too."""
    return sorted(path for path in model.glob(f"{PREPARED}*") if path.is_dir())


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A folder of files that are made from the model's, and loaded in their place."""

    model: Path
    files: tuple[str, ...]
    """The files that have to be there; there may be more."""
    identity: str
    """What the files depend on, besides the model. Those of another identity are replaced."""
    kind: str = ""
    """Begins the folder's name; a model has one folder of each kind."""

    @property
    def folder(self) -> Path:
        """The folder, which may not exist."""
        digest = hashlib.sha256(self.identity.encode()).hexdigest()[:_DIGITS]
        return self.model / f"{PREPARED}{self.kind}{digest}"

    def is_there(self) -> bool:
        """Whether the files are there as they were written; False if they were never made.

        AssetError if one was changed or is gone.
        """
        record = self.folder / RECORD
        if not record.exists():  # Never prepared, or by an older version.
            return False
        try:
            _, known = read_records(record)
            bad = [name for name in self.files if name not in known] or changed_files(record)
        except (OSError, RecordError):
            bad = [RECORD]
        if bad:
            raise AssetError(
                f"{self.folder / bad[0]} is damaged: it is not what was written there.",
                hint="Mend it with: kokoro models verify `repair`",
            )
        return True

    def make(self, fill: Callable[[Path], None]) -> None:
        """Have *fill* write the files into a new folder, unless they are there and whole.

        One process at a time does so; the others wait, then find the files. What *fill* leaves
        beside the folder is removed. OSError if the files can't be written.
        """
        if self._is_whole():
            return
        from filelock import FileLock

        # Beside the model: its folder may be replaced as a whole.
        with FileLock(self.model.parent / _LOCK, is_singleton=True):
            if not self._is_whole():
                self._make(fill)

    def _is_whole(self) -> bool:
        with suppress(AssetError):  # Damaged files are made anew.
            return self.is_there()
        return False

    def _make(self, fill: Callable[[Path], None]) -> None:
        for abandoned in self.model.glob(f"{UNFINISHED}*"):  # By a process that was killed.
            shutil.rmtree(abandoned, ignore_errors=True)
        with temporary_folder(self.model) as temporary:
            new = temporary / "new"
            new.mkdir()
            fill(new)
            write_records(new / RECORD, {path.name: FileRecord.of(path) for path in new.iterdir()})
            # From another version, or damaged.
            for old in self.model.glob(f"{PREPARED}{self.kind}{'[0-9a-f]' * _DIGITS}"):
                _remove(old)
            new.replace(self.folder)
