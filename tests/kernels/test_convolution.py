"""Each fast convolution gives what a direct one in float64 gives."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernels.case import (
    Case,
    Kernel,
    random_case,
    reference,
    rounded_reference,
    rounding_bound,
)
from tests.kernels.closeness import TOLERANCE, error
from tests.kernels.library import WIDTHS, each_kernel, kk, needs_tiles
from tests.kernels.reference import Array
from tests.properties import examples

CHANNELS, TAPS, DILATIONS = (32, 64, 96, 128, 256), (3, 7, 11), range(1, 6)

each_taps = pytest.mark.parametrize("taps", TAPS)

cases = st.builds(
    random_case,
    channels=st.sampled_from(CHANNELS),
    taps=st.sampled_from(TAPS),
    dilation=st.sampled_from(DILATIONS),
    rows=st.integers(1, 101),
    seed=st.integers(0, 9),
    size=st.sampled_from((1.0, 1e-3, 1e4)),
)


class TestFloat32:
    @given(case=cases)
    @settings(max_examples=examples(60))
    def test_it_is_the_convolution(self, case: Case) -> None:
        expected = reference(case)
        kernel = Kernel(case)
        for width in WIDTHS:
            y, *_ = kernel.run(width=width)
            assert error(y, expected) < TOLERANCE

    @each_taps
    @pytest.mark.parametrize("dilation", DILATIONS)
    def test_each_dilation_over_several_tiles(self, taps: int, dilation: int) -> None:
        case = random_case(128, taps, dilation, rows=2500)
        assert error(Kernel(case).run()[0], reference(case)) < TOLERANCE

    @each_taps
    @pytest.mark.parametrize(("channels", "rows"), [(32, 12_001), (256, 2111)])
    def test_many_and_few_channels_over_several_tiles(
        self, taps: int, channels: int, rows: int
    ) -> None:
        case = random_case(channels, taps, 3, rows)
        assert error(Kernel(case).run()[0], reference(case)) < TOLERANCE

    def test_without_a_residual(self) -> None:
        case = replace(random_case(32, 3, 2, 50), residual=None)
        assert error(Kernel(case).run()[0], reference(case)) < TOLERANCE

    @each_taps
    def test_of_nothing_it_is_the_bias(self, taps: int) -> None:
        zero = np.float32(0)
        case = random_case(64, taps, 2, 77)
        case = replace(case, x=zero * case.x, residual=None, shift=zero * case.shift)
        y, mean, variance = Kernel(case).run()
        assert np.array_equal(y, np.broadcast_to(case.bias, y.shape))
        assert np.array_equal(mean, case.bias)
        assert not variance.any()

    @each_taps
    def test_denormal_numbers_count_as_zero(self, taps: int) -> None:
        case = random_case(64, taps, 2, 77)
        case.x[::3] = 1e-41
        case.x[:, 5] = -1e-39
        assert error(Kernel(case).run()[0], reference(case)) < TOLERANCE


# What is changed in the reference, so that it is that of another convolution.
WRONG: dict[str, Any] = {
    "dilation": lambda case: {"dilation": case.dilation + 1},
    "bias": lambda case: {"bias": np.zeros_like(case.bias)},
    "one bias": lambda case: {"bias": np.append(case.bias[:-1], -case.bias[-1])},
    "residual": lambda case: {"residual": None},
    "alpha": lambda case: {"alpha": np.roll(case.alpha, 1)},
    "scale": lambda case: {"scale": np.ones_like(case.scale)},
    "shift": lambda case: {"shift": np.zeros_like(case.shift)},
    "turned taps": lambda case: {"weights": case.weights[..., ::-1]},
    "rows and columns": lambda case: {"weights": case.weights.swapaxes(0, 1)},
    "one row late": lambda case: {"x": np.roll(case.x, 1, axis=0)},
    "last row": lambda case: {"x": np.concatenate([case.x[:-1], np.zeros_like(case.x[:1])])},
}


class TestTheComparison:
    """It notices what might be wrong, in either precision."""

    @each_taps
    @pytest.mark.parametrize("changes", WRONG.values(), ids=WRONG)
    def test_it_notices_what_is_wrong(self, taps: int, changes: Any) -> None:
        case = random_case(32, taps, 2, 60)
        wrong = reference(replace(case, **changes(case)))
        assert error(wrong, reference(case)) > 1000 * TOLERANCE
        assert (np.abs(wrong - reference(case)) > rounding_bound(case) + TOLERANCE).any()

    @each_taps
    def test_it_notices_wrong_padding(self, taps: int) -> None:
        case = random_case(32, taps, 2, 60)
        assert error(reference(case, zeros_before_snake=True), reference(case)) > 1000 * TOLERANCE


@needs_tiles
class TestBfloat16:
    @given(case=cases)
    @settings(max_examples=examples(30))
    def test_it_is_the_convolution_of_rounded_factors(self, case: Case) -> None:
        y, *_ = Kernel(case, kk.Precision.BFLOAT16).run()
        self.check(case, y)

    @each_taps
    @pytest.mark.parametrize(("channels", "rows"), [(32, 9001), (128, 2501), (256, 1111)])
    def test_over_several_tiles(self, taps: int, channels: int, rows: int) -> None:
        case = random_case(channels, taps, 5, rows)
        y, *_ = Kernel(case, kk.Precision.BFLOAT16).run()
        self.check(case, y)

    def check(self, case: Case, y: Array) -> None:
        exact = reference(case)
        close = TOLERANCE * np.abs(exact).max()
        assert (np.abs(y - exact) <= rounding_bound(case) + close).all()
        rounded, doubt = rounded_reference(case)
        assert (np.abs(y - rounded) <= doubt + close).all()


class TestMoments:
    """The next norm's mean and variance, which are taken while y is written."""

    @each_kernel
    @each_taps
    def test_they_are_those_of_y(self, taps: int, width: int, precision: Any) -> None:
        for rows in (1, 2, 31, 101, 3001):
            y, mean, variance = Kernel(random_case(96, taps, 3, rows), precision).run(width=width)
            self.check(y, mean, variance)

    def test_of_numbers_far_from_zero(self) -> None:
        case = random_case(64, 3, 1, 2999)
        case.residual[:] += 1000
        self.check(*Kernel(case).run())

    def check(self, y: Array, mean: Array, variance: Array) -> None:
        assert mean.dtype == variance.dtype == np.float64
        y = y.astype(np.float64)
        deviation = y.std(axis=0)
        # Sums of float32 about the first row of a tile, which may be some deviations off.
        assert (np.abs(mean - y.mean(axis=0)) <= 1e-5 * deviation).all()
        assert (np.abs(variance - y.var(axis=0)) <= 1e-5 * deviation**2).all()


class TestNotANumber:
    @each_kernel
    @each_taps
    def test_it_stays_where_it_is(self, taps: int, precision: Any, width: int) -> None:
        case = random_case(64, taps, 2, 900)
        kernel = Kernel(case, precision)
        before = kernel.bytes(width=width)
        x = case.x.copy()
        x[400, 7] = np.nan
        y, mean, variance = kernel.run(x, width=width)
        lost = np.isnan(y).all(axis=1)
        assert lost[400 - case.reach : 401 + case.reach : case.dilation].all()
        assert np.isnan(mean).all()
        assert np.isnan(variance).all()
        # A block of a fast convolution mixes at most 32 rows of its phase.
        kept = ~np.isnan(y).any(axis=1)
        assert kept[401::2].all()
        assert kept[: 400 - 32 * case.dilation].all()
        assert kept[401 + 32 * case.dilation :].all()
        assert kernel.bytes(width=width) == before
