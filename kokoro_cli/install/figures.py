"""The figures that are kept of this machine: how fast each engine spoke, and what a sweep found.

Each engine on each device has observations of two kinds. Some were measured: all engines in turns,
on an equally busy machine. Others were learned from runs, and only the last ones are kept. The
figure is the best of both: a busy machine slows an engine down, and nothing speeds it up. So a bad
figure is corrected by the next good run, a learned figure that was too good fades, and busy hours
never displace what was measured.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TypeGuard

from kokoro_cli.assets.store import Store
from kokoro_cli.checksum import State
from kokoro_cli.engines import (
    ENGINES,
    Measurement,
    Tuning,
    installed_version,
    packages,
    refusal,
)
from kokoro_cli.files import read_regular, write_whole
from kokoro_cli.kokoro82m import MAX_PHONEMES
from kokoro_cli.types import EngineChoice

KEPT = 5
"""Learned observations of an engine on a device that count; older ones are dropped."""

_MEASURED = 2
"""Measured observations of an engine on a device that count; older ones are dropped."""

LEAST_SECONDS = 2.0
"""A run that spoke less says too little about the engine's speed."""

_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""Raised for content that is not what this version writes."""

_MEASUREMENTS = "speed.json"
_TUNING = "tuning.json"


@dataclass(frozen=True, slots=True)
class _Record:
    """What speed.json holds."""

    measured: tuple[Measurement, ...] = ()
    """In turns with the others, the latest last; each counts as one run."""
    learned: tuple[Measurement, ...] = ()
    """From runs, the latest last; each counts as one run."""
    settled: tuple[str, str] | None = None
    """Engine and device that the last long job settled on."""


def measurements(store: Store) -> list[Measurement]:
    """Return the figures of each engine on this machine as it is now; none if it has changed.

    Engines that no longer run here are left out, see `refusals`.
    """
    return [each for each in _figures(store) if not refusal(each.engine)]


def refusals(store: Store) -> dict[str, str]:
    """Return the engines that were measured here and no longer run, with the reasons."""
    reasons = {each.engine: refusal(each.engine) for each in _figures(store)}
    return {engine: reason for engine, reason in reasons.items() if reason}


def _figures(store: Store) -> list[Measurement]:
    best: dict[tuple[str, str], Measurement] = {}
    record = _read(store)
    for each in (*record.measured, *record.learned):
        place = each.engine, each.device
        known = best.get(place, replace(each, runs=0))
        best[place] = Measurement(
            *place,
            min(known.real_time_factor, each.real_time_factor),
            min(known.load_seconds, each.load_seconds),
            known.runs + 1,
        )
    return list(best.values())


def settled(store: Store) -> tuple[str, str] | None:
    """Return the engine and device that the last long job settled on; None if there was none."""
    return _read(store).settled


def replace_measurements(store: Store, measured: Iterable[Measurement]) -> None:
    """Keep these figures as the only ones; OSError if they can't be written."""
    _write(store, _Record(tuple(measured)))


def add_measurements(
    store: Store, measured: Iterable[Measurement], *, without: Iterable[str] = ()
) -> None:
    """Add these to what was measured, and forget the engines *without*.

    A cache that can't be written is no error.
    """
    record, gone = _read(store), set(without)
    kept = [each for each in record.measured if each.engine not in gone]
    learned = [each for each in record.learned if each.engine not in gone]
    new = replace(record, measured=(*kept, *measured), learned=tuple(learned))
    _try_to_write(store, new)


def settle_on(store: Store, choice: EngineChoice) -> None:
    """Keep what a long job settled on. A cache that can't be written is no error."""
    record = _read(store)
    place = choice.engine, choice.device
    if record.settled != place:
        _try_to_write(store, replace(record, settled=place))


def learn(
    store: Store,
    choice: EngineChoice,
    *,
    load_seconds: float,
    audio_seconds: float,
    work_seconds: float,
) -> None:
    """Add what a run has shown of its engine to the observations, if it spoke enough to count.

    Give the times of a run that made one call at a time: *work_seconds* are those that the engine
    took for *audio_seconds* of speech. `Metered` adds them up. *choice* names the device, not
    "auto".

    It never fails: a cache that can't be written is no error, and two runs that end at the same
    time lose an observation at most. Nothing is added before the engines have been measured here:
    a figure is of use only beside those of the others.
    """
    times = load_seconds, audio_seconds, work_seconds
    if choice.device == "auto" or not all(map(_is_time, times)) or audio_seconds < LEAST_SECONDS:
        return
    record = _read(store)
    if record.measured:
        factor = work_seconds / audio_seconds
        seen = Measurement(choice.engine, choice.device, factor, load_seconds)
        _try_to_write(store, replace(record, learned=(*record.learned, seen)))


def save_tuning(store: Store, tuning: Tuning) -> Path:
    """Keep what `kokoro bench --sweep` found best; return where."""
    record = {"machine": this_machine(), "tuning": asdict(tuning)}
    _replace(store.cache / _TUNING, record)
    return store.cache / _TUNING


def _replace(path: Path, content: Mapping[str, object]) -> None:
    """Write a file of figures; a damaged one is put aside. OSError if that fails."""
    if path.exists() and _state(path) == "damaged":
        path.replace(path.with_name(f"{path.name}.damaged"))
    write_whole(path, json.dumps(content, indent=2).encode())


def saved_tuning(store: Store) -> Tuning | None:
    """Return what was found best on this machine as it is now; None if nothing was."""
    try:
        record = json.loads(read_regular(store.cache / _TUNING))
        tuning = Tuning(**record["tuning"])
        return tuning if record["machine"] == this_machine() and _is_possible(tuning) else None
    except (OSError, *_UNREADABLE):
        return None  # Never swept, damaged, or by another version of this program.


_MOST_WORKERS, _MOST_THREADS = 1024, 256


def _is_possible(tuning: Tuning) -> bool:
    return (
        isinstance(tuning.engine, str)
        and tuning.engine in ENGINES
        and tuning.device in ENGINES[tuning.engine].devices
        and _is_count(tuning.threads, 0, _MOST_THREADS)
        and _is_count(tuning.workers, 1, _MOST_WORKERS)
        and _is_count(tuning.max_phonemes, 1, MAX_PHONEMES)
    )


def _is_count(value: object, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most


def survey_figures(store: Store) -> Iterator[tuple[Path, State]]:
    """Yield the path and state of each file of figures that there is."""
    for path in (store.cache / _MEASUREMENTS, store.cache / _TUNING):
        if path.exists():
            yield path, _state(path)


def _state(path: Path) -> State:
    try:
        content = json.loads(read_regular(path))
        return "whole" if isinstance(content["machine"], dict) else "foreign"
    except (LookupError, TypeError):
        return "foreign"
    except (OSError, ValueError, RecursionError):
        return "damaged"


def this_machine() -> dict[str, object]:
    """Return what the figures depend on, as far as it is known without importing an engine."""
    versions = {package: installed_version(package) for package in packages()}
    return {"processors": os.cpu_count(), **{name: v for name, v in versions.items() if v}}


def _read(store: Store) -> _Record:
    """Return the record of this machine as it is now; an empty one if there is none."""
    try:
        record = json.loads(read_regular(store.cache / _MEASUREMENTS))
        if record["machine"] != this_machine():
            return _Record()
        measured = tuple(_observations(record["measurements"]))
        learned = tuple(_observations(record.get("learned", ())))
        settled = record.get("settled")
        return _Record(measured, learned, (str(settled[0]), str(settled[1])) if settled else None)
    except (OSError, *_UNREADABLE):
        return _Record()  # Never measured, damaged, or by another version: measure again.


def _observations(entries: Iterable[dict[str, object]]) -> Iterator[Measurement]:
    """Yield what is known of this version's engines; ValueError if it is no figure."""
    for entry in entries:
        factor, load = entry["real_time_factor"], entry["load_seconds"]
        if not (_is_time(factor) and _is_time(load)):
            raise ValueError("not a figure")
        engine, device = str(entry["engine"]), str(entry["device"])
        if engine in ENGINES and device in ENGINES[engine].devices:
            yield Measurement(engine, device, factor, load)


_LEAST_TIME, _MOST_TIME = 1e-6, 1e6


def _is_time(value: object) -> TypeGuard[float]:
    """Whether it is a number of seconds, or of seconds a second, that a machine can take."""
    number = isinstance(value, float | int) and not isinstance(value, bool)
    return number and _LEAST_TIME <= value <= _MOST_TIME  # type: ignore[operator]


def _try_to_write(store: Store, record: _Record) -> None:
    with suppress(OSError):
        _write(store, record)


def _write(store: Store, record: _Record) -> None:
    """Write the record with the observations that count; OSError if it can't be written."""
    content = {
        "machine": this_machine(),
        "measurements": _entries(record.measured, _MEASURED),
        "learned": _entries(record.learned, KEPT),
        "settled": record.settled,
    }
    _replace(store.cache / _MEASUREMENTS, content)


def _entries(observations: Sequence[Measurement], most: int) -> list[dict[str, object]]:
    """Return the last *most* observations of each engine and device."""
    left: dict[tuple[str, str], int] = {}
    kept = []
    for each in reversed(observations):
        place = each.engine, each.device
        left[place] = left.get(place, most) - 1
        if left[place] >= 0:
            kept.append(each)
    return [
        {
            "engine": each.engine,
            "device": each.device,
            "real_time_factor": each.real_time_factor,
            "load_seconds": each.load_seconds,
        }
        for each in reversed(kept)
    ]
