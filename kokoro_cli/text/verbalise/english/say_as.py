"""SSML's say-as in English (https://www.w3.org/TR/ssml-sayas/)."""

from __future__ import annotations

import re
from dataclasses import replace

from kokoro_cli.text.verbalise import replacements
from kokoro_cli.text.verbalise.english import calendar, numbers, short_dates, technical, times
from kokoro_cli.types import ReadingOptions


def say_as(text: str, kind: str, options: ReadingOptions) -> str | None:
    """Return the words for *text* read as "ordinal", "date:dmy" etc.; None if it does not fit."""
    name, _, form = kind.partition(":")
    digits = re.sub(r"\D", "", text)
    if name in ("characters", "spell-out", "verbatim"):
        return " ".join(
            technical.spell_out(c) if not c.isalpha() else c.upper()
            for c in text
            if not c.isspace()
        )
    if name == "date":
        order = replace(options, british=form.startswith("dm") or (not form and options.british))
        return _all_of(text, (*calendar.NUMERIC_RULES, *calendar.RULES, *short_dates.RULES), order)
    if name == "time":
        return _all_of(text, times.RULES, options)
    if name in ("digits", "telephone"):
        return ", ".join(numbers.digits(group) for group in re.findall(r"\d+", text)) or None
    if not digits or len(digits) > 30:
        return None
    if name == "ordinal":
        return numbers.ordinal(int(digits), british=options.british)
    if name in ("cardinal", "number") and re.fullmatch(
        r"[-−+]?[\d,]{1,40}(?:\.\d{1,20})?", text.strip()
    ):
        return numbers.number(text, british=options.british)
    return None


def _all_of(text: str, rules: tuple[object, ...], options: ReadingOptions) -> str | None:
    """Return the words of a rule that matches the whole text, else None."""
    found = replacements(text, rules, options)  # type: ignore[arg-type]
    whole = [c for c in found if c.start == 0 and c.end == len(text)]
    return whole[0].spoken if whole else None
