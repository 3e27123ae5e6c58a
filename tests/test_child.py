from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kokoro_cli.child import Child, ProcessError, TooMuchError, command, output
from tests.hostile import assert_unmarked, make_hostile

MODULE = "tests.echo_child"


def test_it_answers_until_it_is_closed() -> None:
    with Child(MODULE, "a", "“ü”") as child:
        assert child.answer() == ["a", "“ü”"]
        assert child.ask({"x": [1, "ü"]}) == {"done": {"x": [1, "ü"]}}
        assert child.ask(2) == {"done": 2}
        pid = child._process.pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_an_error_ends_it(error: type[BaseException]) -> None:
    with pytest.raises(error), Child(MODULE) as child:
        child.answer()
        raise error
    assert child._process.returncode is not None


@pytest.mark.parametrize(
    ("task", "message", "code"),
    [
        ("fail", "it broke", 3),
        ("raise", "ValueError: no such thing", 1),
        ("die", "It was ended by SIGKILL.", -9),
        ("leave", "no reason given", 0),
    ],
)
def test_one_that_ends_says_why(task: str, message: str, code: int) -> None:
    with Child(MODULE) as child:
        child.answer()
        for _ in range(2):  # The second time there is nobody to read the task.
            with pytest.raises(ProcessError) as caught:
                child.ask(task)
            assert (str(caught.value), caught.value.code) == (message, code)


@pytest.mark.parametrize(("task", "fails"), [("leave", False), ("fail", True)])
def test_answers_end_with_the_process(task: str, fails: bool) -> None:
    with Child(MODULE) as child:
        answers = child.answers()
        assert next(answers) == []
        assert child._process.stdin is not None
        child._process.stdin.write(f'1\n"{task}"\n')
        child._process.stdin.flush()
        assert next(answers) == {"done": 1}
        if fails:
            with pytest.raises(ProcessError, match="it broke"):
                next(answers)
        else:
            assert list(answers) == []


def test_a_module_that_is_not_there() -> None:
    with Child("no.such_module") as child, pytest.raises(ProcessError, match="No module named"):
        child.answer()


# Where a process of ours looks for modules

PATHS = {
    "unset": None,
    "empty": "",
    "an empty entry": "{elsewhere}:",
    "an empty entry first": ":{elsewhere}",
    "two empty entries": ":",
    "a dot": ".:{elsewhere}",
    "the parent's name": "../downloads:{elsewhere}",
    "a folder below": "{elsewhere}:lib:./lib",
    "a folder that is not there": "none:{elsewhere}",
    "an absolute one": "{elsewhere}",
}


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder that a user may name in PYTHONPATH."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "found_elsewhere.py").touch()
    return folder


LOOK = """
import json, sys, {imports}
print(json.dumps([sys.path, sys.argv, __name__, __package__]))
"""


@pytest.fixture
def looking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package ``looking_around`` that was imported; return the folder that holds it."""
    folder = tmp_path / "packages"
    (folder / "looking_around").mkdir(parents=True)
    (folder / "looking_around/__init__.py").touch()
    (folder / "looking_around/look.py").write_text(LOOK.format(imports="numpy"))
    monkeypatch.syspath_prepend(str(folder))
    __import__("looking_around")
    yield folder
    del sys.modules["looking_around"]


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
@pytest.mark.parametrize("given", ["to us", "to the process"])
def test_nothing_comes_from_the_working_folder(
    given: str,
    path: str | None,
    looking: Path,
    elsewhere: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "downloads"
    mark = make_hostile(folder)
    make_hostile(folder / "lib").write_text("")
    (folder / "lib/mark").unlink()
    variables = dict(os.environ)
    if path is None:
        variables.pop("PYTHONPATH", None)
    else:
        variables["PYTHONPATH"] = path.format(elsewhere=elsewhere)
    if given == "to us":
        monkeypatch.chdir(folder)
        for name in ("", ".", "lib", str(folder)):
            monkeypatch.syspath_prepend(name)
        monkeypatch.setattr(os, "environ", variables)
    else:  # Python itself imports this from there, before any line of ours.
        (folder / "encodings.py").unlink()
        (folder / "lib/encodings.py").unlink()
    run = command("looking_around.look", "a", "“ü”")
    done = subprocess.run(run, cwd=folder, env=variables, capture_output=True, text=True)
    assert_unmarked(mark)
    assert_unmarked(folder / "lib/mark")
    assert done.returncode == 0, done.stderr
    found, arguments, name, package = json.loads(done.stdout)
    assert arguments[1:] == ["a", "“ü”"]
    assert (name, package) == ("__main__", "looking_around")
    assert all(Path(each).is_absolute() for each in found)
    assert not [each for each in found if Path(each) in (folder, folder / "lib")]
    assert (str(elsewhere) in found) == ("elsewhere" in (path or ""))


def test_variables_and_sitecustomize_of_the_user_work(
    looking: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (elsewhere / "sitecustomize.py").write_text("import sys; sys.argv.append('customized')")
    monkeypatch.setenv("PYTHONPATH", str(elsewhere))
    monkeypatch.setenv("PYTHONIOENCODING", "ascii:backslashreplace")
    (looking / "looking_around/look.py").write_text("import sys; print(sys.argv[1:], 'ü')")
    done = subprocess.run(command("looking_around.look"), capture_output=True, text=True)
    assert done.stdout == "['customized'] \\xfc\n"


def test_the_package_may_be_in_the_working_folder_only(
    looking: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a checkout: it is trusted, but not what lies beside it."""
    monkeypatch.chdir(looking)
    mark = make_hostile(looking)
    done = subprocess.run(command("looking_around.look"), capture_output=True, text=True)
    assert_unmarked(mark)
    assert str(looking) not in json.loads(done.stdout)[0]


def test_the_package_may_be_in_a_zip_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = tmp_path / "packages.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("zipped_up/__init__.py", "")
        file.writestr("zipped_up/look.py", LOOK.format(imports="zipped_up"))
    monkeypatch.syspath_prepend(str(archive))
    __import__("zipped_up")
    monkeypatch.undo()  # It is on the path of nobody any more.
    done = subprocess.run(command("zipped_up.look"), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    del sys.modules["zipped_up"]


def test_packages_that_only_our_path_has_are_found(
    looking: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (looking / "looking_around/look.py").write_text(LOOK.format(imports="found_elsewhere"))
    monkeypatch.syspath_prepend(str(elsewhere))
    done = subprocess.run(command("looking_around.look"), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_all_that_a_process_writes() -> None:
    with tempfile.TemporaryFile() as file:
        file.write(b'"x"\n')
        file.seek(0)
        assert output(MODULE, "ü", stdin=file, most_bytes=99) == b'["\\u00fc"]\n{"done": "x"}\n'
        file.seek(0)
        with pytest.raises(TooMuchError):
            output(MODULE, stdin=file, most_bytes=10)


@pytest.mark.parametrize(
    ("task", "message", "code"), [("fail", "it broke", 3), ("die", "no reason given", -9)]
)
def test_why_there_is_no_output(task: str, message: str, code: int) -> None:
    with tempfile.TemporaryFile() as file, pytest.raises(ProcessError, match=message) as caught:
        file.write(f'"{task}"\n'.encode())
        file.seek(0)
        output(MODULE, stdin=file, most_bytes=99)
    assert caught.value.code == code
