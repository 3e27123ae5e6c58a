from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kokoro_cli.batch.journal import part_name
from kokoro_cli.batch.names import Names, safe_name

anything = st.one_of(
    st.text(st.characters(), max_size=300),
    st.text("\u0301\u200d👩🏽\U0001f469 é", max_size=200),
    st.text("./\\: \t~-con1", max_size=20),
)

# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
DEVICES = "con prn aux nul com0 com1 com9 lpt0 lpt1 lpt9 com¹ com² com³ lpt¹ lpt² lpt³".split()


@pytest.mark.parametrize(
    "text, name",
    [
        ("notes", "notes"),
        ("Chapter 1: The Start", "Chapter 1 The Start"),
        ("What? Why?!", "What Why !"),
        ("a/b\\c", "a b c"),
        ("../../etc/passwd", "etc passwd"),
        ("..", "untitled"),
        ("", "untitled"),
        (" . ", "untitled"),
        (".hidden", "hidden"),
        ("ends with a dot.", "ends with a dot"),
        ("a\x00b\nc\td\x7f", "a b c d"),
        ("cafe\u0301", "café"),
        ("日本語 の 本", "日本語 の 本"),
        ("👩🏽 reads", "👩🏽 reads"),
        ("\u202egpj.exe", "gpj.exe"),
        ("half \ud83d pair", "half pair"),
        ("con", "_con"),
        ("Con.txt", "_Con.txt"),
        ("console", "console"),
        ("com10", "com10"),
        ("LPT¹", "_LPT¹"),
    ],
    ids=ascii,
)
def test_name(text: str, name: str) -> None:
    assert safe_name(text) == name


def test_what_is_put_instead() -> None:
    assert safe_name("???", "") == ""
    assert safe_name("???", "speech") == "speech"


@given(anything)
@example("x" * 149 + ".")
@example("x" * 149 + " y")
@example("con" + "." * 200 + "x")
@example("é" * 75 + "\u0301\u0301")
def test_every_system_takes_the_name(text: str) -> None:
    name = safe_name(text)
    assert name
    assert not re.search(r'[\x00-\x1f\x7f<>:"/\\|?*]', name)
    assert not name.startswith(".")
    assert name == name.strip(" .")
    assert name == unicodedata.normalize("NFC", name)
    assert name.split(".")[0].lower() not in DEVICES
    assert len(part_name(Path(f"{name}.TextGrid")).encode()) <= 200


@given(anything)
def test_a_safe_name_is_safe_already(text: str) -> None:
    assert safe_name(safe_name(text)) == safe_name(text)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("after", ["", ".", ".txt", " "], ids=repr)
def test_no_name_is_a_device(device: str, after: str) -> None:
    name = safe_name(device.upper() + after)
    assert name.startswith("_")


@pytest.mark.parametrize("name", ["con .x", "NUL  .tar.gz", "com1 .x", "conin$", "CONOUT$.txt"])
def test_no_name_is_a_device_that_hides(name: str) -> None:
    """Windows compares the part before the first dot, and ignores spaces at its end."""
    assert safe_name(name).startswith("_")


def test_long_name_is_cut_between_characters() -> None:
    assert safe_name("é" * 200) == "é" * 55
    assert safe_name("日" * 200) == "日" * 36
    name = safe_name("x" * 109 + "e\u0323\u0301" * 40)  # No single character exists for it.
    assert name == "x" * 109


def test_joined_emoji_are_not_cut_into_a_mark_alone() -> None:
    name = safe_name("x" * 107 + "a\u0327\u0327\u0327")
    assert not unicodedata.combining(name[-1])


# The same name twice


@pytest.mark.parametrize(
    "wanted, given_out",
    [
        ("a b", "a b"),
        ("a a a", "a|a 2|a 3"),
        ("a A", "a|A 2"),
        ("straße STRASSE", "straße|STRASSE 2"),
    ],
)
def test_second_one_gets_a_number(wanted: str, given_out: str) -> None:
    names = Names()
    expected = given_out.split("|") if "|" in given_out else given_out.split()
    assert [names.take("", name) for name in wanted.split()] == expected


def test_number_that_is_taken_is_passed_over() -> None:
    names = Names()
    assert [names.take("", n) for n in ("a 2", "a", "a", "a", "a 2", "a 3")] == [
        "a 2",
        "a",
        "a 3",
        "a 4",
        "a 2 2",
        "a 3 2",
    ]


def test_names_in_two_folders_are_two() -> None:
    names = Names()
    assert [names.take(folder, "a") for folder in ("x", "y", "X")] == ["a", "a", "a 2"]


def test_folders_that_a_mac_takes_for_one_are_one() -> None:
    names = Names()
    assert names.take("caf\u00e9", "a") != names.take("cafe\u0301", "a")


@given(st.lists(anything, max_size=30))
def test_never_two_alike(texts: list[str]) -> None:
    names = Names()
    found = [names.take("", safe_name(text)) for text in texts]
    alike = {unicodedata.normalize("NFD", name).casefold() for name in found}
    assert len(alike) == len(texts)
    assert all(len(part_name(Path(f"{name}.TextGrid")).encode()) <= 200 for name in found)


@given(st.lists(st.sampled_from(["a", "A", "a 2", "A 2", "a 2 2", "a 3"]), max_size=40))
def test_never_two_alike_however_they_are_numbered(wanted: list[str]) -> None:
    names = Names()
    found = [names.take("", name).casefold() for name in wanted]
    assert len(set(found)) == len(wanted)


@given(anything)
@example("cafe\u0301")
def test_form_of_the_accents_makes_no_other_name(text: str) -> None:
    assert safe_name(unicodedata.normalize("NFD", text)) == safe_name(text)
