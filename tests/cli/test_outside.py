"""Every message that names something from outside: names, titles, options, texts.

Nothing of it may steer the terminal, look like another line of a log, or count as markup.
"""

from __future__ import annotations

import ast
import io
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kokoro_cli.assets.store import Store
from kokoro_cli.batch.plan import Output
from kokoro_cli.batch.run import OutputResult
from kokoro_cli.cli.environment import Environment
from kokoro_cli.cli.render import common
from kokoro_cli.cli.terminal import progress
from kokoro_cli.cli.terminal.watch import watching
from kokoro_cli.errors import KokoroError
from kokoro_cli.printable import printable, printable_lines
from kokoro_cli.types import Loss
from tests.books import make_epub
from tests.cli.test_structure import CLI, files, name_of, users
from tests.conftest import cli_in
from tests.voices.voice_files import safetensors_of

EVIL = "n\x1b[31m\x1b]0;t\a\x9b2J\u202e\u2066\u200f\u200b\u2028[red]\\[link=x]\nError: forged"
"""The name of everything. A title or a text may not have all of it, but a file may."""

SPOKEN = "Hello [red] there ᚠ.\x1b[31m \x9b\u202e\u2066 Next one."

OPTIONS = {
    "say": [
        *("--voice", "--style", "--lang", "--locale", "--urls", "--emoji", "--engine"),
        *("--device", "--lexicon", "--file", "--output", "--speed", "--seed"),
    ],
    "file evil/missing.txt": [
        *("--chapters", "--format", "--split", "--subtitles", "--subtitle-unit", "--bitrate"),
        *("--codec", "--out-dir", "--output", "--lufs", "--jobs", "--sample-rate", "--lexicon"),
    ],
    "voices list": ["--lang", "--gender", "--grade"],
    "voices play af_sky": ["--output", "--text", "--engine"],
    "voices demo": ["--out", "--lang", "--text"],
    "voices blend af_sky": ["--save", "--lang"],
    "text normalize Hello": ["--lang", "--locale", "--lexicon"],
    "bench --offline": ["--compare", "--plot", "--voice", "--engine", "--tolerance"],
}

COMMANDS: dict[str, list[str]] = {
    "no command": [EVIL],
    "no option": ["say", f"--{EVIL}"],
    "no sub-command": ["text", EVIL],
    "say a file": ["say", "--file", "{evil}.txt", "-o", "x.wav"],
    "say into a folder": ["say", "Hello.", "-o", "{evil}/x.wav"],
    "say into a folder, verbose": ["say", SPOKEN, "-o", "{evil}/x.wav", "--verbose"],
    "say into no folder": ["say", "Hello.", "-o", "no{evil}/x.wav"],
    "say a loss": ["say", f"Hello {EVIL} \x00\x01.", "-o", "x.wav"],
    "file": ["file", "{evil}.txt", "--format", "wav"],
    "file, quietly": ["file", "{evil}.txt", "no{evil}", "--format", "wav", "--quiet"],
    "file, several": ["file", "{evil}.txt", "{evil}.md", "no{evil}.txt", "--format", "wav"],
    "file, a folder": ["file", "{evil}", "--format", "wav"],
    "file, an empty folder": ["file", "empty{evil}"],
    "file, a pattern": ["file", "no{evil}*"],
    "file, twice": ["file", "{evil}.txt", "-o", "{evil}.wav"],
    "file, split": ["file", "{evil}.md", "--split", "chapters", "--format", "wav", "-d", "{evil}"],
    "file, forecast": ["file", "{evil}.txt", "{evil}.md", "no{evil}", "--dry-run"],
    "file, a chapter": ["file", "{evil}.txt", "--chapters", "9"],
    "file, no text": ["file", "{evil}.pdf", "{evil}.epub"],
    "list": ["file", "{evil}", "{evil}.md", "{evil}.html", "book.epub", "no{evil}", "--list"],
    "voices list": ["voices", EVIL],
    "voices list, own": ["voices", "list"],
    "voices show": ["voices", "show", EVIL],
    "voices show, own": ["voices", "show", "mine"],
    "voices play": ["voices", "play", EVIL, "-o", "x.wav"],
    "voices demo": ["voices", "demo", "--lang", "fr", "-o", "{evil}.html"],
    "voices demo, losses": ["voices", "demo", "--lang", "fr", "-o", "x.html", "--text", EVIL],
    "voices blend": ["voices", "blend", f"af_sky+{EVIL}"],
    "voices add": ["voices", "add", "{evil}.txt"],
    "voices add, missing": ["voices", "add", "no{evil}"],
    "voices remove": ["voices", "remove", EVIL],
    "models list": ["models", "list"],
    "models path": ["models", "path"],
    "models pull": ["models", "pull", EVIL, "--offline"],
    "bench": ["bench", "--url", EVIL],
    "bench, a server": ["bench", "--url", f"http://localhost:1/{EVIL}", "--requests", "1"],
    **{
        f"text {name}": ["text", name, SPOKEN]
        for name in ("normalize", "phonemes", "sentences", "chunks", "explain", "lint")
    },
    **{
        f"{command.split()[0]} {option}": [*command.replace("evil", "{evil}").split(), option, EVIL]
        for command, options in OPTIONS.items()
        for option in options
    },
}

VARIABLES = ("CACHE", "MODELS", "OFFLINE", "VOICE", "LEXICON", "STORE_GB")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outside")
    (folder / EVIL).mkdir()
    (folder / EVIL / f"{EVIL}.txt").write_text(SPOKEN)
    (folder / f"empty{EVIL}").mkdir()
    (folder / f"{EVIL}.txt").write_text(SPOKEN)
    title = EVIL.replace("\n", " [/] ")
    (folder / f"{EVIL}.md").write_text(
        f"---\ntitle: {title}\nauthor: {title}\n---\n# {title}\n\nHi."
    )
    (folder / f"{EVIL}.html").write_text(
        f"<title>{title}</title><meta name=author content='{title}'><h1>{title}</h1><p>Hi.</p>"
    )
    (folder / f"{EVIL}.pdf").write_bytes(b"%PDF-1.4 nothing")
    (folder / f"{EVIL}.epub").write_bytes(b"PK\x03\x04 nothing")
    make_epub(folder / "book.epub", {"One \x9b[red]\u202e\u2066": "Hi.", "[/]\u200b": "You."})
    (folder / "own").mkdir()
    notes = {"language": "a", "gender": "f", "made_of": EVIL}
    rows = np.full((510, 256), 0.1, dtype=np.float32)
    (folder / "own/mine.safetensors").write_bytes(safetensors_of(rows, notes))
    (folder / "own/damaged.safetensors").write_bytes(b"nothing")
    return folder


def call(
    folder: Path, store: Store, *arguments: str, **options: Any
) -> subprocess.CompletedProcess[Any]:
    """Run a command in a copy of the world, as a terminal shows it."""
    own = {"KOKORO_VOICES": str(folder / "own"), "KOKORO_OFFLINE": "1", "TERM": "dumb"}
    variables = {**own, **options.pop("environment", {})}
    return cli_in(store.cache, *arguments, cwd=folder, environment=variables, **options)


def assert_safe(shown: str) -> None:
    assert printable_lines(shown) == shown
    assert not [line for line in shown.splitlines() if line.startswith("Error: forged")]
    # Markup would have gone, or closed what is open.
    assert shown.count("[red]") >= shown.count("31m[")
    assert "Traceback" not in shown
    assert "bug" not in shown


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_what_is_shown_is_safe(arguments: list[str], toy_store: Store, folder: Path) -> None:
    given = [each.replace("{evil}", EVIL) for each in arguments]
    done = call(folder, toy_store, *given, terminal=True)
    assert_safe(done.stderr)
    assert_safe(done.stdout)
    assert done.stderr or done.stdout


@pytest.mark.parametrize("name", VARIABLES)
def test_variables_are_shown_safely(name: str, toy_store: Store, folder: Path) -> None:
    (folder / "file").touch()
    value = f"file/{EVIL}" if name == "CACHE" else EVIL
    arguments = ["say", "Hello.", "-o", "x.wav"]
    done = call(folder, toy_store, *arguments, environment={f"KOKORO_{name}": value})
    assert_safe(done.stderr)


JSON = [
    ["file", "{evil}", "{evil}.md", "{evil}.html", "book.epub", "no{evil}", "--list"],
    ["file", "{evil}.txt", "no{evil}", "--format", "wav", "--force"],
    ["say", SPOKEN, "-o", "{evil}/x.wav"],
    ["voices", "show", "mine"],
    ["text", "sentences", SPOKEN],
    ["text", "explain", SPOKEN],
]


@pytest.mark.parametrize("terminal", [True, False])
@pytest.mark.parametrize("arguments", JSON, ids=" ".join)
def test_json_escapes_it_and_means_the_same(
    arguments: list[str], terminal: bool, toy_store: Store, folder: Path
) -> None:
    given = [each.replace("{evil}", EVIL) for each in arguments]
    done = call(folder, toy_store, *given, "--json", terminal=terminal)
    assert printable_lines(done.stdout) == done.stdout
    lines = arguments[0] == "file" and "--list" not in arguments
    values = [json.loads(each) for each in (done.stdout.splitlines() if lines else [done.stdout])]
    if "{evil}" in str(arguments):
        assert json.dumps(EVIL)[1:-1] in json.dumps(values)


def test_data_into_a_pipe_is_exact(toy_store: Store, folder: Path) -> None:
    """On a terminal the same is escaped."""
    text = "One \u202eword\u2069 and e\u0301."
    through = call(folder, toy_store, "text", "sentences", text)
    shown = call(folder, toy_store, "text", "sentences", text, terminal=True)
    assert shown.stdout == printable_lines(through.stdout)
    path = call(folder, toy_store, "models", "path", environment={"KOKORO_CACHE": f"/tmp/{EVIL}"})
    assert path.stdout == f"/tmp/{EVIL}\n"


def test_a_list_of_reasons_is_in_lines_of_our_own() -> None:
    errors = io.StringIO()
    environment = Environment(None, io.StringIO(), errors, {})
    reasons = [f"  - hub: 404 {EVIL}", "  - packages: none"]
    common.render_error(KokoroError(f"{EVIL} is missing:", hint=EVIL, more=reasons), environment)
    common.render_warning(EVIL, environment)
    common.render_note(EVIL, environment)
    common.render_losses([Loss(EVIL, 1, EVIL)], environment, of=EVIL)
    assert_safe(errors.getvalue())
    shown = errors.getvalue().splitlines()
    assert [line[:9] for line in shown[:4]] == [
        "Error: n\\",
        "  - hub: ",
        "  - packa",
        "Hint: n\\x",
    ]
    assert len(shown) == 8


@pytest.mark.parametrize("name", ["a\\", "a\\\\", "a\\\\\\", "[/]", "[red]\\", "\\[x]", "[a](b)"])
def test_markup_and_backslashes_are_text(name: str) -> None:
    errors = io.StringIO()
    environment = Environment(None, io.StringIO(), errors, {"FORCE_COLOR": "1"})
    environment.console.print(common.styled((name, "bold"), f": {name}"))
    environment.console.print(name)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", errors.getvalue())
    assert plain == f"{name}: {name}\n{name}\n"


def test_colours_of_our_own_survive() -> None:
    errors = io.StringIO()
    environment = Environment(None, io.StringIO(), errors, {"FORCE_COLOR": "1", "TERM": "xterm"})
    common.render_error(KokoroError("It failed."), environment)
    assert errors.getvalue() == "\x1b[1;31mError:\x1b[0m It failed.\n"


# No message goes round it


WRITERS = {
    *("cli/app.py", "cli/environment.py", "cli/process.py"),
    *("cli/render/common.py", "cli/saying.py"),
}
"""Files that touch the streams: sound goes to a pipe as bytes."""


def test_nothing_else_writes_to_the_streams() -> None:
    streams = r".*\.(stdout|stderr)(\.(write|buffer|writelines))?"
    assert set(users(files(CLI), streams)) <= {*WRITERS, *READERS}
    writing = r"(.*\.)?(stdout|stderr)\.(write|writelines|buffer)|print|typer\.(echo|secho|style)"
    assert set(users(files(CLI), writing)) <= WRITERS - {"cli/environment.py"}


READERS = {"cli/commands/voices.py", "cli/render/bench.py"}
"""Files that ask whether a stream is a terminal."""


TYPED = {"cli/environment.py", "cli/terminal/display.py", "cli/terminal/progress.py"}
"""Files that name the type alone."""


def test_every_console_is_a_safe_one() -> None:
    makers = users(files(CLI), r"rich\.console\.Console|rich\.print|rich\.get_console")
    assert set(makers) <= {"cli/terminal/console.py", *TYPED}
    calls = [
        (name_of(path), ast.unparse(node.func))
        for path in files(CLI)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
    ]
    assert "Console" not in {call.split(".")[-1] for _, call in calls}
    assert {call.split(".")[-1] for _, call in calls}.isdisjoint({"from_markup", "print_json"})


def test_columns_of_progress_take_no_markup() -> None:
    for path in files(CLI):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "TextColumn":
                text = ast.unparse(node)
                assert "markup=False" in text or "percentage" in text


def test_the_name_of_everything_is_evil() -> None:
    assert printable(EVIL) != EVIL
    assert len(f"no{EVIL}.epub".encode()) < 255


# Bars and lines that change


class Screen(io.StringIO):
    """A terminal that keeps what it gets."""

    def isatty(self) -> bool:
        return True

    def text(self) -> str:
        """Return what was shown, without the codes of colours and of the cursor that are ours."""
        return re.sub(r"\x1b\[(\d+(;\d+)*m|\?25[lh]|[12]?K|\d*A)|\r", "", self.getvalue())


@pytest.fixture
def screen() -> tuple[Screen, Environment]:
    screen = Screen()
    return screen, Environment(None, io.StringIO(), screen, {"TERM": "xterm", "COLUMNS": "200"})


def test_bars_of_a_job(screen: tuple[Screen, Environment]) -> None:
    shown, environment = screen
    outputs = [Output(Path(f"{n}{EVIL}.wav"), (), EVIL, EVIL) for n in "ab"]
    with watching(environment, 1.0, quiet=False, json=False) as watcher:
        watcher.planned(outputs)
        for output in outputs:
            watcher.begun(output)
            watcher.spoke(output, EVIL, 1.0)
            watcher.note(EVIL)
            watcher.ended(OutputResult(output, "failed", error=KokoroError(EVIL)))
    assert_safe(shown.text())
    assert r"an\x1b" in shown.text()


def test_bars_of_downloads_and_steps(screen: tuple[Screen, Environment]) -> None:
    shown, environment = screen
    with progress.downloads(environment.console, quiet=False) as download:
        download(EVIL, 1, 2)
        download(EVIL, 2, 2)
    with progress.counting(environment.console, 2, quiet=False) as count:
        count(EVIL)
        count(EVIL)
    assert_safe(shown.text())
    assert r"n\x1b" in shown.text()


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_the_players_line(encoding: str) -> None:
    written = io.BytesIO()
    written.isatty = lambda: True  # type: ignore[method-assign]
    stream = io.TextIOWrapper(written, encoding=encoding, errors="strict")
    environment = Environment(None, io.StringIO(), stream, {"TERM": "xterm", "COLUMNS": "200"})
    with progress.speaking(environment.console, quiet=False, keys=True) as show:
        show(EVIL, EVIL, 1.0, "[paused]")
        environment.console.print("é 中 …")
    stream.flush()
    screen = Screen()
    screen.write(written.getvalue().decode(encoding))
    assert_safe(screen.text())
    assert "[paused]" in screen.text()
