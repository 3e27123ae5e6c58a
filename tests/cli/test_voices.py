from __future__ import annotations

import json

import pytest

from kokoro_cli.cli.options import complete_voice
from kokoro_cli.errors import ExitCode
from kokoro_cli.voices.catalogue import GRADES, catalogue
from tests.conftest import Run


def names(run: Run, *arguments: str, **environment: str) -> list[str]:
    """Return the names that go into a pipe."""
    given = {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "en_US.UTF-8", **environment}
    result = run("voices", *arguments, environment=given)
    assert result.returncode == ExitCode.OK, result.stderr
    return result.stdout.split()


def test_all_are_there_once_the_best_first(run: Run) -> None:
    found = names(run)
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
def test_the_users_language_comes_first(setting: str, first: str, run: Run) -> None:
    assert names(run, LANG=setting)[0] == first
    assert names(run, LANG="ja_JP", LC_ALL=setting)[0] == first


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
def test_filters(arguments: list[str], count: int, run: Run) -> None:
    assert len(names(run, *arguments)) == count


@pytest.mark.parametrize(
    "arguments", [["--lang", "xx"], ["--gender", "x"], ["--grade", "G"], ["--grade", "E"]], ids=str
)
def test_what_cannot_be_is_told_of(arguments: list[str], run: Run) -> None:
    result = run("voices", *arguments)
    assert result.returncode == ExitCode.USAGE
    assert "Hint" in result.stderr


def test_json_is_a_contract(run: Run) -> None:
    (emma,) = json.loads(run("voices", "emma", "--json").stdout)["voices"]
    assert emma == {
        "name": "bf_emma",
        "language": "British English",
        "gender": "female",
        "grade": "B-",
        "installed": False,
        "own": False,
    }
    shown = json.loads(run("voices", "show", "bf_emma", "--json").stdout)
    assert set(shown) == {
        "name", "language", "tag", "gender", "grade", "default", "made_of", "sha256", "path",
    }  # fmt: skip
    assert (shown["tag"], shown["default"], shown["path"]) == ("en-gb", True, None)


def test_a_voice_that_is_not_there(run: Run) -> None:
    result = run("voices", "show", "emma")
    assert result.returncode == ExitCode.MISSING
    assert "Did you mean bf_emma" in result.stderr


def test_grades_are_those_of_the_catalogue() -> None:
    assert {v.grade for v in catalogue().values() if v.grade} <= set(GRADES)


def test_completion() -> None:
    assert complete_voice("bf_e") == ["bf_emma"]
    assert complete_voice("af_bella(2)+af_s") == ["af_bella(2)+af_sarah", "af_bella(2)+af_sky"]
    assert complete_voice("af_bella,bm_l") == ["af_bella,bm_lewis"]
    assert len(complete_voice("")) == 54
