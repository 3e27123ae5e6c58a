"""Find when each word is heard, from the frames of its phonemes.

Times are samples from the start of the output, so they do not drift, however long it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

from kokoro_cli.synthesis import Utterance, words_heard
from kokoro_cli.types import TimedSentence, TimedWord, Word

_OPENING = "“‘„‚«‹([{¿¡「『（《〈【"


_ENDING = re.compile(r"[.!?…。！？।,;:]*[\"”’»›)\]」』）】]*")


class Timeline:
    """Makes sentences of timed words from the utterances of one text, in order."""

    def __init__(self, source: str) -> None:
        """*source* is the text that the words' spans refer to."""
        self._source = source
        self._words: list[TimedWord] = []
        self._place = 0
        """Index in the source after the last word or mark."""
        self._opening = ""
        """Marks that belong to the next word."""

    def add(self, utterance: Utterance, position: int) -> Iterator[TimedSentence]:
        """Add an utterance that starts at sample *position*; yield the sentences that end in it."""
        end = position + utterance.length
        for word, first, last in words_heard(utterance):
            start = min(max(position + first, position), end)
            self._add(word, start, min(max(position + last, start), end))
            if word.closes:
                yield from self.rest()

    def rest(self) -> Iterator[TimedSentence]:
        """Yield the unfinished sentence, if there is one: the end of a chapter ends it."""
        if self._words:
            # The engine's word may include a mark that follows the word in the source.
            left = _ENDING.match(self._source, self._place)
            self._extend(self._opening + (left[0] if left else ""), self._words[-1].end)
            self._place = left.end() if left else self._place
            yield TimedSentence(tuple(self._words))
            self._words, self._opening = [], ""

    def _add(self, word: Word, start: int, end: int) -> None:
        text = unescape(self._source[word.start : word.end]) or word.text
        if text == "|":
            text = word.text  # Between two cells of a table.
        before = self._source[self._place : word.start]
        if self._words and word.start < self._place:
            # Another word for the same span of the source: "five", "million" for "$5M".
            self._extend(self._source[self._place : word.end], end)
        elif any(map(str.isalnum, text)):
            self._set_space(before)
            self._words.append(TimedWord(" ".join((self._opening + text).split()), start, end))
            self._opening = ""
        else:
            self._add_mark(text, before, self._source[word.end : word.end + 1])
        self._place = max(self._place, word.end)

    def _add_mark(self, mark: str, before: str, after: str) -> None:
        """Attach a mark to the word that it touches, or to the word before if it touches none."""
        opens = mark[-1] in _OPENING or (before and after and not after.isspace())
        if opens or not self._words:
            self._set_space(before)
            self._opening += mark + " " * after.isspace()
        else:
            self._extend(" " * before.isspace() + mark, self._words[-1].end)

    def _extend(self, text: str, end: int) -> None:
        last = self._words[-1]
        self._words[-1] = replace(last, text=last.text + text, end=max(last.end, end))

    def _set_space(self, before: str) -> None:
        """Set whether a space follows the last word: before the next word and its opening marks."""
        if self._words and not self._opening:
            parted = any(map(str.isspace, before))
            self._words[-1] = replace(self._words[-1], space=parted)
