"""A fake model hub on loopback, which can also misbehave, and small assets for it."""

from __future__ import annotations

import atexit
import gc
import hashlib
import io
import os
import random
import socket
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import patch

import numpy as np

from kokoro_cli.assets.manifest import Asset, Source

REVISION = "0123456789abcdef0123456789abcdef01234567"
# Longer than two of the blocks in which a download is written.
CONTENT = random.Random(1).randbytes(700_000)
FLOATS = np.random.default_rng(0).standard_normal((510, 1, 256)).astype("<f4")
"""A voice: rows, one, columns."""


@dataclass(frozen=True, slots=True)
class Answer:
    path: str
    range: str | None
    """The request's Range header."""
    status: int
    body_bytes: int
    """Bytes of the body that are sent if nothing fails."""


@dataclass(slots=True)
class Hub:
    """How the hub answers; a test changes the fields between requests."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    """Contents by URL path."""
    ranges: bool = True
    sized: bool = True
    """Whether an answer has a Content-Length."""
    status: int | None = None
    """Answer everything with this error."""
    redirected: dict[str, str] = field(default_factory=dict)
    break_off_after: int | None = None
    """Close the connection after this many bytes of the next body; only once."""
    stall_after: int | None = None
    """Stop sending after this many bytes of a body; -1 is before the status line."""
    drip_seconds: float | None = None
    """Send a body byte by byte, with this pause between."""
    headers: dict[str, str] = field(default_factory=dict)
    """Added to the answers that have a body."""
    released: threading.Event = field(default_factory=threading.Event)
    """Ends every stall."""
    stopped: bool = False
    outwaited: bool = False
    """Whether somebody waited for the end of a stall, which is a minute."""
    asked: threading.Event = field(default_factory=threading.Event)
    """Set when a stall begins."""
    answers: list[Answer] = field(default_factory=list)

    def serve(self, asset: Asset, content: bytes) -> None:
        """Serve *content* at the address of the asset's first source."""
        self.files[path_of(asset.sources[0])] = content


def path_of(source: Source) -> str:
    return f"/{source.repository}/resolve/{source.revision}/{source.path}"


def hub_source(path: str = "model.bin") -> Source:
    return Source(kind="hub", path=path, repository="us/model", revision=REVISION)


def asset_of(content: bytes, *sources: Source, file: str = "model.bin") -> Asset:
    """Return an asset whose correct content is *content*; without sources, it is on the hub."""
    return Asset(
        name=file.partition(".")[0],
        file=file,
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        licence="none",
        sources=sources or (hub_source(file),),
    )


def zip_of(members: list[tuple[str, bytes]], *, compression: int = zipfile.ZIP_STORED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return data.getvalue()


@contextmanager
def running_hub() -> Iterator[Hub]:
    hub = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(hub))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    hub.url = f"http://127.0.0.1:{server.server_port}"
    try:
        with patch.dict(os.environ, no_proxy="*"):
            yield hub
    finally:
        hub.stopped = True
        hub.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
        if any(answer.status >= 300 for answer in hub.answers):
            gc.collect()  # While the test runs, so that its filter for warnings applies.


@cache
def _bound() -> socket.socket:
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    atexit.register(bound.close)
    return bound


def dead_url() -> str:
    """Return the address of a port on loopback where nobody listens, nor ever will."""
    return f"http://127.0.0.1:{_bound().getsockname()[1]}"


def _handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with suppress(ConnectionError):  # The client gave up, as expected.
                self._answer()

        def _answer(self) -> None:
            if self.path in hub.redirected:
                self._head(302, {"Location": hub.redirected[self.path]}, 0)
                return
            content = hub.files.get(self.path)
            if hub.status or content is None:
                self._head(hub.status or 404, {}, 0)
                return
            begin = self._begin()
            if begin and begin >= len(content):
                self._head(416, {"Content-Range": f"bytes */{len(content)}"}, 0)
                return
            self._send(content[begin:], begin, len(content))

        def _begin(self) -> int:
            asked = self.headers["Range"]
            return (
                int(asked.removeprefix("bytes=").removesuffix("-")) if hub.ranges and asked else 0
            )

        def _send(self, body: bytes, begin: int, total: int) -> None:
            headers = {"Content-Length": str(len(body))} if hub.sized else {}
            if begin:
                headers["Content-Range"] = f"bytes {begin}-{total - 1}/{total}"
            cut, hub.break_off_after = hub.break_off_after, None
            if hub.stall_after is not None:
                cut = max(0, hub.stall_after)
            if hub.stall_after == -1:
                self._stall()
            sent = body[:cut]
            self._head(206 if begin else 200, {**headers, **hub.headers}, len(sent))
            if hub.drip_seconds is not None:
                for byte in sent:
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                    if hub.released.wait(hub.drip_seconds):
                        raise ConnectionAbortedError
                return
            self.wfile.write(sent)
            self.wfile.flush()
            if hub.stall_after is not None:
                self._stall()
                self.wfile.write(body[cut:])

        def _stall(self) -> None:
            hub.asked.set()
            hub.outwaited |= not hub.released.wait(60)
            if hub.stopped:
                raise ConnectionAbortedError

        def _head(self, status: int, headers: dict[str, str], body_bytes: int) -> None:
            hub.answers.append(Answer(self.path, self.headers["Range"], status, body_bytes))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.flush()

        def log_message(self, *arguments: object) -> None:
            pass

    return Handler
