"""OpenAI's speech endpoint: formats, headers, events, errors."""

from __future__ import annotations

import pytest

from kokoro_cli.server.asked import OPENAI_VOICES
from tests.server.serving import Served


def test_a_text_becomes_sound(served: Served) -> None:
    answer = served.speech()
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "audio/mpeg"
    assert answer.headers["x-voice"] == "af_heart"
    assert float(answer.headers["x-time-to-first-chunk"]) > 0
    assert answer.content.startswith(b"\xff")


@pytest.mark.parametrize("name", OPENAI_VOICES)
def test_each_of_openais_voices_has_one_of_ours(served: Served, name: str) -> None:
    answer = served.speech(voice=name, response_format="pcm")
    assert answer.status_code == 200
    assert answer.headers["x-voice"] == OPENAI_VOICES[name]
