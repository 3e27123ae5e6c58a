"""Compare two reports row by row: is the new one faster?"""

from __future__ import annotations

from dataclasses import dataclass

from kokoro_cli.bench.figures import Ratio, Verdict, ratio
from kokoro_cli.bench.report import Report
from kokoro_cli.errors import UsageError

TOLERANCE = 0.05
"""How far a ratio may be from 1 for the two times to count as the same."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One row of both reports; a ratio above 1 means that the new one is slower."""

    state: str
    engine: str
    device: str
    words: int
    first_audio: Ratio
    first_audio_verdict: Verdict
    total: Ratio
    total_verdict: Verdict


@dataclass(frozen=True, slots=True)
class Comparisons:
    rows: list[Comparison]
    warnings: list[str]
    """Why the reports may not be comparable."""

    @property
    def slower(self) -> bool:
        return any("slower" in (row.first_audio_verdict, row.total_verdict) for row in self.rows)


def compare(new: Report, old: Report, tolerance: float = TOLERANCE) -> Comparisons:
    """Compare the rows that are in both reports; UsageError if there are none."""
    before = {row.key: row for row in old.rows if _same_text(new, old, row.words)}
    rows = []
    for row in new.rows:
        if row.key not in before:
            continue
        then = before[row.key]
        first = ratio(row.first_audio_seconds.runs, then.first_audio_seconds.runs)
        total = ratio(row.total_seconds.runs, then.total_seconds.runs)
        rows.append(
            Comparison(*row.key, first, first.verdict(tolerance), total, total.verdict(tolerance))
        )
    if not rows:
        raise UsageError(
            "The two reports have no row in common.",
            hint="Measure the engines and texts of the old report.",
        )
    return Comparisons(rows, _differences(new, old, len(rows)))


def _same_text(new: Report, old: Report, words: int) -> bool:
    return new.texts.get(str(words)) == old.texts.get(str(words))


def _differences(new: Report, old: Report, shared: int) -> list[str]:
    found = []
    if (new.machine.processor, new.machine.processors) != (
        old.machine.processor,
        old.machine.processors,
    ):
        found.append("The old report is from another machine.")
    if new.model_sha256 != old.model_sha256:
        found.append("The old report is from other weights.")
    if new.voice != old.voice:
        found.append(f"The old report is from another voice: {old.voice}.")
    changed = [
        f"{name} {old.versions.get(name, 'none')} to {version}"
        for name, version in new.versions.items()
        if version != old.versions.get(name)
    ]
    if changed:
        found.append(f"Versions have changed: {', '.join(changed)}.")
    alone = len(new.rows) + len(old.rows) - 2 * shared
    if alone:
        found.append(f"{alone} rows are in only one of the reports.")
    return found
