"""The process that reads one file: started by `apart`, with the file as its standard input.

Its arguments are the reader's module and the file's name for messages. It writes its answer to
standard output when it is complete.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

from kokoro_cli.documents.apart import packed, packed_error
from kokoro_cli.documents.bounds import Ending, begin, bounds_for
from kokoro_cli.errors import KokoroError


def main(module: str, name: str) -> None:
    begin(bounds_for(os.fstat(0).st_size))
    try:
        answer = _answer(module, name)
    except MemoryError:
        os._exit(Ending.MEMORY)
    except KokoroError as error:
        answer = packed_error(error)
    try:
        with open(1, "wb", closefd=False) as output:
            output.write(answer)
    except BrokenPipeError:
        os._exit(Ending.DESERTED)


def _answer(module: str, name: str) -> bytes:
    with open(0, "rb", closefd=False) as source:
        source.seek(0)
        document = import_module(module).read(source, name)
    return packed(document, name)


if __name__ == "__main__":
    main(*sys.argv[1:])
