"""Split a text that is still being written into parts that can be spoken without the rest.

It is cut at blank lines, before list items and after sentences. The text stage itself finds the
sentence ends, so "Dr." waits for its "Smith".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

from kokoro_cli.pauses import Boundary
from kokoro_cli.text import ssml
from kokoro_cli.text.passage import line_ends
from kokoro_cli.text.reading import Segment, TextStage
from kokoro_cli.text.structure import pieces
from kokoro_cli.types import Losses

IDLE_SECONDS = 0.5
"""After this long without input, the end of a line or sentence counts as complete."""

_JUDGED = 8_000
"""Characters of a paragraph in which sentence ends are searched at once."""

_LONGEST = 50_000
"""A longer paragraph, in characters, is cut at its last space."""

_LONGEST_WAIT = 100_000
"""A longer text, in characters, does not wait for the end of a fence, a comment or a table."""

_MARK = re.compile(r"[.!?…。！？।]")
_LINE_END = re.compile(r"(?<!-)[\n\r]\Z")  # Not after a word cut by a hyphen.
_MARKED_END = re.compile(r"[.!?…。！？।][\"'”’»)\]*_`~]{0,8}\s+\Z")
# Fences, tables, tags and quotations depend on the lines around them.
_WOVEN = re.compile(r"```|~~~|[<|]|(?m:^)\s{0,3}>")
_NEXT_ITEM = re.compile(r"\n(?=(?:[-*+•]|\d{1,9}[.)])[ \t]+\S)")
_CLOSING_MARKS = re.compile(r"[*_`~]{1,4}")
# A start that Markdown does not take for a heading or an item.
_PLAIN_START = re.compile(r"\s*(?:[^\W\d_]|[\"'“‘«¿¡(]|\Z)")

_PAIRS = [tuple(pair) for pair in ("[]", "()", "“”", "«»", "「」", "『』", "（）")]

_PROBE = " The end"
"""Added after a sentence mark, this shows whether the sentence ends there."""


class Source(Protocol):
    """A source of text that arrives bit by bit; see `documents.pipe_reader`."""

    @property
    def ended(self) -> bool: ...

    def more(self, seconds: float | None) -> str: ...


def segments(source: Source, stage: TextStage) -> Iterator[Segment]:
    """Yield segments that can be read without the rest, each as soon as it is complete.

    Joined, they are the whole text.
    """
    waiting, line, column = "", 1, 1
    space = "\n\n"
    begun = idle = False
    while waiting or not source.ended:
        came = source.more(IDLE_SECONDS if waiting.strip() and not idle else None)
        waiting += came
        idle = not came
        while waiting:
            if source.ended:
                end = len(waiting)
            elif not begun and may_be_ssml(waiting):
                break
            else:
                end = complete(waiting, stage, idle=idle)
            if not end:
                break
            segment, waiting = waiting[:end], waiting[end:]
            space += segment[: len(segment) - len(segment.lstrip())]
            yield Segment(segment, line, column, follows=_ended(space))
            space = segment[len(segment.rstrip()) :] if segment.strip() else space
            begun = begun or not segment.isspace()
            in_line = len(segment) - 1 - max(segment.rfind("\n"), segment.rfind("\r"))
            column = in_line + (column if in_line == len(segment) else 1)
            line += line_ends(segment)


def _ended(space: str) -> Boundary:
    """Return what ends between two segments with this space between."""
    if line_ends(space) > 1 or "\f" in space:
        return Boundary.PARAGRAPH
    return Boundary.LINE if line_ends(space) else Boundary.SENTENCE


def may_be_ssml(text: str) -> bool:
    """Whether a text that begins so may be SSML, which is read as a whole."""
    start = text.lstrip()
    begins = start.startswith(("<?", "<!")) or "<speak".startswith(start[:6])
    return ssml.is_ssml(text) or (begins and len(text) <= _LONGEST_WAIT)


def complete(text: str, stage: TextStage, *, idle: bool = False) -> int:
    """Return how many characters can be read whatever follows; 0 if more input is needed.

    If the writer is *idle*, the end of a line and a sentence mark count as ends too.
    """
    long = len(text) > _LONGEST_WAIT
    if not long and text.rfind("<!--") > text.rfind("-->"):
        return 0
    found = list(pieces(text))
    if not found:
        return len(text) if long else 0
    last = found[-1]
    if long:
        return last.start or text.rfind(" ") + 1 or len(text)
    if len(found) > 1 or last.open:
        return last.start
    piece = text[last.start :]
    if idle and _LINE_END.search(piece):
        return len(text)
    end = _within(piece, stage, idle=idle)
    return last.start + end if end else 0


def _within(piece: str, stage: TextStage, *, idle: bool) -> int:
    """Return the end of the last complete item or sentence of a paragraph; 0 if there is none."""
    if _WOVEN.search(piece):
        return 0
    item = max((match.end() for match in _NEXT_ITEM.finditer(piece)), default=0)
    if item:
        return item
    if len(piece) > _LONGEST:
        return piece.rfind(" ") + 1 or len(piece)
    at_mark = idle and _MARKED_END.search(piece)
    if not at_mark and not _MARK.search(piece, 0, len(piece.rstrip()) - 1):
        return 0
    judged = piece.rstrip() + _PROBE if at_mark else piece
    sentences = stage.sentences(judged[:_JUDGED], Losses())
    ends = [sentence.text.span()[1] for sentence in sentences if len(sentence.text)]
    for end in reversed(ends[:-1]):
        closing = _CLOSING_MARKS.match(piece, end)
        end = closing.end() if closing else end
        if _is_whole(piece[:end]) and _PLAIN_START.match(piece, end):
            return end
    return 0


def _is_whole(text: str) -> bool:
    """Whether all emphasis, brackets and quotes that the text opens are closed in it."""
    return all(text.count(mark) % 2 == 0 for mark in ("*", "`", '"', "~~")) and all(
        text.count(opening) <= text.count(closing) for opening, closing in _PAIRS
    )
