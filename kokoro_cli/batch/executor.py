"""Where the calls of a job are spoken: in threads of this process, or anywhere else.

A `Call` is plain data and its result depends on nothing else, so it may travel and be repeated.
`StoredExecutor` looks into the store before; only calls that are missing there reach the executor
that it wraps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Event, Lock
from typing import Protocol

from kokoro_cli import synthesis
from kokoro_cli.batch.kept import KeptCalls
from kokoro_cli.batch.store import ChunkStore
from kokoro_cli.engines import Call, Engine
from kokoro_cli.engines.batches import in_groups
from kokoro_cli.errors import KokoroError, as_kokoro_error
from kokoro_cli.types import Rendering

Result = Rendering | KokoroError | None
"""Of one call: its rendering, why it could not be spoken, or None if it was stopped before."""

_BATCHES = 4
"""Batches in a window, so that each finds calls of similar length."""


class Executor(Protocol):
    """Speaks calls. To speak elsewhere, on another machine say, write another one."""

    @property
    def window(self) -> int:
        """How many calls to submit together."""
        ...

    @property
    def ahead(self) -> int:
        """How many windows may wait for their results at once."""
        ...

    def submit(self, calls: Sequence[Call]) -> list[Future[Result]]:
        """Return at once with a future for each call, in their order."""
        ...

    def stop(self) -> None:
        """Finish the calls that are being spoken and begin no other."""
        ...

    def close(self) -> None:
        """Wait for what is being spoken, and release everything."""
        ...


class Threads:
    """Speaks in threads of this process, which share one engine."""

    def __init__(self, load: Callable[[], Engine], *, workers: int, batch: int = 1) -> None:
        """*load* returns the engine and is called by the threads, many times.

        *workers* calls are spoken at once; with *batch* over 1 each of them speaks so many
        utterances of similar length together.
        """
        self._load, self._batch = load, batch
        self._pool = ThreadPoolExecutor(workers, "engine")
        self._stopped = Event()
        self.ahead = 2 * workers
        self.window = 1 if batch == 1 else _BATCHES * batch

    def submit(self, calls: Sequence[Call]) -> list[Future[Result]]:
        futures: list[Future[Result]] = [Future() for _ in calls]
        if calls:
            self._pool.submit(self._speak, list(calls), futures)
        return futures

    def stop(self) -> None:
        self._stopped.set()

    def close(self) -> None:
        self.stop()
        self._pool.shutdown()

    def _speak(self, calls: list[Call], futures: list[Future[Result]]) -> None:
        lengths = [len(call.phonemes) for call in calls]
        results = in_groups(self._together, calls, lengths, self._batch)
        for future, result in zip(futures, results, strict=True):
            future.set_result(result)

    def _together(self, calls: Sequence[Call]) -> Sequence[Result]:
        if self._stopped.is_set():
            return [None] * len(calls)
        try:
            return synthesis.sounds_of(calls, self._load())
        except Exception as error:
            return [as_kokoro_error(error)] * len(calls)


class StoredExecutor:
    """Speaks nothing twice: takes what the store has from there, and keeps the rest in it."""

    def __init__(self, executor: Executor, store: ChunkStore, identity: str) -> None:
        """*identity* names everything but a call's arguments that its result depends on."""
        self._executor = executor
        self._store = store
        self.kept = KeptCalls(store, identity)
        self._lock = Lock()
        self._waiting: dict[str, Future[Result]] = {}
        """By key, what is being spoken now."""
        self.spoken = 0
        """Calls that were spoken."""
        self.found = 0
        """Calls that the store had, or that were being spoken already."""

    @property
    def window(self) -> int:
        return self._executor.window

    @property
    def ahead(self) -> int:
        return self._executor.ahead

    def submit(self, calls: Sequence[Call]) -> list[Future[Result]]:
        futures: list[Future[Result]] = []
        missing: dict[str, Call] = {}
        for call in calls:
            key = self.kept.key(call)
            future, is_new = self._future(key, call)
            futures.append(future)
            if is_new:
                missing[key] = call
        spoken = self._executor.submit(list(missing.values()))
        for key, made in zip(missing, spoken, strict=True):
            made.add_done_callback(partial(self._keep, key, missing[key]))
        return futures

    def begin(self, output: object) -> None:
        """Keep in the store what is used from now on until the output is finished."""
        self._store.begin(output)

    def finished(self, output: object) -> None:
        self._store.finished(output)

    def stop(self) -> None:
        self._executor.stop()

    def close(self) -> None:
        """Close the executor, and prune the store to its limit."""
        self._executor.close()
        self.kept.prune()

    def _future(self, key: str, call: Call) -> tuple[Future[Result], bool]:
        """Return a future for a key, and whether it still has to be spoken."""
        with self._lock:
            if key in self._waiting:
                self.found += 1
                return self._waiting[key], False
        found = self.kept.find(call)
        future: Future[Result] = Future()
        with self._lock:
            if found:
                self.found += 1
                future.set_result(found)
            else:
                self._waiting[key] = future
        return future, found is None

    def _keep(self, key: str, call: Call, made: Future[Result]) -> None:
        """Keep what was spoken, in the thread that spoke it; but nothing that is no speech."""
        future = self._waiting[key]
        try:
            result = made.result()
            if isinstance(result, Rendering):
                # As it will be found, so that an interrupted run gives the same sound as another.
                result = self.kept.keep(call, result)
        except Exception as error:
            result = as_kokoro_error(error)
        with self._lock:
            self.spoken += isinstance(result, Rendering)
            del self._waiting[key]
        future.set_result(result)
