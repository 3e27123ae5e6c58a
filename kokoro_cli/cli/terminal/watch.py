"""Progress of a job: bars on a terminal, else plain lines; JSON events for a program."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from kokoro_cli.batch.forecast import Forecast
from kokoro_cli.batch.plan import Output
from kokoro_cli.batch.run import OutputResult, Watcher
from kokoro_cli.cli.environment import Environment
from kokoro_cli.cli.render import file as render
from kokoro_cli.cli.render.common import minutes, render_note, render_value, with_flags
from kokoro_cli.printable import printable

_WIDE = 96
"""Columns that all figures need; a narrower terminal shows fewer."""

_LINE_SECONDS = 30.0
"""Time between two plain lines about one output."""


class JobWatcher(Watcher, Protocol):
    def planned(self, outputs: list[Output]) -> None: ...

    def note(self, text: str) -> None: ...


@contextmanager
def watching(
    environment: Environment, speed: float, *, quiet: bool, json: bool
) -> Iterator[JobWatcher]:
    """Yield the watcher that shows a job's progress."""
    if json:
        yield _Events(environment, speed)
    elif quiet:
        yield _Silent(environment)
    elif environment.console.is_terminal:
        bars = _Bars(environment, speed)
        with bars.shown:
            yield bars
    else:
        yield _Lines(environment, speed)


class _Silent:
    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def planned(self, outputs: list[Output]) -> None:
        pass

    def begun(self, output: Output) -> None:
        pass

    def spoke(self, output: Output, text: str, seconds: float) -> None:
        pass

    def ended(self, result: OutputResult) -> None:
        pass

    def note(self, text: str) -> None:
        render_note(text, self._environment)


class _Lines(_Silent):
    def __init__(self, environment: Environment, speed: float) -> None:
        super().__init__(environment)
        self._forecast = Forecast(speed)
        self._line_at = time.monotonic()
        self._count = self._number = 0

    def planned(self, outputs: list[Output]) -> None:
        self._forecast.plan(outputs)
        self._count = len(outputs)

    def spoke(self, output: Output, text: str, seconds: float) -> None:
        self._forecast.spoke(seconds)
        if time.monotonic() - self._line_at > _LINE_SECONDS:
            self._line_at = time.monotonic()
            forecast = self._forecast
            render.render_progress(
                output.name,
                forecast.done_seconds,
                forecast.total_seconds,
                forecast.real_time_factor,
                forecast.left_seconds,
                self._environment,
            )

    def ended(self, result: OutputResult) -> None:
        self._number += 1
        self._forecast.ended(result.output, made=result.status == "made")
        render.render_ended(result, f"{self._number}/{self._count}", self._environment)


class _Bars(_Silent):
    def __init__(self, environment: Environment, speed: float) -> None:
        super().__init__(environment)
        from rich.progress import BarColumn, TextColumn

        from kokoro_cli.cli.terminal.display import bars

        self._forecast = Forecast(speed)
        console = environment.console
        self._wide = console.width >= _WIDE
        bar = [BarColumn(bar_width=24)] if self._wide else []
        self.shown = bars(
            TextColumn("{task.description}", markup=False),
            *bar,
            TextColumn("{task.percentage:>3.0f}%"),
            TextColumn("{task.fields[figures]}", markup=False),
            console=console,
        )
        self._job: Any = self.shown.add_task("", total=None, figures="loading …")
        self._file: Any = None
        self._count = self._number = 0

    def planned(self, outputs: list[Output]) -> None:
        self._forecast.plan(outputs)
        self._count = len(outputs)
        self._show_job()

    def begun(self, output: Output) -> None:
        if self._count > 1:
            total = self._forecast.guess(output)
            name = _short(output.path.name, self._wide)
            self._file = self.shown.add_task(name, total=total, figures="")

    def spoke(self, output: Output, text: str, seconds: float) -> None:
        self._forecast.spoke(seconds)
        if self._file is not None:
            done = min(seconds, 0.99 * self._forecast.guess(output))
            self.shown.update(self._file, completed=done, figures=f"{minutes(seconds)} of sound")
        self._show_job(output)

    def ended(self, result: OutputResult) -> None:
        self._number += 1
        self._forecast.ended(result.output, made=result.status == "made")
        if self._file is not None:
            self.shown.remove_task(self._file)
            self._file = None
        if result.status == "failed":
            render.render_ended(result, f"{self._number}/{self._count}", self._environment)
        self._show_job()

    def _show_job(self, output: Output | None = None) -> None:
        forecast = self._forecast
        name = f"{self._number}/{self._count} files"
        if output and self._count == 1:
            name = _short(output.path.name, self._wide)
        figures = f"{minutes(forecast.done_seconds)} of {minutes(forecast.total_seconds)}"
        if forecast.done_seconds:
            if self._wide:
                figures += f" · {1 / forecast.real_time_factor:.1f}× real time"
            figures += f" · {minutes(forecast.left_seconds)} left"
        self.shown.update(
            self._job,
            description=name,
            total=max(forecast.total_seconds, 0.1),
            completed=forecast.done_seconds,
            figures=figures,
        )


class _Events:
    """A JSON object a line on standard output."""

    def __init__(self, environment: Environment, speed: float) -> None:
        self._environment = environment
        self._forecast = Forecast(speed)

    def planned(self, outputs: list[Output]) -> None:
        self._forecast.plan(outputs)
        self._send("planned", outputs=len(outputs), seconds=self._forecast.total_seconds)

    def begun(self, output: Output) -> None:
        sources = [str(piece.source) for piece in output.pieces]
        seconds = self._forecast.guess(output)
        self._send("begun", output=output.name, sources=sources, seconds=seconds)

    def spoke(self, output: Output, text: str, seconds: float) -> None:
        forecast = self._forecast
        forecast.spoke(seconds)
        self._send(
            "spoke",
            output=output.name,
            text=text,
            seconds=seconds,
            done_seconds=forecast.done_seconds,
            total_seconds=forecast.total_seconds,
            real_time_factor=forecast.real_time_factor,
            left_seconds=forecast.left_seconds,
        )

    def ended(self, result: OutputResult) -> None:
        self._forecast.ended(result.output, made=result.status == "made")
        error = with_flags(result.error.message) if result.error else None
        self._send(
            "ended",
            output=result.output.name,
            status=result.status,
            seconds=result.seconds,
            error=error,
        )

    def note(self, text: str) -> None:
        self._send("note", text=with_flags(text))

    def _send(self, event: str, **fields: Any) -> None:
        shown = {k: round(v, 3) if isinstance(v, float) else v for k, v in fields.items()}
        render_value({"event": event, **shown}, self._environment)


def _short(name: str, wide: bool) -> str:
    name = printable(name)
    longest = 32 if wide else 14
    return name if len(name) <= longest else name[: longest - 1] + "…"
