"""Every option and variable with values that nobody means: an answer in a few lines, and no bug."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from kokoro_cli.assets.store import Store
from kokoro_cli.config import VARIABLES
from kokoro_cli.errors import ExitCode
from tests.command_reference import commands
from tests.conftest import cli_in

NUMBERS = {
    **{"long": "9" * 5000, "long k": "1" * 5000 + "k", "minus long": "-" + "9" * 5000},
    **{"1e400": "1e400", "-1e400": "-1e400", "inf": "inf", "nan": "nan", "-nan": "-nan"},
    **{"0": "0", "-0": "-0", "-1": "-1", "0.0": "0.0", "1e-400": "1e-400", "big": str(2**63)},
    **{"arabic": "\u0663", "wide": "\uff11", "power": "\xb2", "half": "\xbd", "_": "1_000"},
    **{"hex": "0x10", "comma": "1,5", "space": " 1 ", "k": "k", "-k": "-1k", "dot": ".", "e": "e"},
}
PATHS = {
    **{"nobody's home": "~nouser/x.wav", "loop": "loop.wav", "loop.txt": "loop.txt"},
    **{"loop.toml": "loop.toml", "folder": "folder.wav", "root": "/", "dot": ".", "up": ".."},
    **{"long name": "x" * 300 + ".wav", "long path": "x/" * 3000 + "a.wav", "dev": "/dev/null"},
    **{"in a file": "plain.txt/x.wav", "under /dev": "/dev/null/x.wav", "proc": "/proc/self/mem"},
    **{"missing": "none/at/all.wav", "closed": "/proc/1/x.wav"},
}
TEXTS = {
    **{"empty": "", "space": " ", "escape": "\x1b[31m\x07", "newline": "a\nError: b"},
    **{"surrogate": "caf\udce9.wav", "markup": "[red]x[/] [/]", "braces": "{0} %s %d ${x}"},
    **{"star": "*", "bracket": "[", "pattern": "**/*[", "bidi": "\u202eabc", "tag": "\U000e0041"},
    **{"dash": "--", "plus": "+", "blend": "af_bella(-1)+", "url": "http://[::1", "url2": "//"},
    **{"port": "http://localhost:99999/", "long": "x" * 100_000, "letters": "ääß"},
}
VALUES = {**NUMBERS, **PATHS, **TEXTS}

FEW = ("long", "1e400", "nan", "arabic", "power", "loop", "nobody's home", "long name", "surrogate")
"""Those that every run tries."""

GIVEN = {
    "say": ["--offline", "--no-keys"],
    "file": ["--offline", "plain.txt"],
    "voices play": ["--offline", "af_sky", "-o", "played.wav"],
    "voices demo": ["--offline", "--lang", "fr"],
    "voices blend": ["--offline", "af_sky"],
    "voices show": ["af_sky"],
    "voices add": ["plain.txt"],
    "voices remove": ["nobody"],
    "models pull": ["--offline"],
    "bench": ["--offline"],
}
"""What the commands need, so that a value is looked at and nothing long is begun."""

INSTEAD = {
    "say": ["Hello.", "-o", "said.wav"],
    "text normalize": ["Hello."],
    "text phonemes": ["Hello."],
    "text sentences": ["Hello."],
    "text chunks": ["Hello."],
    "text explain": ["Hello."],
    "text lint": ["Hello."],
}
"""What is given unless the option is what is tried."""


def options() -> list[tuple[str, str]]:
    """Return each command with each option that takes a value, and with its argument as ""."""
    found = []
    for full, command in commands():
        name = full.removeprefix("kokoro ")
        for parameter in command.params:
            if parameter.param_type_name == "argument":
                found.append((name, ""))
            elif not parameter.is_flag:
                found.append((name, parameter.opts[0]))
    return found


def arguments_of(command: str, option: str, value: str) -> list[str]:
    given = [*GIVEN.get(command, []), *INSTEAD.get(command, [])]
    if option in ("--output", "--file", "") and command == "say":
        given = [*GIVEN["say"], *(["Hello."] if option == "--output" else [])]
        given += ["-o", "said.wav"] if option != "--output" else []
    if not option:
        return [*command.split(), *GIVEN.get(command, [])[:1], *given[2:], "--", value]
    return [*command.split(), *given, option, value]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "plain.txt").write_text("Hello.")
    (tmp_path / "folder.wav").mkdir()
    for name in ("loop.wav", "loop.txt", "loop.toml"):
        (tmp_path / name).symlink_to(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def assert_answered(done: subprocess.CompletedProcess[Any]) -> None:
    lines = done.stderr.splitlines()
    assert done.returncode in [code.value for code in ExitCode]
    assert "bug" not in done.stderr
    assert "Traceback" not in done.stderr
    assert len(lines) <= 12
    if done.returncode not in (0, ExitCode.PARTIAL):
        assert any(line.startswith("Error: ") for line in lines)
    assert all(line.isprintable() for line in lines)
    assert max(map(len, lines), default=0) < 3000


SPOKEN = ("say", "voices play", "voices demo")
"""Commands that would speak a long number for minutes."""


def try_out(command: str, option: str, value: str, store: Store) -> None:
    if command in SPOKEN and option in ("", "--text"):
        value = value[:100]
    arguments = arguments_of(command, option, value)
    if command == "bench":
        arguments = [each for each in arguments if option != "--url" or each != "--offline"]
        store = Store(store.cache.parent / "none")
    variables = {"KOKORO_OFFLINE": "1", "KOKORO_VOICES": str(Path("own").absolute())}
    if command == "serve":  # It would serve until it is stopped.
        with patch("kokoro_cli.server.run.Running.run", lambda self: self.service.close()):
            assert_answered(cli_in(store.cache, *arguments, environment=variables))
        return
    done = cli_in(store.cache, *arguments, environment=variables)
    assert_answered(done)


@pytest.mark.parametrize("name", FEW)
@pytest.mark.parametrize(("command", "option"), options())
def test_a_few_values(command: str, option: str, name: str, toy_store: Store, folder: Path) -> None:
    try_out(command, option, VALUES[name], toy_store)


@pytest.mark.nightly
@pytest.mark.parametrize("name", VALUES.keys() - set(FEW))
@pytest.mark.parametrize(("command", "option"), options())
def test_all_values(command: str, option: str, name: str, toy_store: Store, folder: Path) -> None:
    try_out(command, option, VALUES[name], toy_store)


@pytest.mark.parametrize(
    "name",
    [name if name in FEW else pytest.param(name, marks=pytest.mark.nightly) for name in VALUES],
)
@pytest.mark.parametrize("variable", [*VARIABLES, "COLUMNS", "LINES", "XDG_CACHE_HOME", "HOME"])
def test_variables(variable: str, name: str, toy_store: Store, folder: Path) -> None:
    given = {"KOKORO_VOICES": str(folder / "own"), variable: VALUES[name]}
    for arguments in (
        ["text", "normalize", "Hello."],
        ["say", "Hello.", "-o", "x.wav", "--offline"],
        ["voices", "list"],
    ):
        assert_answered(cli_in(toy_store.cache, *arguments, environment=given))
