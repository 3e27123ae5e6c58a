"""The files of deploy/, and a server whose options are read and which is not run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kokoro_cli.server.options import ServerOptions
from kokoro_cli.server.run import Running
from tests.conftest import Run
from tests.deploy.dockerfile import Dockerfile, read_dockerfile
from tests.pages import ROOT

Served = Callable[..., ServerOptions]


@pytest.fixture(scope="session")
def dockerfile() -> Dockerfile:
    return read_dockerfile(ROOT / "deploy" / "Dockerfile")


@pytest.fixture
def served(toy_cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Served:
    """Return the options that a command line of a container gives the server."""
    keys = tmp_path / "keys"
    keys.write_text("0123456789abcdef\n")
    ran: list[Running] = []
    monkeypatch.setattr(Running, "run", lambda self: ran.append(self))

    def serve(words: list[str], **environment: str) -> ServerOptions:
        at = [str(keys) if word == "/run/secrets/keys" else word for word in words]
        result = toy_cli(*at, environment=environment)
        assert result.returncode == 0, result.stderr
        running = ran.pop()
        running.service.close()
        return running.service.options

    return serve
