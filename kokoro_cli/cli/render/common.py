"""Errors, warnings and losses for people; JSON and lines for programs."""

from __future__ import annotations

import json
import re
import traceback
from collections.abc import Sequence
from dataclasses import asdict
from importlib import import_module
from typing import TYPE_CHECKING, Any

from kokoro_cli.cli.binding import FLAGS
from kokoro_cli.cli.environment import Environment
from kokoro_cli.errors import KokoroError
from kokoro_cli.printable import printable, printable_json
from kokoro_cli.types import Loss

if TYPE_CHECKING:
    from rich.text import Text

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


_LONGEST = 1000
"""Characters of a message; a longer one quotes something that nobody reads to its end."""


def _short(text: str) -> str:
    """Return a text without its middle if it is long."""
    half = _LONGEST // 2
    return text if len(text) <= _LONGEST else f"{text[:half]} … {text[-half:]}"


def styled(*parts: str | tuple[str, str]) -> Text:
    """Return a line of texts, each alone or with its style: ``("Error:", "bold red"), " …"``.

    A very long text loses its middle.
    """
    from rich.text import Text

    texts = [(part, "") if isinstance(part, str) else part for part in parts]
    return Text.assemble(*((printable(_short(text)), style) for text, style in texts))


def render_error(error: KokoroError, environment: Environment) -> None:
    first, *more = error.lines
    render_failure(first, error.hint, environment, more=more)


def render_failure(
    message: str, hint: str | None, environment: Environment, *, more: Sequence[str] = ()
) -> None:
    """Print an error with the lines below it, and its hint, for a person."""
    console = environment.console
    console.print(styled(("Error:", "bold red"), f" {with_flags(message)}"))
    for line in more:
        console.print(styled(with_flags(line)))
    if hint:
        console.print(styled(("Hint:", "bold"), f" {with_flags(hint)}"))


def render_traceback(error: BaseException, environment: Environment) -> None:
    """Print where an error came from, for who looks for a bug."""
    for line in "".join(traceback.format_exception(error)).split("\n"):
        environment.console.print(line)


def render_warning(text: str, environment: Environment) -> None:
    environment.console.print(styled(("Warning:", "bold yellow"), f" {with_flags(text)}"))


def render_note(text: str, environment: Environment) -> None:
    environment.console.print(styled(with_flags(text)))


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
        console.print(f"  line {loss.line}: {text} – {loss.reason}")
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
    _put(printable_json(json.dumps(value, ensure_ascii=False, indent=indent)), environment)


_MESSAGES = ("error", "hint", "player_error", "warnings")


def _flagged(value: Any, *, message: bool = False) -> Any:
    """Return a JSON value with flags in its messages, see `with_flags`."""
    if isinstance(value, dict):
        return {name: _flagged(item, message=name in _MESSAGES) for name, item in value.items()}
    if isinstance(value, list):
        return [_flagged(item, message=message) for item in value]
    return with_flags(value) if message and isinstance(value, str) else value


def render_line(line: str, environment: Environment) -> None:
    """Print a line of data, at once: exactly into a pipe or a file, and printable on a terminal."""
    _put(printable(line) if environment.stdout.isatty() else line, environment)


_HALF = re.compile("[\ud800-\udc7f\udd00-\udfff]")
"""Halves of characters that stand for no byte: they can't be written, in any encoding."""


def _put(text: str, environment: Environment) -> None:
    environment.stdout.write(_HALF.sub("\ufffd", text) + "\n")
    environment.stdout.flush()


def minutes(seconds: float) -> str:
    """Return a length as people say it: 9 s, 12:34, 1:02:03."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
