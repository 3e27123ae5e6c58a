"""Passages, which are text spoken in one manner, and the Composer that builds them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from kokoro_cli.errors import UsageError
from kokoro_cli.pauses import Boundary
from kokoro_cli.text.mapped import Mapped

ReadingKind = Literal["phonemes", "respelling", "words", "say-as"]

LONGEST_PAUSE_SECONDS = 60.0
_LONGEST_SUM_SECONDS = 3600.0
RATES = (0.5, 2.0)

_CLOSERS = "\"'”’»)\\]}›」』）】》〉"
_OPENERS = "\"'“‘„«(\\[{‹「『（【《〈¿¡"
# Whitespace that is not one single space.
_UNEVEN = re.compile(r"\s{2,}|[^\S ]")
_SENTENCE_END = re.compile(rf"[.!?…。！？｡।॥][{_CLOSERS}]{{0,8}}$")
# Marks that belong to the word before or after them, even if a control comes between. By themselves
# they would be a passage without a word.
_TRAILING_MARKS = re.compile(rf"[.,;:!?…{_CLOSERS}]{{1,8}}(?=\s|$)")
_LEADING_MARKS = re.compile(rf"(?:^|(?<=\s))[{_OPENERS}]{{1,8}}$")
_TAIL = 10


@dataclass(frozen=True, slots=True)
class Manner:
    """How some text is spoken: voice, rate and language."""

    voice: str | None = None
    """The voice as written, not checked; None means the run's voice."""
    rate: float = 1.0
    """Multiplies the run's speed."""
    language: str | None = None
    """A language's letter or tag, as written; None means the run's language."""


@dataclass(frozen=True, slots=True)
class InlineReading:
    """A part of a passage's text whose reading the markup sets."""

    start: int
    """In characters of the passage's text."""
    end: int
    kind: ReadingKind
    value: str
    """Phonemes without slashes, a respelling, words, or a say-as type ("date:mdy")."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Text of one block in one manner, with single spaces."""

    text: Mapped
    """The text without its markup. It is empty only for a pause at the very end."""
    kind: str
    """The kind of its block."""
    line: int
    manner: Manner
    inline_readings: tuple[InlineReading, ...] = ()
    """In order, without overlaps."""
    pause_seconds: float | None = None
    """Silence before the passage, set by markup; None means the gap at *follows*."""
    follows: Boundary = Boundary.PARAGRAPH
    """What ends before it; SENTENCE if it continues the paragraph of the previous passage."""


def place_of(offset: int, source: str, first_line: int = 1, first_column: int = 1) -> str:
    """Return "line 3, column 14", counted in the whole text that the source is a part of."""
    line_start = 1 + max(source.rfind("\n", 0, offset), source.rfind("\r", 0, offset))
    line = first_line + line_ends(source[:offset])
    column = offset - line_start + (1 if line_start else first_column)
    return f"line {line}, column {column}"


def line_ends(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")


@dataclass(slots=True)
class _Draft:
    kind: str
    line: int
    manner: Manner
    pause_seconds: float | None
    follows: Boundary
    parts: list[Mapped] = field(default_factory=list)
    readings: list[InlineReading] = field(default_factory=list)
    length: int = 0
    tail: str = ""
    """The last few characters."""

    def append(self, part: Mapped) -> None:
        self.parts.append(part)
        self.length += len(part)
        self.tail = (self.tail + part.text[-_TAIL:])[-_TAIL:]

    def cut_leading_marks(self) -> Mapped | None:
        """Cut off the opening marks at the very end and return them."""
        match = _LEADING_MARKS.search(self.tail)
        start = self.length - len(match[0]) if match else self.length
        if match is None or (self.readings and self.readings[-1].end > start):
            return None
        text = Mapped.join(self.parts)
        self.parts = [text[:start].strip()]
        self.length = len(self.parts[0])
        return text[start:]

    def passage(self) -> Passage:
        return Passage(
            Mapped.join(self.parts),
            self.kind,
            self.line,
            self.manner,
            tuple(self.readings),
            self.pause_seconds,
            self.follows,
        )


class Composer:
    """Builds passages from text, pauses and inline readings, in the order of the calls.

    A new passage begins when the manner changes, after a pause and after the end of a paragraph,
    but never inside an inline reading. Whitespace between two pieces of text becomes one space.
    """

    def __init__(self) -> None:
        self.kind = "paragraph"
        self._drafts: list[_Draft] = []
        self._paragraph_ended = True
        self._follows = Boundary.SENTENCE
        """What has ended since the last text."""
        self._sentence_ended = False
        self._pause: float | None = None
        self._gap: tuple[int, int] | None = None
        self._gap_manner: Manner | None = None
        self._reading: tuple[ReadingKind, str] | None = None
        self._reading_start: int | None = None

    def say(self, text: Mapped, manner: Manner, line: int) -> None:
        """Add text; *line* is the line where it begins."""
        at = 0
        for match in _UNEVEN.finditer(text.text):
            self._say_even(text[at : match.start()], manner, line)
            self._set_gap(text.span(*match.span()), manner)
            at = match.end()
        self._say_even(text[at:], manner, line)

    def pause(self, seconds: float) -> None:
        """Add silence before the next text; several pauses add up, to an hour at most."""
        self._pause = _sum(self._pause, seconds)
        self._gap = None

    def end_paragraph(self, boundary: Boundary = Boundary.PARAGRAPH) -> None:
        """End the passage; the next one follows the greatest *boundary* since the last text."""
        self._paragraph_ended = True
        self._follows = max(self._follows, boundary)

    def end_sentence(self, offset: int) -> None:
        """End the sentence at a place in the source, even if no mark in the text ends it."""
        if self._drafts and _SENTENCE_END.search(self._drafts[-1].tail):
            # Kept in one passage, so that short sentences can share a chunk.
            self._gap = self._gap or (offset, offset)
        else:
            self._sentence_ended = True

    def begin_reading(self, kind: ReadingKind, value: str) -> None:
        """Read the text from here to `end_reading` as *value*."""
        self._reading = kind, value
        self._reading_start = None

    def end_reading(self) -> bool:
        """End the reading; return whether it covers anything but whitespace."""
        start, reading = self._reading_start, self._reading
        self._reading = self._reading_start = None
        if start is None or reading is None:
            return False
        draft = self._drafts[-1]
        draft.readings.append(InlineReading(start, draft.length, *reading))
        return True

    def take(self) -> Iterator[Passage]:
        """End the passage and return those since the last call.

        Each is built only when it is taken, because a text's maps are large.
        """
        self._paragraph_ended = True
        drafts, self._drafts = self._drafts, []
        return (draft.passage() for draft in drafts)

    def finish(self, manner: Manner, line: int) -> Iterator[Passage]:
        """Return what ``take`` does, plus a passage without text if a pause is left."""
        if self._pause is not None:
            self.end_paragraph()
            self._begin(manner, line)
        return self.take()

    def _say_even(self, text: Mapped, manner: Manner, line: int) -> None:
        """Add text that has only single spaces as whitespace, also at its ends."""
        if text.text.startswith(" "):
            self._set_gap(text.span(0, 1), manner)
        body = text.strip()
        if len(body):
            self._add(body, manner, line)
            if text.text.endswith(" "):
                self._set_gap(text.span(len(text) - 1), manner)

    def _set_gap(self, span: tuple[int, int], manner: Manner) -> None:
        self._gap = self._gap or span
        self._gap_manner = manner

    def _add(self, text: Mapped, manner: Manner, line: int) -> None:
        if self._reading_start is None and self._parts_from(manner):
            marks = self._trailing_marks(text, manner)
            if marks:
                self._drafts[-1].append(text[:marks])
                self._gap = None
                if marks < len(text):
                    self._say_even(text[marks:], manner, line)
                return
            self._begin(manner, line)
        draft = self._drafts[-1]
        if self._gap and draft.length:
            draft.append(Mapped(" ", [self._gap[0]], [self._gap[1]]))
        self._gap = None
        if self._reading and self._reading_start is None:
            self._reading_start = draft.length
        draft.append(text)

    def _parts_from(self, manner: Manner) -> bool:
        return (
            self._paragraph_ended
            or self._sentence_ended
            or self._pause is not None
            or self._drafts[-1].manner != manner
        )

    def _trailing_marks(self, text: Mapped, manner: Manner) -> int:
        """Return how many leading characters go to the passage before: "[rate:2]Hurry[rate:]!"."""
        if self._paragraph_ended or self._sentence_ended or self._reading:
            return 0
        if self._gap and self._gap_manner == manner:
            return 0
        match = _TRAILING_MARKS.match(text.text)
        if match is None:
            return 0
        ends_twice = match[0][0] in ".!?…" and _SENTENCE_END.search(self._drafts[-1].tail)
        return 0 if ends_twice else match.end()

    def _begin(self, manner: Manner, line: int) -> None:
        joins = not self._paragraph_ended
        draft = _Draft(self.kind, line, manner, self._pause, self._follows)
        if joins and not self._sentence_ended and not self._gap:
            before = self._drafts[-1]
            marks = before.cut_leading_marks()
            if marks:
                draft.append(marks)
            if not before.length:
                self._drafts.pop()
                draft.follows = before.follows
                draft.pause_seconds = _sum(before.pause_seconds, self._pause)
        self._drafts.append(draft)
        self._paragraph_ended = self._sentence_ended = False
        self._follows = Boundary.SENTENCE
        self._pause = self._gap = None


def _sum(first: float | None, second: float | None) -> float | None:
    """Add two pauses; either may be None. UsageError if the sum is over an hour."""
    if first is None or second is None:
        return second if first is None else first
    if first + second > _LONGEST_SUM_SECONDS:
        raise UsageError(
            "Pauses without a word between them add up to more than an hour.",
            hint="Take some of them out.",
        )
    return round(first + second, 6)
