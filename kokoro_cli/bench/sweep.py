"""Find the best settings for this machine: threads a call, chunks at once, length of a chunk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace

from kokoro_cli.bench.figures import Figures, figures, ratio
from kokoro_cli.bench.latency import Backend, Show, Speaks
from kokoro_cli.bench.texts import words_in
from kokoro_cli.bench.worker import Spoken, Task
from kokoro_cli.child import ProcessError
from kokoro_cli.engines import ENGINES, Tuning

LENGTHS = (100, 150, 200, 250, 400)
"""Maximum chunk lengths to try, in phonemes; shorter chunks sound weak, longer ones rushed."""

_FIRST_LENGTH = 150

_WORSE_WORDS = 0.02
"""How many more words than the best setting a winner may get wrong, as a share of all words."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One setting, and how long the text took with it."""

    tuning: Tuning
    audio_seconds: float
    total_seconds: Figures
    real_time_factor: float
    peak_bytes: int | None
    words_wrong: int | None
    """Words that a recogniser got wrong; null if none was used."""


@dataclass(frozen=True, slots=True)
class Swept:
    tried: list[Tried]
    """The fastest first."""
    best: Tuning
    usual: Tuning
    gain: float
    """Speed of the best setting relative to the usual one; 1 if none is clearly faster."""
    left_out: list[str]


def pairs(processors: int, *, concurrent: bool) -> list[tuple[int, int]]:
    """Return pairs of (threads a call, chunks at once).

    The threads are all processors, then half, and so on; the chunks use the rest of the processors
    if the engine is *concurrent*.
    """
    most = max(processors, 1)
    found = []
    threads = most
    while threads >= 1:
        found.append((threads, most // threads if concurrent else 1))
        threads //= 2
    return list(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Sweep:
    """The settings to try, and how to measure them."""

    text: str
    usual: Tuning
    """The setting in use without a sweep."""
    backends: Sequence[Backend]
    processors: int
    runs: int
    seed: int
    worker: Callable[[Backend, int], Speaks]
    """Starts a process for a backend and a number of threads."""
    show: Show
    listen: Callable[[Tuning, Speaks], int] | None = None
    """Counts the words that a recogniser gets wrong."""

    @property
    def steps(self) -> int:
        """The most times that the text is spoken, including a warm-up for each setting."""
        return (len(self._first) + len(LENGTHS) + 1) * (self.runs + 1)

    @property
    def _first(self) -> list[Tuning]:
        return [
            Tuning(*backend, threads, workers, _FIRST_LENGTH)
            for backend in self.backends
            for threads, workers in pairs(self.processors, concurrent=_is_concurrent(backend))
        ]

    def run(self) -> Swept:
        """Try threads and chunks at once on each backend, then lengths with the best of these.

        Raises ProcessError if no backend speaks.
        """
        left_out: dict[Backend, str] = {}
        found = self._try(self._first, left_out)
        if not found:
            raise ProcessError("; ".join(left_out.values()))
        best = self._best(found).tuning
        others = [replace(best, max_phonemes=length) for length in LENGTHS]
        # The best is measured again, in the same rounds as the settings it is compared with.
        found = [tried for tried in found if tried.tuning not in [*others, self.usual]]
        found += self._try(list(dict.fromkeys([*others, self.usual])), left_out)
        found.sort(key=lambda tried: tried.total_seconds.p50)
        winner, gain = self._winner(found)
        reasons = [f"{engine} on {device}: {why}" for (engine, device), why in left_out.items()]
        return Swept(found, winner, self.usual, gain, reasons)

    def _try(self, tunings: list[Tuning], left_out: dict[Backend, str]) -> list[Tried]:
        """Speak with each setting in every round, so that noise affects all of them equally."""
        spoken: dict[Tuning, list[Spoken]] = {}
        wrong: dict[Tuning, int] = {}
        with ExitStack() as stack:
            workers: dict[tuple[Backend, int], Speaks] = {}
            for turn in range(self.runs + 1):
                for tuning in tunings:
                    backend = tuning.engine, tuning.device
                    if backend in left_out:
                        continue
                    self.show(_named(tuning) + ("" if turn else ", warming up"))
                    try:
                        if (backend, tuning.threads) not in workers:
                            speaker = stack.enter_context(
                                closing(self.worker(backend, tuning.threads))
                            )
                            workers[backend, tuning.threads] = speaker
                            speaker.ready()
                        speaker = workers[backend, tuning.threads]
                        if turn:
                            spoken.setdefault(tuning, []).append(speaker.speak(self._task(tuning)))
                        elif self.listen:
                            wrong[tuning] = self.listen(tuning, speaker)
                        else:
                            speaker.speak(self._task(tuning))
                    except ProcessError as error:
                        left_out[backend] = str(error)
        return [_tried(tuning, runs, wrong.get(tuning)) for tuning, runs in spoken.items()]

    def _task(self, tuning: Tuning) -> Task:
        return Task(self.text, self.seed, tuning.workers, tuning.max_phonemes)

    def _best(self, found: list[Tried]) -> Tried:
        """Return the fastest setting whose words are nearly as well recognised as the best's."""
        least = min(
            (tried.words_wrong for tried in found if tried.words_wrong is not None), default=0
        )
        most = least + _WORSE_WORDS * words_in(self.text)
        clear = [tried for tried in found if (tried.words_wrong or 0) <= most]
        return min(clear, key=lambda tried: tried.total_seconds.p50)

    def _winner(self, found: list[Tried]) -> tuple[Tuning, float]:
        """Return the best setting and its gain; the usual one unless another is clearly faster."""
        best = self._best(found)
        usual = next((tried for tried in found if tried.tuning == self.usual), None)
        if usual is None:
            return best.tuning, 1.0
        compared = ratio(usual.total_seconds.runs, best.total_seconds.runs)
        if best is usual or compared.low <= 1.0:
            return self.usual, 1.0
        return best.tuning, compared.ratio


def _is_concurrent(backend: Backend) -> bool:
    spec = ENGINES.get(backend[0])
    return spec is not None and spec.concurrent


def _named(tuning: Tuning) -> str:
    return (
        f"{tuning.engine} on {tuning.device}, {tuning.threads} threads, {tuning.workers} at once, "
        f"{tuning.max_phonemes} phonemes"
    )


def _tried(tuning: Tuning, runs: list[Spoken], wrong: int | None) -> Tried:
    total = figures([run.total_seconds for run in runs])
    return Tried(
        tuning,
        runs[0].audio_seconds,
        total,
        total.p50 / runs[0].audio_seconds,
        max((run.peak_bytes for run in runs if run.peak_bytes), default=None),
        wrong,
    )
