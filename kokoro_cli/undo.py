"""What has to be undone if the process ends at once, without unwinding: files, folders, children.

It costs a program that ends by itself nothing, and a library's caller need not know of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Lock

_open: dict[object, Callable[[], None]] = {}
_lock = Lock()


def add(work: Callable[[], None]) -> object:
    """Have *work* called if the process ends before `remove` is called with what returns.

    Call it before there is something to undo. The work may run in any thread, at any moment.
    """
    key = object()
    with _lock:
        _open[key] = work
    return key


def remove(key: object) -> None:
    with _lock:
        _open.pop(key, None)


@contextmanager
def undone(work: Callable[[], None]) -> Iterator[None]:
    """Have *work* called if the process ends at once within the block."""
    key = add(work)
    try:
        yield
    finally:
        remove(key)


def undo_all() -> None:
    """Undo everything, the last first. Other threads can't begin anything new any more."""
    _lock.acquire()
    for work in reversed(list(_open.values())):
        with suppress(Exception):  # The process ends, and the rest has to be undone too.
            work()
