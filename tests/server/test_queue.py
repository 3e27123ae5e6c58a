"""Which stream's next chunk is spoken, by an engine of tones and a clock of the test's."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kokoro_cli import synthesis
from kokoro_cli.batch.kept import KeptCalls
from kokoro_cli.batch.store import ChunkStore
from kokoro_cli.engines import Call
from kokoro_cli.errors import KokoroError, SpeechError
from kokoro_cli.server.queue import FullError, SpeechQueue, Stream
from kokoro_cli.synthesis import Utterance
from kokoro_cli.types import Chunk, Rendering, Style, SynthesisOptions, Word
from tests.fakes import ToneEngine, style

PATIENCE_SECONDS = 30.0
OPTIONS = SynthesisOptions("af_heart", "a")
PLAN: Any = SimpleNamespace(styles=SimpleNamespace(style=style), options=OPTIONS)


def chunks(*texts: str) -> list[Chunk]:
    return [
        Chunk(i, (Word(text, text),) if text else (), 1, pause_seconds=None if text else 0.5)
        for i, text in enumerate(texts)
    ]


class Heard:
    """A listener who keeps what he gets, and takes it at once unless he is slow."""

    def __init__(self, *texts: str, source: Iterator[Any] | None = None, **options: Any) -> None:
        self.utterances: list[Utterance] = []
        self.error: KokoroError | None = None
        self.over = threading.Event()
        self.got = threading.Condition()
        found = source or iter([(PLAN, chunk) for chunk in chunks(*texts)])
        self.stream = Stream(found, self._deliver, **options)

    def _deliver(self, item: Utterance | KokoroError | None) -> None:
        with self.got:
            assert not self.over.is_set(), "nothing comes after the end"
            if isinstance(item, Utterance):
                self.utterances.append(item)
            else:
                self.error = item
                self.over.set()
            self.got.notify_all()

    def wait(self) -> Heard:
        assert self.over.wait(PATIENCE_SECONDS)
        return self

    @property
    def texts(self) -> list[str]:
        return [each.text for each in self.utterances]


class Watch:
    def __init__(self) -> None:
        self.batches: list[int] = []
        self.firsts: list[float] = []

    def first_sound(self, seconds: float) -> None:
        self.firsts.append(seconds)

    def spoke(self, calls: int, audio_seconds: float, work_seconds: float) -> None:
        self.batches.append(calls)


class Gated(ToneEngine):
    """Speaks a chunk each time that the test lets it; shows what it speaks."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Semaphore(0)
        self.began = threading.Semaphore(0)
        self.order: list[str] = []

    def render(self, phonemes: str, style: Style, *, speed: float, seed: int) -> Rendering:
        self.order.append(phonemes)
        self.began.release()
        assert self.gate.acquire(timeout=PATIENCE_SECONDS)
        return super().render(phonemes, style, speed=speed, seed=seed)

    def let(self, count: int) -> None:
        """Let so many chunks be spoken, and wait until the next one is begun."""
        for _ in range(count):
            self.gate.release()
            assert self.began.acquire(timeout=PATIENCE_SECONDS)

    def starts(self) -> None:
        assert self.began.acquire(timeout=PATIENCE_SECONDS)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def make() -> Iterator[Callable[..., SpeechQueue]]:
    made: list[SpeechQueue] = []

    def start(engine: Any = None, **options: Any) -> SpeechQueue:
        engine = engine or ToneEngine()
        watcher = options.pop("watcher", None) or Watch()
        made.append(SpeechQueue(lambda: engine, watcher, **options))
        return made[-1]

    yield start
    for queue in made:
        engine = queue._engine()
        for _ in range(1000):
            getattr(engine, "gate", threading.Semaphore()).release()
        queue.close()


def settle(condition: Callable[[], bool]) -> None:
    """Wait until threads have brought something about."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.002)


def alone(*texts: str) -> list[Utterance]:
    return list(synthesis.speak(chunks(*texts), ToneEngine(), style, OPTIONS))


def assert_same(got: Sequence[Utterance], expected: Sequence[Utterance]) -> None:
    assert [each.text for each in got] == [each.text for each in expected]
    for one, other in zip(got, expected, strict=True):
        np.testing.assert_array_equal(one.samples, other.samples)
        assert (one.start, one.shift) == (other.start, other.shift)


def test_a_stream_gives_what_the_text_gives_alone(make: Callable[..., SpeechQueue]) -> None:
    queue, heard = make(), Heard("abc", "", "defg", "h")
    queue.begin(heard.stream)
    assert_same(heard.wait().utterances, alone("abc", "", "defg", "h"))
    assert heard.error is None
    settle(lambda: queue.is_idle)


def test_the_stream_that_falls_silent_first_goes_first(make: Callable[..., SpeechQueue]) -> None:
    engine, clock = Gated(), Clock()
    queue = make(engine, clock=clock)
    rich = Heard("a" * 200, "aa", "aaa", client="rich")
    queue.begin(rich.stream)
    engine.starts()
    engine.let(1)  # 15 s of it are there, and its second chunk is being spoken.
    poor = Heard("b" * 4, "bb", "bbb", client="poor")
    queue.begin(poor.stream)
    settle(lambda: len(poor.stream.waiting) == 2)
    clock.now = 0.1
    engine.let(3)
    assert engine.order == ["a" * 200, "aa", "b" * 4, "bb", "bbb"]


def test_a_new_listener_waits_for_one_who_would_fall_silent(
    make: Callable[..., SpeechQueue],
) -> None:
    engine, clock = Gated(), Clock()
    queue = make(engine, clock=clock)
    running = Heard("a", "aa", "aaa", client="one")
    queue.begin(running.stream)
    engine.starts()
    engine.let(1)
    clock.now = 1.0  # It has been silent for a moment, and the other one comes only now.
    new = Heard("b", "bb", client="two")
    queue.begin(new.stream)
    settle(lambda: len(new.stream.waiting) == 2)
    engine.let(2)
    assert engine.order == ["a", "aa", "aaa", "b"]


def test_who_asks_for_much_does_not_make_others_wait(make: Callable[..., SpeechQueue]) -> None:
    engine, clock = Gated(), Clock()
    queue = make(engine, clock=clock)
    greedy = [Heard("a" * 40, client="greedy") for _ in range(10)]
    for each in greedy:
        queue.begin(each.stream)
    engine.starts()
    clock.now = 1.0
    modest = Heard("b", "bb", "bbb", client="modest")
    queue.begin(modest.stream)
    settle(lambda: all(each.stream.waiting for each in (*greedy[1:], modest)))
    clock.now = 1.5
    for _ in range(4):
        engine.let(1)
        clock.now += 1
    order = [phonemes[0] for phonemes in engine.order]
    assert order.count("b") == 3, order  # All that the modest one asks for.
    engine.let(7)
    for each in greedy:
        engine.gate.release()
        each.wait()


def test_no_stream_starves(make: Callable[..., SpeechQueue]) -> None:
    """A whole answer is spoken although streams come all the time."""
    engine, clock = Gated(), Clock()
    queue = make(engine, clock=clock)
    whole = Heard(*"wxyz", client="whole", live=False)
    queue.begin(whole.stream)
    engine.starts()
    for i in range(60):
        clock.now += 1.0
        each = Heard("s" * 3, client=str(i))
        queue.begin(each.stream)
        settle(lambda each=each: bool(each.stream.waiting) or each.over.is_set())
        engine.let(1)
        if whole.over.is_set():
            return
    raise AssertionError(engine.order)


def test_a_full_queue_says_when_to_come_again(make: Callable[..., SpeechQueue]) -> None:
    queue = make(Gated(), most=3, most_of_client=2)
    for client in ("one", "one", "two"):
        queue.begin(Heard("abc", client=client, expected_seconds=10.0).stream)
    with pytest.raises(FullError, match="All 3 places are taken") as full:
        queue.begin(Heard("abc", client="three").stream)
    assert 1 <= full.value.retry_seconds <= 60


def test_one_client_can_not_take_all_places(make: Callable[..., SpeechQueue]) -> None:
    queue = make(Gated(), most=3, most_of_client=2)
    for _ in range(2):
        queue.begin(Heard("abc", client="one").stream)
    with pytest.raises(FullError, match="You may have 2 at once"):
        queue.begin(Heard("abc", client="one").stream)
    queue.begin(Heard("abc", client="two").stream)


def test_who_leaves_frees_the_work_and_the_place(make: Callable[..., SpeechQueue]) -> None:
    engine = Gated()
    queue = make(engine, most=1)
    heard = Heard(*(100 * ["abc"]))
    queue.begin(heard.stream)
    engine.starts()
    queue.leave(heard.stream)
    other = Heard("xyz")
    queue.begin(other.stream)
    engine.let(1)
    engine.gate.release()
    other.wait()
    assert engine.order == ["abc", "xyz"]
    assert not heard.utterances
    settle(lambda: queue.is_idle)


def test_a_slow_reader_does_not_fill_the_memory(make: Callable[..., SpeechQueue]) -> None:
    queue = make()
    heard = Heard(source=iter([(PLAN, each) for each in chunks(*(100 * ["a" * 100]))]))
    queue.begin(heard.stream)
    settle(lambda: heard.stream.made_seconds >= 60)
    time.sleep(0.1)
    ahead = sum(each.seconds for each in heard.utterances)
    assert 60 <= ahead < 75
    for place in range(100):
        settle(lambda place=place: len(heard.utterances) > place)
        queue.took(heard.stream, heard.utterances[place])
    assert len(heard.wait().utterances) == 100


def test_texts_are_read_only_a_little_ahead(make: Callable[..., SpeechQueue]) -> None:
    engine, read = Gated(), []

    def source() -> Iterator[Any]:
        for each in chunks(*(50 * ["abc"])):
            read.append(each.index)
            yield PLAN, each

    queue = make(engine)
    queue.begin(Heard(source=source()).stream)
    engine.starts()
    engine.let(3)
    time.sleep(0.05)
    assert len(read) <= 4 + 2 + 1


class Failing(ToneEngine):
    def render(self, phonemes: str, style: Style, *, speed: float, seed: int) -> Rendering:
        if "x" in phonemes:
            raise RuntimeError("it broke")
        return super().render(phonemes, style, speed=speed, seed=seed)

    def render_batch(self, calls: Sequence[Call]) -> list[Rendering]:
        return [call.by(self) for call in calls]


@pytest.mark.parametrize("batch", [1, 4])
def test_what_fails_ends_its_stream_and_no_other(
    make: Callable[..., SpeechQueue], batch: int
) -> None:
    queue = make(Failing(), batch=batch)
    bad, good = Heard("abc", "axc", "def"), Heard("abc", "def")
    for each in (bad, good):
        queue.begin(each.stream)
    assert_same(good.wait().utterances, alone("abc", "def"))
    assert good.error is None
    assert bad.wait().texts == ["abc"]
    assert isinstance(bad.error, SpeechError)
    assert "“axc”" in str(bad.error)
    settle(lambda: queue.is_idle)


def test_a_text_that_fails_ends_its_stream(make: Callable[..., SpeechQueue]) -> None:
    def source() -> Iterator[Any]:
        yield PLAN, chunks("abc")[0]
        raise SpeechError("There is nothing to speak.")

    queue = make()
    heard = Heard(source=source())
    queue.begin(heard.stream)
    assert "nothing to speak" in str(heard.wait().error)
    settle(lambda: queue.is_idle)


def test_an_engine_that_does_not_load_ends_each_stream(make: Callable[..., SpeechQueue]) -> None:
    def engine() -> Any:
        raise KokoroError("There is no model.")

    queue = SpeechQueue(engine, Watch())
    heard = Heard("abc")
    queue.begin(heard.stream)
    assert str(heard.wait().error) == "There is no model."
    queue.close()


def test_chunks_of_several_streams_are_spoken_together(make: Callable[..., SpeechQueue]) -> None:
    watch = Watch()
    queue = make(Gated(), batch=4, watcher=watch)
    engine: Gated = queue._engine()  # type: ignore[assignment]
    first = Heard("first")
    queue.begin(first.stream)
    engine.starts()
    listeners = [Heard("abc", "defg", "hi") for _ in range(4)]
    for each in listeners:
        queue.begin(each.stream)
    settle(lambda: all(len(each.stream.waiting) == 3 for each in listeners))
    for _ in range(20):
        engine.gate.release()
    for each in listeners:
        assert_same(each.wait().utterances, alone("abc", "defg", "hi"))
    assert watch.batches == [1, 4, 4, 4]


def test_one_stream_is_spoken_by_several_workers_in_order(
    make: Callable[..., SpeechQueue],
) -> None:
    class Late(ToneEngine):
        def render(self, phonemes: str, style: Style, *, speed: float, seed: int) -> Rendering:
            time.sleep(0.01 if phonemes[0] == "a" else 0.0)
            return super().render(phonemes, style, speed=speed, seed=seed)

    texts = ["a" * 9, "b", "a" * 5, "b" * 3, "b" * 4]
    queue, heard = make(Late(), workers=2), Heard(*texts)
    queue.begin(heard.stream)
    assert_same(heard.wait().utterances, alone(*texts))


def test_what_was_spoken_before_comes_from_the_store(
    make: Callable[..., SpeechQueue], tmp_path: Any
) -> None:
    kept = KeptCalls(ChunkStore(tmp_path, 10**9), "model")
    first, second = ToneEngine(), ToneEngine()
    for engine in (first, second):
        queue, heard = make(engine, kept=lambda: kept), Heard("abc", "def")
        queue.begin(heard.stream)
        assert_same(heard.wait().utterances, alone("abc", "def"))
        settle(lambda: len(list(tmp_path.glob("*/*"))) == 2)
    assert (len(first.calls), len(second.calls)) == (2, 0)


def test_closing_ends_all_streams(make: Callable[..., SpeechQueue]) -> None:
    engine = Gated()
    queue = make(engine)
    heard = [Heard("abc", "def") for _ in range(3)]
    for each in heard:
        queue.begin(each.stream)
    engine.starts()
    for _ in range(9):
        engine.gate.release()
    queue.close()
    for each in heard:
        each.wait()
    assert all(each.error is None or "stopping" in str(each.error) for each in heard)
    assert any(each.error for each in heard)


STREAMS = st.lists(
    st.tuples(
        st.lists(st.text("abcd", min_size=1, max_size=12), max_size=6),
        st.sampled_from(["one", "two"]),
        st.booleans(),
        st.integers(0, 6),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=30)
@given(STREAMS, st.sampled_from([(1, 1), (2, 1), (1, 4), (2, 3)]))
def test_whatever_comes_each_stream_gets_its_own_in_order(
    asked: list[tuple[list[str], str, bool, int]], shape: tuple[int, int]
) -> None:
    queue = SpeechQueue(ToneEngine, Watch(), workers=shape[0], batch=shape[1])
    listeners = []
    for texts, client, live, leaves_after in asked:
        heard = Heard(*texts, client=client, live=live)
        queue.begin(heard.stream)
        listeners.append((heard, texts, leaves_after))
    for heard, texts, leaves_after in listeners:
        if leaves_after < len(texts):
            with heard.got:
                heard.got.wait_for(
                    lambda h=heard, n=leaves_after: len(h.utterances) >= n, PATIENCE_SECONDS
                )
            queue.leave(heard.stream)
    for heard, texts, leaves_after in listeners:
        whole = alone(*texts)
        if leaves_after >= len(texts):
            assert_same(heard.wait().utterances, whole)
        else:
            assert_same(heard.utterances, list(islice(whole, len(heard.utterances))))
            assert len(heard.utterances) >= leaves_after
    settle(lambda: queue.is_idle)
    queue.close()
