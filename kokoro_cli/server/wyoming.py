"""Home Assistant's protocol Wyoming: text in, sound out, over TCP.

Events are a line of JSON, then JSON with more data, then bytes:
https://github.com/OHF-Voice/wyoming. The library's own reader takes events of any size, so
`_read_event` reads them here.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import anyio
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event, Eventable
from wyoming.info import Attribution, Describe, Info, TtsProgram, TtsVoice
from wyoming.ping import Ping, Pong
from wyoming.tts import (
    Synthesize,
    SynthesizeChunk,
    SynthesizeStart,
    SynthesizeStop,
    SynthesizeStopped,
)

from kokoro_cli import __version__
from kokoro_cli.errors import KokoroError, SpeechError
from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.server.aloud import pieces
from kokoro_cli.server.asked import Asked, asked_of, check_length, language_of, most_bytes
from kokoro_cli.server.refusals import RefusalError, refusal_of
from kokoro_cli.server.schemas import SpeechBody
from kokoro_cli.server.service import Service
from kokoro_cli.server.sockets import Connection, within
from kokoro_cli.server.written import Written
from kokoro_cli.synthesis import UnsoundError
from kokoro_cli.text.languages import LANGUAGES
from kokoro_cli.text.reading import TextStage
from kokoro_cli.voices.catalogue import Voice

_IDLE_SECONDS = 300.0
"""Longest time between two events."""

_REST_SECONDS = 30.0
"""Longest time until the rest of an event has come."""

_MOST_WAITING = 8
"""Requests of one connection that wait for their turn."""

_PIECE_BYTES = 8_192
"""Most of one audio-chunk."""

_MOST_NAME = 1000

_SAMPLE_BYTES = 2
_SOUND = {"rate": SAMPLE_RATE, "width": _SAMPLE_BYTES, "channels": 1}

_MODEL = Attribution("hexgrad", "https://huggingface.co/hexgrad/Kokoro-82M")
_OWN = Attribution("The owner of this server", "")


def most_line(service: Service) -> int:
    """Return the longest line that a client may send, in bytes: one text in JSON."""
    return most_bytes(service.options.max_input)


async def serve(service: Service, connection: Connection) -> None:
    """Serve a client until it leaves, or until it was told an error.

    An error ends the connection: Home Assistant passes over the event and waits on.
    """
    talk = _Talk(service, connection)
    tasks = {asyncio.ensure_future(work) for work in (talk.read(), talk.speak())}
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    except (KokoroError, RefusalError, TimeoutError) as error:
        if isinstance(error, TimeoutError):
            error = RefusalError(504, f"It took longer than {service.options.max_seconds:g} s.")
        await _finish(tasks)
        refused = refusal_of(error)
        told = refused.content()["error"]
        await _send(connection, Error(told["message"], told["code"] or told["type"]))
        await connection.hang_up()
    finally:
        await _finish(tasks)


async def _finish(tasks: set[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _send(connection: Connection, what: Eventable) -> None:
    event = what.event()
    data = json.dumps(event.data).encode()
    payload = event.payload or b""
    line = {"type": event.type, "version": __version__, "data_length": len(data)}
    if payload:
        line["payload_length"] = len(payload)
    await connection.send(b"".join((json.dumps(line).encode(), b"\n", data, payload)))


class _Text:
    """A text that waits to be spoken."""

    def __init__(self, asked: Asked, *, streamed: bool) -> None:
        """*asked* says how; *streamed* is whether the text comes in chunks."""
        self.asked, self.streamed = asked, streamed
        self.written = Written()


class _Talk:
    """What one client says and hears.

    One task reads and another speaks, so that a client that leaves while it listens is noticed.
    """

    def __init__(self, service: Service, connection: Connection) -> None:
        self._service, self._connection = service, connection
        self._waiting: asyncio.Queue[_Text] = asyncio.Queue(_MOST_WAITING)
        self._written: Written | None = None
        """The text that comes in chunks."""

    async def read(self) -> None:
        most = most_line(self._service)
        while True:
            await self._take(await _read_event(self._connection.reader, most))

    async def _take(self, event: Event) -> None:
        """Do what an event asks for; those of other services are ignored, as Wyoming has it."""
        if Describe.is_type(event.type):
            await _send(self._connection, await asyncio.to_thread(_info, self._service))
        elif Ping.is_type(event.type):
            await _send(self._connection, Pong(_optional(event, "text")))
        elif Synthesize.is_type(event.type):
            if self._written is None:  # Else it repeats, for older servers, what comes in chunks.
                text = _Text(_asked(event, self._service), streamed=False)
                text.written.write(_required(event, "text"))
                text.written.end()
                self._add(text)
        elif SynthesizeStart.is_type(event.type):
            if self._written is not None:
                raise _out_of_order(event, "before the end of the last text")
            start = Event(event.type, {**event.data, "text": ""})
            text = _Text(_asked(start, self._service), streamed=True)
            self._add(text)
            self._written = text.written
        elif SynthesizeChunk.is_type(event.type):
            self._write(event)
        elif SynthesizeStop.is_type(event.type):
            self._begun(event).end()
            self._written = None

    def _write(self, event: Event) -> None:
        written, text = self._begun(event), _required(event, "text")
        check_length(written.length + len(text), self._service.options.max_input, "text")
        written.write(text)

    def _begun(self, event: Event) -> Written:
        if self._written is None:
            raise _out_of_order(event, "without synthesize-start")
        return self._written

    def _add(self, text: _Text) -> None:
        try:
            self._waiting.put_nowait(text)
        except asyncio.QueueFull:
            message = f"{_MOST_WAITING} texts of this connection wait already."
            raise RefusalError(429, message, None, "queue_full") from None
        self._connection.is_busy = True

    async def speak(self) -> None:
        while True:
            text = await self._waiting.get()
            with anyio.fail_after(self._service.options.max_seconds):
                await self._say(text)
            self._connection.is_busy = not self._waiting.empty()

    async def _say(self, text: _Text) -> None:
        sent = 0
        async with aclosing(self._sound(text)) as sound:
            async for data in sound:
                if not sent:
                    await self._tell(AudioStart(**_SOUND, timestamp=0))
                for start in range(0, len(data), _PIECE_BYTES):
                    piece = data[start : start + _PIECE_BYTES]
                    await self._tell(AudioChunk(**_SOUND, audio=piece, timestamp=_ms(sent)))
                    sent += len(piece)
        await self._tell(AudioStop(timestamp=_ms(sent)))
        if text.streamed:
            await self._tell(SynthesizeStopped())

    async def _sound(self, text: _Text) -> AsyncGenerator[bytes, None]:
        """Yield the sound of a text. SpeechError if nothing of it can be spoken."""
        part, is_heard = text.asked.parts[0], False
        found: TextStage | None = None

        async def stage() -> TextStage:
            nonlocal found
            found = found or (await self._service.plan([part])).plans[0].stage
            return found

        silent = SpeechError("There is nothing to speak.")
        while (given := await text.written.next(stage)) is not None:
            pause = part.request.gap_seconds if is_heard else None
            asked = replace(text.asked, parts=(replace(part, text=given, pause_seconds=pause),))
            try:
                sounding = pieces(self._service, asked, self._connection.client)
                async with aclosing(sounding) as sound:
                    async for data in sound:
                        is_heard = True
                        yield data
            except SpeechError as error:
                if isinstance(error, UnsoundError):
                    raise
                silent = error  # As of a line with a smiley: the next one may have words.
        if not is_heard:
            raise silent

    async def _tell(self, what: Eventable) -> None:
        await _send(self._connection, what)


def _ms(size: int) -> int:
    return 1000 * size // (_SAMPLE_BYTES * SAMPLE_RATE)


# What a client says


async def _read_event(reader: asyncio.StreamReader, most: int) -> Event:
    """Return the next event.

    RefusalError for what is no event, or is larger than *most* bytes; EOFError if the client has
    left; SilentError.
    """
    try:
        line = await within(_IDLE_SECONDS, reader.readuntil(b"\n"))
    except asyncio.LimitOverrunError as error:
        raise _too_large(most) from error
    given = _object(line)
    name = given.get("type")
    if not isinstance(name, str):
        raise _no_event("it has no type")
    data = given.get("data") or {}
    if not isinstance(data, dict):
        raise _no_event("its data is no object")
    sizes = [_length(given, f"{part}_length", most) for part in ("data", "payload")]
    more, payload = [await within(_REST_SECONDS, reader.readexactly(size)) for size in sizes]
    if more:
        data = {**data, **_object(more)}
    return Event(name, data, payload or None)


def _object(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise _no_event("it is no JSON") from error
    if not isinstance(found, dict):
        raise _no_event("it is no object")
    return found


def _length(given: dict[str, Any], name: str, most: int) -> int:
    size = given.get(name) or 0
    if type(size) is not int or size < 0:
        raise _no_event(f"its {name} is no number of bytes")
    if size > most:
        raise _too_large(most)
    return size


def _no_event(why: str) -> RefusalError:
    return RefusalError(400, f"This is no event of Wyoming: {why}.", None, "invalid_json")


def _too_large(most: int) -> RefusalError:
    return RefusalError(413, f"An event has more than {most:,} bytes.", None, "too_large")


def _asked(event: Event, service: Service) -> Asked:
    """Return what a `synthesize` asks for: sound as 16 bits at 24 kHz."""
    text = _required(event, "text")
    voice = event.data.get("voice") or {}
    if not isinstance(voice, dict):
        raise RefusalError(400, "The voice is no object.", "voice", "invalid_value")
    chosen = Event("voice", voice)
    name, speaker, language = (_optional(chosen, key) for key in ("name", "speaker", "language"))
    if speaker and speaker != name:
        raise RefusalError(
            400,
            f"There is no speaker {speaker!r}: voices have none. Name a voice alone.",
            "voice",
            "voice_not_found",
        )
    if name and len(name) > _MOST_NAME:
        raise RefusalError(400, "The voice's name is too long.", "voice", "voice_not_found")
    letter = language_of(language, "language").letter if language and not name else None
    body = SpeechBody(input=text, voice=name, lang_code=letter)
    book, most = service.speaker.book, service.options.max_input
    return asked_of(body, [(text, None)], book, most=most, format_name="pcm")


def _required(event: Event, key: str) -> str:
    found = event.data.get(key)
    try:
        if not isinstance(found, str):
            raise TypeError
        found.encode()  # Half of a surrogate pair is no text.
    except (TypeError, UnicodeEncodeError) as error:
        what = f"{event.type} has no text in {key!r}."
        raise RefusalError(400, what, key, "invalid_value") from error
    return found


def _optional(event: Event, key: str) -> str | None:
    return None if event.data.get(key) is None else _required(event, key)


def _out_of_order(event: Event, when: str) -> RefusalError:
    return RefusalError(400, f"{event.type} came {when}.", None, "invalid_value")


# What there is


def _info(service: Service) -> Info:
    found, _ = service.speaker.book.voices()
    usual = service.speaker.plan().options.voice
    found.sort(key=lambda voice: voice.name != usual)  # Clients take the first by default.
    is_there: Callable[[Voice], bool] = lambda voice: (  # noqa: E731
        not service.options.offline or not service.speaker.missing([voice])
    )
    voices = [_voice(each, installed=is_there(each)) for each in found]
    program = TtsProgram(
        name="kokoro",
        attribution=_MODEL,
        installed=True,
        description="Kokoro-82M, spoken by kokoro-cli",
        version=__version__,
        voices=voices,
        supports_synthesize_streaming=True,
    )
    return Info(tts=[program])


def _voice(voice: Voice, *, installed: bool) -> TtsVoice:
    more = [voice.gender, voice.grade and f"grade {voice.grade}"]
    shown = ", ".join(each for each in more if each)
    return TtsVoice(
        name=voice.name,
        attribution=_OWN if voice.path else _MODEL,
        installed=installed,
        description=f"{voice.name} ({shown})" if shown else voice.name,
        version=__version__,
        languages=[_tag(LANGUAGES[voice.language].tags[0])],
        speakers=None,
    )


def _tag(tag: str) -> str:
    """Return a language's tag with its country in capitals, as Home Assistant writes them."""
    language, _, country = tag.partition("-")
    return f"{language}-{country.upper()}" if country else language
