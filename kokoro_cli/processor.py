"""The processor, as far as the system tells."""

from __future__ import annotations

import os
import platform
from pathlib import Path


def usable() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def name() -> str:
    """Return the processor's name; "" where the system does not tell."""
    told = [line.partition(":")[2].strip() for line in _told("model name")]
    return told[0] if told else platform.processor()


def abilities() -> str:
    """Return its name and what it can do, to tell it from others."""
    return "\n".join(_told("model name", "flags")) or platform.processor()


def _told(*fields: str) -> list[str]:
    """Return the different lines about these fields; none where it is not Linux."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return []
    return list(dict.fromkeys(line for line in lines if line.startswith(fields)))
