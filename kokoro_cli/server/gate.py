"""Who may ask, and how much: everything that is checked before a route is called.

Keys, the names by which the server is called, other sites' pages, sizes and times. It also names
each request, counts the answers, and turns errors into bodies.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import secrets
from collections.abc import Mapping
from typing import Any

import anyio
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kokoro_cli.errors import KokoroError
from kokoro_cli.server.asked import most_bytes
from kokoro_cli.server.figures import Figures
from kokoro_cli.server.options import ServerOptions, is_loopback
from kokoro_cli.server.refusals import RefusalError, refusal_of

_log = logging.getLogger("kokoro")

OPEN = frozenset(
    "/ /health /v1/test /v1/models /v1/audio/models /v1/audio/voices /openapi.json".split()
)
"""Lists and the like, which need no key unless the options say so.

Open WebUI asks for them without one."""

_ALWAYS_OPEN = frozenset(("/health",))

_BODY_SECONDS = 60.0
"""Longest time until the whole body of a request has come."""

_REQUEST_ID = re.compile(r"[\w.:-]{1,128}", re.ASCII)

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[\w.-]+?)\.?(:\d{0,5})?", re.ASCII | re.IGNORECASE)
"""A name or an address, and a port. Browsers send nothing else."""


class Gate:
    """ASGI middleware around all routes."""

    def __init__(
        self, app: ASGIApp, options: ServerOptions, keys: tuple[str, ...], figures: Figures
    ) -> None:
        self._app, self._options, self._figures = app, options, figures
        self._keys = [key.encode() for key in keys]
        self._most_bytes = most_bytes(options.max_input)
        self._has_told = False
        self._names = {
            name.strip("[]").rstrip(".").lower() for name in (*options.allowed_hosts, options.host)
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["root_path"] = self._options.base_path  # With it or without, as the proxy sends it.
        headers = Headers(scope=scope)
        request_id = headers.get("x-request-id", "")
        if not _REQUEST_ID.fullmatch(request_id):
            request_id = f"req_{secrets.token_hex(12)}"
        scope.setdefault("state", {})["request_id"] = request_id
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                added = MutableHeaders(scope=message)
                added["X-Request-Id"] = request_id
                added["X-Content-Type-Options"] = "nosniff"
            await send(message)

        try:
            scope["state"]["client"] = self._admit(scope, headers)
            with anyio.fail_after(self._options.max_seconds):
                await self._app(scope, self._limited(headers, receive), answer)
        except Exception as error:
            if status:  # The answer has begun: only a broken transfer can say that it failed.
                _log.error("%s broken off: %s", request_id, str(error) or type(error).__name__)
                raise
            refused = self._refusal(error, request_id)
            await refused.response()(scope, receive, answer)
        finally:
            route = getattr(scope.get("route"), "path", "none")
            self._figures.requests.labels(route, str(status or 499)).inc()

    def _refusal(self, error: Exception, request_id: str) -> RefusalError:
        if isinstance(error, TimeoutError):
            return RefusalError(504, f"It took longer than {self._options.max_seconds:g} s.")
        refused = refusal_of(error)
        if refused.status_code >= 500:
            _log.error("%s %s", request_id, error, exc_info=_unforeseen(error))
        return refused

    # Who

    def _admit(self, scope: Scope, headers: Headers) -> str:
        """Return the name of whoever asks; RefusalError if he may not."""
        peer = scope["client"][0] if scope.get("client") else ""
        if not self._keys:
            self._check_site(scope["method"], headers)
            return peer
        path = scope["path"].removeprefix(self._options.base_path) or "/"
        is_open = path in _ALWAYS_OPEN or (
            not self._options.private_lists
            and scope["method"] in ("GET", "HEAD", "OPTIONS")
            and (path in OPEN or path.startswith("/v1/models/"))
        )
        given = _given_key(headers)
        if given is not None and any(hmac.compare_digest(given, key) for key in self._keys):
            return hashlib.sha256(given).hexdigest()
        if is_open or scope["method"] == "OPTIONS":  # A page asks whether it may ask.
            return peer
        what = "This key is not known." if given else "A key is required."
        raise RefusalError(
            401,
            f"{what} Send it as: Authorization: Bearer KEY.",
            None,
            "invalid_api_key",
            {"WWW-Authenticate": "Bearer"},
        )

    def _check_site(self, method: str, headers: Headers) -> None:
        """Keep other sites' pages out of a server that asks for no key.

        A page may send to this machine without reading the answer, or may have its own name point
        to it (DNS rebinding).
        """
        called = headers.get("host", "")
        is_open = "*" in self._options.cors
        if called and not is_open and not self._is_ours(called):
            if not self._has_told:
                self._has_told = True
                _log.warning("Refused: a request to another name; `allowed_hosts` allows names.")
            raise RefusalError(
                403,
                f"This server is not {called}. Its owner can allow that name when it is started.",
                None,
                "unknown_host",
            )
        origin = headers.get("origin", "")
        foreign = origin.lower().startswith(("null", "http://", "https://"))
        if method in ("GET", "HEAD", "OPTIONS") or not foreign:
            return
        if is_open or origin in self._options.cors:
            return
        if origin.partition("://")[2] != called:
            raise RefusalError(
                403, f"Pages of {origin} may not use this server.", None, "foreign_origin"
            )

    def _is_ours(self, called: str) -> bool:
        match = _HOST.fullmatch(called)
        if match is None:
            return False
        host = match[1].strip("[]").lower()
        return is_loopback(host) or host in self._names

    # How much

    def _limited(self, headers: Headers, receive: Receive) -> Receive:
        """Return what receives the body, up to the limits of size and time.

        Whoever goes beyond them loses the connection too, or the rest would be read after the
        answer.
        """
        close = {"Connection": "close"}
        too_large = RefusalError(
            413, f"The body is larger than {self._most_bytes:,} bytes.", None, "too_large", close
        )
        length = headers.get("content-length", "0")
        if length.isdecimal() and int(length) > self._most_bytes:
            raise too_large
        end = anyio.current_time() + _BODY_SECONDS
        got = 0
        complete = False

        async def limited() -> Message:
            nonlocal got, complete
            if complete:  # What comes now is that the client leaves.
                return await receive()
            try:
                with anyio.fail_after(end - anyio.current_time()):
                    message = await receive()
            except TimeoutError as error:
                raise RefusalError(
                    408, "The body did not come in time.", None, "timeout", close
                ) from error
            got += len(message.get("body", b""))
            if got > self._most_bytes:
                raise too_large
            complete = not message.get("more_body", False)
            return message

        return limited


def _given_key(headers: Mapping[str, str]) -> bytes | None:
    """Return the key that a request has, by any of the names that clients use; None if none."""
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() in ("bearer", "token") and value.strip():
        return value.strip().encode("latin-1", "replace")
    for name in ("api-key", "xi-api-key", "x-api-key"):
        if found := headers.get(name, ""):
            return found.encode("latin-1", "replace")
    return None


def _unforeseen(error: Exception) -> Any:
    """Return the error if the log should show where it came from."""
    return None if isinstance(error, KokoroError | RefusalError) else error
