"""Praat's TextGrid in the long text format, with a tier of sentences and one of words.

Format: https://www.fon.hum.uva.nl/praat/manual/TextGrid_file_formats.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kokoro_cli.subtitles.words import flat_words, text_of
from kokoro_cli.subtitles.writer import Clock, Output, encoded, ticks
from kokoro_cli.types import TimedSentence

_PER_SECOND: Final = 1_000_000

# Columns kept free for a number that is known only at the end: enough for 10 million hours. Praat
# reads numbers between white space, so spaces may follow a shorter one.
_ROOM: Final = 20

_COPIED: Final = 1 << 16


class Writer:
    """Writes sentences to the output, and words to a temporary file until the sentences end."""

    def __init__(self, output: Output, unit: str, title: str) -> None:
        self._output = output
        self._holes: list[tuple[int, Callable[[], str]]] = []
        output.write('File type = "ooTextFile"\nObject class = "TextGrid"\n\nxmin = 0\nxmax = ')
        self._hole(lambda: _seconds(self._end))
        output.write("tiers? <exists>\nsize = 2\nitem []:\n")
        output.write(_tier(1, "sentences"))
        self._hole(lambda: _seconds(self._end))
        output.write("        intervals: size = ")
        self._hole(lambda: str(self._sentences.count))
        self._end = 0
        self._file = output.scratch()
        self._sentences = _Tier(output.write)
        self._words = _Tier(lambda text: self._file.write(encoded(text)))

    def _hole(self, value: Callable[[], str]) -> None:
        """Leave room for a value that is known only at the end."""
        self._holes.append((self._output.tell(), value))
        self._output.write(" " * _ROOM + "\n")

    def write(self, sentence: TimedSentence) -> None:
        words = flat_words(sentence.words)
        if words:
            spans = [self._words.add(word.start, word.end, word.text) for word in words]
            self._sentences.add_ticks(spans[0][0], spans[-1][1], text_of(words))

    def finish(self, total_samples: int) -> None:
        # Praat rejects an object of length 0.
        self._end = max(1, self._words.end, ticks(total_samples, _PER_SECOND))
        self._sentences.fill(self._end)
        self._words.fill(self._end)
        self._output.write(_tier(2, "words") + _seconds(self._end))
        self._output.write(f"\n        intervals: size = {self._words.count}\n")
        self._file.seek(0)
        while data := self._file.read(_COPIED):
            self._output.write_bytes(data)
        for offset, value in self._holes:
            self._output.overwrite(offset, value())


class _Tier:
    """Consecutive intervals from 0; silence is an interval with empty text."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self._clock = Clock(_PER_SECOND)
        self.end = 0
        """In ticks."""
        self.count = 0

    def add(self, start: int, end: int, text: str) -> tuple[int, int]:
        """Add an interval, given in samples; return its ticks."""
        first, stop = self._clock.span(start, end)
        self.add_ticks(first, stop, text)
        return first, stop

    def add_ticks(self, first: int, stop: int, text: str) -> None:
        self.fill(first)
        self._interval(stop, text)

    def fill(self, stop: int) -> None:
        if stop > self.end:
            self._interval(stop, "")

    def _interval(self, stop: int, text: str) -> None:
        self.count += 1
        quoted = text.replace('"', '""')
        self._write(
            f"        intervals [{self.count}]:\n"
            f"            xmin = {_seconds(self.end)}\n"
            f"            xmax = {_seconds(stop)}\n"
            f'            text = "{quoted}"\n'
        )
        self.end = stop


def _tier(number: int, name: str) -> str:
    return (
        f'    item [{number}]:\n        class = "IntervalTier"\n        name = "{name}"\n'
        "        xmin = 0\n        xmax = "
    )


def _seconds(microseconds: int) -> str:
    return f"{microseconds // _PER_SECOND}.{microseconds % _PER_SECOND:06}"
