"""Cut words into chunks that the model speaks well: whole sentences of even length.

Dynamic programming over all possible cuts chooses the cuts of a paragraph together. A greedy
splitter would leave a short rest for the last chunk. Kokoro sounds best at about 100 to 200
phonemes, is weak under 20 and rushes over 400.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate

from kokoro_cli.kokoro82m import MAX_PHONEMES
from kokoro_cli.types import Word, join_phonemes

SHORT = 100
"""Phonemes under which a chunk costs more."""

RUNT = 20
"""Phonemes under which a chunk costs much more."""

# The cost of a cut, on the scale of a chunk's squared relative deviation from the good length.
_AT_SENTENCE_END = 0.0
_AT_CLAUSE_END = 1.0
_AT_SPACE = 8.0
_INSIDE_NUMBER = 32.0
_INSIDE_WORD = 64.0

# The added cost of a chunk of the greatest length; it grows with the square of the length.
_EVEN = 0.5

# More than any number of cuts costs: only chosen if a single word is too long.
_TOO_LONG = 1e6

_SENTENCE_MARKS = frozenset(".!?…")
_CLAUSE_MARKS = frozenset(",;:—)”")
_CLOSING = '"”’) '

_SOONEST = 15
"""Fewest phonemes of a chunk that is kept short to be heard soon."""

_PATIENCE = 64
"""Phonemes to look for a clause end before the first chunk is split between phrases."""

_LATEST = 40
"""Latest such split, in phonemes."""

# Words that begin a phrase, in the languages with spaces.
_PHRASE_STARTERS = frozenset(
    (
        "and but or because before after when while who whom whose which that if until where since "
        "though although unless whether how why than with without "
        "que porque cuando pero donde mientras aunque quien sin "
        "qui quand mais où lorsque parce puisque avec sans "
        "che quando dove perché mentre anche senza "
        "mas onde enquanto quem sem"
    ).split()
)

_GAP = 7
"""Length of the silence between two chunks, in phonemes spoken in that time."""


@dataclass(slots=True)
class StreamLengths:
    """The length of a stream's next chunk: the first is short, the next ones grow.

    A chunk is made while the one before it is heard. So it may be longer by the factor by which
    the engine is faster than real time.
    """

    growth: float
    length: int = 25
    """Phonemes that the next chunk should have."""
    begins: bool = True
    """Whether nothing has been spoken yet."""

    def spoke(self, phonemes: int) -> None:
        self.begins = False
        longest = int((phonemes + _GAP) * self.growth) - _GAP  # It ends with a silence, too.
        self.length = max(self.length, longest)


def chunk(
    words: Sequence[Word], limit: int = 250, stream_lengths: StreamLengths | None = None
) -> Iterator[tuple[Word, ...]]:
    """Yield the words of one paragraph in chunks of at most *limit* phonemes.

    The limit is 1 to 510. The phonemes of the chunks, joined by spaces, are those of the words;
    chunks without phonemes are skipped. With *stream_lengths* the first chunks are short, if
    sentences or clauses end soon.
    """
    if not 1 <= limit <= MAX_PHONEMES:
        raise ValueError(f"limit is {limit}, not 1 to {MAX_PHONEMES}")
    pieces = [piece for word in words for piece in _pieces(word, limit)]
    while stream_lengths and stream_lengths.length < limit and pieces:
        end = _soon(pieces, stream_lengths.length, limit, first=stream_lengths.begins)
        chosen = tuple(pieces[:end])
        del pieces[:end]
        if any(piece.phonemes for piece in chosen):
            stream_lengths.spoke(len(join_phonemes(chosen)))
            yield chosen
    for start, end in _cuts(pieces, limit):
        chosen = tuple(pieces[start:end])
        if any(piece.phonemes for piece in chosen):
            yield chosen


def _soon(words: list[Word], length: int, limit: int, *, first: bool) -> int:
    """Return the end of the first chunk: the last natural break up to *length*, or the next one.

    If no clause ends soon, the *first* chunk of a stream may end before a new phrase. If there is
    no break up to the limit, the words are cut as they are without *stream_lengths*.
    """
    whole = len(join_phonemes(words))
    found = between_phrases = 0
    phonemes = 0
    for end, word in enumerate(words, 1):
        phonemes += len(word.phonemes)
        if phonemes > limit:
            break
        if phonemes >= _SOONEST:
            if end == len(words) or _cut_cost(words, end) <= _AT_CLAUSE_END:
                if phonemes <= _PATIENCE:
                    between_phrases = 0
                if not found or phonemes <= length:
                    found = end
                if phonemes > length:
                    break
            elif first and not found and phonemes <= _LATEST and _begins_phrase(words[end]):
                between_phrases = end
        phonemes += word.space
    found = between_phrases or found
    if whole <= limit and whole - len(join_phonemes(words[:found])) < RUNT:
        return len(words)  # What is left would be a runt.
    return found or _cuts(words, limit)[0][1]


def _begins_phrase(word: Word) -> bool:
    return word.text.lower() in _PHRASE_STARTERS


def _pieces(word: Word, limit: int) -> Iterator[Word]:
    """Split a word with more phonemes than the limit, at spaces in them if there are any.

    The first piece keeps the word's text.
    """
    if len(word.phonemes) <= limit:
        yield word
        return
    runs = word.phonemes.split(" ")
    text = word.text
    for i, run in enumerate(runs):
        last_run = i == len(runs) - 1
        for start in range(0, len(run), limit):
            last = start + limit >= len(run)
            yield replace(
                word,
                text=text,
                phonemes=run[start : start + limit],
                space=last and (word.space or not last_run),
                closes=word.closes and last and last_run,
            )
            text = ""


def _cuts(words: list[Word], limit: int) -> list[tuple[int, int]]:
    """Return the start and end of each chunk, for the cheapest way to cut the words."""
    # before[i]: phonemes and spaces before word i.
    before = list(accumulate((len(w.phonemes) + w.space for w in words), initial=0))
    cost = [0.0] + [float("inf")] * len(words)
    origin = [0] * (len(words) + 1)
    of_length = _length_costs(limit)
    for end in range(1, len(words) + 1):
        at_end = 0.0 if end == len(words) else _cut_cost(words, end)
        reach = before[end] - words[end - 1].space
        for start in range(end - 1, -1, -1):
            length = reach - before[start]
            if length > limit and start < end - 1:
                break
            total = cost[start] + at_end + (of_length[length] if length <= limit else _TOO_LONG)
            if total < cost[end]:
                cost[end], origin[end] = total, start
    cuts = []
    end = len(words)
    while end:
        cuts.append((origin[end], end))
        end = origin[end]
    return cuts[::-1]


def _cut_cost(words: list[Word], end: int) -> float:
    if not words[end - 1].space:
        return _INSIDE_WORD
    last, following = words[end - 1], words[end]
    if last.end and (last.start, last.end) == (following.start, following.end):
        return _INSIDE_NUMBER  # Both stand for one thing in the source.
    mark = _mark(last)
    if mark in _SENTENCE_MARKS:
        return _AT_SENTENCE_END
    return _AT_CLAUSE_END if mark in _CLAUSE_MARKS else _AT_SPACE


def ends_clause(word: Word) -> bool:
    """Whether the word has a mark at its end that ends a clause or a sentence."""
    return _mark(word) in _SENTENCE_MARKS | _CLAUSE_MARKS


def _mark(word: Word) -> str:
    return word.phonemes.rstrip(_CLOSING)[-1:] or word.phonemes[-1:]


@cache
def _length_costs(limit: int) -> list[float]:
    """Return the costs of chunks by their length, up to the limit."""
    return [_length_cost(length, limit) for length in range(limit + 1)]


def _length_cost(length: int, limit: int) -> float:
    """Return the cost of a chunk: 1, more if it is short, much more if it is a runt.

    A term with the square of the length makes chunks of even length the cheapest.
    """
    if length < RUNT:
        return 4.0 + (RUNT - length) / RUNT
    short = min(SHORT, limit)
    return 1.0 + (max(0, short - length) / short) ** 2 + _EVEN * (length / limit) ** 2
