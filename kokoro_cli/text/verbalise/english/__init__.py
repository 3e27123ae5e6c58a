"""English: what a reader says for everything that is not a plain word."""

from __future__ import annotations

from kokoro_cli.text.verbalise.english import (
    amounts,
    calendar,
    capitals,
    names,
    symbols,
    technical,
    words,
)

RULES = (
    *symbols.EARLY_RULES,
    *calendar.NUMERIC_RULES,
    *technical.RULES,
    *words.RULES,
    *calendar.RULES,
    *names.EARLY_RULES,
    *amounts.RULES,
    *symbols.FORMULA_RULES,
    *names.RULES,
    *symbols.RULES,
    *capitals.RULES,
)
"""In the order of their right to a stretch of text."""
