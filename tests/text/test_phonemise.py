from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kokoro_cli.errors import FeatureNotInstalledError, UsageError
from kokoro_cli.kokoro82m import VOCABULARY
from kokoro_cli.text.languages import LANGUAGES, Language, Reader, find_language, load_reader
from kokoro_cli.text.mapped import Mapped
from kokoro_cli.text.phonemise import phonemise
from kokoro_cli.types import Losses, Word, join_phonemes

ENGLISH = LANGUAGES["a"]


class Table:
    """A reader that knows the words of a table; other words have no phonemes."""

    def __init__(self, **phonemes: str) -> None:
        self.phonemes = phonemes
        self.texts: list[str] = []

    def words(self, text: str) -> list[Word]:
        self.texts.append(text)
        return [Word(word, self.phonemes.get(word, "")) for word in text.split()]


def read(text: str, reader: Table, letter: str = "a") -> tuple[list[Word], Losses]:
    losses = Losses()
    words = phonemise(Mapped.of(text), (), LANGUAGES[letter], only(reader, letter), losses, 3)
    return words, losses


def only(reader: Table, letter: str) -> Callable[[Language], Reader]:
    """Return a function that finds the reader for its language; no other is installed."""

    def readers(language: Language) -> Reader:
        if language.letter != letter:
            raise FeatureNotInstalledError(f"{language.name} is not installed")
        return reader

    return readers


def test_words_keep_their_phonemes() -> None:
    words, losses = read("a b", Table(a="ˈA", b="bˈi"))
    assert words == [Word("a", "ˈA", start=0, end=1), Word("b", "bˈi", start=2, end=3)]
    assert losses.items == []


def test_a_word_without_phonemes_is_lost_and_reported() -> None:
    words, losses = read("a xyz b", Table(a="ˈA", b="bˈi"))
    assert join_phonemes(words) == "ˈA bˈi"
    assert " ".join(w.text for w in words) == "a xyz b"
    ((lost),) = losses.items
    assert (lost.text, lost.line) == ("xyz", 3)


def test_a_symbol_outside_the_vocabulary_is_dropped_and_reported() -> None:
    words, losses = read("a", Table(a="ˈA❓ʘ"))
    assert [w.phonemes for w in words] == ["ˈA"]
    assert "❓ʘ" in losses.items[0].reason


def test_near_symbols_are_written_in_the_models_alphabet() -> None:
    words, losses = read("a", Table(a="gĩ¿"))
    assert words[0].phonemes == "ɡi\u0303"
    assert not losses.items


def test_marks_are_not_speech() -> None:
    _, losses = read("a * « -", Table(a="ˈA"))
    assert not losses.items


@pytest.mark.parametrize("symbol", ["😀", "=", "½"])
def test_symbols_are_speech(symbol: str) -> None:
    _, losses = read(f"a {symbol}", Table(a="ˈA"))
    assert [loss.text for loss in losses.items] == [symbol]


@pytest.mark.parametrize(
    ("letter", "word", "foreign"),
    [
        ("a", "東京", "東京"),
        ("a", "Привет", "Привет"),
        ("a", "naïve", ""),
        ("a", "π", ""),
        ("h", "नमस्ते", ""),
        ("h", "東", "東"),
        ("j", "東京へ", ""),
        ("z", "東京", ""),
        ("z", "한", "한"),
    ],
)
def test_letters_of_another_script(letter: str, word: str, foreign: str) -> None:
    reader = Table(**{word: "a"})
    _, losses = read(f"a {word}", reader, letter)
    assert [loss.text for loss in losses.items if loss.text != "a"] == [foreign] * bool(foreign)
    assert (word in reader.texts[0].split()) == (not foreign)


def test_every_near_symbol_is_in_the_vocabulary() -> None:
    from kokoro_cli.text.phonemise import _NEAREST

    assert all(c in VOCABULARY for value in _NEAREST.values() if value for c in value)


@pytest.mark.parametrize("name", ["f", "fr", "fr-FR", "fr_fr", " FR "])
def test_a_language_is_found_by_letter_and_tag(name: str) -> None:
    assert find_language(name).letter == "f"


def test_an_unknown_language_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(UsageError) as error:
        find_language("tlh")
    assert "pt-br" in (error.value.hint or "")


class Fails(Table):
    """A reader that raises an error at one word."""

    def __init__(self, error: Exception) -> None:
        super().__init__(a="a", b="b")
        self.error = error

    def words(self, text: str) -> list[Word]:
        if "odd" in text:
            raise self.error
        return super().words(text)


def test_a_word_at_which_the_reader_fails_is_lost_alone() -> None:
    words, losses = read("a odd b", Fails(KeyError("odd")))
    assert join_phonemes(words) == "a b"
    assert [loss.text for loss in losses.items] == ["odd"]


def test_a_missing_part_of_the_reader_is_an_error_and_no_loss() -> None:
    """espeak is loaded at the first unknown word; without it every unknown word would be lost."""
    with pytest.raises(FeatureNotInstalledError):
        read("a odd b", Fails(FeatureNotInstalledError("no espeak")))


def test_no_place_for_the_library_is_a_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A container's /tmp may be read-only, or may hold no programs."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    with pytest.raises(FeatureNotInstalledError, match="missing") as raised:
        load_reader(LANGUAGES["f"])
    assert raised.value.hint and "TMPDIR" in raised.value.hint
