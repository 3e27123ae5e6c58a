"""README.md says what the program does: its tables are the code's, its commands run."""

from __future__ import annotations

import re
import shlex
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from kokoro_cli.bench.figures import Figures
from kokoro_cli.bench.report import Machine, Quality, Report, Row
from kokoro_cli.config import VARIABLES
from kokoro_cli.errors import ExitCode
from kokoro_cli.text.languages import LANGUAGES
from kokoro_cli.text.lexicon import read_lexicon
from tests.books import make_epub
from tests.conftest import Run

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _table(heading: str) -> list[list[str]]:
    lines = README.split(f"| {heading} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]


def _commands() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", README, re.S)
    lines = [line.split("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line]


def test_exit_codes() -> None:
    assert [int(code) for code, _ in _table("code")] == list(ExitCode)


def test_environment_variables() -> None:
    assert dict(_table("variable")) == VARIABLES


def test_languages() -> None:
    table = [(letter, tag, name) for letter, tag, name, _ in _table("letter")]
    assert table == [(x.letter, x.tags[0], x.name) for x in LANGUAGES.values()]


def test_options(run: Run) -> None:
    stated = {name for row in _table("option") for name in re.findall(r"--[a-z-]+", row[0])}
    offered = set(re.findall(r"--[a-z-]+", run("say", "--help").stdout))
    assert stated == offered - {"--help"}


def test_options_for_files(run: Run) -> None:
    stated = {name for row in _table("for files") for name in re.findall(r"--[a-z-]+", row[0])}
    alone = {
        *("--file", "--play", "--stream", "--no-stream"),
        *("--keys", "--no-keys", "--verbose"),
    }
    of_say = set(re.findall(r"--[a-z-]+", run("say", "--help").stdout)) - alone
    offered = set(re.findall(r"--[a-z-]+", run("file", "--help").stdout))
    assert stated | of_say == offered


FILES = [c for c in _commands() if c.startswith("kokoro file")]


@pytest.mark.parametrize("command", FILES)
def test_commands_about_files(command: str, toy_run: Run, tmp_path: Path) -> None:
    make_epub(tmp_path / "book.epub", {f"Chapter {i}": f"Text {i}." for i in range(1, 8)})
    (tmp_path / "talk.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nHello.\n")
    (tmp_path / "letter.txt").write_text("Dear reader.")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "first.md").write_text("A note.")
    expanded = command.replace("notes/*.md", "notes/first.md")
    result = toy_run(*shlex.split(expanded)[1:], cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    made = [p for p in tmp_path.rglob("*") if p.suffix in (".mp3", ".m4b", ".wav")]
    assert bool(made) != ("--list" in command or "--dry-run" in command)


def test_make_targets_are_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in _commands():
        if command.startswith("make "):
            assert f"\n{command.split()[1]}:" in makefile


SAID = [c for c in _commands() if c.startswith(("kokoro say", "echo")) and "aplay" not in c]


@pytest.mark.parametrize("command", [c for c in SAID if " -o " in c])
def test_commands_speak(command: str, toy_run: Run, tmp_path: Path) -> None:
    given, _, kokoro = command.rpartition(" | ")
    (tmp_path / "letter.txt").write_text("Dear reader.\n\nYours.", encoding="utf-8")
    text = shlex.split(given)[1] if given else None
    result = toy_run(*shlex.split(kokoro)[1:], cwd=tmp_path, input=text)
    assert result.returncode == 0, result.stderr
    assert len([p for p in tmp_path.iterdir() if p.suffix != ".txt"]) == 1


VOICES = [c for c in _commands() if c.startswith("kokoro voices")]


@pytest.mark.parametrize("command", [c for c in VOICES if "play" not in c])
def test_commands_about_voices(command: str, toy_run: Run, tmp_path: Path) -> None:
    rows = np.random.default_rng(1).normal(size=(510, 256)).astype("<f4")
    (tmp_path / "theirs.pt").write_bytes(rows.tobytes())
    kept = {"KOKORO_VOICES": str(tmp_path / "own")}
    if "remove" in command:
        blend = next(c for c in VOICES if "--save" in c)
        assert toy_run(*shlex.split(blend)[1:], environment=kept).returncode == 0
    arguments = shlex.split(command)[1:]
    if "demo" in command:
        arguments.append("emma")  # The whole page is a test of its own.
    result = toy_run(*arguments, environment=kept, cwd=tmp_path)
    assert result.returncode == 0, result.stderr


def test_commands_of_the_models_group_exist(run: Run) -> None:
    for command in _commands():
        if command.startswith(("kokoro models", "kokoro text")):
            words = shlex.split(command)
            assert run(*words[1:3], "--help").returncode == 0
            for option in (word for word in words[3:] if word.startswith("--")):
                assert option in run(*words[1:3], "--help").stdout


BENCH = [c for c in _commands() if c.startswith("kokoro bench")]


def test_options_of_bench_exist(run: Run) -> None:
    offered = set(re.findall(r"--[a-z-]+", run("bench", "--help").stdout))
    assert len(BENCH) >= 5
    for command in BENCH:
        assert {w for w in shlex.split(command) if w.startswith("--")} <= offered


def test_the_reports_fields_are_described() -> None:
    described = (ROOT / "docs" / "bench.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(\w+)`", described))
    for kind in (Report, Row, Machine, Figures, Quality):
        assert {field.name for field in fields(kind)} <= named


TEXTS = [c for c in _commands() if c.startswith("kokoro text")]


@pytest.mark.parametrize("command", TEXTS)
def test_commands_of_the_text_group_answer(command: str, run: Run) -> None:
    result = run(*shlex.split(command)[1:])
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip()


def test_the_lexicon_in_the_readme_is_one(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.toml"
    (example,) = re.findall(r"```toml\n(.*?)```", README, re.S)
    path.write_text(example, encoding="utf-8")
    assert len(read_lexicon(path).entries) == 4


def test_the_examples_cover_what_was_promised() -> None:
    assert len(SAID) >= 6
