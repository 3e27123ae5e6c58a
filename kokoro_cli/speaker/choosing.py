"""Which engine speaks: what a caller asked for, and what was measured on this machine."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from kokoro_cli import engines, install
from kokoro_cli.assets.store import Store
from kokoro_cli.engines import EXACT, Measurement, Tuning
from kokoro_cli.errors import UsageError
from kokoro_cli.speaker.loading import Loading
from kokoro_cli.types import EngineChoice

USUAL_SECONDS = 60.0
"""Seconds of speech to choose an engine for, if the length is unknown."""

_MOST_THREADS = 256


@dataclass(frozen=True, slots=True)
class Choosing:
    """What is asked of the engine, see `Speaker.open`; UsageError for impossible numbers."""

    store: Store
    engine: str = "auto"
    device: str = "auto"
    precision: str = EXACT
    threads: int = 0
    seconds: float = USUAL_SECONDS

    def __post_init__(self) -> None:
        if not 0 <= self.threads <= _MOST_THREADS:
            raise UsageError(
                f"`threads` is {self.threads}.",
                hint=f"It goes from 0, which takes all processors, to {_MOST_THREADS}.",
            )
        if not 0 <= self.seconds < math.inf:
            raise UsageError(f"`seconds` is {self.seconds}.", hint="Give a length of 0 or more.")

    def choice(self) -> EngineChoice:
        """Return the engine that is known to fit best now; UsageError as `engines.choose` has it.

        It is another one after the engines were measured.
        """
        return engines.choose(
            self.engine, self.device, self._measured(), self.seconds, precision=self.precision
        )

    def notice(self, choice: EngineChoice) -> str:
        """Return a line for the user if the speed that was asked for can't be had, else ""."""
        for engine, reason in install.refusals(self.store).items():
            if engines.fits((engine, choice.device), self.engine, self.device, self.precision):
                return f"{choice.engine} speaks, since {engine} no longer runs here: {reason}"
        return engines.notice(choice, self.device, self.precision, self._measured())

    def settle(self, seconds: float, notify: install.Notify) -> tuple[EngineChoice, Tuning]:
        """Return what speaks a long text, and how.

        Settings that a sweep found best go before measurements. Doubtful measurements are made
        again first if the text is long enough to be worth it.
        """
        choice = install.settle(
            self.store, self.engine, self.device, seconds, notify, precision=self.precision
        )
        tuning = install.saved_tuning(self.store)
        if tuning is None or not self._fits(tuning):  # One that fits is what `settle` has taken.
            tuning = engines.usual_tuning(choice)
        return choice, tuning

    def tuning_when_loaded(self, choice: EngineChoice) -> Tuning:
        """Return how an engine that is loaded speaks a long text.

        A call of it takes all processors, or as many as the caller said.
        """
        usual = engines.usual_tuning(choice, None if self.threads else 1)
        return replace(usual, threads=self.threads)

    def growth(self, choice: EngineChoice) -> float:
        """Return by how much each chunk of a stream may be longer than the last."""
        return engines.growth(choice, self._measured())

    def learn(self, choice: EngineChoice, loading: Loading) -> None:
        """Keep how fast the engine was, for the next choice."""
        if (spoke := loading.metered) is not None:
            install.learn(
                self.store,
                choice,
                load_seconds=loading.seconds,
                audio_seconds=spoke.audio_seconds,
                work_seconds=spoke.work_seconds,
            )

    def _fits(self, tuning: Tuning) -> bool:
        place = tuning.engine, tuning.device
        return engines.fits(place, self.engine, self.device, self.precision)

    def _measured(self) -> list[Measurement]:
        return install.measurements(self.store)
