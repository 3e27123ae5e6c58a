"""A language that stands in for one of another distribution: three Cherokee letters."""

from __future__ import annotations

from kokoro_cli.text.languages import Language, Reader
from kokoro_cli.types import Word

TOY = Language(
    letter="x",
    name="Toy",
    tags=("chr", "chr-us"),
    module=__name__,
    default_voice="xf_toy",
    sample="ᎠᎢ",
    scripts=("CHEROKEE",),
)

_SOUNDS = str.maketrans({"Ꭰ": "a", "Ꭱ": "e", "Ꭲ": "i"})


class LetterReader:
    """Reads every word as its letters; other letters have no phonemes."""

    def words(self, text: str) -> list[Word]:
        spoken = (word.translate(_SOUNDS) for word in text.split())
        return [
            Word(word, sounds if sounds.isascii() else "")
            for word, sounds in zip(text.split(), spoken, strict=True)
        ]


def load(language: Language) -> Reader:
    assert language is TOY
    return LetterReader()
