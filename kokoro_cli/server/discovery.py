"""Lets Home Assistant find the server in the network, by mDNS (RFC 6762) and DNS-SD (RFC 6763)."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import re
import socket

import ifaddr
from zeroconf import Error, ServiceInfo
from zeroconf.asyncio import AsyncZeroconf

_log = logging.getLogger("kokoro")

KIND = "_wyoming._tcp.local."
"""As OHF-Voice/wyoming announces itself."""

_MOST_NAME = 63
"""Bytes of a name's part in DNS."""


async def announce(host: str, port: int) -> None:
    """Announce a port until cancelled; where that can't be done, log it and return."""
    found = _addresses(host)
    name = re.sub(r"[^\w-]", "-", f"kokoro-{socket.gethostname()}", flags=re.ASCII)[:_MOST_NAME]
    information = ServiceInfo(KIND, f"{name}.{KIND}", port, parsed_addresses=found)
    try:
        if not found:
            raise OSError("this machine has no address in a network")
        announced = AsyncZeroconf(interfaces=found)
        try:
            # The names of two servers on one machine must differ.
            await announced.async_register_service(information, allow_name_change=True)
            await asyncio.Event().wait()
        finally:
            await announced.async_close()  # It also takes the announcement back.
    except (OSError, Error) as error:
        reason = str(error) or type(error).__name__
        _log.warning("Home Assistant can't find this server by itself: %s.", reason)


def _addresses(host: str) -> list[str]:
    """Return the addresses of this machine by which others reach what listens on *host*.

    Of all addresses only those of IPv4.
    """
    given = ipaddress.ip_address(host)
    if not given.is_unspecified:
        return [host]
    own = (address.ip for adapter in ifaddr.get_adapters() for address in adapter.ips)
    fours = [each for each in own if isinstance(each, str)]  # IPv6 ones are tuples.
    return [each for each in fours if not ipaddress.ip_address(each).is_loopback]
