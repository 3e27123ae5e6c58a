"""No command opens a socket unless something has to be fetched; the kernel watches.

A patched ``socket`` module would not see what native code does.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kokoro_cli.assets.store import Store
from kokoro_cli.errors import ExitCode
from tests import no_sockets
from tests.conftest import variables_of
from tests.toy_model import link_model, slowed

pytestmark = pytest.mark.skipif(not no_sockets.SUPPORTED, reason="needs seccomp, of Linux")

REPORTED_SECONDS = 12
"""onnxruntime's telemetry connects nine seconds after it was imported."""


def watched(
    cache: Path, folder: Path, *command: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run Python with an empty home in a folder; the first socket ends it by SIGSYS."""
    (folder / "home").mkdir()
    (folder / "book.txt").write_text("A short book.")
    home = dict.fromkeys(("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"))
    unset = {name: str(folder / "home") for name in home}
    own = {"KOKORO_VOICES": str(folder / "own"), "ORT_DISABLE_TELEMETRY": ""}
    return subprocess.run(
        [sys.executable, no_sockets.__file__, sys.executable, *command],
        cwd=folder,
        env=variables_of(cache, {**unset, **own, **variables}),
        capture_output=True,
        text=True,
        timeout=600,
        stdin=subprocess.DEVNULL,
    )


ATTEMPTS = {
    "IPv4": "import socket; socket.socket(socket.AF_INET)",
    "IPv6": "import socket; socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)",
    "a name": "import socket; socket.getaddrinfo('example.org', 80)",
    "a thread": "import socket, threading; threading.Thread(target=socket.socket).start(); input()",
    "native code": "import ctypes; ctypes.CDLL(None).socket(2, 1, 0)",
}


@pytest.mark.parametrize("code", ATTEMPTS.values(), ids=ATTEMPTS)
def test_the_watch_sees_it(code: str, tmp_path: Path) -> None:
    assert watched(tmp_path, tmp_path, "-c", code).returncode == -signal.SIGSYS


def test_the_watch_sees_a_process_that_is_started(tmp_path: Path) -> None:
    start = f"import subprocess, sys; print(subprocess.call([sys.executable, '-c', {SOCKET!r}]))"
    done = watched(tmp_path, tmp_path, "-c", start)
    assert (done.returncode, done.stdout) == (0, f"{-signal.SIGSYS}\n")


SOCKET = ATTEMPTS["IPv4"]

COMMANDS: dict[str, list[str]] = {
    "say": ["say", "Hello.", "-o", "x.wav"],
    "say offline": ["say", "Hello.", "-o", "x.opus", "--offline"],
    "say in French": ["say", "Bonjour.", "--voice", "ff_siwis", "-o", "x.mp3"],
    "file": ["file", "book.txt", "--format", "m4b", "--subtitles", "srt"],
    "text": ["text", "phonemes", "Hello there."],
    "voices": ["voices", "list"],
    "voices blend": ["voices", "blend", "af_heart+af_sky", "--save", "mix"],
    "models": ["models", "list"],
    "bench": ["bench", "--engine", "onnx", "--runs", "1", "--cold-runs", "1"],
}


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_a_command_opens_none(arguments: list[str], toy_store: Store, tmp_path: Path) -> None:
    done = watched(toy_store.cache, tmp_path, "-m", "kokoro_cli", *arguments)
    assert done.returncode == 0, done.stderr
    assert not list((tmp_path / "home").rglob("*")), "it keeps something in the home"


def test_a_missing_voice_is_not_asked_for_offline(toy_store: Store, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    (cache / "voices").mkdir(parents=True)
    link_model(toy_store.cache, cache)
    arguments = ["say", "Hello.", "--voice", "af_sky", "-o", "x.wav", "--offline"]
    done = watched(cache, tmp_path, "-m", "kokoro_cli", *arguments)
    assert done.returncode == ExitCode.MISSING, done.stderr


def test_the_engine_reports_to_nobody(toy_store: Store, tmp_path: Path) -> None:
    done = watched(
        toy_store.cache,
        tmp_path,
        *("-m", "kokoro_cli", "say", "Hello.", "-o", "x.wav"),
        **slowed(REPORTED_SECONDS),
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.nightly
def test_the_watch_sees_telemetry(toy_store: Store, tmp_path: Path) -> None:
    """Without the variable, the same takes that end; else the test above could not fail."""
    code = f"import onnxruntime, time; time.sleep({REPORTED_SECONDS})"
    assert watched(toy_store.cache, tmp_path, "-c", code).returncode == -signal.SIGSYS


LIBRARIES = {
    "the recogniser": "from kokoro_cli.bench.recognise import _model; _model()",
    "PyTorch and the model": "from kokoro_cli.engines.kmodel import empty_kmodel; empty_kmodel()",
    "English": "from kokoro_cli.text.languages.english import _misaki_english; _misaki_english()",
    "pictures": "import matplotlib.pyplot",
    "the player": "import sounddevice; sounddevice.query_devices()",
}


@pytest.mark.parametrize("code", LIBRARIES.values(), ids=LIBRARIES)
def test_a_library_opens_none(code: str, tmp_path: Path) -> None:
    done = watched(tmp_path, tmp_path, "-c", code)
    assert done.returncode == 0, done.stderr


@pytest.mark.nightly
@pytest.mark.parametrize("name", ["the recogniser", "PyTorch and the model"])
def test_a_library_opens_none_later(name: str, tmp_path: Path) -> None:
    code = f"{LIBRARIES[name]}; import time; time.sleep({REPORTED_SECONDS})"
    assert watched(tmp_path, tmp_path, "-c", code).returncode == 0
