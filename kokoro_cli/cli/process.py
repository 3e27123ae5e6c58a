"""The process: how it begins, and how it ends.

Next to nothing is imported before the signals are watched: Ctrl-C may come at any moment.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` imports enum.
import os
import sys

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import NoReturn

_OBJECTS = 100_000
"""New objects before Python looks for garbage. Loading makes as many, and none of it is garbage."""


def run() -> NoReturn:
    """Run the process's own command line: what the scripts call."""
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)  # No traceback, until it is watched.
    import gc

    from kokoro_cli.cli import interrupts

    interrupts.watch()
    gc.set_threshold(_OBJECTS)
    from kokoro_cli.cli.environment import prepare_process

    prepare_process()
    _warn_of_foreign_script()
    from kokoro_cli.cli.app import main
    from kokoro_cli.errors import ExitCode

    code = main()
    interrupts.settle()
    _leave(interrupts.code_of_the_end() if code == ExitCode.INTERRUPTED else code)


def _warn_of_foreign_script() -> None:
    """If this runs under another name: say if "kokoro" would run another program."""
    if os.path.basename(sys.argv[0]) == "kokoro":  # noqa: PTH119
        return
    from kokoro_cli.cli.script_name import foreign_script
    from kokoro_cli.printable import printable

    if other := foreign_script():
        note = f"Note: {other} is another program of that name, not this one."
        print(printable(note), file=sys.stderr)


def _leave(code: int) -> NoReturn:
    """End the process, at once if an engine is still at work in its thread."""
    import gc
    import threading

    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        os._exit(code or 1)  # Python would try again, and decide the exit code.
    if any(thread.daemon for thread in threading.enumerate()):
        os._exit(code)
    gc.freeze()  # Else Python looks through all objects once more; the system frees them anyway.
    sys.exit(code)
