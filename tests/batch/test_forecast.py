"""How far a job is, and how long it will take."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_cli.batch.forecast import Forecast
from tests.batch.outputs import A, B, C, output


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def forecast(speed: float = 1.0) -> tuple[Forecast, Clock]:
    clock = Clock()
    made = Forecast(speed, clock)
    made.plan([A, B, C])
    return made, clock


def test_at_the_beginning_all_is_a_guess() -> None:
    made, _ = forecast()
    assert (made.done_seconds, made.total_seconds) == (0, 420)
    assert made.guess(B) == 120


def test_speed_makes_it_shorter() -> None:
    made, _ = forecast(2.0)
    assert made.total_seconds == 210
    assert made.guess(B) == 60


def test_guess_is_mended_by_what_was_made() -> None:
    made, clock = forecast()
    made.spoke(90.0)
    clock.now += 9
    made.ended(A, made=True)
    assert made.total_seconds == pytest.approx(90 + 1.5 * 360)
    assert made.guess(B) == pytest.approx(180)
    assert made.real_time_factor == pytest.approx(0.1)
    assert made.left_seconds == pytest.approx(54)


def test_short_output_mends_no_guess() -> None:
    short = output("short.wav", 5.0)
    made = Forecast(1.0, Clock())
    made.plan([short, B])
    made.spoke(50.0)
    made.ended(short, made=True)
    assert made.guess(B) == 120


@pytest.mark.parametrize("spoken", [0.0, 30.0])
def test_what_is_not_made_counts_for_nothing(spoken: float) -> None:
    made, _ = forecast()
    made.spoke(spoken)
    made.ended(B, made=False)
    assert made.total_seconds == 300
    assert made.done_seconds == 0


def test_nothing_to_do() -> None:
    made = Forecast(1.0, Clock())
    made.plan([])
    assert (made.total_seconds, made.left_seconds) == (0, 0)
    for each in (A, B, C):
        made.ended(each, made=False)
    assert made.total_seconds == 0


steps = st.lists(
    st.tuples(st.floats(0.1, 500), st.floats(0.1, 500), st.booleans()), min_size=3, max_size=3
)


@given(steps, st.floats(0.5, 2.0))
def test_forecast_is_never_absurd(lengths: list[tuple[float, float, bool]], speed: float) -> None:
    made, clock = forecast(speed)
    done = 0.0
    for each, (length, took, whole) in zip((A, B, C), lengths, strict=True):
        for part in (0.3, 0.9, 1.0):
            made.spoke(part * length)
            clock.now += took / 3
            assert made.done_seconds == pytest.approx(done + part * length)
            assert made.total_seconds >= made.done_seconds
            assert made.left_seconds >= 0
            assert made.real_time_factor > 0
        made.ended(each, made=whole)
        done += length * whole
        assert made.done_seconds == pytest.approx(done)
    assert made.total_seconds == pytest.approx(done)
    assert made.left_seconds == pytest.approx(0)
