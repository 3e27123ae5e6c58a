from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_cli.errors import AssetError, KokoroError, UsageError
from kokoro_cli.types import Style
from kokoro_cli.voices.blend import Blend, blended, check_space, moved, parse_blend
from kokoro_cli.voices.catalogue import catalogue, find_voice


def parse(text: str) -> Blend:
    return parse_blend(text, lambda name: find_voice(name).name)


BLENDS = {
    "af_bella": [("af_bella", 1)],
    "default": [("af_heart", 1)],
    "af_bella(2)+af_sky(1)": [("af_bella", 2 / 3), ("af_sky", 1 / 3)],
    "af_bella:60,af_sky:40": [("af_bella", 0.6), ("af_sky", 0.4)],
    " af_bella ( 2 ) , af_sky : 2 ": [("af_bella", 0.5), ("af_sky", 0.5)],
    "af_bella,af_sky": [("af_bella", 0.5), ("af_sky", 0.5)],
    "af": [("af_bella", 0.5), ("af_sarah", 0.5)],
    "af(2)+af_bella(2)": [("af_bella", 0.75), ("af_sarah", 0.25)],
    "af_bella+af_bella": [("af_bella", 1)],
    "af_bella(3)+af_sky(-1)": [("af_bella", 1.5), ("af_sky", -0.5)],
    "af_bella(.5)+bf_emma(1.5)": [("af_bella", 0.25), ("bf_emma", 0.75)],
}


@pytest.mark.parametrize("text, parts", BLENDS.items(), ids=str)
def test_grammar(text: str, parts: list[tuple[str, float]]) -> None:
    found = parse(text)
    assert list(found.voices) == [name for name, _ in parts]
    assert [share for _, share in found.parts] == pytest.approx([share for _, share in parts])


WRONG = {
    "": 1,
    "+af_sky": 1,
    "af_bella+": 10,
    "af_bella++af_sky": 10,
    "af_bella(x)": 10,
    "af_bella()": 10,
    "af_bella:": 10,
    "af_bella(1": 9,
    "af_bella af_sky": 10,
    "af_bella(2)af_sky": 12,
    "af_bella(1e999)": 10,
    "af_bella(1)+af_sky(-1)": 1,
    "af_bella(0)": 1,
    "af_bella(-1)": 1,
}


@pytest.mark.parametrize("text, character", WRONG.items(), ids=lambda value: repr(value))
def test_what_is_wrong_is_pointed_at(text: str, character: int) -> None:
    with pytest.raises(UsageError, match=rf"at character {character}:"):
        parse(text)


SOME_WEIGHTS = {
    "af_bella:60,af_sky": "af_bella(60)+af_sky(1)",
    "af_bella,af_sky:40": "af_bella(1)+af_sky(40)",
    "af_bella(2)+af_sky": "af_bella(2)+af_sky(1)",
    "af_bella + af_sky(0.5) + bf_emma": "af_bella(1)+af_sky(0.5)+bf_emma(1)",
    "af(2)+af_sky": "af(2)+af_sky(1)",
    "af_bella(1)+af_bella": "af_bella(1)+af_bella(1)",
    "af_bella(-1)+af_sky": "af_bella(-1)+af_sky(1)",
}


@pytest.mark.parametrize("text, written", SOME_WEIGHTS.items(), ids=str)
def test_a_weight_beside_none_is_refused(text: str, written: str) -> None:
    # af_bella:60,af_sky mixed 98 and 2 %.
    with pytest.raises(UsageError, match="some have none") as caught:
        parse(text)
    assert written in (caught.value.hint or "")


CANCELLING = [
    "af_bella(-1)+af_sky(1.05)",
    "af_bella(1.05)+af_sky(-1)",
    "af_bella(10)+af_sky(-9)",
    "af_bella(5)+af_sky(-4)+bf_emma(0.1)",
    "af_bella(1)+af_sky(1)+bf_emma(-1.9)",
    "af_bella(.0001)+af_sky(1)+bf_emma(-0.999)",
    "af_bella(1)+af_sky(-1)+bf_emma(0.00001)",
]


@pytest.mark.parametrize("text", CANCELLING)
def test_weights_that_nearly_cancel_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="nearly cancel"):
        parse(text)


@pytest.mark.parametrize("text", ["af_bella(1.5)+af_sky(-0.5)", "af_bella(4)+af_sky(-1)"])
def test_a_little_of_a_negative_weight_is_a_blend(text: str) -> None:
    assert parse(text).parts[1][1] < 0


@pytest.mark.parametrize("length", [6.1, 12.0, 1e6, np.inf, np.nan])
def test_a_style_far_outside_the_voices_is_refused(length: float) -> None:
    rows = np.zeros((510, 256), dtype=np.float32)
    rows[:, 0] = 3.0
    check_space("a+b", rows)
    rows[400, 0] = length
    with pytest.raises(UsageError, match="is no voice"):
        check_space("a+b", rows)


def test_a_voice_that_is_not_there_is_pointed_at() -> None:
    with pytest.raises(AssetError, match="character 13") as caught:
        parse("af_bella(2)+af_bela(1)")
    assert "af_bella" in (caught.value.hint or "")


@given(st.text(alphabet="af_belsky()+,:0123456789.-e ", max_size=40))
def test_anything_is_a_blend_or_our_error(text: str) -> None:
    try:
        assert sum(share for _, share in parse(text).parts) == pytest.approx(1)
    except KokoroError as error:
        assert error.message


def row(name: str) -> Style:
    """Return a fake style of a voice, different for each."""
    seed = list(catalogue()).index(name)
    return np.random.default_rng(seed).standard_normal(256).astype(np.float32)


def test_a_blend_is_the_weighted_mean() -> None:
    by_hand = (2 * row("af_bella").astype(float) + row("af_sky").astype(float)) / 3
    np.testing.assert_allclose(blended(parse("af_bella(2)+af_sky(1)"), row), by_hand, rtol=1e-6)
    assert blended(parse("af_sky"), row).tobytes() == row("af_sky").tobytes()


def test_a_style_moves_timbre_and_prosody_apart() -> None:
    voice, other = row("af_bella"), row("bf_emma")
    mixed = moved(voice, other, 0.3, 0.7)
    np.testing.assert_allclose(mixed[:128], 0.7 * voice[:128] + 0.3 * other[:128], atol=1e-6)
    np.testing.assert_allclose(mixed[128:], 0.3 * voice[128:] + 0.7 * other[128:], atol=1e-6)
    assert moved(voice, other, 0, 0).tobytes() == voice.tobytes()
    assert moved(voice, other, 1, 1).tobytes() == other.tobytes()
    assert moved(voice, other, 1, 0)[:128].tobytes() == other[:128].tobytes()
    assert moved(voice, other, 1, 0)[128:].tobytes() == voice[128:].tobytes()
    assert mixed.dtype == np.float32
