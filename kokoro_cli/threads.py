"""Work in threads whose results keep their order."""

from __future__ import annotations

import atexit
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


_at_work: dict[Thread, Callable[[], None]] = {}


def start(work: Callable[[], None], name: str, stop: Callable[[], None] | None = None) -> Thread:
    """Start a thread that no program has to wait for, but that does not outlive the interpreter.

    When the interpreter ends, *stop* is called and the thread is waited for: an engine at work in a
    dying interpreter would abort the process.
    """

    def run() -> None:
        try:
            work()
        finally:
            _at_work.pop(thread, None)

    thread = Thread(target=run, daemon=True, name=name)
    _at_work[thread] = stop or (lambda: None)
    thread.start()
    return thread


@atexit.register
def _end() -> None:
    waiting = list(_at_work.items())
    for _, stop in waiting:
        stop()
    for thread, _ in waiting:
        thread.join()


def in_order(work: Callable[[T], R], items: Iterable[T], workers: int) -> Iterator[tuple[T, R]]:
    """Yield each item with the result of *work*, which that many threads do at once.

    Results keep the order of the items. At most twice as many items as threads are taken ahead.
    """
    with ThreadPoolExecutor(workers, "worker") as pool:
        waiting: deque[tuple[T, Future[R]]] = deque()
        try:
            for item in items:
                waiting.append((item, pool.submit(work, item)))
                if len(waiting) > 2 * workers:
                    first, made = waiting.popleft()
                    yield first, made.result()
            while waiting:
                first, made = waiting.popleft()
                yield first, made.result()
        finally:
            for _, made in waiting:
                made.cancel()


def ahead(stream: Iterable[T], depth: int = 2) -> Generator[T, None, None]:
    """Yield the stream's items, made in another thread up to *depth* items ahead.

    The caller's thread is then free for the sink, and for Ctrl-C: Python does not see it while an
    engine works in the main thread. An error in the stream is raised here. If the caller leaves
    early, the thread ends after the item that it is making.
    """
    queue: Queue[tuple[T | None, BaseException | None]] = Queue(depth)
    left = Event()

    def put(item: T | None, error: BaseException | None) -> None:
        while not left.is_set():
            try:
                queue.put((item, error), timeout=0.1)
            except Full:
                continue
            return

    def work() -> None:
        try:
            for item in stream:
                put(item, None)
                if left.is_set():
                    return
            put(None, StopIteration())
        except BaseException as error:
            put(None, error)

    start(work, "synthesis", left.set)
    try:
        while True:
            try:
                # The time-out lets Python handle a signal that reached another thread: it does so
                # only in the main thread, and only while that runs.
                item, error = queue.get(timeout=0.1)
            except Empty:
                continue
            if isinstance(error, StopIteration):
                return
            if error is not None:
                raise error
            yield item  # type: ignore[misc]
    finally:
        left.set()
