"""``python -m kokoro_cli`` is the command line."""

import os
import sys

if __name__ == "__main__":
    # Python has put the working folder first on its path. It may hold somebody else's json.py.
    if os.path.realpath(sys.path[0]) == os.path.realpath(os.curdir):
        del sys.path[0]

    from kokoro_cli.cli.process import run

    run()
