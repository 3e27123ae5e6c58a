"""Readings in brackets behind Japanese words are said once."""

from __future__ import annotations

import pytest

from kokoro_cli.text.inspect import spoken_paragraphs
from kokoro_cli.text.languages import LANGUAGES
from kokoro_cli.text.reading import TextStage
from kokoro_cli.types import Losses

STAGE = TextStage(LANGUAGES["j"])

SPOKEN = [
    ("漢字（かんじ）を読む。", "漢字を読む。"),
    ("私は東京（とうきょう）に行く。", "私は東京に行く。"),
    ("東京(とうきょう)に行く。", "東京に行く。"),
    ("今日（きょう）は晴れ。", "今日は晴れ。"),
    ("紫陽花（アジサイ）が咲く。", "紫陽花が咲く。"),
    ("山田太郎（やまだ・たろう）は言った。", "山田太郎は言った。"),
    ("食（た）べる。", "食べる。"),
    ("食べる（たべる）こと", "食べること"),
    ("振り仮名（ふりがな）を書く。", "振り仮名を書く。"),
    ("昨日、新宿駅前（えきまえ）で会った。", "昨日、新宿駅前で会った。"),
    ("薔薇（ばら）と紫陽花（あじさい）。", "薔薇と紫陽花。"),
    ("彼は喰《く》う。", "彼は喰う。"),
    ("母《はは》は来た。", "母は来た。"),
    ("｜薔薇《ばら》の花", "薔薇の花"),
    # Another reading is the writer's.
    ("私（わたし）は行く。", "わたしは行く。"),
    ("運命《さだめ》を信じる。", "サダメを信じる。"),
    ("門を潜《くぐ》る。", "門をくぐる。"),
    # What is no reading is said.
    ("会議（あした）に出る。", "会議（あした）に出る。"),
    ("東京（首都）に行く。", "東京（首都）に行く。"),
    ("彼女（のほう）が来た。", "彼女（のほう）が来た。"),
    ("これ（それ）だ。", "これ（それ）だ。"),
    ("東京（Tokyo）だ。", "東京（Tokyo）だ。"),
    ("映画《となりのトトロ》を見た。", "映画《となりのトトロ》を見た。"),
    ("（かんじ）を読む。", "（かんじ）を読む。"),
]


@pytest.mark.parametrize(("text", "spoken"), SPOKEN)
def test_a_reading_is_said_once(text: str, spoken: str) -> None:
    assert list(spoken_paragraphs(text, STAGE, Losses())) == [spoken]


def test_other_languages_keep_their_brackets() -> None:
    stage = TextStage(LANGUAGES["a"])
    (spoken,) = spoken_paragraphs("Say 東京（とうきょう） now.", stage, Losses())
    assert spoken.startswith("Say")
