"""The same arguments give the same bytes, whatever runs them; a call leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernels.case import Kernel, random_case
from tests.kernels.library import WIDTHS, each_kernel, kk
from tests.kernels.reference import Array
from tests.kernels.test_block import Blocks
from tests.kernels.test_convolution import CHANNELS, each_taps
from tests.kernels.test_projection import Projections
from tests.kernels.test_stage import SMALL, Stages
from tests.properties import examples

FLOAT32 = kk.Precision.FLOAT32

Runs = Callable[..., bytes]


def _stage(precision: Any, seed: int) -> Runs:
    stages = Stages(SMALL, 333, seed)
    kernel = stages.kernel(precision)
    return lambda **how: kernel.run(stages.x, stages.source, stages.style, **how).tobytes()


def _block(precision: Any, seed: int) -> Runs:
    blocks = Blocks(kk.BlockShape(77, 64, 8, bool(seed % 2)), 777, seed)
    return lambda **how: blocks.run(precision, **how).tobytes()


def _convolution(precision: Any, seed: int) -> Runs:
    return Kernel(random_case(64, (3, 7, 11)[seed % 3], 3, 4321, seed), precision).bytes


def _projection(_: Any, seed: int) -> Runs:
    """Projections are of float32, whatever the rest is."""
    run = Projections(kk.ProjectionShape(37, 70, 7, 3, 2, 0.01), 3333, seed).run
    return lambda **how: run(**how).tobytes()


each_kind = pytest.mark.parametrize(
    "kind", [_stage, _block, _convolution], ids=lambda f: f.__name__
)


@each_kernel
@each_kind
class TestThreads:
    def test_any_number_of_them(self, kind: Any, precision: Any, width: int) -> None:
        run = kind(precision, 0)
        alone = run(width=width)
        for threads in (1, 2, 3, 7, 100):  # 100 are more than there are tiles.
            assert run(width=width, threads=threads) == alone

    def test_several_calls_at_once(self, kind: Any, precision: Any, width: int) -> None:
        runs = [kind(precision, seed) for seed in range(4)]
        alone = [run(width=width) for run in runs]
        assert len(set(alone)) == len(alone)
        with ThreadPoolExecutor(4) as pool:
            for _ in range(5):
                calls = [
                    pool.submit(run, width=width, threads=1 + number % 2)
                    for number, run in enumerate(runs)
                ]
                assert [call.result() for call in calls] == alone


@pytest.mark.parametrize("threads", [1, 3])
@each_kernel
@each_kind
def test_memory_of_a_call(
    kind: Any, precision: Any, width: int, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is in it before does not count, and nothing outside of it is written."""
    run, made = kind(precision, 0), []
    expected = run(width=width)

    def guarded(size: int) -> Array:
        """Return memory of not a number, with as much before and after it."""
        guard = -(-size // kk.ALIGNMENT) * kk.ALIGNMENT
        made.append(memory := original(size + 2 * guard))
        memory[:] = 0xFF
        return memory[guard : guard + size]

    original = kk.aligned
    monkeypatch.setattr(kk, "aligned", guarded)
    assert run(width=width, threads=threads) == expected
    assert made
    for memory in made:
        third = len(memory) // 3
        assert (memory[:third] == 0xFF).all()
        assert (memory[-third:] == 0xFF).all()


@each_kind
def test_widths(kind: Any) -> None:
    run = kind(FLOAT32, 0)
    expected = run()
    for width in WIDTHS:
        assert run(width=width) == expected


@each_taps
@given(
    channels=st.sampled_from(CHANNELS),
    dilation=st.integers(1, 5),
    rows=st.integers(1, 101),
    size=st.sampled_from((1e-42, 1e-20, 1.0, 1e4, 1e20)),
)
@settings(max_examples=examples(10))
def test_of_any_shape(taps: int, channels: int, dilation: int, rows: int, size: float) -> None:
    kernel = Kernel(random_case(channels, taps, dilation, rows, size=size))
    expected = kernel.bytes()
    for width in WIDTHS:
        for threads in (1, 2, 3):
            assert kernel.bytes(width=width, threads=threads) == expected


@each_kernel
class TestDenormalNumbers:
    """The kernels take them for zero; the thread that called them does so no more afterwards."""

    def test_they_are_there_after_a_call(self, precision: Any, width: int) -> None:
        kernel = Kernel(random_case(32, 3, 1, 50), precision)
        for threads in (1, 2):
            kernel.run(width=width, threads=threads)
            self.check()

    def test_they_are_there_after_a_refusal(self, precision: Any, width: int) -> None:
        kernel = Kernel(random_case(32, 3, 1, 50), precision)
        with pytest.raises(kk.KernelError):
            kernel.run(width=width, threads=0)
        self.check()

    def check(self) -> None:
        tiny = np.full(64, np.finfo(np.float32).smallest_normal)
        assert ((tiny / 4) * 4 == tiny).all()


@each_kernel
def test_every_thread_takes_denormal_numbers_for_zero(precision: Any, width: int) -> None:
    case = random_case(32, 7, 2, 20_000)
    none = np.zeros_like(case.bias)
    case = replace(case, bias=none, shift=none, residual=None)
    case.x[:] = 1e-40
    for threads in (1, 3):
        for part in Kernel(case, precision).run(width=width, threads=threads):
            assert not part.any()
