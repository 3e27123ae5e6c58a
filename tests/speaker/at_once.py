"""Speak tasks at once in a fresh process: ``python -m tests.speaker.at_once NAME …``.

It prints what came of each, as JSON.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from kokoro_cli import Speaker
from tests.speaker.test_threads import spoken

if __name__ == "__main__":
    names = sys.argv[1:]
    together = Barrier(len(names))
    with Speaker.open() as speaker, ThreadPoolExecutor(len(names)) as pool:

        def work(name: str) -> str:
            together.wait()
            return spoken(speaker, name)

        sys.setswitchinterval(5e-6)
        print(json.dumps(dict(zip(names, pool.map(work, names), strict=True))))
