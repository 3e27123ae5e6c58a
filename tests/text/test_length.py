from __future__ import annotations

import pytest

from kokoro_cli.text.length import count_words, spoken_seconds


def test_length_is_guessed() -> None:
    assert spoken_seconds("") == 0
    assert spoken_seconds("x" * 1450) == pytest.approx(100)
    assert spoken_seconds("日" * 400) == pytest.approx(100)
    assert spoken_seconds("x" * 145 + "語" * 40) == pytest.approx(20)


def test_an_ideograph_is_a_word() -> None:
    assert count_words("I say こんにちは twice") == 8
