"""What can't be done is a KernelError, and nothing is written or read where it should not be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.kernels.case import random_case
from tests.kernels.library import kk
from tests.kernels.reference import Array
from tests.kernels.test_stage import SMALL, Stages

native = kk.native
library, aligned = native.library, native.aligned
ConvolutionWeights, Plan = native.ConvolutionWeights, native.Plan

FLOAT32 = kk.Precision.FLOAT32


def changed(shape: Any, **fields: Any) -> Any:
    return type(shape)(**{name: getattr(shape, name) for name in shape.__slots__} | fields)


BLOCK = kk.BlockShape(37, 32, 8, False)
PROJECTION = kk.ProjectionShape(22, 40, 7, 2, 3, 0.01)
CONVOLUTION = kk.ConvolutionShape(32, 7, 3)

UNKNOWN = [
    changed(SMALL, input_channels=40),
    changed(SMALL, channels=0),
    changed(SMALL, channels=-32),
    changed(SMALL, channels=33),
    changed(SMALL, channels=8192),
    changed(SMALL, style_columns=0),
    changed(SMALL, upsample_taps=9),
    changed(SMALL, upsample_padding=1),
    changed(SMALL, upsample_stride=0),
    changed(SMALL, upsample_stride=128, upsample_taps=256, upsample_padding=64),
    changed(SMALL, noise_taps=5),
    changed(SMALL, block_taps=(3, 7, 9)),
    changed(SMALL, dilations=(1, 0, 5)),
    changed(SMALL, dilations=(1, 3, 6)),
    changed(BLOCK, input_channels=0),
    changed(BLOCK, channels=37),
    changed(BLOCK, style_columns=5000),
    changed(PROJECTION, channels=0),
    changed(PROJECTION, input_channels=5000),
    changed(PROJECTION, taps=0),
    changed(PROJECTION, taps=65),
    changed(PROJECTION, stride=0),
    changed(PROJECTION, padding=-1),
    changed(PROJECTION, padding=7),
    changed(PROJECTION, slope=1.5),
    changed(PROJECTION, slope=float("nan")),
    changed(CONVOLUTION, channels=48),
    changed(CONVOLUTION, taps=1),
    changed(CONVOLUTION, dilation=6),
]


@pytest.mark.parametrize("shape", UNKNOWN, ids=str)
def test_unknown_shapes(shape: Any) -> None:
    with pytest.raises(kk.KernelError, match="shape"):
        kk.packed_bytes(shape, FLOAT32)
    with pytest.raises(kk.KernelError):
        kk.pack(shape, FLOAT32, np.zeros(100, np.float32))


def test_an_unknown_precision() -> None:
    with pytest.raises(kk.KernelError):
        kk.packed_bytes(SMALL, 2)


@pytest.mark.parametrize("shape", [SMALL, BLOCK, CONVOLUTION], ids=lambda shape: shape.name)
class TestWeights:
    @pytest.mark.parametrize("more", [-1, 1])
    def test_another_number_of_them(self, shape: Any, more: int) -> None:
        count = kk.weight_count(shape)
        with pytest.raises(kk.KernelError, match=f"has {count} weights, not {count + more}"):
            kk.pack(shape, FLOAT32, np.ones(count + more, np.float32))

    @pytest.mark.parametrize("more", [-64, 64])
    def test_packed_weights_of_another_size(self, shape: Any, more: int) -> None:
        size = kk.packed_bytes(shape, FLOAT32)
        kind = {"stage": kk.Stage, "block": kk.Block, "convolution": kk.Convolution}[shape.name]
        with pytest.raises(kk.KernelError, match=f"have {size} bytes, not {size + more}"):
            kind(shape, FLOAT32, np.zeros(size + more, np.uint8))

    def test_weights_of_the_other_precision(self, shape: Any) -> None:
        sizes = {kk.packed_bytes(shape, precision) for precision in kk.Precision}
        assert len(sizes) == 2


class TestRun:
    """What a run is given."""

    @pytest.fixture
    def stages(self) -> Stages:
        return Stages(SMALL, 10)

    def refused(self, stages: Stages, match: str, **changes: Any) -> None:
        given = {name: getattr(stages, name) for name in ("x", "source", "style")} | changes
        with pytest.raises(kk.KernelError, match=match):
            stages.kernel().run(**given)

    @pytest.mark.parametrize("name", ["x", "source", "style"])
    def test_arrays_of_wrong_shapes(self, stages: Stages, name: str) -> None:
        array: Array = getattr(stages, name)
        for wrong in (array[..., :-1], array[None], np.concatenate([array, array], axis=-1)):
            self.refused(stages, "shape", **{name: wrong})

    def test_a_row_too_few_or_too_many(self, stages: Stages) -> None:
        self.refused(stages, "shape", source=stages.source[1:])
        self.refused(stages, "shape", x=np.repeat(stages.x, 2, axis=0))

    def test_no_rows(self, stages: Stages) -> None:
        self.refused(stages, "shape", x=stages.x[:0], source=stages.source[:0])
        case = random_case(32, 3, 1, 1)
        convolution = kk.Convolution(
            case.shape, FLOAT32, kk.pack(case.shape, FLOAT32, case.weights)
        )
        each = np.ones(32, np.float32)
        with pytest.raises(kk.KernelError, match="shape"):
            convolution.run(case.x[:0], bias=each, alpha=each, scale=each, shift=each)

    def test_an_output_that_cannot_be_written(self, stages: Stages) -> None:
        out = np.zeros(stages.source.shape, np.float32)
        read_only, double, turned = out.copy(), out.astype(np.float64), np.asfortranarray(out)
        read_only.flags.writeable = False
        for wrong in (read_only, double, turned, np.repeat(out, 2, axis=0)[::2]):
            self.refused(stages, "output is not writable", out=wrong)
            assert not wrong.any()
        self.refused(stages, "shape", out=out[1:])

    @pytest.mark.parametrize("threads", [0, -1, 257, 2**32 + 1])
    def test_numbers_of_threads(self, stages: Stages, threads: int) -> None:
        self.refused(stages, "shape", threads=threads)

    @pytest.mark.parametrize("width", [1, 64, 384, -256])
    def test_unknown_widths(self, stages: Stages, width: int) -> None:
        self.refused(stages, "lacks", width=width)

    def test_misaligned_weights(self, stages: Stages) -> None:
        packed = kk.pack(SMALL, FLOAT32, stages.weights)
        memory = np.empty(len(packed) + 2 * kk.ALIGNMENT, np.uint8)
        start = -memory.ctypes.data % kk.ALIGNMENT + 4
        moved = memory[start : start + len(packed)]
        moved[:] = packed
        with pytest.raises(kk.KernelError, match="misaligned"):
            kk.Stage(SMALL, FLOAT32, moved).run(stages.x, stages.source, stages.style)


@pytest.mark.parametrize("width", [-512, 1, 64, 256, 1024])
def test_bfloat16_has_one_width(width: int) -> None:
    with pytest.raises(kk.KernelError):
        Stages(SMALL, 10).run(kk.Precision.BFLOAT16, width=width)


@pytest.mark.skipif(bool(kk.abilities() & kk.Ability.TILES), reason="this processor has tiles")
def test_bfloat16_needs_tiles() -> None:
    with pytest.raises(kk.KernelError, match="lacks"):
        Stages(SMALL, 10).run(kk.Precision.BFLOAT16)


@pytest.mark.parametrize("step", [2, -1])
def test_packed_weights_with_gaps(step: int) -> None:
    packed = kk.pack(CONVOLUTION, FLOAT32, np.ones(kk.weight_count(CONVOLUTION), np.float32))
    apart = np.repeat(packed, abs(step))[::step]
    with pytest.raises(kk.KernelError, match="contiguous"):
        kk.Convolution(CONVOLUTION, FLOAT32, apart)


def test_arrays_need_not_be_contiguous_float32() -> None:
    stages = Stages(SMALL, 10)
    expected = stages.run()
    stages.x = np.asfortranarray(stages.x).astype(np.float64)
    stages.source = np.repeat(stages.source, 2, axis=0)[::2]
    assert np.array_equal(stages.run(), expected)


@pytest.mark.parametrize("shape", [SMALL, BLOCK, CONVOLUTION], ids=lambda shape: shape.name)
def test_weights_are_packed_alike_each_time(shape: Any) -> None:
    """The packed weights are kept and checked: also what lies between the parts is the same."""
    weights = np.random.default_rng(0).random(kk.weight_count(shape), np.float32) + 1
    for precision in kk.Precision:
        first, second = (kk.pack(shape, precision, weights).tobytes() for _ in "ab")
        assert first == second


class TestC:
    """What the C interface refuses, and the Python module never asks for."""

    @pytest.fixture
    def arguments(self) -> list[Any]:
        """Arguments of kk_convolution_run that it takes."""
        shape, rows = CONVOLUTION, 20
        size = library.kk_convolution_workspace_bytes(shape.native(), FLOAT32, rows, 1)
        each, packed = np.ones(32, np.float32), aligned(kk.packed_bytes(shape, FLOAT32))
        x, y, moments = np.ones((rows, 32), np.float32), np.empty((rows, 32)), np.empty(32)
        packed[:] = 0
        self.kept = [each, packed, x, y, moments, workspace := aligned(size)]
        weights = ConvolutionWeights(packed.ctypes.data, *[each.ctypes.data] * 5)
        arrays = [x.ctypes.data, None, y.ctypes.data, *[moments.ctypes.data] * 2]
        call = [weights, rows, *arrays, workspace.ctypes.data, size, Plan(1, 0)]
        return [shape.native(), FLOAT32, *call]

    def test_what_is_right(self, arguments: list[Any]) -> None:
        assert library.kk_convolution_run(*arguments) == 0

    @pytest.mark.parametrize("number", [0, 2, 4, 6, 7, 8, 9, 11])
    def test_null_pointers(self, arguments: list[Any], number: int) -> None:
        arguments[number] = None
        assert library.kk_convolution_run(*arguments) == 1

    @pytest.mark.parametrize("name", [name for name, _ in ConvolutionWeights._fields_])
    def test_null_weights(self, arguments: list[Any], name: str) -> None:
        setattr(arguments[2], name, None)
        assert library.kk_convolution_run(*arguments) == 1

    @pytest.mark.parametrize("rows", [0, -1, 2**24 + 1, 2**63 - 1])
    def test_lengths(self, arguments: list[Any], rows: int) -> None:
        arguments[3] = rows
        assert library.kk_convolution_run(*arguments) == 1

    def test_a_workspace_too_small(self, arguments: list[Any]) -> None:
        arguments[10] -= 1
        assert library.kk_convolution_run(*arguments) == 3

    def test_a_misaligned_workspace(self, arguments: list[Any]) -> None:
        arguments[9] += 32
        assert library.kk_convolution_run(*arguments) == 1
