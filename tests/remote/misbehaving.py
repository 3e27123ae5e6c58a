"""A server that answers with given bytes, one answer for each connection."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

CHUNK = (
    b'data: {"type": "speech.audio.delta", "audio": "AAABAA==", "chunk": {"line": 1, "voice": null,'
    b' "begins": true, "words": [["a", "a", false, 0, 1, true]], "frames": [1, 1, 1], "shift": 0,'
    b' "silence": 0, "length": 2}}\n\n'
)
DONE = b'data: {"type": "speech.audio.done", "not_spoken": [], "voice": "af_heart"}\n\n'


def answer(status: str, body: bytes = b"", kind: str = "application/json", *more: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", "Connection: close", *more]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def events(*parts: bytes) -> bytes:
    return answer("200 OK", b"".join(parts), "text/event-stream")


class Misbehaving:
    def __init__(self, answers: Sequence[bytes], *, silent: bool) -> None:
        self.silent = silent
        self.answers = list(answers)
        self.requests: list[bytes] = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def run(self) -> None:
        for each in self.answers:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                connection.settimeout(10)
                self.requests.append(_request(connection))
                connection.sendall(each)
                if not self.silent:
                    connection.shutdown(socket.SHUT_WR)
                connection.recv(1)


def _request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65_536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].split()[0])
    while len(body) < length:
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body


@contextmanager
def misbehaving(*answers: bytes, silent: bool = False) -> Iterator[Misbehaving]:
    """Serve the answers, one after the other; further connections are refused.

    A *silent* server keeps each connection open after its answer.
    """
    server = Misbehaving(answers, silent=silent)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server
    finally:
        server.socket.shutdown(socket.SHUT_RDWR)
        server.socket.close()
        thread.join(20)
        assert not thread.is_alive()
