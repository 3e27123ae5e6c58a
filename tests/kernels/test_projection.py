"""A projection gives what PyTorch's convolution in float64 gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.kernels.closeness import TOLERANCE, error
from tests.kernels.library import WIDTHS, each_float, kk
from tests.kernels.reference import Array
from tests.properties import examples

MODEL = {
    "first stage's source": kk.ProjectionShape(22, 256, 12, 6, 3, 1),
    "second stage's source": kk.ProjectionShape(22, 128, 1, 1, 0, 1),
    "spectra": kk.ProjectionShape(128, 22, 7, 1, 3, 0.01),
}
"""The model's own."""


@st.composite
def shapes(draw: st.DrawFn) -> Any:
    taps = draw(st.integers(1, 13))
    return kk.ProjectionShape(
        input_channels=draw(st.integers(1, 70)),
        channels=draw(st.integers(1, 70)),
        taps=taps,
        stride=draw(st.integers(1, 7)),
        padding=draw(st.integers(0, taps - 1)),
        slope=draw(st.sampled_from((0.0, 0.01, 1.0))),
    )


class Projections:
    """A projection by the kernels and by PyTorch, and what both are given."""

    def __init__(self, shape: Any, input_rows: int, seed: int = 0) -> None:
        random = np.random.default_rng(seed)
        self.shape, size = shape, (shape.channels, shape.input_channels, shape.taps)
        weight = random.standard_normal(size) * np.prod(size[1:]) ** -0.5
        self.weight, self.bias = np.float32(weight), random.random(size[0], dtype=np.float32)
        self.x = random.standard_normal((input_rows, shape.input_channels), dtype=np.float32)
        weights = np.concatenate([self.weight.ravel(), self.bias])
        self.kernel = kk.Projection(shape, kk.pack(shape, kk.Precision.FLOAT32, weights))

    def run(self, **how: Any) -> Array:
        y: Array = self.kernel.run(self.x, **how)
        return y

    def expected(self) -> Array:
        x, weight, bias = (
            torch.from_numpy(each).double() for each in (self.x, self.weight, self.bias)
        )
        activated = F.leaky_relu(x, self.shape.slope).T[None]
        how = {"stride": self.shape.stride, "padding": self.shape.padding}
        y: Array = F.conv1d(activated, weight, bias, **how)[0].T.numpy()
        return y


@given(shape=shapes(), input_rows=st.integers(1, 101), seed=st.integers(0, 9))
@settings(max_examples=examples(100))
def test_it_is_the_convolution(shape: Any, input_rows: int, seed: int) -> None:
    assume(input_rows + 2 * shape.padding >= shape.taps)
    projections = Projections(shape, input_rows, seed)
    expected = projections.expected()
    for width in WIDTHS:
        y = projections.run(width=width)
        assert y.shape == expected.shape
        assert error(y, expected) < TOLERANCE


@pytest.mark.parametrize("shape", MODEL.values(), ids=MODEL)
def test_the_models_own(shape: Any) -> None:
    projections = Projections(shape, 5000)
    assert error(projections.run(), projections.expected()) < TOLERANCE


@each_float
def test_not_a_number_stays_in_what_depends_on_it(precision: Any, width: int) -> None:
    projections = Projections(MODEL["spectra"], 900)
    expected, kept = projections.run(width=width), projections.x[400, 7]
    projections.x[400, 7] = np.nan
    y = projections.run(width=width)
    assert np.isnan(y[397:404]).all()
    assert np.array_equal(np.delete(y, slice(397, 404), 0), np.delete(expected, slice(397, 404), 0))
    projections.x[400, 7] = kept
    assert np.array_equal(projections.run(width=width), expected)


@pytest.mark.parametrize("change", ["weight", "bias", "x", "slope", "padding"])
def test_the_comparison_notices_what_is_wrong(change: str) -> None:
    projections = Projections(kk.ProjectionShape(22, 40, 7, 1, 3, 0.01), 60)
    y = projections.run()
    if change == "slope":
        projections.shape = kk.ProjectionShape(22, 40, 7, 1, 3, 0.02)
    elif change == "padding":
        projections.x = np.roll(projections.x, 1, axis=0)
    else:
        getattr(projections, change)[-1] *= np.float32(1.01)
    assert error(y, projections.expected()) > 10 * TOLERANCE


def test_fewer_rows_than_taps() -> None:
    with pytest.raises(kk.KernelError, match="shape"):
        Projections(kk.ProjectionShape(22, 40, 7, 1, 2, 1), 2).run()


def test_it_is_float32_alone() -> None:
    with pytest.raises(kk.KernelError, match="shape"):
        kk.packed_bytes(MODEL["spectra"], kk.Precision.BFLOAT16)
