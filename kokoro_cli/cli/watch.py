"""How a job gets on: bars on a terminal, plain lines elsewhere, JSON events for a program."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from kokoro_cli.batch.plan import Output
from kokoro_cli.batch.run import OutputResult, Watcher
from kokoro_cli.cli import render

if TYPE_CHECKING:
    from rich.console import Console

_WIDE = 96
"""Columns of a terminal that all of it needs; a narrower one shows less."""

_LINE_SECONDS = 30.0
"""Between two plain lines about one output."""


class JobWatcher(Watcher, Protocol):
    def planned(self, outputs: list[Output]) -> None: ...

    def note(self, text: str) -> None: ...


class Forecast:
    """How much of the job is done, by what its outputs were guessed to last.

    The guess is mended as the true lengths come in.
    """

    def __init__(self, speed: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._speed = speed
        self._clock = clock
        self._started = clock()
        self._guessed = 0.0
        self._left: dict[str, float] = {}
        self._done_guess = 0.0
        self._done = 0.0
        self._current = 0.0
        self._spoken_before = 0.0

    def plan(self, outputs: list[Output]) -> None:
        self._left = {output.name: output.seconds / self._speed for output in outputs}
        self._guessed = sum(self._left.values())

    def guess(self, output: Output) -> float:
        """Return about how many seconds an output will last, by what the others did."""
        return max(output.seconds / self._speed * self._ratio(), 0.1)

    def spoke(self, seconds: float) -> None:
        self._current = seconds

    def ended(self, output: Output, *, made: bool) -> None:
        guess = self._left.pop(output.name, 0.0)
        if made:
            self._done += self._current
            self._done_guess += guess
        else:
            self._guessed -= guess
        self._current = 0.0

    @property
    def total_seconds(self) -> float:
        """Of sound, of all that is to be made."""
        rest = sum(self._left.values()) * self._ratio()
        return self._done + max(rest, self._current)

    @property
    def done_seconds(self) -> float:
        return self._done + self._current

    @property
    def real_time_factor(self) -> float:
        """Seconds of work for a second of sound, so far."""
        return (self._clock() - self._started) / max(self.done_seconds, 1e-3)

    @property
    def left_seconds(self) -> float:
        """Of work."""
        return max(self.total_seconds - self.done_seconds, 0.0) * self.real_time_factor

    def _ratio(self) -> float:
        return self._done / self._done_guess if self._done_guess > 30 and self._done else 1.0


@contextmanager
def watching(console: Console, speed: float, *, quiet: bool, json: bool) -> Iterator[JobWatcher]:
    """Yield what shows the job to whoever looks on."""
    if json:
        yield _Events(speed)
    elif quiet:
        yield _Silent(console)
    elif console.is_terminal:
        bars = _Bars(console, speed)
        with bars.shown:
            yield bars
    else:
        yield _Lines(console, speed)


class _Silent:
    def __init__(self, console: Console) -> None:
        self._console = console

    def planned(self, outputs: list[Output]) -> None:
        pass

    def begun(self, output: Output) -> None:
        pass

    def spoke(self, output: Output, text: str, seconds: float) -> None:
        pass

    def ended(self, result: OutputResult) -> None:
        pass

    def note(self, text: str) -> None:
        render.render_note(text, self._console)


class _Lines(_Silent):
    def __init__(self, console: Console, speed: float) -> None:
        super().__init__(console)
        self._forecast = Forecast(speed)
        self._told = time.monotonic()
        self._count = self._number = 0

    def planned(self, outputs: list[Output]) -> None:
        self._forecast.plan(outputs)
        self._count = len(outputs)

    def spoke(self, output: Output, text: str, seconds: float) -> None:
        self._forecast.spoke(seconds)
        if time.monotonic() - self._told > _LINE_SECONDS:
            self._told = time.monotonic()
            forecast = self._forecast
            render.render_progress(
                output.name,
                forecast.done_seconds,
                forecast.total_seconds,
                forecast.real_time_factor,
                forecast.left_seconds,
                self._console,
            )

    def ended(self, result: OutputResult) -> None:
        self._number += 1
        self._forecast.ended(result.output, made=result.status == "made")
        render.render_ended(result, f"{self._number}/{self._count}", self._console)


class _Bars(_Silent):
    def __init__(self, console: Console, speed: float) -> None:
        super().__init__(console)
        from rich.progress import BarColumn, Progress, TextColumn

        self._forecast = Forecast(speed)
        self._wide = console.width >= _WIDE
        bar = [BarColumn(bar_width=24)] if self._wide else []
        self.shown = Progress(
            TextColumn("{task.description}", markup=False),
            *bar,
            TextColumn("{task.percentage:>3.0f}%"),
            TextColumn("{task.fields[figures]}", markup=False),
            console=console,
            transient=True,
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
            render.render_ended(result, f"{self._number}/{self._count}", self._console)
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

    def __init__(self, speed: float) -> None:
        self._forecast = Forecast(speed)

    def planned(self, outputs: list[Output]) -> None:
        self._forecast.plan(outputs)
        self._tell("planned", outputs=len(outputs), seconds=self._forecast.total_seconds)

    def begun(self, output: Output) -> None:
        sources = [str(piece.source) for piece in output.pieces]
        seconds = self._forecast.guess(output)
        self._tell("begun", output=output.name, sources=sources, seconds=seconds)

    def spoke(self, output: Output, text: str, seconds: float) -> None:
        forecast = self._forecast
        forecast.spoke(seconds)
        self._tell(
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
        error = result.error.message if result.error else None
        self._tell(
            "ended",
            output=result.output.name,
            status=result.status,
            seconds=result.seconds,
            error=error,
        )

    def note(self, text: str) -> None:
        self._tell("note", text=text)

    def _tell(self, event: str, **fields: Any) -> None:
        shown = {k: round(v, 3) if isinstance(v, float) else v for k, v in fields.items()}
        render.render_event({"event": event, **shown})


def minutes(seconds: float) -> str:
    """Return a length as people say it: 9 s, 12:34, 1:02:03."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def _short(name: str, wide: bool) -> str:
    longest = 32 if wide else 14
    return name if len(name) <= longest else name[: longest - 1] + "…"
