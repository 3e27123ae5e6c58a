"""What raised and lowered text means, by the text around it."""

from __future__ import annotations

import pytest

from kokoro_cli.documents.pdf_raised import lowered, raised

# Before, raised, after, and what is written.
RAISED = [
    ("It ended in 1804.", "3", " She", ""),
    ("in 1804", "3", " and", ""),
    ("in 2019", "12", ", he", ""),
    ("the word", "4", " is", ""),
    ("the word,", "4", " and", ""),
    ("he said.”", "12", " Then", ""),
    ("(see above)", "3", " and", ""),
    ("Smith et al.", "5", " found", ""),
    ("the claim.", "1,2", " Next", ""),
    ("the claim.", "3–5", " Next", ""),
    ("the claim", "[4]", " is", ""),
    ("the word", "*", " is", ""),
    ("the word", "††", " is", ""),
    ("the word", "a", " is", ""),
    ("think of", "9", " it", ""),
    ("World War I", "2", " was", ""),
    ("10%", "3", " of", ""),
    ("", "1", " See Smith", ""),
    ("He was in", "2", " it", ""),
    ("5 m", "2", " of", "²"),
    ("9 kg/m", "3", ".", "³"),
    ("6 in", "2", " of", "²"),
    ("x", "2", " + y", "²"),
    ("E = mc", "2", ".", "²"),
    ("πr", "2", "", "²"),
    ("sin", "2", " x", "²"),
    ("10", "6", " people", "⁶"),
    ("1.5 × 10", "8", " m", "⁸"),
    ("7", "4", " is", "⁴"),
    ("1000", "2", " is", "²"),
    ("(a + b)", "2", " is", "²"),
    ("s", "−1", "", "⁻¹"),
    ("10", "-3", " m", "⁻³"),
    ("Ca", "2+", " ions", "²⁺"),
    ("Cl", "−", " ions", "⁻"),
    ("", "14", "C dating", "¹⁴"),
    ("found in ", "238", "U", "²³⁸"),
    ("the 4", "th", " of", "th"),
    ("the 16", "e", " siècle", "e"),
    ("M", "me", " de", "me"),
    ("n", "o", " 5", "o"),
    ("$19", "99", " now", ".99"),
    ("2", "1", "/2 cups", " 1"),
    ("about ", "1", "/2", "1"),
]


@pytest.mark.parametrize(("before", "text", "after", "written"), RAISED)
def test_raised(before: str, text: str, after: str, written: str) -> None:
    assert raised(before, text, after) == written


LOWERED = [
    ("H", "2", "₂"),
    ("x", "1", "₁"),
    ("Ca(OH)", "2", "₂"),
    ("1/", "2", "2"),
    ("log", "10", "₁₀"),
    ("v", "max", "max"),
]


@pytest.mark.parametrize(("before", "text", "written"), LOWERED)
def test_lowered(before: str, text: str, written: str) -> None:
    assert lowered(before, text) == written
