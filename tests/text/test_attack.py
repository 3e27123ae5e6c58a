"""Hostile texts, the whole way from a file's bytes to chunks: see `tests.text.attack`."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import time

import pytest

from kokoro_cli.text.languages import LANGUAGES
from kokoro_cli.text.reading import cached_reader
from tests.growth import in_steps
from tests.text.attack import (
    HAND_MADE,
    PROSE,
    SHORT,
    Attack,
    Sampler,
    attack,
    case_words,
    fault,
    faults,
    other_patterns,
    patterns,
    run,
)

UNITS = {
    "open tags": "<i>",
    "open tags and words": "<i>abcd ",
    "blocks": "<p>a</p>",
    "cells": "<td>a",
    "comments": "<!--",
    "quotation": "> q\n",
    "brackets": "[",
    "readings": "[a](/b/) ",
    "wiki links": "[[a|b]]",
    "open wiki links": "[[a",
    "marks": "a\u0301\u0301\u0301\u0301\u0301",
    "marks alone": "\u0301",
    "private use": "\ue000 a ",
    "one letter words": "a ",
    "digits": "341",
    "no space": "word",
    "no full stop": "word ",
    "lines": "word\n",
    "items": "- item\n",
    "headings": "# Head\n\n",
    "rows": "| a | b |\n",
    "entities": "&amp;",
}
"""What is repeated, by the kind that it stands for."""


@pytest.mark.parametrize("form", ["md", "live"])
def test_twenty_kilobytes_take_seconds(form: str) -> None:
    """No more than 10 s of a processor each, where most take a fifth of a second."""
    script = (
        "import resource, time\n"
        "from tests.text.attack import Attack, run\n"
        "resource.setrlimit(resource.RLIMIT_CPU, (300, 300))\n"
        f"for unit in {list(UNITS.values())!r}:\n"
        "    start = time.process_time()\n"
        f"    run(Attack('e', {form!r}, '', unit, ''), 20_000)\n"
        "    if time.process_time() - start > 10:\n"
        "        print(repr(unit))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("unit", ["-a", "aB", "a-b_", "Five"])
def test_the_parts_of_a_word_are_bounded(unit: str) -> None:
    """misaki tries every way to join the parts of a word, which took cubic time."""
    reader = cached_reader(LANGUAGES["a"])

    def read(length: int) -> None:
        reader.words(unit * (length // len(unit)))

    assert in_steps(read, 1_600, 6_400)


@pytest.mark.nightly
@pytest.mark.parametrize("form", ["text", "md", "html", "srt", "live", "explain"])
@pytest.mark.parametrize("name", UNITS)
@pytest.mark.parametrize("letter", ["a", "e", "h", "j", "z"])
def test_time_is_linear(letter: str, name: str, form: str) -> None:
    run(Attack(letter, "text", "", "Hello 12. ", ""), 50)
    assert fault(Attack(letter, form, "", UNITS[name], "")) == ""


@pytest.mark.nightly
def test_random_texts() -> None:
    found = [(each, wrong) for _, each, wrong in faults(1, time.monotonic() + 600) if wrong]
    assert found == []


def test_the_same_seed_gives_the_same_texts() -> None:
    first, second = (random.Random(7) for _ in range(2))
    assert [attack(first) for _ in range(50)] == [attack(second) for _ in range(50)]


def test_blocks_come_from_every_rule_pattern_and_case() -> None:
    assert all(len(patterns(letter)) > 10 for letter in LANGUAGES)
    assert len(other_patterns()) > 150
    assert len(case_words()) > 5_000
    assert len(HAND_MADE) > 200


@pytest.mark.parametrize("letter", LANGUAGES)
def test_samples_of_a_rule_match_it(letter: str) -> None:
    """Most do; look-arounds are not made by intent."""
    sampler = Sampler(random.Random(1))
    matched = 0
    for pattern, flags in patterns(letter):
        compiled = re.compile(pattern, flags)
        matched += any(compiled.search(f" {sampler.sample(pattern, flags)} ") for _ in range(20))
    assert matched > 0.6 * len(patterns(letter))


@pytest.mark.parametrize(
    ("short", "long", "message"),
    [(0.5, 2.0, ""), (0.1, 2.0, "four times the text"), (5.0, 20.0, "bytes take")],
    ids=["linear", "faster growth", "slow"],
)
def test_what_takes_too_long_is_seen(
    short: float, long: float, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(given: Attack, length: int, **_: object) -> float:
        if given.unit == PROSE:
            return 1.0
        return short if length == SHORT else long

    monkeypatch.setattr("tests.text.attack.seconds", taken)
    found = fault(Attack("a", "text", "", "a", ""))
    assert message in found
    assert bool(found) == bool(message)
