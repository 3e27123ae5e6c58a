"""From written to spoken: rules replace the spans of a text that a reader says differently."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from typing import NamedTuple

from kokoro_cli.text.languages import Language
from kokoro_cli.types import ReadingOptions


@dataclass(frozen=True, slots=True)
class Replacement:
    """A stretch of a text with what is said in its place."""

    start: int
    end: int
    spoken: str
    """Words without digits or symbols; none where nothing is said."""
    rule: str
    abbreviation: bool = False
    """Whether it ends with a full stop that may be the sentence's as well."""


class WithDigit:
    """A pattern that matches nothing without a digit in it, compiled for the first text with one.

    Most sentences have none, and there are many such patterns.
    """

    def __init__(self, source: str) -> None:
        self.pattern = source

    @cached_property
    def search(self) -> Callable[[str, int], re.Match[str] | None]:
        return re.compile(self.pattern).search


class Rule(NamedTuple):
    """A pattern, and what is said for a match of it; None leaves it to the rules behind."""

    name: str
    pattern: re.Pattern[str] | WithDigit
    speak: Callable[[re.Match[str], ReadingOptions], str | None]
    abbreviation: bool = False


# What a rule must not say; where one would, the match is left to those behind it.
_HELD = re.compile(r"[\d$%=+<>@#&⁰¹²³⁴-⁹₀-₉]")


def replacements(
    text: str, rules: Iterable[Rule], options: ReadingOptions, first: Iterable[Replacement] = ()
) -> list[Replacement]:
    """Return the replacements of the rules in order of the text; an earlier rule's goes first.

    Every rule sees the text as it was written, so none can misread what another has said. What
    *first* replaces is out of their reach.
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
    """Return every rule of a language: emoji first, its own, and last what no other has said."""
    module = import_module(f"{__name__}.{_MODULES[language.letter]}")
    own: tuple[Rule, ...] = module.RULES
    from kokoro_cli.text.verbalise import general

    return (general.emoji_rule(language), *own, *general.leftover_rules(language))


def say_as(language: Language, text: str, kind: str, options: ReadingOptions) -> str | None:
    """Return what SSML's say-as asks for; None where the language's own rules are to say it."""
    if language.letter in "ab":
        from kokoro_cli.text.verbalise.english.say_as import say_as as english

        return english(text, kind, options)
    if kind.partition(":")[0] in ("characters", "spell-out", "verbatim"):
        return " ".join(text.replace(" ", ""))
    return None
