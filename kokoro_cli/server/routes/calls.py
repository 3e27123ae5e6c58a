"""Speeches for telephone calls."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute

from kokoro_cli.server.asked import asked_of
from kokoro_cli.server.audiosocket import SOUND_ENCODING
from kokoro_cli.server.calls import KEPT_SECONDS, Calls
from kokoro_cli.server.described import NOT_FOUND, SPEAKS
from kokoro_cli.server.refusals import RefusalError, stopping
from kokoro_cli.server.schemas import CallAnswer, CallBody
from kokoro_cli.server.service import Service

_FORM = b"application/x-www-form-urlencoded"
_MOST_FIELDS = 100


def routes(service: Service, calls: Calls) -> APIRouter:
    router = APIRouter(route_class=_JsonOrForm)
    book, options = service.speaker.book, service.options

    @router.post("/v1/audio/calls", responses={**NOT_FOUND, **SPEAKS})
    async def call(body: CallBody) -> CallAnswer:
        """Keep a speech for the calls that say the number which is returned.

        The fields may come as a form too, as Asterisk's function CURL sends them.
        """
        if options.audiosocket_port is None:
            raise RefusalError(
                404,
                "This server takes no calls: it was started without a port for AudioSocket.",
                None,
                "no_calls",
            )
        if service.draining:
            raise stopping()
        texts = [(body.text, None)]
        asked = asked_of(body, texts, book, most=options.max_input, format_name="pcm")
        if not body.text.strip():
            raise RefusalError(400, "There is nothing to speak.", "input", "nothing_to_speak")
        await service.plan(asked.parts)  # A call can't be told what is wrong.
        number = calls.register(replace(asked, encoding=SOUND_ENCODING))
        return CallAnswer(uuid=str(number), kept_seconds=KEPT_SECONDS)

    return router


class _JsonOrForm(APIRoute):
    """Reads a form's fields as if they came in JSON."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def read(request: Request) -> Response:
            headers = request.scope["headers"]
            kind = dict(headers).get(b"content-type", b"").split(b";")[0].strip().lower()
            if kind != _FORM:
                return await handle(request)
            body = _fields(await request.body())
            others = [each for each in headers if each[0] != b"content-type"]
            scope = {**request.scope, "headers": [*others, (b"content-type", b"application/json")]}
            read = Request(scope, request.receive)
            read._body = body  # What `Request.body` returns once it was read.
            return await handle(read)

        return read


def _fields(form: bytes) -> bytes:
    try:
        text = form.decode("ascii")
        pairs = parse_qsl(text, True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError as error:  # Also of bytes that are no text.
        raise RefusalError(400, "The form can't be read.", None, "invalid_form") from error
    return json.dumps(dict(pairs)).encode()
