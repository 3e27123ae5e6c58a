"""Patterns of numbers that several rules share."""

from __future__ import annotations

AMOUNT = (
    r"(?:\d{1,2}(?:,\d{2}){1,4},\d{3}(?:\.\d{1,2})?(?!\d)|"
    r"\d{1,3}(?:,\d{3}){1,10}(?:\.\d{1,12})?|\d{1,24}(?:\.\d{1,12})?|\.\d{1,12})"
)
"""An unsigned number as it is written in English."""

MIXED = rf"(?:\d{{1,4}}[ -]\d{{1,3}}/\d{{1,3}}|\d{{1,4}}/\d{{1,4}}|{AMOUNT})"
"""An `AMOUNT`, a fraction, or both: "2 1/2", "2-1/2", "3/4"."""

DASH = r"(?: [-–—‑~～〜] |--|[-–—‑~～〜])"
"""What separates the ends of a range."""

SIGN = r"(?:(?:(?<=[\s(\[{=:;,/“\"'~≈<>≤≥])|(?<![^\n]))[-−–]|[+±]|(?:(?<=\s)|(?<![^\n]))\+/- ?)"
"""A leading sign; a hyphen counts as one only after a space or mark, or at the start."""

START = r"(?<![\w.])(?<!\d,)"
