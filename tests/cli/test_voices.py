from __future__ import annotations

import json
from pathlib import Path

import pytest

from kokoro_cli.errors import ExitCode
from kokoro_cli.voices.catalogue import GRADES, catalogue
from tests.conftest import Run
from tests.in_process import completed


def names(cli: Run, *arguments: str, **environment: str) -> list[str]:
    """Return the names that go into a pipe."""
    given = {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "en_US.UTF-8", **environment}
    result = cli("voices", *arguments, environment=given)
    assert result.returncode == ExitCode.OK, result.stderr
    return result.stdout.split()


def test_all_are_there_once_the_best_first(cli: Run) -> None:
    found = names(cli)
    assert sorted(found) == sorted(catalogue())
    assert found[:3] == ["af_heart", "af_bella", "af_nicole"]
    british = [name for name in found if name[0] == "b"]
    assert found[20:28] == british
    ranks = [catalogue()[name].rank for name in british]
    assert ranks == sorted(ranks)


SETTINGS = {
    "en_GB.UTF-8": "bf_emma",
    "fr_FR": "ff_siwis",
    "pt_PT.UTF-8": "pf_dora",
    "zh_CN": "zf_xiaobei",
    "de_DE.UTF-8": "af_heart",
    "C": "af_heart",
}


@pytest.mark.parametrize("setting, first", SETTINGS.items())
def test_the_users_language_comes_first(setting: str, first: str, cli: Run) -> None:
    assert names(cli, LANG=setting)[0] == first
    assert names(cli, LANG="ja_JP", LC_ALL=setting)[0] == first


FILTERS = {
    "en": (["--lang", "en"], 28),
    "en-gb": (["--lang", "en-gb"], 8),
    "letter": (["-l", "z"], 8),
    "fr-CA": (["--lang", "fr-CA"], 1),
    "men": (["--gender", "m"], 25),
    "women of Japan": (["--gender", "female", "--lang", "ja"], 4),
    "A": (["--grade", "a"], 2),
    "B": (["--grade", "B"], 5),
    "word": (["emma"], 1),
    "part of a language": (["MANDARIN"], 8),
    "nothing": (["emma", "--gender", "m"], 0),
    "not installed": (["--installed"], 0),
}


@pytest.mark.parametrize("arguments, count", FILTERS.values(), ids=FILTERS)
def test_filters(arguments: list[str], count: int, cli: Run) -> None:
    assert len(names(cli, *arguments)) == count


@pytest.mark.parametrize(
    "arguments", [["--lang", "xx"], ["--gender", "x"], ["--grade", "G"], ["--grade", "E"]], ids=str
)
def test_what_cannot_be_is_reported(arguments: list[str], cli: Run) -> None:
    result = cli("voices", *arguments)
    assert result.returncode == ExitCode.USAGE
    assert "Hint" in result.stderr


def test_json_is_a_contract(cli: Run) -> None:
    (emma,) = json.loads(cli("voices", "emma", "--json").stdout)["voices"]
    assert emma == {
        "name": "bf_emma",
        "language": "British English",
        "gender": "female",
        "grade": "B-",
        "installed": False,
        "own": False,
    }
    shown = json.loads(cli("voices", "show", "bf_emma", "--json").stdout)
    assert set(shown) == {
        "name", "language", "tag", "gender", "grade", "default", "made_of", "sha256", "path",
    }  # fmt: skip
    assert (shown["tag"], shown["default"], shown["path"]) == ("en-gb", True, None)


def test_a_voice_that_is_not_there(cli: Run) -> None:
    result = cli("voices", "show", "emma")
    assert result.returncode == ExitCode.MISSING
    assert "Did you mean bf_emma" in result.stderr


def test_grades_are_those_of_the_catalogue() -> None:
    assert {v.grade for v in catalogue().values() if v.grade} <= set(GRADES)


COMPLETIONS = {
    "bf_e": ["bf_emma"],
    "af_bella(2)+af_s": ["af_bella(2)+af_sarah", "af_bella(2)+af_sky"],
    "af_bella,bm_l": ["af_bella,bm_lewis"],
}


@pytest.mark.parametrize("begun, names", COMPLETIONS.items())
def test_completion(begun: str, names: list[str], tmp_path: Path) -> None:
    assert completed(begun, tmp_path) == names


def test_completion_of_nothing_is_every_voice(tmp_path: Path) -> None:
    assert sorted(completed("", tmp_path)) == sorted(catalogue())


@pytest.mark.parametrize("option", ["-v", "--style"])
def test_a_shell_completes_a_voice(option: str, run: Run) -> None:
    asked = {
        "_PYTHON _M KOKORO_CLI_COMPLETE": "complete_bash",
        "_TYPER_COMPLETE_ARGS": f"kokoro say hello {option} bf_e",
        "COMP_WORDS": f"kokoro say hello {option} bf_e",
        "COMP_CWORD": "4",
    }
    result = run(environment=asked)
    assert (result.returncode, result.stdout.strip()) == (ExitCode.OK, "bf_emma"), result
