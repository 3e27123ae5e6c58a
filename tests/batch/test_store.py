from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from kokoro_cli.batch.store import ChunkStore, pack, unpack
from kokoro_cli.checksum import DamagedError
from kokoro_cli.types import Frames, Rendering
from tests.properties import examples

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
    found = unpack(pack(Rendering(sound, counts), KEY), KEY)
    scale = max(1.0, float(np.abs(sound).max(initial=0.0)))
    np.testing.assert_array_equal(found.frames, counts)
    np.testing.assert_allclose(found.samples, sound, atol=0.51 * scale / 32_767)


@given(samples, frames)
def test_what_came_out_comes_out_again(sound: np.ndarray, counts: Frames) -> None:
    once = unpack(pack(Rendering(sound, counts), KEY), KEY)
    assert_same(unpack(pack(once, KEY), KEY), once)


@given(samples)
def test_16_bits_within_full_scale_come_out_as_they_went_in(sound: np.ndarray) -> None:
    values = np.round(np.clip(sound, -1, 1) * 32_767).astype(np.int16)
    plain = values.astype(np.float32) * np.float32(1 / 32_767)
    found = unpack(pack(Rendering(plain, np.zeros(0, np.int64)), KEY), KEY)
    np.testing.assert_array_equal(found.samples, plain)


@pytest.mark.parametrize("peak", [0.25, 1.0, 1.0001, 1.5, 3.0])
def test_peaks_keep_their_shape(peak: float) -> None:
    time = np.arange(2_400) / 24_000
    sound = (peak * np.sin(2 * np.pi * 100 * time)).astype(np.float32)
    found = unpack(pack(Rendering(sound, np.zeros(0, np.int64)), KEY), KEY)
    np.testing.assert_allclose(found.samples, sound, atol=max(1.0, peak) / 32_767)


@given(st.binary(max_size=200))
def test_no_other_bytes_are_an_entry(data: bytes) -> None:
    with pytest.raises(DamagedError):
        unpack(data, KEY)


@settings(max_examples=examples(300))
@given(st.data())
def test_a_change_of_any_byte_is_found(data: st.DataObject) -> None:
    whole = pack(rendering(count=400), KEY)
    place = data.draw(st.integers(0, len(whole) - 1))
    changed = bytearray(whole)
    changed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(DamagedError):
        unpack(bytes(changed), KEY)


def test_an_entry_that_is_cut_off_or_goes_on_is_found() -> None:
    whole = pack(rendering(count=100), KEY)
    for size in range(len(whole)):
        with pytest.raises(DamagedError):
            unpack(whole[:size], KEY)
    with pytest.raises(DamagedError):
        unpack(whole + b"\0", KEY)


# The store


def test_nothing_is_there_at_first(tmp_path: Path) -> None:
    assert ChunkStore(tmp_path / "spoken", 1 << 20).get(KEY) is None


def test_what_is_put_is_found_by_others(tmp_path: Path) -> None:
    data = pack(rendering(), KEY)
    ChunkStore(tmp_path, 1 << 20).put(KEY, data)
    found = ChunkStore(tmp_path, 1 << 20).get(KEY)
    assert found is not None
    assert_same(found, unpack(data, KEY))
    assert ChunkStore(tmp_path, 1 << 20).get("cd" + KEY[2:]) is None


def test_damaged_entry_is_dropped(tmp_path: Path) -> None:
    store = ChunkStore(tmp_path, 1 << 20)
    store.put(KEY, pack(rendering(), KEY))
    (entry,) = entries(tmp_path)
    entry.write_bytes(entry.read_bytes()[:-1])
    with pytest.raises(DamagedError):
        store.get(KEY)
    assert not entries(tmp_path)
    assert store.get(KEY) is None


def test_an_entry_under_the_name_of_another_is_damaged(tmp_path: Path) -> None:
    """It was heard in place of the right one, and no check saw it."""
    store = ChunkStore(tmp_path, 1 << 20)
    other = "f" * 64
    store.put(KEY, pack(rendering(), KEY))
    store.put(other, pack(rendering(1), other))
    mine, theirs = (tmp_path / key[:2] / key[2:] for key in (KEY, other))
    mine.write_bytes(theirs.read_bytes())
    assert dict(store.survey())[mine] == "damaged"
    with pytest.raises(DamagedError):
        store.get(KEY)
    assert store.get(other) is not None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_a_pipe_in_place_of_an_entry_is_no_wait(tmp_path: Path) -> None:
    store = ChunkStore(tmp_path, 1 << 20)
    store.put(KEY, pack(rendering(), KEY))
    entry = tmp_path / KEY[:2] / KEY[2:]
    entry.unlink()
    os.mkfifo(entry)
    assert dict(store.survey())[entry] == "damaged"
    with pytest.raises(OSError, match="regular"):
        store.get(KEY)


def put_many(store: ChunkStore, numbers: range) -> int:
    """Store an entry of the same size for each number; return that size."""
    for number in numbers:
        key = f"{number % 256:02x}{number:062x}"
        data = pack(rendering(count=100), key)
        store.put(key, data)
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
    keys = [f"{i:02x}" + "0" * 62 for i in range(8)]
    data = [pack(rendering(i, count=200), key) for i, key in enumerate(keys)]
    store = ChunkStore(tmp_path, 1 << 20)
    begin = threading.Barrier(8)

    def work(thread: int) -> int:
        begin.wait(30)
        found = 0
        for turn in range(40):
            i = (thread + turn) % 8
            store.put(keys[i], data[i])
            kept = store.get(keys[i])
            if kept is not None:
                assert_same(kept, unpack(data[i], keys[i]))
                found += 1
        return found

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(work, range(8))) > 8
    assert not [path for path in entries(tmp_path) if path.name.startswith(".")]
