"""A speech for a listener who does not come over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from kokoro_cli.errors import KokoroError
from kokoro_cli.server.asked import Asked
from kokoro_cli.server.encoded import Encoded, Held
from kokoro_cli.server.refusals import stopping
from kokoro_cli.server.service import Service
from kokoro_cli.sinks.body import Body


async def pieces(service: Service, asked: Asked, client: str) -> AsyncGenerator[bytes, None]:
    """Yield the encoded sound of what is asked for, as it is made; none of the pieces is empty.

    Whoever stops listening has to close the iterator. RefusalError if the server stops; the errors
    of `Service.plan` and `Service.speak`.
    """
    if service.draining:
        raise stopping()
    planned = await service.plan(asked.parts)
    body = await asyncio.to_thread(Body, asked.encoding, whole=False)
    try:
        spoken = service.speak(planned, client=client, live=True)
    except KokoroError:
        service.figures.rejected.inc()
        raise
    encoded = Encoded(asked, planned, spoken, Held(), body, is_whole=False)
    try:
        while True:
            utterance = await encoded.next()
            async for data in encoded.encode(utterance):
                if data:
                    yield data
            if utterance is None:
                return
    except KokoroError:
        service.figures.failed.inc()
        raise
    finally:
        if not spoken.ended:
            service.figures.cancelled.inc()
        encoded.leave()
