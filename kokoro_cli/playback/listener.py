"""Play to a listener at the terminal, whose keys pause, skip, go back and change the speed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.playback.playlist import Playlist
from kokoro_cli.synthesis import Utterance, words_heard
from kokoro_cli.text.passage import RATES
from kokoro_cli.types import Samples, Word, join_text

_STEP = 0.1

_WAIT = 0.1
"""Seconds between two looks for a key while nothing plays."""

_JUST_BEGUN = round(1.0 * SAMPLE_RATE)
"""Samples. Going back this soon after a sentence's start means the sentence before."""

_SHOWN = round(0.25 * SAMPLE_RATE)
"""Samples between two updates of the place."""


@dataclass(frozen=True, slots=True)
class Place:
    """What is heard now."""

    utterance: Utterance
    at: int
    """Index in its samples."""
    sentence: str
    """The part of it that is in the utterance."""
    state: str
    """"paused", "waiting", "1.2 ×", or ""."""


Command = Literal["pause", "next", "back", "faster", "slower", "stop"]
"""What the listener asks for with a key."""


class Keyboard(Protocol):
    def command(self, seconds: float = 0.0) -> Command | None: ...


class Loudspeaker(Protocol):
    def play(self, block: Samples, interrupted: Callable[[int], bool]) -> int: ...


class Listener:
    """Plays a playlist and obeys the keys."""

    def __init__(
        self,
        playlist: Playlist,
        player: Loudspeaker,
        keys: Keyboard,
        show: Callable[[Place], None],
    ) -> None:
        self._playlist, self._player, self._keys, self._show = playlist, player, keys, show
        self._utterance: Utterance | None = None
        self._sentences: list[_Sentence] = []
        self._at = 0
        """Index in the utterance's samples."""
        self._heard = 0
        self._skipping = False
        """Whether the rest of a sentence is skipped that goes on in the next utterance."""
        self._paused = self._waiting = self._stopped = False
        self._rate = 1.0
        self._command: Command | None = None
        self._shown = 0

    def listen(self) -> int:
        """Play until the end or a stop; return the number of samples that were heard."""
        while not self._stopped:
            if command := self._command or self._keys.command(_WAIT if self._paused else 0.0):
                self._command = None
                self._obey(command)
            elif self._paused:
                continue
            elif self._utterance and self._at < self._utterance.length:
                block = next(self._utterance.blocks(self._at))
                heard = self._player.play(block, self._interrupted)
                self._at += heard
                self._heard += heard
            elif following := self._playlist.next(_WAIT):
                self._begin(following)
            elif self._playlist.ended:
                break
            elif not self._waiting:
                self._waiting = True
                self._show_place()
        return self._heard

    def _interrupted(self, place: int) -> bool:
        """Whether a key was pressed that interrupts the sound; obey others while it plays on."""
        if abs(place + self._at - self._shown) >= _SHOWN:
            self._show_place(self._at + place)
        command = self._keys.command()
        if command in ("faster", "slower"):
            self._obey(command)
            return False
        self._command = command
        return command is not None

    def _begin(self, utterance: Utterance) -> None:
        """Go to the next utterance, or to the first sentence in it while skipping."""
        self._take(utterance)
        at = 0
        if self._skipping and not utterance.chunk.begins:
            at = self._sentences[0].start if self._sentences else utterance.length
        self._skipping = self._skipping and at == utterance.length
        self._go_to(at)

    def _take(self, utterance: Utterance) -> None:
        self._utterance, self._sentences = utterance, _sentences(utterance)

    def _go_to(self, at: int) -> None:
        self._at, self._waiting = at, False
        self._show_place()

    def _show_place(self, at: int | None = None) -> None:
        if self._utterance is None:
            return
        self._shown = self._at if at is None else at
        begun = [s for s in self._sentences if s.start <= self._shown]
        text = begun[-1].text if begun else self._utterance.chunk.text
        state = f"{self._rate:.1f} ×" if self._rate != 1.0 else ""
        state = "paused" if self._paused else "waiting" if self._waiting else state
        self._show(Place(self._utterance, self._shown, text, state))

    def _obey(self, command: Command) -> None:
        if command == "stop":
            self._stopped = True
        elif command == "pause":
            self._paused = not self._paused
            self._show_place()
        elif command in ("faster", "slower"):
            step = _STEP if command == "faster" else -_STEP
            self._rate = round(min(max(self._rate + step, RATES[0]), RATES[1]), 1)
            self._playlist.set_rate(self._rate)
            self._show_place()
        elif self._utterance:
            self._paused = False
            if command == "next":
                self._to_next(self._utterance)
            else:
                self._to_last()

    def _to_next(self, utterance: Utterance) -> None:
        following = [s.start for s in self._sentences if s.start > self._at]
        self._skipping = not following
        self._go_to(following[0] if following else utterance.length)

    def _to_last(self) -> None:
        """Go to the start of the sentence, or of the one before if this one has just begun."""
        self._skipping = False
        begun = [s.start for s in self._sentences if s.start <= self._at - _JUST_BEGUN]
        while not begun and (before := self._playlist.back()):
            self._take(before)
            begun = [s.start for s in self._sentences]
        self._go_to(begun[-1] if begun else 0)


@dataclass(frozen=True, slots=True)
class _Sentence:
    start: int
    """Index in the utterance's samples."""
    text: str


def _sentences(utterance: Utterance) -> list[_Sentence]:
    """Return the sentences that begin in the utterance."""
    found: list[tuple[int, list[Word]]] = []
    begins = at_start = utterance.chunk.begins
    for word, start, _ in words_heard(utterance):
        if begins:
            found.append((0 if at_start else max(start, 0), []))
        if found:
            found[-1][1].append(word)
        begins, at_start = word.closes, False
    return [_Sentence(start, join_text(words)) for start, words in found]
