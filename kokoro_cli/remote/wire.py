"""An utterance without its samples, as an event of the server tells it to our own client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from kokoro_cli.synthesis import Utterance
from kokoro_cli.types import Chunk, Rendering, Samples, Word

_NO_SAMPLES: Samples = np.zeros(0, dtype=np.float32)
_MOST_WORDS = 10_000
_LARGEST = 2**40
"""Samples: more than a year of sound."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of an utterance."""

    chunk: Chunk
    frames: tuple[int, ...]
    shift: int
    silence: int
    length: int
    """Samples that follow, the silence included."""

    def utterance(self, index: int, start: int, sound: Samples) -> Utterance:
        """Return the utterance; *index* and *start* are its places in the speech."""
        told = self.chunk
        chunk = Chunk(index, told.words, told.line, told.voice, begins=told.begins)
        rendering = Rendering(_NO_SAMPLES, np.array(self.frames, dtype=np.int64))
        return Utterance(chunk, rendering, sound, self.shift, start, self.silence)


def tell(utterance: Utterance) -> dict[str, Any]:
    """Return what JSON can hold of an utterance, for `told_by`."""
    chunk = utterance.chunk
    return {
        "line": chunk.line,
        "voice": chunk.voice,
        "begins": chunk.begins,
        "words": [[w.text, w.phonemes, w.space, w.start, w.end, w.closes] for w in chunk.words],
        "frames": utterance.rendering.frames.tolist(),
        "shift": utterance.shift,
        "silence": utterance.silence,
        "length": utterance.length,
    }


def told_by(value: Mapping[str, Any]) -> Told:
    """Return what `tell` told; ValueError, TypeError or KeyError for anything else."""
    rows = value["words"]
    if len(rows) > _MOST_WORDS:
        raise ValueError("too many words")
    words = tuple(
        Word(
            _text(text), _text(phonemes), bool(space), _number(start), _number(end), "", bool(last)
        )
        for text, phonemes, space, start, end, last in rows
    )
    voice = None if value["voice"] is None else _text(value["voice"])
    chunk = Chunk(0, words, _number(value["line"]), voice, begins=bool(value["begins"]))
    frames = tuple(_number(each) for each in value["frames"])
    if len(frames) != (len(chunk.phonemes) + 2 if chunk.phonemes else 0):
        raise ValueError("frames do not fit the phonemes")
    silence, length = _number(value["silence"]), _number(value["length"])
    if silence > length:
        raise ValueError("the silence is longer than the whole")
    return Told(chunk, frames, _number(value["shift"], least=-_LARGEST), silence, length)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _number(value: object, least: int = 0) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= _LARGEST:
        raise ValueError("not a number in range")
    return value
