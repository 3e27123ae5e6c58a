"""Shared by the formats: the output, whole ticks of time, and captions held until the next one."""

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


class Writer(Protocol):
    """One format, made with an output, the unit and the title; each may raise OSError."""

    def write(self, sentence: TimedSentence) -> None: ...

    def finish(self, total_samples: int) -> None: ...


class Output:
    """Writes UTF-8 text to an unfinished file; raises each OSError at the write that met it."""

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
        """Put the text over what stands at the offset, and go on at the end of the file."""
        self._file.seek(offset)
        self.write(text)
        self._file.seek(0, os.SEEK_END)

    def scratch(self) -> BinaryIO:
        """Return a file without a name on the same disk; nothing is left of it in any case."""
        folder = self._file.path.resolve().parent
        file = cast(BinaryIO, tempfile.TemporaryFile(dir=folder))  # noqa: SIM115 - see close()
        self._scratch.append(file)
        return file

    def close(self) -> None:
        """Let go of the files without a name."""
        for file in self._scratch:
            # What a full disk kept from it was told of before, or is not needed any more.
            with suppress(OSError):
                file.close()


def encoded(text: str) -> bytes:
    """Return UTF-8; half a surrogate pair, which has no bytes there, is a question mark."""
    return text.encode("utf-8", "replace")


def ticks(sample: int, per_second: int) -> int:
    """Return the nearest tick of so many a second; in whole numbers, so that nothing drifts."""
    return (2 * sample * per_second + SAMPLE_RATE) // (2 * SAMPLE_RATE)


class Clock:
    """Gives spans in ticks that are at least one long, in order, and do not overlap."""

    def __init__(self, per_second: int) -> None:
        self.per_second = per_second
        self.now = 0
        """Where the last span ended."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the ticks of two sample numbers; later ones only where a tick is too coarse."""
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
    """Writes captions one by one, each when the next one's start, or the end, is known."""

    per_second: int
    """Ticks in a second."""

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
        """Return what the file says of a caption, with the newline behind it."""

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
    """Return the sample at which the caption goes: later than its last word, but for the gap.

    *limit* is where the next caption begins; one that is closer than the gap is touched.
    """
    if limit - caption.end < gap:
        return max(caption.end, limit)
    return max(caption.end, min(caption.end + _HOLD, caption.start + LONGEST, limit - gap))
