"""Compare spoken text with the expected one by the words alone."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

CASES = Path(__file__).parent / "cases"


def cases(name: str) -> list[Any]:
    """Return the cases of a table, or of every table in a folder."""
    folder = CASES / name
    tables = sorted(folder.glob("*.jsonl")) if folder.is_dir() else [CASES / f"{name}.jsonl"]
    return [
        json.loads(line)
        for table in tables
        for line in table.read_text(encoding="utf-8").splitlines()
    ]


def heard(text: str) -> str:
    """Return the letters; case, marks and spaces are not heard, nor "and" after a hundred."""
    words = re.sub(r"[^\w\s]|_", " ", text.lower())
    words = re.sub(r"\b(hundred|thousand|million|billion) and\b", r"\1", words)
    return re.sub(r"\s", "", words)
