"""One request over HTTP, and the events of its answer."""

from __future__ import annotations

import email.utils
import http.client
import json
import socket
import ssl
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import suppress
from typing import Any

from kokoro_cli.errors import KokoroError
from kokoro_cli.remote.address import Server

_CONNECT_SECONDS = 5.0
_SILENT_SECONDS = 30.0
"""Between two bytes. The server sends a comment every 5 seconds."""
_MOST_LINE = 16_000_000
"""Bytes of an event. Ten seconds of silence have 640,000, a chunk of a minute 3.8 million."""
_MOST_REFUSAL = 65_536
_MOST_SHOWN = 300
_BUSY = (429, 502, 503)

_HINTS = {
    401: "Set KOKORO_SERVER_KEY to a key of that server.",
    403: "Start the server with a key, or let it accept this host name.",
    404: "Check the path of the address.",
    405: "Check the path of the address.",
    **dict.fromkeys((301, 302, 303, 307, 308), "Give the address that it has moved to."),
}
_UNREACHED = "Start kokoro serve there, or check the address."
_OTHER = "Only a kokoro serve of this version or a later one can speak for kokoro say."


class PassingError(KokoroError):
    """A failure that another try may not have; *after_seconds* is when the server wants it."""

    after_seconds: float | None = None


class Asking:
    """Asks once. `abandon` wakes whoever waits for the answer, from any thread."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._socket: socket.socket | None = None
        self.abandoned = False

    def events(self, body: Mapping[str, Any]) -> Generator[dict[str, Any], None, None]:
        """Yield the events up to "speech.audio.done", which is among them.

        PassingError if the server is busy, can't be reached, or breaks off; KokoroError for what
        every further try would meet too.
        """
        kind = http.client.HTTPSConnection if self._server.secure else http.client.HTTPConnection
        connection = kind(self._server.host, self._server.port, timeout=_CONNECT_SECONDS)
        try:
            response = self._post(connection, body)
            with response:
                self._check(response)
                yield from self._read(response)
        except (OSError, http.client.HTTPException) as error:
            raise self._failure(error) from error
        finally:
            connection.close()

    def abandon(self) -> None:
        self.abandoned = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def _post(
        self, connection: http.client.HTTPConnection, body: Mapping[str, Any]
    ) -> http.client.HTTPResponse:
        connection.connect()
        self._socket = connection.sock
        if self.abandoned:
            raise ConnectionAbortedError
        connection.sock.settimeout(_SILENT_SECONDS)
        headers = {"Content-Type": "application/json", "Accept": "text/event-stream"}
        if self._server.key:
            headers["Authorization"] = f"Bearer {self._server.key}"
        connection.request("POST", self._server.target, json.dumps(body).encode(), headers)
        return connection.getresponse()

    def _check(self, response: http.client.HTTPResponse) -> None:
        """Raise the error of an answer that is no stream of events."""
        if response.status != 200:
            raise self._refusal(response)
        kind = response.getheader("Content-Type", "").partition(";")[0].strip().lower()
        if kind != "text/event-stream":
            raise self._stranger(f"it answers with {self._line(kind) or 'no content type'}")

    def _read(self, response: http.client.HTTPResponse) -> Iterator[dict[str, Any]]:
        while line := response.readline(_MOST_LINE):
            if not line.endswith(b"\n") and len(line) >= _MOST_LINE:
                raise self._stranger("it sends an endless line")
            if not line.startswith(b"data:"):
                continue
            event = self._event(line[5:])
            if event.get("type") == "error":
                raise KokoroError(f"{self._server}: {self._line(_said(event)) or 'an error'}.")
            yield event
            if event.get("type") == "speech.audio.done":
                return
        raise PassingError(f"{self._server} broke off before the end.", hint="Try again.")

    def _event(self, data: bytes) -> dict[str, Any]:
        try:
            event = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise self._stranger("it sends events that are no JSON") from error
        if not isinstance(event, dict):
            raise self._stranger("it sends events of another kind")
        return event

    def _stranger(self, why: str) -> KokoroError:
        return KokoroError(f"{self._server} can't speak for us: {why}.", hint=_OTHER)

    def _refusal(self, response: http.client.HTTPResponse) -> KokoroError:
        status = response.status
        said = self._line(_said_in(response.read(_MOST_REFUSAL)) or response.reason or "")
        if 300 <= status < 400:
            said = f"it is at {self._line(response.getheader('Location', 'another address'))}"
        message = f"{self._server} refuses ({status}): {said or 'it does not say why'}."
        if status not in _BUSY:
            return KokoroError(message, hint=_HINTS.get(status))
        error = PassingError(message, hint="Try again later.")
        error.after_seconds = _after_seconds(response)
        return error

    def _failure(self, error: Exception) -> KokoroError:
        why, lasting = _reason(error)
        if lasting:
            return KokoroError(f"{self._server} can't be reached: {why}.", hint=_UNREACHED)
        if self._socket is not None:
            return PassingError(f"{self._server} broke off: {why}.", hint="Try again.")
        return PassingError(f"{self._server} can't be reached: {why}.", hint=_UNREACHED)

    def _line(self, text: str) -> str:
        """Return a message as one line, with the key hidden: a server may repeat it."""
        key = self._server.key
        shown = " ".join((text.replace(key, "…") if key else text).split())
        return (shown if len(shown) <= _MOST_SHOWN else f"{shown[:_MOST_SHOWN]}…").rstrip(".")


def _reason(error: Exception) -> tuple[str, bool]:
    """Return why a request failed, and whether it would fail again."""
    match error:
        case TimeoutError():
            return "it does not answer", False
        case ConnectionRefusedError():
            return "the connection is refused", False
        case ConnectionError() | http.client.IncompleteRead():
            return "the connection is lost", False
        case socket.gaierror():
            return "there is no such host", True
        case ssl.SSLCertVerificationError():
            return f"its certificate is not trusted ({error.verify_message})", True
        case ssl.SSLError():
            return "TLS fails, as if it spoke plain http", True
        case OSError():
            return (error.strerror or type(error).__name__).lower(), False
    return "it does not speak HTTP", True


def _after_seconds(response: http.client.HTTPResponse) -> float | None:
    """Return when to ask again: ``retry-after-ms``, or ``Retry-After`` of RFC 9110, 10.2.3."""
    with suppress(ValueError):
        return max(0.0, int(response.getheader("retry-after-ms", "")) / 1000)
    given = response.getheader("Retry-After", "")
    with suppress(ValueError):
        return float(max(0, int(given)))
    with suppress(ValueError, TypeError):
        return max(0.0, email.utils.parsedate_to_datetime(given).timestamp() - time.time())
    return None


def _said_in(body: bytes) -> str:
    try:
        return _said(json.loads(body))
    except (ValueError, RecursionError):
        return ""


def _said(value: object) -> str:
    """Return the message of an error in OpenAI's form, or ""."""
    error = value.get("error") if isinstance(value, dict) else None
    message = error.get("message") if isinstance(error, dict) else error
    return message if isinstance(message, str) else ""
