"""What a command may be: short, with no work of its own, and with the world as an argument."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from kokoro_cli.cli.render.common import with_flags
from tests.command_reference import commands

PACKAGE = Path(__file__).parents[2] / "kokoro_cli"
CLI = PACKAGE / "cli"

LONGEST_FUNCTION = 60
MOST_PARAMETERS = 12
MOST_LINES = 4_200
"""3,800 until commands for servers and clients of speech were added."""

OTHER_PROGRAMS = {"assets/fetch.py", "bench/processes.py"}
"""Modules that give flags to npm, and to this program when it is measured."""
CHILDREN = {
    "bench/worker.py",
    "documents/reading_process.py",
    "install/build.py",
    "install/timing.py",
}
"""Programs that `child` starts. They have streams and arguments of their own."""
OF_PYTHON = {"`seconds`", "`threads`"}
"""What only a caller in Python can give."""


def files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def below() -> list[Path]:
    return [path for path in files(PACKAGE) if CLI not in path.parents]


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def names(path: Path) -> set[str]:
    """Return each name and dotted name that a module uses: "sys.exit", "SystemExit"."""
    found = {ast.unparse(n) for n in nodes(path) if isinstance(n, ast.Name | ast.Attribute)}
    imports = [node for node in nodes(path) if isinstance(node, ast.ImportFrom)]
    return found | {f"{node.module}.{alias.name}" for node in imports for alias in node.names}


def strings(path: Path) -> list[str]:
    """Return the string constants of a module but docstrings."""
    described = {id(node.value) for node in nodes(path) if isinstance(node, ast.Expr)}
    constants = [node for node in nodes(path) if isinstance(node, ast.Constant)]
    return [n.value for n in constants if isinstance(n.value, str) and id(n) not in described]


def users(paths: Iterable[Path], pattern: str) -> dict[str, list[str]]:
    """Return the names that match, by the modules that use them."""
    found = {name_of(p): sorted(n for n in names(p) if re.fullmatch(pattern, n)) for p in paths}
    return {path: used for path, used in found.items() if used}


# The commands


def test_one_place_makes_the_environment() -> None:
    calls = [(path, node) for path in files(PACKAGE) for node in nodes(path)]
    made = [
        name_of(path)
        for path, node in calls
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "Environment"
    ]
    assert made == ["cli/app.py"]


def test_functions_are_short() -> None:
    long = []
    for path in files(CLI):
        for node in nodes(path):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            given = node.args
            parameters = [*given.posonlyargs, *given.args, *given.kwonlyargs]
            parameters += [each for each in (given.vararg, given.kwarg) if each]
            assert node.end_lineno is not None
            lines = node.end_lineno - node.lineno + 1
            if lines > LONGEST_FUNCTION or len(parameters) > MOST_PARAMETERS:
                long.append((name_of(path), node.name, lines, len(parameters)))
    assert long == []


def test_the_command_line_is_small() -> None:
    assert sum(len(path.read_text().splitlines()) for path in files(CLI)) < MOST_LINES


def test_commands_know_the_process_by_the_environment_alone() -> None:
    process = r"sys\.(stdin|stdout|stderr|argv|exit)|os\.(environ|getenv|_exit)|print|input"
    assert set(users(files(CLI), process)) == {
        *("cli/app.py", "cli/environment.py", "cli/interrupts.py", "cli/process.py")
    }


# What is below them


def test_only_the_command_line_ends_the_process() -> None:
    """A child's exit code says what kind of error it had, or which of its bounds it reached."""
    ending = users(below(), r"SystemExit|sys\.exit|os\._exit|exit|quit")
    assert set(ending) <= CHILDREN | {"documents/bounds.py"}


def test_only_the_command_line_prints() -> None:
    assert set(users(below(), r"print|input|sys\.(stdin|stdout|stderr|argv)")) == CHILDREN


def test_few_modules_start_processes() -> None:
    assert set(users(below(), "subprocess|multiprocessing")) == OTHER_PROGRAMS | {"child.py"}


def test_one_module_says_where_programs_are_looked_for() -> None:
    """Else Python and other programs would be looked for in the working folder too."""
    assert set(users(below(), r"sys\.executable|shutil\.which")) == {"child.py"}


def test_only_a_benchmark_runs_the_command_line() -> None:
    face = re.compile(r"kokoro_cli(\.cli\b|\.__main__|$)")
    ours = {name_of(path) for path in below() if any(map(face.match, strings(path)))}
    assert ours == {"bench/processes.py"}


def test_each_field_that_a_message_names_has_a_flag() -> None:
    named = {
        (name_of(path), field)
        for path in below()
        for text in strings(path)
        for field in re.findall("`[a-z_]+`", text)
    }
    assert len(named) > 20
    flags = {field: with_flags(field) for _, field in named}
    assert {field for field, flag in flags.items() if not flag.startswith("--")} == OF_PYTHON
    assert (flags["`language`"], flags["`bit_rate`"]) == ("--lang", "--bitrate")
    options = [option for _, command in commands() for option in command.params]
    assert set(flags.values()) - OF_PYTHON <= {flag for option in options for flag in option.opts}


def test_messages_below_name_fields_and_no_flags() -> None:
    """Commands of pip are quoted in hints."""
    flagged = [
        (name_of(path), text)
        for path in below()
        if name_of(path) not in OTHER_PROGRAMS
        for text in strings(path)
        if re.search(r"(?<!\w)--[a-z]", re.sub(r"pip install .*", "", text))
    ]
    assert flagged == []
