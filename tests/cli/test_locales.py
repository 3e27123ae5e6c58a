"""Terminals of every kind: other encodings, no home, closed streams, odd sizes and types."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kokoro_cli.assets.store import Store
from tests.conftest import variables_of

TEXT = "Café “naïve” – 中文 … Ελλάδα"

SETTINGS: dict[str, dict[str, str | None]] = {
    "ascii": {"PYTHONIOENCODING": "ascii"},
    "ascii strict": {"PYTHONIOENCODING": "ascii:strict"},
    "latin-1": {"PYTHONIOENCODING": "latin-1"},
    "cp1252": {"PYTHONIOENCODING": "cp1252"},
    "cp437": {"PYTHONIOENCODING": "cp437"},
    "utf-16": {"PYTHONIOENCODING": "utf-16"},
    "C": {"LC_ALL": "C"},
    "POSIX": {"LC_ALL": "POSIX", "LANG": "POSIX"},
    "C without UTF-8": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "unknown locale": {"LC_ALL": "xx_YY.ISO-8859-15"},
    "dumb": {"TERM": "dumb"},
    "no TERM": {"TERM": None},
    "unknown TERM": {"TERM": "no-such-terminal"},
    "NO_COLOR": {"NO_COLOR": "1"},
    "FORCE_COLOR": {"FORCE_COLOR": "1", "TERM": "xterm-256color"},
    "40 columns": {"COLUMNS": "40"},
    "no columns": {"COLUMNS": "0", "LINES": "0"},
    "fewer columns": {"COLUMNS": "-5", "LINES": "-5"},
    "columns in words": {"COLUMNS": "abc", "TERMINAL_WIDTH": "abc"},
    "columns in a power": {"COLUMNS": "\xb2", "LINES": "\xb2", "TERMINAL_WIDTH": "\xb2"},
    "one column": {"COLUMNS": "1", "LINES": "1", "TERMINAL_WIDTH": "1"},
    "a million columns": {"COLUMNS": "1000000", "LINES": "1000000", "TERMINAL_WIDTH": "1000000"},
    "columns without end": {"COLUMNS": "9" * 5000, "LINES": "9" * 5000},
    "no HOME": {"HOME": None},
    "read-only HOME": {"HOME": "/proc"},
    "HOME that is not there": {"HOME": "/nowhere/at/all"},
    "relative HOME": {"HOME": "."},
    "empty HOME": {"HOME": ""},
}


def run(
    store: Store, folder: Path, setting: str, *arguments: str, **options: object
) -> subprocess.CompletedProcess[bytes]:
    variables = {k: v for k, v in variables_of(store.cache).items() if k != "KOKORO_VOICES"}
    for name, value in SETTINGS.get(setting, {}).items():
        variables.pop(name, None)
        if value is not None:
            variables[name] = value
    return subprocess.run(  # type: ignore[call-overload, no-any-return]
        [sys.executable, "-m", "kokoro_cli", *arguments],
        **{"capture_output": True, "env": variables, "cwd": folder, "timeout": 600, **options},
    )


def in_order(errors: bytes) -> str:
    text = errors.decode("latin-1")
    assert "bug" not in text
    assert "Traceback" not in text
    return text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bücher").mkdir()
    (tmp_path / "bücher/größe – 中.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


USUAL = ("ascii strict", "utf-16", "C without UTF-8", "columns in a power", "no HOME", "40 columns")
"""Those that every run tries."""

EACH = [
    pytest.param(name, marks=() if name in USUAL else pytest.mark.nightly, id=name)
    for name in SETTINGS
]


@pytest.mark.parametrize("setting", EACH)
def test_data_is_utf_8(setting: str, toy_store: Store, folder: Path) -> None:
    for command in ("normalize", "explain"):
        done = run(toy_store, folder, setting, "text", command, input=TEXT.encode())
        in_order(done.stderr)
        assert done.returncode == 0
        assert "Café" in done.stdout.decode("utf-8")
    done = run(toy_store, folder, setting, "file", "bücher", "--list", "--json")
    in_order(done.stderr)
    source = json.loads(done.stdout.decode("utf-8"))["documents"][0]["source"]
    assert os.fsencode(source) == "bücher/größe – 中.txt".encode()


@pytest.mark.parametrize("setting", EACH)
def test_words_on_the_command_line_are_whole(setting: str, toy_store: Store, folder: Path) -> None:
    done = run(toy_store, folder, setting, "text", "normalize", "Café – Ελλάδα")
    assert "Café" in done.stdout.decode("utf-8")


@pytest.mark.parametrize("setting", EACH)
def test_errors_and_help_are_shown(setting: str, toy_store: Store, folder: Path) -> None:
    done = run(toy_store, folder, setting, "say", "--lang", "é…", "x", "-o", "x.wav")
    errors = in_order(done.stderr)
    assert done.returncode == 2
    if setting == "utf-16":
        errors = done.stderr.decode("utf-16")
    assert "Unknown language" in errors
    assert "Portuguese" in errors
    shown = run(toy_store, folder, setting, "say", "--help")
    assert shown.returncode == 0
    assert "Speak a text" in " ".join(shown.stdout.decode("utf-8").split())


@pytest.mark.parametrize("setting", EACH)
def test_books_are_made(setting: str, toy_store: Store, folder: Path) -> None:
    done = run(toy_store, folder, setting, "file", "bücher", "no such ☃.txt", "--format", "wav")
    errors = in_order(done.stderr)
    assert done.returncode == 5
    assert "There is no file no such" in errors or setting == "utf-16"
    assert len(list(folder.glob("*.wav"))) == 1
    assert (folder / "größe – 中.wav").is_file() or setting == "C without UTF-8"


@pytest.mark.parametrize("closed", ["0", "1", "2", "012"])
def test_closed_streams(closed: str, toy_store: Store, folder: Path) -> None:
    """A file that is opened must not become the standard stream that is missing."""
    shell = " ".join(f"{n}{'<' if n == '0' else '>'}&-" for n in closed)
    command = f'exec "{sys.executable}" -m kokoro_cli "$@" {shell}'
    for arguments, code in (
        (["say", "Hello there.", "-o", "x.wav"], 0),
        (["text", "normalize", "in 1999"], 0),
        (["say", "--lang", "nonsense", "x", "-o", "x.wav"], 2),
    ):
        done = subprocess.run(
            ["sh", "-c", command, "sh", *arguments],
            env=variables_of(toy_store.cache),
            cwd=folder,
            capture_output=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == code
        in_order(done.stderr)
        if code == 2 and "2" not in closed:
            assert b"Unknown language" in done.stderr
    sound = (folder / "x.wav").read_bytes()
    assert sound.startswith(b"RIFF")
    assert b"Wrote" not in sound


HOMELESS = """
import os, pwd
def getpwuid(number): raise KeyError("uid not found")
pwd.getpwuid = getpwuid
from kokoro_cli.cli.process import run
run()
"""


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["text", "normalize", "in 1999"], 0, "nineteen"),
        (["text", "phonemes", "Hello"], 0, "həl"),
        (["voices", "list", "--lang", "fr"], 0, "ff_siwis"),
        (["voices", "show", "af_sky"], 0, "Installed"),
        (["voices", "blend", "af_sky+af_bella"], 0, "af_sky"),
        (["models", "list"], 0, "not installed"),
        (["models", "path"], 2, "Set HOME"),
        (["models", "pull", "--offline"], 2, "Set HOME"),
        (["models", "verify"], 3, "No model"),
        (["say", "hello", "-o", "x.wav", "--offline"], 2, "Set HOME"),
        (["file", "bücher", "--list"], 0, "größe"),
        (["file", "bücher", "--offline"], 2, "Set HOME"),
        (["bench", "--offline"], 2, "Set HOME"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_user_without_a_home(arguments: list[str], code: int, told: str, folder: Path) -> None:
    """As in a container with a user number of its own."""
    places = ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")
    variables = {k: v for k, v in os.environ.items() if k[:7] != "KOKORO_" and k not in places}
    done = subprocess.run(
        [sys.executable, "-c", HOMELESS, *arguments],
        env=variables,
        cwd=folder,
        capture_output=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert told in done.stdout.decode() + in_order(done.stderr)
    assert not list(folder.glob("~*"))


def test_a_user_without_a_home_may_name_the_folders(toy_store: Store, folder: Path) -> None:
    variables = {k: v for k, v in variables_of(toy_store.cache).items() if k != "HOME"}
    done = subprocess.run(
        [sys.executable, "-c", HOMELESS, "say", "hello", "-o", "x.wav", "--offline"],
        env=variables,
        cwd=folder,
        capture_output=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (folder / "x.wav").is_file()
