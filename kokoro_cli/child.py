"""Processes that we start: Python of our own, which may answer in lines of JSON, and programs.

Nothing is looked for in the working folder: it may hold somebody else's files.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from kokoro_cli import undo

_BLOCK = 1_000_000

ERROR = "Error:"
"""How the line begins in which our own commands tell what went wrong."""


_BEGIN = """\
import sys
sys.path[:] = {path!a}
import os
named = [] if {ignored} else os.environ.get("PYTHONPATH", "").split(os.pathsep)
sys.path[:0] = [p for p in named if os.path.isabs(p) and p not in sys.path]
import site
site.main()
import importlib.machinery, importlib.util, runpy
if spec := {place!a} and importlib.machinery.PathFinder.find_spec({package!a}, [{place!a}]):
    sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[spec.name])
runpy.run_module({module!a}, run_name="__main__", alter_sys=True)
"""
"""How our processes begin: Python 3.10 has no option that keeps the working folder off the path.

`site` waits until the path is clean, because it imports ``sitecustomize``. The package is taken
from where ours is, also if that is a zip file or the working folder itself.
"""


def command(module: str, *arguments: str) -> list[str]:
    """Return the command line that runs a module of ours, as ``python -m`` does.

    It never imports anything from the working folder, not even if the variable PYTHONPATH or our
    own ``sys.path`` has an empty or a relative entry. Other entries of both are kept.
    """
    package = module.partition(".")[0]
    ignored = bool(sys.flags.ignore_environment)
    begin = _BEGIN.format(
        path=list(filter(_is_safe, sys.path)),
        ignored=ignored,
        place=_place(package),
        package=package,
        module=module,
    )
    options = {
        "-E": ignored or _has_relative(os.environ.get("PYTHONPATH", "")),
        "-s": sys.flags.no_user_site,
        "-B": sys.flags.dont_write_bytecode,
    }
    given = [option for option, is_given in options.items() if is_given]
    return [sys.executable, "-S", *given, "-c", begin, *arguments]


def _is_safe(folder: str) -> bool:
    """Whether a process of ours may import from a folder of ``sys.path``.

    ``python -m`` has put the working folder there by its absolute name.
    """
    library = Path(os.__file__).parent
    return Path(folder).is_absolute() and (
        library in (Path(folder), *Path(folder).parents) or not _is_working_folder(folder)
    )


def _is_working_folder(folder: str) -> bool:
    try:
        return Path(folder).samefile(Path.cwd())
    except OSError:
        return False  # One of them is not there.


def _has_relative(path: str) -> bool:
    """Whether PYTHONPATH has a relative entry: Python itself would import ``encodings`` there."""
    return bool(path) and not all(map(os.path.isabs, path.split(os.pathsep)))


def _place(package: str) -> str:
    """Return the folder or zip file that a package was imported from, or an empty string."""
    file = getattr(sys.modules.get(package), "__file__", None)
    return str(Path(file).absolute().parents[1]) if file else ""


def executable(name: str) -> str | None:
    """Return the path of a program, from the absolute folders of PATH only; None without one."""
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    found = shutil.which(name, path=os.pathsep.join(filter(os.path.isabs, folders)))
    # Windows looks into the working folder first.
    return found if found and Path(found).is_absolute() else None


class ProcessError(Exception):
    """Why a process did not answer, in one line: the last that it wrote to standard error."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code
        """Its exit status; negative if a signal ended it."""


class TooMuchError(Exception):
    """A process writes more than it may."""


def output(module: str, *arguments: str, stdin: IO[bytes], most_bytes: int) -> bytes:
    """Run a module in a process of its own, and return what it wrote to standard output.

    *stdin* is a file of the system's. ProcessError if the process fails, TooMuchError if it writes
    more than *most_bytes*. Ctrl-C at a terminal does not reach it; it ends if this call does.
    """
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command(module, *arguments),
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
        assert process.stdout is not None
        undoing = undo.add(process.kill)
        written = bytearray()
        try:
            while block := process.stdout.read(_BLOCK):
                written += block
                if len(written) > most_bytes:
                    raise TooMuchError
            code = process.wait()
        finally:
            process.kill()
            process.wait()
            undo.remove(undoing)
            process.stdout.close()
        if code:
            errors.seek(0)
            whole = errors.read().decode("utf-8", "replace")
            raise ProcessError(last_line(errors), code) from ProcessError(whole, code)
        return bytes(written)


class Child:
    """A module that runs as a process of its own until it is closed.

    It reads JSON from standard input and writes JSON to standard output, an object a line.
    *variables* are added to the environment.
    """

    def __init__(
        self, module: str, *arguments: str, variables: Mapping[str, str] | None = None
    ) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 It lives as long as the process.
        self._process = subprocess.Popen(
            command(module, *arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={**os.environ, "PYTHONIOENCODING": "utf-8", **(variables or {})},
            text=True,
            encoding="utf-8",
        )
        self._undoing = undo.add(self._process.kill)

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.communicate()
        undo.remove(self._undoing)
        self._errors.close()

    def ask(self, task: object) -> Any:
        """Give it a task and return its answer; ProcessError if the process has ended."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(task) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # It has ended; `answer` says why.
        return self.answer()

    def answer(self) -> Any:
        """Return its next answer; ProcessError if the process has ended."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise self._failed(self._process.wait())
        return json.loads(line)

    def answers(self) -> Iterator[Any]:
        """Yield its answers until it ends; ProcessError if it fails."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            yield json.loads(line)
        if code := self._process.wait():
            raise self._failed(code)

    def _failed(self, code: int) -> ProcessError:
        if code < 0:  # It has said nothing of that.
            return ProcessError(f"It was ended by {signal.Signals(-code).name}.", code)
        return ProcessError(last_line(self._errors), code)


def last_line(errors: IO[bytes]) -> str:
    """Return the line of standard error that says what went wrong: the last, or the last error."""
    errors.seek(0)
    lines = errors.read().decode("utf-8", "replace").strip().splitlines()
    told = [line for line in lines if line.startswith(ERROR)] or lines or ["no reason given"]
    return told[-1].removeprefix(ERROR).strip()
