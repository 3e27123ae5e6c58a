"""Put the scripts' folder on the path, because they import each other from there when run."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.speaker.conftest import cache, speaker

__all__ = ["cache", "speaker"]

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))
