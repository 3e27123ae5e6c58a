"""Signals that end the process: it ends at once, whatever it is doing.

No exception is raised for them. It would come anywhere: in an import, whose locks it would leave
locked for other threads, or in a callback from C, which drops it. A thread is told by the system
instead; it undoes what is unfinished and ends the process.
"""

from __future__ import annotations

import _thread
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kokoro_cli import undo
from kokoro_cli.errors import ExitCode

_CODES = {
    getattr(signal, name): code
    for name, code in {
        "SIGINT": ExitCode.INTERRUPTED,
        "SIGTERM": ExitCode.TERMINATED,
        "SIGHUP": ExitCode.HUNG_UP,
    }.items()
    if hasattr(signal, name)  # Windows has no SIGHUP.
}

_LONGEST_UNDOING = 1
"""Seconds until the system ends the process, if a disk or a terminal does not answer."""

_seen: list[int] = []
_survived: list[int] = []
"""At most one: the one that let the work stop."""
_stops: list[Callable[[], None]] = []


def watch() -> None:
    """Begin to watch for the signals; what the caller ignores, as nohup does, stays ignored."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    # No threading.Thread: no one has to wait for it or count it.
    _thread.start_new_thread(_wait, (reading,))
    for number in _CODES:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _note)
    if hasattr(signal, "SIGTTOU"):  # A line from the background does not stop the process.
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)


def _note(number: int, frame: object) -> None:
    """Python calls this in the main thread, sooner or later than the thread reads the number."""
    _seen.append(number)


def _wait(reading: int) -> None:
    while True:
        for number in os.read(reading, 16):
            if number in _CODES:
                _end(number)


def _end(number: int) -> None:
    if not _survived and _stops and number != getattr(signal, "SIGHUP", None):
        # In a thread of its own: this one waits for the second signal.
        _thread.start_new_thread(_stops[-1], ())
        _survived.append(number)
        return
    end_now(_CODES[number])


def end_now(code: ExitCode) -> None:
    """Undo what is unfinished, and end the process."""
    if hasattr(signal, "alarm"):
        signal.alarm(_LONGEST_UNDOING)
    undo.undo_all()
    os._exit(code)


def code_of_the_end() -> ExitCode:
    """Return the exit code of a process that was interrupted and ends by itself."""
    return _CODES[_survived[0]] if _survived else ExitCode.INTERRUPTED


def settle() -> None:
    """Wait for the thread if a signal came that it has not dealt with: C returns early for one."""
    while len(_survived) < len(_seen):
        time.sleep(0.001)


@contextmanager
def first_stops(stop: Callable[[], None]) -> Iterator[None]:
    """Let the first SIGINT or SIGTERM call *stop*, in a thread; the second ends the process."""
    _stops.append(stop)
    try:
        yield
    finally:
        _stops.remove(stop)
