"""A playlist against a voice that speaks when it is told to."""

from __future__ import annotations

from collections.abc import Iterator
from queue import Queue

import numpy as np
import pytest

from kokoro_cli.playback.playlist import _KEPT, Playlist
from kokoro_cli.synthesis import Utterance
from kokoro_cli.types import Chunk, Rendering, Word

SOON = 60.0


def chunk(index: int) -> Chunk:
    return Chunk(index, (Word(f"word{index}", "a", closes=True),), line=1)


class Voice:
    """Speaks at once, or, where it is held, one chunk for each call of `let`."""

    def __init__(self, *, held: bool = False) -> None:
        self.asked: Queue[tuple[int, float]] = Queue()
        self._held = held
        self._let: Queue[None] = Queue()

    def let(self, times: int = 1) -> None:
        for _ in range(times):
            self._let.put(None)

    def speak(self, chunks: Iterator[Chunk]) -> Iterator[Utterance]:
        for each in chunks:
            self.asked.put((each.index, each.rate))
            if self._held:
                self._let.get(timeout=SOON)
            silence = np.zeros(0, dtype=np.float32)
            yield Utterance(each, Rendering(silence, np.zeros(0, dtype=np.int64)), silence)


def given(playlist: Playlist) -> tuple[int, float] | None:
    utterance = playlist.next(SOON)
    return (utterance.chunk.index, utterance.chunk.rate) if utterance else None


def test_all_is_given_in_order_and_then_it_has_ended() -> None:
    playlist = Playlist(map(chunk, range(20)), Voice().speak)
    assert not playlist.ended
    assert [given(playlist) for _ in range(20)] == [(i, 1.0) for i in range(20)]
    assert given(playlist) is None
    assert playlist.ended


def test_only_a_little_is_made_ahead() -> None:
    voice = Voice()
    playlist = Playlist(map(chunk, range(20)), voice.speak)
    assert [voice.asked.get(timeout=SOON)[0] for _ in range(2)] == [0, 1]
    assert voice.asked.empty()
    given(playlist)
    assert voice.asked.get(timeout=SOON)[0] == 2
    assert voice.asked.empty()


def test_what_is_not_there_in_time_is_none_and_is_not_lost() -> None:
    voice = Voice(held=True)
    playlist = Playlist(map(chunk, range(2)), voice.speak)
    assert playlist.next(0.01) is None
    assert not playlist.ended
    voice.let(2)
    assert [given(playlist), given(playlist)] == [(0, 1.0), (1, 1.0)]


def test_back_and_forth() -> None:
    playlist = Playlist(map(chunk, range(4)), Voice().speak)
    assert playlist.back() is None
    for _ in range(3):
        given(playlist)
    for expected in (1, 0):
        before = playlist.back()
        assert before
        assert before.chunk.index == expected
    assert playlist.back() is None
    assert [given(playlist) for _ in range(4)] == [(1, 1.0), (2, 1.0), (3, 1.0), None]
    assert playlist.ended


def test_only_the_last_ones_are_kept() -> None:
    playlist = Playlist(map(chunk, range(_KEPT + 10)), Voice().speak)
    for _ in range(_KEPT + 10):
        given(playlist)
    backwards = 0
    while playlist.back():
        backwards += 1
    assert backwards == _KEPT - 1
    assert given(playlist) == (11, 1.0)


def test_what_is_ready_is_made_anew_at_another_speed() -> None:
    voice = Voice()
    playlist = Playlist(map(chunk, range(4)), voice.speak)
    assert [voice.asked.get(timeout=SOON) for _ in range(2)] == [(0, 1.0), (1, 1.0)]
    playlist.set_rate(1.5)
    assert [voice.asked.get(timeout=SOON) for _ in range(2)] == [(0, 1.5), (1, 1.5)]
    while not all(made.rate == 1.5 for made in playlist._ready):
        pass
    assert [given(playlist) for _ in range(5)] == [*((i, 1.5) for i in range(4)), None]


def test_what_is_wanted_before_it_is_made_anew_is_given_as_it_is() -> None:
    voice = Voice(held=True)
    playlist = Playlist(map(chunk, range(3)), voice.speak)
    voice.let(2)
    for _ in range(2):
        voice.asked.get(timeout=SOON)
    while len(playlist._ready) < 2:
        pass
    playlist.set_rate(1.5)
    assert voice.asked.get(timeout=SOON) == (0, 1.5)
    assert given(playlist) == (0, 1.0)
    voice.let(3)
    assert [given(playlist)[0], given(playlist)] == [1, (2, 1.5)]  # type: ignore[index]
    assert given(playlist) is None


def test_an_error_comes_behind_what_was_made_before_it() -> None:
    def fails() -> Iterator[Chunk]:
        yield chunk(0)
        raise ValueError("the text is at fault")

    playlist = Playlist(fails(), Voice().speak)
    assert given(playlist) == (0, 1.0)
    with pytest.raises(ValueError, match="the text is at fault"):
        playlist.next(SOON)


def test_the_thread_ends_when_nobody_listens() -> None:
    voice = Voice()
    playlist = Playlist(map(chunk, range(9)), voice.speak)
    given(playlist)
    playlist.close()
    seen = [voice.asked.get(timeout=SOON)[0] for _ in range(2)]
    assert seen == [0, 1]
