"""How the server begins, rests and ends: as a process, by its command."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import Run, variables_of
from tests.server.conftest import Serve
from tests.server.serving import PATIENCE_SECONDS
from tests.toy_model import slowed


@contextmanager
def process(
    cache: Path, *arguments: str, environment: dict[str, str] | None = None
) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """Run the command; yield its process and a client, when it listens."""
    started = subprocess.Popen(
        [sys.executable, "-m", "kokoro_cli", "serve", "--port", "0", "--json", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=variables_of(cache, environment),
    )
    try:
        assert started.stdout is not None
        report = json.loads(started.stdout.readline())
        assert report["pid"] == started.pid
        with httpx.Client(base_url=report["url"], timeout=PATIENCE_SECONDS) as client:
            end = time.monotonic() + PATIENCE_SECONDS
            while client.get("/health").json()["status"] == "loading":
                assert time.monotonic() < end
                time.sleep(0.05)
            yield started, client
    finally:
        started.kill()
        started.communicate(timeout=PATIENCE_SECONDS)


def ended(started: subprocess.Popen[str]) -> tuple[int, str]:
    """Wait for the process; return its exit code and what it told people."""
    _, errors = started.communicate(timeout=PATIENCE_SECONDS)
    return started.returncode, errors


def test_it_says_where_it_listens(cache: Path) -> None:
    with process(cache) as (started, client):
        assert client.get("/health").json()["status"] == "healthy"
        answer = client.post("/v1/audio/speech", json={"input": "Hello."})
        assert answer.status_code == 200
        started.send_signal(signal.SIGTERM)
        assert ended(started) == (0, "")


def test_a_line_says_that_no_fast_engine_is_here(cache: Path) -> None:
    with process(cache, "--precision", "fast") as (started, client):
        assert client.post("/v1/audio/speech", json={"input": "Hello."}).status_code == 200
        started.send_signal(signal.SIGTERM)
        code, errors = ended(started)
    assert code == 0
    assert errors.count("No engine of reduced precision was measured here") == 1
    assert "onnx speaks" in errors


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_finishes_what_it_speaks_and_takes_nothing_new(
    cache: Path, number: signal.Signals
) -> None:
    text = "One sentence here. " * 20
    with process(cache, "--no-store", environment=slowed(0.1)) as (started, client):
        body = {"input": text, "response_format": "pcm", "voice": "af_heart"}
        with client.stream("POST", "/v1/audio/speech", json=body) as answer:
            pieces = answer.iter_bytes()
            got = [next(pieces)]
            started.send_signal(number)
            with httpx.Client(base_url=client.base_url, timeout=PATIENCE_SECONDS) as other:
                status = 200
                while status == 200:
                    health = other.get("/health")
                    status = health.status_code
                assert (status, health.json()["status"]) == (503, "stopping")
                refused = other.post("/v1/audio/speech", json={"input": "Hello."})
            assert refused.status_code == 503
            assert refused.headers["retry-after"]
            assert refused.json()["error"]["code"] == "stopping"
            got += pieces
        assert ended(started) == (0, "")
    with process(cache) as (_, client):
        again = client.post("/v1/audio/speech", json=body)
        assert b"".join(got) == again.content


def test_it_does_not_wait_for_ever(cache: Path) -> None:
    arguments = ["--no-store", "--drain-seconds", "0.5"]
    with process(cache, *arguments, environment=slowed(0.2)) as (started, client):
        body = {"input": "One sentence here. " * 400, "response_format": "pcm"}
        with client.stream("POST", "/v1/audio/speech", json=body) as answer:
            pieces = answer.iter_bytes()
            next(pieces)
            started.send_signal(signal.SIGTERM)
            with pytest.raises(httpx.RemoteProtocolError):
                for _ in pieces:
                    pass
        code, _ = ended(started)
        assert code == 0


def test_the_second_signal_ends_it_at_once(cache: Path) -> None:
    with process(cache, "--no-store", environment=slowed(30)) as (started, client):
        body = {"input": "One sentence here. " * 40}
        waiting = threading.Thread(target=lambda: _ignore(client, body))
        waiting.start()
        end = time.monotonic() + PATIENCE_SECONDS
        while not client.get("/health").json()["queue"]["waiting"]:
            assert time.monotonic() < end
            time.sleep(0.02)
        for _ in range(2):
            started.send_signal(signal.SIGINT)
            time.sleep(0.3)
        assert ended(started)[0] == 130
        waiting.join(PATIENCE_SECONDS)


def _ignore(client: httpx.Client, body: dict[str, Any]) -> None:
    with pytest.raises(httpx.HTTPError):
        client.post("/v1/audio/speech", json=body)


def test_an_idle_model_frees_its_memory_and_comes_back(serve: Serve) -> None:
    with serve(keep_alive="0.2s", store=False) as served:
        first = served.speech(response_format="pcm", stream=False)
        end = time.monotonic() + PATIENCE_SECONDS
        while served.client.get("/health").json()["model_loaded"]:
            assert time.monotonic() < end
            time.sleep(0.05)
        assert served.client.get("/health").json()["status"] == "healthy"
        assert served.speech(response_format="pcm", stream=False).content == first.content


def test_a_model_that_is_at_work_stays(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(keep_alive="0.1s", store=False) as served:
        assert served.speech().status_code == 200
        unloaded = []
        monkeypatch.setattr(served.service.speaker, "unload", lambda: unloaded.append(1))
        end = time.monotonic() + 1
        while time.monotonic() < end:
            assert served.speech("A few more words, so that it takes a while.").status_code == 200
            if unloaded:
                assert served.service.queue.is_idle
                return


def test_a_port_that_is_taken_is_one_line(toy_cli: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        made = toy_cli("serve", "--port", str(port))
    assert made.returncode == 2
    assert f"can't listen on 127.0.0.1, port {port}" in made.stderr
    assert "--port" in made.stderr


def test_without_the_extra_it_says_what_to_install(cache: Path, tmp_path: Path) -> None:
    (tmp_path / "fastapi.py").write_text("raise ModuleNotFoundError('x', name='fastapi')\n")
    made = subprocess.run(
        [sys.executable, "-m", "kokoro_cli", "serve"],
        env=variables_of(cache, {"PYTHONPATH": os.fspath(tmp_path)}),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    assert made.returncode == 4
    assert made.stderr == (
        "Error: The server needs fastapi.\nHint: Install it with: pip install 'kokoro-cli[serve]'\n"
    )
