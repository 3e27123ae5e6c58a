"""Run the command line in the test's own process, with streams and variables of its own."""

from __future__ import annotations

import gc
import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
import typer.main

from kokoro_cli.cli.app import app, main
from kokoro_cli.cli.environment import Environment
from kokoro_cli.cli.options import complete_voice
from kokoro_cli.telemetry import NO_TELEMETRY


def call_main(
    variables: Mapping[str, str],
    *arguments: str,
    input: str | bytes | None = None,
    text: bool = True,
    cwd: Path | None = None,
    terminal: bool = False,
) -> subprocess.CompletedProcess[Any]:
    """Call `main` and return its exit code and what it wrote, as `subprocess.run` does.

    The streams are pipes; with *terminal*, standard output is a terminal. It fails if the call
    leaves anything of the process changed.
    """
    pipe = _Terminal() if terminal else io.BytesIO()
    out = io.TextIOWrapper(pipe, encoding="utf-8", errors="surrogateescape")
    err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="backslashreplace")
    given = input.encode() if isinstance(input, str) else input
    environment = Environment(io.BytesIO(given or b""), out, err, variables)
    with _folder(cwd):
        before = _state()
        code = main(arguments, environment)
        after = _state()
    changed = {name: (before[name], after[name]) for name in before if after[name] != before[name]}
    assert not changed, "the command left something changed"
    written = [_written(stream) for stream in (out, err)]
    shown = [each.decode("utf-8", "surrogateescape") for each in written] if text else written
    return subprocess.CompletedProcess(arguments, int(code), *shown)


class _Terminal(io.BytesIO):
    def isatty(self) -> bool:
        return True


@contextmanager
def _folder(path: Path | None) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(path or before)
    try:
        yield
    finally:
        os.chdir(before)


_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCONT, signal.SIGPIPE)

_SET_BY_LIBRARIES = ("KMP_INIT_AT_FORK", "PYTORCH_ENABLE_MPS_FALLBACK", *NO_TELEMETRY)
"""Variables that joblib and our engines set when they are first imported."""


def _state() -> dict[str, object]:
    """Return what of the process a command could change."""
    return {
        "streams": (sys.stdin, sys.stdout, sys.stderr),
        "excepthook": sys.excepthook,
        "signals": [signal.getsignal(number) for number in _SIGNALS],
        "garbage": (gc.get_threshold(), gc.isenabled()),
        "folder": Path.cwd(),
        "variables": {k: v for k, v in os.environ.items() if k not in _SET_BY_LIBRARIES},
        "arguments": list(sys.argv),
    }


def _written(stream: io.TextIOWrapper) -> bytes:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue()


def completed(begun: str, voices: Path) -> list[str]:
    """Return what a voice's name may become while it is typed; *voices* has the user's own."""
    environment = Environment(variables={"KOKORO_VOICES": str(voices)})
    context = typer.Context(typer.main.get_command(app), obj=environment)
    return complete_voice(context, begun)
