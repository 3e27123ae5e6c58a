"""Code shared by the formats: output, time in whole ticks, and captions with adjusted ends."""

from __future__ import annotations

import os
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO, Final, Protocol, cast

from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.sinks.unfinished import UnfinishedFile
from kokoro_cli.subtitles.captions import GAP, LONGEST, Caption, sentence_captions, word_captions
from kokoro_cli.types import TimedSentence, TimedWord

_HOLD: Final = SAMPLE_RATE // 2
"""Samples that a caption stays after its last word, if the next one leaves room."""


class Writer(Protocol):
    """One format, made from an output, the unit and the title. Each call may raise OSError."""

    def write(self, sentence: TimedSentence) -> None: ...

    def finish(self, total_samples: int) -> None: ...


class Output:
    """Writes UTF-8 text to an unfinished file; raises an OSError at the write that failed."""

    def __init__(self, file: UnfinishedFile) -> None:
        self._file = file
        self._scratch: list[BinaryIO] = []

    def write(self, text: str) -> None:
        self.write_bytes(encoded(text))

    def write_bytes(self, data: bytes) -> None:
        self._file.write(data)
        self._file.check()

    def tell(self) -> int:
        return self._file.tell()

    def overwrite(self, offset: int, text: str) -> None:
        """Overwrite the bytes at the offset, then go back to the end of the file."""
        self._file.seek(offset)
        self.write(text)
        self._file.seek(0, os.SEEK_END)

    def scratch(self) -> BinaryIO:
        """Return an unnamed temporary file on the same disk; the system deletes it in any case."""
        folder = self._file.path.resolve().parent
        file = cast(BinaryIO, tempfile.TemporaryFile(dir=folder))  # noqa: SIM115 - see close()
        self._scratch.append(file)
        return file

    def close(self) -> None:
        """Close the temporary files."""
        for file in self._scratch:
            # A full disk was already reported, or the data is no longer needed.
            with suppress(OSError):
                file.close()


def encoded(text: str) -> bytes:
    """Return UTF-8; a lone surrogate, which UTF-8 can't encode, becomes a question mark."""
    return text.encode("utf-8", "replace")


def ticks(sample: int, per_second: int) -> int:
    """Return the tick nearest to a sample, in integer arithmetic so that times don't drift."""
    return (2 * sample * per_second + SAMPLE_RATE) // (2 * SAMPLE_RATE)


class Clock:
    """Converts samples to ticks; spans are at least one tick long, in order and never overlap."""

    def __init__(self, per_second: int) -> None:
        self.per_second = per_second
        self.now = 0
        """Tick at which the last span ended."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the ticks of two samples; later ones only if a span would be empty or overlap."""
        first = max(self.now, ticks(start, self.per_second))
        self.now = max(first + 1, ticks(end, self.per_second))
        return first, self.now


@dataclass(frozen=True, slots=True)
class TimedCaption:
    number: int
    """Counted from 1."""
    start: int
    """In ticks."""
    end: int
    lines: tuple[tuple[TimedWord, ...], ...]


class CaptionWriter(ABC):
    """Writes each caption once the start of the next one, or the end of the sound, is known."""

    per_second: int
    """Ticks per second."""

    def __init__(self, output: Output, unit: str, title: str) -> None:
        self._output = output
        self._by_word = unit == "word"
        self._clock = Clock(self.per_second)
        self._waiting: Caption | None = None
        self._count = 0
        output.write(self._header(title))

    @abstractmethod
    def _header(self, title: str) -> str: ...

    @abstractmethod
    def _text(self, caption: TimedCaption) -> str:
        """Return the caption in the file's format, with the final newline."""

    def _captions(self, sentence: TimedSentence) -> Iterator[Caption]:
        return word_captions(sentence) if self._by_word else sentence_captions(sentence)

    def write(self, sentence: TimedSentence) -> None:
        texts = []
        for caption in self._captions(sentence):
            if self._waiting is not None:
                texts.append(self._text(self._timed(self._waiting, caption.start, GAP)))
            self._waiting = caption
        if texts:
            self._output.write("".join(texts))

    def finish(self, total_samples: int) -> None:
        if self._waiting is not None:
            self._output.write(self._text(self._timed(self._waiting, total_samples, 0)))
            self._waiting = None

    def _timed(self, caption: Caption, limit: int, gap: int) -> TimedCaption:
        self._count += 1
        end = caption.end if self._by_word else _held_end(caption, limit, gap)
        return TimedCaption(self._count, *self._clock.span(caption.start, end), caption.lines)

    def _word_starts(self, caption: TimedCaption) -> list[int]:
        """Return the tick at which each word begins; the first one is the caption's start."""
        starts = [caption.start]
        for word in [word for line in caption.lines for word in line][1:]:
            start = ticks(word.start, self.per_second)
            starts.append(min(max(starts[-1], start), caption.end))
        return starts


def _held_end(caption: Caption, limit: int, gap: int) -> int:
    """Return the sample at which the caption disappears: after its last word, with a gap.

    *limit* is the start of the next caption. If that is closer than the gap, the captions touch.
    """
    if limit - caption.end < gap:
        return max(caption.end, limit)
    return max(caption.end, min(caption.end + _HOLD, caption.start + LONGEST, limit - gap))
