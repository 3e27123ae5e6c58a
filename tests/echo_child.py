"""A process for test_child: it says its arguments, then answers what it is told to do."""

from __future__ import annotations

import json
import os
import signal
import sys

if __name__ == "__main__":
    print(json.dumps(sys.argv[1:]), flush=True)
    for line in sys.stdin:
        task = json.loads(line)
        if task == "fail":
            print("Some library says this.\nError: it broke\nand this.", file=sys.stderr)
            sys.exit(3)
        if task == "raise":
            raise ValueError("no such thing")
        if task == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if task == "leave":
            sys.exit()
        print(json.dumps({"done": task}), flush=True)
