"""``kokoro say … &`` at a terminal: nothing is painted there, and nothing stops the process."""

from __future__ import annotations

import os
import pty
import sys
import time
from pathlib import Path

import pytest

from kokoro_cli.assets.store import Store
from tests.conftest import variables_of
from tests.toy_model import slowed

SHELL = """
import os, subprocess, sys, termios
if sys.argv[1] == "tostop":  # As after "stty tostop".
    settings = termios.tcgetattr(2)
    settings[3] |= termios.TOSTOP
    termios.tcsetattr(2, termios.TCSANOW, settings)
background = sys.argv[2] == "background"
process = subprocess.Popen(sys.argv[3:], preexec_fn=os.setpgrp if background else None)
_, status = os.waitpid(process.pid, os.WUNTRACED)
print("stopped" if os.WIFSTOPPED(status) else f"ended {os.waitstatus_to_exitcode(status)}")
process.kill()
"""


def shown(where: str, stopping: str, cache: Path, *arguments: str) -> str:
    """Return what a terminal shows of a command that a shell has started there."""
    command = [sys.executable, "-m", "kokoro_cli", *arguments]
    environment = variables_of(cache, {"TERM": "xterm", **slowed(0.6)})
    pid, terminal = pty.fork()
    if not pid:
        os.execvpe(
            sys.executable, [sys.executable, "-c", SHELL, stopping, where, *command], environment
        )
    screen, end = b"", time.monotonic() + 60
    while time.monotonic() < end:
        try:
            screen += os.read(terminal, 65_536)
        except OSError:
            break
    os.waitpid(pid, 0)
    os.close(terminal)
    return screen.decode()


COMMANDS = {
    "say": ["say", "Hello there.", "-o", "{0}/a.wav"],
    "file": ["file", "{0}/book.txt", "-o", "{0}/b.wav", "--force"],
    "voices demo": ["voices", "demo", "--out", "{0}/page.html", "--lang", "p"],
}


@pytest.mark.parametrize("stopping", ["tostop", "as usual"])
@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_is_painted_over_the_prompt(
    name: str, stopping: str, toy_store: Store, tmp_path: Path
) -> None:
    (tmp_path / "book.txt").write_text("A short book.")
    arguments = [each.format(tmp_path) for each in COMMANDS[name]]
    screen = shown("background", stopping, toy_store.cache, *arguments)
    assert "ended 0" in screen, screen
    assert "\x1b[?25" not in screen, "the cursor of the shell"
    assert "\x1b[2K" not in screen
    assert "Loading" not in screen
    assert "\r" not in screen.replace("\r\n", "")


@pytest.mark.parametrize("name", COMMANDS)
def test_in_the_foreground_it_shows(name: str, toy_store: Store, tmp_path: Path) -> None:
    (tmp_path / "book.txt").write_text("A short book.")
    arguments = [each.format(tmp_path) for each in COMMANDS[name]]
    screen = shown("foreground", "as usual", toy_store.cache, *arguments)
    assert "ended 0" in screen, screen
    assert screen.rindex("\x1b[?25h") > screen.rindex("\x1b[?25l")
    assert "\x1b[2K" in screen
