"""Rules that are skipped in a text without digits cannot match there."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

import pytest

from kokoro_cli.text.languages import LANGUAGES
from kokoro_cli.text.verbalise import Rule, WithDigit, replacements, rules
from kokoro_cli.types import ReadingOptions

if sys.version_info >= (3, 11):
    from re import _parser as parser
else:
    import sre_parse as parser

RULES = [rule for rule in rules(LANGUAGES["a"]) if isinstance(rule.pattern, WithDigit)]


def asks_for_a_digit(pattern: Iterable[tuple[Any, Any]]) -> bool:
    """Whether every match of a parsed pattern has a digit in it, before it or after it."""
    return any(_is_digit(str(operation), value) for operation, value in pattern)


def _is_digit(operation: str, value: Any) -> bool:
    if operation == "LITERAL":
        return chr(value).isdecimal()
    if operation == "IN":
        return all(_are_digits(str(kind), each) for kind, each in value)
    if operation in ("SUBPATTERN", "ASSERT"):
        return asks_for_a_digit(value[-1])
    if operation == "BRANCH":
        return all(asks_for_a_digit(branch) for branch in value[1])
    if operation == "MAX_REPEAT":
        return value[0] > 0 and asks_for_a_digit(value[2])
    return False


def _are_digits(kind: str, value: Any) -> bool:
    if kind == "RANGE":
        return {*range(value[0], value[1] + 1)} <= {*range(ord("0"), ord("9") + 1)}
    return str(value) == "CATEGORY_DIGIT" or (kind == "LITERAL" and chr(value).isdecimal())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.name}-{rule.speak.__name__}")
def test_each_asks_for_a_digit(rule: Rule) -> None:
    assert asks_for_a_digit(parser.parse(rule.pattern.pattern))


@pytest.mark.parametrize(
    ("source", "asks"),
    [
        (r"\d+", True),
        (r"a|1", False),
        (r"(?:a|[1-3])x?7", True),
        (r"\d*", False),
        (r"[\da]", False),
    ],
)
def test_what_asks_for_a_digit(source: str, asks: bool) -> None:
    assert asks_for_a_digit(parser.parse(source)) is asks


def test_they_are_compiled_for_a_digit_of_any_script() -> None:
    asked: list[str] = []
    rule = Rule("any", WithDigit(r"\d"), lambda match, _: asked.append(match[0]))
    assert replacements("no digits², no match", [rule], ReadingOptions()) == []
    assert "search" not in vars(rule.pattern), "it was never compiled"
    replacements("one ٣ here", [rule], ReadingOptions())
    assert asked == ["٣"]
