"""A stage of the generator gives what the reference gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.kernels.closeness import NORM_OF_LIKE_ROWS, TOLERANCE, check_rounded, error
from tests.kernels.library import WIDTHS, each_kernel, kk, needs_tiles
from tests.kernels.reference import Array, ReferenceStage, bfloat16, random_weights
from tests.properties import examples

MODEL = {
    "first": kk.StageShape(512, 256, 128, 20, 10, 5, False, 7, (3, 7, 11), (1, 3, 5)),
    "second": kk.StageShape(256, 128, 128, 12, 6, 3, True, 11, (3, 7, 11), (1, 3, 5)),
}
"""The model's own two stages."""

SMALL = kk.StageShape(64, 32, 8, 8, 4, 2, True, 7, (3, 7, 11), (1, 3, 5))


@st.composite
def shapes(draw: st.DrawFn) -> Any:
    stride = draw(st.sampled_from((2, 4, 6, 10)))
    taps, dilations = st.sampled_from((3, 7, 11)), st.integers(1, 5)
    return kk.StageShape(
        input_channels=draw(st.sampled_from((32, 96))),
        channels=draw(st.sampled_from((32, 64, 96))),
        style_columns=draw(st.integers(1, 20)),
        upsample_taps=2 * stride,
        upsample_stride=stride,
        upsample_padding=stride // 2,
        mirrored=draw(st.booleans()),
        noise_taps=draw(taps),
        block_taps=draw(st.tuples(taps, taps, taps)),
        dilations=draw(st.tuples(dilations, dilations, dilations)),
    )


class Stages:
    """A stage by the kernels and by the reference, and what both are given."""

    def __init__(self, shape: Any, input_rows: int, seed: int = 0) -> None:
        random = np.random.default_rng(seed)
        self.shape, self.weights = shape, random_weights(shape, seed)
        self.reference = ReferenceStage(shape, self.weights)
        rows, float32 = self.reference.rows(input_rows), np.float32
        self.x = random.standard_normal((input_rows, shape.input_channels), dtype=float32)
        self.source = random.standard_normal((rows, shape.channels), dtype=float32)
        self.style = random.standard_normal(shape.style_columns, dtype=float32)

    def kernel(self, precision: Any = kk.Precision.FLOAT32) -> Any:
        return kk.Stage(self.shape, precision, kk.pack(self.shape, precision, self.weights))

    def run(self, precision: Any = kk.Precision.FLOAT32, **how: Any) -> Array:
        y: Array = self.kernel(precision).run(self.x, self.source, self.style, **how)
        return y

    def expected(self, rounded: Any = None) -> Array:
        stage = ReferenceStage(self.shape, self.weights, rounded) if rounded else self.reference
        return stage.run(self.x, self.source, self.style)


@given(shape=shapes(), input_rows=st.integers(1, 101), seed=st.integers(0, 9))
@settings(max_examples=examples(25))
def test_it_is_the_stage(shape: Any, input_rows: int, seed: int) -> None:
    stages = Stages(shape, input_rows, seed)
    assume(len(stages.source) >= 4)  # A norm of two rows that are nearly alike magnifies rounding.
    expected = stages.expected()
    for width in WIDTHS:
        y = stages.run(width=width)
        assert y.shape == expected.shape
        assert error(y, expected) < TOLERANCE


@pytest.mark.parametrize("shape", MODEL.values(), ids=MODEL)
def test_the_models_own(shape: Any) -> None:
    stages = Stages(shape, 130)
    assert error(stages.run(), stages.expected()) < TOLERANCE


@pytest.mark.parametrize("input_rows", [1, 2, 3, 101])
@pytest.mark.parametrize("size", [0, 1])
def test_of_rows_that_are_alike(input_rows: int, size: float) -> None:
    stages = Stages(SMALL, input_rows)
    stages.x[:] = size * stages.x[0]
    stages.source[:] = size * stages.source[0]
    norms = 2 * 2 * 3  # A path goes through two blocks, and in each through three pairs.
    assert error(stages.run(), stages.expected()) < norms * NORM_OF_LIKE_ROWS


def test_the_result_may_be_written_over_the_source() -> None:
    stages = Stages(SMALL, 40)
    expected, source = stages.run(), stages.source.copy()
    y = stages.kernel().run(stages.x, source, stages.style, out=source)
    assert y is source
    assert np.array_equal(y, expected)


@each_kernel
def test_not_a_number_does_not_get_lost(precision: Any, width: int) -> None:
    """A norm's mean spreads it over all rows of a channel, and a convolution over all channels."""
    stages = Stages(SMALL, 40)
    expected = stages.run(precision, width=width)
    kept = stages.x[20, 3]
    stages.x[20, 3] = np.nan
    assert np.isnan(stages.run(precision, width=width)).all()
    stages.x[20, 3] = kept
    assert np.array_equal(stages.run(precision, width=width), expected)


@pytest.mark.parametrize("what", ["x", "source", "style"])
def test_the_comparison_notices_what_is_wrong(what: str) -> None:
    stages = Stages(SMALL, 40)
    y, changed = stages.run(), getattr(stages, what)
    changed[1] += 0.01
    assert error(y, stages.expected()) > 10 * TOLERANCE


@needs_tiles
class TestBfloat16:
    @given(shape=shapes(), input_rows=st.integers(5, 101), seed=st.integers(0, 9))
    @settings(max_examples=examples(15))
    def test_it_is_off_by_what_rounding_makes(self, shape: Any, input_rows: int, seed: int) -> None:
        self.check(Stages(shape, input_rows, seed))

    @pytest.mark.parametrize("shape", MODEL.values(), ids=MODEL)
    def test_the_models_own(self, shape: Any) -> None:
        self.check(Stages(shape, 60))

    def check(self, stages: Stages) -> None:
        y = stages.run(kk.Precision.BFLOAT16)
        check_rounded(y, exact=stages.expected(), rounded=stages.expected(bfloat16))
