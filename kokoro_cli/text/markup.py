"""Controls inside plain text: pauses, voices, rates and pronunciations.

===========================  ==================================================================
``[pause:1s]``               silence, from 0 to 60 s; also ``500ms``, and ``0.5`` in seconds
``[voice:bf_emma]``          another voice, until ``[voice:]`` or the next one
``[rate:1.2]``               another speed, 0.5 to 2.0 times the run's, until ``[rate:]``
``[Siobhan](/ʃɪvˈɔn/)``      these phonemes for the word
``[Kokoro](say:ko-KO-ro)``   this respelling for the word
===========================  ==================================================================

Everything else in square brackets is text: ``[sic]``, ``[1]``, ``[pause]``, ``[note: x]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from kokoro_cli.errors import UsageError
from kokoro_cli.pauses import Boundary
from kokoro_cli.text.mapped import Mapped
from kokoro_cli.text.passage import (
    LONGEST_PAUSE_SECONDS,
    RATES,
    Composer,
    Manner,
    Passage,
    ReadingKind,
    line_ends,
    place_of,
)

# No part of it goes past the next opening bracket, so that a run of brackets takes linear time.
_CONTROL = re.compile(
    r"\[(?P<name>pause|voice|rate):(?P<value>[^\[\]]{0,300})\]"
    r"|\[(?=\s{0,300}[^\s\[\]])(?P<word>[^\[\]]{1,300})\]"
    r"\((?:/(?P<phonemes>[^/\[\]]{0,500})/|say:(?P<say>[^()\[\]]{0,500}))\)"
)
_SECONDS = re.compile(r"([0-9]{1,6}(?:\.[0-9]{0,6})?|\.[0-9]{1,6}) ?(ms|s|)")
_RATE = re.compile(r"[0-9]{1,3}(?:\.[0-9]{0,6})?|\.[0-9]{1,6}")

_HINTS = {
    "pause": "Write seconds or milliseconds, up to a minute: [pause:1.5s] or [pause:500ms].",
    "rate": f"Write a number from {RATES[0]} to {RATES[1]}, as in [rate:1.2]; [rate:] ends it.",
    "phonemes": "Write phonemes between the slashes: [Siobhan](/ʃɪvˈɔn/).",
    "respelling": "Write syllables, the stressed one in capitals: [Kokoro](say:ko-KO-ro).",
}


def seconds_of(written: str) -> float | None:
    """Return the seconds in "500ms", "1.5s" or "2"; None if it is not a length of time."""
    match = _SECONDS.fullmatch(written.strip())
    return float(match[1]) / (1000 if match[2] == "ms" else 1) if match else None


class Control:
    """Reads the blocks of a text in turn; a control stays in effect in the next blocks."""

    def __init__(self) -> None:
        self._source = ""
        self._first = 1, 1
        self._manner = Manner()
        self._composer = Composer()
        self._line = 1

    def begin(self, source: str, first_line: int = 1, first_column: int = 1) -> None:
        """Set the source of the next blocks and its place in the text, for error messages."""
        self._source, self._first = source, (first_line, first_column)

    def passages(
        self, text: Mapped, kind: str, line: int, follows: Boundary = Boundary.PARAGRAPH
    ) -> Iterator[Passage]:
        """Return a block's passages; none if it has nothing but controls. It *follows* that.

        The whole block is read at the call. Raises UsageError for a control with an invalid value,
        such as "[rate:9]", and for empty phonemes.
        """
        self._composer.kind = kind
        self._composer.end_paragraph(follows)
        self._line = line
        at = counted = 0
        for match in _CONTROL.finditer(text.text):
            self._say(text[at : match.start()])
            self._apply(match, text)
            at = match.end()
            self._line += self._line_ends(text, counted, at)
            counted = at
        self._say(text[at:])
        return self._composer.take()

    def rest(self) -> Iterator[Passage]:
        """Return a passage without text if a pause follows the last block, else nothing."""
        return self._composer.finish(self._manner, self._line)

    def _say(self, text: Mapped) -> None:
        self._composer.say(text, self._manner, self._line)

    def _line_ends(self, text: Mapped, start: int, end: int) -> int:
        """Return the number of source lines that end between two places of a block's text."""
        if end >= len(text):
            return 0
        return line_ends(self._source[text.starts[start] : text.starts[end]])

    def _apply(self, match: re.Match[str], text: Mapped) -> None:
        try:
            if match["name"]:
                self._control(match["name"], match["value"].strip())
            else:
                self._read_as(match, text[slice(*match.span("word"))])
        except UsageError as error:
            place = place_of(text.starts[match.start()], self._source, *self._first)
            raise UsageError(f"At {place}: {error.message}", hint=error.hint) from None

    def _control(self, name: str, value: str) -> None:
        if name == "pause":
            seconds = seconds_of(value)
            if seconds is None or seconds > LONGEST_PAUSE_SECONDS:
                raise UsageError(f"“[pause:{value}]” is not a pause.", hint=_HINTS[name])
            self._composer.pause(seconds)
        elif name == "voice":
            self._manner = replace(self._manner, voice=value or None)
        else:
            rate = float(value) if _RATE.fullmatch(value) else 0.0 if value else 1.0
            if not RATES[0] <= rate <= RATES[1]:
                raise UsageError(f"“[rate:{value}]” is not a rate.", hint=_HINTS[name])
            self._manner = replace(self._manner, rate=rate)

    def _read_as(self, match: re.Match[str], word: Mapped) -> None:
        kind: ReadingKind = "respelling" if match["phonemes"] is None else "phonemes"
        value = (match["say"] if match["phonemes"] is None else match["phonemes"]).strip()
        if not value:
            raise UsageError(f"There is no pronunciation for “{word.text}”.", hint=_HINTS[kind])
        self._composer.begin_reading(kind, value)
        self._say(word)
        self._composer.end_reading()
