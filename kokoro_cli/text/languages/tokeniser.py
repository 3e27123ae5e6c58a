"""Tokenise as spaCy does, by the rules in a model package's file "tokenizer".

It follows the algorithm of spacy.tokenizer.Tokenizer (spaCy 3.8, MIT licence). The order of its
steps decides the cuts: https://spacy.io/usage/linguistic-features#how-tokenizer-works.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

# spaCy's numbers for the attributes that an exception sets.
_ORTH, _NORM = 65, 67

# Runs of white space (as in str.isspace) and of anything else.
_runs = re.compile(r"\s+|\S+").findall

# Number of runs whose parts are cached; the same as in spaCy.
_REMEMBERED = 10_000


class Part(NamedTuple):
    """A token before tagging; *norm* is None unless an exception sets it."""

    text: str
    norm: str | None = None
    space: bool = False


class Tokeniser:
    """Cuts text as spaCy does; *saved* is spaCy's file, unpacked."""

    def __init__(self, saved: Mapping[str, Any]) -> None:
        self._prefix = _pattern(saved["prefix_search"]).search
        self._suffix = _pattern(saved["suffix_search"]).search
        self._infixes = _pattern(saved["infix_finditer"]).finditer
        self._token = _pattern(saved["token_match"]).match
        self._url = _pattern(saved["url_match"]).match
        self._exceptions = {
            text: tuple(Part(part[_ORTH], part.get(_NORM)) for part in parts)
            for text, parts in saved["exceptions"].items()
        }
        self._phrases = self._find_phrases(all_of_them=not saved["faster_heuristics"])
        self._known: dict[str, tuple[Part, ...]] = dict(self._exceptions)

    def __call__(self, text: str) -> list[Part]:
        return self._with_exceptions_across(_spaced(text, self._parts))

    def _parts(self, run: str) -> tuple[Part, ...]:
        parts = self._known.get(run)
        if parts is None:
            parts = tuple(self._cut(run, self._exceptions))
            if len(self._known) < _REMEMBERED:
                self._known[run] = parts
        return parts

    def _cut(self, run: str, exceptions: Mapping[str, tuple[Part, ...]]) -> Iterator[Part]:
        before, middle, after = self._without_affixes(run, exceptions)
        yield from map(Part, before)
        if middle in exceptions:
            yield from exceptions[middle]
        elif middle:
            yield from map(Part, self._at_infixes(middle))
        yield from map(Part, reversed(after))

    def _without_affixes(
        self, rest: str, exceptions: Collection[str]
    ) -> tuple[list[str], str, list[str]]:
        """Take prefixes and suffixes off in turn, until an exception or nothing is left."""
        before: list[str] = []
        after: list[str] = []
        length = 0
        while rest and len(rest) != length:
            if self._token(rest) or rest in exceptions:
                break
            length = len(rest)
            first = _length(self._prefix(rest))
            if first and rest[first:] in exceptions:
                before.append(rest[:first])
                return before, rest[first:], after
            last = length - _length(self._suffix(rest[first:]))
            if last < length and rest[:last] in exceptions:
                after.append(rest[last:])
                return before, rest[:last], after
            if first:
                before.append(rest[:first])
            if last < length:
                after.append(rest[last:])
            rest = rest[first:last]
        return before, rest, after

    def _at_infixes(self, text: str) -> Iterator[str]:
        if self._token(text) or self._url(text):
            yield text
            return
        start = 0
        for infix in self._infixes(text):
            if infix.start() == 0:
                continue
            if infix.start() != start:
                yield text[start : infix.start()]
            if infix.group():
                yield infix.group()
            start = infix.end()
        if start < len(text):
            yield text[start:]

    def _find_phrases(self, *, all_of_them: bool) -> dict[str, list[tuple[str, ...]]]:
        """Return the exceptions that the patterns would cut: their tokens, by first token."""
        phrases: dict[str, list[tuple[str, ...]]] = {}
        for text in self._exceptions:
            if (
                all_of_them
                or self._prefix(text)
                or " " in text
                or next(self._infixes(text), None)
                or self._suffix(text)
            ):
                parts = _spaced(text, lambda run: self._cut(run, {}))
                words = tuple(part.text for part in parts)
                phrases.setdefault(words[0], []).append(words)
        return phrases

    def _with_exceptions_across(self, parts: list[Part]) -> list[Part]:
        """Replace the tokens of a cut exception by the exception's own parts."""
        if not any(part.text in self._phrases for part in parts):
            return parts
        result: list[Part] = []
        place = 0
        for start, end in _longest_first(list(self._matches([part.text for part in parts]))):
            inner = "".join(part.text + " " * part.space for part in parts[start : end - 1])
            last = parts[end - 1]
            if found := self._exceptions.get(inner + last.text):
                result += [*parts[place:start], *found]
                result[-1] = result[-1]._replace(space=last.space)
                place = end
        return result + parts[place:]

    def _matches(self, words: Sequence[str]) -> Iterator[tuple[int, int]]:
        for start, word in enumerate(words):
            for phrase in self._phrases.get(word, ()):
                end = start + len(phrase)
                if tuple(words[start:end]) == phrase:
                    yield start, end


def _spaced(text: str, cut: Callable[[str], Iterable[Part]]) -> list[Part]:
    """Cut the runs of the text; the first space after a token becomes that token's space."""
    parts: list[Part] = []
    for run in _runs(text):
        if run[0] == " " and parts:
            parts[-1] = parts[-1]._replace(space=True)
            run = run[1:]
        if run:
            parts += cut(run)
    return parts


def _longest_first(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans that do not overlap longer or earlier ones, in the order of the text.

    A dropped span still blocks its tokens for later spans.
    """
    kept = []
    taken: set[int] = set()
    for start, end in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        if start not in taken and end - 1 not in taken:
            kept.append((start, end))
        taken |= set(range(start, end))
    return sorted(kept)


def _pattern(source: str | None) -> re.Pattern[str]:
    return re.compile(r"(?!)" if source is None else source)


def _length(match: re.Match[str] | None) -> int:
    return match.end() - match.start() if match else 0
