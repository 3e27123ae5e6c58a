"""A residual block of the decoder gives what the reference gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernels.closeness import NORM_OF_LIKE_ROWS, TOLERANCE, check_rounded, error
from tests.kernels.library import WIDTHS, each_kernel, kk, needs_tiles
from tests.kernels.reference import Array, bfloat16
from tests.kernels.reference_block import ReferenceBlock, random_weights
from tests.properties import examples

MODEL = {
    "first": kk.BlockShape(514, 1024, 128, False),
    "middle": kk.BlockShape(1090, 1024, 128, False),
    "last": kk.BlockShape(1090, 512, 128, True),
}
"""The model's own."""

each_of_the_model = pytest.mark.parametrize("shape", MODEL.values(), ids=MODEL)

shapes = st.builds(
    kk.BlockShape,
    input_channels=st.one_of(st.integers(1, 130), st.sampled_from((32, 64, 96))),
    channels=st.sampled_from((32, 64, 96)),
    style_columns=st.integers(1, 20),
    doubled=st.booleans(),
)


class Blocks:
    """A block by the kernels and by the reference, and what both are given."""

    def __init__(self, shape: Any, input_rows: int, seed: int = 0) -> None:
        random = np.random.default_rng(seed)
        self.shape, self.weights = shape, random_weights(shape, seed)
        self.x = random.standard_normal((input_rows, shape.input_channels), dtype=np.float32)
        self.style = random.standard_normal(shape.style_columns, dtype=np.float32)

    def run(self, precision: Any = kk.Precision.FLOAT32, **how: Any) -> Array:
        block = kk.Block(self.shape, precision, kk.pack(self.shape, precision, self.weights))
        y: Array = block.run(self.x, self.style, **how)
        return y

    def expected(self, *rounded: Any) -> Array:
        return ReferenceBlock(self.shape, self.weights, *rounded).run(self.x, self.style)


@given(shape=shapes, input_rows=st.integers(2, 101), seed=st.integers(0, 9))
@settings(max_examples=examples(40))
def test_it_is_the_block(shape: Any, input_rows: int, seed: int) -> None:
    blocks = Blocks(shape, input_rows, seed)
    expected = blocks.expected()
    for width in WIDTHS:
        y = blocks.run(width=width)
        assert y.shape == expected.shape
        assert error(y, expected) < TOLERANCE


@each_of_the_model
def test_the_models_own(shape: Any) -> None:
    blocks = Blocks(shape, 230)
    assert error(blocks.run(), blocks.expected()) < TOLERANCE


@pytest.mark.parametrize("doubled", [False, True])
@pytest.mark.parametrize("channels", [32, 37])
def test_of_rows_that_are_alike(channels: int, doubled: bool) -> None:
    for rows in (1, 50):
        blocks = Blocks(kk.BlockShape(channels, 32, 8, doubled), rows)
        for row in (blocks.x[0].copy(), 0):
            blocks.x[:] = row
            assert error(blocks.run(), blocks.expected()) < 2 * NORM_OF_LIKE_ROWS


@each_kernel
def test_not_a_number_does_not_get_lost(precision: Any, width: int) -> None:
    blocks = Blocks(kk.BlockShape(37, 64, 8, True), 40)
    expected = blocks.run(precision, width=width)
    kept = blocks.x[20, 3]
    blocks.x[20, 3] = np.nan
    assert np.isnan(blocks.run(precision, width=width)).all()
    blocks.x[20, 3] = kept
    assert np.array_equal(blocks.run(precision, width=width), expected)


@pytest.mark.parametrize("doubled", [False, True])
@pytest.mark.parametrize("channels", [32, 37])
def test_the_comparison_notices_each_weight(channels: int, doubled: bool) -> None:
    """Each part of the weights counts, a convolution's bias for example."""
    without_effect = 7 if doubled else 5  # The first convolution's bias: a norm takes it away.
    shape = kk.BlockShape(channels, 32, 8, doubled)
    blocks, changed = Blocks(shape, 30), Blocks(shape, 30)
    y = blocks.run()
    for number, part in enumerate(ReferenceBlock(shape, blocks.weights).weights):
        if number == without_effect:
            continue
        reference = ReferenceBlock(shape, changed.weights)
        reference.weights[number] = part + 0.01 * part.abs().max()
        assert error(y, reference.run(blocks.x, blocks.style)) > 10 * TOLERANCE, number


@needs_tiles
class TestBfloat16:
    @given(shape=shapes, input_rows=st.integers(5, 101), seed=st.integers(0, 9))
    @settings(max_examples=examples(30))
    def test_it_is_off_by_what_rounding_makes(self, shape: Any, input_rows: int, seed: int) -> None:
        self.check(Blocks(shape, input_rows, seed))

    @each_of_the_model
    def test_the_models_own(self, shape: Any) -> None:
        self.check(Blocks(shape, 100))

    def check(self, blocks: Blocks) -> None:
        y = blocks.run(kk.Precision.BFLOAT16)
        check_rounded(y, exact=blocks.expected(), rounded=blocks.expected(bfloat16))
