"""The application: service, routes and gate put together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from kokoro_cli import __version__
from kokoro_cli.config import Settings
from kokoro_cli.errors import KokoroError
from kokoro_cli.server import refusals
from kokoro_cli.server.answers import Answers
from kokoro_cli.server.calls import Calls
from kokoro_cli.server.described import EVERYWHERE, App
from kokoro_cli.server.downloads import Downloads
from kokoro_cli.server.gate import Gate
from kokoro_cli.server.options import ServerOptions, all_keys, check_options
from kokoro_cli.server.routes import calls, lists, neighbour, speech
from kokoro_cli.server.service import Service

_TOLD = (
    *("X-Voice", "X-Model", "X-Speed", "X-Ignored", "X-Sample-Rate", "X-Request-Id", "ETag"),
    *("X-Time-To-First-Chunk", "X-Generation-Time", "X-Encode-Time", "X-Total-Time"),
    *("X-Audio-Seconds", "X-Not-Spoken", "X-Download-Path", "X-Timing-Path", "Retry-After"),
)
"""Headers that pages of allowed origins can read."""


def make_app(options: ServerOptions, settings: Settings) -> FastAPI:
    """Return the application; its ``state`` has the service, and the `calls`.

    UsageError for impossible or unsafe options. The model is loaded when the application starts.
    """
    check_options(options)
    service = Service(options, settings)
    downloads = Downloads()

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        house = asyncio.ensure_future(service.keep_memory_small())
        try:
            yield
        finally:
            house.cancel()
            with suppress(asyncio.CancelledError):
                await house
            await asyncio.to_thread(service.close)
            downloads.close()

    app = App(
        title="kokoro",
        version=__version__,
        description="Speech from text with the open model Kokoro-82M.",
        lifespan=life,
        docs_url=None,  # These pages load scripts from another host.
        redoc_url=None,
        responses=EVERYWHERE,
    )
    app.state.service = service
    app.state.calls = Calls()
    answers = Answers(service, downloads)
    for router in (
        lists.routes(service),
        speech.routes(answers),
        neighbour.routes(answers),
        calls.routes(service, app.state.calls),
    ):
        app.include_router(router)

    @app.exception_handler(KokoroError)
    @app.exception_handler(HTTPException)
    @app.exception_handler(RequestValidationError)
    async def refuse(request: Request, error: Exception) -> Response:
        if isinstance(error, RequestValidationError):
            return refusals.of_validation(error).response()
        return refusals.refusal_of(error).response()

    app.add_middleware(Gate, options=options, keys=all_keys(options), figures=service.figures)
    if options.cors:  # Around the gate, so that pages can read its refusals.
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(options.cors),
            allow_methods=["GET", "POST"],
            allow_headers=["*"],
            allow_private_network=True,
            expose_headers=list(_TOLD),
        )
    return app
