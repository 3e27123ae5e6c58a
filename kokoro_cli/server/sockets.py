"""TCP ports beside the HTTP one, in the same event loop."""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

import anyio

from kokoro_cli.errors import UsageError

T = TypeVar("T")

_log = logging.getLogger("kokoro")

_MOST_CONNECTIONS = 256
"""Of one port. Each may hold a message of the longest text."""

_STALL_SECONDS = 120.0
"""Longest time that a client takes nothing of what it is sent."""

_WRITE_BUFFER = 65_536
"""Bytes that may wait for a client before more is made for it."""

_LINGER_SECONDS = 2.0
"""How long a client may go on sending after it was told an error.

Closing a socket with unread bytes resets it, and the client may lose what it was told."""


class SilentError(Exception):
    """The client neither sent nor took anything for too long."""


class Connection:
    """One client."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self._writer = reader, writer
        self.is_busy = False
        """Whether something is being said; if not, the connection ends when the server stops."""
        peer = writer.get_extra_info("peername")
        self.client = str(peer[0]) if peer else ""
        writer.transport.set_write_buffer_limits(high=_WRITE_BUFFER)
        self._sending = asyncio.Lock()

    async def send(self, data: bytes) -> None:
        """Send all of *data* together; SilentError, or ConnectionError if the client left."""
        async with self._sending:
            self._writer.write(data)
            await within(_STALL_SECONDS, self._writer.drain())

    async def hang_up(self) -> None:
        """Say that nothing more comes, and take what still comes for a moment."""
        with suppress(OSError, SilentError):
            if self._writer.can_write_eof():
                self._writer.write_eof()
            await within(_LINGER_SECONDS, self._drop_all())

    async def _drop_all(self) -> None:
        while await self.reader.read(_WRITE_BUFFER):
            pass

    def abort(self) -> None:
        self._writer.transport.abort()

    def close(self) -> None:
        self._writer.close()


async def within(seconds: float, work: Awaitable[T]) -> T:
    """Return what *work* returns; SilentError if it takes longer.

    Before Python 3.12 `asyncio.wait_for` may lose a cancellation that comes at the last moment.
    """
    try:
        with anyio.fail_after(seconds):
            return await work
    except TimeoutError as error:
        raise SilentError from error


class Port:
    """Listens, and has each client served in a task of its own."""

    def __init__(
        self,
        listening: socket.socket,
        serve: Callable[[Connection], Awaitable[None]],
        most_line: int = 65_536,
    ) -> None:
        """*most_line* is the longest that `StreamReader.readuntil` reads, in bytes."""
        self._listening, self._serve, self._most_line = listening, serve, most_line
        self._open: dict[asyncio.Task[None], Connection] = {}
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        self._server = await asyncio.start_server(
            self._accept, sock=self._listening, limit=self._most_line
        )

    async def close(self, seconds: float) -> None:
        """Take no new clients; what is being said may go on for *seconds*."""
        if self._server is None:
            return
        self._server.close()
        end = time.monotonic() + seconds
        while self._open:
            for task, connection in list(self._open.items()):
                if not connection.is_busy or time.monotonic() >= end:
                    task.cancel()
            await asyncio.wait(self._open, timeout=0.05)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._open) >= _MOST_CONNECTIONS:
            _log.warning("Refused: there are %d connections to a port already.", len(self._open))
            writer.transport.abort()
            return
        connection = Connection(reader, writer)
        task = asyncio.ensure_future(self._attend(connection))
        self._open[task] = connection
        task.add_done_callback(self._open.pop)

    async def _attend(self, connection: Connection) -> None:
        try:
            await self._serve(connection)
        except (SilentError, asyncio.CancelledError):
            connection.abort()
        except (OSError, EOFError):
            pass  # The client has left.
        except Exception:
            _log.exception("A connection failed.")
        finally:
            connection.close()


def listen(host: str, port: int, names: tuple[str, str]) -> socket.socket:
    """Return a listening socket; UsageError, with the *names* of both options, if there is none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        family, kind, number, _, place = found[0]
        listening = socket.socket(family, kind, number)
        try:
            if sys.platform != "win32":  # There it would let two programs share a port.
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(place)
            listening.listen(256)
        except BaseException:
            listening.close()
            raise
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        of_host, of_port = names
        raise UsageError(
            f"The server can't listen on {host}, port {port}: {reason}.",
            hint=f"Choose another `{of_port}`, or another address with `{of_host}`.",
        ) from error
    return listening


def place(listening: socket.socket) -> str:
    """Return host and port, as an address has them."""
    host, port = listening.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
