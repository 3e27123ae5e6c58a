"""The most memory that a process has had, where the system tells."""

from __future__ import annotations

import sys
from pathlib import Path


def own_peak_bytes() -> int | None:
    """Return the most that this process has had in memory at once."""
    try:
        # ru_maxrss counts what the process before the exec had; this line does not.
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass  # Not Linux.
    if sys.platform == "win32":
        return None
    import resource

    return in_bytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def in_bytes(ru_maxrss: int) -> int:
    """Return what the system calls ru_maxrss: kilobytes, but on macOS bytes."""
    return ru_maxrss if sys.platform == "darwin" else ru_maxrss * 1024


def all_bytes() -> int | None:
    """Return the machine's memory."""
    import os

    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
