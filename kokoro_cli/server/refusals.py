"""What a client gets that can't be served: a status, and a body that all clients understand.

OpenAI's clients read ``error``, with four keys that are always there; Kokoro-FastAPI's read
``detail``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from kokoro_cli.errors import (
    AssetError,
    FeatureNotInstalledError,
    KokoroError,
    SpeechError,
    UsageError,
)
from kokoro_cli.printable import printable
from kokoro_cli.server.queue import FullError, StoppingError
from kokoro_cli.server.service import TooLongError, UnknownVoiceError
from kokoro_cli.synthesis import UnsoundError

_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
}

_MOST_MESSAGE = 1000
"""Characters of a message: some repeat what the client sent."""


class RefusalError(HTTPException):
    """Ends a request with a status; *param* is the field that is wrong."""

    def __init__(
        self,
        status: int,
        message: str,
        param: str | None = None,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, message, headers)
        self.param, self.code = param, code

    @property
    def type(self) -> str:
        """OpenAI's name for the kind of error."""
        usual = "invalid_request_error" if self.status_code < 500 else "server_error"
        return _TYPES.get(self.status_code, usual)

    def content(self) -> dict[str, Any]:
        message = printable(_shortened(self.detail))
        error = {"message": message, "type": self.type, "param": self.param, "code": self.code}
        detail = {"error": self.code or self.type, "message": message, "type": self.type}
        return {"error": error, "detail": detail}

    def response(self) -> JSONResponse:
        return JSONResponse(self.content(), self.status_code, self.headers)


class BrokenOffError(Exception):
    """Breaks the transfer of an answer that has begun: nothing else can say that it failed."""


_FIELD = re.compile(r"`(\w+)`")
_PLACE = re.compile(r"\bline \d+")
_FIELDS = (
    *(("voice", "blend", "voice"), ("speed", "speed"), ("gap", "gap_seconds"), ("seed", "seed")),
    ("phonemes", "phonemes"),
    *(("sample rate", "sample_rate"), ("bit rate", "bit_rate"), ("codec", "encoding")),
)


def refusal_of(error: Exception) -> RefusalError:
    """Return what a client is told of an error. Unforeseen ones are told without their insides."""
    match error:
        case RefusalError():
            return error
        case FullError():
            seconds = math.ceil(error.retry_seconds)
            headers = {"Retry-After": str(seconds), "retry-after-ms": str(1000 * seconds)}
            return RefusalError(429, _told(error), None, "queue_full", headers)
        case TooLongError():
            return RefusalError(413, _told(error), None, "too_long")
        case StoppingError():
            return stopping()
        case UnknownVoiceError():
            return RefusalError(400, _told(error), "voice", "voice_not_found")
        case UnsoundError():
            return RefusalError(500, _told(error), None, "no_sound")
        case SpeechError():
            return RefusalError(400, _told(error), "input", "nothing_to_speak")
        case FeatureNotInstalledError():
            return RefusalError(400, _told(error), None, "not_installed")
        case UsageError():
            return RefusalError(400, _told(error), _param(error.message), "invalid_value")
        case AssetError():
            return RefusalError(503, _told(error), None, "model_not_ready")
        case KokoroError():
            return RefusalError(500, _told(error), None, "failed")
        case HTTPException():
            return RefusalError(error.status_code, str(error.detail), headers=error.headers)
    return RefusalError(500, "Something unexpected went wrong; the server's log has it.")


def stopping() -> RefusalError:
    return RefusalError(503, "The server is stopping.", None, "stopping", {"Retry-After": "5"})


_OURS = {"format": "response_format", "codec": "encoding", "language": "lang_code"}
"""Fields of the library, by the names that requests have for them."""


def _told(error: KokoroError) -> str:
    text = f"{error.message} {error.hint}" if error.hint else error.message
    for name, ours in _OURS.items():
        text = text.replace(f"`{name}`", f"`{ours}`")
    return text


def _param(message: str) -> str | None:
    """Return the field that a message is about, if it shows."""
    if named := _FIELD.search(message):
        return _OURS.get(named[1], named[1])
    if _PLACE.search(message):
        return "input"  # Markup that can't be read.
    found = (row[-1] for row in _FIELDS if any(word in message for word in row[:-1]))
    return next(found, None)


def of_validation(error: RequestValidationError) -> RefusalError:
    """Return the first thing that is wrong with a body, as OpenAI does."""
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        what = first.get("ctx", {}).get("error", "it can't be read")
        place = first["loc"][-1]
        return RefusalError(
            400, f"The body is no JSON: {what}, at character {place}.", None, "invalid_json"
        )
    fields = [str(part) for part in first["loc"] if part not in ("body", "query", "path")]
    if first["loc"] == ("body",):
        return RefusalError(
            400,
            "The body is no JSON object. Send one, with Content-Type: application/json.",
            None,
            "invalid_json",
        )
    param = printable(_shortened(".".join(fields))) or None
    code = "missing" if first["type"] == "missing" else "invalid_value"
    return RefusalError(400, f"{param or 'The body'}: {first['msg']}.", param, code)


def _shortened(text: str) -> str:
    return text if len(text) <= _MOST_MESSAGE else f"{text[:_MOST_MESSAGE]}…"
