"""Commands whose options become one dataclass.

Type and default of an option are those of the dataclass's field; flag and help text are given in a
`Group`. So each option is declared once, whatever commands have it.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Any, Generic, Optional, TypeVar, get_args, get_origin, get_type_hints

import typer
from typer.core import TyperCommand
from typer.models import OptionInfo, ParameterInfo

from kokoro_cli.cli.environment import Environment
from kokoro_cli.errors import ExitCode, UsageError

R = TypeVar("R")

_DEBUG = typer.Option("--debug", help="Show a traceback if something fails.")


@dataclass(frozen=True)
class Group(Generic[R]):
    """Options that become a request."""

    request: type[R]
    options: Mapping[str, ParameterInfo | Group[Any]]
    """By the field's name: an option or argument, or the group of a nested request."""

    def parameters(self) -> Iterator[inspect.Parameter]:
        """Yield a parameter as typer wants it for each option, nested ones included."""
        hints = get_type_hints(self.request)
        fields = {field.name: field for field in dataclasses.fields(self.request)}  # type: ignore[arg-type]
        for name, option in self.options.items():
            if isinstance(option, Group):
                yield from option.parameters()
            else:
                default, kind = _default(fields[name]), hints[name]
                if get_origin(kind) is tuple:  # typer collects several values in a list.
                    kind, default = Optional[list[get_args(kind)[0]]], default or None  # type: ignore[misc]
                yield inspect.Parameter(
                    name,
                    inspect.Parameter.KEYWORD_ONLY,
                    default=default,
                    annotation=Annotated[kind, option],
                )

    def flags(self) -> dict[str, str]:
        """Return the flag of each field that has one: "--lang" for "language"."""
        found: dict[str, str] = {}
        for name, option in self.options.items():
            if isinstance(option, Group):
                found |= option.flags()
            elif isinstance(option, OptionInfo):  # Its first argument is the long flag.
                found[name] = str(option.default).split("/")[0]
        return found

    def build(self, values: Mapping[str, Any]) -> R:
        """Return the request with the values that typer has read."""
        hints = get_type_hints(self.request)
        given = {}
        for name, option in self.options.items():
            if isinstance(option, Group):
                given[name] = option.build(values)
            elif get_origin(hints[name]) is tuple:
                given[name] = tuple(values[name] or ())
            else:
                given[name] = values[name]
        return self.request(**given)


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return inspect.Parameter.empty if field.default is dataclasses.MISSING else field.default


def refuse_unused(request: Any, names: Iterable[str], why: str) -> None:
    """Raise UsageError for the first of these options that is given, and would do nothing."""
    usual = {field.name: _default(field) for field in dataclasses.fields(request)}
    for name in names:
        if getattr(request, name) != usual[name]:
            raise UsageError(f"`{name}` does nothing {why}.", hint="Leave it out.")


FLAGS = {"debug": "--debug"}
"""The flag of each field of a request that some command has."""


class TextCommand(TyperCommand):
    """A command whose arguments may begin with a dash if no option begins so, as "-5 degrees"."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        options = [each for each in self.get_params(ctx) if each.param_type_name == "option"]
        flags = {flag: each for each in options for flag in (*each.opts, *each.secondary_opts)}
        given: list[str] = []
        texts: list[str] = []
        left = iter(args)
        for arg in left:
            if arg == "--":
                texts += left
            elif _is_text(arg, flags):
                texts.append(arg)
            else:
                given.append(arg)
                if _takes_next(arg, flags):
                    value = list(islice(left, 1))
                    if not value:  # typer says that it is missing.
                        return super().parse_args(ctx, given)
                    given += value
        return super().parse_args(ctx, [*given, "--", *texts] if texts else given)


def _is_text(arg: str, flags: Mapping[str, Any]) -> bool:
    first = arg.lstrip("-")[:1]
    if not arg.startswith("-") or not (first.isascii() and first.isalpha()):
        return True
    return not arg.startswith("--") and " " in arg and f"-{first}" not in flags


def _takes_next(arg: str, flags: Mapping[str, Any]) -> bool:
    """Whether the next argument is the value of this option, or of the last of its letters."""
    if arg.startswith("--"):
        return arg in flags and not flags[arg].is_flag
    for place, letter in enumerate(arg[1:], 2):
        option = flags.get(f"-{letter}")
        if option is None or not option.is_flag:
            return option is not None and place == len(arg)
    return False


Command = Callable[[Environment, R], "ExitCode | int | None"]


def command(app: typer.Typer, name: str, group: Group[R]) -> Callable[[Command[R]], Command[R]]:
    """Add the function to the app: it gets the environment and the request.

    Its docstring is the help text; what it returns is the exit code.
    """
    FLAGS.update(group.flags())

    def decorate(function: Command[R]) -> Command[R]:
        def run(ctx: typer.Context, debug: bool, **values: Any) -> None:
            environment: Environment = ctx.obj
            environment.debug |= debug
            if code := function(environment, group.build(values)):
                raise typer.Exit(code)

        context = inspect.Parameter(
            "ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
        )
        debug = inspect.Parameter(
            "debug",
            inspect.Parameter.KEYWORD_ONLY,
            default=False,
            annotation=Annotated[bool, _DEBUG],
        )
        run.__signature__ = inspect.Signature([context, *group.parameters(), debug])  # type: ignore[attr-defined]
        run.__annotations__ = {}
        run.__doc__ = function.__doc__
        app.command(name, cls=TextCommand)(run)
        return function

    return decorate
