from __future__ import annotations

import io
import struct

import av
import numpy as np
import pytest
import soundfile

from kokoro_cli.sinks.formats import Codec
from kokoro_cli.sinks.wav import wav_header


def test_header_says_mono_16_bits_and_until_the_end() -> None:
    header = wav_header(24_000)
    assert len(header) == 44
    assert header[:4] + header[8:16] + header[36:40] == b"RIFFWAVEfmt data"
    assert header[4:8] == header[40:44] == b"\xff" * 4
    assert header[16:36] == bytes.fromhex("10000000 0100 0100 c05d0000 80bb0000 0200 1000")


@pytest.mark.parametrize(("codec", "tag"), [("ulaw", 7), ("alaw", 6)])
def test_header_of_telephone_codecs_says_8_bits_and_has_a_fact(codec: Codec, tag: int) -> None:
    header = wav_header(8_000, codec)
    size, *values, extension = struct.unpack_from("<IHHIIHHH", header, 16)
    assert (size, values, extension) == (18, [tag, 1, 8_000, 8_000, 1, 8], 0)
    assert header[38:] == b"fact\x04\0\0\0" + b"\xff" * 4 + b"data" + b"\xff" * 4


@pytest.mark.parametrize(("codec", "size"), [("pcm", 2), ("ulaw", 1), ("alaw", 1)])
@pytest.mark.parametrize("rate", [8_000, 24_000, 44_100])
def test_libsndfile_and_ffmpeg_read_it_to_the_end(codec: Codec, size: int, rate: int) -> None:
    data = wav_header(rate, codec) + bytes(range(100)) * size
    samples, found = soundfile.read(io.BytesIO(data), dtype="int16")
    assert (len(samples), found) == (100, rate)
    with av.open(io.BytesIO(data)) as container:
        assert container.streams.audio[0].rate == rate
        heard = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
    np.testing.assert_array_equal(np.concatenate(heard), samples)
