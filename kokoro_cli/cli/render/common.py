"""Errors, warnings and losses for people; JSON and lines for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from importlib import import_module
from typing import Any

from rich.markup import escape

from kokoro_cli.cli.binding import FLAGS
from kokoro_cli.cli.environment import Environment
from kokoro_cli.errors import KokoroError
from kokoro_cli.types import Loss

_FIELD = re.compile(r"`([a-z_]+)`")


def with_flags(message: str) -> str:
    """Return a message of the library with the flags of the fields that it names in backticks.

    Other words in backticks are the user's own, as in the name of a file.
    """
    return _FIELD.sub(lambda match: _flag(match[1]) or match[0], message)


def _flag(field: str) -> str | None:
    """Return the flag of a field, which may be another command's; None if it is no field."""
    if field not in FLAGS:
        from kokoro_cli.cli.app import COMMANDS

        for name in COMMANDS:
            import_module(f"kokoro_cli.cli.commands.{name}")
    return FLAGS.get(field)


def render_error(error: KokoroError, environment: Environment) -> None:
    render_failure(error.message, error.hint, environment)


def render_failure(message: str, hint: str | None, environment: Environment) -> None:
    """Print an error and its hint for a person."""
    console = environment.console
    console.print(f"[bold red]Error:[/] {escape(with_flags(message))}")
    if hint:
        console.print(f"[bold]Hint:[/] {escape(with_flags(hint))}")


def render_warning(text: str, environment: Environment) -> None:
    environment.console.print(f"[bold yellow]Warning:[/] {escape(with_flags(text))}")


def render_note(text: str, environment: Environment) -> None:
    environment.console.print(escape(with_flags(text)))


_SHOWN_LOSSES = 8


def render_losses(losses: Sequence[Loss], environment: Environment, of: str = "") -> None:
    """Name what was not spoken; a long list is cut and counted. *of* names the file."""
    if not losses:
        return
    name = f"{of}: " if of else ""
    render_warning(f"{name}{len(losses)} not spoken as written:", environment)
    console = environment.console
    for loss in losses[:_SHOWN_LOSSES]:
        text = loss.text if len(loss.text) <= 60 else loss.text[:57] + "…"
        console.print(f"  line {loss.line}: {escape(text)} – {escape(loss.reason)}")
    if len(losses) > _SHOWN_LOSSES:
        console.print(f"  and {len(losses) - _SHOWN_LOSSES} more (--json lists all)")


def render_json(result: Any, environment: Environment) -> None:
    """Print a report as JSON on standard output."""
    _write(asdict(result), environment, indent=2)


def render_value(value: Any, environment: Environment) -> None:
    """Print a value for a program: JSON in one line, at once."""
    _write(value, environment)


def _write(value: Any, environment: Environment, indent: int | None = None) -> None:
    value = _flagged(value)
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    try:
        text.encode(environment.stdout.encoding or "utf-8")
    except UnicodeEncodeError:  # Another locale, or a file's name that is no text.
        text = json.dumps(value, indent=indent)
    render_line(text, environment)


_MESSAGES = ("error", "hint", "warnings")


def _flagged(value: Any, *, message: bool = False) -> Any:
    """Return a JSON value with flags in its messages, see `with_flags`."""
    if isinstance(value, dict):
        return {name: _flagged(item, message=name in _MESSAGES) for name, item in value.items()}
    if isinstance(value, list):
        return [_flagged(item, message=message) for item in value]
    return with_flags(value) if message and isinstance(value, str) else value


def render_line(line: str, environment: Environment) -> None:
    """Print a line for a program, at once."""
    environment.stdout.write(line + "\n")
    environment.stdout.flush()


def minutes(seconds: float) -> str:
    """Return a length as people say it: 9 s, 12:34, 1:02:03."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
