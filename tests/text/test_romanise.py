"""Words of other scripts, written with Latin letters."""

from __future__ import annotations

import pytest

from kokoro_cli.text.romanise import romanised

LATIN = {
    "Привет, мир": "Privet, mir",
    "МОСКВА": "Moskva",
    "Чехов": "Chekhov",
    "Юрий": "Yuriy",
    "Горбачёв": "Gorbachyov",
    "объект": "obekt",
    "Київ": "Kiyiv",
    "Београд": "Beograd",
    "Αθήνα": "Athina",
    "λόγος": "logos",
    "ουρανός": "ouranos",
    "Ευαγγέλιο": "Efangelio",
    "Μπάμπης": "Babis",
    "μαΐου": "maiou",
    "서울": "seoul",
    "한글": "hangeul",
    "부산": "busan",
    "안녕": "annyeong",
}


@pytest.mark.parametrize(("text", "latin"), LATIN.items(), ids=LATIN)
def test_each_letter_has_its_own(text: str, latin: str) -> None:
    assert romanised(text) == latin


@pytest.mark.parametrize("text", ["مدينة", "עיר", "เมือง", "大阪", "Привет 東京", "ქალაქი"])
def test_other_scripts_have_none(text: str) -> None:
    assert romanised(text) is None
