"""What ends between two chunks, and how long the silence there is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Boundary(IntEnum):
    """What ends between two parts of a text. A greater one has at least as long a silence."""

    SENTENCE = 0
    """Or a clause: the paragraph goes on."""
    LINE = 1
    """A line of a poem or of code, an item of a list, a row of a table: the whole goes on."""
    PARAGRAPH = 2
    SCENE = 3
    """Something like "* * *" or a rule is between two paragraphs."""
    HEADING = 4
    """There is a heading on one side."""
    CHAPTER = 5


@dataclass(frozen=True, slots=True)
class Gaps:
    """Seconds of silence between two chunks."""

    sentence: float = 0.4
    """Between two chunks of a paragraph, two lines, two items or two rows."""
    paragraph: float = 0.4
    heading: float = 0.4
    """Before and after a heading, and at a scene break."""
    chapter: float = 0.4

    def at(self, boundary: Boundary) -> float:
        """Return the seconds of silence where that ends."""
        match boundary:
            case Boundary.SENTENCE | Boundary.LINE:
                return self.sentence
            case Boundary.PARAGRAPH:
                return self.paragraph
            case Boundary.SCENE:  # It ends a paragraph too.
                return max(self.paragraph, self.heading)
            case Boundary.HEADING:
                return self.heading
            case Boundary.CHAPTER:
                return self.chapter

    @property
    def shortest(self) -> float:
        return min(self.sentence, self.paragraph, self.heading, self.chapter)
