"""Keep the command ``kokoro`` ours, although the distribution ``kokoro`` installs one too.

Both distributions install a script of that name, and this one needs the other. pip installs what
is needed first, so ours is written last and stays. uv installs side by side, and either may be
last. The other script does ``from kokoro.__main__ import main``. So the wheel brings a line for
the interpreter's start (``kokoro_cli_script_name.pth``) which, when a script called ``kokoro`` is
being run, puts this module under that name: whichever script is on disk, ours is what runs, and
nothing is rewritten. ``python -m kokoro`` stays the other's.

The first line of that file is for Ctrl-C while the interpreter starts. It ends the process without
a traceback until `process.run` watches for it.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # The interpreter reads this at its start.

if TYPE_CHECKING:
    from typing import NoReturn

_THEIRS = "kokoro.__main__"
_OURS = "kokoro_cli.cli.process"


def main() -> NoReturn:
    """Run our command line in the place of the other distribution's."""
    sys.modules.pop(_THEIRS, None)
    from kokoro_cli.cli.process import run

    run()


def foreign_script() -> str | None:
    """Return the path of the ``kokoro`` that the shell would run, if it is not this program."""
    import shutil
    from pathlib import Path

    found = shutil.which("kokoro")
    if found is None:
        return None
    try:
        head = Path(found).read_bytes()[:100_000]
    except OSError:
        return None
    beside_us = Path(found).resolve().parent == Path(sys.executable).parent
    ours = _OURS.encode() in head or (beside_us and _THEIRS.encode() in head)
    return None if ours else found
