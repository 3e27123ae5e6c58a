from __future__ import annotations

import pytest

from tests.growth import in_steps, in_time, steps


def linear(length: int) -> None:
    for _ in range(length):
        pass


def quadratic(length: int) -> None:
    for _ in range(length):
        linear(length)


def hidden(length: int) -> None:
    for _ in range(length):
        b"a" * (20 * length)


def test_lines_are_counted() -> None:
    assert steps(lambda: linear(100)) == steps(lambda: linear(0)) + 200


def test_what_grows_faster_is_seen() -> None:
    assert in_steps(linear, 1_600, 6_400)
    assert not in_steps(quadratic, 1_600, 6_400)
    assert in_steps(hidden, 1_600, 6_400), "what C does in a call takes time, and no lines"


@pytest.mark.nightly
def test_what_takes_longer_is_seen() -> None:
    assert in_time(linear, 500_000, 4_000_000)
    assert not in_time(hidden, 2_000, 16_000)
