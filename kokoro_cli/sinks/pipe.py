"""WAV on standard output, for another program."""

from __future__ import annotations

from types import TracebackType
from typing import BinaryIO

from kokoro_cli.audio.assemble import to_int16
from kokoro_cli.errors import UsageError
from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.sinks.wav import wav_header
from kokoro_cli.types import Samples


class PipeSink:
    def __init__(self, out: BinaryIO) -> None:
        if out.isatty():
            raise UsageError(
                "Sound is not written to a terminal.",
                hint="Pipe it (kokoro say hello -o - | aplay) or give a file name.",
            )
        self._out = out

    def __enter__(self) -> PipeSink:
        self._put(wav_header(SAMPLE_RATE))
        return self

    def write(self, block: Samples) -> None:
        self._put(to_int16(block).tobytes())
        self._out.flush()

    def _put(self, data: bytes) -> None:
        view = memoryview(data)
        while view:  # An unbuffered write may take only a part.
            view = view[self._out.write(view) :]

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self._out.flush()
