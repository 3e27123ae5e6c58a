"""MP3, Opus, M4B and AAC with tags, cover and chapters, written by FFmpeg's libraries.

Only this module imports PyAV. Two runs give the same bytes: the flag "bitexact" makes FFmpeg leave
out the time, its version and random stream numbers.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import av
import av.error
import numpy as np

from kokoro_cli.errors import UsageError
from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.picture import PictureError, examine
from kokoro_cli.sinks.formats import Encoding, Format, Mark, Tags
from kokoro_cli.sinks.recording import Output
from kokoro_cli.types import Samples

FAILURES = (OSError, RuntimeError, av.error.FFmpegError)
"""Raised by the functions below if the disk or the library fails."""


class Encoder:
    def __init__(self, file: Output, encoding: Encoding, tags: Tags) -> None:
        kind = encoding.kind
        self._rate = encoding.sample_rate
        self._container: Any = av.open(
            file,
            "w",
            format=kind.container,
            options={"fflags": "+bitexact", **kind.options},
        )
        add: Any = self._container.add_stream
        self._stream = add(kind.codec, rate=self._rate, layout="mono")
        self._stream.bit_rate = encoding.chosen_bit_rate or 0
        self._tag(tags, kind)
        cover = self._add_cover(tags.cover) if tags.cover and kind.cover else None
        self._container.start_encoding()
        if cover is not None:
            self._container.mux(cover)
        codec: Any = self._stream.codec_context
        self._size = codec.frame_size or 4096
        self._fit: Any = av.AudioResampler(format=codec.format, layout="mono", rate=self._rate)
        self._waiting: Any = av.AudioFifo()
        self._taken = 0
        self._has_chapters = kind.chapters

    def _tag(self, tags: Tags, kind: Format) -> None:
        values = {
            "title": tags.title,
            "artist": tags.author,
            "album": tags.album,
            "track": tags.track,
            "genre": kind.genre,
        }
        holder = self._stream if kind.tags_in_stream else self._container
        holder.metadata.update({key: value for key, value in values.items() if value})
        if tags.language:
            self._stream.metadata["language"] = tags.language

    def _add_cover(self, picture: bytes) -> Any:
        """Add the picture as a stream of its own, as FFmpeg requires; return its only packet.

        It is copied, not decoded: FFmpeg's decoders must not see what strangers made.
        """
        try:
            kind = examine(picture)
        except PictureError as error:
            raise UsageError(
                f"The cover {error}.", hint="Give another picture, or none."
            ) from error
        codec = {"jpeg": "mjpeg", "png": "png"}[kind.kind]
        stream: Any = self._container.add_mux_stream(codec, width=kind.width, height=kind.height)
        stream.disposition = av.stream.Disposition.attached_pic
        packet = av.Packet(picture)
        packet.stream = stream
        packet.pts = packet.dts = 0
        packet.is_keyframe = True
        return packet

    def write(self, samples: Samples) -> None:
        if not len(samples):
            return
        clipped = np.clip(samples, -1.0, 1.0)[np.newaxis]
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(clipped), "fltp", "mono")
        frame.sample_rate = self._rate
        frame.time_base = Fraction(1, self._rate)
        frame.pts = self._taken
        self._taken += len(samples)
        for fitting in self._fit.resample(frame):
            self._waiting.write(fitting)
        while self._waiting.samples >= self._size:
            self._put(self._waiting.read(self._size))

    def _put(self, frame: Any) -> None:
        for packet in self._stream.encode(frame):
            self._container.mux(packet)

    def close(self, marks: list[Mark], length: int) -> None:
        """Write what is left, and the chapter marks; *length* is the whole sound's, at 24 kHz."""
        if self._waiting.samples:
            self._put(self._waiting.read(0, partial=True))
        self._put(None)
        if marks and self._has_chapters:
            ends = [mark.start for mark in marks[1:]] + [length]
            self._container.set_chapters(
                [
                    {
                        "id": number,
                        "start": mark.start,
                        "end": end,
                        "time_base": Fraction(1, SAMPLE_RATE),
                        "metadata": {"title": mark.title},
                    }
                    for number, (mark, end) in enumerate(zip(marks, ends, strict=True))
                ]
            )
        self._container.close()
