"""The header of WAV whose length is not known, as in Microsoft's RIFF format."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kokoro_cli.sinks.formats import Codec

# Means "until the end", as ffmpeg and sox write it: a pipe can't be rewound to fill in the length.
_UNKNOWN = 0xFFFFFFFF

# The tag of each codec, and the bytes of a sample.
_TAGS = {"pcm": (1, 2), "alaw": (6, 1), "ulaw": (7, 1)}


def wav_header(sample_rate: int, codec: Codec = "pcm") -> bytes:
    """Return the header of mono WAV of unknown length, in 16 bits linear or 8 by ITU-T G.711."""
    tag, size = _TAGS[codec]
    layout = struct.pack("<HHIIHH", tag, 1, sample_rate, sample_rate * size, size, 8 * size)
    fact = b""
    if codec != "pcm":
        layout += bytes(2)  # There is no extension; only linear samples may leave that out.
        fact = struct.pack("<4sII", b"fact", 4, _UNKNOWN)
    return b"".join(
        (
            struct.pack("<4sI4s4sI", b"RIFF", _UNKNOWN, b"WAVE", b"fmt ", len(layout)),
            layout,
            fact,
            struct.pack("<4sI", b"data", _UNKNOWN),
        )
    )
