"""A line of a web page or of a file of an EPUB."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from kokoro_cli.pauses import Boundary


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    """One line with single spaces; "" only for anchors after all text."""
    level: int | None = None
    """Heading level, 1 to 6; None if the line is no heading."""
    anchors: tuple[str, ...] = ()
    """Ids and names in the line, or between it and the previous line."""
    part: str = ""
    """Enclosing part: "main", "article", or "beside" for header, footer and aside; else ""."""
    follows: Boundary = Boundary.PARAGRAPH
    """What ends before it, if neither the line nor the one before is a heading."""
    initial: Literal["", "text", "picture"] = ""
    """Whether the page marks it as a drop cap: a text with such a class, or a picture of a letter.
    A picture is only said before the rest of its word."""


def seamed(lines: Iterable[Line]) -> list[tuple[str, Boundary]]:
    """Return the texts of the lines that have one, each with what ends before it."""
    found = []
    in_heading = False
    for line in lines:
        if line.text:
            heading = in_heading or bool(line.level)
            least = Boundary.HEADING if heading else Boundary.LINE
            found.append((line.text, max(line.follows, least)))
            in_heading = bool(line.level)
    return found
