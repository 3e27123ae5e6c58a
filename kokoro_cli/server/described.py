"""How answers are described in /openapi.json, so that programs can be made from it."""

from __future__ import annotations

from typing import Any, get_args

from fastapi import FastAPI

from kokoro_cli.server.schemas import ErrorAnswer, EventAnswer, FormatName, SoundAnswer
from kokoro_cli.sinks.formats import FORMATS

Described = dict[int | str, dict[str, Any]]


def _errors(told: dict[int, str]) -> Described:
    return {status: {"description": text, "model": ErrorAnswer} for status, text in told.items()}


EVERYWHERE = _errors({401: "A key is required.", 403: "Not for you.", 500: "It failed."})

WRONG_QUERY = _errors({400: "A value is impossible."})

NOT_FOUND = _errors({404: "There is nothing of this name, or not any more."})

READS_A_BODY = _errors(
    {
        400: "A value is impossible, or there is nothing to speak.",
        408: "The body did not come.",
        413: "The body is too large.",
        503: "The server is stopping, or has no model.",
        504: "It took longer than the server allows.",
    }
)

_FULL: Described = {
    429: {
        "description": "The queue is full.",
        "model": ErrorAnswer,
        "headers": {
            "Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}},
            "Retry-After-Ms": {"description": "Milliseconds.", "schema": {"type": "integer"}},
        },
    }
}

SPEAKS = {**READS_A_BODY, **_FULL}
"""Errors of a route that speaks."""

BYTES: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}

_KINDS = [FORMATS.find(name) for name in get_args(FormatName)]

SOUNDS = {
    **{kind.content_type: BYTES for kind in _KINDS},
    **{type_: BYTES for kind in _KINDS for type_ in kind.telephone_types.values()},
}
"""What a route that sends sound may send."""


def _header(type_: str, description: str, *, required: bool = False) -> dict[str, Any]:
    return {"description": description, "schema": {"type": type_}, "required": required}


_ALWAYS = {
    "X-Voice": _header("string", "The voice that speaks first, or a blend.", required=True),
    "X-Model": _header("string", "The model.", required=True),
    "X-Sample-Rate": _header("integer", "In hertz.", required=True),
    "X-Ignored": _header("string", "Fields that do nothing."),
    "X-Speed": _header("number", "The speed, if the model lacks the one that was asked for."),
}

_TIMES = {
    "X-Time-To-First-Chunk": _header("number", "Milliseconds until the first sound was made."),
    "X-Generation-Time": _header("number", "Milliseconds. Of whole answers, as the next ones."),
    "X-Encode-Time": _header("number", "Milliseconds."),
    "X-Total-Time": _header("number", "Milliseconds."),
    "X-Audio-Seconds": _header("number", "Length of the sound."),
    "X-Not-Spoken": _header("integer", "Passages that could not be spoken."),
    "ETag": _header("string", "Names the sound of a whole answer; for If-None-Match."),
    "X-Download-Path": _header("string", "The link, after /v1, if one was asked for."),
    "X-Timing-Path": _header("string", "The link to the times of words."),
}

SOUND: Described = {
    200: {
        "description": "The sound; events if they were asked for; JSON with its link or in base64.",
        "model": SoundAnswer,
        "headers": {**_ALWAYS, **_TIMES},
        "content": {
            **SOUNDS,
            # Before OpenAPI 3.2 this is the schema of each event.
            "text/event-stream": {
                "schema": {
                    "type": "object",
                    "required": ["data"],
                    "properties": {
                        "data": {
                            "type": "string",
                            "contentMediaType": "application/json",
                            "contentSchema": EventAnswer.model_json_schema(),
                        }
                    },
                }
            },
        },
    },
    304: {"description": "The sound has the ETag of If-None-Match."},
    **SPEAKS,
}
"""Answers of a route that sends sound."""


class App(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """Return the description, without FastAPI's own errors: ours take their place."""
        if self.openapi_schema is None:
            found = super().openapi()
            for path in found["paths"].values():
                for operation in path.values():
                    operation["responses"].pop("422", None)
            for name in ("HTTPValidationError", "ValidationError"):
                found["components"]["schemas"].pop(name, None)
        assert self.openapi_schema is not None
        return self.openapi_schema
