"""What the system reports about the processor."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

_GROUPS = Path("/sys/fs/cgroup")


def usable() -> int:
    """Return the number of processors that this process may use; a container may have a share."""
    if hasattr(os, "sched_getaffinity"):
        return min(len(os.sched_getaffinity(0)), _share())
    return os.cpu_count() or 1


def _share() -> int:
    """Return the processors whose whole time the process's control groups may take, rounded up.

    ``cpu.max`` has the microseconds of work in a period, and the period:
    https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu-interface-files
    """
    least = sys.maxsize
    for folder in _groups():
        try:
            quota, period = (folder / "cpu.max").read_text().split()
        except OSError:  # The topmost group has none.
            continue
        if quota != "max":
            least = min(least, max(1, -(-int(quota) // int(period))))
    return least


def _groups() -> list[Path]:
    """Return the folders of the process's control group and of those above it; version 2 alone."""
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return []
    own = [line.removeprefix("0::/") for line in lines if line.startswith("0::/")]
    return [_GROUPS / each for path in own for each in (Path(path), *Path(path).parents)]


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
