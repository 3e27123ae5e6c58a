"""What the figures depend on: the machine and the versions."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version

from kokoro_cli import __version__, processor
from kokoro_cli.bench.memory import all_bytes
from kokoro_cli.bench.report import Machine

_BUSY = 0.5
"""Load a processor above which others are at work."""


def this_machine() -> Machine:
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return Machine(
        processor=processor.name() or "unknown",
        processors=processor.usable(),
        memory_bytes=all_bytes(),
        system=f"{platform.system()} {platform.machine()}",
        load=load,
    )


def busy(machine: Machine) -> str | None:
    """Return a warning where something else was at work when the benchmark began."""
    if machine.load is None or machine.load <= _BUSY * machine.processors:
        return None
    return (
        f"Others are at work here: a load of {machine.load:.1f} on {machine.processors} "
        "processors. Wait until it is quiet for figures that count."
    )


def versions() -> dict[str, str]:
    found = {"kokoro-cli": __version__, "python": platform.python_version()}
    for package in ("onnxruntime", "torch", "kokoro", "misaki", "spacy", "numpy"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "none"
    return found
