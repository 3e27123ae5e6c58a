"""The keys of a terminal as commands, and the terminal as it was before."""

from __future__ import annotations

import io
import os
import pty
import signal
import termios
from collections.abc import Iterator

import pytest

from kokoro_cli.cli.terminal.keys import Keys, find_terminal
from kokoro_cli.playback.listener import Command


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """A terminal in whose background this process is: the descriptors of both sides."""
    keyboard, screen = pty.openpty()
    yield keyboard, screen
    os.close(keyboard)
    os.close(screen)


@pytest.fixture
def in_foreground(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "tcgetpgrp", lambda terminal: os.getpgrp())


def pressed(keyboard: int, keys: Keys, data: bytes) -> list[Command]:
    os.write(keyboard, data)
    found = []
    while command := keys.command(0.2 if not found else 0.0):
        found.append(command)
    return found


@pytest.mark.usefixtures("in_foreground")
def test_keys_are_commands(terminal: tuple[int, int]) -> None:
    keyboard, screen = terminal
    with Keys(screen) as keys:
        assert keys.command() is None
        assert pressed(keyboard, keys, b" pnb+-q") == [
            *["pause", "pause", "next", "back", "faster", "slower", "stop"]
        ]
        assert pressed(keyboard, keys, b"\x1b[A\x1b[B\x1b[C\x1b[D") == [
            *["faster", "slower", "next", "back"]
        ]
        assert pressed(keyboard, keys, b"xyz\x1b\x1b[Z\xff n") == ["pause", "next"]


@pytest.mark.usefixtures("in_foreground")
def test_an_arrow_may_come_in_two_parts(terminal: tuple[int, int]) -> None:
    keyboard, screen = terminal
    with Keys(screen) as keys:
        assert pressed(keyboard, keys, b"\x1b") == []
        assert pressed(keyboard, keys, b"[C") == ["next"]


@pytest.mark.usefixtures("in_foreground")
def test_the_terminal_is_left_as_it_was(terminal: tuple[int, int]) -> None:
    _, screen = terminal
    before = termios.tcgetattr(screen)
    with pytest.raises(KeyboardInterrupt), Keys(screen):
        assert not termios.tcgetattr(screen)[3] & (termios.ICANON | termios.ECHO)
        assert termios.tcgetattr(screen)[3] & termios.ISIG
        raise KeyboardInterrupt
    assert termios.tcgetattr(screen) == before
    assert signal.getsignal(signal.SIGCONT) == signal.SIG_DFL


@pytest.mark.usefixtures("in_foreground")
def test_after_a_stop_the_keys_are_read_again(terminal: tuple[int, int]) -> None:
    keyboard, screen = terminal
    before = termios.tcgetattr(screen)
    with Keys(screen) as keys:
        termios.tcsetattr(screen, termios.TCSANOW, before)  # As a shell does.
        os.kill(os.getpid(), signal.SIGCONT)
        assert pressed(keyboard, keys, b"q") == ["stop"]


def test_in_the_background_the_terminal_is_left_alone(terminal: tuple[int, int]) -> None:
    keyboard, screen = terminal
    before = termios.tcgetattr(screen)
    with Keys(screen) as keys:
        assert termios.tcgetattr(screen) == before
        assert pressed(keyboard, keys, b"q\n") == []


def test_who_comes_to_the_foreground_reads_keys(
    terminal: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    keyboard, screen = terminal
    before = termios.tcgetattr(screen)
    with Keys(screen) as keys:
        assert pressed(keyboard, keys, b"") == []
        monkeypatch.setattr(os, "tcgetpgrp", lambda terminal: os.getpgrp())
        assert keys.command() is None
        assert pressed(keyboard, keys, b"q") == ["stop"]
    assert termios.tcgetattr(screen) == before


class Stream(io.BytesIO):
    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self.isatty = lambda: terminal


PIPE, TERMINAL = Stream(terminal=False), Stream(terminal=True)


def test_without_a_terminal_there_are_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "open", lambda path, flags: 77)
    assert find_terminal(PIPE, PIPE) is find_terminal(None, PIPE) is None
    assert find_terminal(None, TERMINAL) == find_terminal(TERMINAL, PIPE) == 77
