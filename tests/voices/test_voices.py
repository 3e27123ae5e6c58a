from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from kokoro_cli.errors import AssetError
from kokoro_cli.text.languages import LANGUAGES
from kokoro_cli.voices.catalogue import catalogue, find_voice
from kokoro_cli.voices.pack import VoicePack


def test_the_catalogue_holds_54_voices_of_nine_languages() -> None:
    voices = catalogue()
    assert len(voices) == 54
    assert {v.language for v in voices.values()} == set(LANGUAGES)
    for name, voice in voices.items():
        assert re.fullmatch(r"[abefhijpz][fm]_[a-z]+", name)
        assert name[0] == voice.language
        assert voice.gender == {"f": "female", "m": "male"}[name[1]]
        assert voice.grade is None or re.fullmatch(r"[A-F][+-]?", voice.grade)
        assert re.fullmatch(r"[0-9a-f]{64}", voice.sha256)


def test_each_language_has_a_default_voice_of_its_own() -> None:
    for letter, language in LANGUAGES.items():
        assert find_voice(language.default_voice).language == letter


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [("af_bela", "af_bella"), ("bella", "af_bella"), ("AF_HEART", "af_heart"), ("emma", "bf_emma")],
)
def test_an_unknown_voice_brings_suggestions(typed: str, suggested: str) -> None:
    with pytest.raises(AssetError) as error:
        find_voice(typed)
    assert suggested in (error.value.hint or "")


@pytest.mark.parametrize("name", ["zzz", "", "../af_bella", "af_bella\n"])
def test_nonsense_is_refused(name: str) -> None:
    with pytest.raises(AssetError):
        find_voice(name)


def test_a_pack_gives_the_row_of_the_utterances_length(tmp_path: Path) -> None:
    rows = np.arange(510 * 256, dtype="<f4").reshape(510, 256) / 510 / 256 + 1
    path = tmp_path / "af_test.bin"
    rows.tofile(path)
    pack = VoicePack.mapped(path)
    np.testing.assert_array_equal(pack.style(1), rows[0])
    np.testing.assert_array_equal(pack.style(510), rows[509])
    assert pack.style(7).dtype == np.float32


def test_a_pack_of_another_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "af_test.bin"
    path.write_bytes(b"\0" * 522_239)
    with pytest.raises(AssetError, match="522,239"):
        VoicePack.mapped(path)
