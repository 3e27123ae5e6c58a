"""Cut sentences into readable captions: at most two lines of 42 columns, and seven seconds.

The limits are the usual ones, as in the Timed Text Style Guides of Netflix
(https://partnerhelp.netflixstudios.com/hc/en-us/articles/217350977) and the BBC's Subtitle
Guidelines (https://www.bbc.co.uk/accessibility/forproducts/guides/subtitles/).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.subtitles.words import flat_words, is_wide, pieces, text_of, width
from kokoro_cli.types import TimedSentence, TimedWord

COLUMNS: Final = 42
LONGEST: Final = 7 * SAMPLE_RATE
GAP: Final = round(0.08 * SAMPLE_RATE)
"""Two frames at 25 frames a second; captions closer than this touch."""

_CLAUSE_ENDS: Final = frozenset(",;:.!?—–…、，；：。！？،؛।")
_CLOSING: Final = "\"'”’»)]}」』）】》〉"

# Costs of a cut. A caption twice as wide as its share costs 1. An extra caption is cheaper than a
# cut inside a clause, and both are cheaper than very uneven captions.
_CUT_IN_CLAUSE: Final = 1.5
_EXTRA_CAPTION: Final = 0.5

# A line may be this many columns longer than the other so that it ends after a clause.
_CLAUSE_COLUMNS: Final = 8


@dataclass(frozen=True, slots=True)
class Caption:
    """The text shown at one time."""

    lines: tuple[tuple[TimedWord, ...], ...]
    """One or two lines of at least one word each; the texts are flat (see `words.flat`)."""

    @property
    def words(self) -> tuple[TimedWord, ...]:
        return tuple(word for line in self.lines for word in line)

    @property
    def start(self) -> int:
        return self.lines[0][0].start

    @property
    def end(self) -> int:
        return self.lines[-1][-1].end


@dataclass(frozen=True, slots=True)
class _Atom:
    """Words that stay on one line, such as those without a space between them."""

    words: tuple[TimedWord, ...]
    columns: int
    space: bool
    ends_clause: bool


def word_captions(sentence: TimedSentence) -> Iterator[Caption]:
    for word in flat_words(sentence.words):
        yield Caption(((word,),))


def sentence_captions(sentence: TimedSentence) -> Iterator[Caption]:
    """Yield the sentence as one caption if it fits, else cut it, preferably after clauses."""
    words = flat_words(sentence.words)
    if not words:
        return
    if width(text_of(words)) <= COLUMNS and _lasts(words) <= LONGEST - GAP:
        yield Caption((tuple(words),))
        return
    row = _Row(_atoms([piece for word in words for piece in pieces(word, COLUMNS)]))
    for first, stop in row.cuts():
        yield Caption(tuple(row.lines(first, stop)))


def _atoms(words: list[TimedWord]) -> list[_Atom]:
    atoms: list[_Atom] = []
    group: list[TimedWord] = []
    for i, word in enumerate(words):
        group.append(word)
        if i + 1 == len(words) or _may_break(word, words[i + 1]):
            atoms += _fitting(group)
            group = []
    return atoms


def _may_break(word: TimedWord, following: TimedWord) -> bool:
    return word.space or is_wide(word.text[-1]) or is_wide(following.text[0])


def _fitting(group: list[TimedWord]) -> Iterator[_Atom]:
    """Yield the group as one atom; cut it if it is wider than a line or longer than a caption."""
    line: list[TimedWord] = []
    for word in group:
        longer = [*line, word]
        if line and (width(text_of(longer)) > COLUMNS or _lasts(longer) > LONGEST - GAP):
            yield _atom(line)
            longer = [word]
        line = longer
    yield _atom(line)


def _lasts(words: list[TimedWord]) -> int:
    return words[-1].end - words[0].start


def _atom(words: list[TimedWord]) -> _Atom:
    text = text_of(words)
    ending = text.rstrip(_CLOSING)[-1:]
    return _Atom(tuple(words), max(1, width(text)), words[-1].space, ending in _CLAUSE_ENDS)


class _Row:
    """A sentence's atoms in a row, to be cut; a place is the number of atoms before the cut."""

    def __init__(self, atoms: list[_Atom]) -> None:
        self._atoms = atoms
        self._before = [0, *accumulate(atom.columns + atom.space for atom in atoms)]
        self._line_end = self._line_ends()

    def _columns(self, first: int, stop: int) -> int:
        return self._before[stop] - self._before[first] - self._atoms[stop - 1].space

    def _line_ends(self) -> list[int]:
        """Return, for each place, the last place that a line which begins there can reach."""
        ends: list[int] = []
        stop = 1
        for first in range(len(self._atoms)):
            stop = max(stop, first + 1)
            while stop < len(self._atoms) and self._columns(first, stop + 1) <= COLUMNS:
                stop += 1
            ends.append(stop)
        return [*ends, len(self._atoms)]

    def _caption_end(self, first: int) -> int:
        """Return the last place that a caption which begins at *first* can reach."""
        start = self._atoms[first].words[0].start
        stop = self._line_end[self._line_end[first]]
        # A caption that touches the next one is shown longer, by less than the gap.
        while stop > first + 1 and self._atoms[stop - 1].words[-1].end - start > LONGEST - GAP:
            stop -= 1
        return stop

    def cuts(self) -> list[tuple[int, int]]:
        """Return the first and last place of each caption, at the lowest total cost."""
        count = len(self._atoms)
        ends = [self._caption_end(first) for first in range(count)]
        share = self._columns(0, count) / _least(ends)
        cost = [0.0] * (count + 1)
        best = [count] * count
        for first in reversed(range(count)):
            costs = {
                stop: cost[stop] + self._cost(first, stop, share)
                for stop in range(first + 1, ends[first] + 1)
            }
            best[first] = min(costs, key=costs.__getitem__)
            cost[first] = costs[best[first]]
        found, first = [], 0
        while first < count:
            found.append((first, best[first]))
            first = best[first]
        return found

    def _cost(self, first: int, stop: int, share: float) -> float:
        uneven = (self._columns(first, stop) / share - 1) ** 2
        clean = stop == len(self._atoms) or self._atoms[stop - 1].ends_clause
        return _EXTRA_CAPTION + uneven + (0 if clean else _CUT_IN_CLAUSE)

    def lines(self, first: int, stop: int) -> Iterator[tuple[TimedWord, ...]]:
        """Yield one line, or two of lengths as equal as possible."""
        middle = stop
        if self._line_end[first] < stop:
            fitting = [m for m in range(first + 1, stop) if self._line_end[m] >= stop]
            middle = min(
                (m for m in fitting if m <= self._line_end[first]),
                key=lambda m: self._unevenness(first, m, stop),
            )
        for begin, end in ((first, middle), (middle, stop)):
            if begin < end:
                yield tuple(word for atom in self._atoms[begin:end] for word in atom.words)

    def _unevenness(self, first: int, middle: int, stop: int) -> int:
        difference = abs(self._columns(first, middle) - self._columns(middle, stop))
        return difference - _CLAUSE_COLUMNS * self._atoms[middle - 1].ends_clause


def _least(ends: list[int]) -> int:
    """Return the number of captions if each reaches as far as it can."""
    count = place = 0
    while place < len(ends):
        place = ends[place]
        count += 1
    return count
