"""Speaks calls in another process, as another machine would: ``python -m tests.speaker.elsewhere``.

Its argument names the engine and the model, as JSON. It reads calls and writes renderings, a JSON
object a line. That is all that passes between the two processes.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from typing import Any

import numpy as np

from kokoro_cli import KokoroError, Speaker
from kokoro_cli.batch.executor import Result
from kokoro_cli.child import Child, ProcessError
from kokoro_cli.engines import Call
from kokoro_cli.types import Rendering


def to_json(call: Call) -> dict[str, Any]:
    return asdict(call) | {"style": _text(call.style)}


def from_json(given: dict[str, Any]) -> Call:
    return Call(**given | {"style": _numbers(given["style"], "<f4")})


def _text(numbers: np.ndarray) -> str:
    return base64.b64encode(numbers.tobytes()).decode()


def _numbers(text: str, kind: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), kind)


class Elsewhere:
    """An executor whose engine is in another process."""

    window, ahead = 1, 4

    def __init__(self, engine: str, device: str, threads: int, model: str) -> None:
        what = {"engine": engine, "device": device, "threads": threads, "model": model}
        self._child = Child(__name__, json.dumps(what))
        self._pool = ThreadPoolExecutor(1)  # It speaks one call after the other.
        self._stopped = False
        self.calls: list[Call] = []
        """Those that travelled."""

    def submit(self, calls: Sequence[Call]) -> list[Future[Result]]:
        return [self._pool.submit(self._speak, call) for call in calls]

    def stop(self) -> None:
        self._stopped = True

    def close(self) -> None:
        self._pool.shutdown()
        self._child.close()

    def _speak(self, call: Call) -> Result:
        if self._stopped:
            return None
        self.calls.append(call)
        try:
            answer = self._child.ask(to_json(call))
        except ProcessError as error:
            return KokoroError(f"The other process has ended: {error}.")
        if "error" in answer:
            return KokoroError(answer["error"], hint=answer["hint"])
        return Rendering(
            _numbers(answer["samples"], "<f4"), _numbers(answer["frames"], "<i8").copy()
        )


def main() -> None:
    what = json.loads(sys.argv[1])
    model = what.pop("model")
    with Speaker.open(offline=True, **what) as speaker:
        for number, line in enumerate(sys.stdin):
            call = from_json(json.loads(line))
            try:
                if speaker.model.digest != model:
                    raise KokoroError("Another model is installed here.", hint="Install it.")
                made = call.by(speaker.engine)
                answer = {"samples": _text(made.samples), "frames": _text(made.frames)}
            except KokoroError as error:
                answer = {"error": error.message, "hint": error.hint or ""}
            if os.environ.get("DIES_AT") == str(number):
                os.kill(os.getpid(), signal.SIGKILL)
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
