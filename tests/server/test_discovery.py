"""Home Assistant finds the server, while it runs, and only if other machines reach it."""

from __future__ import annotations

import asyncio
import logging
import socket

import pytest
from ifaddr import IP, Adapter
from zeroconf import IPVersion, ServiceInfo
from zeroconf.asyncio import AsyncZeroconf

from kokoro_cli.server import discovery, ports
from kokoro_cli.server.discovery import KIND
from tests.server.conftest import Serve
from tests.server.holding import eventually
from tests.server.test_wyoming import place

NAME = f"kokoro-{socket.gethostname()}"


def found(name: str) -> ServiceInfo | None:
    """Return what is announced on loopback under a name, if anything is."""

    async def ask() -> ServiceInfo | None:
        asking = AsyncZeroconf(interfaces=["127.0.0.1"])
        try:
            return await asking.async_get_service_info(KIND, f"{name}.{KIND}", 3000)
        finally:
            await asking.async_close()

    return asyncio.run(ask())


@pytest.fixture
def like_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take loopback for an address that other machines reach."""
    monkeypatch.setattr(ports, "is_loopback", lambda host: False)


def test_it_is_announced_while_it_runs(serve: Serve, like_a_network: None) -> None:
    with serve(wyoming_port=0) as served:
        host, port = place(served)
        eventually(lambda: found(NAME) is not None)
        there = found(NAME)
        assert there
        assert there.port == port
        assert there.parsed_addresses(IPVersion.V4Only) == [host]
    assert found(NAME) is None


def test_two_servers_have_names_of_their_own(serve: Serve, like_a_network: None) -> None:
    with serve(wyoming_port=0) as first:
        eventually(lambda: found(NAME) is not None)
        with serve(wyoming_port=0) as second:
            eventually(lambda: found(f"{NAME}-2") is not None)
            names = (NAME, f"{NAME}-2")
            assert {each.port for each in map(found, names) if each} == {
                place(first)[1],
                place(second)[1],
            }


def test_on_loopback_it_is_not_announced(serve: Serve) -> None:
    with serve(wyoming_port=0) as served:
        assert served.running._ports._announcing is None


def test_a_machine_without_a_network_is_told_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    lo = Adapter("lo", "lo", [IP("127.0.0.1", 8, "lo"), IP(("::1", 0, 0), 128, "lo")])
    monkeypatch.setattr(discovery.ifaddr, "get_adapters", lambda: [lo])
    with caplog.at_level(logging.WARNING, "kokoro"):
        asyncio.run(discovery.announce("0.0.0.0", 10210))
    assert "this machine has no address in a network" in caplog.text
