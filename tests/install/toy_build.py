"""``kokoro_cli.install.build`` without PyTorch; it writes files of a few bytes.

TOY_BUILD says what goes wrong, as a step and how it ends: "export RuntimeError".
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from kokoro_cli.engines import checkpoint
from kokoro_cli.errors import AssetError
from kokoro_cli.install import build


def fail(step: str, half: Path) -> None:
    """Leave half a file and fail, if this step is to fail."""
    failing, _, how = os.environ.get("TOY_BUILD", "").partition(" ")
    if step != failing:
        return
    half.write_bytes(b"half")
    print("Some library prints this.")
    if how == "hangs":
        Path(os.environ["TOY_PID"]).write_text(str(os.getpid()))
        time.sleep(60)
    if how == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    errors: dict[str, type[BaseException]] = {
        "RuntimeError": RuntimeError,
        "AssetError": AssetError,
        "SystemExit": SystemExit,
    }
    raise errors[how]("half-way")


def export_graphs(checkpoint: Path, duration: Path, decoder: Path) -> None:
    fail("export", duration)
    duration.write_bytes(b"duration of " + checkpoint.read_bytes())
    decoder.write_bytes(b"decoder of " + checkpoint.read_bytes())


def rebuild_checkpoint(graph: Path, target: Path) -> None:
    fail("rebuild", target)
    target.write_bytes(b"rebuilt from " + graph.read_bytes())


if __name__ == "__main__":
    modules: dict[str, Any] = sys.modules
    modules["kokoro_cli.engines.export"] = SimpleNamespace(export_graphs=export_graphs)
    checkpoint.rebuild_checkpoint = rebuild_checkpoint
    build.main()
