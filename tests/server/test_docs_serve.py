"""docs/serve.md says what the server does: its commands and Python run, its tables are compared."""

from __future__ import annotations

import ast
import base64
import contextlib
import io
import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import annotated_types
import pytest

from kokoro_cli.assets.store import Store
from kokoro_cli.server.asked import OPENAI_VOICES
from kokoro_cli.server.queue import FullError
from kokoro_cli.server.refusals import refusal_of
from kokoro_cli.server.run import Running
from kokoro_cli.server.schemas import FormatName, KokoroFastApi, SpeechBody
from kokoro_cli.sinks.formats import FORMATS, Encoding
from tests.command_reference import commands, flags, options
from tests.conftest import Run, cli_in
from tests.pages import ROOT, codes, page
from tests.server.serving import Served
from tests.test_readme import CURL, SERVE

PAGE = page("serve.md")
ADDRESS = "http://127.0.0.1:8880"


def _here(text: str, served: Served) -> str:
    return text.replace(ADDRESS, served.url.removesuffix("/"))


# What is run


@pytest.mark.parametrize("command", CURL)
def test_curl_is_answered(command: str, served: Served, tmp_path: Path) -> None:
    if not shutil.which("curl"):
        if os.environ.get("CI"):
            pytest.fail("curl is not installed.")
        pytest.skip("curl is not installed.")
    asked = _here(command, served).removesuffix(" | aplay")
    asked = asked.replace("curl ", "curl --fail --silent --show-error --noproxy '*' ", 1)
    done = subprocess.run(["sh", "-c", asked], cwd=tmp_path, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    if written := re.search(r" -o (\S+)", command):
        assert (tmp_path / written[1]).stat().st_size > 1000
    elif "sse" in command:
        events = done.stdout.decode().strip().split("\n\n")
        *_, last = [json.loads(event.removeprefix("data: ")) for event in events]
        assert last["type"] == "speech.audio.done"
    elif "base64" in command:
        answer = json.loads(done.stdout)
        assert answer["audio"] and answer["timestamps"]
    else:
        assert done.stdout.startswith(b"RIFF") or json.loads(done.stdout)


@pytest.mark.parametrize("command", SERVE)
def test_the_server_takes_these_options(
    command: str, toy_store: Store, toy_cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "keys.txt").write_text("# Ours\n0123456789abcdef\n")
    monkeypatch.chdir(tmp_path)
    ran: list[Running] = []
    monkeypatch.setattr(Running, "run", lambda self: ran.append(self))
    words = shlex.split(command)
    before = words[: words.index("kokoro")]
    given = dict(word.split("=", 1) for word in before)
    result = toy_cli(*words[len(before) + 1 :], environment=given)
    assert result.returncode == 0, result.stderr
    (running,) = ran
    running.service.close()


@pytest.mark.parametrize("code, output", PAGE.examples())
def test_python_is_answered(
    code: str, output: str | None, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(_here(code, served), "example", "exec"), {"__name__": "example"})
    if output is None:
        assert "speech.audio.delta ['Hello', 'there']" in printed.getvalue()
        assert printed.getvalue().endswith("speech.audio.done []\n")
    else:
        assert printed.getvalue() == output
        assert (tmp_path / "hello.mp3").stat().st_size > 1000


def test_what_telephones_get(served: Served) -> None:
    *files, twilio = [json.loads(codes(row[1])[0]) for row in PAGE.tables("Clients")[1]]
    answers = [served.speech(**fields, stream=False) for fields in files]
    assert {each.headers["x-sample-rate"] for each in answers} == {"8000"}
    types = [each.headers["content-type"] for each in answers]
    assert types == ["audio/PCMU;rate=8000", "audio/wav", "audio/wav", "audio/mpeg"]
    assert [int.from_bytes(each.content[20:22], "little") for each in answers[1:3]] == [1, 7]
    first = served.speech(**twilio).text.split("\n\n")[0]
    sound = base64.b64decode(json.loads(first.removeprefix("data: "))["audio"])
    assert sound == answers[0].content[: len(sound)]


@pytest.mark.parametrize(
    "name, option",
    [
        *((name, "--no-stream") for name in ("wav", "flac", "opus", "aac", "pcm")),
        ("pcm", "--stream"),
    ],
)
def test_the_bytes_are_those_of_the_command_line(
    served: Served, cache: Path, tmp_path: Path, name: str, option: str
) -> None:
    text = "Hello there. It costs $3.50, and nobody paid."
    path = tmp_path / f"hello.{name}"
    result = cli_in(cache, "say", text, option, "-o", str(path))
    assert result.returncode == 0, result.stderr
    answer = served.speech(text, response_format=name, stream=option == "--stream")
    assert answer.content == path.read_bytes()


# What is compared


def test_every_option_is_explained() -> None:
    (serve,) = [known for name, known in commands() if name == "kokoro serve"]
    named = {word for text in codes(PAGE.prose) for word in text.split()}
    named |= {word for command in PAGE.commands() for word in command.split()}
    usual = {"--engine", "--device", "--offline", "--quiet"}  # Of all commands.
    for option in options(serve):
        assert set(flags(option)) & (named | usual), flags(option)


def _fields() -> dict[str, Any]:
    return {field.alias or name: field for name, field in SpeechBody.model_fields.items()}


def test_fields() -> None:
    groups: dict[str, list[str]] = {}
    for name, meaning in PAGE.table("Request fields"):
        if not name:
            group = groups[meaning.strip("*")] = []
        group += codes(name)
    assert list(groups) == ["OpenAI's", "Kokoro-FastAPI's", "Ours"]
    assert sorted(name for group in groups.values() for name in group) == sorted(_fields())
    assert set(KokoroFastApi.model_fields) <= set(groups["Kokoro-FastAPI's"])


def test_limits_of_fields() -> None:
    rows = {name: row[1] for row in PAGE.table("Request fields") for name in codes(row[0])}
    limits = (annotated_types.Ge, annotated_types.Gt, annotated_types.Le)
    for name, field in _fields().items():
        for limit in [each for each in field.metadata if isinstance(each, limits)]:
            (value,) = [getattr(limit, key) for key in ("ge", "gt", "le") if hasattr(limit, key)]
            said = name == "seed" or re.search(rf"\b{value:g}\b", rows[name])
            assert said, f"{name}: {value:g}"


def test_formats() -> None:
    rows = {codes(row[0])[0]: row for row in PAGE.table("Formats")}
    assert tuple(rows) == get_args(FormatName)
    for name, (_, types, bit_rate) in rows.items():
        kind = FORMATS[name]
        assert codes(types)[0] == kind.content_type
        assert bit_rate == (f"{kind.bit_rates[0].default // 1000}k" if kind.bit_rates else "")
    telephone = [Encoding("pcm", 8000, None, codec).content_type for codec in ("ulaw", "alaw")]
    assert codes(rows["pcm"][1])[1:] == telephone


def test_voices() -> None:
    names = [name for row in PAGE.table("Voices") for cell in row for name in codes(cell)]
    assert dict(zip(names[::2], names[1::2], strict=True)) == OPENAI_VOICES


def _headers(served: Served) -> Iterator[set[str]]:
    """Yield the headers of answers that have all of ours between them."""
    linked = {"return_download_link": True, "return_timing": True}
    for fields in (
        {"input": "Hello ልም.", "stream": False, **linked},
        {"input": "Hello.", "speed": 4, "instructions": "Whisper."},
    ):
        yield set(served.client.post("/v1/audio/speech", json=fields).headers)
    yield set(refusal_of(FullError("Full.", 1.0)).headers or {})


def test_headers(served: Served) -> None:
    found = {name.lower() for headers in _headers(served) for name in headers}
    usual = {"x-content-type-options", "x-accel-buffering"}
    ours = {n for n in found if n.startswith("x-") or n in ("etag", "retry-after")} - usual
    assert {name.lower() for name in PAGE.keys("Headers of an answer")} == ours


def test_events(served: Served) -> None:
    answer = served.speech(stream_format="sse", timestamps=True)
    rows = {codes(row[0])[0]: set(codes(row[1])) for row in PAGE.table("Whole or streamed")}
    for line in filter(None, answer.text.splitlines()):
        event = json.loads(line.removeprefix("data: "))
        name = event.pop("type")
        assert set(event) <= rows[name]
        assert name == "speech.audio.delta" or set(event) == rows[name]
        for word in event.get("timestamps", []):
            assert set(word) <= set(codes(PAGE.sections["Whole or streamed"]))


def test_an_error(served: Served) -> None:
    (example,) = [json.loads(block) for block in PAGE.blocks("json")]
    answer = served.client.post("/v1/audio/speech", json={}).json()
    assert answer["error"] == example
    assert answer["detail"]["message"] == example["message"]


def test_codes_of_errors() -> None:
    stated = {
        (int(row[0]), code)
        for row in PAGE.table("Errors")
        for code in codes(row[1])
        if not code.startswith("--")
    }
    assert stated == set(_refusals())


def _refusals() -> Iterator[tuple[int, str]]:
    """Yield each status with its code, as the server's source has them."""
    for path in (ROOT / "kokoro_cli" / "server").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {  # What a variable may be.
            node.targets[0].id: node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        for node in ast.walk(tree):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if not called or node.func.id != "RefusalError" or len(node.args) < 4:
                continue
            status, code = node.args[0], node.args[3]
            code = names.get(code.id, code) if isinstance(code, ast.Name) else code
            each = [code.body, code.orelse] if isinstance(code, ast.IfExp) else [code]
            yield from ((ast.literal_eval(status), ast.literal_eval(one)) for one in each)


def test_routes(served: Served) -> None:
    named = {
        code.partition("?")[0]
        for row in PAGE.table("Other routes")
        for code in codes(row[0])
        if code.startswith(("GET", "POST"))
    }
    paths = served.client.get("/openapi.json").json()["paths"]
    known = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert named == known | {"GET /openapi.json"}


def test_figures(served: Served) -> None:
    served.speech()
    types = re.findall(r"^# TYPE (kokoro_\w+) (\w+)$", served.client.get("/metrics").text, re.M)
    assert set(PAGE.keys("Figures")) == {n for n, _ in types if not n.endswith("_created")}
