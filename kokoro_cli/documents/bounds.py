"""Bounds on the process that reads a file of somebody else's: its memory, its time, its life.

The system holds the bounds where it can, also while native code runs. A thread holds them
everywhere, whenever that code lets Python run: macOS does not bound a process's memory, and Windows
nothing, so there the thread alone bounds time, and on Windows nothing bounds memory.
"""

from __future__ import annotations

import math
import os
import select
import sys
import threading
import time
from dataclasses import dataclass
from enum import IntEnum

if sys.platform != "win32":
    import resource

_QUIET_SECONDS = 10
"""Most processor time for a page, or whatever else a reader does before it reports progress."""

_SECONDS = 5
_SECONDS_PER_MEGABYTE = 60
"""Most processor time in all: the first, and the second for each megabyte of the file. A book of
text needs 4 seconds for a megabyte."""

_MEMORY = 512_000_000
_MEMORY_PER_BYTE = 8
_MOST_MORE_MEMORY = 2_000_000_000
"""Bytes: a file may take the first, and for each of its own bytes the second, up to the third."""

_LARGEST_WRITTEN = 1_000_000
"""Most bytes that the process may write to a file; only its messages go to one."""

_LOOK_SECONDS = 0.05


class Ending(IntEnum):
    """Exit status of a process that went beyond a bound."""

    TIME = 101
    MEMORY = 102
    DESERTED = 103
    """Nobody waits for its answer any more."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bounds for one file."""

    memory: int
    """Most bytes of the process."""
    seconds: float
    """Most processor time in all."""


def bounds_for(size: int) -> Bounds:
    """Return the bounds for a file of so many bytes."""
    return Bounds(
        memory=_MEMORY + min(_MEMORY_PER_BYTE * size, _MOST_MORE_MEMORY),
        seconds=_SECONDS + _SECONDS_PER_MEGABYTE * size / 1_000_000,
    )


def progress() -> None:
    """Say that a page or another part is read: the time for the next one begins.

    A reader calls it. It does nothing in a process that is not bounded.
    """
    if _watch is not None:
        _watch.progress()


def begin(bounds: Bounds) -> None:
    """Hold this process to the bounds for the rest of its life."""
    global _watch
    _watch = _Watch(bounds)
    threading.Thread(target=_watch.run, daemon=True, name="bounds").start()


class _Watch:
    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._parent = os.getppid()
        # At first it may be that of the parent, whose copy this process was.
        self._most_bytes = _peak_bytes() + bounds.memory
        if sys.platform != "win32":
            _limit(resource.RLIMIT_AS, bounds.memory)
            _limit(resource.RLIMIT_FSIZE, _LARGEST_WRITTEN)
            _limit(resource.RLIMIT_CORE, 0)
        self.progress()

    def progress(self) -> None:
        self._until = min(self._bounds.seconds, time.process_time() + _QUIET_SECONDS)
        if sys.platform != "win32":
            # A second later, so that the thread is first if it can run at all.
            _limit(resource.RLIMIT_CPU, math.ceil(self._until) + 1)

    def run(self) -> None:
        while True:
            if time.process_time() > self._until:
                os._exit(Ending.TIME)
            if _peak_bytes() > self._most_bytes:
                os._exit(Ending.MEMORY)
            if os.getppid() != self._parent or _unread():
                os._exit(Ending.DESERTED)
            time.sleep(_LOOK_SECONDS)


_watch: _Watch | None = None


def _limit(what: int, most: int) -> None:
    """Set a limit of the system's, unless it is lower already; it can be raised again."""
    if sys.platform != "win32":
        now, hard = resource.getrlimit(what)
        moved = what == resource.RLIMIT_CPU  # It is raised with each part that is read.
        lower = [n for n in (most, hard, most if moved else now) if n != resource.RLIM_INFINITY]
        resource.setrlimit(what, (min(lower), hard))


def _peak_bytes() -> int:
    """Return the most memory that the process has had at once; 0 on Windows."""
    if sys.platform == "win32":
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _unread() -> bool:
    """Whether nobody can read standard output any more; False if the system does not say so."""
    if sys.platform == "win32":
        return False
    look = select.poll()
    look.register(sys.__stdout__.fileno() if sys.__stdout__ else 1, 0)
    return bool(look.poll(0))
