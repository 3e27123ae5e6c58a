"""Errors for the user: what happened, what to type next, and the exit code."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from functools import partial
from typing import Any


class ExitCode(IntEnum):
    """The process's exit codes; docs/cli.md shows the same table, and a test compares them."""

    OK = 0
    FAILED = 1
    USAGE = 2
    MISSING = 3
    NOT_INSTALLED = 4
    PARTIAL = 5
    HUNG_UP = 129
    INTERRUPTED = 130
    TERMINATED = 143


class KokoroError(Exception):
    """An error with one line that says what happened, and a hint that says what helps.

    *more* has lines for a list below the first. No other text begins a new line: a newline in a
    file's name is shown as an escape.
    """

    exit_code = ExitCode.FAILED

    def __init__(self, message: str, *, hint: str | None = None, more: Sequence[str] = ()) -> None:
        self.lines = (message, *more)
        self.message = "\n".join(self.lines)
        self.hint = hint
        super().__init__(self.message)

    def __reduce__(self) -> tuple[Any, ...]:  # An exception is pickled by its arguments alone.
        return partial(type(self), hint=self.hint, more=self.lines[1:]), self.lines[:1]


class UsageError(KokoroError):
    """An invalid request: a value out of range, a file or device that does not exist."""

    exit_code = ExitCode.USAGE


class AssetError(KokoroError):
    """A model or a voice is missing, corrupt or out of reach."""

    exit_code = ExitCode.MISSING


class FeatureNotInstalledError(KokoroError):
    """An optional part of the program, or of the machine, is not installed."""

    exit_code = ExitCode.NOT_INSTALLED


class SpeechError(KokoroError):
    """Something in the text could not be spoken."""


def as_kokoro_error(error: Exception) -> KokoroError:
    """Return the error to show the user: ours as it is; an unforeseen one becomes the cause."""
    if isinstance(error, KokoroError):
        return error
    if isinstance(error, OSError) and error.strerror:
        shown = KokoroError(f"{error.filename or 'The system'}: {error.strerror}.")
    else:
        shown = KokoroError(
            f"Something unexpected went wrong: {type(error).__name__}: {error}.",
            hint="This is a bug; the same command with `debug` shows where.",
        )
    shown.__cause__ = error
    return shown
