"""The pages of documentation: their commands, tables and blocks of code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[1]

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.S | re.M)
_ROW = re.compile(r"\|(.*)\|")
_EXAMPLE = re.compile(
    r"^```python\n(?P<code>.*?)^```\n(?:\n(?:[^`#\n]+\n\n)?```text\n(?P<output>.*?)^```$)?",
    re.S | re.M,
)


@dataclass(frozen=True)
class Page:
    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def prose(self) -> str:
        """The text without its blocks of code."""
        return _BLOCK.sub("", self.text)

    @cached_property
    def sections(self) -> dict[str, str]:
        """The text below each heading, without what is below its own headings."""
        found, heading, inside = {"": ""}, "", False
        for line in self.text.splitlines(keepends=True):
            inside ^= line.startswith("```")
            if line.startswith("#") and not inside:
                heading = line.strip("# \n")
                assert heading not in found, f"{self.name} has two headings {heading!r}"
                found[heading] = ""
            else:
                found[heading] += line
        return found

    def blocks(self, language: str) -> list[str]:
        return [code for kind, code in _BLOCK.findall(self.text) if kind == language]

    def commands(self) -> list[str]:
        """Return the commands of the page's shell blocks, without comments."""
        code = "".join(self.blocks("sh")).replace("\\\n", "")  # A backslash joins two lines.
        lines = [line.split("  #")[0].strip() for line in code.splitlines()]
        return [line for line in lines if line and not line.startswith("#")]

    def examples(self) -> list[tuple[str, str | None]]:
        """Return the page's Python, each with what it prints if the page shows that."""
        return [(found["code"], found["output"]) for found in _EXAMPLE.finditer(self.text)]

    def tables(self, heading: str) -> list[list[list[str]]]:
        """Return the tables of a section: their rows, and of these the cells."""
        found: list[list[list[str]]] = []
        inside = False
        for line in self.sections[heading].splitlines():
            row = _ROW.fullmatch(line)
            if row and not inside:
                found.append([])
            inside = row is not None
            if row:
                found[-1].append([cell.strip() for cell in row[1].split(" |")])
        return [rows[2:] for rows in found]

    def table(self, heading: str) -> list[list[str]]:
        (only,) = self.tables(heading)
        return only

    def keys(self, heading: str, number: int = 0) -> list[str]:
        """Return the names in backticks in the first column of a section's table."""
        return [name for row in self.tables(heading)[number] for name in codes(row[0])]


def codes(text: str) -> list[str]:
    """Return what stands in backticks."""
    return re.findall(r"`([^`]+)`", text)


README = Page(ROOT / "README.md")
CONTRIBUTING = Page(ROOT / "CONTRIBUTING.md")
DOCS = [Page(path) for path in sorted((ROOT / "docs").glob("*.md"))]
PAGES = [README, CONTRIBUTING, *DOCS]


def page(name: str) -> Page:
    """Return a page of the folder docs."""
    return Page(ROOT / "docs" / name)
