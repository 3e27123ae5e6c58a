"""Disks that are soon full."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Callable[[int], None]]:
    """Mount a disk of so many kilobytes on a new folder; yields what makes it another size."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    folder.mkdir(parents=True)

    def mount(options: str) -> subprocess.CompletedProcess[str]:
        command = ["mount", "-t", "tmpfs", "-o", options, "kokoro-test", str(folder)]
        return subprocess.run(command, capture_output=True, text=True)

    made = mount(f"size={kilobytes}k")
    if made.returncode:
        pytest.skip(f"No small disk can be mounted here: {made.stderr.strip()}")
    try:
        yield lambda kilobytes: mount(f"remount,size={kilobytes}k").check_returncode()
    finally:
        subprocess.run(["umount", str(folder)], check=True)
