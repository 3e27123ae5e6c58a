"""Which server speaks, and with which key."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from kokoro_cli.errors import UsageError

_BLANK = re.compile(r"[\s\x00-\x1f\x7f]")
_EXAMPLE = "Write it as http://name:8880 or https://name/path"


@dataclass(frozen=True, slots=True)
class Server:
    """A server's address; UsageError if it can't be one."""

    url: str
    """With scheme; a path, and ``/v1`` at its end, may follow."""
    key: str | None = field(default=None, repr=False)
    """No message contains it, even if the server repeats it."""

    def __post_init__(self) -> None:
        shown = self.url.partition("?")[0].rpartition("@")[2]
        try:
            parts = urlsplit(self.url)
            port, host = parts.port, parts.hostname or ""
            host.encode("idna")
        except ValueError as error:
            raise UsageError(f"“{shown}” is no address of a server.", hint=_EXAMPLE) from error
        webbed = parts.scheme in ("http", "https") and host and port != 0
        if not webbed or _BLANK.search(self.url) or parts.query or parts.fragment:
            raise UsageError(f"“{shown}” is no address of a server.", hint=_EXAMPLE)
        if "@" in parts.netloc:
            raise UsageError(
                "The server's address holds a password.", hint="Set KOKORO_SERVER_KEY instead."
            )
        if self.key is not None and not re.fullmatch("[!-~]+", self.key):
            raise UsageError(
                "KOKORO_SERVER_KEY has spaces or letters outside ASCII.", hint="Copy it again."
            )

    def __str__(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"

    @property
    def secure(self) -> bool:
        return urlsplit(self.url).scheme == "https"

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or (443 if self.secure else 80)

    @property
    def target(self) -> str:
        """The path of the speech endpoint, as in the request line."""
        path = urlsplit(self.url).path.rstrip("/")
        path = path if path.endswith("/v1") else f"{path}/v1"
        return quote(f"{path}/audio/speech", safe="/%:@!$&'()*+,;=~")

    @property
    def warning(self) -> str | None:
        """Says so if others on the way can read the key."""
        if self.key is None or self.secure or self._is_here:
            return None
        return f"The key goes to {self} unencrypted; https would hide it."

    @property
    def _is_here(self) -> bool:
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"
