"""A text that comes through a pipe bit by bit, as a program writes it."""

from __future__ import annotations

import codecs
from queue import Empty, Queue
from threading import Thread
from typing import BinaryIO

from kokoro_cli.documents import LARGEST_TEXT, Document, is_book, read_bytes, too_large
from kokoro_cli.documents.encoding import damaged, decode, is_marked
from kokoro_cli.errors import KokoroError

_BLOCK = 65_536
_WAITING_BLOCKS = 4
"""Behind so many, whoever writes has to wait, as long as nobody wants more."""
_HEAD = 8
"""Bytes by which a book is told from a text."""


class PipeReader:
    """Text in UTF-8 as it comes; where it turns out to be in another encoding, all of the rest."""

    def __init__(self, pipe: BinaryIO, name: str = "Standard input") -> None:
        self._name = name
        self._blocks: Queue[bytes | OSError] = Queue(_WAITING_BLOCKS)
        self._head = b""
        """What was read to look at it, and not given out yet."""
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("strict")
        self._taken = 0
        self._ascii = True
        self._last = ""
        self._closed = False
        Thread(target=self._read, args=(pipe,), daemon=True, name="input").start()

    @property
    def ended(self) -> bool:
        """Whether all of it has been given out."""
        return self._closed and not self._head

    def _read(self, pipe: BinaryIO) -> None:
        try:
            while block := pipe.read1(_BLOCK):  # type: ignore[attr-defined]
                self._blocks.put(block)
            self._blocks.put(b"")
        except OSError as error:
            self._blocks.put(error)

    def book(self) -> Document | None:
        """Wait for the beginning; where it shows what only makes sense whole, wait for all of it.

        That is a book, timed text, or text in an encoding with another mark than UTF-8's.
        """
        while len(self._head) < _HEAD and not self._closed:
            self._head += self._take(None)
        if not is_book(self._head) and not is_marked(self._head):
            return None
        head, self._head = self._head, b""
        return read_bytes(head + self._rest(), self._name)

    def more(self, seconds: float | None) -> str:
        """Return what has come; where nothing has, wait for it, at most so many seconds.

        "" where nothing came in time or all has come. KokoroError where it is no text.
        """
        data = self._head or self._take(seconds)
        self._head = b""
        held = self._decoder.getstate()[0]
        before = self._taken - len(held)
        try:
            text = self._decoder.decode(data, final=self.ended)
        except UnicodeDecodeError as error:
            if not self._ascii:
                raise damaged(self._name, "utf-8", before + error.start) from error
            text = "\0"
        if "\0" in text:  # It is not UTF-8, or no text. What was ASCII is so in other encodings.
            rest = held + data + self._rest()
            if len(rest) > LARGEST_TEXT:
                raise too_large(self._name, LARGEST_TEXT)
            text = decode(b" " * before + rest, self._name)[before:]
        self._ascii = self._ascii and text.isascii()
        self._taken += len(data)
        # A line may end in two characters, which are not parted.
        text = self._last + text
        self._last = "\r" if text.endswith("\r") and not self.ended else ""
        return text[: len(text) - len(self._last)]

    def _take(self, seconds: float | None) -> bytes:
        """Return what waits; b"" where nothing came in time or all has been taken."""
        taken: list[bytes] = []
        try:
            while not self._closed and len(taken) < _WAITING_BLOCKS:
                block = self._blocks.get(timeout=seconds) if not taken else self._blocks.get(False)
                if isinstance(block, OSError):
                    raise KokoroError(
                        f"{self._name} can't be read: {block.strerror or block}."
                    ) from block
                self._closed = not block
                taken.append(block)
        except Empty:
            pass
        return b"".join(taken)

    def _rest(self) -> bytes:
        """Wait for all that is left; of what is too large, a little more than may be."""
        rest = bytearray()
        while not self._closed and len(rest) <= LARGEST_TEXT:
            rest += self._take(None)
        return bytes(rest)
