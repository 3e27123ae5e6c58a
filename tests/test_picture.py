from __future__ import annotations

import io

import pytest
from PIL import Image

from kokoro_cli.picture import Picture, PictureError, examine
from tests.covers import jpeg_of, picture, png_chunk, png_of

PNG, JPEG = picture("PNG"), picture("JPEG")

WHOLE = {
    "JPEG": (JPEG, "jpeg"),
    "grey JPEG": (picture("JPEG", "L"), "jpeg"),
    "CMYK JPEG": (picture("JPEG", "CMYK"), "jpeg"),
    "progressive JPEG": (picture("JPEG", progressive=True), "jpeg"),
    "JPEG with restart markers": (picture("JPEG", restart_marker_blocks=1), "jpeg"),
    "JPEG with a thumbnail": (picture("JPEG", comment=JPEG), "jpeg"),
    "JPEG with more after its end": (JPEG + b"\xff\xd8\xff more", "jpeg"),
    "JPEG with fill bytes": (JPEG.replace(b"\xff\xda", b"\xff\xff\xff\xda", 1), "jpeg"),
    "PNG": (PNG, "png"),
    "grey PNG": (picture("PNG", "L"), "png"),
    "PNG with a palette": (picture("PNG", "P"), "png"),
    "PNG with alpha": (picture("PNG", "RGBA"), "png"),
    "PNG with more after its end": (PNG + b"more", "png"),
}


@pytest.mark.parametrize(("data", "kind"), WHOLE.values(), ids=WHOLE)
def test_a_whole_picture(data: bytes, kind: str) -> None:
    assert examine(data) == Picture(kind, 40, 60)  # type: ignore[arg-type]


NO_PICTURE = {
    "nothing": (b"", "is empty"),
    "text": (b"A cover.", "something else"),
    "SVG": (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "an SVG picture"),
    "GIF": (picture("GIF"), "a GIF picture"),
    "WebP": (picture("WEBP"), "a WebP picture"),
    "BMP": (picture("BMP"), "a BMP picture"),
    "TIFF": (picture("TIFF"), "a TIFF picture"),
    "AVIF": (b"\0\0\0\x20ftypavif", "AVIF"),
    "page": (b"<html><body><img src='a.jpg'/>", "something else"),
    "large": (JPEG + bytes(21_000_000), "more than 20 MB"),
    "cut PNG": (PNG[:-1], "end is missing"),
    "PNG without its last chunk": (PNG[:-12], "end is missing"),
    "start of a PNG": (PNG[:8], "end is missing"),
    "changed PNG": (PNG[:60] + b"\0\1\2" + PNG[63:], "checksum is wrong"),
    "PNG without a header": (PNG[:8] + png_chunk(b"IEND", b""), "no header"),
    "PNG without pixels": (PNG[:33] + PNG[-12:], "no pixels"),
    "PNG with a huge length": (PNG[:8] + b"\xff\xff\xff\xff" + PNG[12:], "end is missing"),
    "PNG without a width": (png_of(0, 10), "no size"),
    "huge PNG": (png_of(50_000, 50_000), "50,000 × 50,000 pixels"),
    "wide PNG": (png_of(128_640, 60), "more than players can show"),
    "high PNG": (png_of(40, 65_536), "more than players can show"),
    "largest PNG": (png_of(2**31 - 1, 2**31 - 1), "more than players can show"),
    "cut JPEG": (JPEG[:-2], "end is missing"),
    "half of a JPEG": (JPEG[: len(JPEG) // 2], "end is missing"),
    "start of a JPEG": (JPEG[:3], "end is missing"),
    "JPEG without a scan": (JPEG[: JPEG.index(b"\xff\xda")] + b"\xff\xd9", "end is missing"),
    "JPEG without a header": (JPEG.replace(b"\xff\xc0", b"\xff\xe9", 1), "no header"),
    "JPEG without a height": (jpeg_of(40, 0), "no size"),
    "huge JPEG": (jpeg_of(50_000, 50_000), "50,000 × 50,000 pixels"),
    "JPEG with a length of 0": (JPEG[:4] + b"\0\0" + JPEG[6:], "end is missing"),
}


@pytest.mark.parametrize(("data", "reason"), NO_PICTURE.values(), ids=NO_PICTURE)
def test_what_no_file_can_hold(data: bytes, reason: str) -> None:
    with pytest.raises(PictureError, match=reason):
        examine(data)


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_cut_anywhere_it_is_broken(form: str) -> None:
    data = picture(form)
    for end in range(len(data)):
        with pytest.raises(PictureError):
            examine(data[:end])


def test_what_is_said_is_what_a_decoder_sees() -> None:
    for data in (PNG, JPEG, picture("JPEG", "CMYK", progressive=True)):
        seen = Image.open(io.BytesIO(data))
        assert (examine(data).width, examine(data).height) == seen.size


def test_a_run_of_marker_bytes_takes_linear_time() -> None:
    """Half a megabyte took seven seconds."""
    with pytest.raises(PictureError, match="its end is missing"):
        examine(b"\xff\xd8\xff\xe0" + b"\xff" * 19_000_000)
