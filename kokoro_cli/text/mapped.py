"""Text whose characters keep their places in the source through every edit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

Edit = tuple[int, int, str]
"""Start and end of the characters to replace, and the replacement."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """A text in which each character knows the span of the source that it stands for."""

    text: str
    starts: Sequence[int]
    """The start of each character's source, in characters of the source; len(text) of them."""
    ends: Sequence[int]

    @classmethod
    def of(cls, text: str, start: int = 0) -> Mapped:
        """Return a piece of the source unchanged; it begins *start* characters into the source."""
        return cls(text, range(start, start + len(text)), range(start + 1, start + len(text) + 1))

    def __len__(self) -> int:
        return len(self.text)

    def __getitem__(self, part: slice) -> Mapped:
        return Mapped(self.text[part], self.starts[part], self.ends[part])

    def span(self, start: int = 0, end: int | None = None) -> tuple[int, int]:
        """Return the span of the source that the characters from *start* to *end* come from.

        For an empty range, it is an empty span between the neighbours.
        """
        end = len(self.text) if end is None else end
        if start < end:
            return min(self.starts[start:end]), max(self.ends[start:end])
        place = self.ends[start - 1] if start else self.starts[0] if self.text else 0
        return place, place

    def replace(self, edits: Iterable[Edit]) -> Mapped:
        """Return the text with the edits made; they are in order and do not overlap.

        Every inserted character maps to the whole span that its edit replaces.
        """
        parts: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        done = 0
        for start, end, new in edits:
            parts += self.text[done:start], new
            first, last = self.span(start, end)
            starts += self.starts[done:start]
            starts += [first] * len(new)
            ends += self.ends[done:start]
            ends += [last] * len(new)
            done = end
        if not parts:
            return self
        return Mapped(
            "".join(parts) + self.text[done:],
            [*starts, *self.starts[done:]],
            [*ends, *self.ends[done:]],
        )

    def sub(
        self, pattern: re.Pattern[str], replacement: str | Callable[[re.Match[str]], str]
    ) -> Mapped:
        """Return the text with each match replaced; in a string, ``\\1`` has no special meaning."""

        def new(match: re.Match[str]) -> str:
            return replacement if isinstance(replacement, str) else replacement(match)

        return self.replace((m.start(), m.end(), new(m)) for m in pattern.finditer(self.text))

    def strip(self) -> Mapped:
        left = len(self.text) - len(self.text.lstrip())
        return self[left : max(left, len(self.text.rstrip()))]

    @staticmethod
    def join(parts: Iterable[Mapped], separator: str = "") -> Mapped:
        """Join the parts; a separator maps to the gap between its neighbours."""
        texts: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        for part in parts:
            if texts:
                texts.append(separator)
                after = part.starts[0] if len(part) else (ends[-1] if ends else 0)
                before = ends[-1] if ends else after
                starts += [before] * len(separator)
                ends += [max(before, after)] * len(separator)
            texts.append(part.text)
            starts += part.starts
            ends += part.ends
        return Mapped("".join(texts), starts, ends)
