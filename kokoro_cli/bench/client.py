"""One client of a speech endpoint: a request, and what became of it."""

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
_KEPT_BYTES = 65_536  # Of a body: enough for WAV's header, or for what a server has to say.

# What a kept connection ends with that the server has closed meanwhile.
_STALE = (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError)

_BLANK = re.compile(r"[\s\x00-\x1f\x7f]")
_SOUND = re.compile("audio/|video/|binary/|application/(octet-stream|ogg)")

_UNREACHED = "Start the server, or check the address: http or https, the host, the port."
# What helps, by HTTP status, where each further request would fare the same.
_HINTS = dict.fromkeys((301, 302, 307, 308), "Give the address that it has moved to.") | {
    401: "Set OPENAI_API_KEY to the key that the server wants.",
    403: "Set OPENAI_API_KEY to a key that the server accepts.",
    404: "Check the model, and the address; that usually ends in /v1/audio/speech.",
    405: "Check the address, which usually ends in /v1/audio/speech.",
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A speech endpoint and what is asked of it; UsageError where that makes no sense."""

    url: str
    """As the user gave it: ``http://host:8880``, with ``/v1``, or with ``/v1/audio/speech``."""
    model: str = "kokoro"
    voice: str = "af_heart"
    format: str = "wav"
    key: str | None = field(default=None, repr=False)
    """A bearer token. It stands in no message, even where the server repeats it."""

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
                raise UsageError(f"The {name} is empty.", hint=f"Name a {name} of the server's.")
        if self.key is not None and not re.fullmatch("[!-~]+", self.key):
            raise UsageError("The key is empty, or not of plain letters.", hint="Copy it again.")

    def __str__(self) -> str:
        """Return the whole address without its query, which may hold a key."""
        parts = urlsplit(self.url)
        path = parts.path
        if not path.rstrip("/").endswith("/speech"):
            path = path.rstrip("/")
            path += "/audio/speech" if re.search(r"/v\d+$", path) else "/v1/audio/speech"
        return f"{parts.scheme}://{parts.netloc}{path}"

    @property
    def private(self) -> bool:
        """Whether nobody on the way can read what is sent."""
        parts = urlsplit(self.url)
        return parts.scheme == "https" or parts.hostname in ("localhost", "127.0.0.1", "::1")

    @property
    def target(self) -> str:
        """The path with its query, as a request names it."""
        query = urlsplit(self.url).query
        return quote(urlsplit(str(self)).path + (query and f"?{query}"), safe="/?%:@!$&'()*+,;=")


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one request. Times begin when it is sent, on a connection that is open."""

    words: int
    first_byte_seconds: float | None
    """Until the first byte of the body; None where none came."""
    total_seconds: float
    bytes: int
    """Of the body."""
    audio_seconds: float | None
    """Of sound: known of wav, and of pcm, which is 16 bits at 24 kHz; None otherwise."""
    error: str | None
    """One line that says what went wrong; None where there was sound."""
    sent_seconds: float = 0.0
    """When it was sent, by the clock that it was measured with."""


class Client:
    """One caller, with a connection of its own that it keeps for as long as the server does."""

    def __init__(self, endpoint: Endpoint, timeout: float, clock: Callable[[], float]) -> None:
        self._endpoint = endpoint
        self._timeout = timeout
        self._clock = clock
        self._sent = 0.0
        self._deadline = 0.0  # Of the system's clock: the other one may be a test's.
        parts = urlsplit(endpoint.url)
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        self._connection = kind(parts.hostname or "", parts.port or kind.default_port)
        self._socket: socket.socket | None = None
        """The connection's, which http.client may forget before the body has been read."""
        self.abandoned = False
        self.hint: str | None = None
        """What helps, where the last request failed as each further one would."""

    def ask(self, text: str) -> Answer:
        """Send one request and read its answer to the end, or to where it goes wrong."""
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
        body = {"model": asked.model, "input": text, "voice": asked.voice}
        headers = {"Content-Type": "application/json", "User-Agent": "kokoro-bench"}
        if asked.key:
            headers["Authorization"] = f"Bearer {asked.key}"
        data = json.dumps({**body, "response_format": asked.format}).encode()
        self._connection.sock.settimeout(self._left())
        self._sent = self._clock()
        self._connection.request("POST", asked.target, data, headers)
        return self._connection.getresponse()

    def _pieces(self, response: http.client.HTTPResponse) -> Iterator[bytes]:
        """Yield the body as it comes; IncompleteRead where it is shorter than it was said to be."""
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
        """Return the seconds that the request still has; TimeoutError where it has none."""
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
        """Wake the thread that waits for this connection, and let it ask nothing more."""
        self.abandoned = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


def _heard(format_name: str, kind: str, head: bytes, size: int) -> tuple[float | None, str | None]:
    """Return the seconds of sound in a body, where they can be known, and what is wrong with it."""
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
    """Return the length of WAV of *size* bytes (Microsoft's RIFF format); None if it is none.

    A server that streams does not know the length when it writes the header; it puts 0 there, or
    the largest number that there is, and then all that came is sound.
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
    """Return the message in a JSON body, wherever the server keeps it; "" where there is none."""
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
    """Return a message as one line that can be shown; a server may repeat the key in its own."""
    hidden = text.replace(key, "…") if key else text
    shown = " ".join("".join(c if c.isprintable() else " " for c in hidden).split())
    return (shown if len(shown) <= 200 else f"{shown[:199]}…").rstrip(".")
