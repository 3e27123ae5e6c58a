"""The ports that the options name beside the HTTP one, each with a protocol of its own."""

from __future__ import annotations

import asyncio
import logging
import socket
from contextlib import ExitStack, suppress
from functools import partial
from types import ModuleType

from kokoro_cli.errors import FeatureNotInstalledError
from kokoro_cli.server import audiosocket
from kokoro_cli.server.calls import Calls
from kokoro_cli.server.options import ServerOptions, is_loopback
from kokoro_cli.server.service import Service
from kokoro_cli.server.sockets import Port, listen, place

_log = logging.getLogger("kokoro")

LOOPBACK = "127.0.0.1"


class Ports:
    """Opened and closed with the server."""

    def __init__(self, options: ServerOptions) -> None:
        """FeatureNotInstalledError if a package lacks that they need."""
        self._options = options
        self._wyoming = _load_wyoming() if options.wyoming_port is not None else None
        self._bound = ExitStack()
        self._listening: dict[str, socket.socket] = {}
        self._open: list[Port] = []
        self._announcing: asyncio.Future[None] | None = None

    def bind(self) -> None:
        """UsageError if an address can't be listened on."""
        options = self._options
        self._bind("wyoming", options.wyoming_host, options.wyoming_port)
        self._bind("audiosocket", options.audiosocket_host, options.audiosocket_port)

    def _bind(self, protocol: str, host: str | None, port: int | None) -> None:
        if port is not None:
            names = f"{protocol}_host", f"{protocol}_port"
            found = listen(host or LOOPBACK, port, names)
            self._listening[protocol] = self._bound.enter_context(found)

    @property
    def addresses(self) -> dict[str, str]:
        """The address of each protocol, as tcp://127.0.0.1:10210."""
        return {name: f"tcp://{place(found)}" for name, found in self._listening.items()}

    async def open(self, service: Service, calls: Calls) -> None:
        if self._wyoming:
            serve = partial(self._wyoming.serve, service)
            most_line = self._wyoming.most_line(service)
            self._open.append(Port(self._listening["wyoming"], serve, most_line))
        if listening := self._listening.get("audiosocket"):
            self._open.append(Port(listening, partial(audiosocket.serve, service, calls)))
        for port in self._open:
            await port.open()
        if self._wyoming and not is_loopback(self._options.wyoming_host or LOOPBACK):
            self._announcing = asyncio.ensure_future(self._announce())

    async def _announce(self) -> None:
        try:
            from kokoro_cli.server.discovery import announce
        except ModuleNotFoundError as error:
            _log.warning("Home Assistant can't find this server by itself: no %s.", error.name)
            return
        host, port = self._listening["wyoming"].getsockname()[:2]
        await announce(host, port)

    async def close(self, seconds: float) -> None:
        """Take no new clients; what is being said may go on for *seconds*."""
        if self._announcing:
            self._announcing.cancel()
        await asyncio.gather(*(port.close(seconds) for port in self._open))
        if self._announcing:
            with suppress(asyncio.CancelledError):
                await self._announcing

    def unbind(self) -> None:
        self._bound.close()


def _load_wyoming() -> ModuleType:
    try:
        from kokoro_cli.server import wyoming
    except ModuleNotFoundError as error:
        raise FeatureNotInstalledError(
            f"Wyoming needs the package {error.name}.",
            hint="Install it with: pip install 'kokoro-cli[serve,wyoming]'",
        ) from error
    return wyoming
