"""The examples of CONTRIBUTING.md, added to a copy of the package.

The first line of an example names its file, and where in the file it goes.
"""

from __future__ import annotations

import ast
import re
import shutil
import textwrap
from pathlib import Path

from tests.pages import CONTRIBUTING, ROOT

_PLACE = re.compile(r"# (?P<path>[\w/.]+\.py)(?:, (?P<where>.+))?\n")


def add_examples(folder: Path) -> None:
    """Copy the package into a folder and add every example to it."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "kokoro_cli", folder / "kokoro_cli", ignore=ignored)
    shutil.copytree(ROOT / "voices", folder / "voices")
    for example in CONTRIBUTING.blocks("python"):
        place = _PLACE.match(example)
        assert place, f"This example names no file:\n{example}"
        path, code = folder / place["path"], example[place.end() :]
        if place["where"] is None:
            assert not path.exists(), f"{place['path']} is there already"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(code, encoding="utf-8")
            continue
        table = re.fullmatch(r"(?:a row|an entry) of (\w+)", place["where"])
        assert table, f"Nobody knows where in {place['path']} this goes: {place['where']}"
        row = code.rstrip().removesuffix(",") + ",\n"
        changed = _in_table(path.read_text(encoding="utf-8"), table[1], row)
        path.write_text(changed, encoding="utf-8")


def _in_table(text: str, name: str, code: str) -> str:
    """Add lines at the end of a table: a dictionary, a tuple, or the rows of a registry."""
    table = _value_of(text, name)
    if isinstance(table, ast.Call):
        (table,) = [each for each in table.args if isinstance(each, ast.Tuple)]
    assert isinstance(table, ast.Dict | ast.Tuple)
    assert table.end_lineno is not None and table.end_col_offset is not None
    lines = text.splitlines(keepends=True)
    at = table.end_lineno - 1
    if table.lineno == table.end_lineno:
        inner, rest = _cut(lines[at], table.end_col_offset - 1)
        lines[at] = f"{inner}, {code.strip().removesuffix(',')}{rest}"
    else:
        closing = lines[at]
        indent = closing[: len(closing) - len(closing.lstrip())] + " " * 4
        lines[at:at] = [textwrap.indent(code, indent)]
    return "".join(lines)


def _cut(line: str, column: int) -> tuple[str, str]:
    """Cut a line at a column that counts the bytes of its UTF-8, as `ast` does."""
    data = line.encode()
    return data[:column].decode(), data[column:].decode()


def _value_of(text: str, name: str) -> ast.expr:
    for node in ast.parse(text).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(each, ast.Name) and each.id == name for each in targets):
            value = getattr(node, "value", None)
            assert isinstance(value, ast.expr)
            return value
    raise AssertionError(f"There is no {name}.")
