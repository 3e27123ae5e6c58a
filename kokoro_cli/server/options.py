"""What the server is told when it starts. Nothing heavy is imported here."""

from __future__ import annotations

import ipaddress
import math
import re
from dataclasses import dataclass, field
from pathlib import Path

from kokoro_cli.engines.table import EXACT
from kokoro_cli.errors import UsageError

DEFAULT_PORT = 8880
"""As Kokoro-FastAPI's, so that its clients need no other."""

_KEY = re.compile(r"[!-~]{8,256}")
_BASE_PATH = re.compile(r"(/(?!\.{1,2}(/|$))[\w.~-]+)+", re.ASCII)
_HOST_NAME = re.compile(r"[\w.-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """Each has a default that is safe for a machine on a network."""

    host: str = "127.0.0.1"
    """Address to listen on."""
    port: int = DEFAULT_PORT
    """0 takes a free one."""
    key_file: Path | None = None
    """File with a key on each line; whoever asks has to give one."""
    keys: tuple[str, ...] = field(default=(), repr=False)
    """More keys, from the environment."""
    private_lists: bool = False
    """Whether lists of models and voices need a key too."""
    cors: tuple[str, ...] = ()
    """Origins whose pages may use the server, as "https://example.org"; "*" is all."""
    allowed_hosts: tuple[str, ...] = ()
    """Names by which a server without a key may be called, besides this machine's own."""
    base_path: str = ""
    """Path under which a reverse proxy shows the server, as "/kokoro"."""
    voice: str | None = None
    """The voice that speaks if a request names none."""
    engine: str = "auto"
    precision: str = EXACT
    device: str = "auto"
    queue: int = 64
    """Most requests at once, those that wait included."""
    per_client: int = 64
    """Most of these of one key, or of one address if there are no keys."""
    max_input: int = 100_000
    """Longest text, in characters."""
    max_seconds: float = 3600.0
    """Longest time for one request."""
    keep_alive: str = "forever"
    """How long an idle model stays in memory: "5m", "1h", "90s" or "forever"."""
    drain_seconds: float = 30.0
    """How long requests may go on after the server was asked to stop."""
    store: bool = True
    """Whether spoken chunks are kept on disk, and taken from there."""
    offline: bool = False
    wyoming_port: int | None = None
    """Port for Home Assistant's protocol Wyoming; None opens none, 0 takes a free one."""
    wyoming_host: str | None = None
    """Address that it listens on; None is 127.0.0.1. Wyoming has no keys."""
    audiosocket_port: int | None = None
    """Port for Asterisk's protocol AudioSocket; None opens none, 0 takes a free one."""
    audiosocket_host: str | None = None
    """Address that it listens on; None is 127.0.0.1. A call has to know a speech's number."""


def check_options(options: ServerOptions) -> ServerOptions:
    """Return the options; UsageError for an impossible or an unsafe value."""
    if not options.host.strip():
        raise UsageError("`host` is empty.", hint="Name an address, like 127.0.0.1.")
    for name in ("port", "wyoming_port", "audiosocket_port"):
        port = getattr(options, name)
        if port is not None and not 0 <= port <= 65535:
            raise UsageError(f"`{name}` is {port}.", hint="It goes from 1 to 65535; 0 is any.")
    _check_host_of("wyoming", options.wyoming_host, options.wyoming_port)
    _check_host_of("audiosocket", options.audiosocket_host, options.audiosocket_port)
    for name, least in (("queue", 1), ("per_client", 1), ("max_input", 1)):
        if getattr(options, name) < least:
            raise UsageError(
                f"`{name}` is {getattr(options, name)}.", hint=f"Give {least} or more."
            )
    if not 0 < options.max_seconds < math.inf:
        raise UsageError(
            f"`max_seconds` is {options.max_seconds:g}.", hint="Give more than 0 seconds."
        )
    if not 0 <= options.drain_seconds < math.inf:
        raise UsageError(
            f"`drain_seconds` is {options.drain_seconds:g}.", hint="Give 0 seconds or more."
        )
    if options.base_path and not _BASE_PATH.fullmatch(options.base_path):
        raise UsageError(f"`base_path` is {options.base_path!r}.", hint="Write it like /kokoro.")
    for origin in options.cors:
        if origin != "*" and not re.fullmatch(r"[a-z][a-z0-9+.-]*://[^\s/?#,]+", origin):
            raise UsageError(
                f"`cors` is {origin!r}.", hint="Name an origin like https://example.org, or *."
            )
    for name in options.allowed_hosts:
        if not _HOST_NAME.fullmatch(name) and _address_of(name) is None:
            raise UsageError(
                f"`allowed_hosts` has {name!r}.", hint="Name hosts without a port, as speech.lan."
            )
    seconds_of(options.keep_alive)
    if not is_loopback(options.host) and not all_keys(options):
        raise UsageError(
            f"Whoever reaches {options.host} could use this server.",
            hint="Set KOKORO_API_KEY or `key_file`, or listen on 127.0.0.1.",
        )
    return options


def _check_host_of(protocol: str, host: str | None, port: int | None) -> None:
    name = f"{protocol}_host"
    if host is not None and not host.strip():
        raise UsageError(f"`{name}` is empty.", hint="Name an address, like 127.0.0.1.")
    if host is not None and port is None:
        raise UsageError(f"`{name}` needs a port.", hint=f"Set `{protocol}_port` too.")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    if host == "localhost":
        return True
    found = _address_of(host)
    return found is not None and found.is_loopback


def _address_of(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def all_keys(options: ServerOptions) -> tuple[str, ...]:
    """Return the keys; UsageError if a file can't be read, or a key can't be one."""
    keys = list(options.keys)
    if options.key_file:
        try:
            lines = options.key_file.read_text(encoding="utf-8-sig").split("\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not text"
            raise UsageError(
                f"{options.key_file} can't be read: {reason}.",
                hint="It has a key on each line.",
            ) from error
        keys += [line.strip() for line in lines if line.strip() and not line.startswith("#")]
        if not keys:
            raise UsageError(f"{options.key_file} has no key.", hint="Write one on each line.")
    for key in keys:
        if not _KEY.fullmatch(key):
            raise UsageError(
                "A key is too short, too long, or has spaces or letters outside ASCII.",
                hint="Use 8 to 256 characters, as from: openssl rand -hex 16",
            )
    return tuple(dict.fromkeys(keys))


_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds_of(text: str) -> float:
    """Return the seconds in "90", "90s", "5m" or "1h"; infinity for "forever"."""
    if text in ("forever", "-1"):
        return math.inf
    match = re.fullmatch(r"(\d{1,9}(?:\.\d{1,3})?)([smhd]?)", text)
    if match is None:
        raise UsageError(f"`keep_alive` is {text!r}.", hint="Write it like 90s, 5m or forever.")
    return float(match[1]) * _UNITS[match[2]]
