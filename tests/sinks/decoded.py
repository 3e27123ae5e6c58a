"""What a player hears of an encoded file or body, and the pages of Ogg."""

from __future__ import annotations

import io
import struct

import av
import numpy as np
import numpy.typing as npt
import soundfile

from kokoro_cli.sinks.formats import Encoding

Sound = npt.NDArray[np.float32]

# ADTS does not say that AAC's first frame comes before the sound.
_PRIMING = {"aac": 1024}


def decoded(data: bytes, encoding: Encoding) -> Sound:
    """Return the sound at the encoding's sample rate."""
    file = io.BytesIO(data)
    # soundfile reads no FLAC whose length is not known.
    endless = data.startswith(b"fLaC") and data[21] & 15 == 0 and data[22:26] == bytes(4)
    if endless:
        return decoded_by_ffmpeg(data, encoding)
    if encoding.kind.codec == "aac":
        return decoded_by_ffmpeg(data, encoding)[_PRIMING.get(encoding.format, 0) :]
    if encoding.kind.container == "RAW":
        samples, _ = soundfile.read(
            file, dtype="float32", samplerate=encoding.sample_rate, channels=1,
            format="RAW", subtype=encoding.subtype, endian="LITTLE",
        )  # fmt: skip
    else:
        samples, rate = soundfile.read(file, dtype="float32")
        assert rate == encoding.sample_rate
    found: Sound = samples
    return found


def decoded_by_ffmpeg(data: bytes, encoding: Encoding) -> Sound:
    """Return the sound at the encoding's sample rate, also of a chain and of half a stream."""
    with av.open(io.BytesIO(data)) as container:
        resampler = av.AudioResampler("flt", "mono", encoding.sample_rate)
        frames = [g for f in container.decode(audio=0) for g in resampler.resample(f)]
        frames += resampler.resample(None)
    found: Sound = np.concatenate([frame.to_ndarray()[0] for frame in frames])
    return found


def pages(data: bytes) -> list[tuple[int, bytes]]:
    """Return the serial number of each page, and the page."""
    found, start = [], 0
    while start < len(data):
        assert data[start : start + 4] == b"OggS"
        lengths = data[start + 27 : start + 27 + data[start + 26]]
        end = start + 27 + len(lengths) + sum(lengths)
        found.append((struct.unpack_from("<I", data, start + 14)[0], data[start:end]))
        start = end
    return found
