"""The help texts name what the tables hold."""

from __future__ import annotations

from typing import Any

import pytest

from kokoro_cli.cli.binding import Group
from kokoro_cli.cli.commands.file import FILE
from kokoro_cli.cli.commands.say import SAY
from kokoro_cli.documents.kinds import DOCUMENT_KINDS
from kokoro_cli.registry import listed
from kokoro_cli.sinks.formats import FORMATS
from kokoro_cli.subtitles.formats import SUBTITLE_FORMATS

FILES = FILE.options["files"]


@pytest.mark.parametrize(
    "group, option, expected",
    [
        pytest.param(SAY, "output", listed(FORMATS, "or"), id="say -o"),
        pytest.param(FILES, "inputs", ", ".join(DOCUMENT_KINDS), id="inputs"),
        pytest.param(FILES, "subtitles", ", ".join(SUBTITLE_FORMATS), id="--subtitles"),
        pytest.param(FILES, "format", listed(FORMATS, "or"), id="--format"),
        pytest.param(FILES, "bit_rate", "Of mp3, opus, m4b and aac, as 64k.", id="--bitrate"),
        pytest.param(FILES, "codec", "Of wav and pcm: pcm, ulaw or alaw.", id="--codec"),
        pytest.param(FILES, "telephony", "8 kHz; a wav in ulaw, or mp3.", id="--telephony"),
    ],
)
def test_help_lists_the_table(group: Group[Any], option: str, expected: str) -> None:
    found: Any = group.options[option]
    assert expected in found.help
