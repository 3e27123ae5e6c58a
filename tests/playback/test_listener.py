"""Keys while something plays: a player on a clock of its own, and keys pressed at given times."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from kokoro_cli.kokoro82m import SAMPLE_RATE, SAMPLES_PER_FRAME
from kokoro_cli.playback.listener import Command, Listener, Place
from kokoro_cli.playback.playlist import Playlist
from kokoro_cli.synthesis import Utterance
from kokoro_cli.types import Chunk, Rendering, Samples, Word

_STEP = 0.05
_FRAMES = 40
"""Each sentence is a phoneme of one second."""


class Scene:
    """A loudspeaker and a keyboard with one clock, on which each sentence takes a second.

    What is heard is one number for each step of 50 ms: that of the sentence, counted from 0.
    """

    def __init__(self, *presses: tuple[float, Command]) -> None:
        self.clock = 0.0
        self.heard: list[int] = []
        self.shown: list[tuple[int, str]] = []
        self._presses = list(presses)

    def command(self, seconds: float = 0.0) -> Command | None:
        if not self._presses:
            return None
        time, command = self._presses[0]
        self.clock = min(max(time, self.clock), self.clock + seconds)
        if time > self.clock + 1e-6:
            return None
        self._presses.pop(0)
        return command

    def play(self, block: Samples, interrupted: Callable[[int], bool]) -> int:
        step = round(_STEP * SAMPLE_RATE)
        for start in range(0, len(block), step):
            if interrupted(start):
                return start
            self.heard.append(round(float(block[start])))
            self.clock += _STEP
        return len(block)

    def show(self, place: Place) -> None:
        shown = int(place.sentence.split()[0]), place.state
        if not self.shown or self.shown[-1] != shown:
            self.shown.append(shown)

    def listen(self, *sentences: int) -> list[tuple[int, float]]:
        """Play chunks of so many sentences; return what was heard, and for how many seconds."""
        numbers = iter(range(sum(sentences)))
        return self.listen_to(
            *(
                tuple(Word(str(next(numbers)), "a", closes=True) for _ in range(n))
                for n in sentences
            )
        )

    def listen_to(self, *parts: tuple[Word, ...]) -> list[tuple[int, float]]:
        before = [True, *(part[-1].closes for part in parts)]
        chunks = [Chunk(i, part, 1, begins=before[i]) for i, part in enumerate(parts)]
        heard = Listener(Playlist(iter(chunks), _speak), self, self, self.show).listen()
        assert heard == len(self.heard) * round(_STEP * SAMPLE_RATE)
        runs: list[tuple[int, float]] = []
        for number in self.heard:
            if runs and runs[-1][0] == number:
                runs[-1] = number, round(runs[-1][1] + _STEP, 2)
            else:
                runs.append((number, _STEP))
        return runs


def _speak(chunks: Iterator[Chunk]) -> Iterator[Utterance]:
    for chunk in chunks:
        numbers = [int(word.text) for word in chunk.words]
        block = np.repeat(np.array(numbers, dtype=np.float32), SAMPLE_RATE)
        spaces = len(numbers) - 1
        # Two frames of padding, which are how much sooner a phoneme is heard than its frames.
        frames = [2, *([_FRAMES, 0] * spaces), _FRAMES, 0]
        assert _FRAMES * SAMPLES_PER_FRAME == SAMPLE_RATE
        yield Utterance(chunk, Rendering(block, np.array(frames, dtype=np.int64)), block)


def test_all_is_heard_where_no_key_is_pressed() -> None:
    assert Scene().listen(1, 3, 2) == [(i, 1.0) for i in range(6)]


def test_a_long_silence_is_played_in_parts() -> None:
    """And the keys work within it."""
    sound = np.full(SAMPLE_RATE, 7, dtype=np.float32)
    frames = np.array([2, _FRAMES, 0], dtype=np.int64)
    word = Word("7", "a", closes=True)
    spoken = Utterance(
        Chunk(0, (word,), 1), Rendering(sound, frames), sound, silence=25 * SAMPLE_RATE
    )
    scene = Scene((12.0, "pause"), (20.0, "pause"))
    playlist = Playlist(iter([spoken.chunk]), lambda chunks: (spoken for _ in chunks))
    assert Listener(playlist, scene, scene, scene.show).listen() == 26 * SAMPLE_RATE
    assert scene.heard == [0] * (25 * 20) + [7] * 20
    assert scene.clock == pytest.approx(26 + 8, abs=0.2)


def test_pause_holds_and_goes_on_where_it_was() -> None:
    scene = Scene((1.5, "pause"), (9.0, "pause"))
    assert scene.listen(2, 1) == [(0, 1.0), (1, 1.0), (2, 1.0)]
    assert scene.clock == pytest.approx(3.0 + 7.5, abs=0.1)
    assert scene.shown == [(0, ""), (1, ""), (1, "paused"), (1, ""), (2, "")]


def test_next_goes_to_the_next_sentence_in_the_chunk_and_in_the_next_one() -> None:
    assert Scene((0.5, "next")).listen(3) == [(0, 0.5), (1, 1.0), (2, 1.0)]
    assert Scene((1.5, "next")).listen(2, 2) == [(0, 1.0), (1, 0.5), (2, 1.0), (3, 1.0)]


def test_next_in_the_last_sentence_ends_it() -> None:
    assert Scene((1.5, "next")).listen(2) == [(0, 1.0), (1, 0.5)]


def test_back_repeats_the_sentence_or_goes_to_the_one_before() -> None:
    begun = [(0, 1.0), (1, 0.5), (0, 1.0), (1, 1.0), (2, 1.0)]
    assert Scene((1.5, "back")).listen(3) == begun
    assert Scene((1.5, "back")).listen(1, 2) == begun
    assert Scene((1.5, "back")).listen(1, 1, 1) == begun


def test_back_at_the_beginning_begins_again() -> None:
    assert Scene((0.5, "back")).listen(2) == [(0, 1.5), (1, 1.0)]


def test_back_and_back_again() -> None:
    scene = Scene((2.5, "back"), (2.5, "back"))
    assert scene.listen(1, 1, 1) == [(0, 1.0), (1, 1.0), (2, 0.5), (0, 1.0), (1, 1.0), (2, 1.0)]


def word(number: int, *, closes: bool = True) -> Word:
    return Word(str(number), "a", closes=closes)


# Two sentences in three chunks: the first one's three words, and then the second one.
LONG = (word(0, closes=False),), (word(1, closes=False),), (word(2), word(3))


def test_next_goes_to_the_next_sentence_however_many_chunks_it_passes() -> None:
    assert Scene((0.5, "next")).listen_to(*LONG) == [(0, 0.5), (3, 1.0)]
    assert Scene((1.5, "next")).listen_to(*LONG) == [(0, 1.0), (1, 0.5), (3, 1.0)]
    assert Scene((0.5, "next")).listen_to(*LONG[:2]) == [(0, 0.5)]


def test_back_goes_to_a_sentences_beginning_however_many_chunks_it_passes() -> None:
    again = [(0, 1.0), (1, 1.0), (2, 1.0), (3, 1.0)]
    heard = Scene((2.5, "back")).listen_to(*LONG)
    assert heard == [(0, 1.0), (1, 1.0), (2, 0.5), *again]
    heard = Scene((3.5, "back")).listen_to(*LONG)
    assert heard == [(0, 1.0), (1, 1.0), (2, 1.0), (3, 0.5), *again]


def test_moving_ends_a_pause() -> None:
    scene = Scene((0.5, "pause"), (5.0, "next"))
    assert scene.listen(2) == [(0, 0.5), (1, 1.0)]


def test_stop_is_silence_at_once() -> None:
    scene = Scene((1.5, "stop"))
    assert scene.listen(1, 1, 1) == [(0, 1.0), (1, 0.5)]


def test_the_speed_changes_without_a_break_and_has_limits() -> None:
    scene = Scene(*[(0.2, "faster")] * 30, *[(0.6, "slower")] * 40)
    assert scene.listen(1, 1) == [(0, 1.0), (1, 1.0)]
    states = [state for _, state in scene.shown]
    assert states[1:3] == ["1.1 ×", "1.2 ×"]
    assert "2.0 ×" in states
    assert states[-1] == "0.5 ×"
