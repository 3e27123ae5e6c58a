"""Readings that a Japanese text writes behind its kanji: 東京（とうきょう）, 喰《く》う."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher

from kokoro_cli.text.verbalise import Replacement

_KANJI = "\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003fffdヶヵ"
_KANA = "ぁ-ゖァ-ヺー"
_GLOSS = re.compile(
    rf"(?<=[{_KANJI}{_KANA}])(?:《(?P<ruby>[{_KANA}・･]{{1,30}})》"
    rf"|[（(](?P<kana>[{_KANA}・･ ]{{1,30}})[）)])"
)
_BARRED = re.compile(r"[｜|]([^｜|《》（）\n]{1,12})\Z")
_WORD = re.compile(rf"[{_KANJI}{_KANA}]{{1,12}}\Z")
_KANJI_RUN = re.compile(rf"[{_KANJI}]{{1,12}}\Z")
_KANJI_LETTER = re.compile(rf"[{_KANJI}]")
_KATAKANA_LETTER = re.compile("[ァ-ヺ]")
_ENDING = re.compile("[ぁ-ゖ]{1,4}")
_LONGEST_READING = 5
"""Most kana of a kanji, as in 承る."""
_SIMILAR = 0.75
"""Least likeness of another reading of the same kanji: わたし is one of 私, あした none of 会議."""
_SEEN = 13
"""Characters before a gloss that are examined."""

_KATAKANA = {place: place + 0x60 for place in range(ord("ぁ"), ord("ゖ") + 1)}

Read = Callable[[str], str]
"""Returns the phonemes of a text."""


def glosses(text: str, read: Read) -> Iterator[Replacement]:
    """Yield what makes each reading be said once.

    A reading that its kanji have anyway is left out. A similar one is said instead of them, and
    in 《》 any other. Else brackets hold a text of their own.
    """
    for match in _GLOSS.finditer(text):
        before = text[max(0, match.start() - _SEEN) : match.start()]
        ending = _ENDING.match(text, match.end())
        kana = re.sub("[・･ ]", "", match["ruby"] or match["kana"])
        bases = _bases(before) if match["kana"] else _ruby_bases(before)
        fitting = [base for base in bases if _may_be(base, kana)]
        alike = [_likeness(base, kana, ending[0] if ending else "", read) for base in fitting]
        if 1.0 in alike:
            yield Replacement(*match.span(), "", "gloss")
        elif bases and (_is_ruby(match, bases[0]) or max(alike, default=0.0) >= _SIMILAR):
            base = bases[0] if match["ruby"] else fitting[alike.index(max(alike))]
            spoken = kana if ending and len(base) == 1 else kana.translate(_KATAKANA)
            yield Replacement(match.start() - len(base), match.end(), spoken, "gloss")


def _is_ruby(match: re.Match[str], base: str) -> bool:
    """Whether a gloss in 《》 is a reading, not a title as in 映画《となりのトトロ》."""
    kana = match["ruby"] or ""
    one_script = kana == kana.translate(_KATAKANA) or not _KATAKANA_LETTER.search(kana)
    return bool(kana) and one_script and len(kana) <= 3 * len(base) + 1


def _ruby_bases(before: str) -> list[str]:
    """Return what a gloss in 《》 belongs to: the text after a bar, else the kanji before it."""
    found = _BARRED.search(before) or _KANJI_RUN.search(before)
    return [found[found.lastindex or 0]] if found else []


def _bases(before: str) -> list[str]:
    """Return the words that a gloss in brackets may belong to: each begins with a kanji."""
    found = _WORD.search(before)
    if found is None:
        return []
    return [found[0][match.start() :] for match in _KANJI_LETTER.finditer(found[0])]


def _may_be(base: str, kana: str) -> bool:
    return len(base) <= len(kana) * 2 and len(kana) <= _LONGEST_READING * len(base)


def _likeness(base: str, kana: str, ending: str, read: Read) -> float:
    """Return how much kanji and kana sound alike, up to 1: alone, or as in 食（た）べる."""
    one, other = read(base), read(kana)
    if one == other or (ending and read(base + ending) == read(kana + ending)):
        return 1.0
    return min(SequenceMatcher(None, one, other, autojunk=False).ratio(), 0.99)
