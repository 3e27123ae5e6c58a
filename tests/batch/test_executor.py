"""Threads that speak calls, and the store in front of them."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_cli.batch.executor import Result, StoredExecutor, Threads
from kokoro_cli.batch.store import ChunkStore
from kokoro_cli.engines import Call, OneAtATime
from kokoro_cli.errors import KokoroError
from kokoro_cli.types import Rendering, Style
from tests.batch.jobs import style
from tests.batch.test_store import assert_same, entries, rendering
from tests.conftest import ToneEngine
from tests.disks import small_disk

ROW = style("af_heart", 4)


def call(phonemes: str, row: Style = ROW, speed: float = 1.0, seed: int = 0) -> Call:
    return Call(phonemes, row, speed, seed)


class Counting(ToneEngine):
    """Gives every call a different sound, so that no two can be confused."""

    def __init__(self, *, concurrent: bool = True) -> None:
        super().__init__()
        self.concurrent = concurrent
        self._at_work = threading.Semaphore(1)

    def render(self, phonemes: str, style: Style, *, speed: float, seed: int) -> Rendering:
        if not self.concurrent:
            assert self._at_work.acquire(blocking=False), "two threads at once"
        try:
            self.calls.append((phonemes, speed, seed))
            return rendering(len(self.calls), count=300)
        finally:
            if not self.concurrent:
                self._at_work.release()


def stored(
    folder: Path,
    engine: ToneEngine | None = None,
    identity: str = "one",
    *,
    workers: int = 1,
    batch: int = 1,
) -> StoredExecutor:
    engine = engine or Counting()
    threads = Threads(lambda: engine, workers=workers, batch=batch)
    return StoredExecutor(threads, ChunkStore(folder, 1 << 24), identity)


def results(executor: StoredExecutor | Threads, *calls: Call) -> list[Result]:
    return [future.result(timeout=30) for future in executor.submit(calls)]


def spoken(executor: StoredExecutor | Threads, *calls: Call) -> list[Rendering]:
    found = results(executor, *calls)
    assert all(isinstance(each, Rendering) for each in found), found
    return found  # type: ignore[return-value]


# Threads


def test_each_call_has_its_own_result_in_order() -> None:
    executor = Threads(ToneEngine, workers=3)
    made = spoken(executor, *(call("a" * count) for count in range(1, 40)))
    assert [len(each.frames) for each in made] == [count + 2 for count in range(1, 40)]
    assert executor.submit([]) == []
    executor.close()


def test_an_error_is_the_result_of_its_call_alone() -> None:
    class Broken(ToneEngine):
        def render(self, phonemes: str, style: Style, *, speed: float, seed: int) -> Rendering:
            if phonemes == "x":
                raise KokoroError("no")
            if phonemes == "y":
                raise ZeroDivisionError
            return super().render(phonemes, style, speed=speed, seed=seed)

    for batch in (1, 4):
        executor = Threads(Broken, workers=2, batch=batch)
        found = results(executor, *map(call, "axbyc"))
        assert [isinstance(each, Rendering) for each in found] == [True, False, True, False, True]
        assert isinstance(found[1], KokoroError)
        assert "ZeroDivisionError" in str(found[3])
        executor.close()


def test_after_a_stop_nothing_new_is_begun() -> None:
    begun, go_on = threading.Event(), threading.Event()

    class Held(ToneEngine):
        def render(self, phonemes: str, style: Style, *, speed: float, seed: int) -> Rendering:
            begun.set()
            assert go_on.wait(30)
            return super().render(phonemes, style, speed=speed, seed=seed)

    executor = Threads(Held, workers=1)
    futures = [*executor.submit([call("a")]), *executor.submit([call("b")])]
    assert begun.wait(30)
    executor.stop()
    go_on.set()
    first, second = (future.result(30) for future in futures)
    assert isinstance(first, Rendering), "what is being spoken is finished"
    assert second is None
    executor.close()


def test_an_engine_for_one_thread_is_used_by_one_at_a_time() -> None:
    engine = Counting(concurrent=False)
    guarded = OneAtATime(engine)
    executor = Threads(lambda: guarded, workers=8)
    futures = [future for i in range(1, 60) for future in executor.submit([call("a" * i)])]
    assert all(isinstance(future.result(30), Rendering) for future in futures)
    assert len(engine.calls) == 59
    executor.close()


# The store


def test_the_store_returns_what_the_engine_made(tmp_path: Path) -> None:
    executor = stored(tmp_path)
    (first,) = spoken(executor, call("abc"))
    (again,) = spoken(executor, call("abc"))
    (other,) = spoken(stored(tmp_path), call("abc"))
    assert_same(first, again)
    assert_same(first, other)
    assert (executor.spoken, executor.found, executor.kept.damaged) == (1, 1, 0)


def test_calls_that_the_store_has_do_not_reach_the_executor(tmp_path: Path) -> None:
    spoken(stored(tmp_path), call("abc"))

    class Nobody:
        window, ahead = 1, 1

        def submit(self, calls: Sequence[Call]) -> list[Future[Result]]:
            assert not calls, "only misses travel"
            return []

        def stop(self) -> None: ...

        def close(self) -> None: ...

    executor = StoredExecutor(Nobody(), ChunkStore(tmp_path, 1 << 20), "one")
    spoken(executor, call("abc"))
    assert executor.found == 1


def test_a_call_that_is_being_spoken_is_not_spoken_twice(tmp_path: Path) -> None:
    go_on = threading.Event()

    class Held(Counting):
        def render(self, phonemes: str, style: Style, *, speed: float, seed: int) -> Rendering:
            assert go_on.wait(30)
            return super().render(phonemes, style, speed=speed, seed=seed)

    engine = Held()
    executor = stored(tmp_path, engine, workers=4)
    futures = [future for _ in range(3) for future in executor.submit([call("abc")])]
    go_on.set()
    first, *others = (future.result(30) for future in futures)
    assert isinstance(first, Rendering)
    for other in others:
        assert isinstance(other, Rendering)
        assert_same(first, other)
    assert (len(engine.calls), executor.spoken, executor.found) == (1, 1, 2)


class BatchNoting(Counting):
    """Records which calls come together."""

    def __init__(self) -> None:
        super().__init__(concurrent=False)
        self.batches: list[list[str]] = []

    def render_batch(self, calls: Sequence[Call]) -> list[Rendering]:
        self.batches.append([call.phonemes for call in calls])
        return super().render_batch(calls)


def test_of_a_batch_only_what_is_new_is_spoken(tmp_path: Path) -> None:
    engine = BatchNoting()
    kept = stored(tmp_path, engine, batch=8)
    first = spoken(kept, *map(call, ("a", "bb", "ccc")))
    again = spoken(kept, *map(call, ("dddd", "bb", "e", "dddd")))
    assert engine.batches == [["ccc", "bb", "a"], ["dddd", "e"]]
    assert (kept.spoken, kept.found) == (5, 2)
    assert_same(again[1], first[1])
    assert_same(again[3], again[0])
    assert_same(spoken(stored(tmp_path), call("e"))[0], again[2])


def test_one_call_of_a_batch_is_spoken_as_any_other(tmp_path: Path) -> None:
    engine = BatchNoting()
    kept = stored(tmp_path, engine, batch=8)
    spoken(kept, call("a"), call("a"))
    spoken(kept, call("a"))
    assert (engine.batches, len(engine.calls)) == ([], 1)


def test_nothing_that_fails_is_kept(tmp_path: Path) -> None:
    class Broken(Counting):
        def render(self, phonemes: str, style: Style, *, speed: float, seed: int) -> Rendering:
            raise KokoroError("no")

    kept = stored(tmp_path / "spoken", Broken(), batch=4)
    assert all(isinstance(each, KokoroError) for each in results(kept, call("a"), call("b")))
    assert (kept.spoken, kept.found) == (0, 0)
    assert not (tmp_path / "spoken").exists()


calls = st.tuples(
    st.text("abcəˈ ,.", min_size=1, max_size=5),
    st.sampled_from(["af_heart", "af_bella"]),
    st.floats(0.5, 2.0),
    st.integers(0, 2**63 - 1),
    st.sampled_from(["one", "two", "one 1.0"]),
)
near = st.tuples(
    st.sampled_from(["a", "a ", "aa", "1.0"]),
    st.sampled_from(["af_heart", "af_bella"]),
    st.sampled_from([1.0, 1.0000000000000002, 1.1]),
    st.sampled_from([0, 1, 10]),
    st.sampled_from(["one", "one\n1.0", ""]),
)


@given(st.lists(st.one_of(calls, near), min_size=2, max_size=8))
def test_each_call_has_what_was_made_for_it_alone(
    tmp_path_factory: pytest.TempPathFactory,
    asked: list[tuple[str, str, float, int, str]],
) -> None:
    folder = tmp_path_factory.mktemp("spoken")
    engine = Counting()
    made: dict[tuple[str, str, float, int, str], Rendering] = {}
    for each in [*asked, *asked]:
        phonemes, voice, speed, seed, identity = each
        (found,) = spoken(
            stored(folder, engine, identity), Call(phonemes, style(voice, 1), speed, seed)
        )
        if each in made:
            assert_same(found, made[each])
        made[each] = found
    assert len(engine.calls) == len(set(asked))


def test_one_number_of_the_style_counts(tmp_path: Path) -> None:
    engine = stored(tmp_path)
    other = ROW.copy()
    other[255] = np.nextafter(other[255], np.float32(1e9))
    spoken(engine, call("abc", ROW))
    spoken(engine, call("abc", other))
    assert (engine.spoken, engine.found) == (2, 0)


@pytest.mark.parametrize("damage", ["empty", "cut off", "a byte", "another's"])
def test_damaged_entry_is_spoken_anew(damage: str, tmp_path: Path) -> None:
    first = stored(tmp_path)
    spoken(first, call("abc", ROW))
    (entry,) = entries(tmp_path)
    data = bytearray(entry.read_bytes())
    data[-1] ^= 1
    entry.write_bytes(
        {
            "empty": b"",
            "cut off": bytes(data[:-20]),
            "a byte": bytes(data),
            "another's": b"fLaC" + bytes(data),
        }[damage]
    )
    engine = Counting()
    again = stored(tmp_path, engine)
    spoken(again, call("abc", ROW))
    spoken(again, call("abc", ROW))
    assert (again.kept.damaged, again.spoken, again.found) == (1, 1, 1)
    assert again.kept.failure is None


def test_full_disk_is_reported_and_costs_nothing_else(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 16):
        engine = stored(tmp_path / "disk/spoken", ToneEngine())
        made = spoken(engine, *(call("abc" * i) for i in range(1, 30)))
        assert [len(each.frames) for each in made] == [3 * i + 2 for i in range(1, 30)]
        assert engine.kept.failure is not None
        assert "No space left" in str(engine.kept.failure)
        assert not [p for p in entries(tmp_path / "disk") if p.name.startswith(".")]


@pytest.mark.parametrize("what", ["a file", "a dead link"])
def test_store_that_is_no_folder_is_reported(what: str, tmp_path: Path) -> None:
    folder = tmp_path / "spoken"
    if what == "a file":
        folder.write_text("not a folder")
    else:
        folder.symlink_to(tmp_path / "gone/away")
    engine = stored(folder)
    assert len(spoken(engine, call("abc", ROW))[0].samples)
    assert engine.spoken == 1
    assert what == "a dead link" or engine.kept.failure is not None


def test_entry_that_can_not_be_read_is_reported(tmp_path: Path) -> None:
    first = stored(tmp_path)
    spoken(first, call("abc", ROW))
    (entry,) = entries(tmp_path)
    entry.unlink()
    entry.mkdir()
    engine = stored(tmp_path)
    spoken(engine, call("abc", ROW))
    assert engine.kept.failure is not None
    assert engine.spoken == 1
