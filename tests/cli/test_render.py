"""How messages and lengths are shown to people and programs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_cli.cli.render.common import minutes


@pytest.mark.parametrize(
    "seconds, text",
    [
        (0, "0 s"),
        (0.4, "0 s"),
        (9.4, "9 s"),
        (59.4, "59 s"),
        (59.6, "1:00"),
        (60, "1:00"),
        (754, "12:34"),
        (3599.4, "59:59"),
        (3599.6, "1:00:00"),
        (3723, "1:02:03"),
        (100 * 3600, "100:00:00"),
    ],
)
def test_minutes(seconds: float, text: str) -> None:
    assert minutes(seconds) == text


@given(st.floats(0, 1e7))
def test_minutes_say_the_seconds(seconds: float) -> None:
    total = 0
    for part in minutes(seconds).removesuffix(" s").split(":"):
        total = 60 * total + int(part)
    assert total == round(seconds)
