"""Benchmarks as a library: what is measured is chosen, and what fails is left out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from kokoro_cli import FeatureNotInstalledError, KokoroError, Speaker, UsageError, install
from kokoro_cli.bench import recognise, run
from kokoro_cli.bench.latency import Backend
from kokoro_cli.bench.processes import ColdRun
from kokoro_cli.bench.request import BenchRequest, ServerRequest
from kokoro_cli.bench.server import ServerFigures
from kokoro_cli.bench.tables import server_tables
from kokoro_cli.bench.texts import LONG, MEDIUM, PAGE, SHORT
from kokoro_cli.child import ProcessError
from kokoro_cli.config import Settings
from kokoro_cli.engines import Measurement, Tuning
from kokoro_cli.errors import ExitCode
from kokoro_cli.install.figures import replace_measurements
from kokoro_cli.stopwatch import Phase
from kokoro_cli.voices.catalogue import Voice
from tests.bench.speakers import FakeSpeaker
from tests.bench.speech_server import running_server

MEASURED = [Measurement("torch", "cpu", 0.45, 6.0), Measurement("onnx", "cpu", 0.25, 1.0)]


class Steps(list[str]):
    """Shows nothing; keeps how many steps were told of, and which were done."""

    told = 0

    @contextmanager
    def __call__(self, steps: int) -> Iterator[Callable[[str], None]]:
        self.told = steps
        yield self.append


@pytest.fixture
def steps() -> Steps:
    return Steps()


class Processes:
    """Fake workers and fresh processes, whose engines take given seconds."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.seconds: dict[str, float | None] = {"onnx": 1.0, "torch": 2.0}
        """By engine; None fails."""
        self.workers: list[tuple[Backend, int, FakeSpeaker]] = []
        self.cold: list[tuple[str, Settings]] = []
        """Voice and settings."""

    def worker(
        self, voice: Voice, settings: Settings, backend: Backend, threads: int = 0
    ) -> FakeSpeaker:
        made = FakeSpeaker(backend[0], [self.seconds.get(backend[0])], self.log)
        self.workers.append((backend, threads, made))
        return made

    def run_cold(
        self, backend: Backend, voice: str, seed: int, text: str, settings: Settings
    ) -> ColdRun:
        self.cold.append((voice, settings))
        seconds = self.seconds[backend[0]]
        if seconds is None:
            raise ProcessError("it has died")
        return ColdRun(60, 1, 4.0, seconds, 2 * seconds, 5_000, [Phase("start", 0.0, 0.1)])


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> Processes:
    made = Processes()
    monkeypatch.setattr(run, "_worker", made.worker)
    monkeypatch.setattr(run, "run_cold", made.run_cold)
    return made


@pytest.fixture
def measured(speaker: Speaker) -> Speaker:
    """A speaker on whose machine both engines were measured."""
    replace_measurements(speaker.store, MEASURED)
    return speaker


REQUEST = BenchRequest(runs=2, cold_runs=1)


def test_each_engine_that_is_here_is_measured(
    measured: Speaker, processes: Processes, steps: Steps
) -> None:
    result = run.bench(REQUEST, measured, steps)
    report = result.report
    assert [(row.state, row.engine, row.words) for row in report.rows] == [
        (state, engine, words)
        for state in ("cold", "warm")
        for engine in ("torch", "onnx")
        for words in (10, 30, 100)
    ]
    assert len(steps) == steps.told
    assert (report.voice, report.left_out) == ("af_heart", [])
    assert report.model_sha256 == measured.model.digest
    assert result.exit_code == ExitCode.OK
    assert processes.cold[0] == ("af_heart", measured.settings)
    assert {task.growth for _, _, made in processes.workers for task in made.tasks} == {
        0.8 / 0.45,
        3.0,
    }
    assert all(made.closed for _, _, made in processes.workers)


def test_one_engine_a_voice_and_a_page_can_be_asked_for(
    measured: Speaker, processes: Processes, steps: Steps
) -> None:
    asked = replace(REQUEST, engine="onnx", voice="bm_george", long=True, cold_runs=0, seed=3)
    report = run.bench(asked, measured, steps).report
    assert {(row.engine, row.words) for row in report.rows} == {
        ("onnx", 10), ("onnx", 30), ("onnx", 100), ("onnx", 418),
    }  # fmt: skip
    assert report.voice == "bm_george"
    assert report.seed == 3
    ((_, _, made),) = processes.workers
    assert {task.seed for task in made.tasks} == {3}
    assert {task.text for task in made.tasks} == {SHORT, MEDIUM, LONG, PAGE}


def test_what_fails_is_left_out_with_its_reason(
    measured: Speaker, processes: Processes, steps: Steps
) -> None:
    processes.seconds["torch"] = None
    report = run.bench(REQUEST, measured, steps).report
    assert {row.engine for row in report.rows} == {"onnx"}
    assert report.left_out == ["torch on cpu: it has died"]
    processes.seconds["onnx"] = None
    with pytest.raises(KokoroError, match="Nothing could be measured: it has died"):
        run.bench(REQUEST, measured, steps)


def test_where_nothing_was_measured_each_engine_is_tried(
    measured: Speaker, processes: Processes, steps: Steps
) -> None:
    replace_measurements(measured.store, [])
    report = run.bench(replace(REQUEST, cold_runs=0), measured, steps).report
    assert {(row.engine, row.device) for row in report.rows} == {("torch", "cpu"), ("onnx", "cpu")}


def test_an_engine_that_is_not_here_is_a_usage_error(
    measured: Speaker, processes: Processes, steps: Steps
) -> None:
    with pytest.raises(UsageError) as caught:
        run.bench(replace(REQUEST, device="cuda"), measured, steps)
    assert caught.value.hint == "Here are: torch on cpu, onnx on cpu."
    assert processes.workers == []


def test_slower_than_before_fails(
    measured: Speaker, processes: Processes, steps: Steps, tmp_path: Path
) -> None:
    before = run.bench(replace(REQUEST, runs=6), measured, steps)
    old = tmp_path / "old.json"
    old.write_text(json.dumps(asdict(before)))
    again = run.bench(replace(REQUEST, runs=6, compare=old), measured, steps)
    assert again.comparison is not None
    assert again.exit_code == ExitCode.OK
    processes.seconds["onnx"] = 3.0
    slower = run.bench(replace(REQUEST, runs=6, compare=old), measured, steps)
    assert slower.exit_code == ExitCode.FAILED


def test_a_noisy_machine_is_told_without_a_flag(
    measured: Speaker, processes: Processes, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    def noisy(voice: Voice, settings: Settings, backend: Backend, threads: int = 0) -> FakeSpeaker:
        return FakeSpeaker(backend[0], [1.0, 1.0, 1.0, 9.0, 9.0, 2.0, 1.0], [])

    monkeypatch.setattr(run, "_worker", noisy)
    report = run.bench(replace(REQUEST, runs=5, cold_runs=0), measured, steps).report
    (warning,) = [warning for warning in report.warnings if "noisy" in warning]
    assert warning.endswith("Close other programs, or raise `runs`.")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"runs": 0, "cold_runs": 0}, "There is nothing to measure."),
        ({"runs": -1}, "There is nothing to measure."),
        ({"tolerance": 7}, "`tolerance` is 7."),
        ({"compare": Path("missing.json")}, "missing.json"),
        ({"plot": Path("x.gif")}, "x.gif"),
        ({"voice": "nobody"}, "one of the model's voices"),
    ],
    ids=str,
)
def test_impossible_requests_are_usage_errors(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        run.prepare(BenchRequest(**fields))
    assert message in caught.value.message
    assert "--" not in caught.value.message + (caught.value.hint or "").partition("kokoro ")[0]


def test_a_missing_recogniser_is_reported_before_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(samples: object) -> str:
        raise FeatureNotInstalledError("No recogniser.", hint="Install it.")

    monkeypatch.setattr(recognise, "hear", missing)
    with pytest.raises(FeatureNotInstalledError):
        run.prepare(BenchRequest(quality=True))


class TestSweep:
    def test_the_best_is_saved_and_jobs_are_spoken_with_it(
        self, measured: Speaker, processes: Processes, steps: Steps
    ) -> None:
        asked = BenchRequest(engine="onnx", runs=3)
        found = run.sweep(asked, measured, steps, save=True)
        assert found.saved == str(measured.store.cache / "tuning.json")
        assert install.saved_tuning(measured.store) == found.swept.best
        assert measured.tuning(3600.0) == found.swept.best
        assert len(steps) <= steps.told
        assert {backend for backend, _, _ in processes.workers} == {("onnx", "cpu")}
        assert {task.max_phonemes for _, _, made in processes.workers for task in made.tasks} > {
            100, 400,
        }  # fmt: skip

    def test_it_is_not_saved_unless_asked(
        self, measured: Speaker, processes: Processes, steps: Steps
    ) -> None:
        found = run.sweep(BenchRequest(engine="onnx", runs=1), measured, steps, save=False)
        assert found.saved is None
        assert isinstance(found.swept.best, Tuning)
        assert install.saved_tuning(measured.store) is None

    def test_what_can_not_be(self, measured: Speaker, processes: Processes, steps: Steps) -> None:
        with pytest.raises(UsageError, match="A sweep needs runs"):
            run.sweep(BenchRequest(runs=0), measured, steps, save=False)
        processes.seconds = {"onnx": None, "torch": None}
        with pytest.raises(KokoroError, match="Nothing could be measured: it has died"):
            run.sweep(BenchRequest(runs=1), measured, steps, save=True)
        assert install.saved_tuning(measured.store) is None


class TestServer:
    def test_answers_are_counted_and_a_key_stays_here(self, steps: Steps) -> None:
        warnings: list[str] = []
        with running_server() as server:
            asked = ServerRequest(url=server.url, requests=4, clients="1,2", key="secret")
            result = run.measure_server(asked, steps, warnings.append)
        assert [(level.clients, len(level.answers)) for level in result.levels] == [(1, 4), (2, 4)]
        assert [level.figures.requests for level in result.levels] == [4, 4]
        assert len(server.asked) == 10  # Each number of clients begins with one uncounted request.
        assert result.exit_code == ExitCode.OK
        assert warnings == []
        assert {asked.headers["authorization"] for asked in server.asked} == {"Bearer secret"}

    def test_some_failures_are_partial_and_all_are_a_failure(self, steps: Steps) -> None:
        with running_server() as server:
            asked = ServerRequest(url=server.url, requests=3, clients="1")
            result = run.measure_server(asked, steps, print)
        (level,) = result.levels
        good = replace(level, answers=level.answers[:1])
        bad = replace(level, answers=[replace(level.answers[0], error="HTTP 500")])
        assert replace(result, levels=[good, bad]).exit_code == ExitCode.PARTIAL
        assert replace(result, levels=[bad, bad]).exit_code == ExitCode.FAILED

    def test_each_number_of_clients_works_at_once(self, steps: Steps) -> None:
        with running_server() as server:
            server.gathers = 6
            asked = ServerRequest(url=server.url, requests=6, clients="6,1,6")
            result = run.measure_server(asked, steps, print)
            assert server.most_at_once == 6
        assert [level.clients for level in result.levels] == [6, 1]

    @pytest.mark.parametrize("clients", ["", "0", "1,0", "4,", "-1", "many", "1.5", "1;4"])
    def test_what_is_no_number_of_clients(self, clients: str, steps: Steps) -> None:
        with pytest.raises(UsageError, match="`clients` is"):
            run.measure_server(ServerRequest(url="http://x", clients=clients), steps, print)

    def test_the_table_has_a_row_for_each_number_and_the_errors(self) -> None:
        figures = ServerFigures(24, {}, 0.21, 0.9, 1.5, 12.0, 2.0, 33.333)
        failed = ServerFigures(24, {"timed out": 3, "HTTP 500": 1}, *[None] * 6)
        levels = [run.Level(1, figures, []), run.Level(16, failed, [])]
        shown, errors = server_tables(run.ServerResult("http://x", "af_sky", "pcm", levels))
        assert shown.title == "http://x, af_sky, pcm"
        assert shown.rows[0] == [
            "1",
            "2.00",
            "33.33 s",
            "210 ms",
            "900 ms",
            "1.50 s",
            "12.00 s",
            "0",
        ]
        assert shown.rows[1] == ["16", *["–"] * 6, "4"]
        assert errors.rows == [["timed out", "16", "3 of 24"], ["HTTP 500", "16", "1 of 24"]]
        good = run.ServerResult("http://x", "af_sky", "pcm", levels[:1])
        assert len(server_tables(good)) == 1
