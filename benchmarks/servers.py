"""Compare ``kokoro serve`` with other speech servers: same weights, voice and texts, in turns.

    python benchmarks/servers.py [--servers ours,fastkokoro] [--rounds 3] [--clients 1,4,16]
                                 [--texts short,medium,long] [--each 1] [--json FILE]

A server is ``ours``, ``fastkokoro``, or one that is already running: ``NAME=http://host:port``.
The first two are started here. An NVIDIA GPU is hidden from both.

fastkokoro is installed once, with the pins in ``benchmarks/peers``. It has its usual settings. It
reads our voices, and a graph made of our checkpoint with room for 96 tokens, as the graph has that
it would fetch. So it cuts a text where it does with that one. The one it would fetch has an fp16
decoder and always works out 200 frames of sound; ours is fp32 and works out what is spoken.

In each round each text is asked for with each number of clients, by one server after the other. The
other servers run too, but are idle. Each round begins with another server. Each client sends
``--each`` requests for pcm with ``"stream": true``. Before the first round each server speaks each
text once, untimed: there must be a sound, about as long as the first server's.

The table has the medians of the rounds. Servers leave different amounts of silence around
sentences, and silence counts as speech.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import platform
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from peers import (
    VOICE,
    PeerError,
    check_length,
    in_turn,
    last_line,
    lay_out_weights,
    make_environment,
    sounding_seconds,
    versions,
)
from platformdirs import user_cache_path
from rich.console import Console
from rich.markup import escape

from kokoro_cli import KokoroError, Speaker, processor
from kokoro_cli.bench import texts
from kokoro_cli.bench.client import Endpoint
from kokoro_cli.bench.machine import busy, this_machine
from kokoro_cli.bench.server import ServerFigures, elapsed, measure, summarise
from kokoro_cli.bench.tables import Table, as_markdown
from kokoro_cli.kokoro82m import SAMPLE_RATE

OURS, FASTKOKORO = "ours", "fastkokoro"
TEXTS = {"short": texts.SHORT, "medium": texts.MEDIUM, "long": texts.LONG, "page": texts.PAGE}
BUCKET = 96
START_SECONDS, ANSWER_SECONDS = 300.0, 900.0


@dataclass(frozen=True, slots=True)
class Server:
    name: str
    url: str
    about: str = ""
    """Its versions, if it was started here."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One line of the table."""

    text: str
    clients: int
    server: str


Rounds = dict[Cell, list[ServerFigures]]

# Starting.


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def healthy(url: str) -> bool:
    """Return whether ``GET /health`` is answered with 200. No proxy is asked."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@contextmanager
def running(name: str, command: Sequence[str], port: int, **variables: str) -> Iterator[str]:
    """Run a server until the end of the block; yield its address when it is healthy.

    PeerError with what it printed, if it ends or is not healthy in time.
    """
    url = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "", "HF_HUB_OFFLINE": "1", **variables}
    if name != OURS:
        environment.pop("PYTHONPATH", None)
    with tempfile.TemporaryFile() as printed:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
            env=environment,
        )
        try:
            end = time.monotonic() + START_SECONDS
            while not healthy(url):
                if process.poll() is not None or time.monotonic() > end:
                    printed.seek(0)
                    raise PeerError(reason(printed.read()) or "it does not answer /health")
                time.sleep(0.2)
            yield url
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def reason(printed: bytes) -> str:
    """Return the last line that names an error, else the last line."""
    lines = [line for line in printed.splitlines() if b"Error: " in line]
    return last_line(lines[-1] if lines else printed)


def ours_command(port: int) -> list[str]:
    return [sys.executable, "-m", "kokoro_cli", "serve", "--port", str(port), "--no-store"]


@contextmanager
def started_ours() -> Iterator[Server]:
    port = free_port()
    with running(OURS, ours_command(port), port) as url:
        yield Server(OURS, url, versions(Path(sys.executable)))


@contextmanager
def started_fastkokoro(folder: Path, console: Console) -> Iterator[Server]:
    """Install fastkokoro and make its graph if that has not been done, and start it."""
    if sys.version_info < (3, 11):
        raise PeerError("fastkokoro needs Python 3.11 or later")
    python = make_environment(FASTKOKORO, folder, console)
    with Speaker.open(offline=True) as speaker:
        weights = lay_out_weights(speaker, folder, console)
    graph = weights / f"kokoro-bucket-{BUCKET}.onnx"
    if not graph.exists():
        new = graph.with_suffix(".new")
        write_bucket(weights / "kokoro-v1.0.onnx", new)
        new.replace(graph)
    port = free_port()
    variables = {
        "FASTKOKORO_HOST": "127.0.0.1",
        "FASTKOKORO_PORT": str(port),
        "FASTKOKORO_MODEL_PATH": str(graph),
        "FASTKOKORO_VOICES_PATH": str(weights / "voices-v1.0.bin"),
        "FASTKOKORO_CACHE_DIR": str(weights / FASTKOKORO),
    }
    command = [str(python.parent / FASTKOKORO)]
    with running(FASTKOKORO, command, port, **variables) as url:
        yield Server(FASTKOKORO, url, versions(python))


def write_bucket(graph: Path, target: Path, width: int = BUCKET) -> None:
    """Write the graph with a fixed number of tokens; ``input_lengths`` says how many are spoken."""
    import onnx
    from onnx import TensorProto, helper

    model = onnx.load(graph)
    inner = model.graph
    for node in inner.node:
        node.input[:] = ["spoken_tokens" if name == "tokens" else name for name in node.input]
    (tokens,) = (each for each in inner.input if each.name == "tokens")
    tokens.CopyFrom(helper.make_tensor_value_info("tokens", TensorProto.INT64, [1, width]))
    inner.input.append(helper.make_tensor_value_info("input_lengths", TensorProto.INT64, [1]))
    inner.initializer.append(helper.make_tensor("cut_start", TensorProto.INT64, [1], [0]))
    inner.initializer.append(helper.make_tensor("cut_axis", TensorProto.INT64, [1], [1]))
    cut = ["tokens", "cut_start", "input_lengths", "cut_axis"]
    inner.node.insert(0, helper.make_node("Slice", cut, ["spoken_tokens"]))
    del inner.value_info[:]  # The shapes within are other ones now.
    onnx.save(model, target)


# Measuring.


def spoken(url: str, text: str) -> np.ndarray:
    """Return the samples that a server speaks; PeerError if it does not."""
    endpoint = Endpoint(url, voice=VOICE, format="pcm")
    parts = urlsplit(str(endpoint))
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=ANSWER_SECONDS)
    body: dict[str, Any] = {"model": endpoint.model, "input": text, "voice": VOICE}
    body |= {"response_format": "pcm", "stream": True}
    try:
        headers = {"Content-Type": "application/json"}
        connection.request("POST", endpoint.target, json.dumps(body), headers)
        answer = connection.getresponse()
        sound = answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise PeerError(str(error) or type(error).__name__) from error
    finally:
        connection.close()
    if answer.status != 200:
        raise PeerError(f"HTTP {answer.status}: {last_line(sound)}")
    return np.frombuffer(sound[: len(sound) // 2 * 2], dtype="<i2") / np.float32(32768)


def check(servers: Sequence[Server], asked: Sequence[str]) -> dict[str, str]:
    """Return why servers speak wrongly: silence, or another length than the first one's."""
    wrong: dict[str, str] = {}
    for text in asked:
        expected: float | None = None
        for server in servers:
            if server.name in wrong:
                continue
            try:
                seconds = sounding_seconds(spoken(server.url, TEXTS[text]), SAMPLE_RATE)
                expected = expected or seconds
                check_length(seconds, expected)
            except PeerError as error:
                wrong[server.name] = f"{text}: {error}"
    return wrong


Work = Callable[[Server, str, int], ServerFigures]
"""Asks a server for a text with a number of clients."""


def ask(server: Server, text: str, clients: int, *, each: int) -> ServerFigures:
    """Return the figures of *each* requests for each client."""
    answers = measure(
        Endpoint(server.url, voice=VOICE, format="pcm"),
        [TEXTS[text]],
        clients=clients,
        requests=clients * each,
        timeout=ANSWER_SECONDS,
        done=lambda answer: None,
    )
    return summarise(answers, elapsed(answers))


def measure_in_turn(
    servers: Sequence[Server],
    asked: Sequence[str],
    clients: Sequence[int],
    rounds: int,
    work: Work,
) -> tuple[Rounds, dict[str, str]]:
    """Return the figures of each round, and why servers were left out from some point on."""
    found: Rounds = {
        Cell(text, number, server.name): []
        for text in asked
        for number in clients
        for server in servers
    }
    by_name = {server.name: server for server in servers}
    failed: dict[str, str] = {}
    for turn in range(rounds):
        print(f"Round {turn + 1} of {rounds} …", file=sys.stderr, flush=True)
        for text in asked:
            for number in clients:
                for name in in_turn(list(by_name), turn):
                    if name in failed:
                        continue
                    try:
                        figures = work(by_name[name], text, number)
                    except KokoroError as error:
                        failed[name] = str(error)
                        continue
                    found[Cell(text, number, name)].append(figures)
    return found, failed


# Showing.


def table_of(found: Rounds, rounds: int) -> Table:
    """Return the medians of the rounds; a server with errors shows how many."""
    columns = (
        "Text", "Clients", "Server", "First byte p50", "Requests/s", "Speech/s", "Errors",
    )  # fmt: skip
    rows = []
    for cell, figures in found.items():
        words = texts.words_in(TEXTS[cell.text])
        rows.append(
            [
                f"{cell.text}, {words} words",
                str(cell.clients),
                cell.server,
                _median([each.first_byte_p50_seconds for each in figures], "{:.2f} s"),
                _median([each.requests_per_second for each in figures], "{:.2f}"),
                _median([each.audio_seconds_per_second for each in figures], "{:.1f} s"),
                str(sum(sum(each.errors.values()) for each in figures)),
            ]
        )
    return Table("One round" if rounds == 1 else f"Medians of {rounds} rounds", columns, rows)


def _median(values: Sequence[float | None], form: str) -> str:
    known = [value for value in values if value is not None]
    return form.format(statistics.median(known)) if known else "–"


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare kokoro serve with other speech servers.")
    parser.add_argument("--servers", default=f"{OURS},{FASTKOKORO}", help="with commas")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", default="1,4,16", help="at once, with commas")
    parser.add_argument("--texts", default="short,medium,long", help=f"of {', '.join(TEXTS)}")
    parser.add_argument("--each", type=int, default=1, help="requests of each client")
    parser.add_argument("--folder", type=Path, default=user_cache_path("kokoro-cli") / "peers")
    parser.add_argument("--json", type=Path, help="write the figures of each round here")
    asked = parser.parse_args(arguments)
    asked.servers = [entry for entry in asked.servers.split(",") if entry]
    names = [entry.partition("=")[0] for entry in asked.servers]
    for entry in asked.servers:
        if "=" not in entry and entry not in (OURS, FASTKOKORO):
            parser.error(f"{entry} is no server: give {OURS}, {FASTKOKORO} or NAME=http://…")
    if not names or len(set(names)) < len(names):
        parser.error("--servers takes at least one server, and each name once")
    asked.texts = [name for name in asked.texts.split(",") if name]
    if not asked.texts or set(asked.texts) - set(TEXTS):
        parser.error(f"--texts takes some of {', '.join(TEXTS)}")
    try:
        asked.clients = [int(number) for number in asked.clients.split(",")]
    except ValueError:
        parser.error("--clients takes numbers")
    if min(*asked.clients, asked.rounds, asked.each) < 1:
        parser.error("--clients, --rounds and --each must be at least 1")
    return asked


def started(entry: str, folder: Path, console: Console, stack: ExitStack) -> Server:
    """Return a server that runs until the stack is closed; PeerError if it does not."""
    if entry == OURS:
        return stack.enter_context(started_ours())
    if entry == FASTKOKORO:
        return stack.enter_context(started_fastkokoro(folder, console))
    name, _, url = entry.partition("=")
    return Server(name, url)


def main(arguments: Sequence[str] | None = None) -> int:
    asked, console = parsed(arguments), Console(stderr=True)
    failed: dict[str, str] = {}
    servers: list[Server] = []
    noise = busy(this_machine())
    with ExitStack() as stack:
        for entry in asked.servers:
            try:
                servers.append(started(entry, asked.folder.absolute(), console, stack))
            except (PeerError, KokoroError) as error:
                failed[entry] = str(error)
        failed |= check(servers, asked.texts)
        servers = [server for server in servers if server.name not in failed]
        rounds, left_out = measure_in_turn(
            servers,
            asked.texts,
            asked.clients,
            asked.rounds,
            lambda server, text, clients: ask(server, text, clients, each=asked.each),
        )
        failed |= left_out
    print(as_markdown(table_of(rounds, asked.rounds)))
    about = {
        "machine": f"{processor.name() or platform.machine()}, "
        f"{os.cpu_count()} threads, Python {platform.python_version()}",
        **{server.name: server.about or server.url for server in servers},
    }
    for key, value in about.items():
        print(f"{key}: {value}")
    if noise:
        console.print(escape(noise))
    for name, why in failed.items():
        console.print(f"{escape(name)} failed: {escape(why)}")
    if asked.json:
        record: dict[str, Any] = {"about": about, "failed": failed}
        record["cells"] = [
            {**asdict(cell), "rounds": [asdict(each) for each in figures]}
            for cell, figures in rounds.items()
        ]
        asked.json.write_text(json.dumps(record, indent=2, ensure_ascii=False))
    return 1 if failed else 0


if __name__ == "__main__":
    # Else the servers that were started here would run on.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sys.exit(main())
