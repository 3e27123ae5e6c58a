"""The outside world as one object: streams, variables, clock. A test can replace it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO, TextIO

from kokoro_cli.config import Settings, read_settings
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
        seconds: float | None = None,
        offline: bool = False,
    ) -> Speaker:
        """Return a speaker with these settings, see `Speaker.open`."""
        from kokoro_cli.speaker.speaker import USUAL_SECONDS, Speaker
        from kokoro_cli.stopwatch import Stopwatch

        return Speaker(
            self.settings,
            engine=engine,
            device=device,
            seconds=USUAL_SECONDS if seconds is None else seconds,
            offline=offline,
            watch=Stopwatch(self.started, self.clock),
        )

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
        from rich.console import Console

        return Console(file=self.stderr, highlight=False, soft_wrap=True, emoji=False)

    @cached_property
    def output(self) -> Console:
        """The console for tables and reports, which is standard output."""
        from rich.console import Console

        return Console(file=self.stdout, highlight=False, soft_wrap=True, emoji=False)
