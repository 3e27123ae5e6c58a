"""Routes that only Kokoro-FastAPI has, for its clients."""

from __future__ import annotations

import asyncio
import re
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Body, Query, Request
from fastapi.responses import FileResponse, Response

from kokoro_cli.errors import AssetError
from kokoro_cli.saved_tensor import write_tensor
from kokoro_cli.server.answers import Answers, unless_gone
from kokoro_cli.server.asked import asked_of, check_length, language_of, voice_of
from kokoro_cli.server.described import (
    BYTES,
    NOT_FOUND,
    READS_A_BODY,
    SOUND,
    SOUNDS,
    SPEAKS,
    WRONG_QUERY,
    Described,
)
from kokoro_cli.server.refusals import RefusalError
from kokoro_cli.server.schemas import (
    CaptionAnswer,
    CaptionedBody,
    DialogueBody,
    PhonemesAnswer,
    PhonemesBody,
    PhonemizeBody,
    Sound,
)
from kokoro_cli.server.service import UnknownVoiceError
from kokoro_cli.speaker.own_voices import blend_rows
from kokoro_cli.speaker.speaker import Speaker


def routes(answers: Answers) -> APIRouter:
    router = APIRouter()
    service = answers.service
    speaker, most = service.speaker, service.options.max_input

    @router.post("/dev/captioned_speech", responses=_CAPTIONED)
    async def captioned(request: Request, body: CaptionedBody) -> Response:
        """Speak a text; return sound and word times as JSON, one object a line."""
        body.timestamps = body.return_timestamps is not False
        asked = asked_of(
            body,
            [(body.text, None)],
            speaker.book,
            most=most,
            format_name=body.response_format,
        )
        return await answers.captioned(request, asked, stream=body.stream is not False)

    @router.post("/dev/dialogue", responses=SOUND, response_class=Response)
    async def dialogue(request: Request, body: DialogueBody) -> Response:
        """Speak turns, each with its voice."""
        turns = body.turns or body.inputs or []
        if not turns:
            raise RefusalError(400, "There are no turns.", "turns", "missing")
        asked = asked_of(
            body,
            [(turn.text, turn.voice or turn.voice_id) for turn in turns],
            speaker.book,
            most=most,
            format_name=body.response_format,
            pause_seconds=body.pause_between_turns,
        )
        return await answers.answer(request, asked)

    @router.post("/dev/phonemize", responses=READS_A_BODY)
    async def phonemize(request: Request, body: PhonemizeBody) -> PhonemesAnswer:
        """Return the phonemes of a text."""
        check_length(len(body.text), most, "text")
        language = language_of(body.language or "a", "language")
        found = await unless_gone(request, service.phonemes(body.text, language))
        return PhonemesAnswer(phonemes=found, tokens=[])

    @router.post("/dev/generate_from_phonemes", responses=SOUND, response_class=Response)
    async def from_phonemes(request: Request, body: PhonemesBody) -> Response:
        """Speak phonemes of the model's alphabet; return WAV."""
        sound = Sound(voice=body.voice, speed=body.speed, stream=False)
        asked = asked_of(
            sound,
            [(body.phonemes, None)],
            speaker.book,
            most=most,
            format_name="wav",
            phonemes=True,
        )
        return await answers.answer(request, asked)

    @router.get(
        "/v1/download/{filename}",
        response_class=FileResponse,
        responses={200: _KEPT, 206: _KEPT, **WRONG_QUERY, **NOT_FOUND},
    )
    async def download(filename: str, name: Annotated[str, Query(max_length=200)] = "") -> Response:
        """Return an answer that was kept under a link; with *name*, a browser saves it as that."""
        found = answers.downloads.find(filename)
        if found is None:
            raise RefusalError(404, "There is no such download, or not any more.", None, "gone")
        saved = _NOT_IN_NAMES.sub("", name).strip(". ")
        named = f"{saved.removesuffix(found.path.suffix)}{found.path.suffix}"
        return FileResponse(
            found.path, media_type=found.content_type, filename=named if saved else found.name
        )

    @router.post("/v1/audio/voices/combine", responses=_COMBINED, response_class=Response)
    async def combine(voices: Annotated[str | list[str], Body()]) -> Response:
        """Return the rows of a blend, as a voice file."""
        given = voices if isinstance(voices, str) else "+".join(voices)
        text = voice_of(given, speaker.book) or ""
        data = await asyncio.to_thread(_voice_file, speaker, text)
        headers = {"Content-Disposition": "attachment; filename=voice.pt"}
        return Response(data, media_type="application/octet-stream", headers=headers)

    return router


_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')
"""What a file's name can't have on some system."""

_CAPTIONED: Described = {
    200: {
        "description": "One object; with `stream`, which is the default, one a line.",
        "model": CaptionAnswer,
    },
    **SPEAKS,
}

_KEPT = {
    "description": "What was kept, or the part of it that Range asks for.",
    "content": {**SOUNDS, "application/json": {"schema": {"type": "object"}}},
}

_COMBINED: Described = {
    200: {
        "description": "A voice file, as PyTorch saves it.",
        "content": {"application/octet-stream": BYTES},
    },
    **READS_A_BODY,
}


def _voice_file(speaker: Speaker, text: str) -> bytes:
    """Return a blend's rows as PyTorch saves them, which is how Kokoro's own voices come."""
    try:
        voices = speaker.book.parts([text])
    except AssetError as error:
        raise UnknownVoiceError(error.message, hint=error.hint) from error
    speaker.install(voices)
    return write_tensor(blend_rows(text, speaker)[:, np.newaxis])
