"""Measure latency and speed of each text and engine, in fresh processes and in lasting ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from kokoro_cli.bench.figures import percentile
from kokoro_cli.bench.processes import ColdRun
from kokoro_cli.bench.report import Row, State, make_row
from kokoro_cli.bench.texts import TARGET_SECONDS, words_in
from kokoro_cli.bench.worker import Spoken, Task
from kokoro_cli.child import ProcessError

Backend = tuple[str, str]
"""An engine and a device."""

Run = TypeVar("Run", ColdRun, Spoken)


class Speaks(Protocol):
    """A process that speaks many tasks; see `processes.Worker`."""

    def ready(self) -> None: ...

    def speak(self, task: Task) -> Spoken: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class LatencyPlan:
    backends: list[Backend]
    texts: list[str]
    runs: int
    cold_runs: int
    seed: int
    growth: Mapping[Backend, float]
    """Growth of the chunks of a stream, for each backend."""

    @property
    def steps(self) -> int:
        """How many times a text is spoken, including the warm-ups."""
        texts = len(self.backends) * len(self.texts)
        cold = texts * self.cold_runs + len(self.backends) if self.cold_runs else 0
        return cold + (texts * (self.runs + 1) if self.runs else 0)


@dataclass(slots=True)
class _Runs(Generic[Run]):
    """The runs by backend and text, and the errors of backends that failed."""

    found: dict[tuple[Backend, str], list[Run]] = field(default_factory=dict)
    failed: dict[Backend, str] = field(default_factory=dict)

    def add(self, backend: Backend, text: str, run: Run) -> None:
        self.found.setdefault((backend, text), []).append(run)


Show = Callable[[str], None]
"""Called before each step with a description of it."""


def measure_cold(
    plan: LatencyPlan, run: Callable[[Backend, str], ColdRun], show: Show
) -> tuple[list[Row], dict[Backend, str]]:
    """Return the rows, and for each backend without rows the reason.

    Each backend first speaks once, so that the system has cached its files. A round measures every
    backend, so that noise on the machine affects all of them equally.
    """
    runs: _Runs[ColdRun] = _Runs()
    if plan.cold_runs:
        for backend in plan.backends:
            show(f"{backend[0]} on {backend[1]}, warming up")
            _try(runs, backend, plan.texts[0], run, keep=False)
    for _ in range(plan.cold_runs):
        for backend in plan.backends:
            for text in plan.texts:
                show(f"{backend[0]} on {backend[1]}, cold, {words_in(text)} words")
                _try(runs, backend, text, run, keep=True)
    return _rows("cold", plan, runs), runs.failed


def _try(
    runs: _Runs[Run], backend: Backend, text: str, run: Callable[[Backend, str], Run], *, keep: bool
) -> None:
    if backend in runs.failed:
        return
    try:
        found = run(backend, text)
    except ProcessError as error:
        runs.failed[backend] = str(error)
        return
    if keep:
        runs.add(backend, text, found)


def measure_warm(
    plan: LatencyPlan, worker: Callable[[Backend], Speaks], show: Show
) -> tuple[list[Row], dict[Backend, str]]:
    """Return the rows, and for each backend without rows the reason.

    Each text is first spoken once without being counted.
    """
    runs: _Runs[Spoken] = _Runs()
    with ExitStack() as stack:
        workers: dict[Backend, Speaks] = {}
        for backend in plan.backends if plan.runs else []:
            workers[backend] = stack.enter_context(closing(worker(backend)))
            try:
                workers[backend].ready()
            except ProcessError as error:
                runs.failed[backend] = str(error)

        def speak(backend: Backend, text: str) -> Spoken:
            return workers[backend].speak(Task(text, plan.seed, growth=plan.growth[backend]))

        for turn in range(plan.runs + 1 if plan.runs else 0):
            for backend in plan.backends:
                for text in plan.texts:
                    manner = "warm" if turn else "warming up"
                    show(f"{backend[0]} on {backend[1]}, {manner}, {words_in(text)} words")
                    _try(runs, backend, text, speak, keep=turn > 0)
    return _rows("warm", plan, runs), runs.failed


def _rows(state: State, plan: LatencyPlan, runs: _Runs[Run]) -> list[Row]:
    return [
        _row(state, backend, text, runs.found[backend, text])
        for backend in plan.backends
        for text in plan.texts
        if backend not in runs.failed and (backend, text) in runs.found
    ]


def _row(state: State, backend: Backend, text: str, runs: list[Run]) -> Row:
    first = [run.first_audio_seconds for run in runs]
    middle = percentile(first, 0.5)
    usual = min(runs, key=lambda run: abs(run.first_audio_seconds - middle))
    words = words_in(text)
    return make_row(
        state,
        *backend,
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
