"""Several threads read at once, with one reader a language, and each gets what is its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from kokoro_cli.text.languages import LANGUAGES
from kokoro_cli.text.reading import TextStage
from kokoro_cli.types import Losses

# Two texts a language, of as many words, with phonemes of their own at the same places.
PAIRS = {
    "a": ("[Nero](/nˈɛɹO/) saw the frobnicators.", "[Cleo](/klˈiO/) met the glorpwanglers."),
    "b": ("[Nero](/nˈɛɹQ/) saw the frobnicators.", "[Cleo](/klˈiQ/) met the glorpwanglers."),
    "e": ("[Nero](/nˈɛro/) vio el puerto.", "[Cleo](/klˈeo/) cruzó la calle."),
    "f": ("[Nero](/nɛʁˈo/) voit le port.", "[Cleo](/kleˈo/) traverse la rue."),
    "j": ("[Nero](/nˈeɾo/) は東京に行く。", "[Cleo](/kɯɾˈeo/) は大阪に住む。"),
    "z": ("[Nero](/nˈi/) 去了北京。", "[Cleo](/kʰˈi/) 住在上海。"),
}


@pytest.fixture(autouse=True)
def eager_switching() -> Iterator[None]:
    """Have Python change threads a thousand times as often as it does."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(5e-6)
    yield
    sys.setswitchinterval(before)


def phonemes(text: str, stage: TextStage) -> list[tuple[str, str]]:
    losses = Losses()
    read = [w for s in stage.sentences(text, losses) for w in stage.words(s, losses)]
    assert not losses.items
    return [(word.text, word.phonemes) for word in read]


@pytest.mark.parametrize("letter", PAIRS)
def test_threads_do_not_swap_what_is_given(letter: str) -> None:
    stage = TextStage(LANGUAGES[letter])
    alone = {text: phonemes(text, stage) for text in PAIRS[letter]}
    assert len({str(read) for read in alone.values()}) == 2
    with ThreadPoolExecutor(4) as pool:
        texts = list(PAIRS[letter]) * 40
        for text, read in zip(texts, pool.map(lambda t: phonemes(t, stage), texts), strict=True):
            assert read == alone[text]
