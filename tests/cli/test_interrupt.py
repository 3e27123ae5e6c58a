"""Ctrl-C and other ends before the end: sound and work stop, and what was there before stays."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from kokoro_cli.assets.store import Store
from kokoro_cli.errors import ExitCode
from kokoro_cli.threads import ahead
from tests.conftest import variables_of
from tests.sinks.loudspeaker import needs_portaudio, slow_loudspeaker
from tests.toy_model import slowed

# Ten minutes of it, so that nothing is ever done before the signal comes.
LONG = "The north wind and the sun disputed which was the stronger, when a traveler came by. " * 120

# The first two chunks are spoken at once; a signal comes in the middle of the third.
SLOW = slowed(0, 0, 300)

# Ending takes 0.1 s. A busy machine may take longer, but it never waits for the third chunk.
AT_ONCE = 60

CODES = {
    signal.SIGINT: ExitCode.INTERRUPTED,
    signal.SIGTERM: ExitCode.TERMINATED,
    signal.SIGHUP: ExitCode.HUNG_UP,
}

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(toy_store: Store) -> Iterator[Start]:
    """Start the command line with the toy model; what still runs at the end is killed."""
    with starter(toy_store, SLOW) as start_kokoro:
        yield start_kokoro


@pytest.fixture
def start_real(real_store: Store) -> Iterator[Start]:
    with starter(real_store, {}) as start_kokoro:
        yield start_kokoro


@contextmanager
def starter(store: Store, variables: dict[str, str]) -> Iterator[Start]:
    running: list[subprocess.Popen[str]] = []

    def start_kokoro(
        *arguments: str,
        environment: dict[str, str] | None = None,
        under: Sequence[str] = (),
        **options: object,
    ) -> subprocess.Popen[str]:
        process = subprocess.Popen(  # type: ignore[call-overload]
            [*under, sys.executable, "-m", "kokoro_cli", *arguments],
            env=variables_of(store.cache, {**variables, **(environment or {})}),
            **{"stderr": subprocess.PIPE, "text": True, **options},
        )
        running.append(process)
        return process  # type: ignore[no-any-return]

    try:
        yield start_kokoro
    finally:
        for process in running:
            process.kill()
            process.communicate()


@pytest.fixture
def old(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    path = tmp_path / "out/speech.wav"
    path.write_bytes(b"what was there before")
    return path


def wait_until(condition: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.01)


def ends(process: subprocess.Popen[str], number: int) -> str:
    """Send the signal; the process ends at once, and what it wrote to standard error returns."""
    assert process.poll() is None, process.communicate()
    process.send_signal(number)
    return process.communicate(timeout=AT_ONCE)[1]


def others(path: Path) -> list[Path]:
    return [other for other in path.parent.iterdir() if other != path]


def while_importing(process: subprocess.Popen[str], old: Path) -> None:
    loaded = Path(f"/proc/{process.pid}/maps")
    wait_until(lambda: not loaded.exists() or "numpy" in loaded.read_text())


def while_loading(process: subprocess.Popen[str], old: Path) -> None:
    wait_until(lambda: others(old))


def while_loading_goes_on(process: subprocess.Popen[str], old: Path) -> None:
    wait_until(lambda: others(old))
    time.sleep(0.8)


def while_speaking(process: subprocess.Popen[str], old: Path) -> None:
    wait_until(lambda: sum(other.stat().st_size for other in others(old)) > 10_000)


@pytest.mark.parametrize(
    "moment", [while_importing, while_loading, while_loading_goes_on, while_speaking]
)
def test_ctrl_c_leaves_what_was_there(
    moment: Callable[[subprocess.Popen[str], Path], None], start: Start, old: Path
) -> None:
    process = start("say", LONG, "-o", str(old))
    moment(process, old)
    errors = ends(process, signal.SIGINT)
    # A shell shows 130 for both; Python ends by the signal itself if an import was cut short.
    assert process.returncode in {ExitCode.INTERRUPTED, -signal.SIGINT}, errors
    assert "Traceback" not in errors
    assert old.read_bytes() == b"what was there before"
    assert not others(old)


@pytest.mark.real
def test_ctrl_c_ends_the_model_in_the_middle_of_a_chunk(start_real: Start, old: Path) -> None:
    """Its computation, unlike the toy's, keeps all processors busy."""
    process = start_real("say", LONG, "-o", str(old))
    while_speaking(process, old)
    errors = ends(process, signal.SIGINT)
    assert (process.returncode, errors) == (ExitCode.INTERRUPTED, "")
    assert old.read_bytes() == b"what was there before"
    assert not others(old)


@pytest.mark.playback
@needs_portaudio
def test_ctrl_c_stops_the_sound(start: Start, old: Path) -> None:
    with slow_loudspeaker(old.parents[1] / "home") as (speaker, home):
        process = start("say", LONG, "-o", str(old), "--play", environment=home)
        wait_until(lambda: speaker.seconds > 0.5)
        heard, pressed = speaker.seconds, time.monotonic()
        assert ends(process, signal.SIGINT) == ""
        assert process.returncode == ExitCode.INTERRUPTED
        ended = time.monotonic() - pressed
        time.sleep(0.5)
        # What is in the pipe is heard, as is what came before the process saw the signal.
        assert speaker.seconds - heard < ended + 0.15
    assert old.read_bytes() == b"what was there before"
    assert not others(old)


@pytest.mark.skipif(shutil.which("setsid") is None, reason="needs setsid, of util-linux")
def test_ctrl_c_on_a_terminal_gives_the_cursor_back(start: Start, old: Path) -> None:
    """The key itself, while the progress shows."""
    keyboard, terminal = os.openpty()
    streams = dict.fromkeys(("stdin", "stdout", "stderr"), terminal)
    process = start("say", LONG, "-o", str(old), under=["setsid", "--ctty"], **streams)
    os.close(terminal)
    shown = bytearray()
    reader = threading.Thread(target=read_all, args=(keyboard, shown))
    reader.start()
    wait_until(lambda: b"Loading" in shown)
    os.write(keyboard, b"\x03")
    process.wait(timeout=AT_ONCE)
    reader.join(timeout=AT_ONCE)
    os.close(keyboard)
    assert process.returncode == ExitCode.INTERRUPTED
    assert shown.rindex(b"\x1b[?25h") > shown.rindex(b"\x1b[?25l")
    assert b"Traceback" not in shown
    assert old.read_bytes() == b"what was there before"
    assert not others(old)


def read_all(terminal: int, shown: bytearray) -> None:
    try:
        while data := os.read(terminal, 1000):
            shown.extend(data)
    except OSError:
        return  # Nobody is at the terminal's other side any more.


def test_ctrl_c_is_seen_whichever_thread_the_signal_reaches() -> None:
    """The kernel picks the thread. One that waits in a lock for the first chunk, and is not the
    one that was picked, would wait on: it took up to nine seconds."""
    over, made = threading.Event(), threading.Event()

    def first_chunk_takes_long() -> Iterator[int]:
        over.wait(0.2)
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)
        over.wait(AT_ONCE)
        made.set()
        yield 1

    with pytest.raises(KeyboardInterrupt):
        list(ahead(first_chunk_takes_long()))
    assert not made.is_set(), "it waited for the first chunk"
    over.set()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=["TERM", "HUP"])
def test_ended_from_outside_it_cleans_up(number: signal.Signals, start: Start, old: Path) -> None:
    process = start("say", LONG, "-o", str(old))
    while_loading_goes_on(process, old)
    errors = ends(process, number)
    assert process.returncode == CODES[number]
    assert errors == ""
    assert old.read_bytes() == b"what was there before"
    assert not others(old)


def test_killed_process_leaves_what_was_there(start: Start, old: Path) -> None:
    process = start("say", LONG, "-o", str(old))
    while_speaking(process, old)
    ends(process, signal.SIGKILL)
    assert old.read_bytes() == b"what was there before"


@pytest.mark.skipif(shutil.which("nohup") is None, reason="needs nohup")
def test_nohup_keeps_it_going(start: Start, old: Path) -> None:
    process = start("say", LONG, "-o", str(old), under=["nohup"], stdout=subprocess.DEVNULL)
    while_loading(process, old)
    process.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        process.communicate(timeout=1)


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_reader_that_leaves_ends_the_work(unbuffered: str, start: Start, tmp_path: Path) -> None:
    """As in ``kokoro say … -o - | head -c 1000``. Containers often set PYTHONUNBUFFERED, and
    then standard output takes a part of what is written and says so."""
    environment = {"PYTHONUNBUFFERED": unbuffered, **slowed(0.1, log=tmp_path / "spoken")}
    process = start("say", LONG, "-o", "-", stdout=subprocess.PIPE, environment=environment)
    assert process.stdout is not None
    with process.stdout:
        head = subprocess.run(["head", "-c", "1000"], stdin=process.stdout, capture_output=True)
    assert len(head.stdout) == 1000
    _, errors = process.communicate(timeout=AT_ONCE)
    assert errors == ""
    assert process.returncode == ExitCode.FAILED
    chunks = len((tmp_path / "spoken").read_text().splitlines())
    assert chunks <= 6, "of some sixty"


FAILING_AT_CTRL_C = """
from kokoro_cli.cli import app, process

def interrupted(*arguments, **options):
    try:
        raise KeyboardInterrupt
    finally:
        raise RuntimeError("release unlocked lock")  # As threading's Condition may.

app.get_command = lambda app: interrupted
process.run()
"""


def test_an_error_that_came_of_ctrl_c_is_no_failure() -> None:
    result = subprocess.run(
        [sys.executable, "-c", FAILING_AT_CTRL_C], capture_output=True, text=True, timeout=60
    )
    assert (result.returncode, result.stderr) == (ExitCode.INTERRUPTED, "")


HIT_IN_A_CALLBACK = """
import signal, time, weakref
from kokoro_cli.cli import app, process

def interrupted(*arguments, **options):
    owner = type("Owner", (), {})()
    watched = weakref.ref(owner, lambda _: signal.raise_signal(signal.SIGINT))
    del owner
    time.sleep(300)

app.get_command = lambda app: interrupted
process.run()
"""


def test_ctrl_c_in_a_callback_whose_errors_python_drops() -> None:
    result = subprocess.run(
        [sys.executable, "-c", HIT_IN_A_CALLBACK], capture_output=True, text=True, timeout=AT_ONCE
    )
    assert (result.returncode, result.stderr) == (ExitCode.INTERRUPTED, "")


STUCK_IN_C = """
import ctypes
from kokoro_cli.cli import app, process

app.get_command = lambda app: lambda *arguments, **options: ctypes.CDLL(None).sleep(300)
process.run()
"""


@pytest.mark.parametrize("number", CODES, ids=lambda number: number.name)
def test_a_signal_ends_a_process_that_is_inside_of_c(number: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", STUCK_IN_C], stderr=subprocess.PIPE, text=True
    )
    wait_until(lambda: is_watched(process))
    time.sleep(0.5)
    assert ends(process, number) == ""
    assert process.returncode == CODES[number]


# Any moment

COMMANDS: dict[str, list[str]] = {
    "say": ["say", LONG, "-o", "out/a.wav"],
    "say in French": ["say", "Bonjour tout le monde. " * 200, "--voice", "ff_siwis", "-o", "b.mp3"],
    "file": ["file", "book.txt", "--format", "m4b", "--subtitles", "srt", "--force"],
    "voices": ["voices", "list"],
    "models pull": ["models", "pull", "--offline"],
    "text": ["text", "phonemes", "Hello there."],
}

ENDED_BEFORE = {ExitCode.OK, ExitCode.MISSING}
"""How a command may have ended by itself before its signal came."""


def is_watched(process: subprocess.Popen[str]) -> bool:
    """Whether the program's first lines have run: it handles SIGTERM, which Python does not."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
    except OSError:
        return True  # It has ended.
    handled = int(re.search(r"SigCgt:\s*(\w+)", status)[1], 16)  # type: ignore[index]
    return bool(handled >> (signal.SIGTERM - 1) & 1) or "State:\tZ" in status


def moments(count: int) -> list[tuple[str, signal.Signals, float]]:
    """Return commands with signals and the seconds between the program's first line and it."""
    chosen = random.Random(15)
    found = [(name, number, 0.0) for name in COMMANDS for number in CODES]
    while len(found) < count:
        seconds = chosen.choice([0.05, 0.3, 1.5]) * chosen.random()
        found.append((chosen.choice(list(COMMANDS)), chosen.choice(list(CODES)), seconds))
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("count", [36, pytest.param(400, marks=pytest.mark.nightly)])
def test_a_signal_at_any_moment_ends_it(count: int, start: Start, tmp_path: Path) -> None:
    for name, number, seconds in moments(count):
        folder, temporary = tmp_path / "work", tmp_path / "temporary"
        for each in (folder / "out", temporary):
            each.mkdir(parents=True)
        (folder / "book.txt").write_text(LONG)
        process = start(*COMMANDS[name], cwd=folder, environment={"TMPDIR": str(temporary)})
        wait_until(lambda process=process: is_watched(process))  # type: ignore[misc]
        time.sleep(seconds)
        process.send_signal(number)
        if name == "file":  # The first one lets it finish what it speaks; see test_file.py.
            time.sleep(0.01)
            process.send_signal(number)
        errors = process.communicate(timeout=AT_ONCE)[1]
        told = (name, number, seconds, process.returncode, errors)
        # At its very end Python gives signals back to the system, which ends the process then.
        assert process.returncode in {CODES[number], -number, *ENDED_BEFORE}, told
        assert "Traceback" not in errors, told
        assert "xception" not in errors, told
        assert not list(temporary.iterdir()), told
        assert not list(folder.rglob(".*")), told
        shutil.rmtree(folder)
        shutil.rmtree(temporary)


@pytest.mark.skipif(sys.platform == "win32", reason="it removes no library that is loaded")
def test_espeak_is_loaded_without_a_file_that_could_stay(tmp_path: Path) -> None:
    """phonemizer copies the library for each reader, and removed the copies when it ended well."""
    code = (
        "import os; from kokoro_cli.text.languages import LANGUAGES, espeak\n"
        "readers = [espeak.load(LANGUAGES[letter]) for letter in 'fhi']\n"
        "print([reader.words('1')[0].phonemes != '' for reader in readers])\n"
        "print(os.listdir(os.environ['TMPDIR']), flush=True); os._exit(0)"
    )
    variables = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=variables, capture_output=True, text=True
    )
    assert done.stdout == "[True, True, True]\n[]\n", done.stderr
