"""Speeches that telephone calls will ask for."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

from kokoro_cli.server.asked import Asked
from kokoro_cli.server.queue import FullError

KEPT_SECONDS = 600.0
"""From when a speech was registered, or a call last asked for it."""

_MOST, _MOST_CHARACTERS = 1000, 10_000_000


@dataclass(slots=True)
class _Kept:
    asked: Asked
    characters: int
    until: float


class Calls:
    """The event loop alone uses it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[UUID, _Kept] = {}

    def register(self, asked: Asked) -> UUID:
        """Keep a speech; FullError if there are too many. Nobody can guess the number."""
        now = self._clock()
        self._kept = {number: each for number, each in self._kept.items() if each.until > now}
        characters = sum(len(part.text) for part in asked.parts)
        used = characters + sum(each.characters for each in self._kept.values())
        if len(self._kept) >= _MOST or used > _MOST_CHARACTERS:
            first = min((each.until for each in self._kept.values()), default=now + 1)
            raise FullError("Too many speeches wait for their calls.", first - now)
        number = uuid4()
        self._kept[number] = _Kept(asked, characters, now + KEPT_SECONDS)
        return number

    def find(self, number: UUID) -> Asked | None:
        """Return a speech, and keep it longer; None if it is not kept, or not any more."""
        kept, now = self._kept.get(number), self._clock()
        if kept is None or kept.until <= now:
            return None
        kept.until = now + KEPT_SECONDS
        return kept.asked
