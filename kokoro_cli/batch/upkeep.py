"""Check everything that this program keeps on the machine, and mend it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kokoro_cli import install
from kokoro_cli.batch.journal import Journal
from kokoro_cli.batch.store import ChunkStore
from kokoro_cli.checksum import State
from kokoro_cli.errors import AssetError
from kokoro_cli.install import Notify
from kokoro_cli.install.figures import survey_figures
from kokoro_cli.speaker.speaker import Speaker

SPOKEN = "spoken"
JOURNAL = "journal"
"""Folders of the cache."""


def verify_all(speaker: Speaker, notify: Notify, *, mend: bool) -> str:
    """Check the model, the voices, and what earlier runs kept; return a line with the result.

    With *mend* what is damaged is fetched or made again, or put out of the way. *notify* gets a
    line for everything that is damaged or from another version of this program. AssetError if
    anything stays damaged.
    """
    kept = _check_kept(speaker, notify, mend=mend)
    own = speaker.book.voices()[1]
    for problem in own:
        notify(problem)
    checked = install.repair(speaker.store, notify) if mend else install.verify(speaker.store)
    if own:
        raise AssetError(
            f"{len(own)} of your own voices are damaged.", hint="Remove them, and add them again."
        )
    if kept and not mend:
        raise AssetError(
            f"{kept} of the files that earlier runs kept are damaged.",
            hint="They are never used. Put them out of the way with: kokoro models verify `repair`",
        )
    return checked


def _check_kept(speaker: Speaker, notify: Notify, *, mend: bool) -> int:
    """Return how many files that earlier runs kept are damaged."""
    cache = speaker.store.cache
    store = ChunkStore(cache / SPOKEN, speaker.settings.store_bytes)
    number = 0
    for what, found in (
        ("kept chunks", store.survey()),
        ("records of outputs", Journal(cache / JOURNAL).survey()),
    ):
        damaged = _told(what, found, notify)
        number += len(damaged)
        if mend and damaged:
            for path in damaged:
                _remove(path)
            notify(f"Removed {len(damaged)} damaged {what}; they are made again when needed.")
    for path in _told("figures of this machine", survey_figures(speaker.store), notify):
        number += 1
        if mend:
            aside = path.with_name(f"{path.name}.damaged")
            _move(path, aside)
            notify(f"{path.name} is now {aside}. Measure again with: kokoro models pull")
    return number


def _told(what: str, found: Iterable[tuple[Path, State]], notify: Notify) -> list[Path]:
    """Tell how many files are damaged or foreign; return the damaged ones."""
    states = list(found)
    damaged = [path for path, state in states if state == "damaged"]
    foreign = [path for path, state in states if state == "foreign"]
    if damaged:
        notify(f"{len(damaged)} of {len(states)} {what} are damaged, as {damaged[0]}.")
    if foreign:
        notify(
            f"{len(foreign)} of {len(states)} {what} are from another version of this program, "
            f"as {foreign[0]}; they are left alone."
        )
    return damaged


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise _unmovable(path, error) from error


def _move(path: Path, aside: Path) -> None:
    try:
        path.replace(aside)
    except OSError as error:
        raise _unmovable(path, error) from error


def _unmovable(path: Path, error: OSError) -> AssetError:
    return AssetError(
        f"{path} is damaged and can't be removed: {error.strerror or error}.",
        hint="Delete it yourself.",
    )
