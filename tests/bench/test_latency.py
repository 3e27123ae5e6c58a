"""The arithmetic of rows, on runs with given times."""

from __future__ import annotations

import pytest

from kokoro_cli.bench.latency import Backend, LatencyPlan, measure_cold, measure_warm
from kokoro_cli.bench.processes import ColdRun
from kokoro_cli.bench.texts import MEDIUM, SHORT
from kokoro_cli.child import ProcessError
from kokoro_cli.stopwatch import Phase
from tests.bench.speakers import FakeSpeaker

ONNX: Backend = ("onnx", "cpu")
TORCH: Backend = ("torch", "cpu")
GROWTH = {ONNX: 3.0, TORCH: 1.5}


def cold_run(seconds: float) -> ColdRun:
    phases = [Phase("start", 0.0, seconds / 4)]
    return ColdRun(60, 1, 4.0, seconds / 2, seconds, 5_000, phases)


def test_cold_rows_leave_the_warm_up_out_and_take_turns() -> None:
    log: list[tuple[Backend, str]] = []
    seconds = iter([99.0, 98.0, 2.0, 4.0, 8.0, 10.0, 6.0, 6.0])

    def run(backend: Backend, text: str) -> ColdRun:
        log.append((backend, text))
        return cold_run(next(seconds))

    plan = LatencyPlan([ONNX, TORCH], [SHORT], runs=0, cold_runs=3, seed=0, growth=GROWTH)
    shown: list[str] = []
    rows, failed = measure_cold(plan, run, shown.append)
    assert [backend for backend, _ in log] == [ONNX, TORCH] * 4
    assert len(log) == len(shown) == plan.steps
    assert failed == {}
    onnx, torch = rows
    assert (onnx.state, onnx.engine, onnx.words, onnx.target_seconds) == ("cold", "onnx", 10, 0.3)
    assert onnx.total_seconds.runs == [2.0, 8.0, 6.0]
    assert onnx.total_seconds.p50 == 6.0
    assert onnx.first_audio_seconds.p50 == 3.0
    assert onnx.real_time_factor.p50 == 1.5
    assert onnx.phases == [Phase("start", 0.0, 1.5)], "those of the run that was the median"
    assert torch.total_seconds.runs == [4.0, 10.0, 6.0]
    assert onnx.peak_bytes == 5_000


def test_warm_rows_do_not_count_the_first_run_of_a_text() -> None:
    log: list[str] = []
    speakers = {
        ONNX: FakeSpeaker("onnx", [9.0, 9.0, 1.0, 2.0, 3.0, 4.0], log),
        TORCH: FakeSpeaker("torch", [9.0, 9.0, 5.0, 6.0, 7.0, 8.0], log),
    }
    plan = LatencyPlan([ONNX, TORCH], [SHORT, MEDIUM], runs=2, cold_runs=0, seed=7, growth=GROWTH)
    rows, failed = measure_warm(plan, speakers.__getitem__, lambda line: None)
    assert failed == {}
    assert [row.key for row in rows] == [
        ("warm", "onnx", "cpu", 10),
        ("warm", "onnx", "cpu", 30),
        ("warm", "torch", "cpu", 10),
        ("warm", "torch", "cpu", 30),
    ]
    assert [row.total_seconds.runs for row in rows] == [
        [1.0, 3.0],
        [2.0, 4.0],
        [5.0, 7.0],
        [6.0, 8.0],
    ]
    assert log[2:] == ["onnx 10", "onnx 30", "torch 10", "torch 30"] * 3
    assert len(log) - 2 == plan.steps
    for backend, speaker in speakers.items():
        assert speaker.closed
        assert {(task.seed, task.growth) for task in speaker.tasks} == {(7, GROWTH[backend])}


def test_what_fails_is_left_out_and_the_others_go_on() -> None:
    log: list[str] = []
    speakers = {
        ONNX: FakeSpeaker("onnx", [1.0], log),
        TORCH: FakeSpeaker("torch", [1.0, None], log),
    }
    plan = LatencyPlan([TORCH, ONNX], [SHORT], runs=3, cold_runs=0, seed=0, growth=GROWTH)
    rows, failed = measure_warm(plan, speakers.__getitem__, lambda line: None)
    assert [row.engine for row in rows] == ["onnx"]
    assert failed == {TORCH: "it has died"}
    assert log.count("torch 10") == 2, "it is not asked again"
    assert all(speaker.closed for speaker in speakers.values())


def test_a_cold_failure_is_left_out() -> None:
    def run(backend: Backend, text: str) -> ColdRun:
        if backend == TORCH:
            raise ProcessError("no torch here")
        return cold_run(1.0)

    plan = LatencyPlan([TORCH, ONNX], [SHORT], runs=0, cold_runs=2, seed=0, growth=GROWTH)
    rows, failed = measure_cold(plan, run, lambda line: None)
    assert [row.engine for row in rows] == ["onnx"]
    assert failed == {TORCH: "no torch here"}


@pytest.mark.parametrize(
    "seconds, met", [(0.25, (True, True)), (0.5, (True, False)), (1, (False, False))]
)
def test_targets(seconds: float, met: tuple[bool, bool]) -> None:
    plan = LatencyPlan([ONNX], [SHORT], runs=3, cold_runs=0, seed=0, growth=GROWTH)
    speaker = FakeSpeaker("onnx", [seconds], [])
    ((row,), _) = measure_warm(plan, lambda backend: speaker, lambda line: None)
    assert (row.meets(row.first_audio_seconds), row.meets(row.total_seconds)) == met


def test_noise_is_seen() -> None:
    plan = LatencyPlan([ONNX], [SHORT], runs=4, cold_runs=0, seed=0, growth=GROWTH)
    quiet = FakeSpeaker("onnx", [1.0, 1.0, 1.01, 1.02, 1.0], [])
    loud = FakeSpeaker("onnx", [1.0, 1.0, 1.5, 1.0, 2.0], [])
    ((row,), _) = measure_warm(plan, lambda backend: quiet, lambda line: None)
    assert not row.noisy
    ((row,), _) = measure_warm(plan, lambda backend: loud, lambda line: None)
    assert row.noisy
