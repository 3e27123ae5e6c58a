"""The comparison of servers: starting them, asking in turns, the table; with fake servers."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks import servers
from benchmarks.servers import (
    Cell,
    PeerError,
    Server,
    check,
    free_port,
    measure_in_turn,
    parsed,
    running,
    spoken,
    table_of,
)
from kokoro_cli import KokoroError
from kokoro_cli.bench.server import ServerFigures
from kokoro_cli.bench.texts import SHORT
from tests.assets.hub import dead_url
from tests.bench.speech_server import SpeechServer, running_server

FIGURES = ServerFigures(4, {}, 0.5, 0.6, 2.0, 3.0, 1.25, 8.0)
NAMES = ["ours", "a", "b"]


def pcm(seconds: float) -> bytes:
    time = np.arange(round(seconds * 24_000)) / 24_000
    return (10_000 * np.sin(2 * np.pi * 220 * time)).astype("<i2").tobytes()


@pytest.fixture
def fake() -> Iterator[SpeechServer]:
    with running_server() as server:
        server.body, server.content_type = pcm(3.0), "audio/pcm"
        yield server


# Starting.


def test_a_server_runs_until_the_end_of_the_block(tmp_path: Path) -> None:
    (tmp_path / "health").write_text("{}")
    port = free_port()
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    with running("files", [*command, "--directory", str(tmp_path)], port) as url:
        assert url == f"http://127.0.0.1:{port}"
        assert servers.healthy(url)
    assert not servers.healthy(url)


def test_a_server_that_ends_tells_why() -> None:
    command = [sys.executable, "-c", "print('a'); print('no model is here'); exit(2)"]
    with pytest.raises(PeerError) as told, running("x", command, free_port()):
        pass
    assert str(told.value) == "no model is here"


def test_the_reason_is_the_line_of_an_error() -> None:
    printed = b"Error: No such command 'serve'.\nHint: kokoro --help shows what there is.\n"
    assert servers.reason(printed) == "Error: No such command 'serve'."
    assert servers.reason(b"one\ntwo\n") == "two"
    assert servers.reason(b"") == ""


def test_a_server_that_is_never_healthy_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "START_SECONDS", 0.3)
    command = [sys.executable, "-c", "import time; time.sleep(600)"]
    with pytest.raises(PeerError) as told, running("x", command, free_port()):
        pass
    assert str(told.value) == "it does not answer /health"


def test_ours_is_this_program() -> None:
    command = servers.ours_command(8880)[1:]
    assert command == ["-m", "kokoro_cli", "serve", "--port", "8880", "--no-store"]


def test_a_graph_gets_a_fixed_width_and_speaks_the_same(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    runtime = pytest.importorskip("onnxruntime")
    value = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("Add", ["tokens", "tokens"], ["audio"])],
        "twice",
        [value("tokens", onnx.TensorProto.INT64, [1, "n"])],
        [value("audio", onnx.TensorProto.INT64, [1, "t"])],
    )
    opset = [onnx.helper.make_opsetid("", 17)]
    onnx.save(onnx.helper.make_model(graph, opset_imports=opset, ir_version=8), tmp_path / "a.onnx")
    servers.write_bucket(tmp_path / "a.onnx", tmp_path / "b.onnx", 8)
    session = runtime.InferenceSession(str(tmp_path / "b.onnx"))
    assert [each.shape for each in session.get_inputs()] == [[1, 8], [1]]
    given = {"tokens": np.arange(8)[None], "input_lengths": np.array([3])}
    (audio,) = session.run(None, given)
    assert audio.tolist() == [[0, 2, 4]]


# Measuring.


def test_the_sound_is_read(fake: SpeechServer) -> None:
    samples = spoken(fake.url, SHORT)
    assert len(samples) == 72_000
    assert 0.3 < samples.max() < 0.31
    assert fake.asked[0].body == {
        "model": "kokoro",
        "input": SHORT,
        "voice": "af_heart",
        "response_format": "pcm",
        "stream": True,
    }


def test_what_speaks_wrongly_is_told(fake: SpeechServer) -> None:
    with running_server() as silent, running_server() as long, running_server() as broken:
        silent.body, long.body = bytes(96_000), pcm(6.0)
        broken.fails(500, "no memory")
        every = {"first": fake, "silent": silent, "long": long, "broken": broken}
        asked = [Server(name, each.url) for name, each in every.items()]
        wrong = check([*asked, Server("gone", dead_url())], ["short", "medium"])
    assert wrong.pop("gone").startswith("short: ")
    assert wrong.pop("broken").startswith("short: HTTP 500")
    assert wrong == {
        "silent": "short: the output is silent",
        "long": "short: the output has 6.0 s of speech, ours 3.0 s",
    }


def test_a_server_is_asked_for_one_text_with_all_clients(fake: SpeechServer) -> None:
    fake.gathers = 3
    figures = servers.ask(Server("a", fake.url), "short", 3, each=2)
    assert (figures.requests, figures.errors) == (6, {})
    assert fake.texts == [SHORT] * 7
    assert fake.most_at_once == 3


def test_servers_take_turns_and_one_that_fails_is_left_out() -> None:
    asked: list[tuple[str, str, int]] = []

    def work(server: Server, text: str, clients: int) -> ServerFigures:
        asked.append((server.name, text, clients))
        if server.name == "b" and clients == 4:
            raise KokoroError("gone")
        return FIGURES

    every = [Server(name, "") for name in NAMES]
    found, failed = measure_in_turn(every, ["short", "long"], [1, 4], 3, work)
    assert [name for name, text, clients in asked if (text, clients) == ("short", 1)] == [
        "ours", "a", "b", "a", "ours", "ours", "a",
    ]  # fmt: skip
    assert failed == {"b": "gone"}
    assert found[Cell("long", 4, "a")] == [FIGURES] * 3
    assert found[Cell("short", 1, "b")] == [FIGURES]


# Showing.


def test_the_table_has_medians_and_all_errors() -> None:
    slow = replace(FIGURES, first_byte_p50_seconds=9.0, errors={"timed out": 2})
    none = ServerFigures(4, {"timed out": 4}, *[None] * 6)
    found = {
        Cell("short", 1, "ours"): [FIGURES, slow, FIGURES],
        Cell("short", 1, "a"): [none],
        Cell("long", 16, "a"): [],
    }
    table = table_of(found, 3)
    assert table.rows == [
        ["short, 10 words", "1", "ours", "0.50 s", "1.25", "8.0 s", "2"],
        ["short, 10 words", "1", "a", "–", "–", "–", "4"],
        ["long, 100 words", "16", "a", "–", "–", "–", "0"],
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--servers", ""],
        ["--servers", "kokoros"],
        ["--servers", "ours,ours"],
        ["--texts", "epic"],
        ["--texts", ""],
        ["--clients", "0"],
        ["--clients", "some"],
        ["--each", "0"],
        ["--rounds", "0"],
    ],
)
def test_nonsense_is_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit):
        parsed(arguments)


def test_the_usual_comparison() -> None:
    asked: argparse.Namespace = parsed([])
    assert asked.servers == ["ours", "fastkokoro"]
    assert (asked.clients, asked.texts) == ([1, 4, 16], ["short", "medium", "long"])


def test_running_servers_are_compared(
    fake: SpeechServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--servers", f"a={fake.url},b={fake.url}/v1,gone={dead_url()}", "--texts", "short"]
    given += ["--rounds", "2", "--clients", "1,2", "--json", str(tmp_path / "found.json")]
    assert servers.main(given) == 1  # One of them is gone.
    shown = capsys.readouterr()
    assert "| short, 10 words | 2 | b |" in shown.out
    assert "gone failed: short: " in shown.err
    found = json.loads((tmp_path / "found.json").read_text())
    assert list(found["failed"]) == ["gone"]
    assert [len(cell["rounds"]) for cell in found["cells"]] == [2] * 4
