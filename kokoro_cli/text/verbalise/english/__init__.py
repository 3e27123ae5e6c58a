"""English: what a reader says for everything that is not a plain word."""

from __future__ import annotations

from kokoro_cli.text.verbalise.english import (
    abbreviations,
    calendar,
    capitals,
    labels,
    layout,
    lengths,
    measures,
    money,
    names,
    scripts,
    symbols,
    technical,
    tex,
    words,
)

RULES = (
    *tex.RULES,
    *symbols.EARLY_RULES,
    *abbreviations.EARLY_RULES,
    *layout.RULES,
    *money.EARLY_RULES,
    *names.EARLY_RULES[:2],
    *calendar.NUMERIC_RULES,
    *labels.RULES,
    *technical.RULES,
    *words.RULES,
    *scripts.RULES,
    *calendar.RULES,
    *names.EARLY_RULES[2:],
    *measures.EARLY_RULES,
    *money.RULES,
    *lengths.RULES,
    *measures.RULES,
    *money.LATE_RULES,
    *symbols.FORMULA_RULES,
    *names.RULES,
    *symbols.RULES,
    *capitals.RULES,
    *layout.LATE_RULES,
)
"""Highest priority first: the first rule that matches a span wins."""
