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
from kokoro_cli.server.refusals import BrokenOffError
from kokoro_cli.server.service import Service
from kokoro_cli.threads import start

_HEADER_SECONDS = 15
"""Longest wait for the headers of a request."""

_SWITCH_SECONDS = 0.001
"""How soon Python lets another thread run: the loop must not wait for those that read texts."""

Begun = Callable[[str, Service], None]
"""Called with the server's address when it listens."""


class Running:
    """A server of this process; `stop` may be called by any thread."""

    def __init__(self, options: ServerOptions, settings: Settings, begun: Begun) -> None:
        """UsageError for impossible or unsafe options, or an address that can't be listened on."""
        self._options, self._begun = options, begun
        self._app = make_app(options, settings)
        self.service: Service = self._app.state.service
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = False
        self._server: _Server | None = None

    def run(self) -> None:
        """Serve until `stop`; UsageError if the address can't be listened on."""
        listening = _listen(self._options)
        switch = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH_SECONDS)
        try:
            asyncio.run(self._serve(listening))
        finally:
            sys.setswitchinterval(switch)
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
        self._begun(address(self._options, listening), self.service)
        await self._server.serve(sockets=[listening])

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
        await self.service.drain()
        if self._server is not None:
            self._server.should_exit = True


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the process's signals alone."""
        yield


class _Protocol(HttpToolsProtocol):
    """Closes a connection whose headers do not come: uvicorn would wait for ever."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait_for_headers()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._wait_for_headers()

    def on_headers_complete(self) -> None:
        self._headers_came()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._headers_came()
        super().connection_lost(exc)

    def _wait_for_headers(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(_HEADER_SECONDS, self._close)

    def _headers_came(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _close(self) -> None:
        self.transport.write(
            b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
        )
        self.transport.close()


def _listen(options: ServerOptions) -> socket.socket:
    try:
        found = socket.getaddrinfo(options.host, options.port, type=socket.SOCK_STREAM)
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
        raise UsageError(
            f"The server can't listen on {options.host}, port {options.port}: {reason}.",
            hint="Choose another `port`, or another address with `host`.",
        ) from error
    return listening


def address(options: ServerOptions, listening: socket.socket) -> str:
    """Return the server's address for a browser."""
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}{options.base_path}/"


def log_to(write: Callable[[str], None]) -> None:
    """Have the server's warnings and errors written, a line or a traceback at a time."""
    handler = _Lines(write)
    for name in ("kokoro", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").addFilter(_is_unforeseen)


class _Lines(logging.Handler):
    def __init__(self, write: Callable[[str], None]) -> None:
        super().__init__()
        self._write = write

    def emit(self, record: logging.LogRecord) -> None:
        for line in self.format(record).split("\n"):
            self._write(line)


def _is_unforeseen(record: logging.LogRecord) -> bool:
    """Whether a record is not about an answer that was broken off: that has its own line."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, BrokenOffError | TimeoutError)
