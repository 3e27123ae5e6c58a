from __future__ import annotations

from dataclasses import dataclass

import pytest

from kokoro_cli.errors import UsageError
from kokoro_cli.registry import Registry, listed


@dataclass(frozen=True)
class Row:
    name: str
    module: str
    size: int = 0


@pytest.fixture
def rows() -> Registry[Row]:
    return Registry("format", [Row("b", "json"), Row("a", "no.such.module")], also=["auto"])


def test_it_is_a_mapping_in_the_order_of_its_rows(rows: Registry[Row]) -> None:
    assert list(rows) == ["b", "a"]
    assert len(rows) == 2
    assert rows["b"] is rows.find("b")
    assert rows.get("auto") is None
    with pytest.raises(KeyError):
        rows["auto"]


def test_a_row_can_be_added(rows: Registry[Row]) -> None:
    rows.add(Row("c", "csv", 3))
    assert list(rows) == ["b", "a", "c"]
    assert rows.find("c").size == 3
    assert rows.load("c").__name__ == "csv"


def test_a_row_can_be_removed(rows: Registry[Row]) -> None:
    added = Row("c", "csv")
    rows.add(added)
    rows.remove(added)
    assert list(rows) == ["b", "a"]
    with pytest.raises(KeyError):
        rows.remove(added)


def test_rows_can_have_another_key() -> None:
    sizes = Registry("size", [Row("b", "json", 1)], key=lambda row: str(row.size))
    sizes.add(Row("b", "csv", 2))
    assert list(sizes) == ["1", "2"]
    assert sizes.load("2").__name__ == "csv"
    with pytest.raises(ValueError, match="another size named '1'"):
        sizes.add(Row("a", "csv", 1))
    sizes.remove(sizes["1"])
    assert list(sizes) == ["2"]


@pytest.mark.parametrize("name", ["a", "auto"])
def test_a_name_is_not_added_twice(rows: Registry[Row], name: str) -> None:
    with pytest.raises(ValueError, match=f"another format named '{name}'"):
        rows.add(Row(name, "csv"))
    assert list(rows) == ["b", "a"]


@pytest.mark.parametrize("ask", [Registry.find, Registry.load])
def test_an_unknown_name_lists_those_that_are_known(rows: Registry[Row], ask: object) -> None:
    with pytest.raises(UsageError) as caught:
        ask(rows, "x")  # type: ignore[operator]
    assert caught.value.message == "Unknown format: 'x'."
    assert caught.value.hint == "Known are auto, b and a."


def test_a_module_is_imported_when_it_is_asked_for(rows: Registry[Row]) -> None:
    assert rows.load("b").__name__ == "json"
    with pytest.raises(ModuleNotFoundError):
        rows.load("a")


def test_names_in_a_sentence() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b"], "or") == "a or b"
    assert listed(["a", "b", "c"]) == "a, b and c"
