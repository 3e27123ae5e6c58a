"""A display that changes in place, painted only while the terminal is ours."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console, ConsoleRenderable, RenderableType
from rich.live import Live
from rich.live_render import LiveRender
from rich.progress import Progress, ProgressColumn

from kokoro_cli import undo


def is_foreground(terminal: int) -> bool:
    """Whether the shell has given us the terminal, so that nothing else is shown there."""
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except (OSError, AttributeError):
        return True  # It is no terminal of a shell, or the system has no jobs.


class Display(Live):
    """Paints in the foreground only: in the background, the shell's prompt is there.

    If the process ends at once, what was painted is erased and the cursor is shown.
    """

    _hides_cursor = False

    def start(self, refresh: bool = False) -> None:
        self._undoing = undo.add(self._clear)
        self._hides_cursor = self._is_foreground()
        with self._only_in_foreground():
            super().start(refresh)

    def stop(self) -> None:
        with self._only_in_foreground():
            super().stop()
        self._show_cursor()
        undo.remove(self._undoing)

    def refresh(self) -> None:
        if not self._is_foreground():
            self._show_cursor()
            return
        if not self._hides_cursor:  # What was painted before is not where the cursor is now.
            self._live_render = LiveRender(self.renderable, vertical_overflow="ellipsis")
            self._hides_cursor = self.console.show_cursor(False)
        super().refresh()

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        return super().process_renderables(renderables) if self._is_foreground() else renderables

    def _is_foreground(self) -> bool:
        try:
            return is_foreground(self.console.file.fileno())
        except (OSError, AttributeError):
            return True  # A stream of a test.

    @contextmanager
    def _only_in_foreground(self) -> Iterator[None]:
        if self._is_foreground():
            yield
            return
        with self.console.capture():  # And it is not written.
            yield

    def _show_cursor(self) -> None:
        if self._hides_cursor:
            self._hides_cursor = False
            self.console.show_cursor(True)

    def _clear(self) -> None:
        """Erase what is painted. No lock is taken: another thread may hold it for ever."""
        if self._hides_cursor:
            erased = str(self._live_render.position_cursor()) if self._is_foreground() else ""
            os.write(self.console.file.fileno(), f"{erased}\x1b[?25h".encode())


def display_of(renderable: RenderableType, console: Console) -> Display:
    """Return a display that leaves nothing on the terminal when it ends."""
    return Display(renderable, console=console, transient=True, refresh_per_second=10)


def bars(*columns: ProgressColumn, console: Console) -> Progress:
    """Return bars that leave nothing on the terminal when they end."""
    made = Progress(*columns, console=console)
    made.live = Display(
        console=console, transient=True, refresh_per_second=10, get_renderable=made.get_renderable
    )
    return made
