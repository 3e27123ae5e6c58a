"""How a request is answered: with the whole sound, as it is made, as events, or as JSON."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, TypeVar

import anyio
from fastapi import Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from kokoro_cli.errors import KokoroError
from kokoro_cli.remote.wire import tell
from kokoro_cli.server.asked import Asked
from kokoro_cli.server.downloads import Downloads, new_name
from kokoro_cli.server.encoded import Encoded, Held, milliseconds, words_of
from kokoro_cli.server.refusals import BrokenOffError, RefusalError, refusal_of, stopping
from kokoro_cli.server.service import Planned, Service
from kokoro_cli.sinks.body import Body
from kokoro_cli.sinks.formats import Encoding
from kokoro_cli.synthesis import Utterance

T = TypeVar("T")

_COMMENT_SECONDS = 5.0
"""How often a stream of events says that it is alive: clients give up after 30 s without a byte."""

_LIVE_HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
"""So that proxies pass on each part as it comes."""


class GoneError(RefusalError):
    """The client has left; nobody gets this answer."""

    def __init__(self) -> None:
        super().__init__(499, "The client has left.")


class Answers:
    """Answers requests with one service."""

    def __init__(self, service: Service, downloads: Downloads) -> None:
        self.service, self.downloads = service, downloads
        self._held = Held()

    async def answer(self, request: Request, asked: Asked) -> Response:
        """Return the answer that was asked for; KokoroError or RefusalError if there is none."""
        self._refuse_if_draining()
        planned = await unless_gone(request, self.service.plan(asked.parts))
        headers = self._headers(asked, planned)
        if not asked.live:
            return await self._whole(request, asked, planned, headers)
        if asked.events:
            return await self._events(request, asked, planned, headers)
        return await self._streamed(request, asked, planned, headers)

    def _refuse_if_draining(self) -> None:
        if self.service.draining:
            raise stopping()

    def _headers(self, asked: Asked, planned: Planned) -> dict[str, str]:
        return {
            "X-Voice": _ascii(planned.voice),
            "X-Model": _ascii(planned.model),
            "X-Sample-Rate": str(asked.encoding.sample_rate),
            **asked.notes,
        }

    async def _begin(
        self, request: Request, asked: Asked, planned: Planned, *, whole: bool
    ) -> Encoded:
        body = await asyncio.to_thread(
            Body, asked.encoding, whole=whole, number=_number(planned, asked.encoding)
        )
        # Only a whole body says its length, so a stream is encoded again for its link.
        apart = asked.has_link and (asked.download is not None or not whole)
        file = await asyncio.to_thread(Body, asked.kept, whole=True) if apart else None
        try:
            spoken = self.service.speak(
                planned, client=request.state.client, live=asked.live, growing=asked.growing
            )
        except KokoroError:
            self.service.figures.rejected.inc()
            raise
        return Encoded(asked, planned, spoken, self._held, body, whole, file)

    def _leave(self, encoded: Encoded) -> None:
        """Give up what nobody listens to any more."""
        if not encoded.spoken.ended:
            self.service.figures.cancelled.inc()
        encoded.leave()

    # Whole

    async def _whole(
        self, request: Request, asked: Asked, planned: Planned, headers: dict[str, str]
    ) -> Response:
        tag = await asyncio.to_thread(self._tag, asked, planned)
        known = [each.strip() for each in request.headers.get("if-none-match", "").split(",")]
        if tag in known and not asked.has_link:
            return Response(status_code=304, headers={"ETag": tag, **headers})
        encoded = await self._begin(request, asked, planned, whole=True)
        try:
            data = await unless_gone(request, encoded.whole())
        finally:
            self._leave(encoded)
        headers |= encoded.times() | {
            "ETag": tag,
            "X-Time-To-First-Chunk": milliseconds(encoded.first_seconds),
            "X-Audio-Seconds": f"{encoded.seconds:.3f}",
        }
        if lost := encoded.not_spoken():
            headers["X-Not-Spoken"] = str(len(lost))
        if asked.answer != "audio":
            return await self._json(encoded, data, headers)
        if asked.link:
            headers |= await self._links(encoded, data)
        return Response(data, headers=headers | _disposition(asked), media_type=_type(asked))

    def _tag(self, asked: Asked, planned: Planned) -> str:
        sound = self.service.identity(planned), asked.encoding, asked.gain
        given = repr((*sound, asked.answer, asked.words))
        return f'"{hashlib.sha256(given.encode()).hexdigest()[:32]}"'

    async def _json(self, encoded: Encoded, data: bytes, headers: dict[str, str]) -> Response:
        asked = encoded.asked
        encoding = asked.kept if asked.answer == "link" else asked.encoding
        content: dict[str, Any] = {
            "format": encoding.format,
            "content_type": encoding.content_type,
            "sample_rate": encoding.sample_rate,
            "seconds": round(encoded.seconds, 4),
            "voice": encoded.planned.voice,
            "not_spoken": encoded.not_spoken(),
        }
        if asked.words:
            content["timestamps"] = encoded.words
        if asked.answer == "base64":
            content["audio"] = await asyncio.to_thread(_base64, data)
        else:
            links = await self._links(encoded, data)
            content["url"] = f"{self.service.options.base_path}/v1{links['X-Download-Path']}"
        return JSONResponse(content, headers=headers)

    async def _links(self, encoded: Encoded, data: bytes) -> dict[str, str]:
        """Keep the answer; return the headers with the links."""
        name = new_name(encoded.asked.kept.kind.suffix)
        await self._keep(encoded, name, data)
        return _link_headers(encoded.asked, name)

    async def _keep(self, encoded: Encoded, name: str, data: bytes = b"") -> None:
        """Keep the sound and what goes with it; *data* is the answer, if that is whole."""
        asked, keep = encoded.asked, self.downloads.keep
        file = await encoded.complete_file(data)
        await asyncio.to_thread(keep, name, file, asked.kept.content_type)
        if asked.timing:
            times = json.dumps({"chunks": encoded.chunks, "timestamps": encoded.words}).encode()
            await asyncio.to_thread(keep, f"{name}.json", times, "application/json")

    # As it is made

    async def _streamed(
        self, request: Request, asked: Asked, planned: Planned, headers: dict[str, str]
    ) -> Response:
        encoded, first = await self._with_first(request, asked, planned)
        name = new_name(asked.kept.kind.suffix) if asked.link else None
        if name:
            headers |= _link_headers(asked, name)
        headers["X-Time-To-First-Chunk"] = milliseconds(encoded.first_seconds)
        return _Live(
            self._unbroken(self._pieces(encoded, first, name)),
            lambda: self._leave(encoded),
            headers | _disposition(asked) | _LIVE_HEADERS,
            _type(asked),
        )

    async def _with_first(
        self, request: Request, asked: Asked, planned: Planned
    ) -> tuple[Encoded, Utterance | None]:
        """Begin a stream; return when its first utterance is there, and it can't be refused."""
        encoded = await self._begin(request, asked, planned, whole=False)
        try:
            return encoded, await unless_gone(request, encoded.next())
        except BaseException:
            self._leave(encoded)
            raise

    async def _pieces(
        self, encoded: Encoded, first: Utterance | None, name: str | None
    ) -> AsyncIterator[bytes]:
        """Yield the sound."""
        utterance = first
        while True:
            async for data in encoded.encode(utterance):
                if utterance is None and name:  # The link works before the answer is complete.
                    await self._keep(encoded, name)
                if data:
                    yield data
            if utterance is None:
                return
            utterance = await encoded.next()

    async def _unbroken(self, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Yield the pieces; BrokenOffError for whatever fails."""
        try:
            async for piece in pieces:
                yield piece
        except KokoroError as error:
            self.service.figures.failed.inc()
            raise BrokenOffError(error.message) from error

    # As events

    async def _events(
        self, request: Request, asked: Asked, planned: Planned, headers: dict[str, str]
    ) -> Response:
        encoded = await self._begin(request, asked, planned, whole=False)
        first = asyncio.ensure_future(encoded.next())
        try:  # A status tells an error best, so the answer waits for a moment before it begins.
            await unless_gone(request, asyncio.wait({first}, timeout=_COMMENT_SECONDS))
            if first.done():
                first.result()
        except BaseException:
            first.cancel()
            self._leave(encoded)
            raise
        return _Live(
            self._told(encoded, first),
            lambda: self._leave(encoded),
            headers | _LIVE_HEADERS,
            "text/event-stream",
        )

    async def _told(
        self, encoded: Encoded, coming: asyncio.Future[Utterance | None]
    ) -> AsyncIterator[bytes]:
        try:
            while True:
                while not (await asyncio.wait({coming}, timeout=_COMMENT_SECONDS))[0]:
                    yield b": waiting\n\n"
                utterance = coming.result()
                more = _told_of(utterance, encoded.asked) if utterance else {}
                async for data in encoded.encode(utterance):
                    if data or more:
                        yield _event(_delta(data, more))
                    more = {}
                if utterance is None:
                    told = self._speaker(encoded.planned) if encoded.asked.chunks else {}
                    yield _event(_done(encoded) | told)
                    return
                coming = asyncio.ensure_future(encoded.next())
        except KokoroError as error:
            self.service.figures.failed.inc()
            yield _event({"type": "error", **refusal_of(error).content()})
        finally:
            coming.cancel()

    def _speaker(self, planned: Planned) -> dict[str, Any]:
        """Return what spoke, as the result of ``kokoro say`` says it."""
        speaker, plan = self.service.speaker, planned.plans[0]
        return {
            "voice": planned.voice,
            "language": plan.language.name,
            "engine": speaker.choice.engine,
            "device": speaker.device,
            "model": planned.model,
            "warning": plan.warning,
        }

    # As lines of JSON, for /dev/captioned_speech

    async def captioned(self, request: Request, asked: Asked, *, stream: bool) -> Response:
        """Return sound and word times: one object, or with *stream* one a line for each part."""
        self._refuse_if_draining()
        planned = await unless_gone(request, self.service.plan(asked.parts))
        headers = self._headers(asked, planned)
        if not stream:
            encoded = await self._begin(request, asked, planned, whole=True)
            try:
                data = await unless_gone(request, encoded.whole())
            finally:
                self._leave(encoded)
            content = _caption(asked, data, encoded.words)
            return JSONResponse(content, headers=headers | encoded.times())
        encoded, first = await self._with_first(request, asked, planned)
        headers["X-Time-To-First-Chunk"] = milliseconds(encoded.first_seconds)
        return _Live(
            self._unbroken(self._captions(encoded, first)),
            lambda: self._leave(encoded),
            headers | _LIVE_HEADERS,
            "application/json",
        )

    async def _captions(self, encoded: Encoded, first: Utterance | None) -> AsyncIterator[bytes]:
        utterance = first
        while True:
            words = words_of(utterance) if utterance and encoded.asked.words else []
            async for data in encoded.encode(utterance):
                if data or words:
                    yield json.dumps(_caption(encoded.asked, data, words)).encode() + b"\n"
                words = []
            if utterance is None:
                return
            utterance = await encoded.next()


def _caption(asked: Asked, data: bytes, words: list[dict[str, Any]]) -> dict[str, Any]:
    return {"audio": _base64(data), "audio_format": _type(asked), "timestamps": words}


def _told_of(utterance: Utterance, asked: Asked) -> dict[str, Any]:
    """Return what the first event of an utterance has besides its sound."""
    words = words_of(utterance) if asked.words else []
    chunk = {"chunk": tell(utterance)} if asked.chunks else {}
    return chunk | ({"timestamps": words} if words else {})


def _delta(data: bytes, more: dict[str, Any]) -> dict[str, Any]:
    return {"type": "speech.audio.delta", "audio": _base64(data), **more}


def _done(encoded: Encoded) -> dict[str, Any]:
    """Return the last event: what a whole answer says in its headers."""
    times = {
        f"{name[2:].lower().replace('-', '_')}_ms": float(value)
        for name, value in encoded.times().items()
    }
    return {
        "type": "speech.audio.done",
        "usage": encoded.usage(),
        "audio_seconds": round(encoded.seconds, 4),
        "time_to_first_chunk_ms": round(1000 * encoded.first_seconds, 1),
        **times,
        "not_spoken": encoded.not_spoken(),
    }


async def unless_gone(request: Request, work: Awaitable[T]) -> T:
    """Wait for *work*; GoneError, and the work is cancelled, if the client leaves before."""
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise GoneError
        return task.result()
    finally:
        task.cancel()
        gone.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


class _Live(StreamingResponse):
    """A streamed answer that calls *leave* at its end, whether or not it was ever begun."""

    def __init__(
        self,
        pieces: AsyncIterator[bytes],
        leave: Callable[[], None],
        headers: Mapping[str, str],
        media_type: str,
    ) -> None:
        super().__init__(pieces, headers=dict(headers), media_type=media_type)
        self._leave = leave

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            with anyio.CancelScope(shield=True):
                self._leave()


def _event(content: Mapping[str, Any]) -> bytes:
    return b"data: " + json.dumps(content).encode() + b"\n\n"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _ascii(text: str) -> str:
    """Return a text as a header can hold it."""
    return "".join(letter if " " <= letter <= "~" else "?" for letter in text)


def _type(asked: Asked) -> str:
    return asked.encoding.content_type


def _disposition(asked: Asked) -> dict[str, str]:
    name = f"speech{asked.encoding.kind.suffix}"
    return {"Content-Disposition": f"attachment; filename={name}"}


def _link_headers(asked: Asked, name: str) -> dict[str, str]:
    timing = {"X-Timing-Path": f"/download/{name}.json"} if asked.timing else {}
    status = "pending" if asked.live else "ready"
    return {"X-Download-Path": f"/download/{name}", "X-Download-Status": status, **timing}


def _number(planned: Planned, encoding: Encoding) -> int:
    """Return the number of an Ogg stream: that of the request, so that answers can be chained."""
    given = repr((planned.parts, encoding)).encode()
    return int.from_bytes(hashlib.sha256(given).digest()[:4], "little")
