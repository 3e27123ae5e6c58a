"""A Python process of ours that answers in lines of JSON."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import IO, Any

ERROR = "Error:"
"""How the line begins in which our own commands tell what went wrong."""


class ProcessError(Exception):
    """Why a process did not answer, in one line: the last that it wrote to standard error."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code
        """Its exit status; negative if a signal ended it."""


class Child:
    """A module that runs as a process of its own until it is closed.

    It reads JSON from standard input and writes JSON to standard output, an object a line.
    *variables* are added to the environment.
    """

    def __init__(
        self, module: str, *arguments: str, variables: Mapping[str, str] | None = None
    ) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 It lives as long as the process.
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={**os.environ, "PYTHONIOENCODING": "utf-8", **(variables or {})},
            text=True,
            encoding="utf-8",
        )

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.communicate()
        self._errors.close()

    def ask(self, task: object) -> Any:
        """Give it a task and return its answer; ProcessError if the process has ended."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(task) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # It has ended; `answer` says why.
        return self.answer()

    def answer(self) -> Any:
        """Return its next answer; ProcessError if the process has ended."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise self._failed(self._process.wait())
        return json.loads(line)

    def answers(self) -> Iterator[Any]:
        """Yield its answers until it ends; ProcessError if it fails."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            yield json.loads(line)
        if code := self._process.wait():
            raise self._failed(code)

    def _failed(self, code: int) -> ProcessError:
        if code < 0:  # It has said nothing of that.
            return ProcessError(f"It was ended by {signal.Signals(-code).name}.", code)
        return ProcessError(last_line(self._errors), code)


def last_line(errors: IO[bytes]) -> str:
    """Return the line of standard error that says what went wrong: the last, or the last error."""
    errors.seek(0)
    lines = errors.read().decode("utf-8", "replace").strip().splitlines()
    told = [line for line in lines if line.startswith(ERROR)] or lines or ["no reason given"]
    return told[-1].removeprefix(ERROR).strip()
