"""The peak memory of a process, if the system reports it."""

from __future__ import annotations

import sys
from pathlib import Path


def own_peak_bytes() -> int | None:
    """Return the peak memory of this process; None on Windows."""
    try:
        # Unlike ru_maxrss, this line does not count the memory from before the exec.
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
    """Convert ru_maxrss to bytes: it is in kilobytes, but on macOS in bytes."""
    return ru_maxrss if sys.platform == "darwin" else ru_maxrss * 1024


def all_bytes() -> int | None:
    """Return the machine's memory; None if the system does not report it."""
    import os

    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
