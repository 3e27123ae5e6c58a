"""The sound of one answer, encoded, and what it took."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import Any

from kokoro_cli.kokoro82m import SAMPLE_RATE, SAMPLES_PER_FRAME
from kokoro_cli.server.asked import Asked
from kokoro_cli.server.queue import FullError
from kokoro_cli.server.service import Planned, Spoken, TooLongError
from kokoro_cli.sinks.body import Body
from kokoro_cli.synthesis import Utterance
from kokoro_cli.types import Samples

_MOST_BYTES = 400_000_000
"""Of one whole answer, before its sound is encoded: 2 h 19 min at 24 kHz."""

_MOST_HELD = 1_000_000_000
"""Of all whole answers that are being made."""


class Held:
    """The sound of whole answers that are being made; the event loop alone uses it."""

    def __init__(self) -> None:
        self._bytes: dict[object, int] = {}

    def hold(self, owner: object, size: int) -> None:
        """Note how much an answer has become. TooLongError, or FullError with all others."""
        if size > _MOST_BYTES:
            raise TooLongError(
                "The sound is too long for a whole answer.", hint="Ask for a stream, or for less."
            )
        self._bytes[owner] = size
        if sum(self._bytes.values()) > _MOST_HELD:
            raise FullError("The memory for whole answers is full.", 10.0)

    def free(self, owner: object) -> None:
        self._bytes.pop(owner, None)


@dataclass(slots=True, eq=False)
class Encoded:
    """One answer's sound, and what it took."""

    asked: Asked
    planned: Planned
    spoken: Spoken
    held: Held
    body: Body
    is_whole: bool
    file: Body | None = None
    """What is kept under a link, if it is not the answer itself."""
    first_seconds: float = 0.0
    generation_seconds: float = 0.0
    encode_seconds: float = 0.0
    samples: int = 0
    phonemes: int = 0
    words: list[dict[str, Any]] = field(default_factory=list)
    chunks: list[dict[str, Any]] = field(default_factory=list)

    async def next(self) -> Utterance | None:
        """Return the next utterance; None after the last one."""
        utterance = await anext(self.spoken, None)
        self.generation_seconds = time.monotonic() - self.spoken.asked_at - self.encode_seconds
        if utterance is not None:
            self.first_seconds = self.first_seconds or self.generation_seconds
            self.samples += utterance.length
            if self.is_whole or self.file:
                self.held.hold(self, self.samples * self.asked.encoding.sample_rate // 12_000)
            self.phonemes += len(utterance.chunk.phonemes)
            self.words += words_of(utterance) if self.asked.words or self.asked.timing else []
            self.chunks += [_chunk_of(utterance)] if self.asked.timing and utterance.text else []
        return utterance

    async def encode(self, utterance: Utterance | None) -> AsyncIterator[bytes]:
        """Yield what is ready with each block of an utterance, and for None the last bytes.

        These may be none.
        """
        blocks: Iterable[Samples | None] = utterance.blocks() if utterance else [None]
        for block in blocks:
            begun = time.monotonic()
            data = await asyncio.to_thread(self._encode, block)
            self.encode_seconds += time.monotonic() - begun
            yield data

    def _encode(self, block: Samples | None) -> bytes:
        if block is None:
            return self.body.finish()
        samples = block if self.asked.gain == 1.0 else block * self.asked.gain
        if self.file:
            self.file.write(samples)
        return self.body.write(samples)

    async def whole(self) -> bytes:
        """Speak all of it, and return the sound."""
        data = bytearray()
        utterance: Utterance | None
        while (utterance := await self.next()) is not None:
            async for piece in self.encode(utterance):
                data += piece
        async for piece in self.encode(None):
            data += piece
        return bytes(data)

    def leave(self) -> None:
        """Give up what is not spoken, and what is held."""
        self.spoken.leave()
        self.held.free(self)

    async def complete_file(self, answer: bytes) -> bytes:
        """Return what is kept under a link; *answer* is the answer, if that is whole."""
        return await asyncio.to_thread(self.file.finish) if self.file else answer

    @property
    def seconds(self) -> float:
        return self.samples / SAMPLE_RATE

    def times(self) -> dict[str, str]:
        """Return the headers of a whole answer, in milliseconds."""
        total = time.monotonic() - self.spoken.asked_at
        return {
            "X-Generation-Time": milliseconds(self.generation_seconds),
            "X-Encode-Time": milliseconds(self.encode_seconds),
            "X-Total-Time": milliseconds(total),
        }

    def usage(self) -> dict[str, int]:
        """Return the tokens: phonemes went in, frames of 25 ms came out."""
        frames = self.samples // SAMPLES_PER_FRAME
        return {
            "input_tokens": self.phonemes,
            "output_tokens": frames,
            "total_tokens": self.phonemes + frames,
        }

    def not_spoken(self) -> list[dict[str, str | int]]:
        losses = self.spoken.losses
        return [{"text": each.text, "line": each.line, "reason": each.reason} for each in losses]


def words_of(utterance: Utterance) -> list[dict[str, Any]]:
    """Return the words with their times; *start* and *end* are characters of the text sent."""
    return [
        {
            "word": word.text,
            "start_time": round(word.start_seconds, 4),
            "end_time": round(word.end_seconds, 4),
            "start": word.span[0],
            "end": word.span[1],
        }
        for word in utterance.words
    ]


def _chunk_of(utterance: Utterance) -> dict[str, Any]:
    return {
        "text": utterance.text,
        "start": round(utterance.start_seconds, 4),
        "end": round(utterance.start_seconds + utterance.seconds, 4),
    }


def milliseconds(seconds: float) -> str:
    return f"{1000 * seconds:.1f}"
