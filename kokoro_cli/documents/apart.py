"""Read a file in a process of its own, so that a file that is made to do harm can do little.

The process is bounded (`bounds`), and it ends with its caller. What happens to it is one error for
the file. Each file has its own process, not one of a pool or a fork server: it works the same on
every system, from any thread and without a main module. What a file did to it is gone with it.
"""

from __future__ import annotations

import base64
import io
import json
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, BinaryIO

from kokoro_cli.child import ProcessError, TooMuchError, output
from kokoro_cli.documents import Chapter, Cue, Document
from kokoro_cli.documents.bounds import Ending, bounds_for
from kokoro_cli.documents.kinds import LARGEST_TEXT
from kokoro_cli.errors import KokoroError
from kokoro_cli.pauses import Boundary

_PROCESS = "kokoro_cli.documents.reading_process"

_MOST_BYTES = LARGEST_TEXT + 40_000_000
"""Most bytes of an answer: the text in UTF-8, and a cover with its lines of JSON."""

_LONGEST_REASON = 200

_SAVE_AGAIN = "Open it in another program and save it again, or save its text."


def read(module: str, source: BinaryIO, name: str) -> Document:
    """Return what the *module*'s function ``read`` makes of the source; it may raise KokoroError.

    May be called from any thread. *source* is seekable; *name* is for error messages.
    """
    try:
        with _as_file(source) as file:
            size = file.seek(0, io.SEEK_END)
            answer = output(_PROCESS, module, name, stdin=file, most_bytes=_MOST_BYTES)
    except TooMuchError as error:
        raise _too_much_text(name) from error
    except ProcessError as error:
        raise _failure(name, size, error) from error
    return _unpacked(json.loads(answer.decode("utf-8", "surrogatepass")))


def packed(document: Document, name: str) -> bytes:
    """Return a document as bytes; KokoroError if there are too many.

    Letters that are no valid text are kept as they are.
    """
    value = asdict(document)
    value["cover"] = document.cover and base64.b64encode(document.cover).decode()
    answer = _bytes(value)
    if len(answer) > _MOST_BYTES:
        raise _too_much_text(name)
    return answer


def packed_error(error: KokoroError) -> bytes:
    return _bytes({"error": error.message, "hint": error.hint})


def _bytes(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _too_much_text(name: str) -> KokoroError:
    return KokoroError(
        f"{name} has more than {LARGEST_TEXT // 1_000_000:,} MB of text.",
        hint="Split it into parts.",
    )


def _unpacked(value: dict[str, Any]) -> Document:
    if "error" in value:
        raise KokoroError(value["error"], hint=value["hint"])
    chapters = tuple(
        Chapter(
            **{
                **chapter,
                "cues": tuple(Cue(**cue) for cue in chapter["cues"]),
                "boundaries": tuple((n, Boundary(ends)) for n, ends in chapter["boundaries"]),
            }
        )
        for chapter in value.pop("chapters")
    )
    cover = value.pop("cover")
    problems, notes = (tuple(value.pop(key)) for key in ("problems", "notes"))
    return Document(
        chapters=chapters,
        cover=cover and base64.b64decode(cover),
        problems=problems,
        notes=notes,
        **value,
    )


@contextmanager
def _as_file(source: BinaryIO) -> Iterator[BinaryIO]:
    """Yield the source if it is a file of the system's, else a temporary file that is like it."""
    try:
        source.fileno()
        source.flush()
    except OSError:  # It is in memory.
        with tempfile.TemporaryFile() as file:
            source.seek(0)
            shutil.copyfileobj(source, file)
            file.flush()
            yield file
    else:
        yield source


def _failure(name: str, size: int, error: ProcessError) -> KokoroError:
    """Return the error for a process that ended with a code other than 0."""
    said = str(error)
    if error.code in (Ending.TIME, -getattr(signal, "SIGXCPU", 0)):
        return KokoroError(
            f"{name} can't be read: that takes too long, as if it were made to do so.",
            hint=_SAVE_AGAIN,
        )
    if error.code == Ending.MEMORY or said.startswith("MemoryError"):
        most = bounds_for(size).memory // 1_000_000
        return KokoroError(
            f"{name} can't be read: that takes more than {most:,} MB of memory.", hint=_SAVE_AGAIN
        )
    if error.code < 0:
        ended = signal.Signals(-error.code).name
        return KokoroError(f"{name} can't be read: its reader crashed ({ended}).", hint=_SAVE_AGAIN)
    return KokoroError(
        f"{name} can't be read: {said[:_LONGEST_REASON]}.",
        hint="This is a bug; the same command with `debug` shows where.",
    )
