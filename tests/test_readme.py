"""The commands of README.md, CONTRIBUTING.md and docs/ run; README's first screen is whole."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import numpy as np
import pytest

from kokoro_cli.text.lexicon import read_lexicon
from tests.books import make_epub
from tests.command_reference import commands, flags
from tests.conftest import Run
from tests.pages import PAGES, README, ROOT, page

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ALL = list(dict.fromkeys(command for each in PAGES for command in each.commands()))


def beginning(*words: str) -> list[str]:
    return [command for command in ALL if command.startswith(words)]


FILES = beginning("kokoro file")
SAID = beginning("kokoro say", "echo", "some-llm")
VOICES = beginning("kokoro voices")
MODELS = beginning("kokoro models")
TEXTS = beginning("kokoro text")
BENCH = beginning("kokoro bench")
MAKE = beginning("make")
INSTALL = beginning("pip", "uv")
PYTHON = beginning("python", ".venv/bin/python")
SERVE = beginning("kokoro serve", "KOKORO_API_KEY")  # tests/server/test_docs_serve.py runs these.
CURL = beginning("curl")
# tests/deploy/ compares these.
DEPLOY = beginning("docker", "kubectl", "openssl", "export KOKORO_API_KEY")


def test_every_command_has_a_test() -> None:
    tested = [FILES, SAID, VOICES, MODELS, TEXTS, BENCH, MAKE, INSTALL, PYTHON, SERVE, CURL]
    tested.append(DEPLOY)
    assert set(ALL) == {command for group in tested for command in group}
    assert len(SAID) >= 12 and len(FILES) >= 10 and len(VOICES) >= 9 and len(BENCH) >= 5


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the files that the commands read."""
    make_epub(tmp_path / "book.epub", {f"Chapter {i}": f"Text {i}." for i in range(1, 8)})
    (tmp_path / "talk.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nHello.\n")
    (tmp_path / "letter.txt").write_text("Dear reader.\n\nYours.")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "first.md").write_text("A note.")
    rows = np.random.default_rng(1).normal(size=(510, 256)).astype("<f4")
    (tmp_path / "theirs.pt").write_bytes(rows.tobytes())
    return tmp_path


@pytest.mark.parametrize("command", FILES)
def test_commands_about_files(command: str, toy_cli: Run, folder: Path) -> None:
    expanded = command.replace("notes/*.md", "notes/first.md")
    result = toy_cli(*shlex.split(expanded)[1:], cwd=folder)
    assert result.returncode == 0, result.stderr
    made = [p for p in folder.rglob("*") if p.suffix in (".mp3", ".m4b", ".wav")]
    assert bool(made) != ("--list" in command or "--dry-run" in command)
    subtitles = [p for p in folder.rglob("*") if p.suffix in (".srt", ".vtt", ".json")]
    assert (len(subtitles) > 1) == ("--subtitles" in command)


@pytest.mark.parametrize("command", SAID)
def test_commands_speak(command: str, toy_cli: Run, folder: Path) -> None:
    command = command.removesuffix(" | aplay")
    given, _, kokoro = command.rpartition(" | ")
    arguments = shlex.split(kokoro)[1:]
    if not {"-o", "--output"} & set(arguments):
        arguments += ["-o", "instead-of-playing.wav"]
    before = set(folder.iterdir())
    text = shlex.split(given)[1] if given else None
    result = toy_cli(*arguments, cwd=folder, input=text, **_binary(arguments))
    assert result.returncode == 0, result.stderr
    if "-" in arguments[arguments.index("-o") :]:
        assert result.stdout.startswith(b"RIFF")  # type: ignore[arg-type]
    else:
        (made,) = set(folder.iterdir()) - before
        assert made.stat().st_size > 1000


def _binary(arguments: list[str]) -> dict[str, bool]:
    return {"text": False} if "-" in arguments[arguments.index("-o") :] else {}


@pytest.mark.parametrize("command", VOICES)
def test_commands_about_voices(command: str, toy_cli: Run, folder: Path) -> None:
    kept = {"KOKORO_VOICES": str(folder / "own")}
    if "remove" in command:
        blend = next(c for c in VOICES if "--save" in c)
        assert toy_cli(*shlex.split(blend)[1:], environment=kept).returncode == 0
    arguments = shlex.split(command)[1:]
    if "demo" in command:
        arguments.append("emma")  # The whole page is a test of its own.
    if "play" in command:
        arguments += ["-o", "instead-of-playing.wav"]
    result = toy_cli(*arguments, environment=kept, cwd=folder)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("command", [c for c in MODELS if "verify" not in c and "--all" not in c])
def test_commands_about_models(command: str, toy_cli: Run) -> None:
    result = toy_cli(*shlex.split(command)[1:], environment={"KOKORO_OFFLINE": "1"})
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("command", [c for c in MODELS if "verify" in c or "--all" in c])
def test_commands_about_true_models_exist(command: str) -> None:
    _exists(command)


@pytest.mark.parametrize("command", BENCH)
def test_commands_that_measure_exist(command: str) -> None:
    _exists(command)


def _exists(command: str) -> None:
    """Check the names of a command and of its options; tests of their own run it."""
    name, known = next((n, c) for n, c in commands() if f"{command} ".startswith(f"{n} "))
    given = [word for word in shlex.split(command.removeprefix(name)) if word.startswith("-")]
    assert set(given) <= {flag for option in known.params for flag in flags(option)}


@pytest.mark.parametrize("command", TEXTS)
def test_commands_of_the_text_group_answer(command: str, toy_cli: Run) -> None:
    result = toy_cli(*shlex.split(command)[1:])
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip()


@pytest.mark.parametrize("command", MAKE)
def test_make_targets_are_there(command: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert f"\n{command.split()[1]}:" in makefile


@pytest.mark.parametrize("command", INSTALL)
def test_installations_name_what_is_there(command: str) -> None:
    words = shlex.split(command)
    assert (ROOT / words[next(i for i, w in enumerate(words) if "constraint" in w) + 1]).is_file()
    assert set(re.findall(r"\w+", words[-1])) <= set(_project()["optional-dependencies"])


@pytest.mark.parametrize("command", PYTHON)
def test_scripts_are_there(command: str) -> None:
    words = shlex.split(command)
    if words[1] == "-m":
        path = words[2].replace(".", "/")
        assert (ROOT / f"{path}.py").is_file() or (ROOT / path / "__main__.py").is_file()
    else:
        assert (ROOT / words[1]).is_file()


def _project() -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]]
    found = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return found


def test_extras() -> None:
    assert page("install.md").keys("Commands") == list(_project()["optional-dependencies"])


def test_lexicons_are_read(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.toml"
    examples = [code for each in PAGES for code in each.blocks("toml")]
    assert len(examples) == 2
    for example in examples:
        path.write_text(example, encoding="utf-8")
        assert len(read_lexicon(path).entries) == len(example.splitlines()) - 1


def test_the_first_screen_installs_speaks_and_leads_to_the_rest() -> None:
    first = README.text.split("\n## ")[0]
    assert len(first.splitlines()) <= 50
    assert [first.index(word) for word in ("pip install", "kokoro say", "kokoro file", "Speaker")]
    pages = {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")}
    assert pages <= set(re.findall(r"\]\(([^)#]+)\)", first))
    assert "make test" in README.commands()
