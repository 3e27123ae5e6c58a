"""What a worker counts, times and speaks, with tones and a fake clock, and with the toy model."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from kokoro_cli import Speaker, Utterance, synthesis
from kokoro_cli.bench import worker
from kokoro_cli.bench.memory import own_peak_bytes
from kokoro_cli.bench.processes import Worker, _seen_from_outside, run_cold
from kokoro_cli.bench.worker import Task, WorkerSetup
from kokoro_cli.child import ProcessError
from kokoro_cli.child import command as our_command
from kokoro_cli.config import read_settings
from kokoro_cli.stopwatch import Phase, Stopwatch
from kokoro_cli.types import Losses, Samples, SynthesisOptions
from tests.fakes import ToneEngine, letters_stage, style


def tones(engine: ToneEngine) -> Callable[[Task], Iterator[Utterance]]:
    """Return a function that has the engine speak a task's letters."""

    def utterances(task: Task) -> Iterator[Utterance]:
        options = SynthesisOptions("af_heart", "a", seed=task.seed)
        chunks = synthesis.chunks(task.text, letters_stage(), options, Losses())
        return synthesis.speak(chunks, engine, style, options)

    return utterances


def test_it_counts_and_times_what_it_speaks(tone_engine: ToneEngine) -> None:
    ticks = count(step=0.5)
    kept: list[Samples] = []
    task = Task("One two three.\n\nFour five.", seed=3)
    found = worker.speak(task, tones(tone_engine), kept.append, clock=lambda: float(next(ticks)))
    assert found.chunks == 2
    assert found.phonemes == sum(len(phonemes) for phonemes, _, _ in tone_engine.calls) > 20
    assert found.audio_seconds == sum(map(len, kept)) / 24_000
    assert found.first_audio_seconds == 0.5
    assert found.total_seconds == 1.0
    assert [seed for _, _, seed in tone_engine.calls] == [3, 3]


TEXT = "\n\n".join(f"Paragraph number {name}." for name in ("one", "two", "three", "four"))


def samples_of(speaker: Speaker, task: Task) -> Samples:
    return np.concatenate([u.samples for u in worker.utterances(speaker, "am_adam", task)])


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_workers_give_the_same_sound(workers: int, speaker: Speaker) -> None:
    expected = speaker.speak(TEXT, voice="am_adam").samples()
    np.testing.assert_array_equal(samples_of(speaker, Task(TEXT, workers=workers)), expected)


def test_a_task_has_its_seed_length_and_stream(speaker: Speaker) -> None:
    def lengths(task: Task) -> list[int]:
        found = worker.utterances(speaker, "am_adam", task)
        return [len(utterance.chunk.phonemes) for utterance in found]

    text = "One two three, four five six, seven eight nine, ten eleven twelve. " * 4
    assert max(lengths(Task(text, max_phonemes=40))) <= 40
    assert lengths(Task(text, growth=1.5))[0] < lengths(Task(text))[0]
    one, other = (samples_of(speaker, Task("Hello.", seed=seed)) for seed in (1, 2))
    assert not np.array_equal(one, other)


def test_memory_is_in_bytes() -> None:
    peak = own_peak_bytes()
    if sys.platform == "win32":
        assert peak is None
    else:
        assert peak is not None
        assert 20e6 < peak < 20e9


def test_a_worker_speaks_task_after_task(cache: Path, speaker: Speaker) -> None:
    keep = Path("samples.npy").absolute()
    setup = WorkerSetup("onnx", "cpu", "am_adam", threads=1)
    with closing(Worker(setup, speaker.settings)) as process:
        process.ready()
        first = process.speak(Task(TEXT, keep=str(keep)))
        second = process.speak(Task("Hello."))
    expected = speaker.speak(TEXT, voice="am_adam").samples()
    np.testing.assert_array_equal(np.load(keep), expected)
    assert (first.chunks, second.chunks) == (4, 1)
    assert first.audio_seconds == len(expected) / 24_000
    assert 0 < first.first_audio_seconds <= first.total_seconds


def test_a_worker_that_cannot_load_reports_the_reason(cache: Path, speaker: Speaker) -> None:
    nowhere = replace(speaker.settings, cache=cache / "nothing")
    with (
        closing(Worker(WorkerSetup("onnx", "cpu", "af_heart"), nowhere)) as process,
        pytest.raises(ProcessError) as caught,
    ):
        process.ready()
    assert str(caught.value) == "No model is installed."


def test_a_fresh_process_speaks_offline_with_the_settings(
    speaker: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[list[str], dict[str, str]]] = []

    def start(command: list[str], *, env: dict[str, str], **options: object) -> None:
        started.append((command, env))
        raise OSError("It is not started.")

    monkeypatch.setattr("kokoro_cli.bench.processes.subprocess.Popen", start)
    with pytest.raises(OSError, match="not started"):
        run_cold(("onnx", "cpu"), "bf_emma", 3, "- Hello.", speaker.settings)
    ((command, env),) = started
    assert command == our_command(
        *("kokoro_cli", "say", "-o", command[command.index("-o") + 1], "--json"),
        *("--engine", "onnx", "--device", "cpu", "--voice", "bf_emma", "--seed", "3"),
        *("--stream", "--offline", "--", "- Hello."),
    )
    assert read_settings(env) == speaker.settings


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


def test_the_first_phase_of_a_name_counts() -> None:
    times = iter([1.0, 2.0, 3.0, 4.0])
    watch = Stopwatch(0.0, lambda: next(times))
    for _ in range(2):
        with watch.phase("text"):
            pass
    assert watch.phases == [Phase("text", 1.0, 2.0)]
