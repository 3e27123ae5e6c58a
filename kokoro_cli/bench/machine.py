"""Describe what the figures depend on: the machine and the versions of packages."""

from __future__ import annotations

import os
import platform

from kokoro_cli import __version__, processor
from kokoro_cli.bench.memory import all_bytes
from kokoro_cli.bench.report import Machine
from kokoro_cli.engines import installed_version, packages

_BUSY = 0.5
"""Load for each processor above which other programs are running."""


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
    """Return a warning if other programs were running when the benchmark began."""
    if machine.load is None or machine.load <= _BUSY * machine.processors:
        return None
    return (
        f"Other programs are running: the load is {machine.load:.1f} on {machine.processors} "
        "processors. Close them and measure again."
    )


def versions() -> dict[str, str]:
    found = {"kokoro-cli": __version__, "python": platform.python_version()}
    for package in (*packages(), "misaki", "spacy", "numpy"):
        found[package] = installed_version(package) or "none"
    return found
