"""A fake speech server on loopback that can also misbehave, and WAV in many forms."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

RATE = 24_000
PATIENCE_SECONDS = 60.0
"""How long a test waits for something that comes at once, before it gives up."""


def chunk(name: bytes, content: bytes, *, declared: int | None = None) -> bytes:
    size = len(content) if declared is None else declared
    return struct.pack("<4sI", name, size) + content + b"\0" * (len(content) % 2)


def wav(
    seconds: float,
    *,
    rate: int = RATE,
    channels: int = 1,
    declared: int | None = None,
    before: bytes = b"",
    after: bytes = b"",
) -> bytes:
    """Return 16-bit WAV. *declared* is the size in its header; *before* and *after* are chunks
    around the sound."""
    frame = 2 * channels
    sound = bytes(frame * round(seconds * rate))
    form = struct.pack("<HHIIHH", 1, channels, rate, rate * frame, frame, 16)
    content = b"WAVE" + chunk(b"fmt ", form) + before + chunk(b"data", sound, declared=declared)
    return chunk(b"RIFF", content + after, declared=declared)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as the server received it."""

    path: str
    body: dict[str, Any]
    headers: dict[str, str]
    """Their names are in lower case."""
    port: int
    """Port of the client: it is different for each connection."""


@dataclass(slots=True)
class SpeechServer:
    """How the server answers; a test sets the fields before its request."""

    url: str = ""
    body: bytes = field(default_factory=lambda: wav(0.5))
    content_type: str | None = "audio/wav"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    pieces: int = 1
    """Number of parts in which the body is sent."""
    streamed: Literal["no", "chunks", "until-close"] = "no"
    """"no" sends Content-Length; otherwise, how the client recognises the end."""
    first_delay: float = 0.0
    chunk_delay: float = 0.0
    break_off_after: int | None = None
    """Close the connection after this many bytes of the body."""
    hangs: Literal["no", "before", "within"] = "no"
    """Stop answering before the status line, or after the first piece of the body."""
    hangs_up: bool = False
    """Close the connection without an answer."""
    closes: bool = False
    """Close the connection after each answer, with a header that announces it."""
    drops_idle: bool = False
    """Close the connection after each answer, without announcing it."""
    dies_after: int | None = None
    """Stop listening after this many answers, and close their connections."""
    gathers: int = 1
    """Answer no request until this many have been open at once."""
    answering: threading.Event = field(default_factory=threading.Event)
    """Set before the first answer's first byte."""
    go_on: threading.Event | None = None
    """If given, send the rest after the first piece only when it is set."""
    waited_in_vain: bool = False
    """Whether it was not set in time."""
    asked: list[Asked] = field(default_factory=list)
    most_at_once: int = 0
    hanging: int = 0
    """Number of requests that hang or have hung."""
    _at_once: set[int] = field(default_factory=set)
    _gathered: threading.Condition = field(default_factory=threading.Condition)
    _released: threading.Event = field(default_factory=threading.Event)

    @property
    def texts(self) -> list[str]:
        return [asked.body["input"] for asked in self.asked]

    def fails(self, status: int, message: str) -> None:
        """Answer everything with an error in the format of OpenAI's API."""
        self.answers_json({"error": {"message": message, "type": "t", "code": None}}, status)

    def answers_json(self, value: object, status: int = 200) -> None:
        self.status, self.content_type = status, "application/json"
        self.body = json.dumps(value).encode()

    def enter(self, asked: Asked) -> None:
        with self._gathered:
            self.asked.append(asked)
            if len(self.asked) == 1:  # The request that wakes the server up is sent alone.
                return
            self._at_once.add(asked.port)
            self.most_at_once = max(self.most_at_once, len(self._at_once))
            self._gathered.notify_all()
            self._gathered.wait_for(lambda: self.most_at_once >= self.gathers, PATIENCE_SECONDS)

    def leave(self, port: int) -> None:
        with self._gathered:
            self._at_once.discard(port)

    def hang(self) -> None:
        with self._gathered:
            self.hanging += 1
        self.waited_in_vain |= not self._released.wait(PATIENCE_SECONDS)

    def release(self) -> None:
        self._released.set()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """Print nothing: the tests have clients that give up."""


class _ListenerOnSix(_Listener):
    address_family = socket.AF_INET6


@contextmanager
def running_server(host: str = "127.0.0.1") -> Iterator[SpeechServer]:
    server = SpeechServer()
    kind = _ListenerOnSix if ":" in host else _Listener
    listener = kind((host, 0), _handler(server))
    thread = threading.Thread(target=listener.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    name = f"[{host}]" if ":" in host else host
    server.url = f"http://{name}:{listener.server_port}"
    try:
        yield server
    finally:
        server.release()
        listener.shutdown()
        listener.server_close()
        thread.join()


@contextmanager
def banner_server(banner: bytes) -> Iterator[str]:
    """Serve something that is not HTTP: send *banner* to every caller; yields the URL."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            with suppress(OSError):
                while True:
                    caller, _ = listener.accept()
                    with caller:
                        caller.recv(65_536)
                        caller.sendall(banner)

        threading.Thread(target=greet, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)


def _handler(server: SpeechServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            headers = {name.lower(): value for name, value in self.headers.items()}
            server.enter(Asked(self.path, body, headers, self.client_address[1]))
            try:
                with suppress(ConnectionError):  # The client gave up, as expected.
                    self._answer()
            finally:
                server.leave(self.client_address[1])
            if server.dies_after is not None and len(server.asked) >= server.dies_after:
                self.server.shutdown()
                self.server.server_close()
                self.close_connection = True

        def _answer(self) -> None:
            if server.hangs == "before":
                server.hang()
            if server.hangs_up or server.hangs == "before":
                self.close_connection = True
                return
            server.answering.set()
            self._head()
            time.sleep(server.first_delay)
            sent = 0
            for index, piece in enumerate(self._pieces()):
                left = None if server.break_off_after is None else server.break_off_after - sent
                self._put(piece[:left], len(piece))
                sent += len(piece)
                if left is not None and left < len(piece):
                    self.close_connection = True
                    return
                self._pause(first=index == 0)
            if server.streamed == "chunks":
                self.wfile.write(b"0\r\n\r\n")
            if server.drops_idle or server.streamed == "until-close":
                self.close_connection = True

        def _head(self) -> None:
            self.send_response(server.status)
            if server.content_type:
                self.send_header("Content-Type", server.content_type)
            for name, value in server.headers.items():
                self.send_header(name, value)
            if server.streamed == "chunks":
                self.send_header("Transfer-Encoding", "chunked")
            elif server.streamed == "no":
                self.send_header("Content-Length", str(len(server.body)))
            if server.closes:
                self.send_header("Connection", "close")
            self.end_headers()

        def _pieces(self) -> list[bytes]:
            size = -(-len(server.body) // server.pieces) or 1
            return [server.body[at : at + size] for at in range(0, len(server.body), size)]

        def _put(self, piece: bytes, size: int) -> None:
            if server.streamed != "chunks":
                self.wfile.write(piece)
            else:
                ending = b"\r\n" if len(piece) == size else b""
                self.wfile.write(b"%x\r\n%b%b" % (size, piece, ending))

        def _pause(self, *, first: bool) -> None:
            if first and server.hangs == "within":
                server.hang()
            if first and server.go_on is not None:
                server.waited_in_vain |= not server.go_on.wait(PATIENCE_SECONDS)
            time.sleep(server.chunk_delay)

        def log_message(self, format: str, *values: object) -> None:
            """Print nothing: the requests are recorded in ``asked``."""

    return Handler
