"""Formulas of TeX: the tree, which text is one, and that nothing is lost or slow."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kokoro_cli.text import formulas
from kokoro_cli.text.languages import LANGUAGES
from kokoro_cli.text.reading import TextStage
from kokoro_cli.text.tex import (
    Accent,
    Atom,
    Fenced,
    Fraction,
    Node,
    Root,
    Row,
    Script,
    Table,
    parse,
    plain,
)
from kokoro_cli.text.verbalise.english import tex
from kokoro_cli.types import Losses, ReadingOptions
from tests.growth import LINEAR, IsLinear
from tests.properties import examples
from tests.text.test_english import no_digit_and_no_symbol, said


def number(text: str) -> Atom:
    return Atom("number", text)


def letter(text: str) -> Atom:
    return Atom("letter", text)


def sign(text: str) -> Atom:
    return Atom("sign", text)


def row(*items: Node) -> Row:
    return Row(items)


TREES = {
    r"2x": row(number("2"), letter("x")),
    r"\frac12": row(Fraction(number("1"), number("2"))),
    r"\frac{a}{b}": row(Fraction(letter("a"), letter("b"))),
    r"x^{2}_i": row(Script(letter("x"), letter("i"), number("2"))),
    r"x²": row(Script(letter("x"), above=row(number("2")))),
    r"x^-1": row(Script(letter("x"), above=row(sign("-"), number("1")))),
    r"f''": row(Script(letter("f"), primes=2)),
    r"\sqrt[3]{x}": row(Root(letter("x"), row(number("3")))),
    r"√x": row(Root(letter("x"))),
    r"\left( x \right]": row(Fenced("(", row(letter("x")), "]")),
    r"|x|": row(Fenced("|", row(letter("x")), "|")),
    r"(a|b)": row(Fenced("(", row(letter("a"), sign("|"), letter("b")), ")")),
    r"\hat{y}": row(Accent("hat", letter("y"))),
    r"\begin{matrix}a&b\\c\end{matrix}": row(
        Table("matrix", ((row(letter("a")), row(letter("b"))), (row(letter("c")),)))
    ),
    r"\alpha\leq<=": row(letter("α"), sign("≤"), sign("≤")),
    r"\sin \text{a b}": row(Atom("function", "sin"), Atom("text", "a b")),
    r"1{,}000.5": row(number("1,000.5")),
    # Nothing is lost of what is not well formed.
    r"\frac": row(Fraction(row(), row())),
    r"(x": row(sign("("), letter("x")),
    r"x)": row(letter("x"), sign(")")),
    r"{x": row(letter("x")),
    r"\unknown": row(Atom("text", "unknown")),
    "": row(),
}


@pytest.mark.parametrize(("source", "tree"), TREES.items(), ids=TREES)
def test_parses(source: str, tree: Row) -> None:
    assert parse(source) == tree


FORMULAS = [
    "$x$", "$5$", "$-5$", "$+$", r"$\leq$", "$x=5$", "$ab$", "$a, b$", "$n$th", r"$\mu$m", "$$x$$",
    "$$ x + 1 $$", r"\(x\)", r"\[ x \]", r"\begin{align} x \end{align}", "$f(x)$", "$[0, 1)$",
    "$x < y$", "($x$)", "$k$-means", r"$\text{if it is so}$", "$\\sin x$", "$`x`$", "$sin x$",
    r"$ \alpha $", "$v = u + at$", "$.5$", r"$\left\{ x \right.$", r"$1\,000$", "$ x_1 $",
]  # fmt: skip
OTHERS = [
    "$5 and $7", "$HOME/bin:$PATH", "$HOME$", "$ x $", "$5", "$5 or 7$", "US$5$", r"\$5$", "$$",
    "$$ to $$$", "the $$ and $$ there", r"\[see below\]", r"\(or not\)", r"\\(x\\)", "$5-$7",
    "$20 for two, 30$", "$5 (in US$)", r"\begin{center} x \end{center}", "$…$", "$7, a 10$ tip",
    "$a=5;$b=6", "$5\n\nx$5",
    "${HOME}/a and ${dir}/b", "$(ls -l) and $", "$ 5 and $ 7", 'echo "$a" and "$b"', "$a and b$",
]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_is_a_formula(text: str) -> None:
    assert len(list(formulas.found(text))) == 1


@pytest.mark.parametrize("text", OTHERS)
def test_is_no_formula(text: str) -> None:
    assert not list(formulas.found(text))


def test_money_before_a_formula() -> None:
    assert [tex for _, tex in formulas.found("It costs $5 and $x_1$ is $7 or $y$.")] == ["x_1", "y"]


def test_is_read_in_plain_text_too() -> None:
    assert said("So $x_1 = 2$.", plain=True) == "So X sub one equals two."


def test_other_languages_read_the_signs() -> None:
    stage = TextStage(LANGUAGES["e"], ReadingOptions())
    spoken = [s.text.text for s in stage.sentences(r"Es $\frac{1}{2} + x^2$.", Losses())]
    assert spoken == ["Es un medio más x al cuadrado."]


@pytest.mark.parametrize(
    ("source", "written"),
    {
        r"x = \frac{-b \pm \sqrt{b^2-4ac}}{2a}": "x = (- b ± √(b² - 4ac))/(2a)",
        r"90^\circ \leq \alpha_{12}": "90° ≤ α₁₂",
        r"\begin{pmatrix}1&2\\3&4\end{pmatrix}": "1, 2, 3, 4",
    }.items(),
)
def test_is_written_in_unicode(source: str, written: str) -> None:
    assert plain(parse(source)) == written


PARTS = st.sampled_from(
    [
        *"xyzABn0159+-=<>^_{}()[]|!,;:/'\"%$&#@~²₃α√∑ ",
        *r"\frac \sqrt \sum_ \int^ \left \right \begin{matrix} \end{matrix} \\ \{ \}".split(),
        *r"\text{a} \mathrm{kg} \alpha \leq \sin \lim \hat \binom \unknown \not".split(),
        *r"\pmod \underset \, \$".split(),
        *["12", "3.5", "1,000", "f(", "P(", "\\sqrt[", "\n"],
    ]
)


@settings(max_examples=examples(500))
@given(st.lists(PARTS, max_size=30).map("".join))
def test_any_formula_is_said_without_digits_and_symbols(source: str) -> None:
    assert no_digit_and_no_symbol(tex.said(source))
    assert no_digit_and_no_symbol(said(f"So ${source}$, and \\({source}\\)."))


@settings(max_examples=examples(300))
@given(st.text(max_size=60))
def test_any_text_is_a_formula(source: str) -> None:
    assert not re.search(r"[\d^_{}]", tex.said(source))
    plain(parse(source))


NESTED = {
    "powers": "x^{", "roots": r"\sqrt{", "functions": r"\sin^{", "brackets": "f(", "bars": "|(",
    "commands": r"\frac", "open": r"\left(", "tables": r"\begin{matrix}", "closed": "}",
    "negations": r"\not", "scripts": "_", "primes": "'", "accents": r"\hat", "cells": "&",
    "words": r"\text{", "commas": ",", "signs": "=", "braces": "{", "sets": r"\{x|",
}  # fmt: skip


@LINEAR
@pytest.mark.parametrize("part", NESTED.values(), ids=NESTED)
def test_a_formula_is_read_in_linear_time(part: str, is_linear: IsLinear) -> None:
    def read(length: int) -> None:
        source = part * (length // len(part))
        tex.said(source)
        plain(parse(source))

    assert is_linear(read, 1_000, 4_000)
