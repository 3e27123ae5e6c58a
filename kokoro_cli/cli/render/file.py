"""What ``kokoro file`` prints: progress lines, contents, forecasts and the result."""

from __future__ import annotations

from collections.abc import Sequence

from kokoro_cli.batch.report import (
    ContentsReport,
    FileLine,
    ForecastLine,
    ForecastReport,
    JobReport,
)
from kokoro_cli.batch.run import OutputResult
from kokoro_cli.cli.environment import Environment
from kokoro_cli.cli.render.common import (
    minutes,
    render_failure,
    render_losses,
    render_warning,
    styled,
    with_flags,
)
from kokoro_cli.errors import ExitCode
from kokoro_cli.types import Loss


def render_progress(
    name: str, done: float, total: float, factor: float, left: float, environment: Environment
) -> None:
    """Print a line on an output that is being made; lengths in seconds."""
    environment.console.print(
        f"{name}: {minutes(done)} of about {minutes(total)} of sound, "
        f"{1 / factor:.1f} times real time, {minutes(left)} left"
    )


def render_ended(result: OutputResult, number: str, environment: Environment) -> None:
    """Print a line on an output that has ended."""
    name = result.output.name
    console = environment.console
    if result.error:
        message = with_flags(result.error.message)
        console.print(styled(f"[{number}] ", (name, "bold red"), f": {message}"))
    elif result.status in ("made", "unchanged"):
        console.print(f"[{number}] {name}: {minutes(result.seconds)}, {result.status}")
    else:
        console.print(f"[{number}] {name}: {result.status}")


_SHOWN_FILES = 40


def render_job(report: JobReport, environment: Environment, *, quiet: bool) -> None:
    """Print the result of each file and what was lost; *quiet* leaves out the good news."""
    for warning in report.warnings:
        render_warning(warning, environment)
    _render_problems(report.files, environment)
    for file in report.files:
        render_losses([_loss(each) for each in file.not_spoken], environment, of=file.output)
    bad = [file for file in report.files if file.error]
    if not quiet and len(report.files) > 1:
        _render_files(report.files if len(report.files) <= _SHOWN_FILES else bad, environment)
    elif len(report.files) > 1:
        _render_files(bad, environment)
    elif bad:
        render_failure(bad[0].error or "", bad[0].hint, environment)
    if not quiet:
        _render_sum(report, environment)


def _render_problems(
    files: Sequence[FileLine] | Sequence[ForecastLine], environment: Environment
) -> None:
    problems = [
        f"{file.sources[0]}: {problem}" if len(file.sources) == 1 else problem
        for file in files
        for problem in file.problems
    ]
    for problem in dict.fromkeys(problems):  # A book that is split brings each many times.
        render_warning(problem, environment)


def _loss(fields: dict[str, str | int]) -> Loss:
    return Loss(str(fields["text"]), int(fields["line"]), str(fields["reason"]))


def _render_files(files: Sequence[FileLine], environment: Environment) -> None:
    from rich.table import Table

    if not files:
        return
    table = Table("File", "Length", "", box=None, pad_edge=False)
    for file in files:
        length = minutes(file.seconds) if file.seconds else ""
        table.add_row(_name(file), length, file.status)
    environment.console.print(table)
    for file in files:  # Below the table, which cuts what a narrow terminal has no room for.
        if file.error:
            hint = f" {with_flags(file.hint)}" if file.hint else ""
            reason = f": {with_flags(file.error)}{hint}"
            environment.console.print(styled((_name(file), "bold red"), reason))


def _name(file: FileLine) -> str:
    return file.output or ", ".join(file.sources)


def _render_sum(report: JobReport, environment: Environment) -> None:
    console = environment.console
    counts: dict[str, int] = {}
    for file in report.files:
        counts[file.status] = counts.get(file.status, 0) + 1
    if len(report.files) == 1 and report.files[0].status in ("made", "unchanged"):
        file = report.files[0]
        first = file.output
        beside = "".join(f", {name}" for name in file.subtitles)
        line = f"{beside}: {file.status}, {minutes(file.seconds)}"
    else:
        first = ""
        line = ", ".join(f"{count} {status}" for status, count in counts.items())
    if report.audio_seconds:
        rate = report.audio_seconds / max(report.wall_seconds, 1e-3)
        line += (
            f"; {minutes(report.audio_seconds)} of sound in {minutes(report.wall_seconds)}, "
            f"{rate:.1f} times real time"
        )
    if report.exit_code == ExitCode.INTERRUPTED:
        line += "; the same command goes on from here"
    console.print(styled((first, "bold"), line))
    console.print(
        f"chunks: {report.chunks_spoken} spoken, {report.chunks_found} found spoken · "
        f"voice {report.voice} · {report.language} · engine {report.engine} on "
        f"{report.device}, {report.jobs} at once · {report.model}",
        style="dim",
    )


def render_contents(report: ContentsReport, environment: Environment) -> None:
    """Print each document's chapters with their words and minutes."""
    from rich.table import Table

    console = environment.output
    for document in report.documents:
        by = f" by {document.author}" if document.author else ""
        title = f": {document.title}{by}" if document.title else ""
        console.print(styled((document.source, "bold"), title))
        table = Table("", "Chapter", "Words", "Minutes", box=None, pad_edge=False)
        for column in (0, 2, 3):
            table.columns[column].justify = "right"
        for chapter in document.chapters:
            table.add_row(
                str(chapter.number),
                chapter.title or "–",
                f"{chapter.words:,}",
                f"{chapter.minutes:.1f}",
            )
        words = sum(chapter.words for chapter in document.chapters)
        length = sum(chapter.minutes for chapter in document.chapters)
        table.add_row("", styled(("all", "bold")), f"{words:,}", f"{length:.1f}")
        console.print(table)
        for problem in document.problems:
            render_warning(f"{document.source}: {problem}", environment)
    _render_unread(report.failed, environment)


def render_forecast(report: ForecastReport, environment: Environment) -> None:
    """Print how long each output will be."""
    from rich.table import Table

    console = environment.output
    table = Table("File", "Length", "Chunks", box=None, pad_edge=False)
    for line in report.outputs:
        table.add_row(line.output, minutes(line.seconds), str(line.chunks))
    if len(report.outputs) > 1:
        chunks = sum(line.chunks for line in report.outputs)
        table.add_row(styled(("all", "bold")), minutes(report.seconds), str(chunks))
    console.print(table)
    _render_problems(report.outputs, environment)
    _render_unread(report.failed, environment)


def _render_unread(failed: Sequence[dict[str, str | None]], environment: Environment) -> None:
    for failure in failed:
        render_failure(failure["error"] or "", failure["hint"], environment)
