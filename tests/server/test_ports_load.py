"""Many clients on the ports beside HTTP, of whom half leave: nothing is lost, mixed up or kept."""

from __future__ import annotations

import asyncio
import gc
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from wyoming.client import AsyncTcpClient

from kokoro_cli.bench.memory import own_peak_bytes
from kokoro_cli.server import audiosocket
from kokoro_cli.server.audiosocket import FRAME_BYTES, HANG_UP, SOUND, frame
from tests.server.conftest import Serve
from tests.server.holding import eventually
from tests.server.serving import PATIENCE_SECONDS, Served
from tests.server.test_audiosocket import hello, registered, sounding
from tests.server.test_load import memory, text_of
from tests.server.test_wyoming import place, say

CLIENTS = 32
TEXTS = 15


@dataclass(slots=True)
class Seen:
    whole: int = 0
    left: int = 0
    wrong: list[str] = field(default_factory=list)


Ask = Callable[[int, int], Awaitable[bytes]]
"""Asks for a text and returns its samples without silence; leaves after so many pieces."""

NEVER = 10**9


async def client(ask: Ask, number: int, end: float, expected: dict[int, bytes], seen: Seen) -> None:
    draw = random.Random(number)
    while time.monotonic() < end:
        which = draw.randrange(TEXTS)
        leaves = number % 2 and draw.random() < 0.7
        got = await ask(which, draw.randrange(3) if leaves else NEVER)
        if leaves:
            seen.left += 1
        elif got == expected[which]:
            seen.whole += 1
        else:
            seen.wrong.append(f"{which}: {len(got)} bytes, not {len(expected[which])}")


async def crowd(ask: Ask, seconds: float, expected: dict[int, bytes]) -> Seen:
    seen, end = Seen(), time.monotonic() + seconds
    clients = (client(ask, number, end, expected, seen) for number in range(CLIENTS))
    await asyncio.gather(*clients)
    return seen


def over_wyoming(served: Served) -> Ask:
    async def ask(which: int, most: int) -> bytes:
        got, pieces = b"", 0
        async with AsyncTcpClient(*place(served), read_timeout=PATIENCE_SECONDS) as peer:
            await peer.write_event(say(text_of(which), name="af_heart"))
            while pieces < most and (event := await peer.read_event()):
                got += event.payload or b""
                pieces += 1
                if event.type in ("audio-stop", "error"):
                    break
        return sounding(got)

    return ask


def over_audiosocket(served: Served) -> Ask:
    numbers = [registered(served, text_of(which), voice="af_heart") for which in range(TEXTS)]
    address = served.running.addresses["audiosocket"].removeprefix("tcp://")
    host, _, port = address.partition(":")

    async def read(reader: asyncio.StreamReader, most: int) -> bytes:
        got = b""
        for _ in range(most):
            head = await reader.readexactly(3)
            got += await reader.readexactly(int.from_bytes(head[1:], "big"))
            if head[0] == HANG_UP:
                break
        return got

    async def call(number: UUID, most: int) -> bytes:
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            writer.write(hello(number) + frame(SOUND, bytes(FRAME_BYTES)))
            return await asyncio.wait_for(read(reader, most), PATIENCE_SECONDS)
        finally:
            writer.close()

    async def ask(which: int, most: int) -> bytes:
        return sounding(await call(numbers[which], most))

    return ask


@pytest.mark.parametrize("kind", [over_wyoming, over_audiosocket])
@pytest.mark.parametrize(
    "seconds", [pytest.param(1, id="short"), pytest.param(120, marks=pytest.mark.nightly)]
)
def test_half_of_a_crowd_leaves(
    serve: Serve,
    seconds: int,
    kind: Callable[[Served], Ask],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(audiosocket, "FRAME_SECONDS", 0.002)
    with serve(store=False, wyoming_port=0, audiosocket_port=0) as served:
        ask = kind(served)

        async def alone() -> dict[int, bytes]:
            return {which: await ask(which, NEVER) for which in range(TEXTS)}

        expected = asyncio.run(alone())
        assert all(expected.values())
        asyncio.run(crowd(ask, 1, expected))  # Whatever is made once is made now.
        gc.collect()
        before = memory()
        seen = asyncio.run(crowd(ask, seconds, expected))
        gc.collect()
        assert seen.wrong == []
        assert seen.whole > CLIENTS / 2
        assert seen.left > CLIENTS / 4
        eventually(lambda: served.service.queue.is_idle)
        ports = served.running._ports._open
        eventually(lambda: not any(port._open for port in ports))
        assert memory() < 1.1 * before + 20_000_000
        print(
            f"\n{seen.whole} whole, {seen.left} left; "
            f"memory {before >> 20} to {memory() >> 20} MB, peak {own_peak_bytes() >> 20} MB"
        )
