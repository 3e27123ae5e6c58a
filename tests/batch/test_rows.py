"""A job that reads, encodes and subtitles with rows that were added to the tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from kokoro_cli.batch.options import encoding_of, subtitles_of
from kokoro_cli.batch.request import FileRequest
from kokoro_cli.documents.kinds import DOCUMENT_KINDS
from kokoro_cli.errors import UsageError
from kokoro_cli.sinks.formats import FORMATS
from kokoro_cli.subtitles.formats import SUBTITLE_FORMATS
from tests.batch.jobs import make_job
from tests.documents import toy_kind
from tests.rows import row
from tests.sinks import toy_format as toy_sound
from tests.subtitles import toy_format as toy_subtitles


@pytest.fixture
def rows() -> Iterator[None]:
    with (
        row(DOCUMENT_KINDS, toy_kind.TOY),
        row(FORMATS, toy_sound.TOY),
        row(SUBTITLE_FORMATS, toy_subtitles.TOY),
    ):
        yield


@pytest.mark.usefixtures("rows")
def test_a_job_with_new_rows_alone(tmp_path: Path) -> None:
    request = FileRequest(("book",), output=Path("book.toy"), subtitles="toy")
    made = make_job(
        tmp_path,
        {"book": "TOY!One: aaa.\nTwo: bbb."},
        format=encoding_of(request).format,
        subtitles=subtitles_of(request),
    )
    assert [result.status for result in made.run()] == ["made"]
    assert made.spoken == ["aaa.", "bbb."]
    assert set(made.files()) == {"book.toy", "book.toysub"}
    head, samples, tail = toy_sound.read(made.files()["book.toy"])
    assert head == "toy 24000 A Toy Book"
    assert tail == f"{len(samples)} ['One', 'Two']"
    assert np.abs(samples).max() == pytest.approx(0.5, abs=0.01)
    title, first, second, length = made.files()["book.toysub"].decode().splitlines()
    assert title == "A Toy Book by sentence"
    assert first.endswith(" aaa.")
    assert second.endswith(" bbb.")
    assert length == str(len(samples))


def test_without_the_rows_they_are_unknown() -> None:
    with pytest.raises(UsageError, match="suffix of an audio file"):
        encoding_of(FileRequest(("book",), output=Path("book.toy")))
    with pytest.raises(UsageError, match="`format` is 'toy'"):
        encoding_of(FileRequest(("book",), format="toy"))
    with pytest.raises(UsageError, match="'toy' is none"):
        subtitles_of(FileRequest(("book",), subtitles="toy"))


@pytest.mark.parametrize(
    "format, codec", [(None, "ulaw"), ("wav", "ulaw"), ("flac", "pcm"), ("mp3", "pcm")]
)
def test_codec_for_telephones_follows_from_the_format(format: str | None, codec: str) -> None:
    encoding = encoding_of(FileRequest((), format=format, telephony=True))
    assert (encoding.format, encoding.codec) == (format or "wav", codec)
    assert encoding.sample_rate == 8000
    assert encoding_of(FileRequest((), format=format)).codec == "pcm"
