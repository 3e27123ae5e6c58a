from __future__ import annotations

import codecs
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_cli.documents import decode, read_file, read_pipe
from kokoro_cli.errors import ExitCode, KokoroError, UsageError

TEXT = "Grüße, 東京! 🎉\r\nNext line.\n"
ENCODED = {
    "utf-8": TEXT.encode("utf-8"),
    "utf-8 with mark": codecs.BOM_UTF8 + TEXT.encode("utf-8"),
    "utf-16-le": codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
    "utf-16-be": codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
    "utf-32-le": codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"),
    "utf-32-be": codecs.BOM_UTF32_BE + TEXT.encode("utf-32-be"),
}


@pytest.mark.parametrize("data", ENCODED.values(), ids=ENCODED)
def test_the_same_text_in_each_encoding(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "text.txt"
    file.write_bytes(data)
    assert read_file(file) == TEXT
    assert read_pipe(io.BytesIO(data)) == TEXT


@pytest.mark.parametrize("mark", ["", "BOM_UTF8", "BOM_UTF16_LE", "BOM_UTF32_BE"])
def test_nothing_is_an_empty_text(mark: str) -> None:
    assert decode(getattr(codecs, mark) if mark else b"", "it") == ""


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff")))
def test_any_text_comes_back(text: str) -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32"):
        assert decode(text.encode(encoding), "it") == text


@given(st.binary())
def test_any_bytes_are_a_text_or_our_error(data: bytes) -> None:
    try:
        assert "\0" not in decode(data, "it")
    except KokoroError as error:
        assert error.exit_code == ExitCode.FAILED
        assert error.hint


UNDECODABLE = {
    "latin-1": ("Grüße".encode("latin-1"), 2),
    "windows-1252": ("It’s".encode("cp1252"), 2),
    "cut in a letter": ("Grüße 🎉".encode()[:-1], 8),
    "lone surrogate": (b"abcd\xed\xa0\x80", 4),
    "overlong": (b"ab\xc0\xaf", 2),
    "after a thousand": (b"a" * 1234 + b"\xff", 1234),
    "utf-16, odd": (codecs.BOM_UTF16_LE + "ab".encode("utf-16-le") + b"c", 6),
    "utf-32, too large": (codecs.BOM_UTF32_LE + b"a\0\0\0" + b"\xff" * 4, 8),
}


@pytest.mark.parametrize(("data", "position"), UNDECODABLE.values(), ids=UNDECODABLE)
def test_what_is_no_text_is_an_error_with_its_place(data: bytes, position: int) -> None:
    with pytest.raises(KokoroError, match=rf"letter\.txt.*byte {position:,} ") as caught:
        decode(data, "letter.txt")
    assert caught.value.exit_code == ExitCode.FAILED
    assert "iconv" in (caught.value.hint or "")


ZEROS = {
    "a zero byte": b"abc\0def",
    "utf-16 without mark": "abc".encode("utf-16-le"),
    "after a mark": codecs.BOM_UTF8 + b"a\0",
    "a zero in utf-16": codecs.BOM_UTF16_BE + "a\0b".encode("utf-16-be"),
}


@pytest.mark.parametrize("data", ZEROS.values(), ids=ZEROS)
def test_zero_bytes_are_no_text(data: bytes) -> None:
    with pytest.raises(KokoroError, match="zero bytes") as caught:
        read_pipe(io.BytesIO(data))
    assert "Standard input" in caught.value.message


def test_a_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.txt"
    with pytest.raises(UsageError) as caught:
        read_file(path)
    assert str(path) in caught.value.message
    assert caught.value.exit_code == ExitCode.USAGE


def test_a_folder_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(KokoroError, match=str(tmp_path)):
        read_file(tmp_path)
