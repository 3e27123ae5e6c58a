from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from kokoro_cli.batch.store import ChunkStore, DamagedError, StoredEngine, pack, unpack
from kokoro_cli.engines import Call, Engine, OneAtATime
from kokoro_cli.errors import KokoroError
from kokoro_cli.types import Frames, Rendering, Style
from tests.disks import small_disk
from tests.fakes import ToneEngine, style

KEY = "ab" + "c" * 62

peaks = st.floats(0.0, 4.0, width=32)
samples = arrays.arrays(
    np.float32, st.integers(0, 300), elements=st.floats(-4.0, 4.0, width=32, allow_subnormal=False)
)
frames = arrays.arrays(np.int64, st.integers(0, 60), elements=st.integers(0, 65_535))


def rendering(seed: int = 0, count: int = 2_000, peak: float = 0.5) -> Rendering:
    random = np.random.default_rng(seed)
    sound = random.uniform(-peak, peak, count).astype(np.float32)
    return Rendering(sound, random.integers(0, 90, 12))


def entries(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def stored_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in entries(folder))


def assert_same(one: Rendering, other: Rendering) -> None:
    assert one.samples.dtype == other.samples.dtype == np.float32
    assert one.frames.dtype == other.frames.dtype == np.int64
    np.testing.assert_array_equal(one.samples, other.samples)
    np.testing.assert_array_equal(one.frames, other.frames)


# Entries


@given(samples, frames)
def test_what_comes_out_is_near_what_went_in(sound: np.ndarray, counts: Frames) -> None:
    found = unpack(pack(Rendering(sound, counts)))
    scale = max(1.0, float(np.abs(sound).max(initial=0.0)))
    np.testing.assert_array_equal(found.frames, counts)
    np.testing.assert_allclose(found.samples, sound, atol=0.51 * scale / 32_767)


@given(samples, frames)
def test_what_came_out_comes_out_again(sound: np.ndarray, counts: Frames) -> None:
    once = unpack(pack(Rendering(sound, counts)))
    assert_same(unpack(pack(once)), once)


@given(samples)
def test_16_bits_within_full_scale_come_out_as_they_went_in(sound: np.ndarray) -> None:
    values = np.round(np.clip(sound, -1, 1) * 32_767).astype(np.int16)
    plain = values.astype(np.float32) * np.float32(1 / 32_767)
    found = unpack(pack(Rendering(plain, np.zeros(0, np.int64))))
    np.testing.assert_array_equal(found.samples, plain)


@pytest.mark.parametrize("peak", [0.25, 1.0, 1.0001, 1.5, 3.0])
def test_peaks_keep_their_shape(peak: float) -> None:
    time = np.arange(2_400) / 24_000
    sound = (peak * np.sin(2 * np.pi * 100 * time)).astype(np.float32)
    found = unpack(pack(Rendering(sound, np.zeros(0, np.int64))))
    np.testing.assert_allclose(found.samples, sound, atol=max(1.0, peak) / 32_767)


@given(st.binary(max_size=200))
def test_no_other_bytes_are_an_entry(data: bytes) -> None:
    with pytest.raises(DamagedError):
        unpack(data)


@settings(max_examples=300)
@given(st.data())
def test_a_change_of_any_byte_is_found(data: st.DataObject) -> None:
    whole = pack(rendering(count=400))
    place = data.draw(st.integers(0, len(whole) - 1))
    changed = bytearray(whole)
    changed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(DamagedError):
        unpack(bytes(changed))


def test_an_entry_that_is_cut_off_or_goes_on_is_found() -> None:
    whole = pack(rendering(count=100))
    for size in range(len(whole)):
        with pytest.raises(DamagedError):
            unpack(whole[:size])
    with pytest.raises(DamagedError):
        unpack(whole + b"\0")


# The store


def test_nothing_is_there_at_first(tmp_path: Path) -> None:
    assert ChunkStore(tmp_path / "spoken", 1 << 20).get(KEY) is None


def test_what_is_put_is_found_by_others(tmp_path: Path) -> None:
    data = pack(rendering())
    ChunkStore(tmp_path, 1 << 20).put(KEY, data)
    found = ChunkStore(tmp_path, 1 << 20).get(KEY)
    assert found is not None
    assert_same(found, unpack(data))
    assert ChunkStore(tmp_path, 1 << 20).get("cd" + KEY[2:]) is None


def test_damaged_entry_is_dropped(tmp_path: Path) -> None:
    store = ChunkStore(tmp_path, 1 << 20)
    store.put(KEY, pack(rendering()))
    (entry,) = entries(tmp_path)
    entry.write_bytes(entry.read_bytes()[:-1])
    with pytest.raises(DamagedError):
        store.get(KEY)
    assert not entries(tmp_path)
    assert store.get(KEY) is None


def put_many(store: ChunkStore, numbers: range) -> int:
    """Store an entry of the same size for each number; return that size."""
    data = pack(rendering(count=100))
    for number in numbers:
        store.put(f"{number % 256:02x}{number:062x}", data)
    return len(data)


def age(folder: Path) -> None:
    """Make entries older, the lower their number."""
    for path in entries(folder):
        number = int(path.name, 16)
        os.utime(path, (1_000_000 + number, 1_000_000 + number))


def test_what_was_used_least_goes_first(tmp_path: Path) -> None:
    store = ChunkStore(tmp_path, 10_000)
    size = put_many(store, range(100))
    age(tmp_path)
    used = "03" + f"{3:062x}"
    assert store.get(used) is not None
    store.prune()
    kept = sorted(int(path.name, 16) for path in entries(tmp_path))
    assert stored_bytes(tmp_path) <= 10_000
    assert stored_bytes(tmp_path) > 10_000 * 0.9 - size
    assert kept == [3, *range(100 - len(kept) + 1, 100)]


def test_store_below_its_limit_keeps_all(tmp_path: Path) -> None:
    store = ChunkStore(tmp_path, 1 << 20)
    put_many(store, range(20))
    store.prune()
    assert len(entries(tmp_path)) == 20


def test_limit_holds_in_a_long_job(tmp_path: Path) -> None:
    store = ChunkStore(tmp_path, 20_000)
    size = put_many(store, range(2_000))
    assert stored_bytes(tmp_path) <= 20_000 + 256 * size


def test_limit_holds_over_many_short_jobs(tmp_path: Path) -> None:
    size = 0
    for job in range(20):
        store = ChunkStore(tmp_path, 20_000)
        size = put_many(store, range(job * 100, job * 100 + 100))
        store.prune()  # As at the end of a job.
    assert size < stored_bytes(tmp_path) <= 20_000


def test_what_a_killed_process_left_goes_too(tmp_path: Path) -> None:
    store = ChunkStore(tmp_path, 20_000)
    put_many(store, range(1))
    left = next(tmp_path.glob("??")) / ".new-0123456789abcdef"
    left.write_bytes(b"x" * 30_000)
    os.utime(left, (1, 1))
    store.prune()
    assert not left.exists()
    assert len(entries(tmp_path)) == 1


def test_what_another_process_is_writing_stays(tmp_path: Path) -> None:
    """Otherwise its put fails, and its user gets a warning that chunks can't be stored."""
    store = ChunkStore(tmp_path, 1_000)
    put_many(store, range(3))
    writing = next(tmp_path.glob("??")) / ".new-0123456789abcdef"
    writing.write_bytes(b"x" * 900)
    put_many(store, range(3, 9))
    store.prune()
    assert writing.exists()


def test_many_threads_share_a_store(tmp_path: Path) -> None:
    """Each thread puts and gets; every found entry is complete."""
    data = [pack(rendering(i, count=200)) for i in range(8)]
    store = ChunkStore(tmp_path, 1 << 20)
    begin = threading.Barrier(8)

    def work(thread: int) -> int:
        begin.wait(30)
        found = 0
        for turn in range(40):
            i = (thread + turn) % 8
            key = f"{i:02x}" + "0" * 62
            store.put(key, data[i])
            kept = store.get(key)
            if kept is not None:
                assert_same(kept, unpack(data[i]))
                found += 1
        return found

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(work, range(8))) > 8
    assert not [path for path in entries(tmp_path) if path.name.startswith(".")]


# The engine


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


def stored(folder: Path, engine: Engine | None = None, identity: str = "one") -> StoredEngine:
    engine = engine or Counting()
    return StoredEngine(lambda: engine, ChunkStore(folder, 1 << 24), identity)


ROW = style("af_heart", 4)


def test_what_the_engine_gives_is_what_the_store_gives(tmp_path: Path) -> None:
    engine = stored(tmp_path)
    first = engine.render("abc", ROW, speed=1.0, seed=0)
    again = engine.render("abc", ROW, speed=1.0, seed=0)
    other = stored(tmp_path).render("abc", ROW, speed=1.0, seed=0)
    assert_same(first, again)
    assert_same(first, other)
    assert (engine.spoken, engine.found, engine.damaged) == (1, 1, 0)


def test_engine_is_loaded_when_it_is_needed(tmp_path: Path) -> None:
    stored(tmp_path).render("abc", ROW, speed=1.0, seed=0)

    def load() -> ToneEngine:
        raise AssertionError("It is not needed.")

    engine = StoredEngine(load, ChunkStore(tmp_path, 1 << 20), "one")
    engine.render("abc", ROW, speed=1.0, seed=0)
    assert engine.found == 1


def test_engine_is_loaded_once_by_many_threads(tmp_path: Path) -> None:
    loads: list[int] = []

    def load() -> ToneEngine:
        loads.append(1)
        return Counting()

    engine = StoredEngine(load, ChunkStore(tmp_path, 1 << 20), "one")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: engine.render("a" * i, ROW, speed=1.0, seed=0), range(1, 30)))
    assert len(loads) == 1
    assert engine.spoken == 29


def test_engine_for_one_thread_is_used_by_one_at_a_time(tmp_path: Path) -> None:
    engine = stored(tmp_path, OneAtATime(Counting(concurrent=False)))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: engine.render("a" * i, ROW, speed=1.0, seed=0), range(1, 60)))
    assert engine.spoken == 59


class BatchNoting(Counting):
    """Records which calls come together."""

    def __init__(self) -> None:
        super().__init__(concurrent=False)
        self.batches: list[list[str]] = []

    def render_batch(self, calls: Sequence[Call]) -> list[Rendering]:
        self.batches.append([call.phonemes for call in calls])
        return super().render_batch(calls)


def batch(*phonemes: str) -> list[Call]:
    return [Call(each, ROW, 1.0, 0) for each in phonemes]


def test_of_a_batch_only_what_is_new_is_spoken(tmp_path: Path) -> None:
    engine = BatchNoting()
    kept = stored(tmp_path, engine)
    first = kept.render_batch(batch("a", "bb", "ccc"))
    again = kept.render_batch(batch("dddd", "bb", "e", "dddd"))
    assert engine.batches == [["a", "bb", "ccc"], ["dddd", "e"]]
    assert (kept.spoken, kept.found) == (5, 2)
    assert_same(again[1], first[1])
    assert_same(again[3], again[0])
    assert_same(stored(tmp_path).render_batch(batch("e"))[0], again[2])


def test_one_call_of_a_batch_is_spoken_as_any_other(tmp_path: Path) -> None:
    engine = BatchNoting()
    kept = stored(tmp_path, engine)
    kept.render_batch(batch("a", "a"))
    kept.render_batch(batch("a"))
    assert kept.render_batch([]) == []
    assert (engine.batches, len(engine.calls)) == ([], 1)


def test_nothing_of_a_batch_that_fails_is_kept(tmp_path: Path) -> None:
    class Broken(BatchNoting):
        def render_batch(self, calls: Sequence[Call]) -> list[Rendering]:
            raise KokoroError("no")

    kept = stored(tmp_path / "spoken", Broken())
    with pytest.raises(KokoroError):
        kept.render_batch(batch("a", "b"))
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
    for call in [*asked, *asked]:
        phonemes, voice, speed, seed, identity = call
        found = stored(folder, engine, identity).render(
            phonemes, style(voice, 1), speed=speed, seed=seed
        )
        if call in made:
            assert_same(found, made[call])
        made[call] = found
    assert len(engine.calls) == len(set(asked))


def test_one_number_of_the_style_counts(tmp_path: Path) -> None:
    engine = stored(tmp_path)
    other = ROW.copy()
    other[255] = np.nextafter(other[255], np.float32(1e9))
    engine.render("abc", ROW, speed=1.0, seed=0)
    engine.render("abc", other, speed=1.0, seed=0)
    assert (engine.spoken, engine.found) == (2, 0)


@pytest.mark.parametrize("damage", ["empty", "cut off", "a byte", "another's"])
def test_damaged_entry_is_spoken_anew(damage: str, tmp_path: Path) -> None:
    first = stored(tmp_path)
    first.render("abc", ROW, speed=1.0, seed=0)
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
    again.render("abc", ROW, speed=1.0, seed=0)
    again.render("abc", ROW, speed=1.0, seed=0)
    assert (again.damaged, again.spoken, again.found) == (1, 1, 1)
    assert again.failure is None


def test_error_of_the_engine_leaves_nothing_in_the_store(tmp_path: Path) -> None:
    class Broken(ToneEngine):
        def render(self, phonemes: str, style: Style, *, speed: float, seed: int) -> Rendering:
            raise KokoroError("no")

    engine = stored(tmp_path / "spoken", Broken())
    with pytest.raises(KokoroError):
        engine.render("abc", ROW, speed=1.0, seed=0)
    assert engine.spoken == 0
    assert not (tmp_path / "spoken").exists()


def test_full_disk_is_reported_and_costs_nothing_else(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 16):
        engine = stored(tmp_path / "disk/spoken", ToneEngine())
        made = [engine.render("abc" * i, ROW, speed=1.0, seed=0) for i in range(1, 30)]
        assert [len(each.frames) for each in made] == [3 * i + 2 for i in range(1, 30)]
        assert engine.failure is not None
        assert "No space left" in str(engine.failure)
        assert not [p for p in entries(tmp_path / "disk") if p.name.startswith(".")]


@pytest.mark.parametrize("what", ["a file", "a dead link"])
def test_store_that_is_no_folder_is_reported(what: str, tmp_path: Path) -> None:
    folder = tmp_path / "spoken"
    if what == "a file":
        folder.write_text("not a folder")
    else:
        folder.symlink_to(tmp_path / "gone/away")
    engine = stored(folder)
    assert len(engine.render("abc", ROW, speed=1.0, seed=0).samples)
    assert engine.spoken == 1
    assert what == "a dead link" or engine.failure is not None


def test_entry_that_can_not_be_read_is_reported(tmp_path: Path) -> None:
    first = stored(tmp_path)
    first.render("abc", ROW, speed=1.0, seed=0)
    (entry,) = entries(tmp_path)
    entry.unlink()
    entry.mkdir()
    engine = stored(tmp_path)
    engine.render("abc", ROW, speed=1.0, seed=0)
    assert engine.failure is not None
    assert engine.spoken == 1
