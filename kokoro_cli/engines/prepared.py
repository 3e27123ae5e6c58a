"""What an engine keeps in the model's folder to load sooner: files, with a record of each."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kokoro_cli.checksum import FileRecord, RecordError, changed_files, read_records, write_records
from kokoro_cli.errors import AssetError

PREPARED = "prepared-"
"""How the folders' names begin."""

RECORD = "files.json"


def prepared_folders(model: Path) -> list[Path]:
    """Return the folders of prepared files, those of other versions of an engine too."""
    return sorted(path for path in model.glob(f"{PREPARED}*") if path.is_dir())


def keep_records(folder: Path) -> None:
    """Record all files in the folder; OSError if that can't be written."""
    write_records(folder / RECORD, {path.name: FileRecord.of(path) for path in folder.iterdir()})


def is_prepared(folder: Path, needed: Iterable[str]) -> bool:
    """Whether the folder has the needed files as they were written; False if it has no records.

    AssetError if a file was changed or is gone.
    """
    record = folder / RECORD
    if not record.exists():  # Never prepared, or by an older version.
        return False
    try:
        _, known = read_records(record)
        bad = [name for name in needed if name not in known] or changed_files(record)
    except (OSError, RecordError):
        bad = [RECORD]
    if bad:
        raise AssetError(
            f"{folder / bad[0]} is damaged: it is not what was written there.",
            hint="Mend it with: kokoro models verify `repair`",
        )
    return True
