"""The tables that show a benchmark's results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kokoro_cli.bench.compare import Comparisons
from kokoro_cli.bench.figures import Ratio
from kokoro_cli.bench.report import Report, Row
from kokoro_cli.bench.run import BenchResult, Level, ServerResult
from kokoro_cli.bench.sweep import Swept
from kokoro_cli.engines import ENGINES, Tuning


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    columns: Sequence[str]
    rows: list[list[str]]
    """The first column is text, and the others are numbers."""


def bench_tables(result: BenchResult) -> list[Table]:
    """Return the tables of a report, with its comparison if there is one."""
    report = result.report
    tables = [
        _latency(f"{state.capitalize()}: {meaning}", rows)
        for state, meaning in (
            ("cold", "a fresh process for each text"),
            ("warm", "a process that has spoken before"),
        )
        if (rows := [row for row in report.rows if row.state == state])
    ]
    if any(row.phases for row in report.rows):
        tables.append(_phases(report))
    if any(row.quality for row in report.rows):
        tables.append(_quality(report))
    if result.comparison:
        tables.append(_comparison(result.comparison))
    return tables


def _latency(title: str, rows: list[Row]) -> Table:
    columns = (
        "Engine", "Words", "Phonemes", "Audio", "First sound", "p95", "All", "p95", "Spread",
        "Real-time factor", "Memory", "Target", "Met by",
    )  # fmt: skip
    return Table(title, columns, [_latency_row(row) for row in rows])


def _latency_row(row: Row) -> list[str]:
    first, total = row.first_audio_seconds, row.total_seconds
    return [
        f"{row.engine} on {row.device}",
        str(row.words),
        str(row.phonemes),
        f"{row.audio_seconds:.1f} s",
        _time(first.p50),
        _time(first.p95),
        _time(total.p50),
        _time(total.p95),
        f"{total.spread:.0%}",
        f"{row.real_time_factor.p50:.2f}",
        _megabytes(row.peak_bytes),
        _time(row.target_seconds) if row.target_seconds else "–",
        _met(row),
    ]


def _met(row: Row) -> str:
    if row.meets(row.total_seconds) is None:
        return "–"
    if row.meets(row.total_seconds):
        return "all"
    return "first sound" if row.meets(row.first_audio_seconds) else "no"


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"


def _megabytes(size: int | None) -> str:
    return f"{size / 1e6:,.0f} MB" if size else "–"


def _phases(report: Report) -> Table:
    """Where the time until the first sound goes, with the shortest text."""
    cold = [row for row in report.rows if row.phases]
    shown = [row for row in cold if row.words == min(row.words for row in cold)]
    names = list(dict.fromkeys(phase.name for row in shown for phase in row.phases))
    rows = []
    for row in shown:
        lasted = {p.name: p.end_seconds - p.start_seconds for p in row.phases}
        times = [_time(lasted[name]) if name in lasted else "–" for name in names]
        rows.append([f"{row.engine} on {row.device}", *times])
    title = f"A cold start with {shown[0].words} words (model and reader may load side by side)"
    return Table(title, ("Engine", *(name.capitalize() for name in names)), rows)


def _quality(report: Report) -> Table:
    rows = []
    for row in report.rows:
        found = row.quality
        if found is None or (row.state == "cold" and any(_warm_too(row, r) for r in report.rows)):
            continue
        distance = found.spectrum_distance
        rows.append(
            [
                f"{row.engine} on {row.device}",
                str(row.words),
                f"{found.words_wrong} of {found.words}",
                f"{found.words_wrong / found.words:.1%}",
                "–" if distance is None else f"{distance:.3f}",
            ]
        )
    columns = ("Engine", "Words", "Heard otherwise", "Word error rate", "Distance to torch")
    return Table("Quality: what a recogniser heard, and the log-spectrum distance", columns, rows)


def _warm_too(row: Row, other: Row) -> bool:
    return other.state == "warm" and other.key[1:] == row.key[1:]


def _comparison(found: Comparisons) -> Table:
    columns = ("Engine", "Words", "First sound", "", "All", "")
    rows = [
        [
            f"{row.engine} on {row.device}, {row.state}",
            str(row.words),
            _ratio(row.first_audio),
            row.first_audio_verdict,
            _ratio(row.total),
            row.total_verdict,
        ]
        for row in found.rows
    ]
    return Table("Beside the old report: new time over old, 95 % interval", columns, rows)


def _ratio(ratio: Ratio) -> str:
    return f"{ratio.ratio:.2f} ({ratio.low:.2f} to {ratio.high:.2f})"


def sweep_table(swept: Swept) -> Table:
    """Return a table with a row for each setting that was tried."""
    columns = (
        "Engine", "Threads", "At once", "Longest chunk", "Precision", "Time", "p95",
        "Real-time factor", "Memory", "Heard otherwise",
    )  # fmt: skip
    rows = [
        [
            f"{tried.tuning.engine} on {tried.tuning.device}",
            str(tried.tuning.threads or "all"),
            str(tried.tuning.workers),
            str(tried.tuning.max_phonemes),
            ENGINES[tried.tuning.engine].precision,
            _time(tried.total_seconds.p50),
            _time(tried.total_seconds.p95),
            f"{tried.real_time_factor:.3f}",
            _megabytes(tried.peak_bytes),
            "–" if tried.words_wrong is None else str(tried.words_wrong),
        ]
        for tried in swept.tried
    ]
    return Table("A long text, the fastest setting first", columns, rows)


def server_tables(result: ServerResult) -> list[Table]:
    """Return a table with a row for each number of clients, and one of errors if there are any."""
    columns = ("Clients", "Requests/s", "Speech/s", "First byte", "p95", "All", "p95", "Errors")
    title = f"{result.url}, {result.voice}, {result.response_format}"
    tables = [Table(title, columns, [_level_row(level) for level in result.levels])]
    errors = [
        [message, str(level.clients), f"{count} of {level.figures.requests}"]
        for level in result.levels
        for message, count in level.figures.errors.items()
    ]
    if errors:
        tables.append(Table("Errors", ("Error", "Clients", "Answers"), errors))
    return tables


def _level_row(level: Level) -> list[str]:
    found = level.figures
    requests, speech = found.requests_per_second, found.audio_seconds_per_second
    times = (
        found.first_byte_p50_seconds,
        found.first_byte_p95_seconds,
        found.total_p50_seconds,
        found.total_p95_seconds,
    )
    return [
        str(level.clients),
        "–" if requests is None else f"{requests:.2f}",
        "–" if speech is None else f"{speech:.2f} s",
        *("–" if seconds is None else _time(seconds) for seconds in times),
        str(sum(found.errors.values())),
    ]


def described(tuning: Tuning) -> str:
    """Return a setting in words."""
    threads = "all processors" if tuning.threads == 0 else f"{tuning.threads} threads"
    return (
        f"{tuning.engine} on {tuning.device}, {threads} a chunk, {tuning.workers} at once, "
        f"chunks up to {tuning.max_phonemes} phonemes"
    )


def as_markdown(table: Table) -> str:
    """Return the table with its title as Markdown."""
    cells = [[cell.replace("|", "\\|") for cell in row] for row in (table.columns, *table.rows)]
    lines = ["| " + " | ".join(row) + " |" for row in cells]
    rule = "| --- |" + " ---: |" * (len(table.columns) - 1)
    return "\n".join([f"**{table.title}**", "", lines[0], rule, *lines[1:], ""])
