"""Asterisk's protocol AudioSocket: a call connects, says its number, and hears a speech.

Frames are a kind, a length of two bytes (the higher first) and a payload:
https://docs.asterisk.org/Configuration/Channel-Drivers/AudioSocket/. Asterisk plays what it reads
at once, so frames are sent in real time. Each goes out in one piece: Asterisk
(``res_audiosocket.c``) misreads a header that comes in two, and gives up 5 ms after half a payload.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from uuid import UUID

import anyio

from kokoro_cli.errors import KokoroError
from kokoro_cli.server.aloud import pieces
from kokoro_cli.server.asked import Asked
from kokoro_cli.server.calls import Calls
from kokoro_cli.server.refusals import RefusalError, refusal_of
from kokoro_cli.server.service import Service
from kokoro_cli.server.sockets import Connection, within
from kokoro_cli.sinks.formats import TELEPHONE_RATE, Encoding

_log = logging.getLogger("kokoro")

HANG_UP, NUMBER, FAILED = 0x00, 0x01, 0xFF
SOUND = 0x10
"""Signed samples of 16 bits at 8 kHz, the lower byte first."""

SOUND_ENCODING = Encoding("pcm", TELEPHONE_RATE)

FRAME_SECONDS = 0.02
FRAME_BYTES = 2 * round(FRAME_SECONDS * TELEPHONE_RATE)

_NUMBER_SECONDS = 10.0
"""Longest time until a call has said its number."""

_MOST_READY = 10 * 2 * TELEPHONE_RATE
"""Bytes that are made before they are due."""

_MOST_LATE_SECONDS = 0.2
"""By how much frames may be late and still be sent faster, so that the clock is caught up with."""


async def serve(service: Service, calls: Calls, connection: Connection) -> None:
    """Let a call hear its speech, and hang up."""
    number = await _number(connection)
    asked = calls.find(number) if number else None
    if asked is None:
        what = f"no speech has the number {number}" if number else "it did not say its number"
        _log.warning("A call was hung up: %s.", what)
    else:
        connection.is_busy = True
        await _speak(service, asked, connection)
    await connection.send(frame(HANG_UP))
    await connection.hang_up()


def frame(kind: int, payload: bytes = b"") -> bytes:
    return bytes([kind]) + len(payload).to_bytes(2, "big") + payload


async def _read(connection: Connection) -> tuple[int, bytes]:
    kind, *length = await connection.reader.readexactly(3)
    return kind, await connection.reader.readexactly(int.from_bytes(length, "big"))


async def _number(connection: Connection) -> UUID | None:
    """Return what a call says first; None if that is no number."""
    kind, payload = await within(_NUMBER_SECONDS, _read(connection))
    return UUID(bytes=payload) if kind == NUMBER and len(payload) == 16 else None


async def _speak(service: Service, asked: Asked, connection: Connection) -> None:
    """Return when all is said, when it can't be said, or when the other side hangs up."""
    made = _Made()
    making = asyncio.ensure_future(_make(service, asked, connection.client, made))
    listening = asyncio.ensure_future(_listen(connection))
    sending = asyncio.ensure_future(_send(connection, made))
    try:
        await asyncio.wait({listening, sending}, return_when=asyncio.FIRST_COMPLETED)
        for task in (listening, sending):
            if task.done():
                task.result()
    finally:
        for task in (making, listening, sending):
            task.cancel()
        await asyncio.gather(making, listening, sending, return_exceptions=True)


class _Made:
    """Sound that is made and not yet sent."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._room = asyncio.Event()
        self._room.set()
        self.is_complete = False

    async def add(self, data: bytes) -> None:
        """Wait until there is room, and add *data*."""
        await self._room.wait()
        self._data += data
        self._note_room()

    def take(self) -> bytes | None:
        """Return a frame's samples; silence if they are not made yet, and None after the last."""
        if self.is_complete and not self._data:
            return None
        is_there = self.is_complete or len(self._data) >= FRAME_BYTES
        data = bytes(self._data[:FRAME_BYTES]) if is_there else b""
        del self._data[: len(data)]
        self._note_room()
        return data.ljust(FRAME_BYTES, b"\0")

    def _note_room(self) -> None:
        if len(self._data) < _MOST_READY:
            self._room.set()
        else:
            self._room.clear()


async def _make(service: Service, asked: Asked, client: str, made: _Made) -> None:
    try:
        with anyio.fail_after(service.options.max_seconds):
            async with aclosing(pieces(service, asked, client)) as sound:
                async for data in sound:
                    await made.add(data)
    except (KokoroError, RefusalError) as error:
        _log.error("A call was hung up: %s", refusal_of(error).detail)
    except TimeoutError:
        _log.error("A call was hung up: it took longer than %g s.", service.options.max_seconds)
    made.is_complete = True


async def _send(connection: Connection, made: _Made) -> None:
    """Send the sound in real time, with silence where it is not made in time."""
    clock = asyncio.get_running_loop().time
    due = clock()
    while (data := made.take()) is not None:
        await connection.send(frame(SOUND, data))
        due = max(due + FRAME_SECONDS, clock() - _MOST_LATE_SECONDS)
        await asyncio.sleep(due - clock())


async def _listen(connection: Connection) -> None:
    """Drop what the caller says and which keys he presses, until the other side hangs up."""
    while (await _read(connection))[0] not in (HANG_UP, FAILED):
        pass
