"""Home Assistant's port: what no client sends, clients that leave, and the server's end."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from wyoming.audio import AudioChunk
from wyoming.client import AsyncTcpClient
from wyoming.event import Event

from kokoro_cli.errors import FeatureNotInstalledError, UsageError
from kokoro_cli.server.options import ServerOptions
from kokoro_cli.server.ports import Ports
from tests.server.conftest import Serve
from tests.server.holding import eventually, holding
from tests.server.serving import Served, serving
from tests.server.test_wyoming import TEXT, connect, line, place, received, say, sound, talk


@pytest.fixture(scope="module")
def served(cache: Path) -> Iterator[Served]:
    with serving(cache, wyoming_port=0) as found:
        yield found


# Bytes that no client sends


def answer_to(served: Served, data: bytes) -> bytes:
    """Return all that comes back before the server ends the connection."""
    found = b""
    with connect(served) as peer:
        peer.sendall(data)
        while part := peer.recv(65536):
            found += part
    return found


@pytest.mark.parametrize(
    "data, code",
    [
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "invalid_json"),
        (b"\n", "invalid_json"),
        (b"\xff\xfe\n", "invalid_json"),
        (b"[" * 30_000 + b"\n", "invalid_json"),
        (b"[]\n", "invalid_json"),
        (b'{"type": null}\n', "invalid_json"),
        (b'{"type": "ping", "data": [1]}\n', "invalid_json"),
        (line("ping", data_length="5"), "invalid_json"),
        (line("ping", data_length=-1), "invalid_json"),
        (line("ping", data_length=True), "invalid_json"),
        (line("ping", data_length=2) + b"[]", "invalid_json"),
        (line("ping", data_length=10**15), "too_large"),
        (line("ping", payload_length=10**15), "too_large"),
        (line("synthesize", {"text": "\ud800"}), "invalid_value"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_garbage_is_an_error_and_the_end(served: Served, data: bytes, code: str) -> None:
    found = answer_to(served, data)
    head, _, rest = found.partition(b"\n")
    assert json.loads(head)["type"] == "error"
    assert json.loads(rest)["code"] == code


def test_a_line_without_an_end_is_cut_short(serve: Serve) -> None:
    with serve(wyoming_port=0, store=False, max_input=100) as served:
        found = answer_to(served, b'{"type": "' + b"x" * 200_000)
        assert b"too_large" in found


def test_events_of_other_services_are_passed_over(served: Served) -> None:
    other = [Event("transcribe"), AudioChunk(16000, 2, 1, b"\0" * 640).event()]
    heard = talk(served, *other, say("Hello."), until="audio-stop")
    assert len(sound(heard))


# Clients that leave

Leave = Callable[[AsyncTcpClient], Awaitable[None]]


async def _half_a_line(client: AsyncTcpClient) -> None:
    assert client._writer
    client._writer.write(b'{"type": "synth')
    await client._writer.drain()


async def _half_the_data(client: AsyncTcpClient) -> None:
    assert client._writer
    client._writer.write(line("synthesize", data_length=50) + b'{"text": ')
    await client._writer.drain()


async def _after_asking(client: AsyncTcpClient) -> None:
    await client.write_event(say())


async def _at_the_first_sound(client: AsyncTcpClient) -> None:
    await client.write_event(say())
    assert await client.read_event()


@pytest.mark.parametrize(
    "moment", [_half_a_line, _half_the_data, _after_asking, _at_the_first_sound]
)
def test_a_client_may_leave_at_any_moment(served: Served, moment: Leave) -> None:
    async def work() -> None:
        async with AsyncTcpClient(*place(served)) as client:
            await moment(client)

    asyncio.run(work())
    eventually(lambda: served.service.queue.is_idle)
    assert len(sound(talk(served, say("Hello."), until="audio-stop")))


def test_a_client_that_leaves_is_noticed_while_it_is_spoken_to(serve: Serve) -> None:
    with serve(wyoming_port=0, store=False) as served, holding() as held:
        with connect(served) as peer:
            peer.sendall(line("synthesize", {"text": TEXT * 20}))
            held.wait()
        cancelled = served.service.figures.cancelled._value
        eventually(lambda: cancelled.get() == 1)
        held.speak()
        eventually(lambda: served.service.queue.is_idle)


def test_a_client_that_never_reads_is_dropped(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kokoro_cli.server.sockets._STALL_SECONDS", 0.3)
    with serve(wyoming_port=0, store=False) as served:
        with socket.socket() as peer:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            peer.connect(place(served))
            peer.sendall(line("synthesize", {"text": TEXT * 100}))
            cancelled = served.service.figures.cancelled._value
            eventually(lambda: cancelled.get() == 1)
        eventually(lambda: served.service.queue.is_idle)


def test_a_silent_client_is_dropped(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kokoro_cli.server.wyoming._IDLE_SECONDS", 0.1)
    with serve(wyoming_port=0, store=False) as served, connect(served) as peer:
        assert received(peer) == b""


# The server's end


def test_what_is_spoken_goes_on_when_the_server_stops(serve: Serve) -> None:
    with (
        serve(wyoming_port=0, store=False) as served,
        holding() as held,
        connect(served) as idle,
        connect(served) as peer,
    ):
        peer.sendall(line("synthesize", {"text": TEXT}))
        held.wait()
        served.running.stop()
        assert not received(idle)
        held.speak()
        assert b'"audio-stop"' in received(peer)


def test_what_is_spoken_too_long_is_broken_off(serve: Serve) -> None:
    with (
        serve(wyoming_port=0, store=False, drain_seconds=0.1) as served,
        holding() as held,
        connect(served) as peer,
    ):
        peer.sendall(line("synthesize", {"text": TEXT}))
        held.wait()
        served.running.stop()
        assert b"audio-stop" not in received(peer)


def test_a_text_that_comes_when_the_server_stops_is_an_error(serve: Serve) -> None:
    with (
        serve(wyoming_port=0, store=False) as served,
        holding() as held,
        connect(served) as peer,
    ):
        peer.sendall(line("synthesize", {"text": TEXT}) * 2)
        held.wait()
        served.running.stop()
        eventually(lambda: served.service.draining)
        held.speak()
        assert b'"stopping"' in received(peer)


def test_without_its_package_it_is_one_clear_error(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "wyoming.audio", None)
    monkeypatch.delitem(sys.modules, "kokoro_cli.server.wyoming")
    monkeypatch.delattr("kokoro_cli.server.wyoming")
    with pytest.raises(FeatureNotInstalledError, match="Wyoming needs") as raised:
        Ports(ServerOptions(wyoming_port=0))
    assert "pip install 'kokoro-cli[serve,wyoming]'" in str(raised.value.hint)


def test_a_port_that_is_taken_is_one_clear_error(served: Served, cache: Path) -> None:
    _, port = place(served)
    ports = Ports(ServerOptions(wyoming_port=port))
    with pytest.raises(UsageError, match=f"port {port}") as raised:
        ports.bind()
    assert "`wyoming_port`" in str(raised.value.hint)
