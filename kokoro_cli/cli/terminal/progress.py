"""Progress on standard error: bars if it is a terminal, else plain lines or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kokoro_cli.assets.fetch import Progress
from kokoro_cli.assets.store import no_progress
from kokoro_cli.cli.terminal.keys import HELP
from kokoro_cli.playback.delivery import Show

if TYPE_CHECKING:
    from rich.console import Console


@contextmanager
def downloads(console: Console, *, quiet: bool) -> Iterator[Progress]:
    """Yield the callback that shows downloads."""
    if quiet:
        yield no_progress
        return
    if not console.is_terminal:
        yield _lines(console)
        return
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TransferSpeedColumn

    from kokoro_cli.cli.terminal.display import bars as make_bars

    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn()
    with make_bars(*columns, TransferSpeedColumn(), console=console) as bars:
        tasks: dict[str, int] = {}

        def show(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = bars.add_task(name, total=total)
            bars.update(tasks[name], completed=done)  # type: ignore[arg-type]

        yield show


def _lines(console: Console) -> Progress:
    tenths: dict[str, int] = {}

    def show(name: str, done: int, total: int) -> None:
        tenth = 10 * done // max(total, 1)
        if tenth > tenths.get(name, -1):
            tenths[name] = tenth
            console.print(f"{name}: {done / 1e6:.1f} of {total / 1e6:.1f} MB")

    return show


@contextmanager
def speaking(console: Console, *, quiet: bool, keys: bool = False) -> Iterator[Show]:
    """Yield a callback that shows the text that is being spoken; *keys* shows their help."""
    if quiet or not console.is_terminal:
        yield lambda voice, text, seconds, state: None
        return
    from rich.markup import escape
    from rich.spinner import Spinner

    from kokoro_cli.cli.terminal.display import display_of

    status = Spinner("dots", text="Loading …", style="status.spinner")
    with display_of(status, console):
        width = max(20, console.width - 24)

        def show(voice: str | None, text: str, seconds: float, state: str) -> None:
            text = f"{voice}: {text}" if voice else text
            shown = text if len(text) <= width else text[: width - 1] + "…"
            state = f"[bold]{state}[/]  " if state else ""
            help_line = f"\n[dim]{HELP}[/]" if keys and console.width > len(HELP) + 2 else ""
            status.update(text=f"{seconds:6.1f} s  {state}{escape(shown)}{help_line}")

        yield show


@contextmanager
def counting(console: Console, total: int, *, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Yield a callback that counts up to *total* and shows the name of the last step."""
    if quiet or not console.is_terminal:
        yield lambda name: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn

    from kokoro_cli.cli.terminal.display import bars as make_bars

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with make_bars(*columns, console=console) as bars:
        task = bars.add_task("Loading …", total=total)
        yield lambda name: bars.update(task, advance=1, description=name)
