"""How soon and how fast: each text, each engine, in fresh processes and in ones that stay."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from kokoro_cli.bench.figures import percentile
from kokoro_cli.bench.processes import ColdRun, ProcessError
from kokoro_cli.bench.report import Row, State, make_row
from kokoro_cli.bench.texts import TARGET_SECONDS, words_in
from kokoro_cli.bench.worker import Spoken, Task

Place = tuple[str, str]
"""An engine and a device."""

Run = TypeVar("Run", ColdRun, Spoken)


class Speaker(Protocol):
    """A process that stays; see `processes.Worker`."""

    def ready(self) -> None: ...

    def speak(self, task: Task) -> Spoken: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class LatencyPlan:
    places: list[Place]
    texts: list[str]
    runs: int
    cold_runs: int
    seed: int
    growth: Mapping[Place, float]
    """Of the chunks of a stream, for each place."""

    @property
    def steps(self) -> int:
        """How often something is spoken, with one warm-up for each text of each worker."""
        texts = len(self.places) * len(self.texts)
        cold = texts * self.cold_runs + len(self.places) if self.cold_runs else 0
        return cold + (texts * (self.runs + 1) if self.runs else 0)


@dataclass(slots=True)
class _Runs(Generic[Run]):
    """What was measured, by place and text."""

    found: dict[tuple[Place, str], list[Run]] = field(default_factory=dict)
    failed: dict[Place, str] = field(default_factory=dict)

    def add(self, place: Place, text: str, run: Run) -> None:
        self.found.setdefault((place, text), []).append(run)


Show = Callable[[str], None]
"""Told before each step what comes."""


def measure_cold(
    plan: LatencyPlan, run: Callable[[Place, str], ColdRun], show: Show
) -> tuple[list[Row], dict[Place, str]]:
    """Return the rows, and why a place has none. Rounds go over all places: noise hits them alike.

    Before them each place speaks once, which brings its files into the system's cache.
    """
    runs: _Runs[ColdRun] = _Runs()
    if plan.cold_runs:
        for place in plan.places:
            show(f"{place[0]} on {place[1]}, warming up")
            _try(runs, place, plan.texts[0], run, keep=False)
    for _ in range(plan.cold_runs):
        for place in plan.places:
            for text in plan.texts:
                show(f"{place[0]} on {place[1]}, cold, {words_in(text)} words")
                _try(runs, place, text, run, keep=True)
    return _rows("cold", plan, runs), runs.failed


def _try(
    runs: _Runs[Run], place: Place, text: str, run: Callable[[Place, str], Run], *, keep: bool
) -> None:
    if place in runs.failed:
        return
    try:
        found = run(place, text)
    except ProcessError as error:
        runs.failed[place] = str(error)
        return
    if keep:
        runs.add(place, text, found)


def measure_warm(
    plan: LatencyPlan, worker: Callable[[Place], Speaker], show: Show
) -> tuple[list[Row], dict[Place, str]]:
    """Return the rows, and why a place has none. Each text is spoken once before it counts."""
    runs: _Runs[Spoken] = _Runs()
    with ExitStack() as stack:
        workers: dict[Place, Speaker] = {}
        for place in plan.places if plan.runs else []:
            workers[place] = stack.enter_context(closing(worker(place)))
            try:
                workers[place].ready()
            except ProcessError as error:
                runs.failed[place] = str(error)

        def speak(place: Place, text: str) -> Spoken:
            return workers[place].speak(Task(text, plan.seed, growth=plan.growth[place]))

        for turn in range(plan.runs + 1 if plan.runs else 0):
            for place in plan.places:
                for text in plan.texts:
                    manner = "warm" if turn else "warming up"
                    show(f"{place[0]} on {place[1]}, {manner}, {words_in(text)} words")
                    _try(runs, place, text, speak, keep=turn > 0)
    return _rows("warm", plan, runs), runs.failed


def _rows(state: State, plan: LatencyPlan, runs: _Runs[Run]) -> list[Row]:
    return [
        _row(state, place, text, runs.found[place, text])
        for place in plan.places
        for text in plan.texts
        if place not in runs.failed and (place, text) in runs.found
    ]


def _row(state: State, place: Place, text: str, runs: list[Run]) -> Row:
    first = [run.first_audio_seconds for run in runs]
    middle = percentile(first, 0.5)
    usual = min(runs, key=lambda run: abs(run.first_audio_seconds - middle))
    words = words_in(text)
    return make_row(
        state,
        *place,
        words,
        phonemes=usual.phonemes,
        chunks=usual.chunks,
        audio_seconds=usual.audio_seconds,
        first=first,
        total=[run.total_seconds for run in runs],
        peak_bytes=max((run.peak_bytes for run in runs if run.peak_bytes), default=None),
        target_seconds=TARGET_SECONDS.get(words),
        phases=usual.phases if isinstance(usual, ColdRun) else [],
    )
