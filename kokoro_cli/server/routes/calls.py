"""Speeches for telephone calls."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter

from kokoro_cli.server.asked import asked_of
from kokoro_cli.server.audiosocket import SOUND_ENCODING
from kokoro_cli.server.calls import KEPT_SECONDS, Calls
from kokoro_cli.server.described import NOT_FOUND, SPEAKS
from kokoro_cli.server.refusals import RefusalError, stopping
from kokoro_cli.server.schemas import CallAnswer, CallBody
from kokoro_cli.server.service import Service


def routes(service: Service, calls: Calls) -> APIRouter:
    router = APIRouter()
    book, options = service.speaker.book, service.options

    @router.post("/v1/audio/calls", responses={**NOT_FOUND, **SPEAKS})
    async def call(body: CallBody) -> CallAnswer:
        """Keep a speech for the calls that say the number which is returned."""
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
