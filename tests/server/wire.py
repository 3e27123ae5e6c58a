"""Requests as bytes, for what no client of HTTP sends."""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.server.serving import PATIENCE_SECONDS, Served


@dataclass(frozen=True, slots=True)
class Reply:
    """The first answer on a connection; status 0 if there was none."""

    status: int
    headers: dict[str, str]
    body: bytes


def connect(served: Served) -> socket.socket:
    place = urlsplit(served.url)
    assert place.hostname and place.port
    return socket.create_connection((place.hostname, place.port), timeout=PATIENCE_SECONDS)


def head(
    *fields: str, line: str = "POST /v1/audio/speech HTTP/1.1", host: str | None = "127.0.0.1"
) -> bytes:
    """Return the head of a request for speech, with more fields."""
    named = [] if host is None else [f"Host: {host}"]
    lines = [line, *named, "Content-Type: application/json", *fields, "", ""]
    return "\r\n".join(lines).encode("latin-1")


def whole(body: bytes, *fields: str, **rest: Any) -> bytes:
    """Return a request with its body, after which the connection is closed."""
    return head(f"Content-Length: {len(body)}", "Connection: close", *fields, **rest) + body


def exchange(served: Served, data: bytes | Sequence[bytes]) -> Reply:
    """Send bytes as they are, and read until the server closes or has answered."""
    with connect(served) as peer:
        try:
            for part in [data] if isinstance(data, bytes) else data:
                peer.sendall(part)
        except (BrokenPipeError, ConnectionResetError):
            pass  # It was refused before its end.
        return read(peer)


def read(peer: socket.socket) -> Reply:
    """Return the answer, without those that only say that the body may come."""
    got = b""
    while not _is_complete(got):
        try:
            part = peer.recv(65536)
        except ConnectionResetError:
            break
        if not part:
            break
        got += part
    return _reply(got)


def _is_complete(got: bytes) -> bool:
    reply = _reply(got)
    return "content-length" in reply.headers and len(reply.body) >= int(
        reply.headers["content-length"]
    )


def _reply(got: bytes) -> Reply:
    top, _, body = got.partition(b"\r\n\r\n")
    if top.startswith(b"HTTP/1.1 100"):
        return _reply(body)
    first, *lines = top.decode("latin-1").split("\r\n")
    if not first.startswith("HTTP/"):
        return Reply(0, {}, b"")
    fields = (line.partition(":") for line in lines)
    return Reply(int(first.split()[1]), {n.lower(): v.strip() for n, _, v in fields}, body)


def is_error(body: bytes) -> bool:
    """Whether a body has all that OpenAI's and Kokoro-FastAPI's clients read of an error."""
    content = json.loads(body)
    return set(content["error"]) == {"message", "type", "param", "code"} and bool(content["detail"])
