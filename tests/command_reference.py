"""The part of docs/cli.md that follows from the commands.

python -m tests.command_reference      # writes it again, after an option was changed
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from kokoro_cli.cli.app import app

PAGE = Path(__file__).parents[1] / "docs" / "cli.md"
HEADING = "## Commands\n"

EVERYWHERE = {"help", "debug"}
"""Options that every command has; the page names them once."""


def commands(command: Any = None, name: str = "kokoro") -> Iterator[tuple[str, Any]]:
    """Yield each command with its full name, as "kokoro voices list"."""
    command = command or typer.main.get_command(app)
    if not isinstance(command, TyperGroup):
        yield name, command
        return
    for each in command.list_commands(None):
        yield from commands(command.get_command(None, each), f"{name} {each}")


def options(command: Any) -> list[Any]:
    """Return the arguments and options that are a command's own."""
    return [each for each in command.params if each.name not in EVERYWHERE]


def flags(option: Any) -> list[str]:
    """Return what is typed: "--file" and "-f"; of an argument its name."""
    return [*option.opts, *option.secondary_opts]


def reference() -> str:
    """Return the sections of all commands as Markdown."""
    return "\n".join(_section(name, command) for name, command in commands())


def _section(name: str, command: Any) -> str:
    lines = [f"### {name}", "", command.help, "", "```text", _usage(name, command), "```", ""]
    if options(command):
        lines += ["| option | meaning | default |", "| --- | --- | --- |"]
        lines += [_row(option) for option in options(command)]
        lines.append("")
    return "\n".join(lines)


def _usage(name: str, command: Any) -> str:
    words = [name, "[OPTIONS]"]
    for each in command.params:
        if not each.opts[0].startswith("-"):
            word = each.name.upper() if each.required else f"[{each.name.upper()}]"
            words.append(f"{word}..." if each.nargs == -1 else word)
    return " ".join(words)


def _row(option: Any) -> str:
    typed = ", ".join(f"`{flag}`" for flag in flags(option))
    cells = [typed, option.help or "", _default(option)]
    return "| " + " | ".join(cells).replace("  ", " ").strip() + " |"


def _default(option: Any) -> str:
    if isinstance(option.show_default, str):
        return option.show_default
    shown = option.show_default and option.default is not None and option.default is not False
    return str(option.default) if shown else ""


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(text.split(HEADING)[0] + HEADING + "\n" + reference(), encoding="utf-8")
