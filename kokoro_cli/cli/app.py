"""The commands as one program, and the boundary where errors become messages and exit codes."""

from __future__ import annotations

# First: it notes when we began.
from kokoro_cli.cli.environment import STARTED, Environment

# isort: split
from collections.abc import Sequence
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from dataclasses import replace
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from kokoro_cli import __version__
from kokoro_cli.errors import ExitCode, KokoroError, as_kokoro_error

COMMANDS = ("say", "file", "voices", "text", "models", "bench", "serve")
"""Each is a module of `cli.commands` with an ``app``, imported when its command is asked for."""


class _Commands(TyperGroup):
    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, name: str) -> Any:
        if name not in COMMANDS:
            return None
        made = get_command(import_module(f"kokoro_cli.cli.commands.{name}").app)
        made.name = name
        return made


app = typer.Typer(
    name="kokoro",
    cls=_Commands,
    help="Speak text with the open model Kokoro-82M, on this machine.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(value: bool) -> None:
    if value:
        print(f"kokoro (kokoro-cli) {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    ctx: typer.Context,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show a traceback if something fails.")
    ] = False,
) -> None:
    ctx.obj.debug |= debug


def main(args: Sequence[str] | None = None, environment: Environment | None = None) -> int:
    """Run a command line and return its exit code; the arguments are the process's by default.

    Whatever fails is printed to the environment's standard error. The environment is not changed.
    """
    current = replace(environment) if environment else Environment(started=STARTED)
    with ExitStack() as stack:
        if environment:  # typer prints help and usage errors itself.
            stack.enter_context(redirect_stdout(current.stdout))
            stack.enter_context(redirect_stderr(current.stderr))
        try:
            # Called by itself, the app would change the process's excepthook.
            name = None if args is None else "kokoro"
            code = get_command(app)(args, obj=current, prog_name=name, standalone_mode=False)
            return code if isinstance(code, int) else ExitCode.OK
        except _UnreadableError as error:
            return _report_unreadable(error, current)
        except SystemExit as error:
            return error.code if isinstance(error.code, int) else ExitCode.OK
        except KeyboardInterrupt:
            return ExitCode.INTERRUPTED
        except BrokenPipeError:
            return ExitCode.FAILED  # The reader of our output has closed it.
        except Exception as error:
            if _is_interruption(error):
                return ExitCode.INTERRUPTED
            return _report(as_kokoro_error(error), current)


def _is_interruption(error: BaseException | None) -> bool:
    """Whether an error came of Ctrl-C: it can hit a lock as it is released, which then fails."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None


_UnreadableError: Any = typer.BadParameter.__base__
"""What typer raises for a command line that it can't read; each version keeps it elsewhere."""


def _report_unreadable(error: Any, environment: Environment) -> int:
    """Print what is wrong with the command line; return the exit code.

    Typer would print it by itself, with control characters as they were typed.
    """
    from kokoro_cli.cli.render.common import render_failure, render_note

    if type(error).__name__ != "NoArgsIsHelpError":  # The help has been printed.
        hint = None
        if error.ctx is not None:
            render_note(" ".join(error.ctx.get_usage().split()), environment)
            hint = f"{error.ctx.command_path} --help shows what there is."
            if type(error).__name__ == "NoSuchOption" and _takes_text(error.ctx.command):
                hint += " A text that begins with a dash comes after --."
        render_failure(" ".join(error.format_message().split()), hint, environment)
    return int(error.exit_code)


def _takes_text(command: Any) -> bool:
    return any(each.name == "text" for each in command.params)


def _report(error: KokoroError, environment: Environment) -> ExitCode:
    from kokoro_cli.cli.render.common import render_error, render_traceback

    if environment.debug:
        render_traceback(error, environment)
    render_error(error, environment)
    return error.exit_code
