"""The program as a function: what a call of `main` returns, and what it leaves behind."""

from __future__ import annotations

import io
import json
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kokoro_cli.cli.app import main
from kokoro_cli.cli.environment import Environment
from kokoro_cli.errors import AssetError, ExitCode
from tests.conftest import Run, cli_in, variables_of
from tests.in_process import completed
from tests.toy_model import install_toy
from tests.voices.voice_files import ROWS, safetensors_of


@dataclass
class Failing(Environment):
    """A command that asks for a speaker raises the error."""

    error: BaseException | None = None

    def speaker(self, **options: Any) -> Any:
        assert self.error is not None
        raise self.error


@dataclass
class InterruptedInALock(Environment):
    def speaker(self, **options: Any) -> Any:
        try:
            raise KeyboardInterrupt
        finally:
            raise RuntimeError("release unlocked lock")  # As threading's Condition may.


def in_memory(kind: Callable[..., Environment] = Environment, **fields: Any) -> Environment:
    streams = {"stdin": io.BytesIO(), "stdout": io.StringIO(), "stderr": io.StringIO()}
    return kind(**{**streams, "variables": {}, **fields})


def written(environment: Environment) -> tuple[str, str]:
    assert isinstance(environment.stdout, io.StringIO)
    assert isinstance(environment.stderr, io.StringIO)
    return environment.stdout.getvalue(), environment.stderr.getvalue()


ENDS = {
    "an error with a hint": (
        AssetError("There is no voice.", hint="Look."),
        ExitCode.MISSING,
        "Error: There is no voice.\nHint: Look.\n",
    ),
    "Ctrl-C": (KeyboardInterrupt(), ExitCode.INTERRUPTED, ""),
    "a reader that left": (BrokenPipeError(), ExitCode.FAILED, ""),
    "a full disk": (OSError(28, "No space left", "x"), ExitCode.FAILED, "Error: x: No space left."),
    "a bug": (ValueError("oops"), ExitCode.FAILED, "ValueError: oops"),
}


@pytest.mark.parametrize("error, code, message", ENDS.values(), ids=ENDS)
def test_an_error_becomes_a_code_and_a_message(
    error: BaseException, code: ExitCode, message: str
) -> None:
    environment = in_memory(Failing, error=error)
    assert main(["voices"], environment) == code
    out, err = written(environment)
    assert out == ""
    assert message in err
    assert bool(err) == bool(message)


def test_an_error_that_came_of_ctrl_c_is_no_failure() -> None:
    environment = in_memory(InterruptedInALock)
    assert main(["voices"], environment) == ExitCode.INTERRUPTED
    assert written(environment) == ("", "")


@pytest.mark.parametrize("arguments", [["--help"], ["say", "--help"], ["sing"], ["say", "--sing"]])
def test_the_program_is_called_kokoro_whoever_calls_it(arguments: list[str], cli: Run) -> None:
    result = cli(*arguments)
    usage = next(line for line in (result.stdout + result.stderr).splitlines() if "Usage" in line)
    assert usage.split()[:2] == ["Usage:", "kokoro"]
    assert "pytest" not in result.stdout + result.stderr


def test_closed_standard_input_is_reported() -> None:
    environment = in_memory(stdin=None, variables={"KOKORO_OFFLINE": "1"})
    assert main(["say", "-", "-o", "x.wav"], environment) == ExitCode.USAGE
    assert "Standard input is closed" in written(environment)[1]


def test_voices_are_a_table_on_a_terminal_and_names_in_a_pipe(cli: Run) -> None:
    assert "54 found, 0 installed" in cli("voices", terminal=True).stdout
    assert len(cli("voices").stdout.split()) == 54


def test_sound_is_not_written_to_a_terminal(toy_cli: Run) -> None:
    result = toy_cli("say", "Hello.", "-o", "-", terminal=True)
    assert (result.returncode, result.stdout) == (ExitCode.USAGE, "")
    assert "not written to a terminal" in result.stderr


# One call after another


@dataclass(frozen=True)
class Home:
    """A model, voices and a lexicon of its own, in a folder."""

    folder: Path
    origin: str
    """Of the model."""
    voice: str
    """The one voice that is not the model's; the lexicon says its name for "xyz"."""

    def install(self) -> None:
        install_toy(self.folder / "cache", rebuilt=self.origin == "rebuilt")
        (self.folder / "voices").mkdir()
        (self.folder / f"voices/{self.voice}.safetensors").write_bytes(safetensors_of(ROWS))
        (self.folder / "words.toml").write_text(f'[words]\nxyz = {{ say = "{self.voice}" }}\n')

    def run(self, *arguments: str, **options: str) -> subprocess.CompletedProcess[str]:
        variables = {
            "KOKORO_VOICES": str(self.folder / "voices"),
            "KOKORO_LEXICON": str(self.folder / "words.toml"),
            **options,
        }
        return cli_in(self.folder / "cache", *arguments, environment=variables)

    def prints(self, *arguments: str, **options: str) -> str:
        """Return what the command prints; it succeeds."""
        result = self.run(*arguments, **options)
        assert result.returncode == ExitCode.OK, result.stderr
        return result.stdout


@pytest.fixture
def homes(tmp_path: Path) -> tuple[Home, Home]:
    made = Home(tmp_path / "a", "rebuilt", "ann"), Home(tmp_path / "b", "published", "bob")
    for home in made:
        home.install()
    return made


def test_calls_with_different_environments_do_not_see_each_other(
    homes: tuple[Home, Home], tmp_path: Path
) -> None:
    for _ in range(2):
        for home in homes:
            assert home.prints("models", "path") == f"{home.folder / 'cache'}\n"
            listed = json.loads(home.prints("models", "list", "--json"))
            assert listed["model"]["origin"] == home.origin
            voices = json.loads(home.prints("voices", "--json"))["voices"]
            assert [row["name"] for row in voices if row["own"]] == [home.voice]
            assert len(completed("", home.folder / "voices")) == 55
            assert completed(home.voice[:2], home.folder / "voices") == [home.voice]
            assert home.prints("text", "normalize", "xyz") == f"{home.voice}\n"
            output = ["-o", str(tmp_path / "x.wav"), "--json"]
            for variables in ({}, {"KOKORO_VOICE": home.voice}):
                arguments = [] if variables else ["-v", home.voice]
                said = json.loads(home.prints("say", "xyz", *arguments, *output, **variables))
                assert ("rebuilt" in said["model"]) == (home.origin == "rebuilt")
                assert said["voice"] == home.voice


def test_a_voice_of_one_is_missing_in_the_other(homes: tuple[Home, Home]) -> None:
    a, b = homes
    assert a.run("voices", "show", "ann").returncode == ExitCode.OK
    result = b.run("voices", "show", "ann")
    assert result.returncode == ExitCode.MISSING
    assert "There is no voice 'ann'" in result.stderr


TOO_FAST = ["say", "a", "-s", "3"]


@pytest.mark.parametrize("arguments", [["--debug", *TOO_FAST], [*TOO_FAST, "--debug"]], ids=str)
def test_debug_ends_with_its_call(arguments: list[str]) -> None:
    environment = in_memory()
    for asked in (arguments, TOO_FAST, arguments, TOO_FAST):
        environment.stderr = io.StringIO()
        assert main(asked, environment) == ExitCode.USAGE
        assert ("Traceback" in written(environment)[1]) == ("--debug" in asked)


def test_an_environment_can_ask_for_debug() -> None:
    environment = in_memory(debug=True)
    assert main(TOO_FAST, environment) == ExitCode.USAGE
    assert "Traceback" in written(environment)[1]


def test_times_are_those_of_the_call(toy_cli: Run, tmp_path: Path) -> None:
    time.sleep(0.5)  # Since the last call.
    begun = time.perf_counter()
    result = toy_cli("say", "Hello.", "-o", str(tmp_path / "x.wav"), "--json")
    took = time.perf_counter() - begun
    said = json.loads(result.stdout)
    assert 0 < said["first_audio_seconds"] <= said["wall_seconds"] <= took
    assert all(0 <= phase["start_seconds"] <= took for phase in said["phases"])


def test_what_was_given_is_not_changed(tmp_path: Path) -> None:
    variables = variables_of(tmp_path)
    environment = in_memory(variables=dict(variables))
    before = dict(vars(environment))
    assert main(["voices", "--json"], environment) == ExitCode.OK
    assert vars(environment) == before
    assert environment.variables == variables
