"""Measure where a fresh process spends its time until it has spoken: its phases and its imports.

    python benchmarks/cold_start.py [--rounds 7] [--text TEXT] [--engine onnx] [--against FOLDER]

Each round is a fresh ``kokoro say`` that writes a file; the figures are medians, in milliseconds.
Processor time is reported too, because wall-clock time on a busy machine includes other programs'
work. ``--against`` alternates with another checkout of this program and reports the ratios, ours
over its: a disturbance slows both.

Imports are measured in separate rounds that do not load the engine in another thread, because
``-X importtime`` would attribute one thread's time to the other's modules. Needs POSIX.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parents[1]
TEXT = "The lighthouse keeper counted twelve ships before the fog came."
SHOWN = 25

# Loads the engine in the main thread, when its own thread would start.
ALONE = """
from kokoro_cli.cli import process
from kokoro_cli.speaker import loading

class Thread:
    def __init__(self, target, **options):
        self.start = target

    def join(self):
        pass

loading.Thread = Thread
process.run()
"""


class ColdStartError(Exception):
    """A process did not speak; the message is the last line that it wrote."""


@dataclass(frozen=True, slots=True)
class Run:
    """A process from start to end; times are in seconds."""

    seconds: float
    cpu_seconds: float
    report: dict[str, object]
    errors: str


def run(checkout: Path, code: Sequence[str], text: str, engine: str) -> Run:
    """Speak a text with a checkout of this program, in a fresh process of this interpreter."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile("w+") as errors:
        options = ["--engine", engine, "--json", "-o", str(Path(folder) / "speech.wav")]
        begun = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *code, "say", *options, "--", text],
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=folder,
            # Bytecode is written, as where the program is installed: it is there from round 1 on.
            env=os.environ | {"PYTHONPATH": str(checkout), "PYTHONDONTWRITEBYTECODE": ""},
        )
        assert process.stdout is not None
        answer = process.stdout.read()
        process.stdout.close()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        written = errors.read()
    if process.returncode:
        raise ColdStartError((written.strip().splitlines() or ["no reason given"])[-1])
    return Run(seconds, usage.ru_utime + usage.ru_stime, json.loads(answer), written)


def figures(run: Run) -> dict[str, float]:
    """Return the seconds of a run by name: the process, its parts, each phase's begin and end."""
    report = run.report
    found = {
        "the whole process": run.seconds,
        "processor time": run.cpu_seconds,
        "first sound": report["first_audio_seconds"],
        "interpreter and end": run.seconds - report["wall_seconds"],
    }
    for phase in report["phases"]:
        found[f"{phase['name']} begins"] = phase["start_seconds"]
        found[f"{phase['name']} ends"] = phase["end_seconds"]
    return found


def medians(rows: Iterable[dict[str, float]]) -> dict[str, float]:
    """Return the median of each name; a row without the name counts as 0."""
    rows = list(rows)
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: statistics.median(row.get(name, 0.0) for row in rows) for name in names}


def import_times(errors: str) -> dict[str, float]:
    """Return each module's own seconds, from the output of -X importtime."""
    found: dict[str, float] = defaultdict(float)
    for line in errors.splitlines():
        own, _, rest = line.removeprefix("import time:").partition("|")
        if own != line and own.strip().isdigit():
            found[rest.partition("|")[2].strip()] += int(own) / 1e6
    return found


def by_package(times: dict[str, float]) -> dict[str, float]:
    """Sum the modules of each package; this program's modules stay separate."""
    found: dict[str, float] = defaultdict(float)
    for module, seconds in times.items():
        own = module.startswith("kokoro_cli.")
        found[module if own else module.partition(".")[0]] += seconds
    return found


def shown_imports(times: dict[str, float]) -> Iterator[tuple[str, float]]:
    """Yield the sum, then the slowest packages, then all others together."""
    longest = sorted(times.items(), key=lambda item: -item[1])
    yield "imports, in all", sum(times.values())
    yield from longest[:SHOWN]
    yield f"{len(longest[SHOWN:])} others", sum(seconds for _, seconds in longest[SHOWN:])


def show(rows: Iterable[tuple[str, float]]) -> None:
    for name, seconds in rows:
        print(f"{1000 * seconds:8.1f}  {name}")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--text", default=TEXT)
    parser.add_argument("--engine", default="onnx")
    parser.add_argument("--against", type=Path, metavar="FOLDER")
    given = parser.parse_args(arguments)

    checkouts = [HERE, given.against.absolute()] if given.against else [HERE]
    rows: dict[Path, list[dict[str, float]]] = {checkout: [] for checkout in checkouts}
    try:
        for number in range(given.rounds + 1):
            for checkout in checkouts if number % 2 else reversed(checkouts):
                row = figures(run(checkout, ["-m", "kokoro_cli"], given.text, given.engine))
                if number:  # The first round warms the disk's cache.
                    rows[checkout].append(row)
        alone = ["-X", "importtime", "-c", ALONE]
        imports = [
            by_package(import_times(run(HERE, alone, given.text, given.engine).errors))
            for _ in range(given.rounds)
        ]
    except ColdStartError as error:
        print(error)
        return 1
    for checkout in checkouts:
        print(checkout)
        show(medians(rows[checkout]).items())
    if given.against:
        print("ratios")
        for name in list(rows[HERE][0])[:3]:
            pairs = zip(rows[HERE], rows[checkouts[1]], strict=True)
            print(f"{statistics.median(a[name] / b[name] for a, b in pairs):8.2f}  {name}")
    show(shown_imports(medians(imports)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
