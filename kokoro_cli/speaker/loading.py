"""An engine that loads in a thread, while the rest of the program is imported and a text is read.

Half of the time is spent outside of Python.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from kokoro_cli.engines import Engine
from kokoro_cli.stopwatch import Stopwatch
from kokoro_cli.threads import start


class Loading:
    """An engine that is being loaded."""

    def __init__(self, load: Callable[[], Engine], watch: Stopwatch) -> None:
        self._load, self._watch = load, watch
        self._loaded: Engine | Exception | None = None
        self.seconds = 0.0
        """How long it took, after `engine` has returned."""
        self._thread = start(self._run, "loading")

    def _run(self) -> None:
        try:
            begun = time.perf_counter()
            with self._watch.phase("model"):
                self._loaded = self._load()
            self.seconds = time.perf_counter() - begun
        except Exception as error:
            self._loaded = error

    def engine(self) -> Engine:
        """Wait for the engine and return it; raise the error of its loading."""
        self._thread.join()
        if isinstance(self._loaded, Exception):
            raise self._loaded
        assert self._loaded is not None
        return self._loaded
