"""The outside world as one object: streams, variables, clock. A test can replace it."""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO, TextIO

from kokoro_cli.config import Settings, read_settings
from kokoro_cli.engines.table import EXACT
from kokoro_cli.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from kokoro_cli.speaker.speaker import Speaker

STARTED = time.perf_counter()
"""When the process began; this module is imported before the others."""


@dataclass
class Environment:
    """`main` makes one and hands it to the command; nothing else makes one."""

    stdin: BinaryIO | None = field(default_factory=lambda: sys.stdin.buffer if sys.stdin else None)
    """None if the caller closed it."""
    stdout: TextIO = field(default_factory=lambda: sys.stdout)
    """What programs read."""
    stderr: TextIO = field(default_factory=lambda: sys.stderr)
    """What people read."""
    variables: Mapping[str, str] = field(default_factory=lambda: os.environ)
    clock: Callable[[], float] = time.perf_counter
    started: float = field(default_factory=time.perf_counter)
    """When the command began, by the clock."""
    debug: bool = False
    """Whether an error shows its traceback; ``--debug`` sets it."""

    @property
    def settings(self) -> Settings:
        """The settings; UsageError if a variable has an impossible value."""
        return read_settings(self.variables)

    def speaker(
        self,
        *,
        engine: str = "auto",
        device: str = "auto",
        precision: str = EXACT,
        seconds: float | None = None,
        offline: bool = False,
    ) -> Speaker:
        """Return a speaker with these settings, see `Speaker.open`."""
        from kokoro_cli.speaker.choosing import USUAL_SECONDS
        from kokoro_cli.speaker.speaker import Speaker
        from kokoro_cli.stopwatch import Stopwatch

        return Speaker(
            self.settings,
            engine=engine,
            device=device,
            precision=precision,
            seconds=USUAL_SECONDS if seconds is None else seconds,
            offline=offline,
            watch=Stopwatch(self.started, self.clock),
        )

    def speaker_for(self, request: object, seconds: float | None = None) -> Speaker:
        """Return a speaker as a request with all options of the engine asks for it."""
        names = "engine", "device", "precision", "offline"
        return self.speaker(**{name: getattr(request, name) for name in names}, seconds=seconds)

    def piped(self) -> BinaryIO:
        """Return standard input; UsageError if it is closed."""
        if self.stdin is None:
            raise UsageError("Standard input is closed.", hint="Pipe a text into it.")
        return self.stdin

    @property
    def stdin_files(self) -> tuple[int, ...]:
        """The descriptor of standard input, if it has one: it may be a file that must stay."""
        try:
            return (self.stdin.fileno(),) if self.stdin else ()
        except OSError:
            return ()

    @cached_property
    def console(self) -> Console:
        """The console for people, which is standard error; one for all, as it may show bars."""
        from kokoro_cli.cli.terminal.console import SafeConsole

        return SafeConsole(self.stderr, self.variables, soft_wrap=True)

    @cached_property
    def output(self) -> Console:
        """The console for tables and reports, which is standard output."""
        from kokoro_cli.cli.terminal.console import SafeConsole

        return SafeConsole(self.stdout, self.variables, soft_wrap=True)


# The process's own


def prepare_process() -> None:
    """Make the process's streams take any text, and its variables make sense.

    Standard output is UTF-8, for programs. Standard error is in the terminal's encoding; what
    that lacks is escaped.
    """
    for number in range(3):  # Else the next file that is opened would become the missing stream.
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    # A stream that the caller closed is None, and every print would fail.
    sys.stdout, sys.stderr = sys.stdout or _nowhere(), sys.stderr or _nowhere()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr.reconfigure(errors="backslashreplace")
    for name in impossible_sizes(os.environ):
        del os.environ[name]


def _nowhere() -> TextIO:
    return open(os.devnull, "w")  # noqa: PTH123


_SIZES = ("COLUMNS", "LINES", "TERMINAL_WIDTH")
"""Variables that give a terminal's size; the last one is typer's."""

_POSSIBLE = range(20, 1001)
"""Columns or lines of any terminal that a person reads."""


def impossible_sizes(variables: Mapping[str, str]) -> list[str]:
    """Return the names of the variables that give a size that no terminal has."""
    given = ((name, variables[name]) for name in _SIZES if name in variables)
    return [name for name, text in given if not _is_size(text)]


def _is_size(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 5 and int(text) in _POSSIBLE
