"""Look-ups in misaki's word lists give the same answers as its own dictionaries."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from kokoro_cli.text.languages.english import _misaki_english
from kokoro_cli.text.languages.wordlist import SortedWords, load_words

FILES = ("us_gold", "us_silver", "gb_gold", "gb_silver")
OTHERS = 10_000
ODD = ("", " ", '"', "\n", "\\", "{", '": "', "DEFAULT", '  "DEFAULT', "é", "ſt", "K", "\ud800")

grow = _misaki_english().Lexicon.grow_dictionary


def path(name: str) -> Path:
    return Path(_misaki_english().__file__).parent / "data" / f"{name}.json"


def others(words: list[str]) -> list[str]:
    """Return words with a letter changed, lost or doubled, and with other capitals."""
    chance = random.Random(0)
    made = list(ODD)
    while len(made) < OTHERS:
        word = chance.choice(words)
        at = chance.randrange(len(word))
        made += [
            word[:at] + chance.choice("aeinrstz'-A.ſ") + word[at + 1 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at:].upper(),
            word.swapcase(),
            word + chance.choice(["s", '"', " ", "\n", ",", word]),
        ]
    return made


@pytest.mark.parametrize("name", FILES)
def test_each_word_has_the_value_that_misaki_gives_it(name: str) -> None:
    expected = grow(json.loads(path(name).read_text(encoding="utf-8")))
    words = load_words(path(name), grow)
    assert isinstance(words, SortedWords), "the file of this misaki is looked into"
    assert {word: words.get(word) for word in expected} == expected
    asked = others(list(expected))
    assert [words.get(word) for word in asked] == [expected.get(word) for word in asked]
    assert [word in words for word in asked] == [word in expected for word in asked]
    assert len({*asked} - {*expected}) > OTHERS / 2


def test_words_are_subscripted_as_in_a_dictionary() -> None:
    words = load_words(path("us_gold"), grow)
    assert words["used"]["DEFAULT"] == "jˈuzd"
    with pytest.raises(KeyError, match="xyzzy"):
        words["xyzzy"]


@pytest.mark.parametrize(
    "text", ['{"zoo": "zˈu", "Ann": "ˈæn"}', '{\n  "zoo": "zˈu",\n  "Ann": "ˈæn"\n}']
)
def test_a_file_of_another_form_is_read_as_a_whole(text: str, tmp_path: Path) -> None:
    file = tmp_path / "words.json"
    file.write_text(text, encoding="utf-8")
    words: Any = load_words(file, grow)
    assert words == {"zoo": "zˈu", "Zoo": "zˈu", "Ann": "ˈæn", "ann": "ˈæn"}
