"""The choice of the best setting, on given times."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kokoro_cli.bench.latency import Backend
from kokoro_cli.bench.sweep import LENGTHS, Sweep, pairs
from kokoro_cli.bench.texts import PAGE
from kokoro_cli.bench.worker import Spoken, Task
from kokoro_cli.child import ProcessError
from kokoro_cli.engines import Tuning

USUAL = Tuning("onnx", "cpu", 1, 2, 250)


def test_pairs_use_all_processors() -> None:
    assert pairs(2, concurrent=True) == [(2, 1), (1, 2)]
    assert pairs(8, concurrent=True) == [(8, 1), (4, 2), (2, 4), (1, 8)]
    assert pairs(6, concurrent=True) == [(6, 1), (3, 2), (1, 6)]
    assert pairs(2, concurrent=False) == [(2, 1), (1, 1)]
    assert pairs(1, concurrent=True) == [(1, 1)]


class Timed:
    """A fake worker whose time is a function of the setting."""

    def __init__(self, backend: Backend, threads: int, seconds: Callable[[Tuning], float]) -> None:
        self._backend, self._threads, self._seconds = backend, threads, seconds
        self._noise = 0

    def ready(self) -> None:
        if self._backend[0] == "broken":
            raise ProcessError("no such thing")

    def speak(self, task: Task) -> Spoken:
        self._noise += 1
        tuning = Tuning(*self._backend, self._threads, task.workers, task.max_phonemes)
        seconds = self._seconds(tuning) * (1 + 0.001 * (self._noise % 3))
        return Spoken(60, 2, 10.0, seconds, seconds, None)

    def close(self) -> None: ...


def swept(seconds: Callable[[Tuning], float], backends: list[Backend], **options: object) -> Sweep:
    return Sweep(
        text=PAGE,
        usual=USUAL,
        backends=backends,
        processors=2,
        runs=5,
        seed=0,
        worker=lambda backend, threads: Timed(backend, threads, seconds),
        show=lambda line: None,
        **options,  # type: ignore[arg-type]
    )


def test_the_fastest_setting_wins() -> None:
    def seconds(tuning: Tuning) -> float:
        return 10.0 + abs(tuning.max_phonemes - 100) / 100 + (tuning.threads == 1) * 3

    found = swept(seconds, [("onnx", "cpu")]).run()
    assert found.best == Tuning("onnx", "cpu", 2, 1, 100)
    assert found.gain == pytest.approx(14.5 / 10.0, rel=0.01)
    assert [tried.total_seconds.p50 for tried in found.tried] == sorted(
        tried.total_seconds.p50 for tried in found.tried
    )
    assert {tried.tuning.max_phonemes for tried in found.tried} >= set(LENGTHS)
    assert len({tried.tuning for tried in found.tried}) == len(found.tried)


def test_the_usual_setting_stays_if_none_is_clearly_faster() -> None:
    found = swept(lambda tuning: 10.0, [("onnx", "cpu")]).run()
    assert found.best == USUAL
    assert found.gain == 1.0


def test_a_setting_that_speaks_unclearly_cannot_win() -> None:
    def seconds(tuning: Tuning) -> float:
        return 5.0 if tuning.max_phonemes == 400 else 10.0 - (tuning.max_phonemes == 200)

    def listen(tuning: Tuning, speaker: object) -> int:
        return 40 if tuning.max_phonemes == 400 else 2

    found = swept(seconds, [("onnx", "cpu")], listen=listen).run()
    assert found.tried[0].tuning.max_phonemes == 400
    assert found.tried[0].words_wrong == 40
    assert found.best.max_phonemes == 200


def test_a_backend_that_does_not_run_is_left_out() -> None:
    found = swept(lambda tuning: 10.0, [("broken", "cpu"), ("onnx", "cpu")]).run()
    assert found.left_out == ["broken on cpu: no such thing"]
    with pytest.raises(ProcessError, match="no such thing"):
        swept(lambda tuning: 10.0, [("broken", "cpu")]).run()


def test_it_speaks_no_more_often_than_its_steps() -> None:
    shown: list[str] = []
    sweep = swept(lambda tuning: 10.0, [("onnx", "cpu"), ("torch", "cpu")])
    Sweep(
        **{**{name: getattr(sweep, name) for name in sweep.__slots__}, "show": shown.append}
    ).run()
    assert len(shown) <= sweep.steps
