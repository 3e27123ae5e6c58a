"""A reader to which a file does what the file says: "loop", "grow", "abort" and so on."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from pathlib import Path
from typing import BinaryIO

from kokoro_cli.documents import Chapter, Cue, Document
from kokoro_cli.documents.bounds import progress
from kokoro_cli.documents.kinds import LARGEST_TEXT, DocumentKind
from kokoro_cli.errors import KokoroError

HARMFUL = DocumentKind(
    name="harmful", module=__name__, suffixes=(".harm",), signs=(b"HARM!",), apart=True
)

EVERYTHING = Document(
    "Title “ü” \udc80",
    (
        Chapter("One", "Text\r\n\x85\u2028 \U0001f600\0 \ud800", 7, plain=True),
        Chapter("", "", cues=(Cue(0.1, 1 / 3, "said", 4),)),
    ),
    author="A",
    language="en-GB",
    cover=bytes(range(256)),
    problems=("One.", "Two."),
    notes=("Three.",),
)


def read(source: BinaryIO, name: str) -> Document:
    what, _, argument = source.read().decode().removeprefix("HARM!").partition(" ")
    if what == "everything":
        return EVERYTHING
    if what == "refuse":
        raise KokoroError(f"{name} is not good.", hint="Take another.")
    _DEEDS[what](argument)
    return Document(what, (Chapter("", "read"),))


def _loop(argument: str) -> None:
    if argument:
        Path(argument).write_text(str(os.getpid()))
    while True:
        progress()


def _hold(argument: str) -> None:
    re.fullmatch(r"(a|a)*b", "a" * 100)  # It lets no other thread run.


def _grow(argument: str) -> None:
    held = []
    while True:
        held.append(bytearray(1_000_000))


def _write(argument: str) -> None:
    while True:
        sys.stderr.write("Again and again. " * 1000)


_DEEDS = {
    "loop": _loop,
    "hold": _hold,
    "grow": _grow,
    "write": _write,
    "abort": lambda _: os.abort(),
    "crash": lambda _: os.kill(os.getpid(), signal.SIGSEGV),
    "leave": lambda _: os._exit(3),
    "fail": lambda _: [][0],
    "sleep": lambda seconds: time.sleep(float(seconds)),
    "talk": lambda _: sys.exit(print("x" * 3 * LARGEST_TEXT)),
}
