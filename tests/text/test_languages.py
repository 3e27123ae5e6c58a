from __future__ import annotations

from collections.abc import Iterator

import pytest

from kokoro_cli.errors import UsageError
from kokoro_cli.text.languages import LANGUAGES, Language, Reader, find_language, load_reader
from kokoro_cli.text.mapped import Mapped
from kokoro_cli.text.phonemise import phonemise
from kokoro_cli.types import Losses, join_phonemes
from tests.fakes import Letters
from tests.rows import row
from tests.text.toy_language import TOY


@pytest.fixture
def toy() -> Iterator[None]:
    with row(LANGUAGES, TOY):
        yield


def readers(language: Language) -> Reader:
    """Load the toy language's reader, and spell the words of all others."""
    return load_reader(language) if language is TOY else Letters()


def read(text: str, letter: str) -> tuple[str, list[str]]:
    """Return the phonemes, and why something was lost."""
    losses = Losses()
    words = phonemise(Mapped.of(text), (), LANGUAGES[letter], readers, losses, 1)
    return join_phonemes(words), [loss.reason for loss in losses.items]


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize("name", ["x", "chr", "CHR_US"])
def test_a_new_row_is_found(name: str) -> None:
    assert find_language(name) is TOY


@pytest.mark.usefixtures("toy")
def test_a_new_row_is_read() -> None:
    assert read("ᎠᎡ Ꭲ", "x") == ("ae i", [])


@pytest.mark.usefixtures("toy")
def test_a_new_row_is_read_inside_another_language() -> None:
    assert read("say ᎠᎢ now", "a") == ("say ai now", [])


def test_without_the_row_it_is_unknown() -> None:
    assert read("say ᎠᎢ now", "a") == (
        "say now",
        ["American English has no reading for this script"],
    )
    with pytest.raises(UsageError, match="Unknown language: 'chr'"):
        find_language("chr")


@pytest.mark.usefixtures("toy")
def test_an_unknown_language_lists_the_table() -> None:
    with pytest.raises(UsageError) as caught:
        find_language("tlh")
    assert "a or en-us (American English), " in (caught.value.hint or "")
    assert "x or chr (Toy)" in (caught.value.hint or "")


@pytest.mark.parametrize("letter", LANGUAGES)
def test_a_row_is_named_by_its_letter(letter: str) -> None:
    language = LANGUAGES[letter]
    assert language.letter == letter
    assert language.default_voice.startswith(letter)
    assert callable(LANGUAGES.load(letter).load)
