"""The languages that Kokoro-82M speaks, and where each one's reading is found.

To add a language, add a row to LANGUAGES, its rules to `text.verbalise`, and a module if no
present one reads it. The module has a function ``load(language)`` that returns a reader.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from kokoro_cli.errors import UsageError
from kokoro_cli.registry import Registry
from kokoro_cli.types import Word


@dataclass(frozen=True, slots=True)
class Fixed:
    """A span of a text whose phonemes are given to the reader."""

    start: int
    end: int
    choose: Callable[[str], str | None]
    """Returns the phonemes for the word's Penn tag ("" if there is no tagger), or None."""
    origin: str


class Reader(Protocol):
    """Grapheme to phoneme conversion for one language. Several threads may call it at once."""

    def words(self, text: str) -> list[Word]:
        """Return every word and mark of *text* with its phonemes, "" if it has none."""
        ...

    def __hash__(self) -> int: ...


@runtime_checkable
class ContextReader(Reader, Protocol):
    """A reader that takes given phonemes in the middle of a text, and spells initialisms."""

    def words_with(self, text: str, fixed: Sequence[Fixed]) -> list[Word]: ...

    def spelled(self, letters: str) -> str | None:
        """Return the phonemes of an initialism as one word, or None."""
        ...

    def knows(self, word: str) -> bool:
        """Whether its lexicon has the word, as it is or inflected."""
        ...


@dataclass(frozen=True, slots=True)
class Language:
    letter: str
    """First letter of its voices' names, and KPipeline's ``lang_code``."""
    name: str
    tags: tuple[str, ...]
    """BCP 47 tags in lower case, the canonical one first."""
    module: str
    """Absolute path of the module that loads the reader."""
    default_voice: str
    sample: str
    """A sentence to hear a voice by."""
    scripts: tuple[str, ...] = ("LATIN",)
    """Scripts that its reader reads, by the first word of their letters' Unicode names."""

    @property
    def primary(self) -> str:
        """The language without its country: "en" for both kinds of English."""
        return self.tags[0].split("-")[0]


_JAPANESE = ("HIRAGANA", "KATAKANA", "CJK", "KATAKANA-HIRAGANA", "HALFWIDTH", "LATIN")

LANGUAGES: Registry[Language] = Registry(
    "language",
    (
        Language(
            "a",
            "American English",
            ("en-us", "en"),
            "kokoro_cli.text.languages.english",
            "af_heart",
            "The sun came up over the quiet harbor, and the first boats went out to sea.",
        ),
        Language(
            "b",
            "British English",
            ("en-gb",),
            "kokoro_cli.text.languages.english",
            "bf_emma",
            "Shall we have a cup of tea in the garden before the rain comes?",
        ),
        Language(
            "e",
            "Spanish",
            ("es", "es-es"),
            "kokoro_cli.text.languages.espeak",
            "ef_dora",
            "El sol salió sobre el puerto tranquilo y los primeros barcos se hicieron a la mar.",
        ),
        Language(
            "f",
            "French",
            ("fr-fr", "fr"),
            "kokoro_cli.text.languages.espeak",
            "ff_siwis",
            "Le soleil se levait sur le port tranquille, et les premiers bateaux prenaient la mer.",
        ),
        Language(
            "h",
            "Hindi",
            ("hi", "hi-in"),
            "kokoro_cli.text.languages.espeak",
            "hf_alpha",
            "शांत बंदरगाह पर सूरज निकला और पहली नावें समुद्र की ओर चल पड़ीं।",
            ("DEVANAGARI", "LATIN"),
        ),
        Language(
            "i",
            "Italian",
            ("it", "it-it"),
            "kokoro_cli.text.languages.espeak",
            "if_sara",
            "Il sole sorgeva sul porto tranquillo e le prime barche prendevano il mare.",
        ),
        Language(
            "j",
            "Japanese",
            ("ja", "ja-jp"),
            "kokoro_cli.text.languages.japanese",
            "jf_alpha",
            "静かな港に朝日がのぼり、最初の船が海へ出ていきました。",
            _JAPANESE,
        ),
        Language(
            "p",
            "Brazilian Portuguese",
            ("pt-br", "pt"),
            "kokoro_cli.text.languages.espeak",
            "pf_dora",
            "O sol nasceu sobre o porto tranquilo e os primeiros barcos saíram para o mar.",
        ),
        Language(
            "z",
            "Mandarin Chinese",
            ("zh", "zh-cn", "cmn"),
            "kokoro_cli.text.languages.chinese",
            "zf_xiaobei",
            "太阳从安静的港口升起，第一批船驶向了大海。",
            ("CJK", "LATIN"),
        ),
    ),
    key=lambda language: language.letter,
)
"""By letter."""


def find_language(name: str) -> Language:
    """Return the language of a letter ("f") or a tag ("fr", "fr-FR"); UsageError for others."""
    wanted = name.strip().lower().replace("_", "-")
    for language in LANGUAGES.values():
        if wanted == language.letter or wanted in language.tags:
            return language
    known = ", ".join(
        f"{lang.letter} or {lang.tags[0]} ({lang.name})" for lang in LANGUAGES.values()
    )
    raise UsageError(f"Unknown language: {name!r}.", hint=f"Known are {known}.")


def language_of_tag(tag: str) -> Language | None:
    """Return the language of a text that says so, in its usual form; None if none speaks it.

    A region is not followed: a book in en-GB is read as the user's English.
    """
    primary = tag.strip().lower().replace("_", "-").split("-")[0]
    tagged = (each for each in LANGUAGES.values() if primary in each.tags)
    return next(tagged, None)


def load_reader(language: Language) -> Reader:
    """Return the language's reader; it may take a second or two and much memory."""
    reader: Reader = LANGUAGES.load(language.letter).load(language)
    return reader
