"""MathML becomes TeX."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kokoro_cli.documents.page import parse
from tests.growth import LINEAR, IsLinear
from tests.properties import examples

FORMULAS = {
    "fraction": ("<mfrac><mn>1</mn><mi>n</mi></mfrac>", r"\frac{1}{n}"),
    "binomial": ("<mfrac linethickness=0><mi>n</mi><mi>k</mi></mfrac>", r"\binom{n}{k}"),
    "power": ("<msup><mi>x</mi><mn>2</mn></msup>", "x^{2}"),
    "power of a row": (
        "<msup><mrow><mo>(</mo><mi>x</mi><mo>)</mo></mrow><mn>2</mn></msup>",
        "{ ( x ) }^{2}",
    ),
    "index": ("<msub><mi>x</mi><mi>i</mi></msub>", "x_{i}"),
    "both": ("<msubsup><mo>∫</mo><mn>0</mn><mn>1</mn></msubsup>", "∫ _{0}^{1}"),
    "limits": (
        "<munderover><mo>∑</mo><mi>i</mi><mi>n</mi></munderover><mi>i</mi>",
        "∑ _{i}^{n}i",
    ),
    "roots": (
        "<msqrt><mn>2</mn></msqrt><mroot><mi>x</mi><mn>3</mn></mroot>",
        r"\sqrt{2}\sqrt[3]{x}",
    ),
    "function": ("<mi>sin</mi><mo>&#x2061;</mo><mi>x</mi>", r"\mathrm{sin}x"),
    "bar": ("<mover><mi>x</mi><mo>¯</mo></mover>", r"\bar{x}"),
    "words": ("<mi>x</mi><mtext>if {so}</mtext>", r"x\text{if (so)}"),
    "table": (
        "<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr><mtr><mtd><mn>3</mn></mtd>"
        "</mtr></mtable>",
        r"\begin{matrix}1 & 2 \\ 3\end{matrix}",
    ),
    "fence": ("<mfenced><mi>x</mi><mi>y</mi></mfenced>", "(x,y)"),
    "braces": ("<mo>{</mo><mn>5</mn><mo>%</mo>", r"\{ 5 \%"),
    "annotation": (
        "<semantics><mi>x</mi><annotation encoding='application/x-tex'>x</annotation></semantics>",
        "x",
    ),
    "space and phantom": ("<mi>a</mi><mspace/><mphantom><mi>b</mi></mphantom>", "a"),
    "prefix": ("<mml:mi>a</mml:mi>", "a"),
}


@pytest.mark.parametrize(("markup", "tex"), FORMULAS.values(), ids=FORMULAS)
def test_becomes_tex(markup: str, tex: str) -> None:
    (line,) = parse(f"<p><math>{markup}</math></p>").lines
    assert line.text == f"\\({tex}\\)"


OTHERS = {
    "alternative in words": ("a <math alttext='x squared'><mi>x</mi></math>", ["a x squared"]),
    "alternative in TeX": ("<math alttext='x^2'><mi>x</mi></math>", [r"\(x^2\)"]),
    "empty": ("a<math></math>b", ["ab"]),
    "hidden": ("a<math hidden><mi>x</mi></math>b", ["ab"]),
    "left open": ("a <math><mi>x</mi><p>b", [r"a \(x\)", "b"]),
    "open at the end": ("<math><mfrac><mi>x</mi>", [r"\(x\)"]),
    "too long": (f"<math>{'<mi>x</mi>' * 2_000}</math>", [" ".join("x" * 2_000)]),
}


@pytest.mark.parametrize(("markup", "lines"), OTHERS.values(), ids=OTHERS)
def test_lines(markup: str, lines: list[str]) -> None:
    assert [line.text for line in parse(markup).lines] == lines


TAGS = "math mrow mi mn mo mtext mfrac msup msub msubsup msqrt mtable mtr mtd mfenced mover p sup"
PIECES = st.sampled_from(
    [f"<{end}{tag}>" for tag in TAGS.split() for end in ("", "/")] + ["x", "2", "{", "\\", " "]
)


@settings(max_examples=examples(300))
@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_markup_keeps_its_text(markup: str) -> None:
    text = "".join(line.text for line in parse(f"<p><math>{markup}").lines)
    assert text.count("2") == markup.count("2")


@LINEAR
@pytest.mark.parametrize("part", ["<mrow>", "<msup><mi>x</mi>", "<mi>x", "<math>", "<sup>1"])
def test_is_read_in_linear_time(part: str, is_linear: IsLinear) -> None:
    assert is_linear(lambda length: parse("<math>" + part * (length // 8)), 5_000, 20_000)
