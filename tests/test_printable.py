"""Text from outside is shown without what steers, reorders or hides, and else as it is."""

from __future__ import annotations

import json
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_cli.printable import encodable, printable, printable_json, printable_lines

ESCAPED = {
    "escape": ("a\x1b[31mb", r"a\x1b[31mb"),
    "bell": ("\a", r"\x07"),
    "newline": ("a\nError: b", r"a\nError: b"),
    "return": ("a\rb", r"a\rb"),
    "tab": ("a\tb", r"a\tb"),
    "delete": ("\x7f", r"\x7f"),
    "C1": ("\x9b31m\x85", r"\x9b31m\x85"),
    "line separator": ("a\u2028b\u2029c", r"a\u2028b\u2029c"),
    "override": ("\u202egpj.exe\u202c", r"\u202egpj.exe\u202c"),
    "isolates": ("\u2066a\u2069", r"\u2066a\u2069"),
    "marks of direction": ("\u200ea\u200f\u061c", r"\u200ea\u200f\u061c"),
    "no width": ("pay\u200bpal\u2060\ufeff", r"pay\u200bpal\u2060\ufeff"),
    "joiners in Latin": ("pay\u200dpal\u200cx", r"pay\u200dpal\u200cx"),
    "two joiners": ("می\u200c\u200cx", "می\u200c" + r"\u200cx"),
    "joiner after an emoji": ("👍\u200dx", r"👍\u200dx"),
    "soft hyphen": ("Sil\xadben", r"Sil\xadben"),
    "invisible letters": ("a\u3164\uffa0\u115fb", r"a\u3164\uffa0\u115fb"),
    "tags": ("a\U000e0068\U000e0069", r"a\U000e0068\U000e0069"),
    "tags after a flag": ("🏴\U000e0068\U000e007f", r"🏴\U000e0068\U000e007f"),
    "selectors in a row": ("a\ufe00\ufe01\U000e0101", "a\ufe00" + r"\ufe01\U000e0101"),
    "selector alone": ("\ufe0fa \ufe0f", r"\ufe0fa \ufe0f"),
    "undecodable byte": ("caf\udce9", r"caf\xe9"),
    "surrogate": ("\ud83d", r"\ud83d"),
    "annotation": ("\ufff9a\ufffb", r"\ufff9a\ufffb"),
    "no character": ("\ufffe\uffff", r"\ufffe\uffff"),
}

KEPT = {
    "Latin": "Żółć – “déjà vu” … naïve ﬁ",
    "combining": "e\u0301 a\u0308\u0323 x\u0336",
    "Greek": "Ἀθῆναι",
    "Chinese": "中文、『书』 𠮷 葛\U000e0100",
    "Japanese": "カタカナ ｶﾅ ゟ　々",
    "Korean": "한글 \u1112\u119e\u11ab",
    "old Korean": "\u115f\u1161 \u1100\u1160",
    "Arabic": "العربية ﷽ ـ ٣",
    "Persian": "می\u200cخواهم",
    "Hebrew": "שָׁלוֹם",
    "Hindi": "हिन्दी क्\u200dष क्\u200cष",
    "Malayalam": "ന്\u200d",
    "Sinhala": "ශ්\u200dරී",
    "Thai": "ภาษาไทย",
    "Khmer": "ភាសាខ្មែរ",
    "Mongolian": "ᠮᠣᠩᠭᠣᠯ\u180b ᠠ\u180e",
    "family": "👨\u200d👩\u200d👧\u200d👦",
    "rainbow": "🏳\ufe0f\u200d🌈",
    "health worker": "👩🏽\u200d⚕\ufe0f",
    "heart on fire": "❤\ufe0f\u200d🔥",
    "keycap": "1\ufe0f\u20e3",
    "flags": "🇩🇪 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "backslashes": r"C:\new \x1b [red] [/]",
    "spaces": "a\xa0b\u3000c\u2003d",
    "private use": "\ue0b0",
}


@pytest.mark.parametrize(("text", "shown"), ESCAPED.values(), ids=ESCAPED)
def test_what_steers_or_hides_is_escaped(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert printable(shown) == shown


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_all_else_is_kept(text: str) -> None:
    assert printable(text) == text == printable_lines(text)
    assert json.loads(printable_json(json.dumps(text, ensure_ascii=False))) == text


def test_every_letter_is_kept() -> None:
    """But the fillers of Korean, which nobody sees."""
    letters = {
        c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c)[0] in "LNP"
    }
    lost = {letter for letter in letters if printable(letter) != letter}
    assert {f"{ord(letter):x}" for letter in lost} == {"115f", "1160", "3164", "ffa0"}


def test_every_control_is_escaped() -> None:
    steering = {
        c
        for c in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")
        or unicodedata.bidirectional(c) in ("LRE", "LRO", "RLE", "RLO", "PDF")
        or unicodedata.bidirectional(c) in ("LRI", "RLI", "FSI", "PDI")
    }
    assert len(steering) > 2000
    assert all(printable(c).isascii() and printable(c).isprintable() for c in steering)


def test_our_own_lines_stay() -> None:
    assert printable_lines("a\nb\x1b\n") == "a\nb\\x1b\n"


@given(st.text())
def test_json_means_the_same(text: str) -> None:
    value = {text: [text, {"deep": text}]}
    for indent in (None, 2):
        shown = printable_json(json.dumps(value, ensure_ascii=False, indent=indent))
        assert json.loads(shown) == value
        assert printable_lines(shown) == shown


@given(st.text())
def test_it_is_one_line_and_done_once(text: str) -> None:
    shown = printable(text)
    assert len(shown.splitlines()) <= 1
    assert printable(shown) == shown


@pytest.mark.parametrize(
    ("text", "encoding", "shown"),
    [
        ("Loading … – ok", "ascii", "Loading ... - ok"),
        ("←→ 2×", "ascii", "<--> 2x"),
        ("café …", "latin-1", "café ..."),
        ("café 中", "cp1252", r"café \u4e2d"),
        ("é╭", "cp437", "é\\u256d"),
        ("é中…", "utf-8", "é中…"),
        ("é", "no-such-encoding", "é"),
    ],
)
def test_what_a_terminal_lacks_is_replaced(text: str, encoding: str, shown: str) -> None:
    assert encodable(text, encoding) == shown
