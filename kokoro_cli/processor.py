"""What the system reports about the processor."""

from __future__ import annotations

import os
import platform
from pathlib import Path


def usable() -> int:
    """Return the number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def name() -> str:
    """Return the processor's name; "" if the system reports none."""
    names = [line.partition(":")[2].strip() for line in _cpuinfo("model name")]
    return names[0] if names else platform.processor()


def abilities() -> str:
    """Return the processor's name and features, which identify its kind."""
    return "\n".join(_cpuinfo("model name", "flags")) or platform.processor()


def _cpuinfo(*fields: str) -> list[str]:
    """Return the distinct lines for these fields of /proc/cpuinfo; none if it is not Linux."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return []
    return list(dict.fromkeys(line for line in lines if line.startswith(fields)))
