"""Many clients at once, of whom half leave: nothing is lost, mixed up, late or kept."""

from __future__ import annotations

import asyncio
import gc
import random
import time
from dataclasses import dataclass, field

import httpx
import numpy as np
import pytest

from kokoro_cli.bench.memory import own_peak_bytes
from tests.server.conftest import Serve
from tests.server.serving import Served

CLIENTS = 32
HEALTH_SECONDS = 0.05


@dataclass(slots=True)
class Seen:
    whole: int = 0
    left: int = 0
    wrong: list[str] = field(default_factory=list)
    health: list[float] = field(default_factory=list)


def memory() -> int:
    """Return the process's memory in bytes, as it is now."""
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
        return int(file.read().split()[1]) * 4096


def text_of(number: int) -> str:
    return " ".join(["Word"] * (1 + number % 5) + ["number"] * (number % 3) + ["ends."])


async def client(url: str, number: int, end: float, expected: dict[int, bytes], seen: Seen) -> None:
    draw = random.Random(number)
    async with httpx.AsyncClient(base_url=url, timeout=60, verify=False) as http:
        while time.monotonic() < end:
            which = draw.randrange(15)
            leaves = number % 2 and draw.random() < 0.7
            got = bytearray()
            body = {
                "input": text_of(which),
                "response_format": "pcm",
                "stream": draw.random() < 0.7,
                "voice": "af_heart",
            }
            try:
                async with http.stream("POST", "/v1/audio/speech", json=body) as answer:
                    if answer.status_code != 200:
                        seen.wrong.append(f"{answer.status_code}: {await answer.aread()!r}")
                        continue
                    async for piece in answer.aiter_bytes():
                        got += piece
                        if leaves:
                            break
            except httpx.HTTPError as error:
                seen.wrong.append(repr(error))
                continue
            if leaves:
                seen.left += 1
            elif body["stream"] or got == expected[which]:
                seen.whole += 1
            else:
                seen.wrong.append(f"{which}: {len(got)} bytes, not {len(expected[which])}")


async def watch(url: str, end: float, seen: Seen) -> None:
    async with httpx.AsyncClient(base_url=url, timeout=60, verify=False) as http:
        while time.monotonic() < end:
            begun = time.monotonic()
            answer = await http.get("/health")
            seen.health.append(time.monotonic() - begun)
            if answer.status_code != 200:
                seen.wrong.append(f"health: {answer.status_code}")
            await asyncio.sleep(0.05)


async def crowd(url: str, seconds: float, expected: dict[int, bytes]) -> Seen:
    seen, end = Seen(), time.monotonic() + seconds
    clients = (client(url, number, end, expected, seen) for number in range(CLIENTS))
    await asyncio.gather(watch(url, end, seen), *clients)
    return seen


def expected_of(served: Served) -> dict[int, bytes]:
    found = {}
    for which in range(15):
        answer = served.speech(text_of(which), response_format="pcm", stream=False)
        assert answer.status_code == 200
        found[which] = answer.content
        assert np.frombuffer(answer.content, "<i2").any()
    return found


@pytest.mark.parametrize(
    "seconds", [pytest.param(5, id="short"), pytest.param(120, marks=pytest.mark.nightly)]
)
def test_half_of_a_crowd_leaves(serve: Serve, seconds: int) -> None:
    with serve(store=False) as served:
        expected = expected_of(served)
        asyncio.run(crowd(served.url, 2, expected))  # Whatever is made once is made now.
        gc.collect()
        before = memory()
        seen = asyncio.run(crowd(served.url, seconds, expected))
        gc.collect()
        assert seen.wrong == []
        assert seen.whole > CLIENTS
        assert seen.left > CLIENTS / 2
        end = time.monotonic() + 10
        while not served.service.queue.is_idle:
            assert time.monotonic() < end, "what nobody listens to any more is still spoken"
            time.sleep(0.01)
        assert memory() < 1.1 * before + 20_000_000
        health = sorted(seen.health)
        print(
            f"\n{seen.whole} whole, {seen.left} left; health: {health[-1] * 1000:.0f} ms at most, "
            f"{health[len(health) // 2] * 1000:.0f} ms in the middle; "
            f"memory {before >> 20} to {memory() >> 20} MB, peak {own_peak_bytes() >> 20} MB"
        )
