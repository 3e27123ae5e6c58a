"""Keys at a real terminal while ``kokoro say`` plays to a loudspeaker that takes its time."""

from __future__ import annotations

import os
import pty
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kokoro_cli.assets.store import Store
from tests.conftest import variables_of
from tests.sinks.loudspeaker import SlowLoudspeaker, needs_portaudio, slow_loudspeaker

pytestmark = [pytest.mark.playback, needs_portaudio]

TEXT = (
    "The first sentence is here. The second one follows it, with more words than the first. "
    "The third is about a garden. "
) * 12


class Terminal:
    """A program at a terminal of its own, in a session of its own."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.screen = ""
        self.pid, self._terminal = pty.fork()
        if not self.pid:
            os.execvpe(command[0], command, environment)

    def type(self, keys: bytes) -> None:
        os.write(self._terminal, keys)

    def wait_for(self, condition: Callable[[], object], seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        os.set_blocking(self._terminal, False)
        while not condition():
            assert time.monotonic() < end, self.screen
            if not self._read():
                time.sleep(0.01)

    def _read(self) -> bool:
        try:
            self.screen += os.read(self._terminal, 65_536).decode(errors="replace")
        except (BlockingIOError, OSError):  # EIO where the program has ended.
            return False
        return True

    def shows(self, pattern: str) -> Callable[[], object]:
        return lambda: re.search(pattern, self.screen)

    def exit_code(self) -> int:
        ended: list[int] = []

        def has_ended() -> bool:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                ended.append(os.waitstatus_to_exitcode(status))
            return bool(pid)

        self.wait_for(has_ended)
        while self._read():
            pass  # What it wrote last.
        return ended[0]


@pytest.fixture
def playing(toy_store: Store, tmp_path: Path) -> Iterator[tuple[Terminal, SlowLoudspeaker]]:
    """The command line, and the loudspeaker on which its text has just begun."""
    command = [sys.executable, "-m", "kokoro_cli", "say", TEXT]
    with slow_loudspeaker(tmp_path / "home") as (speaker, home):
        environment = variables_of(toy_store.cache, {"TERM": "xterm", **home})
        terminal = Terminal(command, environment)
        terminal.wait_for(lambda: speaker.seconds > 0.3)
        yield terminal, speaker


def test_keys_control_the_sound_and_q_ends_it(playing: tuple[Terminal, SlowLoudspeaker]) -> None:
    terminal, speaker = playing
    terminal.wait_for(terminal.shows("space pause"))
    terminal.type(b" ")
    terminal.wait_for(terminal.shows("paused"))
    silent = until_silence(speaker)
    terminal.type(b" ")
    terminal.wait_for(lambda: speaker.seconds > silent + 0.3)
    terminal.type(b"\x1b[A")
    terminal.wait_for(terminal.shows("1.1 ×"))
    terminal.type(b"\x1b[C")
    terminal.wait_for(terminal.shows("The second one"))
    terminal.type(b"q")
    assert terminal.exit_code() == 0
    assert "of speech" in terminal.screen


def until_silence(speaker: SlowLoudspeaker) -> float:
    """Wait until nothing was heard for half a second; return the seconds heard until then.

    What is in the pipe is heard in a pause too. All of the text would take a minute and more.
    """
    for _ in range(20):
        heard = speaker.seconds
        time.sleep(0.5)
        if speaker.seconds == heard:
            return heard
    raise AssertionError("it plays on")


def test_ctrl_c_ends_it_as_ever(playing: tuple[Terminal, SlowLoudspeaker]) -> None:
    terminal, _ = playing
    terminal.type(b"\x03")
    assert terminal.exit_code() == 130


def test_a_text_that_is_typed_is_no_command(toy_store: Store, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kokoro_cli", "say", "-"]
    with slow_loudspeaker(tmp_path / "home") as (speaker, home):
        environment = variables_of(toy_store.cache, {"TERM": "xterm", **home})
        terminal = Terminal(command, environment)
        terminal.type(b"quite quick\n")
        terminal.wait_for(lambda: speaker.seconds > 0.1)
        terminal.type(b"pens and bins\n\x04")
        assert terminal.exit_code() == 0
    assert "quite quick" in terminal.screen
    assert "pens and bins" in terminal.screen.split("quite quick")[-1]
