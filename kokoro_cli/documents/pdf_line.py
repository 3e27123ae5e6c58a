"""A line of a PDF page."""

from __future__ import annotations

from dataclasses import dataclass

HYPHEN = "\x02"
"""Marks a hyphen at a line's end that may be there only because the word is split."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text and its position on the page, in points; y grows upwards."""

    page: int
    """Counted from 0."""
    text: str
    x0: float
    x1: float
    bottom: float
    top: float

    @property
    def height(self) -> float:
        """From the font's descent to its ascent, a little more than the font size."""
        return self.top - self.bottom

    @property
    def middle(self) -> float:
        """The y coordinate of its middle."""
        return (self.top + self.bottom) / 2
