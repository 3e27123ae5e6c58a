"""Keep the command ``kokoro`` ours, where the distribution ``kokoro`` installs one as well.

Both distributions install a script of that name, and this one needs the other. pip installs what
is needed first, so ours is written last and stays. uv installs side by side, and either may be
last. So the wheel brings a line for the interpreter's start (``kokoro_cli_script_name.pth``) that
looks at one string, and comes here when a script called ``kokoro`` is being run.
"""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path

_THEIRS = "kokoro.__main__"
_OURS = "kokoro_cli.cli.app"


def claim() -> None:
    """If the script that is being run is the other distribution's, make it ours and run that.

    It is rewritten once, in one step. Where it can't be, in a read-only environment, our program
    is run in its place each time. Called while the interpreter starts: it must never raise.
    """
    script = Path(sys.argv[0])
    try:
        text = script.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return  # Not a script that we know, as Windows' launchers are not.
    if _THEIRS not in text:
        return
    command = [sys.executable, "-m", "kokoro_cli", *sys.argv[1:]]
    temporary = script.with_name(f".{script.name}.{os.getpid()}")
    try:
        temporary.write_text(text.replace(_THEIRS, _OURS), encoding="utf-8")
        shutil.copymode(script, temporary)
        temporary.replace(script)
        command = [sys.executable, *sys.argv]
    except OSError:
        with suppress(OSError):
            temporary.unlink()
    os.execv(sys.executable, command)


def foreign_script() -> str | None:
    """Return the path of the ``kokoro`` that the shell would run, if it is not this program."""
    found = shutil.which("kokoro")
    if found is None:
        return None
    try:
        head = Path(found).read_bytes()[:100_000]
    except OSError:
        return None
    return None if _OURS.encode() in head else found
