"""One client of a speech endpoint: it sends requests and reports the answers."""

from __future__ import annotations

import http.client
import json
import re
import socket
import ssl
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from kokoro_cli.bench.texts import words_in
from kokoro_cli.errors import UsageError
from kokoro_cli.kokoro82m import SAMPLE_RATE

_PIECE_BYTES = 65_536
_KEPT_BYTES = 65_536  # Of a body: enough for a WAV header or for a server's error message.

# Errors of a kept connection that the server has closed in the meantime.
_STALE = (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError)

_BLANK = re.compile(r"[\s\x00-\x1f\x7f]")
_SOUND = re.compile("audio/|video/|binary/|application/(octet-stream|ogg)")

_UNREACHED = "Start the server, or check the address: http or https, the host, the port."
# Hints by HTTP status, for errors that every further request would repeat.
_HINTS = dict.fromkeys((301, 302, 307, 308), "Give the address that it has moved to.") | {
    401: "Set OPENAI_API_KEY to the key that the server requires.",
    403: "Set OPENAI_API_KEY to a key that the server accepts.",
    404: "Check the model and the address, which usually ends in /v1/audio/speech.",
    405: "Check the address, which usually ends in /v1/audio/speech.",
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A speech endpoint and the parameters of a request; UsageError if they are invalid."""

    url: str
    """As the user gave it: ``http://host:8880``, with ``/v1``, or with ``/v1/audio/speech``."""
    model: str = "kokoro"
    voice: str = "af_heart"
    format: str = "wav"
    key: str | None = field(default=None, repr=False)
    """A bearer token. No message contains it, even if the server repeats it."""

    def __post_init__(self) -> None:
        shown = self.url.partition("?")[0].rpartition("@")[2]
        try:
            parts = urlsplit(self.url)
            port, host = parts.port, parts.hostname or ""
            host.encode("idna")
        except ValueError as error:
            raise UsageError(f"“{shown}” is no address: {error}.") from error
        webbed = parts.scheme in ("http", "https") and host and port != 0
        if not webbed or _BLANK.search(self.url):
            raise UsageError(f"“{shown}” is no address.", hint="Try http://localhost:8880")
        if "@" in parts.netloc:
            raise UsageError("The address holds a password.", hint="Set OPENAI_API_KEY instead.")
        for name, value in (("model", self.model), ("voice", self.voice), ("format", self.format)):
            if not value.strip():
                raise UsageError(f"The {name} is empty.", hint=f"Name a {name} of the server.")
        if self.key is not None and not re.fullmatch("[!-~]+", self.key):
            raise UsageError(
                "The key is empty, or has spaces or letters outside ASCII.", hint="Copy it again."
            )

    def __str__(self) -> str:
        """Return the whole address without its query, which may contain a key."""
        parts = urlsplit(self.url)
        path = parts.path
        if not path.rstrip("/").endswith("/speech"):
            path = path.rstrip("/")
            path += "/audio/speech" if re.search(r"/v\d+$", path) else "/v1/audio/speech"
        return f"{parts.scheme}://{parts.netloc}{path}"

    @property
    def private(self) -> bool:
        """Whether nobody in between can read the requests: https, or this machine."""
        parts = urlsplit(self.url)
        return parts.scheme == "https" or parts.hostname in ("localhost", "127.0.0.1", "::1")

    @property
    def streams(self) -> bool:
        """Whether to ask for a stream. OpenAI always sends one, and knows no such field."""
        return urlsplit(self.url).hostname != "api.openai.com"

    @property
    def target(self) -> str:
        """The path with its query, as in the request line."""
        query = urlsplit(self.url).query
        return quote(urlsplit(str(self)).path + (query and f"?{query}"), safe="/?%:@!$&'()*+,;=")


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of one request. Times count from sending it on an open connection."""

    words: int
    first_byte_seconds: float | None
    """Until the first byte of the body; None if none arrived."""
    total_seconds: float
    bytes: int
    """Size of the body."""
    audio_seconds: float | None
    """Length of the sound, for wav and for pcm (16 bits at 24 kHz); None for other formats."""
    error: str | None
    """The error in one line; None if sound arrived."""
    sent_seconds: float = 0.0
    """Time of sending, by the client's clock."""


class Client:
    """A client with its own connection, kept open for as long as the server allows."""

    def __init__(self, endpoint: Endpoint, timeout: float, clock: Callable[[], float]) -> None:
        self._endpoint = endpoint
        self._timeout = timeout
        self._clock = clock
        self._sent = 0.0
        self._deadline = 0.0  # By the system's clock, as `clock` may be a test's.
        parts = urlsplit(endpoint.url)
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        self._connection = kind(parts.hostname or "", parts.port or kind.default_port)
        self._socket: socket.socket | None = None
        """Socket of the connection; http.client may drop its own before the body is read."""
        self.abandoned = False
        self.hint: str | None = None
        """What to do, if the last request failed in a way that every further one would."""

    def ask(self, text: str) -> Answer:
        """Send one request and read its answer to the end, or until it fails."""
        self._deadline = time.monotonic() + self._timeout
        self._sent, self.hint = self._clock(), None
        response: http.client.HTTPResponse | None = None
        error: str | None = None
        first: float | None = None
        audio: float | None = None
        size, head = 0, bytearray()
        try:
            response = self._send(text)
            for piece in self._pieces(response):
                first = self._clock() - self._sent if first is None else first
                size += len(piece)
                head += piece[: _KEPT_BYTES - len(head)]
        except (OSError, http.client.HTTPException) as failure:
            begun = response is not None and not isinstance(failure, TimeoutError)
            error = f"broke off after {size} bytes" if begun else self._reason(failure)
            self.close()
        total = self._clock() - self._sent
        if response is not None:
            response.close()
            if response.status >= 300:
                error = self._refusal(response, bytes(head))
            elif error is None:
                kind = response.getheader("Content-Type", "").partition(";")[0].strip()
                audio, error = _heard(self._endpoint.format.lower(), kind, bytes(head), size)
        error = error and _line(error, self._endpoint.key)
        return Answer(words_in(text), first, total, size, audio, error, self._sent)

    def _send(self, text: str) -> http.client.HTTPResponse:
        kept = self._connection.sock is not None
        try:
            return self._post(text)
        except _STALE:
            if not kept or self.abandoned:
                raise
            self.close()
            return self._post(text)

    def _post(self, text: str) -> http.client.HTTPResponse:
        if self._connection.sock is None:
            self.hint, self._connection.timeout = _UNREACHED, self._left()
            self._connection.connect()
            self.hint, self._socket = None, self._connection.sock
        asked = self._endpoint
        body: dict[str, object] = {"model": asked.model, "input": text, "voice": asked.voice}
        body["response_format"] = asked.format
        if asked.streams:
            body["stream"] = True
        headers = {"Content-Type": "application/json", "User-Agent": "kokoro-bench"}
        if asked.key:
            headers["Authorization"] = f"Bearer {asked.key}"
        data = json.dumps(body).encode()
        self._connection.sock.settimeout(self._left())
        self._sent = self._clock()
        self._connection.request("POST", asked.target, data, headers)
        return self._connection.getresponse()

    def _pieces(self, response: http.client.HTTPResponse) -> Iterator[bytes]:
        """Yield the body as it arrives; IncompleteRead if it is shorter than Content-Length."""
        assert self._socket is not None
        while True:
            self._socket.settimeout(self._left())
            piece = response.read1(_PIECE_BYTES)
            if not piece:
                break
            yield piece
        if response.length:
            raise http.client.IncompleteRead(b"", response.length)

    def _left(self) -> float:
        """Return the seconds until the request's deadline; TimeoutError if it has passed."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def _reason(self, failure: OSError | http.client.HTTPException) -> str:
        match failure:
            case TimeoutError():
                return "timed out"
            case ConnectionRefusedError():
                return "connection refused"
            case http.client.RemoteDisconnected():
                return "hung up without an answer"
            case socket.gaierror():
                return "unknown host"
            case ssl.SSLCertVerificationError():
                return f"its certificate is not trusted: {failure.verify_message}"
            case ssl.SSLError():
                return f"TLS: {(failure.reason or 'it fails').replace('_', ' ').lower()}"
            case OSError():
                return (failure.strerror or type(failure).__name__).lower()
        self.hint = _UNREACHED
        return "it does not speak HTTP"

    def _refusal(self, response: http.client.HTTPResponse, head: bytes) -> str:
        self.hint = _HINTS.get(response.status)
        moved = response.getheader("Location") if response.status < 400 else None
        said = f"it is at {moved.partition('?')[0]}" if moved else _said(head) or response.reason
        return f"HTTP {response.status}: {said}" if said else f"HTTP {response.status}"

    def close(self) -> None:
        self._connection.close()

    def abandon(self) -> None:
        """Wake the thread that waits for this connection; it sends no further request."""
        self.abandoned = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


def _heard(format_name: str, kind: str, head: bytes, size: int) -> tuple[float | None, str | None]:
    """Return the seconds of sound in a body, if known, and the error in it, if any."""
    if size == 0:
        return None, "no sound"
    if kind and not _SOUND.match(kind.lower()):
        return None, f"not audio: {kind}"
    if format_name == "pcm":
        return size / 2 / SAMPLE_RATE, None
    if format_name != "wav":
        return None, None
    seconds = _wav_seconds(head, size)
    return seconds or None, "not WAV" if seconds is None else None if seconds else "no sound"


def _wav_seconds(head: bytes, size: int) -> float | None:
    """Return the seconds in a WAV of *size* bytes (Microsoft's RIFF format); None if invalid.

    A streaming server does not know the length when it writes the header. It writes 0 or the
    largest number there; then all bytes after the header are sound.
    """
    if head[:4] not in (b"RIFF", b"RF64") or head[8:12] != b"WAVE":
        return None
    bytes_a_second, at = 0, 12
    while at + 8 <= len(head):
        name, length = struct.unpack_from("<4sI", head, at)
        at += 8
        if name == b"data" and bytes_a_second:
            came = size - at
            return (length if 0 < length <= came else came) / bytes_a_second
        if name == b"fmt " and at + 12 <= len(head):
            (bytes_a_second,) = struct.unpack_from("<I", head, at + 8)
        at += length + length % 2
    return None


def _said(body: bytes) -> str:
    """Return the message in a JSON body, whatever its structure; "" if there is none."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    while not isinstance(value, str):
        if isinstance(value, dict):
            names = ("message", "msg", "error", "detail")
            value = next((value[name] for name in names if value.get(name)), "")
        else:
            value = value[0] if isinstance(value, list) and value else ""
    return value


def _line(text: str, key: str | None) -> str:
    """Return a message as one printable line, with the key hidden: a server may repeat it."""
    hidden = text.replace(key, "…") if key else text
    shown = " ".join("".join(c if c.isprintable() else " " for c in hidden).split())
    return (shown if len(shown) <= 200 else f"{shown[:199]}…").rstrip(".")
