"""Words that no lexicon lists as they are written: stammers, accents, clipped words, names."""

from __future__ import annotations

from pathlib import Path

import pytest

from kokoro_cli.kokoro82m import VOCABULARY
from kokoro_cli.text import lexicon
from kokoro_cli.text.languages import LANGUAGES, unlisted
from kokoro_cli.text.reading import TextStage
from kokoro_cli.types import Losses, ReadingOptions, Word
from tests.growth import LINEAR, IsLinear
from tests.text.heard import cases

TABLE = cases("pronunciations")
LETTERS = {"us": "a", "gb": "b"}


def words(text: str, locale: str) -> list[Word]:
    language = LANGUAGES[LETTERS[locale]]
    stage = TextStage(language, ReadingOptions(british=locale == "gb"))
    losses = Losses()
    found = [w for s in stage.sentences(text, losses) for w in stage.words(s, losses)]
    assert not losses.items
    return found


@pytest.mark.parametrize("locale", LETTERS)
@pytest.mark.parametrize("category", sorted({case["category"] for case in TABLE}))
def test_sounds_as_a_dictionary_has_it(category: str, locale: str) -> None:
    wrong = []
    for case in (case for case in TABLE if case["category"] == category):
        found = words(case["text"], locale)
        sounds = {w.text: w.phonemes for w in found}
        if sounds.get(case["word"]) != case[locale]:
            wrong.append(f"{case['text']!r} was {sounds}, not {case[locale]!r}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("case", [c for c in TABLE if c["category"] in ("clipped", "quoted")],
                         ids=lambda case: case["text"])  # fmt: skip
def test_an_apostrophe_is_no_quotation_mark(case: dict[str, str]) -> None:
    marks = {"“", "”"} & {w.phonemes for w in words(case["text"], "us")}
    assert bool(marks) == (case["category"] == "quoted")


def test_the_packages_own_words_can_be_said() -> None:
    path = Path(lexicon.__file__).with_name("english_words.tsv")
    entries = list(lexicon.read_packaged(path))
    assert len(entries) > 500
    assert len({entry.word for entry in entries}) == len(entries)
    for entry in entries:
        checked = lexicon.make_entry(entry.word, written=entry.written, language="en")
        assert (checked.word, checked.exact, checked.languages) == (
            entry.word,
            entry.exact,
            entry.languages,
        )
        for letter in "ab":
            assert set(entry.phonemes(letter)) <= set(VOCABULARY), entry


@pytest.mark.parametrize(
    ("word", "plain"),
    [("Núñez", "Nuñez"), ("touché", "touché"), ("Škoda", "Skoda"), ("Šimon", "Shimon"),
     ("Karadžić", "Karadzhitch"), ("plain", "plain"), ("Hélène", "Helene")],
)  # fmt: skip
def test_espeak_gets_the_accents_that_it_knows(word: str, plain: str) -> None:
    assert unlisted.for_espeak(word) == plain


PARTS = ["b-", "W-", "th-", "wha-", "in'", "'em ", "'", "o", "ooo", "n-n", "'orse", "é", "Mc", "D'"]


@LINEAR
@pytest.mark.parametrize("part", PARTS)
def test_the_search_is_linear(part: str, is_linear: IsLinear) -> None:
    def search(length: int) -> None:
        list(unlisted.joined_spans(part * (length // len(part)), lambda word: True))

    assert is_linear(search, 2_000, 8_000)
