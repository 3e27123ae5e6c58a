"""Speak a text with a program's library, if its command line does not show the times inside.

    python driver.py PROGRAM TEXT OUTPUT [FILE …]

OUTPUT is a WAV file, or "-" for standard output; each block is written as soon as it is ready. With
"warm" the text is spoken after a warm-up with its first sentence, and the seconds are printed as
JSON. The driver runs in the program's own environment and imports only that program and numpy.
"""

from __future__ import annotations

import asyncio
import json
import os
import struct
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import numpy as np

VOICE = "af_heart"

Put = Callable[[Any, int], object]
"""Takes float samples and their rate in hertz."""


def ours(engine: str) -> Callable[[str, Put], None]:
    from kokoro_cli import Speaker

    speaker = Speaker.open(engine=engine, device="cpu", offline=True)

    def speak(text: str, put: Put) -> None:
        put(speaker.speak(text, voice=VOICE).samples(), 24_000)

    return speak


def kokoro() -> Callable[[str, Put], None]:
    from kokoro import KPipeline

    pipeline = KPipeline(lang_code="a")

    def speak(text: str, put: Put) -> None:
        for result in pipeline(text, voice=VOICE):
            put(result.audio.numpy(), 24_000)

    return speak


def kokoro_onnx(model: str, voices: str) -> Callable[[str, Put], None]:
    from kokoro_onnx import Kokoro

    engine = Kokoro(model, voices)

    def speak(text: str, put: Put) -> None:
        asyncio.run(_drain(engine.create_stream(text, voice=VOICE), put))

    return speak


def kokoro_tts(model: str, voices: str) -> Callable[[str, Put], None]:
    from kokoro_tts import Kokoro, chunk_text

    engine = Kokoro(model, voices)

    def speak(text: str, put: Put) -> None:
        for chunk in chunk_text(text):
            asyncio.run(_drain(engine.create_stream(chunk, voice=VOICE), put))

    return speak


async def _drain(stream: AsyncIterator[tuple[Any, int]], put: Put) -> None:
    async for samples, rate in stream:
        put(samples, rate)


def piper(model: str) -> Callable[[str, Put], None]:
    from piper import PiperVoice

    voice = PiperVoice.load(model)

    def speak(text: str, put: Put) -> None:
        for chunk in voice.synthesize(text):
            put(chunk.audio_float_array, chunk.sample_rate)

    return speak


PROGRAMS: dict[str, Callable[..., Callable[[str, Put], None]]] = {
    "ours": ours,
    "kokoro": kokoro,
    "kokoro-onnx": kokoro_onnx,
    "kokoro-tts": kokoro_tts,
    "piper": piper,
}


def warm(speak: Callable[[str, Put], None], text: str) -> dict[str, float]:
    """Return the seconds of work and of sound for the text, after its first sentence."""
    speak(text.partition(".")[0] + ".", lambda samples, rate: None)
    sound: list[float] = []
    begin = time.perf_counter()
    speak(text, lambda samples, rate: sound.append(len(samples) / rate))
    return {"seconds": time.perf_counter() - begin, "audio_seconds": sum(sound)}


def wav_writer(out: Any) -> Put:
    """Return a function that writes 16-bit mono WAV of unknown length to *out*."""
    begun = False

    def put(samples: Any, rate: int) -> None:
        nonlocal begun
        if not begun:
            riff = b"RIFF", 0xFFFFFFFF, b"WAVE", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16
            out.write(struct.pack("<4sI4s4sIHHIIHH4sI", *riff, b"data", 0xFFFFFFFF))
            begun = True
        out.write((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
        out.flush()

    return put


def main(program: str, text_file: str, output: str, *files: str) -> None:
    # Libraries print to standard output too: that is redirected to standard error.
    piped = output in ("-", "warm")
    out = os.dup(1) if piped else os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(2, 1)
    text = Path(text_file).read_text(encoding="utf-8")
    speak = PROGRAMS[program](*files)
    with os.fdopen(out, "wb") as file:
        if output == "warm":
            file.write(json.dumps(warm(speak, text)).encode())
        else:
            speak(text, wav_writer(file))


if __name__ == "__main__":
    main(*sys.argv[1:])
