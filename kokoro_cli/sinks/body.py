"""The body of an answer over a network: samples become bytes in memory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from kokoro_cli.errors import KokoroError
from kokoro_cli.sinks.formats import FORMATS, BodyEncoding, Encoding, Tags, check_encoding
from kokoro_cli.sinks.ogg import NumberedPages
from kokoro_cli.sinks.recording import Recording
from kokoro_cli.types import Samples


class Body:
    """Encodes samples of 24 kHz as bytes, as they come.

    A *whole* body is returned by `finish`, with its true lengths: the bytes of a file without tags.
    Otherwise each call returns what is ready, and no length is said; *number* then tells the Ogg
    stream from others of a chain. MP3 has no tags and no frame with the length either way, so
    bodies can be joined. UsageError for a format that can't be sent while it is made.

    One thread uses it at a time. After an error there is nothing left but to close it.
    """

    def __init__(self, encoding: Encoding, *, whole: bool, number: int = 0) -> None:
        self._encoding = BodyEncoding(
            encoding.format,
            encoding.sample_rate,
            encoding.bit_rate,
            encoding.codec,
            streamed=not whole,
        )
        check_encoding(self._encoding)
        self._whole = whole
        row = FORMATS.find(encoding.format)
        self._numbered = NumberedPages(number) if row.numbered and not whole else None
        header = row.stream.header if row.stream and not whole else None
        self._memory = _Memory(header(encoding.sample_rate, encoding.codec) if header else b"")
        with self._reported():
            self._recording = Recording(self._memory, self._encoding, Tags())

    def write(self, block: Samples) -> bytes:
        """Encode a block and return what is ready to be sent, which may be nothing."""
        with self._reported():
            self._recording.write(block)
        return b"" if self._whole else self._ready()

    def finish(self) -> bytes:
        """Return the rest; the body is complete."""
        with self._reported():
            self._recording.finish()
        return self._ready()

    def close(self) -> None:
        """Drop what is left, as when the client has gone; does nothing after `finish`."""
        self._recording.close()
        self._memory.take()

    def _ready(self) -> bytes:
        data = self._memory.take()
        return self._numbered(data) if self._numbered else data

    @contextmanager
    def _reported(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise KokoroError(
                f"The sound could not be encoded as {self._encoding.format}: "
                f"{error.strerror or error}.",
                hint="Choose another format.",
            ) from error


class _Memory:
    """What an encoder writes to. Bytes that were taken are gone, and stay as they were."""

    def __init__(self, header: bytes) -> None:
        """The *header* comes before the encoder's first byte; the encoder does not see it."""
        self._kept = bytearray(header)
        self._begin = -len(header)  # The place of the first byte that is kept.
        self._place = 0

    def take(self) -> bytes:
        """Return and forget all that was written since the last call."""
        taken = bytes(self._kept)
        self._begin += len(taken)
        self._kept.clear()
        return taken

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        end = self._begin + len(self._kept)
        self._place = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: end}[whence]
        return self._place

    def tell(self) -> int:
        return self._place

    def read(self, size: int = -1) -> bytes:
        start = self._place - self._begin
        data = bytes(self._kept[start : start + size] if size >= 0 else self._kept[start:])
        self._place += len(data)
        return data

    def write(self, data: bytes) -> int:
        """Write, but leave out what would change bytes that were taken: lengths in a header."""
        new = data[max(0, self._begin - self._place) :]
        start = self._place + len(data) - len(new) - self._begin
        self._kept[start : start + len(new)] = new
        self._place += len(data)
        return len(data)

    def check(self) -> None:
        """Do nothing: memory takes every write."""
