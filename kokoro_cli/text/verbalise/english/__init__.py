"""English: what a reader says for everything that is not a plain word."""

from __future__ import annotations

from kokoro_cli.text.verbalise.english import (
    amounts,
    calendar,
    capitals,
    names,
    scripts,
    symbols,
    technical,
    words,
)

RULES = (
    *symbols.EARLY_RULES,
    *amounts.EARLY_RULES,
    *names.EARLY_RULES[:1],
    *calendar.NUMERIC_RULES,
    *technical.RULES,
    *words.RULES,
    *scripts.RULES,
    *calendar.RULES,
    *names.EARLY_RULES[1:],
    *amounts.RULES,
    *symbols.FORMULA_RULES,
    *names.RULES,
    *symbols.RULES,
    *capitals.RULES,
)
"""Highest priority first: the first rule that matches a span wins."""
