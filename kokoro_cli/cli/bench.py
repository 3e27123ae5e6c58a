"""``kokoro bench``: figures of this machine, of its best settings, or of a server."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from kokoro_cli import install, processor
from kokoro_cli.assets.store import Store
from kokoro_cli.bench import server, texts
from kokoro_cli.bench.client import Answer, Endpoint
from kokoro_cli.bench.compare import Comparisons, compare
from kokoro_cli.bench.latency import Backend, LatencyPlan, Show, Speaker, measure_cold, measure_warm
from kokoro_cli.bench.machine import busy, this_machine, versions
from kokoro_cli.bench.processes import ColdRun, Worker, run_cold
from kokoro_cli.bench.report import SCHEMA, Report, Row, read_report
from kokoro_cli.bench.sweep import Sweep, Swept
from kokoro_cli.bench.worker import Task, WorkerSetup
from kokoro_cli.cli.context import World
from kokoro_cli.cli.progress import counting
from kokoro_cli.cli.render import render_warning
from kokoro_cli.cli.speech import (
    SpeechRequest,
    checked_model,
    engine_choice,
    ensure_installed,
    find_pack,
    usual_tuning,
)
from kokoro_cli.engines import ENGINES, Tuning, fits, growth
from kokoro_cli.errors import ExitCode, KokoroError, UsageError
from kokoro_cli.types import EngineChoice
from kokoro_cli.voices.catalogue import DEFAULT_VOICE, Voice, catalogue, find_voice


@dataclass(frozen=True, slots=True)
class BenchRequest:
    """The command's options, as they were given."""

    engine: str
    device: str
    voice: str | None
    seed: int
    runs: int
    cold_runs: int
    long: bool
    quality: bool
    plot: Path | None
    compare: Path | None
    tolerance: float
    quiet: bool


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
class ServerRequest:
    url: str
    model: str
    voice: str
    format: str
    clients: int
    requests: int
    timeout: float
    quiet: bool


@dataclass(frozen=True, slots=True)
class ServerResult:
    url: str
    clients: int
    figures: server.ServerFigures
    answers: list[Answer]

    @property
    def exit_code(self) -> ExitCode:
        failed = sum(answer.error is not None for answer in self.answers)
        if not failed:
            return ExitCode.OK
        return ExitCode.FAILED if failed == len(self.answers) else ExitCode.PARTIAL


@dataclass(frozen=True, slots=True)
class _Ground:
    """What is measured with."""

    voice: Voice
    model: install.InstalledModel
    pack: Path
    places: list[Backend]

    def setup(self, place: Backend, threads: int = 0) -> WorkerSetup:
        return WorkerSetup(
            *place, str(self.model.folder), str(self.pack), self.voice.language, threads
        )

    def worker(self, place: Backend, threads: int = 0) -> Speaker:
        return Worker(self.setup(place, threads))


def bench(request: BenchRequest, world: World, store: Store) -> BenchResult:
    """Measure, and compare with an earlier report where one is named."""
    _check_counts(request)
    old = read_report(request.compare) if request.compare else None
    if request.plot:
        from kokoro_cli.bench.plot import check_plot

        check_plot(request.plot)
    if request.quality:
        _check_recogniser()
    ground = _ground(request, world, store)
    machine = this_machine()
    spoken = [texts.SHORT, texts.MEDIUM, texts.LONG] + [texts.PAGE] * request.long
    measured = install.measurements(store)
    grow = {place: growth(EngineChoice(*place, ""), measured) for place in ground.places}
    plan = LatencyPlan(ground.places, spoken, request.runs, request.cold_runs, request.seed, grow)
    steps = plan.steps + _quality_steps(plan, request)

    def cold(place: Backend, text: str) -> ColdRun:
        options = ["--engine", place[0], "--device", place[1], "--seed", str(request.seed)]
        options += ["--voice", ground.voice.name, "--stream", "--offline"]
        return run_cold([*options, "--", text])

    with counting(world.console(), steps, quiet=request.quiet) as show:
        cold_rows, cold_failed = measure_cold(plan, cold, show)
        warm_rows, warm_failed = measure_warm(plan, ground.worker, show)
        rows = cold_rows + warm_rows
        if request.quality:
            rows = _judged(rows, plan, ground, show)
    failed = cold_failed | warm_failed
    if not rows:
        raise KokoroError(f"Nothing could be measured: {'; '.join(failed.values())}")
    report = Report(
        schema=SCHEMA,
        machine=machine,
        versions=versions(),
        model=ground.model.label,
        model_sha256=ground.model.digest,
        voice=ground.voice.name,
        seed=request.seed,
        texts={str(texts.words_in(text)): _sha256(text) for text in spoken},
        rows=rows,
        left_out=[f"{engine} on {device}: {why}" for (engine, device), why in failed.items()],
        warnings=[told for told in (busy(machine), _noise(rows)) if told],
    )
    if request.plot:
        from kokoro_cli.bench.plot import plot

        plot(report, request.plot)
    return BenchResult(report, compare(report, old, request.tolerance) if old else None)


def _check_counts(request: BenchRequest) -> None:
    if min(request.runs, request.cold_runs) < 0 or request.runs + request.cold_runs == 0:
        raise UsageError("There is nothing to measure.", hint="Give --runs or --cold-runs.")
    if not 0 <= request.tolerance < 1:
        raise UsageError(f"--tolerance is {request.tolerance:g}.", hint="0.05 is five per cent.")


def _check_recogniser() -> None:
    from kokoro_cli.bench.recognise import hear

    hear(np.zeros(2_400, dtype=np.float32))  # It is told of before the work.


def _ground(request: BenchRequest, world: World, store: Store) -> _Ground:
    speech = SpeechRequest(engine=request.engine, device=request.device)
    engine_choice(speech, store)  # What can't be is told of before anything is fetched.
    voice = _voice(request)
    ensure_installed(store, [voice], quiet=request.quiet)
    pack = find_pack(voice, store)
    assert pack is not None
    known = [(m.engine, m.device) for m in install.measurements(store)]
    places = [place for place in known if fits(place, request.engine, request.device)]
    if known and not places:
        here = ", ".join(f"{engine} on {device}" for engine, device in known)
        raise UsageError("No such engine and device are here.", hint=f"Here are: {here}.")
    if not places:  # Never measured here: what does not run is told of.
        named = ENGINES if request.engine == "auto" else [request.engine]
        device = "cpu" if request.device == "auto" else request.device
        places = [(engine, device) for engine in named]
    return _Ground(voice, checked_model(store), pack, places)


def _voice(request: BenchRequest) -> Voice:
    if request.voice and request.voice not in catalogue():
        raise UsageError(
            "A benchmark speaks with one of the model's voices.", hint="kokoro voices shows them."
        )
    return find_voice(request.voice or DEFAULT_VOICE)


def _quality_steps(plan: LatencyPlan, request: BenchRequest) -> int:
    from kokoro_cli.bench.quality import REFERENCE

    if not request.quality:
        return 0
    speaking = len({*plan.backends, REFERENCE})
    return len(plan.texts) * (speaking + len(plan.backends))


def _judged(rows: list[Row], plan: LatencyPlan, ground: _Ground, show: Show) -> list[Row]:
    from kokoro_cli.bench.quality import judge

    found = judge(plan.backends, plan.texts, plan.seed, ground.worker, show)
    return [replace(row, quality=found.get(((row.engine, row.device), row.words))) for row in rows]


def _noise(rows: list[Row]) -> str | None:
    noisy = [row for row in rows if row.noisy]
    if not noisy:
        return None
    worst = max(row.total_seconds.spread for row in noisy)
    return (
        f"Too noisy for a verdict: in {len(noisy)} of {len(rows)} rows the middle half of the runs "
        f"is spread over up to {worst:.0%} of the median. Close other programs, or raise --runs."
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def sweep(request: BenchRequest, world: World, store: Store, *, save: bool) -> SweepResult:
    """Find what is best for long texts on this machine; *save* has ``auto`` use it."""
    if request.quality:
        _check_recogniser()
    if request.runs < 1:
        raise UsageError("A sweep needs runs.", hint="Leave --runs out, or give 3 or more.")
    ground = _ground(request, world, store)
    text = texts.PAGE if request.long else _half(texts.PAGE)
    speech = SpeechRequest(engine=request.engine, device=request.device)
    _, usual = usual_tuning(speech, store)
    places = list(dict.fromkeys([*ground.places, (usual.engine, usual.device)]))
    found = Sweep(
        text=text,
        usual=usual,
        backends=places,
        processors=processor.usable(),
        runs=request.runs,
        seed=request.seed,
        worker=ground.worker,
        show=lambda line: None,
    )
    with counting(world.console(), found.steps, quiet=request.quiet) as show:
        listen = _listener(text, request.seed) if request.quality else None
        try:
            swept = replace(found, show=show, listen=listen).run()
        except ProcessError as error:
            raise KokoroError(f"Nothing could be measured: {error}") from error
    saved = str(install.save_tuning(store, swept.best)) if save else None
    return SweepResult(swept, saved)


def _half(text: str) -> str:
    paragraphs = text.split("\n\n")
    return "\n\n".join(paragraphs[: len(paragraphs) // 2])


def _listener(text: str, seed: int) -> Callable[[Tuning, Speaker], int]:
    from kokoro_cli.bench.quality import samples_of
    from kokoro_cli.bench.recognise import hear, word_errors

    def listen(tuning: Tuning, speaker: Speaker) -> int:
        task = Task(text, seed, tuning.workers, tuning.max_phonemes)
        return word_errors(text, hear(samples_of(speaker, task)))

    return listen


def measure_server(request: ServerRequest, world: World) -> ServerResult:
    """Measure a speech endpoint that takes OpenAI's requests."""
    endpoint = Endpoint(request.url, request.model, request.voice, request.format)
    if key := world.environment.get("OPENAI_API_KEY"):
        if endpoint.private:
            endpoint = replace(endpoint, key=key)
        else:
            told = "OPENAI_API_KEY is not sent: the address is not https, and not this machine."
            render_warning(told, world.console())
    with counting(world.console(), request.requests, quiet=request.quiet) as show:
        answers = server.measure(
            endpoint,
            [texts.SHORT, texts.MEDIUM, texts.LONG],
            clients=request.clients,
            requests=request.requests,
            timeout=request.timeout,
            done=lambda answer: show(f"{answer.words} words"),
        )
    found = server.summarise(answers, server.elapsed(answers))
    return ServerResult(str(endpoint), request.clients, found, answers)
