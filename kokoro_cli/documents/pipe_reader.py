"""Read a text from a pipe bit by bit, while a program writes it."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from itertools import chain
from queue import Empty, Queue
from threading import Thread
from typing import BinaryIO

from kokoro_cli.documents import Document, read_blocks, too_large
from kokoro_cli.documents.encoding import damaged, decode, is_marked
from kokoro_cli.documents.kinds import LARGEST_TEXT, is_undecided, kind_by_head
from kokoro_cli.errors import KokoroError

_BLOCK = 65_536
_WAITING_BLOCKS = 4
"""Blocks to buffer; after these the writer has to wait until some are taken."""


class PipeReader:
    """Gives out UTF-8 text as it arrives.

    If the text turns out to be in another encoding, all of the rest is given out at once.
    """

    def __init__(self, pipe: BinaryIO, name: str = "Standard input") -> None:
        self._name = name
        self._blocks: Queue[bytes | OSError] = Queue(_WAITING_BLOCKS)
        self._head = b""
        """Bytes that were read to examine them, and not given out yet."""
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
        """Return the whole document if it has to be read whole, else None.

        That is a book, a web page, timed text, or text with a byte-order mark other than UTF-8's.
        Waits for the first bytes, and for such a document's end.
        """
        while is_undecided(self._head) and not self._closed:
            self._head += self._take(None)
        if kind_by_head(self._head) is None and not is_marked(self._head):
            return None
        head, self._head = self._head, b""
        return read_blocks(chain([head], self._all()), "", self._name)

    def more(self, seconds: float | None) -> str:
        """Return the text that has arrived; if there is none, wait for it at most *seconds*.

        Returns "" if nothing arrives in time or all has been given out. Raises KokoroError if the
        data is not text.
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
        if "\0" in text:  # Not UTF-8, or not text. ASCII text so far is the same in any encoding.
            rest = held + data + self._rest()
            if len(rest) > LARGEST_TEXT:
                raise too_large(self._name, LARGEST_TEXT)
            text = decode(b" " * before + rest, self._name)[before:]
        self._ascii = self._ascii and text.isascii()
        self._taken += len(data)
        # A line may end in two characters, which must not be separated.
        text = self._last + text
        self._last = "\r" if text.endswith("\r") and not self.ended else ""
        return text[: len(text) - len(self._last)]

    def _take(self, seconds: float | None) -> bytes:
        """Return the waiting bytes; b"" if none arrive in time or all have been taken."""
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

    def _all(self) -> Iterator[bytes]:
        """Yield the rest as it arrives."""
        while not self._closed:
            yield self._take(None)

    def _rest(self) -> bytes:
        """Wait for the rest and return it; stop a little above LARGEST_TEXT bytes."""
        rest = bytearray()
        for block in self._all():
            rest += block
            if len(rest) > LARGEST_TEXT:
                break
        return bytes(rest)
