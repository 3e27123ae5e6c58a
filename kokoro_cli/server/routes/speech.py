"""Text in, sound out: OpenAI's ``POST /v1/audio/speech``, and shorter forms of it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from kokoro_cli.server.answers import Answers
from kokoro_cli.server.asked import Asked, asked_of
from kokoro_cli.server.described import SOUND
from kokoro_cli.server.schemas import SpeechBody, TtsBody


def routes(answers: Answers) -> APIRouter:
    router = APIRouter()
    book, most = answers.service.speaker.book, answers.service.options.max_input

    def asked(body: SpeechBody) -> Asked:
        return asked_of(
            body, [(body.text, None)], book, most=most, format_name=body.response_format
        )

    @router.post("/v1/audio/speech", responses=SOUND, response_class=Response)
    @router.post("/audio/speech", responses=SOUND, response_class=Response, include_in_schema=False)
    async def speech(request: Request, body: SpeechBody) -> Response:
        """Speak a text, as OpenAI's endpoint of this name does."""
        return await answers.answer(request, asked(body))

    @router.post("/tts/stream", responses=SOUND, response_class=Response)
    async def tts_stream(request: Request, body: TtsBody) -> Response:
        """Speak a text and send the sound as it is made."""
        body.stream = True
        return await answers.answer(request, _short(body))

    @router.post("/tts", responses=SOUND, response_class=Response)
    @router.post("/v1/audio/tts", responses=SOUND, response_class=Response)
    async def tts(request: Request, body: TtsBody) -> Response:
        """Speak a text and send the whole sound."""
        body.stream = bool(body.stream)
        return await answers.answer(request, _short(body))

    def _short(body: TtsBody) -> Asked:
        name = body.format or "wav"
        return asked_of(body, [(body.text, None)], book, most=most, format_name=name)

    return router
