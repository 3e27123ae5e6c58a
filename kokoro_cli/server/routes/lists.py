"""What there is: models, voices, how the server is."""

from __future__ import annotations

import asyncio
import time

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from kokoro_cli import __version__
from kokoro_cli.server.asked import MODELS, OPENAI_VOICES
from kokoro_cli.server.described import NOT_FOUND, WRONG_QUERY, Described
from kokoro_cli.server.figures import CONTENT_TYPE
from kokoro_cli.server.page import page
from kokoro_cli.server.refusals import RefusalError
from kokoro_cli.server.schemas import (
    AudioModelsAnswer,
    HealthAnswer,
    ModelAnswer,
    ModelsAnswer,
    NameAnswer,
    RootAnswer,
    TestAnswer,
    VoiceAnswer,
    VoicesAnswer,
)
from kokoro_cli.server.service import Service
from kokoro_cli.text.languages import LANGUAGES

_BEGUN = int(time.time())


_ROOT: Described = {
    200: {
        "description": "What there is; for a browser a page.",
        "model": RootAnswer,
        "content": {"text/html": {"schema": {"type": "string"}}},
    }
}

_HEALTH: Described = {
    200: {"description": "It takes requests.", "model": HealthAnswer},
    503: {"description": "It is stopping.", "model": HealthAnswer},
}


def _model(name: str) -> ModelAnswer:
    return ModelAnswer(id=name, created=_BEGUN)


def routes(service: Service) -> APIRouter:
    router = APIRouter()
    book = service.speaker.book

    @router.get("/", responses=_ROOT)
    async def root(request: Request) -> Response:
        """Return the program, its version, model and voices; a page for a browser."""
        names = await asyncio.to_thread(book.names)
        if "text/html" in request.headers.get("accept", ""):
            return HTMLResponse(page(request, names), headers={"Content-Security-Policy": _POLICY})
        return JSONResponse(
            {
                "name": "kokoro-cli",
                "version": __version__,
                "model": "Kokoro-82M",
                "voices": names,
                "languages": [language.tags[0] for language in LANGUAGES.values()],
            }
        )

    @router.get("/health", responses=_HEALTH)
    @router.head("/health", include_in_schema=False)
    async def health() -> Response:
        """Return how the server is; 503 while it loads or stops."""
        status = "stopping" if service.draining else "healthy" if service.ready else "loading"
        state = {
            "status": status,
            "model_loaded": service.loaded,
            "device": service.speaker.choice.device,
            "engine": service.speaker.choice.engine,
            "queue": {
                "waiting": service.waiting,
                "running": service.queue.running,
                "limit": service.options.queue,
            },
            "version": __version__,
        }
        return JSONResponse(state, 200 if status == "healthy" else 503)

    @router.get("/metrics", response_class=PlainTextResponse)
    async def metrics() -> Response:
        """Return figures in Prometheus's text format."""
        return Response(service.figures.text(), media_type=CONTENT_TYPE)

    @router.get("/v1/test")
    async def test() -> TestAnswer:
        """Say that this server is one of those that Kokoro-FastAPI's clients know."""
        return TestAnswer()

    @router.get("/v1/models")
    async def models() -> ModelsAnswer:
        """Return the names that a request may give; all stand for the one model."""
        return ModelsAnswer(data=[_model(name) for name in MODELS])

    @router.get("/v1/models/{name}", responses=NOT_FOUND)
    async def model(name: str) -> ModelAnswer:
        if name not in MODELS:
            raise RefusalError(404, f"There is no model {name!r}.", "model", "model_not_found")
        return _model(name)

    @router.get("/v1/audio/models")
    async def audio_models() -> AudioModelsAnswer:
        """Return the same names, as Open WebUI asks for them."""
        return AudioModelsAnswer(models=[NameAnswer(id=name) for name in MODELS])

    @router.get("/v1/audio/voices", responses=WRONG_QUERY, response_model_exclude_unset=True)
    async def voices(legacy: bool = False) -> VoicesAnswer:
        """Return the voices: objects, or their names alone."""
        found, _ = await asyncio.to_thread(book.voices)
        if legacy:
            return VoicesAnswer(voices=[voice.name for voice in found])
        return VoicesAnswer(
            voices=[
                VoiceAnswer(
                    id=voice.name,
                    name=voice.name,
                    language=LANGUAGES[voice.language].tags[0],
                    gender=voice.gender,
                    grade=voice.grade,
                )
                for voice in found
            ],
            openai=OPENAI_VOICES,
        )

    return router


_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
