"""Single keys from the terminal while something plays."""

from __future__ import annotations

import os
import select
import signal
import sys
from collections import deque
from types import FrameType, TracebackType
from typing import IO, Any

from kokoro_cli import undo
from kokoro_cli.playback.listener import Command

HELP = "space pause · ←→ sentence · ↑↓ speed · q stop"

_KEYS: dict[bytes, Command] = {
    b" ": "pause",
    b"p": "pause",
    b"n": "next",
    b"\x1b[C": "next",
    b"b": "back",
    b"\x1b[D": "back",
    b"+": "faster",
    b"\x1b[A": "faster",
    b"-": "slower",
    b"\x1b[B": "slower",
    b"q": "stop",
}


class Keys:
    """Reads the terminal key by key, without echo; leaves it as it was.

    In the background nothing is read: the system would stop the process.
    """

    def __init__(self, terminal: int, *, fixed_speed: bool = False) -> None:
        """*terminal* is its file descriptor. *fixed_speed* drops the keys of the speed."""
        import termios

        self._termios = termios
        self._terminal = terminal
        self._dropped = ("faster", "slower") if fixed_speed else ()
        self._commands: deque[Command] = deque()
        self._unread = b""
        self._found: Any = None
        """The terminal's settings when it first was ours."""
        self._before: Any = None
        self._was_ours = False

    def __enter__(self) -> Keys:
        self._undoing = undo.add(self._restore)
        self._prepare()
        # After Ctrl-Z the shell has changed the terminal for itself.
        self._before = signal.signal(signal.SIGCONT, self._went_on)
        return self

    def _restore(self) -> None:
        if self._found and self._is_ours():
            self._termios.tcsetattr(self._terminal, self._termios.TCSANOW, self._found)

    def _went_on(self, number: int, frame: FrameType | None) -> None:
        self._was_ours = False
        self._prepare()

    def _prepare(self) -> bool:
        """Set the terminal up when we come to the foreground; return whether we are there."""
        ours = self._is_ours()
        if ours and not self._was_ours:
            import tty

            self._found = self._found or self._termios.tcgetattr(self._terminal)
            tty.setcbreak(self._terminal, self._termios.TCSANOW)
        self._was_ours = ours
        return ours

    def _is_ours(self) -> bool:
        try:
            return os.tcgetpgrp(self._terminal) == os.getpgrp()
        except OSError:
            return False  # The terminal is gone.

    def command(self, seconds: float = 0.0) -> Command | None:
        """Return the command of the next key; None if none is pressed within *seconds*."""
        if not self._commands and self._is_pressed(seconds):
            self._unread += os.read(self._terminal, 64)
            self._commands += [each for each in self._read() if each not in self._dropped]
        return self._commands.popleft() if self._commands else None

    def _is_pressed(self, seconds: float) -> bool:
        if self._prepare():
            return bool(select.select([self._terminal], [], [], seconds)[0])
        select.select([], [], [], seconds)
        return False

    def _read(self) -> list[Command]:
        """Take the keys from what was read. An arrow sends three bytes, which may arrive apart."""
        found: list[Command] = []
        while self._unread:
            key = next((key for key in _KEYS if self._unread.startswith(key)), None)
            if key:
                found.append(_KEYS[key])
            elif any(key.startswith(self._unread) for key in _KEYS):
                break
            self._unread = self._unread[len(key or b"?") :]
        return found

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        signal.signal(signal.SIGCONT, self._before)
        if self._found and self._is_ours():
            self._termios.tcsetattr(self._terminal, self._termios.TCSADRAIN, self._found)
        undo.remove(self._undoing)


def find_terminal(*streams: IO[Any] | None) -> int | None:
    """Return the terminal of a person who listens and can press keys, or None.

    There is one if any of the command's streams is a terminal.
    """
    if sys.platform == "win32" or not any(stream and stream.isatty() for stream in streams):
        return None
    try:
        return os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        return None
