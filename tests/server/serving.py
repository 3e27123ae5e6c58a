"""A server in a thread of the test's process, on loopback."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from kokoro_cli.config import read_settings
from kokoro_cli.server.options import ServerOptions
from kokoro_cli.server.run import Running
from kokoro_cli.server.service import Service

PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Served:
    """A server that listens."""

    url: str
    """With a slash at its end."""
    service: Service
    client: httpx.Client
    running: Running

    def speech(self, text: str = "Hello there.", **fields: Any) -> httpx.Response:
        return self.client.post("/v1/audio/speech", json={"input": text, **fields})


@contextmanager
def serving(cache: Path, **options: Any) -> Iterator[Served]:
    """Serve with the model in *cache*; *options* are those of `ServerOptions`."""
    variables = {"KOKORO_CACHE": str(cache), "KOKORO_VOICES": str(cache / "own-voices")}
    begun = threading.Event()
    found: list[tuple[str, Service]] = []

    def note(url: str, service: Service) -> None:
        found.append((url, service))
        begun.set()

    settings = read_settings({**variables, "HOME": str(cache)})
    running = Running(ServerOptions(**{"port": 0, **options}), settings, note)
    thread = threading.Thread(target=running.run, name="server")
    thread.start()
    try:
        assert begun.wait(PATIENCE_SECONDS)
        url, service = found[0]
        end = time.monotonic() + PATIENCE_SECONDS
        while not service.ready:
            assert time.monotonic() < end
            time.sleep(0.01)
        with httpx.Client(base_url=url, timeout=PATIENCE_SECONDS) as client:
            yield Served(url, service, client, running)
    finally:
        running.stop()
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()
