"""Settings as variables of a child process."""

from __future__ import annotations

from pathlib import Path

import pytest

from kokoro_cli.config import VARIABLES, read_settings


@pytest.mark.parametrize("own", [True, False], ids=["all set", "none set"])
def test_a_child_process_reads_the_same_settings(own: bool, tmp_path: Path) -> None:
    (tmp_path / "words.toml").touch()
    variables = {
        "KOKORO_CACHE": str(tmp_path / "cache"),
        "KOKORO_MODELS": str(tmp_path),
        "KOKORO_OFFLINE": "yes",
        "KOKORO_VOICES": str(tmp_path / "voices"),
        "KOKORO_VOICE": "bf_emma",
        "KOKORO_LEXICON": str(tmp_path / "words.toml"),
        "KOKORO_STORE_GB": "1.5",
        "KOKORO_API_KEY": "12345678,abcdefgh",
        "KOKORO_SERVER": "https://speech.example",
        "KOKORO_SERVER_KEY": "its-key",
        "HF_ENDPOINT": "http://localhost:1",
    }
    assert set(variables) == set(VARIABLES)
    settings = read_settings(variables if own else {})
    assert set(settings.variables()) == set(VARIABLES)
    assert read_settings({**variables, **settings.variables()}) == settings
