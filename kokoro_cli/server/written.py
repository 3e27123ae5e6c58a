"""A text that is still being written, taken in parts that can be spoken without the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import anyio

from kokoro_cli.text.live import IDLE_SECONDS, complete, may_be_ssml
from kokoro_cli.text.reading import TextStage


class Written:
    """One task writes it and another takes it."""

    def __init__(self) -> None:
        self.length = 0
        """Characters that were written in all."""
        self.begun = False
        """Whether something was taken."""
        self._text, self._ended = "", False
        self._changed = asyncio.Event()

    def write(self, text: str) -> None:
        self.length += len(text)
        self._text += text
        self._changed.set()

    def end(self) -> None:
        """Nothing more will be written."""
        self._ended = True
        self._changed.set()

    async def next(self, stage: Callable[[], Awaitable[TextStage]]) -> str | None:
        """Return the next part when it is complete, or None after the last one.

        *stage* reads the text; it is only asked for if the end of the text has not come.
        """
        is_idle = False
        while not self._ended:
            if end := await self._complete(stage, is_idle=is_idle):
                return self._take(end)
            is_idle = not await self._more(may_idle=not is_idle)
        return self._take(len(self._text)) or None

    def _take(self, end: int) -> str:
        taken, self._text = self._text[:end], self._text[end:]
        self.begun = self.begun or bool(taken.strip())
        return taken

    async def _complete(self, stage: Callable[[], Awaitable[TextStage]], *, is_idle: bool) -> int:
        """Return how many characters can be spoken whatever follows."""
        self._changed.clear()
        text = self._text
        if not text.strip() or (not self.begun and may_be_ssml(text)):
            return 0
        reads = await stage()
        return await asyncio.to_thread(complete, text, reads, idle=is_idle)

    async def _more(self, *, may_idle: bool) -> bool:
        """Wait for more; False if the writer pauses."""
        seconds = IDLE_SECONDS if may_idle and self._text.strip() else None
        with anyio.move_on_after(seconds):
            await self._changed.wait()
        return self._changed.is_set()
