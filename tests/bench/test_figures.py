from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_cli.bench.figures import Ratio, figures, percentile, ratio
from kokoro_cli.bench.texts import LONG, MEDIUM, PAGE, SHORT, TARGET_SECONDS, words_in

SECONDS = st.lists(st.floats(0.001, 1000), min_size=1, max_size=40)


def test_figures_by_hand() -> None:
    found = figures([4.0, 1.0, 2.0, 3.0, 5.0])
    assert found.runs == [4.0, 1.0, 2.0, 3.0, 5.0]
    assert (found.p50, found.p95) == (3.0, pytest.approx(4.8))
    assert found.spread == pytest.approx((4.0 - 2.0) / 3.0)


def test_one_run_has_no_spread() -> None:
    found = figures([2.5])
    assert (found.p50, found.p95, found.spread) == (2.5, 2.5, 0.0)


@given(SECONDS, st.floats(0, 1))
def test_a_percentile_has_its_share_below(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert min(values) <= found <= max(values)
    assert sum(value <= found for value in values) >= share * (len(values) - 1)
    assert percentile(values[::-1], share) == found


@given(SECONDS, SECONDS)
def test_a_ratio_lies_in_its_interval(new: list[float], old: list[float]) -> None:
    found = ratio(new, old)
    assert found.low <= found.ratio * (1 + 1e-9)
    assert found.ratio <= found.high * (1 + 1e-9)
    assert found == ratio(new, old)


def test_a_change_is_seen_through_noise() -> None:
    noise = np.random.default_rng(3)
    old = list(noise.normal(1.0, 0.03, 15))
    assert ratio(list(noise.normal(1.3, 0.03, 15)), old).verdict(0.05) == "slower"
    assert ratio(list(noise.normal(0.8, 0.03, 15)), old).verdict(0.05) == "faster"
    assert ratio(list(noise.normal(1.0, 0.03, 15)), old).verdict(0.1) == "same"
    assert ratio(list(noise.normal(1.05, 0.4, 5)), old).verdict(0.05) == "unclear"


VERDICTS = {
    "slower": Ratio(1.2, 1.1, 1.3),
    "faster": Ratio(0.8, 0.7, 0.9),
    "same": Ratio(1.0, 0.97, 1.03),
    "unclear": Ratio(1.1, 0.9, 1.3),
}


@pytest.mark.parametrize("verdict, found", VERDICTS.items())
def test_verdicts(verdict: str, found: Ratio) -> None:
    assert found.verdict(0.05) == verdict


def test_with_few_runs_the_interval_is_the_whole_range() -> None:
    found = ratio([1.0, 2.0], [1.0, 4.0])
    assert (found.low, found.high) == (0.25, 2.0)


def test_the_texts_have_their_documented_lengths() -> None:
    assert [words_in(text) for text in (SHORT, MEDIUM, LONG)] == list(TARGET_SECONDS)
    assert 400 <= words_in(PAGE) <= 500
    assert PAGE.startswith(LONG)
    assert not any(map(str.isdigit, PAGE + MEDIUM + SHORT))
