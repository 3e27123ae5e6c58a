"""An engine that loads in a thread, while the rest of the program is imported and a text is read.

Half of the time is spent outside of Python.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from kokoro_cli.engines import Engine, Metered
from kokoro_cli.stopwatch import Stopwatch
from kokoro_cli.threads import start


class Loading:
    """An engine that is being loaded, and metered from then on."""

    def __init__(self, load: Callable[[], Engine], watch: Stopwatch) -> None:
        self._load, self._watch = load, watch
        self._error: Exception | None = None
        self.metered: Metered | None = None
        """The engine, once it is there."""
        self.seconds = 0.0
        """How long it took, once the engine is there."""
        self._thread = start(self._run, "loading")

    def _run(self) -> None:
        try:
            begun = time.perf_counter()
            with self._watch.phase("model"):
                loaded = self._load()
            self.seconds = time.perf_counter() - begun
            self.metered = Metered(loaded)
        except Exception as error:
            self._error = error

    def engine(self) -> Engine:
        """Wait for the engine and return it; raise the error of its loading."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        assert self.metered is not None
        return self.metered
