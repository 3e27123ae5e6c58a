"""Progress on standard error: bars if it is a terminal, else plain lines or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kokoro_cli.assets.fetch import Progress
from kokoro_cli.assets.store import no_progress
from kokoro_cli.cli.terminal.keys import HELP
from kokoro_cli.playback.delivery import Show
from kokoro_cli.printable import printable

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

    columns = TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn()
    with make_bars(*columns, TransferSpeedColumn(), console=console) as bars:
        tasks: dict[str, int] = {}

        def show(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = bars.add_task(printable(name), total=total)
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
    from rich.spinner import Spinner
    from rich.text import Text

    from kokoro_cli.cli.terminal.display import display_of

    status = Spinner(_spinner(console), text=Text("Loading …"), style="status.spinner")
    with display_of(status, console):
        width = max(20, console.width - 24)

        def show(voice: str | None, text: str, seconds: float, state: str) -> None:
            text = printable(f"{voice}: {text}" if voice else text)
            shown = text if len(text) <= width else text[: width - 1] + "…"
            help_line = f"\n{HELP}" if keys and console.width > len(HELP) + 2 else ""
            line = Text(f"{seconds:6.1f} s  ")
            line.append(f"{state}  " if state else "", "bold")
            status.update(text=line.append(shown).append(help_line, "dim"))

        yield show


def _spinner(console: Console) -> str:
    return "dots" if console.encoding.startswith("utf") else "line"


@contextmanager
def counting(console: Console, total: int, *, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Yield a callback that counts up to *total* and shows the name of the last step."""
    if quiet or not console.is_terminal:
        yield lambda name: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn

    from kokoro_cli.cli.terminal.display import bars as make_bars

    columns = TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn()
    with make_bars(*columns, console=console) as bars:
        task = bars.add_task("Loading …", total=total)
        yield lambda name: bars.update(task, advance=1, description=printable(name))
