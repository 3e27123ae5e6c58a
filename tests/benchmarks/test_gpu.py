"""The benchmark's arithmetic, with two fake ways of speaking."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console
from rich.table import Table

torch = pytest.importorskip("torch")

from benchmarks import gpu  # noqa: E402
from benchmarks.gpu import Exactness, Runs  # noqa: E402
from kokoro_cli import Speaker  # noqa: E402
from kokoro_cli.engines import Call  # noqa: E402
from kokoro_cli.types import Rendering  # noqa: E402


def calls(*lengths: int) -> list[Call]:
    style = np.zeros(256, dtype=np.float32)
    return [Call("a" * length, style, 1.0, seed) for seed, length in enumerate(lengths)]


def speak(asked: Sequence[Call]) -> list[Rendering]:
    """Return noise, a tenth of a second for each phoneme, drawn from the seed."""
    made = []
    for call in asked:
        rng = np.random.default_rng(call.seed)
        samples = rng.normal(0, 0.1, 2400 * len(call.phonemes)).astype(np.float32)
        made.append(Rendering(samples, np.full(len(call.phonemes) + 2, 4)))
    return made


def shown(table: Table) -> str:
    out = io.StringIO()
    Console(file=out, width=140).print(table)
    return out.getvalue()


def test_batches_have_similar_lengths_and_come_back_in_order() -> None:
    seen: list[list[int]] = []

    def noted(asked: Sequence[Call]) -> list[Rendering]:
        seen.append([len(call.phonemes) for call in asked])
        return speak(asked)

    asked = calls(3, 50, 4, 60, 5)
    made = gpu.in_batches(noted, 2)(asked)
    assert seen == [[60, 50], [5, 4], [3]]
    for one, other in zip(made, speak(asked), strict=True):
        np.testing.assert_array_equal(one.samples, other.samples)


def test_calls_are_those_of_the_program(speaker: Speaker) -> None:
    text = "Hello there.\n\n[pause:1s]\n\nNobody knew."
    called = gpu.calls_of(text, speaker)
    speech = speaker.speak(text, voice=gpu.VOICE)
    assert [call.phonemes for call in called] == [u.chunk.phonemes for u in speech if u.words]
    made = [call.by(speaker.engine) for call in called]
    spoken = [u.rendering.samples for u in speech if u.words]
    for one, other in zip(made, spoken, strict=True):
        np.testing.assert_allclose(one.samples, other, atol=2**-15)
    pool = gpu.pool_of(40, speaker)
    assert [call.seed for call in pool] == list(range(40))
    assert len({len(call.phonemes) for call in pool}) > 5
    assert max(len(call.phonemes) for call in pool) <= 250
    assert pool[3].phonemes == gpu.pool_of(5, speaker)[3].phonemes


def test_ways_take_turns_and_the_first_round_is_not_counted() -> None:
    order: list[str] = []

    def way(name: str) -> list[Rendering]:
        order.append(name)
        return speak(calls(10, 10))

    ways = {name: lambda name=name: way(name) for name in "ab"}
    found, failed = gpu.measure(ways, 2, lambda text: None)  # type: ignore[arg-type]
    assert order == ["a", "b", "b", "a", "a", "b"]
    assert [len(runs.seconds) for runs in found.values()] == [2, 2]
    assert found["a"].audio_seconds == pytest.approx(2.0)
    assert not failed


def test_a_batch_that_runs_out_of_memory_is_a_row_and_the_rest_goes_on() -> None:
    def full() -> list[Rendering]:
        raise torch.cuda.OutOfMemoryError("CUDA out of memory.")

    ways = {gpu.STOCK: lambda: speak(calls(10)), "batches of 128": full}
    found, failed = gpu.measure(ways, 2, lambda text: None)
    assert list(found) == [gpu.STOCK]
    assert failed == {"batches of 128": "out of memory"}
    assert "out of memory" in shown(gpu.throughput_table(found, failed))


def test_what_is_the_same_has_no_distance() -> None:
    found = gpu.compare(speak, speak, calls(10, 20))
    assert (found.phonemes, found.other_durations) == (34, 0)
    assert (found.largest_difference, found.spectrum_distance) == (0, 0)
    assert found.seed_distance > 0.1


def test_another_duration_is_counted_and_not_compared_sample_by_sample() -> None:
    def other(asked: Sequence[Call]) -> list[Rendering]:
        first, *rest = speak(asked)
        frames = first.frames.copy()
        frames[1:3] += 1
        louder = [replace(each, samples=each.samples * np.float32(1.5)) for each in rest]
        return [Rendering(first.samples[::-1], frames), *louder]

    found = gpu.compare(speak, other, calls(10, 20))
    assert found.other_durations == 2
    assert found.spectrum_distance == pytest.approx(np.log(1.5), abs=0.01)
    assert 0.1 < found.largest_difference < 0.5


def test_ratios_and_factors() -> None:
    runs = {gpu.STOCK: Runs([10.0, 20.0], 30.0), "batches of 8": Runs([1.0, 2.0], 30.0, 2 * 10**9)}
    (row,) = [r for r in shown(gpu.throughput_table(runs, {})).splitlines() if "batches" in r]
    assert [cell.strip() for cell in row.strip("│").split("│")] == [
        "batches of 8", "1.5", "1–2", "20.00 s", "10", "10–10", "2.0 GB",
    ]  # fmt: skip
    texts = {100: {gpu.STOCK: Runs([1.0]), "ours": Runs([0.1, 0.2, 0.1])}}
    assert "8.00" in shown(gpu.texts_table(texts))
    exact = Exactness(100, 1, 0.002, 0.004, 0.12)
    assert "1 of 100" in shown(gpu.exactness_table({"as measured": exact}))


def test_the_pool_is_as_large_as_the_largest_batch() -> None:
    asked = gpu.parsed(["--batches", "1,4,2", "--device", "cpu"])
    assert (asked.batches, asked.chunks, asked.device) == ([1, 4, 2], 4, "cpu")
    assert gpu.parsed(["--chunks", "9"]).chunks == 9


@pytest.mark.parametrize("wrong", [["--batches", "0"], ["--rounds", "0"], ["--device", "abacus"]])
def test_invalid_options_are_refused(wrong: list[str]) -> None:
    with pytest.raises(SystemExit):
        gpu.parsed(wrong)
