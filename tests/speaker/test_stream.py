"""A text is spoken as it is taken: soon, no further ahead than two, and never kept."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from threading import Event, Semaphore, Thread

import numpy as np
import pytest
import soundfile

from kokoro_cli import KokoroError, Speaker, SpeechError, SpeechStream, Utterance
from kokoro_cli.bench.texts import PAGE
from kokoro_cli.engines import EngineSpec
from kokoro_cli.types import Rendering, Style
from tests.fakes import ToneEngine
from tests.speaker import tones

PARAGRAPHS = "\n\n".join(f"This is paragraph {name}." for name in "one two three four five".split())
PATIENCE = 30.0
"""Seconds to wait for what normally happens at once."""


class Gated(ToneEngine):
    """Speaks as many chunks as it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = Semaphore(0)
        self.error: Exception | None = None
        """Raised in place of speaking."""

    def render(self, phonemes: str, style: Style, *, speed: float, seed: int) -> Rendering:
        assert self.gate.acquire(timeout=PATIENCE)
        if self.error:
            raise self.error
        return super().render(phonemes, style, speed=speed, seed=seed)

    def let(self, chunks: int) -> None:
        for _ in range(chunks):
            self.gate.release()


@pytest.fixture
def gated(tones_row: EngineSpec, monkeypatch: pytest.MonkeyPatch) -> Gated:
    engine = Gated()
    monkeypatch.setattr(tones, "load", lambda model, device, *, threads: engine)
    return engine


@pytest.fixture
def speaker(gated: Gated) -> Iterator[Speaker]:
    with Speaker.open(engine="tones") as opened:
        yield opened


@pytest.fixture
def toy(cache: Path) -> Iterator[Speaker]:
    with Speaker.open() as opened:
        yield opened


def threads_at_work() -> set[Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "synthesis"}


def assert_end(threads: set[Thread]) -> None:
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()


def until(true: object) -> None:
    """Wait until a function returns true."""
    end = time.monotonic() + PATIENCE
    while not true():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.005)


def test_utterances_come_before_all_is_made(speaker: Speaker, gated: Gated) -> None:
    stream = speaker.speak(PARAGRAPHS, stream=True)
    assert gated.calls == [], "nothing is made before it is asked for"
    for number in range(1, 6):
        gated.let(1)
        utterance = next(stream)
        assert utterance.words
        assert len(gated.calls) == number, "the next one waits for the gate"
    assert next(stream, None) is None
    assert next(stream, None) is None


def test_what_is_streamed_is_the_whole_text(toy: Speaker) -> None:
    whole = toy.speak(PAGE)
    parts = list(toy.speak(PAGE, stream=True))
    assert len(parts[0].chunk.phonemes) < 0.6 * len(whole.utterances[0].chunk.phonemes)
    assert [w.text for u in parts for w in u.words] == [word.text for word in whole.words]
    assert [w.span for u in parts for w in u.words] == [word.span for word in whole.words]
    ends = np.cumsum([len(u.samples) for u in parts])
    assert [u.start for u in parts] == [0, *ends[:-1]]


def test_it_goes_no_further_than_a_few_ahead(speaker: Speaker, gated: Gated) -> None:
    gated.let(100)
    stream = speaker.speak("\n\n".join([PARAGRAPHS] * 5), stream=True)
    next(stream)
    until(lambda: len(gated.calls) >= 3)
    time.sleep(0.2)
    assert len(gated.calls) <= 4  # One taken, two waiting, one that waits to be put there.
    stream.close()


def test_nothing_is_kept(toy: Speaker) -> None:
    def alive() -> int:
        gc.collect()
        return sum(type(each) is Utterance for each in gc.get_objects())

    others = alive()
    most = 0
    count = 0
    for count, _ in enumerate(toy.speak("\n\n".join([PARAGRAPHS] * 8), stream=True), 1):
        if count % 10 == 0:
            most = max(most, alive() - others)
    assert count == 40
    assert most <= 5


class TestLeaving:
    """Whoever leaves early leaves no thread and no work behind."""

    def begun(self, speaker: Speaker, gated: Gated) -> tuple[SpeechStream, set[Thread]]:
        before = threads_at_work()
        stream = speaker.speak("\n\n".join([PARAGRAPHS] * 5), stream=True)
        gated.let(1)
        next(stream)
        (ours,) = threads_at_work() - before
        return stream, {ours}

    def check(self, threads: set[Thread], gated: Gated) -> None:
        gated.let(100)
        assert_end(threads)
        assert len(gated.calls) <= 4

    def test_close(self, speaker: Speaker, gated: Gated) -> None:
        stream, threads = self.begun(speaker, gated)
        stream.close()
        self.check(threads, gated)
        assert list(stream) == []
        stream.close()

    def test_a_with_block(self, speaker: Speaker, gated: Gated) -> None:
        stream, threads = self.begun(speaker, gated)
        with pytest.raises(ZeroDivisionError), stream as same:
            assert same is stream
            raise ZeroDivisionError
        self.check(threads, gated)
        assert next(stream, None) is None

    def test_a_loop_that_is_left(self, speaker: Speaker, gated: Gated) -> None:
        before = threads_at_work()
        gated.let(1)
        for _ in speaker.speak(PARAGRAPHS, stream=True):
            break
        ours = threads_at_work() - before
        self.check(ours, gated)

    def test_another_thread_closes_it(self, speaker: Speaker, gated: Gated) -> None:
        stream, threads = self.begun(speaker, gated)
        rest: list[Utterance] = []
        ended = Event()

        def take() -> None:
            rest.extend(stream)
            ended.set()

        Thread(target=take, daemon=True).start()
        time.sleep(0.1)  # It waits for the second utterance.
        stream.close()
        self.check(threads, gated)
        assert ended.wait(PATIENCE)
        assert rest == []

    def test_what_is_never_begun_makes_nothing(self, speaker: Speaker, gated: Gated) -> None:
        before = threads_at_work()
        stream = speaker.speak(PARAGRAPHS, stream=True)
        stream.close()
        assert list(stream) == []
        assert threads_at_work() == before
        assert gated.calls == []


def test_the_speaker_goes_on_after_streams_that_were_left(toy: Speaker) -> None:
    expected = toy.speak(PARAGRAPHS).samples()
    for _ in range(5):
        with toy.speak("\n\n".join([PARAGRAPHS] * 5), stream=True) as stream:
            next(stream)
        np.testing.assert_array_equal(toy.speak(PARAGRAPHS).samples(), expected)


# Files


def test_a_stream_is_saved_while_it_is_spoken(speaker: Speaker, gated: Gated) -> None:
    stream = speaker.speak(PARAGRAPHS, stream=True)
    saving = Thread(target=stream.save, args=("whole.wav",))
    saving.start()
    gated.let(4)
    until(lambda: len(gated.calls) == 4)
    assert not Path("whole.wav").exists(), "it appears when it is whole"
    gated.let(1)
    saving.join(PATIENCE)
    expected = len(gated.calls)
    assert expected == 5
    gated.let(5)
    speech = speaker.speak(PARAGRAPHS)
    assert soundfile.info("whole.wav").frames == len(speech.samples())


def test_what_was_begun_can_not_be_saved(toy: Speaker) -> None:
    stream = toy.speak(PARAGRAPHS, stream=True)
    first = next(stream)
    with pytest.raises(SpeechError, match="has been taken already") as caught:
        stream.save("half.wav")
    assert caught.value.hint
    rest = list(stream)
    assert [first.text, *(each.text for each in rest)] == [
        each.text for each in toy.speak(PARAGRAPHS, stream=True)
    ]
    for unusable in (stream, self_closed(toy)):
        with pytest.raises(SpeechError):
            unusable.save("half.wav")
    assert list(Path().iterdir()) == []


def self_closed(speaker: Speaker) -> SpeechStream:
    stream = speaker.speak(PARAGRAPHS, stream=True)
    stream.close()
    return stream


def test_an_error_while_it_is_saved_leaves_no_file_and_no_thread(
    speaker: Speaker, gated: Gated
) -> None:
    before = threads_at_work()
    stream = speaker.speak(PARAGRAPHS, stream=True)
    gated.error = KokoroError("The engine broke.")
    gated.let(100)
    with pytest.raises(KokoroError, match="broke"):
        stream.save("half.wav")
    assert list(Path().iterdir()) == []
    assert_end(threads_at_work() - before)


def test_an_error_in_the_middle_comes_where_it_happens(speaker: Speaker, gated: Gated) -> None:
    stream = speaker.speak(PARAGRAPHS, stream=True)
    gated.let(2)
    assert len(list(islice(stream, 2))) == 2
    gated.error = KokoroError("The engine broke.")
    gated.let(100)
    with pytest.raises(KokoroError, match="broke"):
        next(stream)
    assert list(stream) == []


def test_losses_are_told_as_they_come(toy: Speaker) -> None:
    stream = toy.speak("Hello.\n\n" * 10 + "Привет! Hello.", stream=True)
    assert stream.losses == ()
    next(stream)
    assert stream.losses == ()
    list(stream)
    assert [loss.text for loss in stream.losses] == ["Привет"]


@pytest.mark.parametrize(
    ("words", "paragraphs"),
    [
        pytest.param(6_000, True, id="6,000 words"),
        pytest.param(100_000, True, id="100,000 words", marks=pytest.mark.nightly),
        pytest.param(100_000, False, id="without a paragraph", marks=pytest.mark.nightly),
    ],
)
def test_memory_does_not_grow_with_the_text(words: int, paragraphs: bool, toy: Speaker) -> None:
    text = "\n\n".join([PAGE] * (words // 418 + 1))
    if not paragraphs:
        text = " ".join(text.split())
    sizes = []
    count = 0
    for count, utterance in enumerate(toy.speak(text, stream=True), 1):
        if count % 10 == 0:
            sizes.append(resident_bytes())
        assert len(utterance.samples) < 60 * 24_000
    assert count > words // 60
    settled = max(sizes[len(sizes) // 4 : len(sizes) // 2])
    assert max(sizes[len(sizes) // 2 :]) < settled + 20e6


def resident_bytes() -> int:
    """Return the memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096
