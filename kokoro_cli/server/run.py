"""Start the server, and end it when the process is asked to."""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from kokoro_cli.config import Settings
from kokoro_cli.errors import KokoroError, UsageError
from kokoro_cli.server.app import make_app
from kokoro_cli.server.options import ServerOptions
from kokoro_cli.server.ports import Ports
from kokoro_cli.server.refusals import BrokenOffError
from kokoro_cli.server.service import Service
from kokoro_cli.server.sockets import listen, place
from kokoro_cli.threads import start

_HEADER_SECONDS = 15
"""Longest wait for the headers of a request."""

_HEADER_BYTES = 65_536

_STALL_SECONDS = 120
"""Longest time that a client takes no part of an answer."""

_SWITCH_SECONDS = 0.001
"""How soon Python lets another thread run: the loop must not wait for those that read texts."""

Begun = Callable[[str, Service], None]
"""Called with the server's address when it listens."""


class Running:
    """A server of this process; `stop` may be called by any thread."""

    def __init__(self, options: ServerOptions, settings: Settings, begun: Begun) -> None:
        """UsageError for impossible or unsafe options, or an address that can't be listened on."""
        self._options, self._begun = options, begun
        self._ports = Ports(options)
        self._app = make_app(options, settings)
        self.service: Service = self._app.state.service
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = False
        self._server: _Server | None = None
        self._closing: asyncio.Future[None] | None = None

    @property
    def addresses(self) -> dict[str, str]:
        """The addresses beside the HTTP one, by protocol; known when the server listens."""
        return self._ports.addresses

    def run(self) -> None:
        """Serve until `stop`; UsageError if the address can't be listened on."""
        try:
            listening = listen(self._options.host, self._options.port, ("host", "port"))
            self._ports.bind()
        except UsageError:
            self._ports.unbind()
            self.service.close()
            raise
        switch = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH_SECONDS)
        try:
            asyncio.run(self._serve(listening))
        finally:
            sys.setswitchinterval(switch)
            self._ports.unbind()
            listening.close()

    async def _serve(self, listening: socket.socket) -> None:
        config = uvicorn.Config(
            self._app,
            http=_Protocol,
            ws="websockets-sansio",
            loop="asyncio",
            root_path="",  # The application has it.
            server_header=False,
            access_log=False,
            log_config=None,
            lifespan="on",
            # What is spoken then may still be on its way to slow readers.
            timeout_graceful_shutdown=max(1, round(self._options.drain_seconds)),
        )
        self._server = _Server(config)
        start(self._load, "loading")
        with self._lock:
            self._loop, stopped = asyncio.get_running_loop(), self._stopped
        if stopped:
            self._server.should_exit = True
        await self._ports.open(self.service, self._app.state.calls)
        self._begun(address(self._options, listening), self.service)
        try:
            await self._server.serve(sockets=[listening])
        finally:
            await self._close_ports()

    async def _close_ports(self) -> None:
        if self._closing is None:  # The server ended without being asked to.
            self._closing = asyncio.ensure_future(self._ports.close(0.0))
        await self._closing

    def _load(self) -> None:
        try:
            self.service.load()
        except KokoroError as error:  # Each request tries again, and reports it.
            logging.getLogger("kokoro").error("%s %s", error.message, error.hint or "")

    def stop(self) -> None:
        """Take no new requests, wait for the others, and end."""
        with self._lock:
            self._stopped = True
            if self._loop is not None:
                self._loop.call_soon_threadsafe(lambda: asyncio.ensure_future(self._drain()))

    async def _drain(self) -> None:
        self._closing = asyncio.ensure_future(self._ports.close(self._options.drain_seconds))
        await self.service.drain()
        if self._server is not None:
            self._server.should_exit = True


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the process's signals alone."""
        yield


class _Protocol(HttpToolsProtocol):
    """Closes a connection whose headers do not come, are too large, or whose client never reads.

    uvicorn would wait for ever.
    """

    _late: asyncio.TimerHandle | None = None
    _stuck: asyncio.TimerHandle | None = None
    _header_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait_for_headers()

    def data_received(self, data: bytes) -> None:
        if self._late is not None:
            self._header_bytes += len(data)
        super().data_received(data)
        if self._late is not None and self._header_bytes > _HEADER_BYTES:
            self._refuse(b"431 Request Header Fields Too Large")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._wait_for_headers()

    def on_headers_complete(self) -> None:
        self._headers_came()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._headers_came()
        self.resume_writing()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stuck = self.loop.call_later(_STALL_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        if self._stuck is not None:
            self._stuck.cancel()
            self._stuck = None
        super().resume_writing()

    def _wait_for_headers(self) -> None:
        if self._late is None:
            self._header_bytes = 0
            self._late = self.loop.call_later(_HEADER_SECONDS, self._refuse, b"408 Request Timeout")

    def _headers_came(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _refuse(self, status: bytes) -> None:
        self._headers_came()
        if not self.transport.is_closing():
            self.transport.write(
                b"HTTP/1.1 " + status + b"\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            )
            self.transport.close()


def address(options: ServerOptions, listening: socket.socket) -> str:
    """Return the server's address for a browser."""
    return f"http://{place(listening)}{options.base_path}/"


@contextmanager
def log_to(write: Callable[[str], None]) -> Iterator[None]:
    """Have the server's warnings and errors written, line by line."""
    handler = _Lines(write, logging.WARNING)
    handler.addFilter(_is_unforeseen)
    loggers = [logging.getLogger(name) for name in ("kokoro", "uvicorn.error")]
    before = [logger.propagate for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.propagate = False
    try:
        yield
    finally:
        for logger, propagates in zip(loggers, before, strict=True):
            logger.removeHandler(handler)
            logger.propagate = propagates


class _Lines(logging.Handler):
    def __init__(self, write: Callable[[str], None], level: int) -> None:
        super().__init__(level)
        self._write = write

    def emit(self, record: logging.LogRecord) -> None:
        for line in self.format(record).split("\n"):
            self._write(line)


def _is_unforeseen(record: logging.LogRecord) -> bool:
    """Whether a record is not about a bad request, or an answer that has its own line."""
    if record.name.startswith("uvicorn") and record.levelno < logging.ERROR:
        return False
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, BrokenOffError | TimeoutError)
