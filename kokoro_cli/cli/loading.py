"""An engine that is loaded in a thread of its own, which may begin before the command does.

Half of that time is spent outside of Python, beside the import of everything that reads a text.
"""

from __future__ import annotations

from contextlib import suppress
from threading import Thread

from kokoro_cli import engines, install
from kokoro_cli.cli.context import World, open_store
from kokoro_cli.errors import KokoroError
from kokoro_cli.stopwatch import Stopwatch
from kokoro_cli.text.length import spoken_seconds
from kokoro_cli.types import EngineChoice


class Loading:
    """An engine on its way. The thread is a daemon: a command that fails does not wait for it."""

    def __init__(
        self, choice: EngineChoice, model: install.InstalledModel, watch: Stopwatch
    ) -> None:
        self._choice, self._model, self._watch = choice, model, watch
        self._loaded: engines.Engine | Exception | None = None
        self._thread = Thread(target=self._load, daemon=True)
        self._thread.start()

    def _load(self) -> None:
        try:
            install.check_untouched(self._model)
            with self._watch.phase("model"):
                self._loaded = engines.load_engine(self._choice, self._model.folder)
        except Exception as error:
            self._loaded = error

    def is_of(self, choice: EngineChoice, model: install.InstalledModel) -> bool:
        own = self._choice
        return (choice.engine, choice.device, model) == (own.engine, own.device, self._model)

    def engine(self) -> engines.Engine:
        """Wait for the engine and return it; raise what its loading raised."""
        self._thread.join()
        if isinstance(self._loaded, Exception):
            raise self._loaded
        assert self._loaded is not None
        return self._loaded


_LIVE_SECONDS = 10.0
"""Speech that is expected of a text that is still being written: the first sound counts."""


def expected_seconds(text: str) -> float:
    """Return about how long a text is heard at speed 1.0; "-" stands for one that is piped."""
    return _LIVE_SECONDS if text == "-" else spoken_seconds(text)


def begin_to_load(
    engine: str,
    device: str,
    world: World,
    watch: Stopwatch,
    *,
    offline: bool,
    seconds: float = 60.0,
) -> Loading | None:
    """Begin to load what the options ask for; None where that is not clear, or not here yet.

    *seconds* is the length of the speech, as far as it is known yet.

    An engine that holds the GIL while it is imported, such as PyTorch, is not loaded in a thread.
    """
    with suppress(KokoroError):  # The command tells of it in its turn.
        store = open_store(world, offline=offline)
        choice = engines.choose(engine, device, install.measurements(store), seconds)
        model = install.installed_model(store)
        if model and engines.ENGINES[choice.engine].loads_beside_others:
            return Loading(choice, model, watch)
    return None
