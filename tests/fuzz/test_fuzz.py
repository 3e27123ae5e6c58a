"""Changed files: none hangs, takes over 512 MB, ends the process or is an error without a hint."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.campaign import attempt, case
from tests.fuzz.seeds import SEEDS

MOST_BYTES = 512 * 2**20

_SLOWEST = 10.0
"""Most seconds of processor time for a case; the bound of `documents.bounds` is below it."""


@pytest.mark.parametrize("kind", SEEDS)
def test_the_seeds_are_good(kind: str) -> None:
    seeds = SEEDS[kind]()
    assert len(seeds) == len(set(seeds)) == 10
    assert {attempt(kind, seed) for seed in seeds} <= {"read", "copied"}
    assert max(map(len, seeds)) < 20_000


@pytest.mark.parametrize("kind", SEEDS)
def test_a_case_is_found_again_by_its_number(kind: str) -> None:
    assert case(kind, 7, 3, SEEDS[kind]()) == case(kind, 7, 3, SEEDS[kind]())
    made = {case(kind, 7, number, SEEDS[kind]()) for number in range(50)}
    assert len(made) > 45


@pytest.mark.parametrize("kind", SEEDS)
@pytest.mark.parametrize(
    "count", [50, pytest.param(2_000, marks=pytest.mark.nightly)], ids=["fifty", "two thousand"]
)
def test_no_changed_file_does_harm(kind: str, count: int) -> None:
    result = campaign("--kind", kind, "--cases", str(count), "--json")
    assert result.stdout, result.stderr
    found = json.loads(result.stdout)
    assert found["faults"] == []
    assert found["cases"] == count
    assert len(found["outcomes"]) > 1  # Not all are refused, so the changes are good.
    assert found["own_peak"] < MOST_BYTES
    assert found["child_peak"] < MOST_BYTES
    if count > 50:
        assert found["slowest"] < _SLOWEST, found["slowest_case"]


def test_the_program_says_what_it_found() -> None:
    result = campaign("--seconds", "1", "--kind", "srt")
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("srt: ")
    assert "slowest" in result.stdout


def campaign(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the fuzzer in a process of its own, whose memory is then that of the cases."""
    command = [sys.executable, "-m", "tests.fuzz.campaign", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2])
