"""Benchmarks: figures of this machine, its best settings, or figures of a server."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from kokoro_cli import install, processor
from kokoro_cli.bench import server, texts
from kokoro_cli.bench.client import Answer, Endpoint
from kokoro_cli.bench.compare import Comparisons, compare
from kokoro_cli.bench.latency import Backend, LatencyPlan, Show, Speaks, measure_cold, measure_warm
from kokoro_cli.bench.machine import busy, this_machine, versions
from kokoro_cli.bench.processes import ColdRun, Worker, run_cold
from kokoro_cli.bench.report import SCHEMA, Report, Row, read_report
from kokoro_cli.bench.request import BenchRequest, ServerRequest
from kokoro_cli.bench.sweep import Sweep, Swept
from kokoro_cli.bench.worker import Task, WorkerSetup
from kokoro_cli.child import ProcessError
from kokoro_cli.config import Settings
from kokoro_cli.engines import ENGINES, FAST, Tuning, fits, growth, usual_tuning
from kokoro_cli.errors import ExitCode, KokoroError, UsageError
from kokoro_cli.speaker.speaker import Speaker
from kokoro_cli.types import EngineChoice
from kokoro_cli.voices.catalogue import DEFAULT_VOICE, Voice, catalogue, find_voice


@dataclass(frozen=True, slots=True)
class BenchResult:
    report: Report
    comparison: Comparisons | None

    @property
    def exit_code(self) -> ExitCode:
        slower = self.comparison is not None and self.comparison.slower
        return ExitCode.FAILED if slower else ExitCode.OK


@dataclass(frozen=True, slots=True)
class SweepResult:
    swept: Swept
    saved: str | None
    """File that the best setting was saved in."""


@dataclass(frozen=True, slots=True)
class Level:
    """What one number of clients at once was answered."""

    clients: int
    figures: server.ServerFigures
    answers: list[Answer]


@dataclass(frozen=True, slots=True)
class ServerResult:
    url: str
    voice: str
    response_format: str
    levels: list[Level]
    """In the order of the request."""

    @property
    def exit_code(self) -> ExitCode:
        answers = [answer for level in self.levels for answer in level.answers]
        failed = sum(answer.error is not None for answer in answers)
        if not failed:
            return ExitCode.OK
        return ExitCode.FAILED if failed == len(answers) else ExitCode.PARTIAL


Counting = Callable[[int], AbstractContextManager[Show]]
"""Opens what shows a number of steps, and gives the callback that counts them."""


def prepare(request: BenchRequest) -> Voice:
    """Check the request, and return the voice that speaks; it has to be installed then.

    UsageError for impossible values; FeatureNotInstalledError if something is missing for them.
    """
    if min(request.runs, request.cold_runs) < 0 or request.runs + request.cold_runs == 0:
        raise UsageError("There is nothing to measure.", hint="Give `runs` or `cold_runs`.")
    if not 0 <= request.tolerance < 1:
        raise UsageError(f"`tolerance` is {request.tolerance:g}.", hint="0.05 is five per cent.")
    if request.compare:
        read_report(request.compare)
    if request.plot:
        from kokoro_cli.bench.plot import check_plot

        check_plot(request.plot)
    if request.quality:
        from kokoro_cli.bench.recognise import hear

        hear(np.zeros(2_400, dtype=np.float32))  # Reports a missing recogniser before the work.
    if request.voice and request.voice not in catalogue():
        raise UsageError(
            "A benchmark speaks with one of the model's voices.", hint="kokoro voices shows them."
        )
    return find_voice(request.voice or DEFAULT_VOICE)


def bench(request: BenchRequest, speaker: Speaker, counting: Counting) -> BenchResult:
    """Measure, and compare with an earlier report if the request names one."""
    voice = prepare(request)
    old = read_report(request.compare) if request.compare else None
    backends = _backends(request, speaker)
    machine = this_machine()
    spoken = [texts.SHORT, texts.MEDIUM, texts.LONG] + [texts.PAGE] * request.long
    plan = _plan(request, speaker, backends, spoken)
    rows, failed = _measured(request, voice, plan, speaker.settings, counting)
    if not rows:
        raise KokoroError(f"Nothing could be measured: {'; '.join(failed.values())}")
    model = speaker.model
    report = Report(
        schema=SCHEMA,
        machine=machine,
        versions=versions(),
        model=model.label,
        model_sha256=model.digest,
        voice=voice.name,
        seed=request.seed,
        texts={str(texts.words_in(text)): _sha256(text) for text in spoken},
        rows=rows,
        left_out=[f"{engine} on {device}: {why}" for (engine, device), why in failed.items()],
        warnings=[warning for warning in (busy(machine), _noise(rows)) if warning],
    )
    if request.plot:
        from kokoro_cli.bench.plot import plot

        plot(report, request.plot)
    return BenchResult(report, compare(report, old, request.tolerance) if old else None)


def _plan(
    request: BenchRequest, speaker: Speaker, backends: list[Backend], spoken: list[str]
) -> LatencyPlan:
    measured = install.measurements(speaker.store)
    grow = {backend: growth(EngineChoice(*backend, ""), measured) for backend in backends}
    return LatencyPlan(backends, spoken, request.runs, request.cold_runs, request.seed, grow)


def _measured(
    request: BenchRequest, voice: Voice, plan: LatencyPlan, settings: Settings, counting: Counting
) -> tuple[list[Row], dict[Backend, str]]:
    """Return the rows, and why a backend has none."""

    def cold(backend: Backend, text: str) -> ColdRun:
        return run_cold(backend, voice.name, request.seed, text, settings)

    worker = partial(_worker, voice, settings)
    with counting(plan.steps + _quality_steps(plan, request)) as show:
        cold_rows, cold_failed = measure_cold(plan, cold, show)
        warm_rows, warm_failed = measure_warm(plan, worker, show)
        rows = cold_rows + warm_rows
        if request.quality:
            rows = _judged(rows, plan, worker, show)
    return rows, cold_failed | warm_failed


def _worker(voice: Voice, settings: Settings, backend: Backend, threads: int = 0) -> Worker:
    return Worker(WorkerSetup(*backend, voice.name, threads), settings)


def _backends(request: BenchRequest, speaker: Speaker) -> list[Backend]:
    """Return the engines and devices of this machine that the request asks for."""
    known = [(m.engine, m.device) for m in install.measurements(speaker.store)]
    found = [each for each in known if fits(each, request.engine, request.device, FAST)]
    if known and not found:
        here = ", ".join(f"{engine} on {device}" for engine, device in known)
        raise UsageError("No such engine and device are here.", hint=f"Here are: {here}.")
    if found:
        return found
    # Nothing was measured here: each is tried, and the report says which ones do not run.
    named = ENGINES if request.engine == "auto" else [request.engine]
    device = "cpu" if request.device == "auto" else request.device
    return [(engine, device) for engine in named]


def _quality_steps(plan: LatencyPlan, request: BenchRequest) -> int:
    from kokoro_cli.bench.quality import REFERENCE

    if not request.quality:
        return 0
    speaking = len({*plan.backends, REFERENCE})
    return len(plan.texts) * (speaking + len(plan.backends))


def _judged(
    rows: list[Row], plan: LatencyPlan, worker: Callable[[Backend], Speaks], show: Show
) -> list[Row]:
    from kokoro_cli.bench.quality import judge

    found = judge(plan.backends, plan.texts, plan.seed, worker, show)
    return [replace(row, quality=found.get(((row.engine, row.device), row.words))) for row in rows]


def _noise(rows: list[Row]) -> str | None:
    noisy = [row for row in rows if row.noisy]
    if not noisy:
        return None
    worst = max(row.total_seconds.spread for row in noisy)
    return (
        f"Too noisy for a verdict: in {len(noisy)} of {len(rows)} rows the middle half of the runs "
        f"is spread over up to {worst:.0%} of the median. Close other programs, or raise `runs`."
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def sweep(
    request: BenchRequest, speaker: Speaker, counting: Counting, *, save: bool
) -> SweepResult:
    """Find the best settings for long texts here; *save* makes conversions use them."""
    voice = prepare(request)
    if request.runs < 1:
        raise UsageError("A sweep needs runs.", hint="Leave `runs` out, or give 3 or more.")
    text = texts.PAGE if request.long else _half(texts.PAGE)
    usual = usual_tuning(speaker.choice)
    found_here = _backends(request, speaker)
    backends = [each for each in found_here if fits(each, request.engine, request.device)]
    backends.append((usual.engine, usual.device))
    found = Sweep(
        text=text,
        usual=usual,
        backends=list(dict.fromkeys(backends)),
        processors=processor.usable(),
        runs=request.runs,
        seed=request.seed,
        worker=partial(_worker, voice, speaker.settings),
        show=lambda line: None,
    )
    with counting(found.steps) as show:
        listen = _listener(text, request.seed) if request.quality else None
        try:
            swept = replace(found, show=show, listen=listen).run()
        except ProcessError as error:
            raise KokoroError(f"Nothing could be measured: {error}") from error
    saved = str(install.save_tuning(speaker.store, swept.best)) if save else None
    return SweepResult(swept, saved)


def _half(text: str) -> str:
    paragraphs = text.split("\n\n")
    return "\n\n".join(paragraphs[: len(paragraphs) // 2])


def _listener(text: str, seed: int) -> Callable[[Tuning, Speaks], int]:
    from kokoro_cli.bench.quality import samples_of
    from kokoro_cli.bench.recognise import hear, word_errors

    def listen(tuning: Tuning, speaks: Speaks) -> int:
        task = Task(text, seed, tuning.workers, tuning.max_phonemes)
        return word_errors(text, hear(samples_of(speaks, task)))

    return listen


def measure_server(
    request: ServerRequest, counting: Counting, warn: Callable[[str], None]
) -> ServerResult:
    """Measure a speech endpoint with each number of clients, one number after the other.

    It takes OpenAI's requests. *warn* gets what is left out.
    """
    numbers = request.levels()
    endpoint = Endpoint(request.url or "", request.model, request.voice, request.response_format)
    if request.key and endpoint.private:
        endpoint = replace(endpoint, key=request.key)
    elif request.key:
        warn("OPENAI_API_KEY is not sent: the address is not https, and not this machine.")
    levels = []
    with counting(len(numbers) * request.requests) as show:
        for clients in numbers:
            answers = server.measure(
                endpoint,
                [texts.SHORT, texts.MEDIUM, texts.LONG],
                clients=clients,
                requests=request.requests,
                timeout=request.timeout,
                done=partial(_show_answer, show, clients),
            )
            found = server.summarise(answers, server.elapsed(answers))
            levels.append(Level(clients, found, answers))
    return ServerResult(str(endpoint), request.voice, request.response_format, levels)


def _show_answer(show: Show, clients: int, answer: Answer) -> None:
    show(f"{clients} at once, {answer.words} words")
