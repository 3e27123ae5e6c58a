"""What is undone if the process ends without unwinding."""

from __future__ import annotations

import subprocess
import sys

import pytest

END = """
import os, threading
from kokoro_cli import undo

def fail():
    raise OSError

undo.add(lambda: print("first", flush=True))
undo.remove(undo.add(lambda: print("removed", flush=True)))
with undo.undone(lambda: print("over", flush=True)):
    pass
undo.add(fail)
undo.add(lambda: print("last", flush=True))
undo.undo_all()
threading.Thread(target=lambda: (undo.add(print), print("begun", flush=True)), daemon=True).start()
threading.Event().wait(0.3)
os._exit(0)
"""


def test_everything_is_undone_and_nothing_begins_any_more() -> None:
    done = subprocess.run([sys.executable, "-c", END], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("last\nfirst\n", "")


def test_a_block_that_fails_is_over() -> None:
    from kokoro_cli import undo

    before = dict(undo._open)
    with pytest.raises(ValueError, match="no"), undo.undone(lambda: None):
        raise ValueError("no")
    assert undo._open == before
