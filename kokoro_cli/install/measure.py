"""Measure the engines on this machine, and settle which one speaks a long job."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any, Protocol

from kokoro_cli.assets.store import Store
from kokoro_cli.child import Child, ProcessError
from kokoro_cli.engines import ENGINES, EXACT, Measurement, choose, doubtful, fits
from kokoro_cli.errors import KokoroError
from kokoro_cli.install import figures
from kokoro_cli.install.model import InstalledModel, Notify, installed_model
from kokoro_cli.install.voices import any_installed_voice
from kokoro_cli.registry import listed
from kokoro_cli.types import EngineChoice

_TIMING = "kokoro_cli.install.timing"
"""The module that times one engine. It runs in a process of its own."""

_ROUNDS = 5

_AGAIN_ROUNDS = 3
"""Before a long job, which waits for it."""

_WORTH = 20.0
"""A job is long if it takes so many times what measuring costs."""

_SPOKEN_SECONDS = 10.0
"""Speech that `timing` makes each time, about."""

_UNMEASURED_FACTOR, _UNMEASURED_LOAD = 0.5, 10.0
"""What measuring an engine costs is guessed by these if it was never measured."""


class Timing(Protocol):
    """The process that times one engine; see `timing`."""

    def answer(self) -> Any: ...

    def ask(self, task: object) -> Any: ...


def _start(engine: str, model: Path, voice: Path) -> AbstractContextManager[Timing]:
    return Child(_TIMING, engine, str(model), str(voice))


def measured(
    engines: Iterable[str],
    model: Path,
    voice: Path,
    notify: Notify,
    *,
    rounds: int = _ROUNDS,
) -> list[Measurement]:
    """Measure engines on all their devices here; an engine that does not run here is left out.

    They speak in turns, round by round, so that what disturbs one disturbs all. The best round
    counts.
    """
    loads: dict[tuple[str, str], float] = {}
    factors: dict[tuple[str, str], list[float]] = {}
    with ExitStack() as stack:
        processes: dict[str, Timing] = {}

        def leave_out(engine: str, error: ProcessError) -> None:
            notify(_not_here([engine], str(error)))
            del processes[engine]
            for place in [place for place in loads if place[0] == engine]:
                del loads[place]

        refused: dict[str, list[str]] = {}
        for engine in engines:
            process = stack.enter_context(_start(engine, model, voice))
            try:
                for device, seconds in process.answer().items():
                    loads[engine, device] = seconds
                processes[engine] = process
            except ProcessError as error:
                refused.setdefault(str(error), []).append(engine)
        for reason, names in refused.items():
            notify(_not_here(names, reason))
        for _ in range(rounds):
            for engine, device in list(loads):
                if engine not in processes:
                    continue
                try:
                    factor = processes[engine].ask(device)
                except ProcessError as error:
                    leave_out(engine, error)
                else:
                    factors.setdefault((engine, device), []).append(factor)
    return [Measurement(*place, min(factors[place]), seconds) for place, seconds in loads.items()]


def _not_here(engines: list[str], reason: str) -> str:
    if len(engines) == 1:
        return f"The engine {engines[0]} does not run here: {reason}"
    return f"The engines {listed(engines)} do not run here: {reason}"


def measure_engines(
    store: Store, model: InstalledModel, voice: Path, notify: Notify
) -> list[Measurement]:
    """Measure all engines on this machine, and keep the figures in place of earlier ones.

    KokoroError if no engine runs here.
    """
    notify("Measuring which engine is fastest here …")
    found = measured(ENGINES, model.folder, voice, notify)
    if not found:
        raise KokoroError("No engine runs on this machine.", hint="Install the program again.")
    with store.writing():
        figures.replace_measurements(store, found)
    return found


def settle(
    store: Store,
    engine: str,
    device: str,
    seconds: float,
    notify: Notify,
    *,
    precision: str = EXACT,
) -> EngineChoice:
    """Choose what speaks a job of so many *seconds* of speech; UsageError as `choose` has it.

    What a sweep found best comes first. Before a long job, figures that are doubtful and could
    change the choice are measured again, in turns. A job is long if it takes 20 times what
    measuring costs. What a long job settled on stays until another engine is clearly faster, so
    that a job which is run again finds what it made before.
    """
    saved = figures.saved_tuning(store)
    if saved and fits((saved.engine, saved.device), engine, device, precision):
        return EngineChoice(saved.engine, saved.device, "found best by a sweep")
    known = figures.measurements(store)
    choice = choose(engine, device, known, seconds, precision=precision)
    if engine != "auto" or not _is_long(choice, device, known, seconds, precision):
        return choice
    if again := _unsure(device, known, seconds, precision):
        _measure_again(store, again, notify)
        known = figures.measurements(store)
    before = figures.settled(store)
    choice = choose(engine, device, known, seconds, precision=precision, before=before)
    figures.settle_on(store, choice)
    return choice


def _is_long(
    choice: EngineChoice, device: str, known: list[Measurement], seconds: float, precision: str
) -> bool:
    """Whether a job takes many times what it costs to measure all engines that could speak it."""
    chosen = [m for m in known if (m.engine, m.device) == (choice.engine, choice.device)]
    expected = (chosen or [_guess(choice.engine)])[0].seconds_for(seconds)
    spoken = (_AGAIN_ROUNDS + 1) * _SPOKEN_SECONDS  # The first time is for warming up.
    measuring = 0.0
    for engine in _that_could_speak(device, precision):
        figures_of = [m for m in known if m.engine == engine]
        if not known:
            figures_of = [_guess(engine)]
        measuring += sum(m.seconds_for(spoken) for m in figures_of)
    return expected >= _WORTH * measuring


def _guess(engine: str) -> Measurement:
    return Measurement(engine, "", _UNMEASURED_FACTOR, _UNMEASURED_LOAD)


def _that_could_speak(device: str, precision: str) -> list[str]:
    """Return the engines that "auto" chooses from; those that do not run here too."""
    return [
        name
        for name, spec in ENGINES.items()
        if any(fits((name, each), "auto", device, precision) for each in spec.devices)
    ]


def _unsure(device: str, known: list[Measurement], seconds: float, precision: str) -> list[str]:
    """Return the engines to measure before it is clear which speaks the job soonest."""
    if not known:
        found = _that_could_speak(device, precision)
        return found if len(found) > 1 else []
    unsure = [m.engine for m in doubtful("auto", device, known, seconds, precision)]
    if not unsure:
        return []
    # It is what the others compete with.
    best = choose("auto", device, known, seconds, precision=precision).engine
    return list(dict.fromkeys([best, *unsure]))


def _measure_again(store: Store, engines: list[str], notify: Notify) -> None:
    model, voice = installed_model(store), any_installed_voice(store)
    if model is None or voice is None:
        return
    notify("Measuring again which engine is fastest here: this job takes long …")
    found = measured(engines, model.folder, voice, notify, rounds=_AGAIN_ROUNDS)
    if found:
        failed = set(engines) - {m.engine for m in found}
        figures.add_measurements(store, found, without=failed)
