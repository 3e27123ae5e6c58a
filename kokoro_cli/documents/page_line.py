"""A line of a web page or of a file of an EPUB."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


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
    initial: Literal["", "text", "picture"] = ""
    """Whether the page marks it as a drop cap: a text with such a class, or a picture of a letter.
    A picture is only said before the rest of its word."""
