"""The report of a benchmark, as ``kokoro bench --json`` writes it; see docs/bench.md."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from kokoro_cli.bench.figures import NOISY, Figures, figures
from kokoro_cli.errors import UsageError
from kokoro_cli.stopwatch import Phase

SCHEMA: Final = 1

State = Literal["cold", "warm"]


@dataclass(frozen=True, slots=True)
class Quality:
    """How many words were recognised wrongly, and how far the sound is from the torch engine's."""

    words_wrong: int
    words: int
    spectrum_distance: float | None
    """Log-spectrum distance to torch on the CPU at the same seed; null for that row itself."""


@dataclass(frozen=True, slots=True)
class Row:
    """One text, spoken several times by one engine."""

    state: State
    """"cold" is a fresh process for each run, "warm" a process that has spoken before."""
    engine: str
    device: str
    words: int
    phonemes: int
    chunks: int
    audio_seconds: float
    first_audio_seconds: Figures
    total_seconds: Figures
    real_time_factor: Figures
    peak_bytes: int | None
    """Peak memory of the process; null if the system does not report it."""
    target_seconds: float | None
    phases: list[Phase]
    """Phases until the first sound, in the cold run nearest to the median; empty if warm."""
    quality: Quality | None = None

    @property
    def key(self) -> tuple[str, str, str, int]:
        return self.state, self.engine, self.device, self.words

    def meets(self, seconds: Figures) -> bool | None:
        return None if self.target_seconds is None else seconds.p50 <= self.target_seconds

    @property
    def noisy(self) -> bool:
        return self.total_seconds.spread > NOISY


@dataclass(frozen=True, slots=True)
class Machine:
    processor: str
    processors: int
    """Number of processors that this process may use."""
    memory_bytes: int | None
    system: str
    load: float | None
    """The system's load average over the minute before the benchmark."""


@dataclass(frozen=True, slots=True)
class Report:
    schema: int
    machine: Machine
    versions: dict[str, str]
    model: str
    model_sha256: str
    voice: str
    seed: int
    texts: dict[str, str]
    """SHA-256 of each text, by its number of words."""
    rows: list[Row]
    left_out: list[str]
    """Engines and devices that did not run, and the reasons."""
    warnings: list[str]


def make_row(
    state: State,
    engine: str,
    device: str,
    words: int,
    *,
    phonemes: int,
    chunks: int,
    audio_seconds: float,
    first: list[float],
    total: list[float],
    peak_bytes: int | None,
    target_seconds: float | None,
    phases: list[Phase],
) -> Row:
    factors = [seconds / audio_seconds for seconds in total]
    return Row(
        state,
        engine,
        device,
        words,
        phonemes,
        chunks,
        audio_seconds,
        figures(first),
        figures(total),
        figures(factors),
        peak_bytes,
        target_seconds,
        phases,
    )


def read_report(path: Path) -> Report:
    """Return the report in a file that ``--json`` wrote; UsageError if it is none."""
    try:
        given: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["report"]
        if given["schema"] != SCHEMA:
            raise UsageError(
                f"{path} has schema {given['schema']}, but this program reads {SCHEMA}.",
                hint="Measure again with `json`: kokoro bench",
            )
        rows = [_row(row) for row in given["rows"]]
        return Report(**given | {"machine": Machine(**given["machine"]), "rows": rows})
    except OSError as error:
        raise UsageError(
            f"{path} can't be read: {error.strerror}.", hint="Check the path."
        ) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageError(
            f"{path} is no report of kokoro bench.", hint="Make one with `json`: kokoro bench"
        ) from error


def _row(given: dict[str, Any]) -> Row:
    measured = {
        name: Figures(**given[name])
        for name in ("first_audio_seconds", "total_seconds", "real_time_factor")
    }
    phases = [Phase(**phase) for phase in given["phases"]]
    quality = Quality(**given["quality"]) if given["quality"] else None
    return Row(**given | measured | {"phases": phases, "quality": quality})
