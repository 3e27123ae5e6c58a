"""Work in threads: order, errors, how far ahead, and leaving early."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from kokoro_cli import threads
from kokoro_cli.errors import SpeechError


@pytest.mark.parametrize("workers", [1, 2, 7])
def test_results_keep_the_order(workers: int) -> None:
    def work(item: int) -> int:
        time.sleep(0.001 * (item % 3))
        return 10 * item

    found = list(threads.in_order(work, range(40), workers))
    assert found == [(i, 10 * i) for i in range(40)]


def test_items_are_not_taken_far_ahead() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for i in range(100):
            taken.append(i)
            yield i

    stream = threads.in_order(lambda item: item, items(), 2)
    assert next(stream) == (0, 0)
    assert len(taken) <= 5
    stream.close()  # type: ignore[attr-defined]


def test_ahead_keeps_order_and_works_in_another_thread() -> None:
    seen = set()

    def items() -> Iterator[int]:
        for i in range(20):
            seen.add(threading.current_thread())
            yield i

    assert list(threads.ahead(items())) == list(range(20))
    assert threading.current_thread() not in seen


def test_ahead_goes_no_further_than_its_depth() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for i in range(100):
            made.append(i)
            yield i

    stream = threads.ahead(items(), depth=2)
    next(stream)
    time.sleep(0.3)
    assert len(made) <= 5


def test_ahead_raises_the_streams_error() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise SpeechError("no")

    stream = threads.ahead(items())
    assert next(stream) == 1
    with pytest.raises(SpeechError, match="no"):
        next(stream)


def test_ahead_ends_its_thread_when_the_caller_leaves() -> None:
    def running() -> set[threading.Thread]:
        return {thread for thread in threading.enumerate() if thread.name == "synthesis"}

    before = running()
    stream = threads.ahead(iter(range(1000)), depth=1)
    next(stream)
    (ours,) = running() - before
    stream.close()  # type: ignore[attr-defined]
    ours.join(timeout=5)
    assert not ours.is_alive()
