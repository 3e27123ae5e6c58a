"""What a worker counts and times, with an engine of tones and a fake clock."""

from __future__ import annotations

import json
import sys
from itertools import count

import numpy as np
import pytest

from kokoro_cli.bench import worker
from kokoro_cli.bench.memory import own_peak_bytes
from kokoro_cli.bench.processes import Worker, _seen_from_outside
from kokoro_cli.bench.worker import Task, WorkerSetup
from kokoro_cli.child import ProcessError
from kokoro_cli.stopwatch import Phase, Stopwatch
from kokoro_cli.types import Samples
from tests.fakes import ToneEngine, letters_stage, style


def test_it_counts_and_times_what_it_speaks(tone_engine: ToneEngine) -> None:
    ticks = count(step=0.5)
    kept: list[Samples] = []
    task = Task("One two three.\n\nFour five.", seed=3)
    found = worker.speak(
        task, letters_stage(), tone_engine, style, kept.append, clock=lambda: float(next(ticks))
    )
    assert found.chunks == 2
    assert found.phonemes == sum(len(phonemes) for phonemes, _, _ in tone_engine.calls) > 20
    assert found.audio_seconds == sum(map(len, kept)) / 24_000
    assert found.first_audio_seconds == 0.5
    assert found.total_seconds == 1.0
    assert [seed for _, _, seed in tone_engine.calls] == [3, 3]


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_workers_give_the_same_sound(workers: int) -> None:
    def spoken(workers: int) -> Samples:
        kept: list[Samples] = []
        text = "\n\n".join(f"Paragraph number {name}." for name in ("one", "two", "three", "four"))
        task = Task(text, workers=workers)
        worker.speak(task, letters_stage(), ToneEngine(), style, kept.append)
        return np.concatenate(kept)

    np.testing.assert_array_equal(spoken(workers), spoken(1))


def test_longest_chunk(tone_engine: ToneEngine) -> None:
    task = Task("one two three, four five six, seven eight nine.", max_phonemes=20)
    found = worker.speak(task, letters_stage(), tone_engine, style, lambda block: None)
    assert found.chunks >= 3
    assert all(len(phonemes) <= 20 for phonemes, _, _ in tone_engine.calls)


def test_memory_is_in_bytes() -> None:
    peak = own_peak_bytes()
    if sys.platform == "win32":
        assert peak is None
    else:
        assert peak is not None
        assert 20e6 < peak < 20e9


def test_a_worker_that_cannot_load_reports_the_reason() -> None:
    process = Worker(WorkerSetup("onnx", "cpu", "/nonexistent", "/nonexistent.bin", "a"))
    try:
        with pytest.raises(ProcessError, match="duration"):
            process.ready()
    finally:
        process.close()


def test_a_fresh_process_is_seen_from_its_creation() -> None:
    report = {
        "wall_seconds": 2.0,
        "first_audio_seconds": 1.5,
        "audio_seconds": 3.0,
        "phases": [{"name": "imports", "start_seconds": 0.0, "end_seconds": 0.5}],
        "chunks": [{"phonemes": "abc"}, {"phonemes": "de"}],
    }
    run = _seen_from_outside(json.loads(json.dumps(report)), reported=2.25, total=2.5, peak=None)
    assert (run.phonemes, run.chunks) == (5, 2)
    assert (run.first_audio_seconds, run.total_seconds) == (1.75, 2.5)
    assert run.phases == [Phase("start", 0.0, 0.25), Phase("imports", 0.25, 0.75)]


def test_phases_of_a_stopwatch() -> None:
    times = iter([1.0, 2.0, 4.0, 5.0, 7.0])
    watch = Stopwatch(0.0, lambda: next(times))
    watch.until_now("imports")
    with watch.phase("model"):
        pass
    stream = watch.until_first("text", iter("abc"))
    assert "".join(stream) == "abc"
    assert watch.phases == [
        Phase("imports", 0.0, 1.0),
        Phase("model", 2.0, 4.0),
        Phase("text", 5.0, 7.0),
    ]


def test_an_empty_stream_has_a_phase_too() -> None:
    watch = Stopwatch(0.0, iter([1.0, 2.0]).__next__)
    assert list(watch.until_first("text", iter(()))) == []
