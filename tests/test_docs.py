"""The pages in docs/ say what the code does: tables, drawings, JSON and examples."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

import kokoro_cli
from kokoro_cli.batch.demo import DemoReport
from kokoro_cli.batch.report import (
    ChapterLine,
    ContentsReport,
    DocumentLines,
    FileLine,
    ForecastLine,
    ForecastReport,
    JobReport,
)
from kokoro_cli.bench.client import Answer
from kokoro_cli.bench.compare import Comparison
from kokoro_cli.bench.figures import Figures, Ratio
from kokoro_cli.bench.report import Machine, Quality, Report, Row
from kokoro_cli.bench.run import Level, ServerResult
from kokoro_cli.bench.server import ServerFigures
from kokoro_cli.cli.commands.models import ModelRow, ModelsReport
from kokoro_cli.cli.commands.serve import ServeReport
from kokoro_cli.cli.commands.text import TextReport
from kokoro_cli.cli.saying import SayResult
from kokoro_cli.config import VARIABLES
from kokoro_cli.documents.kinds import known_suffixes
from kokoro_cli.engines import ENGINES, Measurement
from kokoro_cli.errors import ExitCode
from kokoro_cli.playback.delivery import SpokenChunk
from kokoro_cli.sinks.formats import FORMATS
from kokoro_cli.speaker.own_voices import BlendReport, Share
from kokoro_cli.speaker.request import ReadingRequest, SpeechRequest
from kokoro_cli.speaker.voice_list import VoiceReport, VoiceRow, VoicesReport
from kokoro_cli.stopwatch import Phase
from kokoro_cli.subtitles.formats import SUBTITLE_FORMATS
from kokoro_cli.text.inspect import ExplainedWord
from kokoro_cli.text.languages import LANGUAGES
from kokoro_cli.types import Loss
from kokoro_cli.voices.catalogue import catalogue
from tests import command_reference
from tests.conftest import Run, variables_of
from tests.examples import add_examples
from tests.pages import CONTRIBUTING, DOCS, PAGES, README, ROOT, Page, codes, page
from tests.test_layers import LAYERS

CLI, JSON, PYTHON = page("cli.md"), page("json.md"), page("python.md")
READING, ARCHITECTURE = page("reading.md"), page("architecture.md")


# Every page

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def _anchor(heading: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@each_page
def test_links_lead_somewhere(page: Page) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]+`", "", page.prose)):
        if target.startswith("https://"):
            continue
        name, _, anchor = target.partition("#")
        path = page.path.parent / name if name else page.path
        assert path.exists(), target
        assert not anchor or anchor in map(_anchor, Page(path).sections), target


@each_page
def test_files_that_are_named_are_there(page: Page) -> None:
    examples = re.findall(r"^# (kokoro_cli/\S+\.py|tests/\S+\.py)$", page.text, re.M)
    for name in re.findall(r"\b(?:kokoro_cli|tests|benchmarks|examples)/[\w/.]*\w/?", page.text):
        assert (ROOT / name).exists() or name in examples, name


@each_page
def test_no_machine_is_named(page: Page) -> None:
    # A container has a folder of that name.
    text = page.text.replace("/tmp", "") if page.path.name == "deploy.md" else page.text
    assert not re.findall(r"/(?:tmp|work|root)\b|/home/(?!me/)", text)


# docs/cli.md


def test_options_are_those_of_the_commands() -> None:
    hint = "Write the page again with: python -m tests.command_reference"
    assert CLI.text.split(command_reference.HEADING)[1].strip() == (
        command_reference.reference().strip()
    ), hint


@pytest.mark.parametrize("name, command", command_reference.commands(), ids=lambda x: str(x))
def test_options_are_as_the_program_prints_them(
    name: str, command: Any, cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    shown = cli(*name.split()[1:], "--help", environment={"COLUMNS": "400"}).stdout
    assert command.help in shown
    for option in command_reference.options(command):
        assert option.help is None or option.help in shown
        assert set(command_reference.flags(option)) <= set(re.findall(r"[\w-]+", shown))


@pytest.mark.parametrize("name, command", command_reference.commands(), ids=lambda x: str(x))
def test_every_command_shows_help_and_tracebacks(name: str, command: Any) -> None:
    found = {flag for option in command.params for flag in command_reference.flags(option)}
    assert "--debug" in found


def test_exit_codes() -> None:
    assert [int(code) for code, _ in CLI.table("Exit codes")] == list(ExitCode)


def test_environment_variables() -> None:
    assert {codes(name)[0]: text for name, text in CLI.table("Environment variables")} == VARIABLES


# docs/reading.md, docs/books.md, docs/voices.md, docs/install.md


def test_languages() -> None:
    table = [(*codes(letter), *codes(tag), name) for letter, tag, name, _ in _languages()]
    assert table == [(x.letter, x.tags[0], x.name) for x in LANGUAGES.values()]


def _languages() -> list[list[str]]:
    return READING.table("Languages")


def test_voices() -> None:
    stated = {}
    for language, voices in page("voices.md").table("Find one"):
        for name, grade in re.findall(r"`(\w+)`(?: ([A-F][+-]?))?", voices):
            stated[name] = (language, grade or None)
    known = catalogue().values()
    assert stated == {v.name: (LANGUAGES[v.language].name, v.grade) for v in known}


def test_formats() -> None:
    books = page("books.md")
    table = {codes(row[0])[0]: row[1] for row in books.table("What is written")}
    assert set(table) == set(FORMATS)
    for name, bit_rate in table.items():
        rates = FORMATS[name].bit_rates
        assert bit_rate == (f"{rates[0].default // 1000}k" if rates else "")
    suffixes = [suffix for row in books.table("What is read") for suffix in codes(row[1])]
    assert set(suffixes) == {*known_suffixes(), "-"}
    (sentence,) = re.findall(r"^The formats are .*$", books.sections["Subtitles"], re.M)
    assert codes(sentence.split(". ")[0]) == list(SUBTITLE_FORMATS)


def test_engines() -> None:
    assert set(page("install.md").keys("Engines")) == set(ENGINES)


# docs/json.md and docs/bench.md

# The class whose fields each table of docs/json.md lists: by heading, in the order of the tables.
REPORTS: dict[str, list[type]] = {
    "`kokoro say`": [SayResult],
    "A phase": [Phase],
    "A chunk": [SpokenChunk],
    "Losses": [Loss],
    "Result": [JobReport],
    "A file": [FileLine],
    "`kokoro file --list`": [ContentsReport, DocumentLines, ChapterLine],
    "`kokoro file --dry-run`": [ForecastReport, ForecastLine],
    "`kokoro voices list`": [VoicesReport, VoiceRow],
    "`kokoro voices show`": [VoiceReport],
    "`kokoro voices blend`": [BlendReport],
    "`kokoro voices demo`": [DemoReport],
    "`kokoro models`": [ModelsReport, ModelRow, Measurement],
    "`kokoro serve`": [ServeReport],
    "`kokoro text`": [TextReport],
    "`kokoro text explain`": [ExplainedWord],
}

# Tables of what is no class: tests below compare them with what the program prints.
OTHERS = {"Events", "`kokoro text chunks`", "`--jsonl`", "Subtitles"}


def _fields(kind: type) -> set[str]:
    return {field.name for field in fields(kind)}


def test_every_table_of_json_is_compared() -> None:
    assert {h for h in JSON.sections if JSON.tables(h)} == {*REPORTS, *OTHERS}


@pytest.mark.parametrize("heading", REPORTS)
def test_keys_are_those_of_the_report(heading: str) -> None:
    tables = JSON.tables(heading)
    assert len(tables) == len(REPORTS[heading])
    for number, kind in enumerate(REPORTS[heading]):
        found = JSON.keys(heading, number)
        assert len(found) == len(set(found))
        assert set(found) == _fields(kind)


# The class of each object in the examples: of an example as a whole, and below each key.
EXAMPLES: dict[str, type] = {
    "`kokoro say`": SayResult,
    "`kokoro file --list`": ContentsReport,
    "`kokoro file --dry-run`": ForecastReport,
    "`kokoro voices list`": VoicesReport,
    "`kokoro voices show`": VoiceReport,
    "`kokoro voices blend`": BlendReport,
    "`kokoro voices demo`": DemoReport,
    "`kokoro models`": ModelsReport,
    "`kokoro serve`": ServeReport,
    "`kokoro text`": TextReport,
    "`kokoro text explain`": TextReport,
}
BELOW: dict[tuple[type, str], type] = {
    (SayResult, "phases"): Phase,
    (SayResult, "chunks"): SpokenChunk,
    (ContentsReport, "documents"): DocumentLines,
    (DocumentLines, "chapters"): ChapterLine,
    (ForecastReport, "outputs"): ForecastLine,
    (VoicesReport, "voices"): VoiceRow,
    (BlendReport, "parts"): Share,
    (ModelsReport, "model"): ModelRow,
    (ModelsReport, "measurements"): Measurement,
    (ModelsReport, "voices"): VoiceRow,
    (JobReport, "files"): FileLine,
    (FileLine, "not_spoken"): Loss,
}


def _check(example: Any, kind: type) -> None:
    """Check that an example has the keys of a class, and so have the objects in it."""
    assert set(example) == _fields(kind)
    for key, value in example.items():
        below = BELOW.get((kind, key))
        for each in (value if isinstance(value, list) else [value]) if below else []:
            _check(each, below)  # type: ignore[arg-type]


@pytest.mark.parametrize("heading", EXAMPLES)
def test_examples_have_these_keys(heading: str) -> None:
    (example,) = re.findall(r"^```json\n(.*?)^```$", JSON.sections[heading], re.S | re.M)
    _check(json.loads(example), EXAMPLES[heading])


def test_items_of_explain() -> None:
    (example,) = re.findall(r"```json\n(.*?)```", JSON.sections["`kokoro text explain`"], re.S)
    for item in json.loads(example)["items"]:
        _check(item, ExplainedWord)


def test_events(toy_cli: Run, tmp_path: Path) -> None:
    stated = {
        codes(name)[0]: {key for key in codes(keys) if key != "result"}
        for name, _, keys in JSON.table("Events")
    }
    (lines,) = JSON.blocks("jsonl")
    examples = [json.loads(line) for line in lines.splitlines()]
    (tmp_path / "letter.txt").write_text("Dear reader.\n\nYours ልም.", encoding="utf-8")
    printed = toy_cli("file", "letter.txt", "--subtitles", "srt", "--json", cwd=tmp_path).stdout
    events = [json.loads(line) for line in printed.splitlines()]
    assert {each["event"] for each in events} == set(stated) - {"note"}
    assert {each["event"] for each in examples} == set(stated)
    for event in [*events, *examples]:
        name = event.pop("event")
        if name == "result":
            _check(event, JobReport)
        else:
            assert set(event) == stated[name]


def test_chunks(toy_cli: Run) -> None:
    (example,) = re.findall(r"```json\n(.*?)```", JSON.sections["`kokoro text chunks`"], re.S)
    result = toy_cli("text", "chunks", "--lang", "b", "The car.", "--json")
    assert json.loads(result.stdout) == json.loads(example)
    assert JSON.keys("`kokoro text chunks`") == list(json.loads(example)["items"][0])


@pytest.mark.parametrize("row", JSON.table("`--jsonl`"), ids=lambda row: row[0])
def test_lines_in_and_out(row: list[str], toy_cli: Run) -> None:
    command, given, answer = (codes(cell)[0] for cell in row)
    result = toy_cli("text", command, "--jsonl", input=f"{given}\n")
    assert json.loads(result.stdout) == json.loads(answer)


def test_subtitles(toy_cli: Run, tmp_path: Path) -> None:
    def shape(value: Any) -> Any:
        if isinstance(value, list):
            return [shape(value[0])]
        return {k: shape(v) for k, v in value.items()} if isinstance(value, dict) else type(value)

    (example,) = re.findall(r"```json\n(.*?)```", JSON.sections["Subtitles"], re.S)
    (tmp_path / "letter.txt").write_text("Dear reader.")
    toy_cli("file", "letter.txt", "--subtitles", "json", cwd=tmp_path)
    written = json.loads((tmp_path / "letter.json").read_text())
    assert shape(written) == shape(json.loads(example))
    named = [key for row in JSON.table("Subtitles") for key in codes(row[0])]
    assert named == list(written)


def test_the_benchmarks_fields_are_described() -> None:
    named = set(codes(page("bench.md").prose))
    for kind in (
        Report,
        Row,
        Machine,
        Figures,
        Quality,
        ServerResult,
        Level,
        ServerFigures,
        Answer,
    ):
        assert _fields(kind) <= named
    assert {"comparison", "ratio", "low", "high"} <= named
    assert {"ratio", "low", "high"} <= _fields(Comparison) | _fields(Ratio)


# docs/python.md, and the examples of README.md and docs/tutorial.md


def _examples() -> Iterator[Any]:
    for each in (README, *DOCS):
        if each.path.name != "serve.md":  # These need a server: tests/server/test_docs_serve.py
            for number, (code, output) in enumerate(each.examples(), 1):
                yield pytest.param(code, output, id=f"{each.name}:{number}")


@pytest.mark.parametrize("code, output", _examples())
def test_python_examples_run(
    code: str, output: str | None, toy_store: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables_of(toy_store.cache).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "example", "exec"), {"__name__": "example"})
    assert output is None or printed.getvalue() == output
    for name in re.findall(r"save\(\"(.*?)\"\)", code):
        assert (tmp_path / name).stat().st_size > 1000


def test_there_are_python_examples() -> None:
    assert len(PYTHON.blocks("python")) >= 10
    assert sum(line.strip() != "" for line in README.blocks("python")[0].splitlines()) <= 5


def test_public_names() -> None:
    public = {name for name in kokoro_cli.__all__ if not name.startswith("_")}
    assert set(PYTHON.keys("All names")) == public


@pytest.mark.parametrize(
    "name", ["Speaker", "Speech", "SpeechStream", "Utterance", "SpokenWord", "Loss"]
)
def test_what_public_names_have(name: str) -> None:
    (row,) = [row for row in PYTHON.table("All names") if codes(row[0]) == [name]]
    for attribute in codes(row[1]):
        kind = getattr(kokoro_cli, name)
        known = _fields(kind) if hasattr(kind, "__dataclass_fields__") else set()
        assert attribute.removesuffix("()") in known | set(dir(kind))


def test_fields_of_requests() -> None:
    assert set(PYTHON.keys("Voices, blends and styles")) == _fields(SpeechRequest)
    assert set(PYTHON.keys("Pronunciations")) == _fields(ReadingRequest)


def test_errors() -> None:
    named = {name for name in kokoro_cli.__all__ if name.endswith("Error")}
    assert set(PYTHON.keys("Errors")) == named


# docs/architecture.md


def _drawn() -> list[set[str]]:
    """Return the rows of the drawing of layers, from the bottom up."""
    (drawing,) = re.findall(r"```text\n(.*?)```", ARCHITECTURE.sections["Layers"], re.S)
    rows = [line.split()[1:] for line in drawing.splitlines() if "▼" not in line]
    return [set(row) for row in reversed(rows)]


def _there(name: str) -> bool:
    package = ROOT / "kokoro_cli"
    return (package / name).is_dir() or (package / f"{name}.py").is_file()


def test_the_drawing_shows_the_layers() -> None:
    layers = [{name for name in row if _there(name)} for row in LAYERS]
    assert _drawn() == [row for row in layers if row]  # A layer may be planned, as the server is.


def test_every_package_is_drawn_and_explained() -> None:
    package = ROOT / "kokoro_cli"
    names = {path.stem for path in package.iterdir() if path.suffix == ".py" or path.is_dir()}
    names = {name for name in names if not name.startswith("_") and _there(name)}
    assert set().union(*_drawn()) == names
    assert set(ARCHITECTURE.keys("Layers")) == names


def test_the_path_names_packages_in_their_order() -> None:
    (drawing,) = re.findall(r"```text\n(.*?)```", ARCHITECTURE.sections["From text to sound"], re.S)
    steps = re.findall(r"│   (\w+)/", drawing)
    assert all(map(_there, steps))
    assert set(steps) >= {"documents", "text", "voices", "engines", "audio", "sinks"}


def test_every_file_of_the_engines_is_explained() -> None:
    files = {path.name for path in (ROOT / "kokoro_cli" / "engines").glob("[!_]*.py")}
    assert sorted(ARCHITECTURE.keys("Engines")) == sorted(files)


# CONTRIBUTING.md


@pytest.fixture(scope="session")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package to which every example was added."""
    folder = tmp_path_factory.mktemp("copy")
    add_examples(folder)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.fixture
def extended(copy: Path, toy_store: Any, tmp_path: Path) -> Run:
    """Runs a command of the copy, with the toy model."""
    (tmp_path / "letter.txt").write_text("Dear reader.")
    (tmp_path / "notes.jsonl").write_text('{"title": "One", "text": "Dear reader."}\n')
    variables = variables_of(toy_store.cache, {"PYTHONPATH": str(copy)})

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "kokoro_cli", *arguments]
        return subprocess.run(
            command, cwd=tmp_path, env=variables, capture_output=True, text=True, timeout=120
        )

    return run


@pytest.mark.parametrize(
    "arguments, expected",
    [
        pytest.param("say Hello --engine hum -o x.wav", "engine hum on cpu", id="engine"),
        pytest.param("say Hello -o hello.f32", "Wrote hello.f32", id="format"),
        pytest.param("file notes.jsonl --list", "One", id="document"),
        pytest.param("file letter.txt --subtitles sbv", "letter.sbv: made", id="subtitles"),
        pytest.param("text normalize ktp.\xa05 --lang eo", "kaj tiel plu kvin", id="language"),
        pytest.param("text normalize zzzz", "snore\n", id="rule"),
        pytest.param("count letter.txt", "2 words", id="command"),
        pytest.param("count letter.txt --json", '"words": 2', id="json"),
    ],
)
def test_additions_work(arguments: str, expected: str, extended: Run) -> None:
    result = extended(*arguments.split(" "))
    assert result.returncode == 0, result.stderr
    assert expected in result.stdout + result.stderr


TRIED = re.findall(r"Try it:\s`kokoro ([^`]+)`", CONTRIBUTING.text)


@pytest.mark.parametrize("command", TRIED)
def test_what_to_try_works(command: str, extended: Run) -> None:
    arguments = shlex.split(command)
    if arguments[0] == "say" and "-o" not in arguments:
        arguments += ["-o", "instead-of-playing.wav"]
    result = extended(*arguments)
    assert result.returncode == 0, result.stderr


def test_every_addition_can_be_tried() -> None:
    additions = [heading for heading in CONTRIBUTING.sections if heading.startswith("Add a")]
    assert len(additions) == 8
    assert len(TRIED) == 6  # A rule and a test are tried by `make test`.


def test_the_added_test_passes(copy: Path) -> None:
    shutil.copytree(ROOT / "tests", copy / "tests", dirs_exist_ok=True)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    result = subprocess.run(
        [*command, "tests/cli/test_count.py"],
        cwd=copy,
        env=variables_of(copy, {"PYTHONPATH": str(copy)}),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert result.returncode == 0, result.stdout


def test_the_case_in_the_text_is_one() -> None:
    (case,) = CONTRIBUTING.blocks("json")
    first = next(iter((ROOT / "tests/text/cases/english").glob("*.jsonl"))).read_text().split("\n")
    assert set(json.loads(case)) == set(json.loads(first[0]))
