"""Playing to somebody who sits at the terminal: keys pause, skip, go back and change the speed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from kokoro_cli.cli.keys import Command
from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.playlist import Playlist
from kokoro_cli.synthesis import Utterance, words_heard
from kokoro_cli.types import Samples

RATES = (0.5, 2.0)
_STEP = 0.1

_WAIT = 0.1
"""Seconds after which a key is looked for while there is nothing to play."""

_JUST_BEGUN = round(1.0 * SAMPLE_RATE)
"""Who goes back so soon after a sentence's beginning means the one before."""

Show = Callable[[Utterance, str], None]
"""Shows what is heard, and the state: "paused", "1.2 ×", or ""."""


class Keyboard(Protocol):
    def command(self, seconds: float = 0.0) -> Command | None: ...


class Loudspeaker(Protocol):
    def play(self, block: Samples, interrupted: Callable[[], bool]) -> int: ...


class Listener:
    """Plays what the playlist gives, from sentence to sentence as the keys say."""

    def __init__(self, playlist: Playlist, player: Loudspeaker, keys: Keyboard, show: Show) -> None:
        self._playlist, self._player, self._keys, self._show = playlist, player, keys, show
        self._utterance: Utterance | None = None
        self._at = 0
        """In samples of the utterance's block."""
        self._paused = self._stopped = False
        self._rate = 1.0
        self._command: Command | None = None

    def listen(self) -> None:
        """Play until the end, or until a key says stop."""
        while not self._stopped:
            if command := self._command or self._keys.command(_WAIT if self._paused else 0.0):
                self._command = None
                self._obey(command)
            elif self._paused:
                continue
            elif self._utterance and self._at < len(self._utterance.block):
                block = self._utterance.block[self._at :]
                self._at += self._player.play(block, self._interrupted)
            elif following := self._playlist.next(_WAIT):
                self._go_to(following)
            elif self._playlist.ended:
                return

    def _interrupted(self) -> bool:
        """Whether a key was pressed that needs silence; another is heeded as it plays on."""
        command = self._keys.command()
        if command in ("faster", "slower"):
            self._obey(command)
            return False
        self._command = command
        return command is not None

    def _go_to(self, utterance: Utterance, at: int = 0) -> None:
        self._utterance, self._at = utterance, at
        self._tell()

    def _tell(self) -> None:
        rate = f"{self._rate:.1f} ×" if self._rate != 1.0 else ""
        if self._utterance:
            self._show(self._utterance, "paused" if self._paused else rate)

    def _obey(self, command: Command) -> None:
        if command == "stop":
            self._stopped = True
        elif command == "pause":
            self._paused = not self._paused
            self._tell()
        elif command in ("faster", "slower"):
            step = _STEP if command == "faster" else -_STEP
            self._rate = round(min(max(self._rate + step, RATES[0]), RATES[1]), 1)
            self._playlist.set_rate(self._rate)
            self._tell()
        else:
            self._paused = False
            if command == "next":
                self._to_next()
            else:
                self._to_last()

    def _to_next(self) -> None:
        if self._utterance:
            starts = [start for start in _sentences(self._utterance) if start > self._at]
            self._go_to(self._utterance, starts[0] if starts else len(self._utterance.block))

    def _to_last(self) -> None:
        """Go to the beginning of the sentence, or of the one before where it has just begun."""
        if not self._utterance:
            return
        starts = _sentences(self._utterance)
        begun = [start for start in starts if start <= self._at - _JUST_BEGUN]
        if begun:
            self._go_to(self._utterance, begun[-1])
        elif before := self._playlist.back():
            self._go_to(before, _sentences(before)[-1])
        else:
            self._go_to(self._utterance)


def _sentences(utterance: Utterance) -> list[int]:
    """Return where sentences begin in the block, in samples; the first is 0."""
    starts, closed = [0], False
    for word, start, _ in words_heard(utterance):
        if closed:
            starts.append(max(start, 0))
        closed = word.closes
    return starts
