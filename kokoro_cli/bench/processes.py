"""The measured processes: a worker that speaks many times, and fresh ones that speak once."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from typing import Any

from kokoro_cli import undo
from kokoro_cli.bench.memory import in_bytes
from kokoro_cli.bench.worker import Spoken, Task, WorkerSetup
from kokoro_cli.child import Child, ProcessError, command, last_line
from kokoro_cli.config import Settings
from kokoro_cli.files import temporary_folder
from kokoro_cli.stopwatch import Phase


@dataclass(frozen=True, slots=True)
class ColdRun:
    """A run of a fresh process, seen from outside: all times count from its creation."""

    phonemes: int
    chunks: int
    audio_seconds: float
    first_audio_seconds: float
    total_seconds: float
    """Until the process ends."""
    peak_bytes: int | None
    phases: list[Phase]


def run_cold(
    backend: tuple[str, str], voice: str, seed: int, text: str, settings: Settings
) -> ColdRun:
    """Run ``kokoro say`` in a fresh process that writes a file; *backend* is engine and device."""
    engine, device = backend
    arguments = ["--engine", engine, "--device", device, "--voice", voice, "--seed", str(seed)]
    arguments += ["--stream", "--offline", "--", text]
    with temporary_folder() as folder:
        output = str(folder / "speech.wav")
        say = command("kokoro_cli", "say", "-o", output, "--json", *arguments)
        with tempfile.TemporaryFile() as errors:
            begun = time.perf_counter()
            process = subprocess.Popen(
                say,
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**os.environ, **settings.variables()},
            )
            assert process.stdout is not None
            with undo.undone(process.kill):
                first = process.stdout.read(1)
                reported = time.perf_counter() - begun
                answer = first + process.stdout.read()
                process.stdout.close()
                peak = _wait(process)
            total = time.perf_counter() - begun
            if process.returncode:
                raise ProcessError(last_line(errors))
    return _seen_from_outside(json.loads(answer), reported, total, peak)


def _seen_from_outside(
    report: dict[str, Any], reported: float, total: float, peak: int | None
) -> ColdRun:
    """Return the run; *reported* is when the report arrived, in seconds since creation.

    The process's own clock starts late, when its interpreter has loaded the program. At the report
    it shows ``wall_seconds``; the difference is the start.
    """
    start = reported - report["wall_seconds"]
    phases = [Phase("start", 0.0, start)]
    for given in report["phases"]:
        phase = Phase(**given)
        phases.append(
            replace(
                phase,
                start_seconds=start + phase.start_seconds,
                end_seconds=start + phase.end_seconds,
            )
        )
    return ColdRun(
        phonemes=sum(len(chunk["phonemes"]) for chunk in report["chunks"]),
        chunks=len(report["chunks"]),
        audio_seconds=report["audio_seconds"],
        first_audio_seconds=start + report["first_audio_seconds"],
        total_seconds=total,
        peak_bytes=peak,
        phases=phases,
    )


def _wait(process: subprocess.Popen[bytes]) -> int | None:
    """Wait for the process to end; return its peak memory in bytes, None on Windows."""
    if not hasattr(os, "wait4"):
        process.wait()
        return None
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return in_bytes(usage.ru_maxrss)


class Worker(Child):
    """A process that has loaded an engine and speaks what it is given; see `worker`."""

    def __init__(self, setup: WorkerSetup, settings: Settings) -> None:
        task = json.dumps(asdict(setup))
        super().__init__("kokoro_cli.bench.worker", task, variables=settings.variables())

    def ready(self) -> None:
        """Wait until it has loaded; ProcessError where it can't."""
        self.answer()

    def speak(self, task: Task) -> Spoken:
        return Spoken(**self.ask(asdict(task)))
