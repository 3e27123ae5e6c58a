"""deploy/Dockerfile: what it copies and installs exists, and its commands are the program's."""

from __future__ import annotations

import fnmatch
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from kokoro_cli.config import VARIABLES
from kokoro_cli.server.options import DEFAULT_PORT
from tests.deploy.conftest import Served
from tests.deploy.dockerfile import Dockerfile, Step
from tests.pages import ROOT, codes, page
from tests.test_readme import tomllib

TARGETS = ("cpu", "cuda")
KEY = "0123456789abcdef"


def test_the_linter_finds_nothing() -> None:
    linter = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([linter, ROOT / "deploy/Dockerfile"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_it_copies_what_there_is(dockerfile: Dockerfile) -> None:
    for stage in dockerfile.stages.values():
        for step in stage.steps:
            if step.name == "COPY" and "from" not in step.flags:
                assert all((ROOT / word).exists() for word in step.words[:-1])
            elif step.name == "COPY":
                assert step.flags["from"] in dockerfile.stages


def _sent(path: str) -> bool:
    """Whether .dockerignore lets a file of the checkout through; the last line that fits counts."""
    sent = True
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        if line and not line.startswith("#"):
            pattern = line.lstrip("!").removeprefix("**/")
            parts = path.split("/")
            below = ["/".join(parts[: i + 1]) for i in range(len(parts))]
            below += parts if "**/" in line else []
            if any(fnmatch.fnmatchcase(each, pattern) for each in below):
                sent = line.startswith("!")
    return sent


def test_the_context_has_what_a_wheel_is_made_of() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {"pyproject.toml", "constraints.txt", "kernels/CMakeLists.txt", "kokoro_cli/py.typed"}
    needed |= {project["project"]["readme"], *project["project"]["license-files"]}
    needed |= {*wheel["force-include"], *wheel["packages"]}
    assert {path for path in needed if not _sent(path)} == set()
    kept_out = (".git/config", ".venv/bin/python", "deploy/keys.txt", "tests/books.py")
    assert [path for path in kept_out if _sent(path)] == []


@pytest.mark.parametrize("target", TARGETS)
def test_it_installs_extras_that_there_are(dockerfile: Dockerfile, target: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    (extras,) = [
        step.text.partition("=")[2].split(",")
        for step in dockerfile.steps(f"{target}-packages", "ARG")
        if step.text.startswith("EXTRAS=")
    ]
    assert set(extras) <= set(project["optional-dependencies"]) and "serve" in extras
    (base,) = dockerfile.arguments.values()
    (version,) = re.findall(r"python:(3\.\d+)-slim", base)
    assert f"Programming Language :: Python :: {version}" in project["classifiers"]


@pytest.mark.parametrize("target", TARGETS)
def test_its_command_is_the_server(dockerfile: Dockerfile, target: str, served: Served) -> None:
    assert dockerfile.last(target, "ENTRYPOINT").words == ["kokoro"]
    words = dockerfile.last(target, "CMD").words
    device = words.index("--device") if "--device" in words else len(words)
    options = served(words[:device], KOKORO_API_KEY=KEY)  # No GPU is needed to check the rest.
    assert words[device:] == (["--device", "cuda"] if target == "cuda" else [])
    assert (options.host, options.port) == ("0.0.0.0", DEFAULT_PORT)
    assert dockerfile.last(target, "EXPOSE").words == [str(DEFAULT_PORT)]


@pytest.mark.parametrize("target", TARGETS)
def test_it_has_no_rights(dockerfile: Dockerfile, target: str) -> None:
    user = dockerfile.last(target, "USER").text
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)
    environment = " ".join(step.text for step in dockerfile.steps(target, "ENV"))
    assert dockerfile.last(target, "VOLUME").text in re.findall(r"KOKORO_CACHE=(\S+)", environment)
    assert set(re.findall(r"\bKOKORO_\w+", environment)) <= set(VARIABLES)
    (made,) = [step.text for step in dockerfile.steps(target, "RUN") if "useradd" in step.text]
    uid, gid = user.split(":")
    assert f"useradd --uid {uid} --gid {gid}" in made and f"--owner {uid} --group {gid}" in made


@contextmanager
def _answering(status: int) -> Iterator[int]:
    """Yield the port of a server that gives /health a status, and everything else 404."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/health" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever).start()
        yield server.server_port
        server.shutdown()


@pytest.mark.parametrize("status, healthy", [(200, True), (503, False), (None, False)])
def test_the_health_check(dockerfile: Dockerfile, status: int | None, healthy: bool) -> None:
    _, check = dockerfile.last("cpu", "HEALTHCHECK").text.split("CMD ", 1)
    assert str(DEFAULT_PORT) in check
    with _answering(status or 200) as port:
        command = Step("CMD", check).words
        if status is None:
            port = 1
        command = [
            sys.executable,
            *command[1:-1],
            command[-1].replace(str(DEFAULT_PORT), str(port)),
        ]
        assert (subprocess.run(command, stderr=subprocess.DEVNULL).returncode == 0) == healthy


def test_build_arguments_are_described(dockerfile: Dockerfile) -> None:
    known = dict(dockerfile.arguments)
    for stage in dockerfile.stages.values():
        known |= {
            s.text.partition("=")[0]: s.text.partition("=")[2]
            for s in stage.steps
            if s.name == "ARG"
        }
    table = {codes(row[0])[0]: row[2] for row in page("deploy.md").table("Image")}
    assert set(table) == set(known)
    assert all(
        codes(text) in ([], [known[name]]) or name == "VOICES" for name, text in table.items()
    )
