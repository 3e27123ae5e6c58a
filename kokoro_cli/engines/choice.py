"""Choose the engine that speaks a text soonest, by what was measured on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kokoro_cli import processor
from kokoro_cli.engines.table import ENGINES, EXACT, FAST, PRECISIONS, known_devices
from kokoro_cli.errors import UsageError
from kokoro_cli.registry import listed

if TYPE_CHECKING:
    from kokoro_cli.types import EngineChoice

USUAL_PHONEMES = 250
"""Longest chunk if nothing was swept."""

_MOST_WORKERS = 8
"""By default: each chunk that is being spoken takes half a gigabyte."""

_SENTENCE_SECONDS = 20.0
"""Speech shorter than this never waits on the CPU for an engine that is not quick to load.

290 characters of English, which few sentences exceed.
"""

_QUICK_LOAD_SECONDS = 3.0
"""A longer load time of a quick engine counts as this: the machine was busy when it was taken."""

_CLEARLY_FASTER = 1.15
"""An engine that is slow to load, or that did not speak before, must be faster by this factor.

Figures are noisy, and those of one call at a time do not show what several at once gain: a
concurrent engine is up to 11 % faster on two processors.
"""

_SURE_RUNS = 2
"""Observations that make a figure sure; noise rarely hits twice."""

_TOO_HIGH, _TOO_LOW = 3.0, 0.8
"""A doubtful figure may be so many times the true one: others at work slow an engine down, and
little makes it seem faster than it is."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """How fast an engine spoke on this machine."""

    engine: str
    device: str
    real_time_factor: float
    """Seconds of work for a second of speech."""
    load_seconds: float
    """Until it is ready in a new process, imports included."""
    runs: int = 1
    """Observations of which these figures are the best."""

    def seconds_for(self, speech_seconds: float) -> float:
        """Return the seconds until that much speech is made, in a new process."""
        return self.load_seconds + self.real_time_factor * speech_seconds


@dataclass(frozen=True, slots=True)
class Tuning:
    """What speaks a long text, and how."""

    engine: str
    device: str
    threads: int
    """Processors that a call of the engine takes; 0 is all."""
    workers: int
    """Chunks that are spoken at once."""
    max_phonemes: int
    """Longest chunk that is made where the text lets one choose."""


def usual_tuning(choice: EngineChoice, jobs: int | None = None) -> Tuning:
    """Return how a long text is spoken if nothing was swept. *jobs* are the chunks at once."""
    if ENGINES[choice.engine].concurrent:
        threads, workers = 1, min(processor.usable(), _MOST_WORKERS)
    else:
        threads, workers = 0, 1
    return Tuning(choice.engine, choice.device, threads, jobs or workers, USUAL_PHONEMES)


def fits(place: tuple[str, str], engine: str, device: str, precision: str = EXACT) -> bool:
    """Whether an engine on a device is one of those that were asked for.

    "auto" is any device, and any engine that is not of reduced precision, unless FAST is asked for.
    """
    named, on = place
    if device not in ("auto", on):
        return False
    if engine != "auto":
        return engine == named
    return precision == FAST or not _is_reduced(named)


def _is_reduced(engine: str) -> bool:
    return engine in ENGINES and ENGINES[engine].reduced


def choose(
    engine: str,
    device: str,
    measurements: list[Measurement],
    seconds: float = 60.0,
    *,
    precision: str = EXACT,
    before: tuple[str, str] | None = None,
) -> EngineChoice:
    """Decide which engine speaks and where, without importing any.

    "auto" takes what speaks *seconds* of speech soonest, loading included; those of reduced
    precision count only if the *precision* that is asked for is FAST. Speech of less than 20
    seconds never waits on the CPU for an engine that is slow to load, whatever the figures say.
    Of those that are about as fast, the engine and device that spoke *before* are taken, else one
    that is quick to load.
    UsageError for an engine, a device or a precision that is not known, or if they do not go
    together.
    """
    from kokoro_cli.types import EngineChoice  # It brings numpy, which a help text does not need.

    _check(engine, device)
    _check_precision(engine, precision)
    if "auto" not in (engine, device):
        return EngineChoice(engine, device, "as asked")
    ranked = _ranked(engine, device, measurements, seconds, precision, before)
    if not ranked:
        return EngineChoice(*_likely(engine, device))
    return EngineChoice(ranked[0].engine, ranked[0].device, _reason(ranked, seconds))


def notice(
    choice: EngineChoice, device: str, precision: str, measurements: list[Measurement]
) -> str:
    """Return a line for the user if FAST was asked for and no such engine runs here, else "".

    *device* is the one that was asked for.
    """
    if precision != FAST or _is_reduced(choice.engine):
        return ""
    if any(_is_reduced(m.engine) and device in (m.device, "auto") for m in measurements):
        return ""  # There is one, but it would not speak sooner.
    return (
        f"No engine of reduced precision was measured here (kokoro models pull does, and says why "
        f"one does not run); {choice.engine} speaks."
    )


def doubtful(
    engine: str,
    device: str,
    measurements: list[Measurement],
    seconds: float,
    precision: str = EXACT,
) -> list[Measurement]:
    """Return the figures that, measured again, could change what speaks *seconds* of speech.

    They rest on a single observation. Others are sure enough, or too far from the best to matter.
    """
    ranked = _ranked(engine, device, measurements, seconds, precision)
    if not ranked:
        return []
    best, others = ranked[0], [m for m in ranked[1:] if not _waits(m, seconds)]
    least = _cost(best, seconds)
    found = [m for m in others if m.runs < _SURE_RUNS and _cost(m, seconds) / _TOO_HIGH < least]
    if best.runs < _SURE_RUNS and any(_cost(m, seconds) < least / _TOO_LOW for m in others):
        found.insert(0, best)
    return found


def _check(engine: str, device: str) -> None:
    if engine != "auto":
        ENGINES.find(engine)
    if device == "auto":
        return
    if device not in known_devices():
        known = listed(["auto", *known_devices()])
        raise UsageError(f"Unknown device: {device!r}.", hint=f"Known are {known}.")
    if engine != "auto" and device not in ENGINES[engine].devices:
        there = [name for name, spec in ENGINES.items() if device in spec.devices]
        raise UsageError(
            f"The engine {engine} does not run on {device}.",
            hint=f"Use `engine` {listed(there, 'or')} for {device}.",
        )


def _check_precision(engine: str, precision: str) -> None:
    if precision not in PRECISIONS:
        raise UsageError(
            f"Unknown precision: {precision!r}.", hint=f"Known are {listed(PRECISIONS)}."
        )
    if precision == FAST and engine != "auto" and not _is_reduced(engine):
        reduced = [name for name, spec in ENGINES.items() if spec.reduced]
        raise UsageError(
            f"The engine {engine} has one precision.",
            hint=f"Leave `engine` out, or use {listed(reduced, 'or')}.",
        )


def _ranked(
    engine: str,
    device: str,
    measurements: list[Measurement],
    seconds: float,
    precision: str,
    before: tuple[str, str] | None = None,
) -> list[Measurement]:
    """Return the figures of what was asked for: the one to take, and then the cheapest first."""
    known = [m for m in measurements if m.engine in ENGINES]
    asked = [m for m in known if fits((m.engine, m.device), engine, device, precision)]
    if not asked:
        return []
    ordered = sorted(asked, key=lambda m: (_waits(m, seconds), _cost(m, seconds)))
    waits, most = _waits(ordered[0], seconds), _CLEARLY_FASTER * _cost(ordered[0], seconds)
    near = [m for m in ordered if _waits(m, seconds) == waits and _cost(m, seconds) <= most]
    best = min(near, key=lambda m: ((m.engine, m.device) != before, not ENGINES[m.engine].quick))
    return [best, *(m for m in ordered if m is not best)]


def _waits(measurement: Measurement, seconds: float) -> bool:
    """Whether a sentence would wait for it on the CPU."""
    slow = measurement.device == "cpu" and not ENGINES[measurement.engine].quick
    return slow and seconds < _SENTENCE_SECONDS


def _cost(measurement: Measurement, seconds: float) -> float:
    """Return what decides: the seconds that it takes, a quick engine's load time within reason."""
    load = measurement.load_seconds
    if ENGINES[measurement.engine].quick:
        load = min(load, _QUICK_LOAD_SECONDS)
    return load + measurement.real_time_factor * seconds


def _likely(engine: str, device: str) -> tuple[str, str, str]:
    """Return engine, device and reason if nothing that was asked for has been measured here."""
    if engine != "auto":
        devices = ENGINES[engine].devices
        only = devices[0] if len(devices) == 1 else "auto"
        return engine, only, "as asked; not measured on this machine"
    place = "cpu" if device == "auto" else device
    there = [spec for spec in ENGINES.values() if place in spec.devices]
    spec = next((spec for spec in there if spec.quick), there[0])
    if place != "cpu":
        return spec.name, place, "the engine that runs there"
    reason = "not measured on this machine as it is now (kokoro models pull does); fastest on most"
    return spec.name, place, f"{reason} CPUs"


def _reason(ranked: list[Measurement], seconds: float) -> str:
    """Say what decided for the first of the figures."""
    times = [m.seconds_for(seconds) for m in ranked]
    figures = ", ".join(
        f"{m.engine}{'' if m.device == 'cpu' else f' on {m.device}'} {_told(time)}"
        for m, time in zip(ranked, times, strict=True)
    )
    speech = f"{_told(seconds)} of speech"
    if len(ranked) == 1:
        return f"measured here for {speech}: {figures}"
    if times[0] == min(times):
        return f"fastest here for {speech}: {figures}"
    if seconds < _SENTENCE_SECONDS:
        return f"loads soonest, which counts for {speech}: {figures}"
    return f"nothing is clearly faster here for {speech}: {figures}"


def _told(seconds: float) -> str:
    if seconds < 120:
        number, unit = seconds, "s"
    elif seconds < 7200:
        number, unit = seconds / 60, "min"
    else:
        number, unit = seconds / 3600, "h"
    return f"{round(number, 0 if number >= 10 else 1):g} {unit}"


# A fifth of the factor by which an engine is faster than the sound is kept back.
_SAFETY, _UNMEASURED, _LEAST_GROWTH, _MOST_GROWTH = 0.8, 0.5, 1.25, 3.0


def growth(choice: EngineChoice, measurements: list[Measurement]) -> float:
    """Return by how much each chunk of a stream may be longer than the last, and be in time."""
    factors = {(m.engine, m.device): m.real_time_factor for m in measurements}
    factor = factors.get((choice.engine, choice.device), _UNMEASURED)
    return min(max(_SAFETY / factor, _LEAST_GROWTH), _MOST_GROWTH)
