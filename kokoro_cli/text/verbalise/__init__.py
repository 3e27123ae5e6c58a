"""From written to spoken: rules replace the spans of a text that a reader says differently."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from typing import Any, NamedTuple

from kokoro_cli.text.languages import Language
from kokoro_cli.types import ReadingOptions


@dataclass(frozen=True, slots=True)
class Replacement:
    """A span of a text, in characters, and the words to say instead."""

    start: int
    end: int
    spoken: str
    """Words without digits or symbols; empty if nothing is said."""
    rule: str
    abbreviation: bool = False
    """Whether it ends with a full stop that may also end the sentence."""


class WithDigit:
    """A pattern that needs a digit to match, compiled for the first text that has one.

    Most sentences have no digit, and there are many such patterns.
    """

    def __init__(self, source: str) -> None:
        self.pattern = source

    @cached_property
    def search(self) -> Callable[[str, int], re.Match[str] | None]:
        return re.compile(self.pattern).search


class Late:
    """A pattern that is compiled when it is first used, as most sentences need few of them."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern = pattern
        self._flags = flags

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern, self._flags)

    def search(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        return self._compiled.search(text, start, end)

    def match(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        return self._compiled.match(text, start, end)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        return self._compiled.fullmatch(text)

    def findall(self, text: str) -> list[Any]:
        return self._compiled.findall(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return self._compiled.finditer(text)

    def split(self, text: str) -> list[Any]:
        return self._compiled.split(text)

    def sub(self, new: str | Callable[[re.Match[str]], str], text: str) -> str:
        return self._compiled.sub(new, text)


class Rule(NamedTuple):
    """A pattern and what to say for a match; None leaves the match to later rules."""

    name: str
    pattern: re.Pattern[str] | WithDigit
    speak: Callable[[re.Match[str], ReadingOptions], str | None]
    abbreviation: bool = False


# Spoken words must not contain these characters; if they do, later rules get the match.
_HELD = re.compile(r"[\d$%=+<>@#&⁰¹²³⁴-⁹₀-₉]")


def replacements(
    text: str, rules: Iterable[Rule], options: ReadingOptions, first: Iterable[Replacement] = ()
) -> list[Replacement]:
    """Return the rules' replacements in text order; if two overlap, the earlier rule wins.

    Every rule sees the text as it was written, so none can misread the words of another. The
    replacements in *first* are returned too, and no rule touches their spans.
    """
    found = list(first)
    taken = bytearray(len(text))
    for replacement in found:
        taken[replacement.start : replacement.end] = b"\1" * (replacement.end - replacement.start)
    no_digit = not re.search(r"\d", text)
    for rule in rules:
        if no_digit and isinstance(rule.pattern, WithDigit):
            continue
        position = 0
        while match := rule.pattern.search(text, position):
            start, end = match.span()
            position = start + 1
            if start == end:
                continue
            if taken[start]:
                free = taken.find(0, start)
                position = free if free > 0 else len(text)
                continue
            if taken.find(1, start, end) >= 0:
                continue
            spoken = rule.speak(match, options)
            if spoken is None or _HELD.search(spoken):
                continue
            taken[start:end] = b"\1" * (end - start)
            found.append(Replacement(start, end, spoken, rule.name, rule.abbreviation))
            position = end
    return sorted(found, key=lambda each: each.start)


# The module of each language's rules, by Kokoro's letter.
_MODULES = {
    "a": "english",
    "b": "english",
    "e": "spanish",
    "f": "french",
    "h": "hindi",
    "i": "italian",
    "j": "japanese",
    "p": "portuguese",
    "z": "chinese",
}


@cache
def rules(language: Language) -> tuple[Rule, ...]:
    """Return a language's rules: emoji, its own rules, then the rules for what is left."""
    module = import_module(f"{__name__}.{_MODULES[language.letter]}")
    own: tuple[Rule, ...] = module.RULES
    from kokoro_cli.text.verbalise import general

    return (general.emoji_rule(language), *own, *general.leftover_rules(language))


def say_as(language: Language, text: str, kind: str, options: ReadingOptions) -> str | None:
    """Return the words for SSML's say-as, or None to leave the text to the language's rules."""
    if language.letter in "ab":
        from kokoro_cli.text.verbalise.english.say_as import say_as as english

        return english(text, kind, options)
    if kind.partition(":")[0] in ("characters", "spell-out", "verbatim"):
        return " ".join(text.replace(" ", ""))
    return None
