"""What ``kokoro bench`` prints: tables for a terminal or as Markdown."""

from __future__ import annotations

from kokoro_cli.bench.run import BenchResult, ServerResult, SweepResult
from kokoro_cli.bench.tables import (
    Table,
    as_markdown,
    bench_tables,
    described,
    server_tables,
    sweep_table,
)
from kokoro_cli.cli.environment import Environment
from kokoro_cli.cli.render.common import render_line, render_warning


def render_bench(result: BenchResult, environment: Environment, *, markdown: bool) -> None:
    """Print a report's tables on standard output, and its warnings on standard error."""
    report = result.report
    for table in bench_tables(result):
        _print(table, environment, markdown=markdown)
    machine = report.machine
    versions = ", ".join(f"{name} {version}" for name, version in report.versions.items())
    render_line(
        f"{machine.processor}, {machine.processors} processors, {machine.system} · {report.model} "
        f"({report.model_sha256[:12]}) · voice {report.voice}, seed {report.seed} · {versions}",
        environment,
    )
    for line in report.left_out:
        render_warning(f"Not measured: {line}", environment)
    warnings = report.warnings + (result.comparison.warnings if result.comparison else [])
    for line in warnings:
        render_warning(line, environment)


def render_sweep(result: SweepResult, environment: Environment, *, markdown: bool) -> None:
    swept = result.swept
    _print(sweep_table(swept), environment, markdown=markdown)
    if swept.best == swept.usual:
        render_line(
            f"Best: {described(swept.best)}, as usual. Nothing was clearly faster.", environment
        )
    else:
        render_line(
            f"Best: {described(swept.best)}; {swept.gain:.2f} times as fast as usual "
            f"({described(swept.usual)}).",
            environment,
        )
    if result.saved:
        render_line(f"Saved: kokoro file uses it from now on ({result.saved}).", environment)
    else:
        render_line("With --save, kokoro file uses it from now on.", environment)
    for line in swept.left_out:
        render_warning(f"Not measured: {line}", environment)


def render_server(result: ServerResult, environment: Environment, *, markdown: bool) -> None:
    for table in server_tables(result):
        _print(table, environment, markdown=markdown)


_WIDE = 160


def _print(table: Table, environment: Environment, *, markdown: bool) -> None:
    if markdown:
        render_line(as_markdown(table), environment)
        return
    from rich import table as rich_table

    from kokoro_cli.cli.terminal.console import SafeConsole

    # Into a pipe or a file nothing is cut.
    width = None if environment.stdout.isatty() else _WIDE
    console = SafeConsole(environment.stdout, environment.variables, width=width)
    console.print(table.title, style="bold", soft_wrap=True)
    shown = rich_table.Table(box=None, pad_edge=False)
    for place, column in enumerate(table.columns):
        shown.add_column(column, justify="right" if place else "left")
    for row in table.rows:
        shown.add_row(*row)
    console.print(shown)
    console.print()
