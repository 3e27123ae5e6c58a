r"""Read a formula of TeX into a tree: ``\frac{a}{b}`` becomes a fraction of two rows.

Any text is a formula. A command that is not known is a word, and brackets that do not match are
signs, so nothing is lost. The time is linear in the length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["number", "letter", "sign", "function", "text", "roman"]


@dataclass(frozen=True, slots=True)
class Atom:
    """A number, a letter, a sign in Unicode, the name of a function, or words."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """What stands above and below to the right of its base; for a sum, its limits."""

    base: Node
    below: Node | None = None
    above: Node | None = None
    primes: int = 0


@dataclass(frozen=True, slots=True)
class Fraction:
    top: Node
    bottom: Node
    binomial: bool = False


@dataclass(frozen=True, slots=True)
class Root:
    body: Node
    index: Node | None = None


@dataclass(frozen=True, slots=True)
class Fenced:
    left: str
    body: Row
    right: str


@dataclass(frozen=True, slots=True)
class Accent:
    """A letter with a mark: "hat", "bar", "vec"."""

    name: str
    body: Node


@dataclass(frozen=True, slots=True)
class Table:
    """An environment: a matrix, the lines of an alignment, cases."""

    name: str
    rows: tuple[tuple[Row, ...], ...]


Node = Atom | Row | Script | Fraction | Root | Fenced | Accent | Table

_GREEK = (
    "alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ vartheta θ iota ι "
    "kappa κ lambda λ mu μ nu ν xi ξ pi π varpi π rho ρ varrho ρ sigma σ varsigma σ tau τ "
    "upsilon υ phi φ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π "
    "Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω"
)
_SIGNS = (
    "leq ≤ le ≤ leqslant ≤ geq ≥ ge ≥ geqslant ≥ neq ≠ ne ≠ approx ≈ equiv ≡ cong ≅ sim ∼ simeq ≃ "
    "propto ∝ ll ≪ gg ≫ lt < gt > times × cdot ⋅ div ÷ pm ± mp ∓ ast * star ⋆ circ ∘ bullet • "
    "oplus ⊕ otimes ⊗ cup ∪ bigcup ⋃ cap ∩ bigcap ⋂ setminus ∖ in ∈ notin ∉ ni ∋ subset ⊂ "
    "subseteq ⊆ supset ⊃ supseteq ⊇ emptyset ∅ varnothing ∅ land ∧ wedge ∧ lor ∨ vee ∨ neg ¬ "
    "lnot ¬ forall ∀ exists ∃ nexists ∄ implies ⇒ Rightarrow ⇒ Longrightarrow ⇒ iff ⇔ "
    "Leftrightarrow ⇔ to → rightarrow → longrightarrow → mapsto ↦ leftarrow ← gets ← "
    "Leftarrow ⇐ leftrightarrow ↔ uparrow ↑ downarrow ↓ rightharpoonup → rightleftharpoons ⇌ "
    "infty ∞ partial ∂ nabla ∇ sum ∑ prod ∏ coprod ∐ int ∫ iint ∬ iiint ∭ oint ∮ "
    "ldots … cdots … dots … dotsc … dotsb … vdots … ddots … prime ′ degree ° angle ∠ triangle △ "
    "perp ⊥ top ⊤ parallel ∥ mid ∣ vert | Vert ‖ lvert | rvert | lVert ‖ rVert ‖ "
    "langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ lbrace { rbrace } lbrack [ rbrack ] "
    "nmid ∤ nleq ≰ ngeq ≱ "
    "therefore ∴ because ∵ hbar ħ ell ℓ Re ℜ Im ℑ aleph ℵ models ⊨ vdash ⊢ colon : dagger † "
    "slash / triangleq ≜ coloneqq ≔ imath i jmath j lnapprox ≈ "
    "lesssim ≲ gtrsim ≳ prec ≺ succ ≻ doteq ≐ smallsetminus ∖ bigoplus ⊕ bigotimes ⊗"
)
_names = f"{_GREEK} {_SIGNS}".split()
SIGNS = dict(zip(_names[::2], _names[1::2], strict=True))
"""The character in Unicode that a command stands for."""

FUNCTIONS = frozenset(
    "sin cos tan cot sec csc sinh cosh tanh coth arcsin arccos arctan log lg ln exp lim limsup "
    "liminf max min sup inf det dim ker gcd lcm deg arg Pr hom argmax argmin mod bmod".split()
)
_ACCENTS = frozenset(
    "hat widehat bar overline vec overrightarrow tilde widetilde dot ddot check breve acute "
    "grave".split()
)
_FRACTIONS = frozenset(["frac", "dfrac", "tfrac", "cfrac", "binom", "dbinom", "tbinom"])
_SECOND_OF_TWO = frozenset(["overset", "underset", "stackrel"])
_UNSAID_ARGUMENT = frozenset(
    "label tag hspace vspace color textcolor phantom hphantom vphantom mspace kern".split()
)
# Their argument, if there is one, is read as if they were not there.
_UNSAID = frozenset(
    "displaystyle textstyle scriptstyle limits nolimits nonumber notag left right middle big Big "
    "bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr quad qquad mathbf mathcal mathbb "
    "mathfrak mathscr mathsf mathit mathtt mathnormal boldsymbol bm pmb mathop mathrel mathbin "
    "mathord mathrm text textbf textit textrm textsf texttt textnormal mbox hbox operatorname "
    "operatorname* underline underbrace overbrace boxed cancel bcancel smash mathstrut strut "
    "hfill newline hline thinspace centering rm bf it cal noindent require ce unit".split()
)
_WORDS = "text|textbf|textit|textrm|textsf|texttt|textnormal|mbox|hbox"
_TOKEN = re.compile(
    rf"\\(?P<words>{_WORDS})\s{{0,3}}\{{(?P<said>[^{{}}\\$]{{0,500}})\}}"
    r"|\\(?:mathrm|operatorname\*?|ce|unit|mathsf)\s{0,3}\{(?P<roman>[^{}\\$]{0,100})\}"
    r"|\\(?P<edge>begin|end)\s{0,3}\{(?P<environment>[A-Za-z]{1,20})\*?\}"
    r"|\\(?P<command>[A-Za-z]{1,40}\*?)"
    r"|(?P<row>\\\\)(?:\*|\[[^\[\]]{0,20}\])?"
    r"|\\(?P<escaped>[^A-Za-z])"
    r"|(?P<number>\d{1,3}(?:(?:,|\{,\}|\\,)\d{3}){1,6}(?!\d)(?:\.\d{1,40})?"
    r"|\d{1,40}(?:\.\d{1,40})?|\.\d{1,40})"
    r"|(?P<above>[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ]{1,40})|(?P<below>[₀-₉₊₋]{1,40})"
    r"|(?P<primes>['’′]{1,8})"
    r"|(?P<pair>\*\*|<=>|<=|>=|!=|==|->|=>|:=|\|\|)"
    r"|(?<![A-Za-z])(?P<function>(?:arc)?(?:sin|cos|tan)h?|log|ln|exp|max|min|lim|det|gcd|mod|sqrt)"
    r"(?![A-Za-z])"
    r"|(?<![A-Za-z])(?P<word>[A-Za-z][a-z]{3,40})(?![A-Za-z])"
    r"|(?P<letter>[^\W\d_])|(?P<sign>[^\s~])"
)
_PAIRS = {
    "<=": "≤", ">=": "≥", "!=": "≠", "==": "=", "->": "→", "=>": "⇒", "<=>": "⇔", ":=": "≔",
    "||": "‖", "**": "^",
}  # fmt: skip
_SMALL = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ₀₁₂₃₄₅₆₇₈₉₊₋", "0123456789+-n0123456789+-")
# For each closing bracket, the opening ones that it may close.
_CLOSES = {
    "right": ("left",), "end": ("begin",), "}": ("{",), "\\}": ("\\{",), ")": ("(", "["),
    "]": ("[", "("), "⟩": ("⟨",), "⌋": ("⌊",), "⌉": ("⌈",), "|": ("|",), "‖": ("‖",),
}  # fmt: skip
_OPENS = frozenset(["left", "begin", "{", "\\{", "(", "[", "⟨", "⌊", "⌈", "|", "‖"])
_STRONG = frozenset(["left", "begin", "{"])
_DEEPEST = 25
"""Groups nested deeper are read as if their brackets were not there."""


class _Token:
    __slots__ = ("close", "kind", "text")

    def __init__(self, kind: str, text: str) -> None:
        self.kind = kind
        self.text = text
        self.close = 0
        """For an opening bracket, the place of the closing one; 0 if there is none."""

    @property
    def bracket(self) -> str:
        if self.kind in ("begin", "end"):
            return self.kind
        return self.text if self.kind in ("sign", "command") else ""


def parse(source: str) -> Row:
    """Return the formula's tree; nothing is raised."""
    tokens = [_token(match) for match in _TOKEN.finditer(source)]
    _pair(tokens)
    return _Parser(tokens).row(len(tokens))


def _token(match: re.Match[str]) -> _Token:
    kind = str(match.lastgroup)
    text = match[kind]
    if kind == "environment":
        return _Token(match["edge"], text)
    if kind == "said":
        return _Token("text", text)
    if kind == "command" and text in SIGNS:
        sign = SIGNS[text]
        return _Token("letter" if sign.isalpha() else "sign", sign)
    if kind == "function" and text == "sqrt":
        return _Token("sign", "√")
    if kind == "pair":
        return _Token("sign", _PAIRS[text])
    if kind == "escaped":
        escaped = {"|": "‖", "{": "\\{", "}": "\\}"}.get(text, text)
        return _Token("space" if text in ",;:!> \n\t" else "sign", escaped)
    if kind == "number":
        text = text.replace("\\,", ",").replace("{", "").replace("}", "")
    return _Token(kind, text)


def _pair(tokens: list[_Token]) -> None:
    """Note for each opening bracket where it is closed."""
    opened: list[int] = []
    for place, token in enumerate(tokens):
        name = token.bracket
        delimits = place and tokens[place - 1].bracket in ("left", "right")
        if not name or (delimits and tokens[place - 1].kind == "command"):
            continue
        mates = _CLOSES.get(name, ())
        strong = not _STRONG.isdisjoint(mates)
        for depth in range(len(opened) - 1, max(-1, len(opened) - 1 - _DEEPEST), -1):
            opening = tokens[opened[depth]].bracket
            if opening in mates:
                tokens[opened[depth]].close = place
                del opened[depth:]
                break
            if not mates or (opening in _STRONG and not strong):
                if name in _OPENS:
                    opened.append(place)
                break
        else:
            if name in _OPENS:
                opened.append(place)


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0

    def row(self, end: int) -> Row:
        """Read up to a place and return what is there."""
        items: list[Node] = []
        while self._place < end:
            node = self._item(end)
            if node is not None:
                items.append(node)
        return Row(tuple(items))

    def _item(self, end: int) -> Node | None:
        node = self._nucleus(end)
        return node if node is None else self._with_scripts(node, end)

    def _with_scripts(self, base: Node, end: int) -> Node:
        below: Node | None = None
        above: Node | None = None
        primes = 0
        while self._place < end:
            token = self._tokens[self._place]
            mark = token.text if token.kind == "sign" else token.kind
            if mark == "primes":
                primes += len(token.text)
            elif mark in ("above", "below") and (above if mark == "above" else below) is None:
                small = parse(token.text.translate(_SMALL))
                above, below = (small, below) if mark == "above" else (above, small)
            elif (mark == "^" and above is None) or (mark == "_" and below is None):
                self._place += 1
                script = self._script(end)
                above, below = (script, below) if mark == "^" else (above, script)
                continue
            elif not (token.kind == "command" and token.text in ("limits", "nolimits")):
                break
            self._place += 1
        if below is None and above is None and not primes:
            return base
        return Script(base, below, above, primes)

    def _script(self, end: int) -> Node:
        """Return what is above or below; "x^-1" is meant as it looks."""
        if self._place + 1 < end and self._tokens[self._place].text in ("-", "−", "+"):
            sign, number = self._tokens[self._place : self._place + 2]
            if number.kind == "number":
                self._place += 2
                return Row((Atom("sign", sign.text), Atom("number", number.text)))
        return self._argument(end)

    def _argument(self, end: int, *, digit: bool = False) -> Node:
        """Return what a command applies to; with *digit*, a single one of a number."""
        while self._place < end and self._tokens[self._place].kind == "space":
            self._place += 1
        if self._place >= end or self._depth >= _DEEPEST:
            return Row(())
        token = self._tokens[self._place]
        if digit and token.kind == "number" and len(token.text) > 1:
            first, token.text = token.text[0], token.text[1:]
            return Atom("number", first)
        self._depth += 1
        node = self._nucleus(end)
        self._depth -= 1
        return Row(()) if node is None else node

    def _inside(self, close: int) -> Row:
        """Return the row up to a closing bracket, and go behind it."""
        self._depth += 1
        body = self.row(close)
        self._depth -= 1
        self._place = close + 1
        return body

    def _nucleus(self, end: int) -> Node | None:
        token = self._tokens[self._place]
        self._place += 1
        kind, text = token.kind, token.text
        closed = bool(token.close) and self._depth < _DEEPEST
        if kind in ("number", "letter", "text"):
            return Atom(
                "text" if kind == "text" else "number" if kind == "number" else "letter", text
            )
        if kind in ("roman", "function", "word"):
            return _roman(text)
        if kind == "row":
            return Atom("sign", ";")
        if kind == "primes":
            return Atom("sign", "′")
        if kind in ("above", "below"):
            self._place -= 1
            return Row(())
        if kind == "begin":
            return self._table(text, token.close) if closed else None
        if kind == "command":
            return self._command(token, end)
        if kind != "sign" or text in ("}", "&"):
            return None
        if text in ("^", "_"):
            self._place -= 1
            return Row(())
        if text in ("√", "∛", "∜"):
            index = {"√": None, "∛": Atom("number", "3"), "∜": Atom("number", "4")}[text]
            body = self._argument(end)
            return Root(body.body if isinstance(body, Fenced) else body, index)
        if closed:
            body = self._inside(token.close)
            if text == "{":
                return only(body)
            return Fenced(text.lstrip("\\"), body, self._tokens[token.close].text.lstrip("\\"))
        return None if text == "{" else Atom("sign", text.lstrip("\\") or text)

    def _command(self, token: _Token, end: int) -> Node | None:
        name = token.text
        if name == "arg" and self._place < end and self._tokens[self._place].text in ("max", "min"):
            name += self._tokens[self._place].text
            self._place += 1
        if name in FUNCTIONS:
            return Atom("function", "mod" if name == "bmod" else name)
        if name in _FRACTIONS:
            top = self._argument(end, digit=True)
            bottom = self._argument(end, digit=True)
            return Fraction(top, bottom, binomial="binom" in name)
        if name == "sqrt":
            return self._root(end)
        if name in _ACCENTS:
            return Accent(name, self._argument(end))
        if name == "left" and token.close and self._depth < _DEEPEST:
            return self._fenced(token.close, end)
        if name in ("underset", "overset", "stackrel"):
            first, second = self._argument(end), self._argument(end)
            return Script(second, below=first) if name == "underset" else second
        if name == "pmod":
            return Row((Atom("function", "mod"), self._argument(end)))
        if name == "not":
            return self._negated(end)
        if name in _UNSAID_ARGUMENT:
            self._skip_group(end)
            return None
        return None if name in _UNSAID else Atom("text", name)

    def _root(self, end: int) -> Root:
        index: Node | None = None
        if self._place < end and self._tokens[self._place].text == "[":
            close = self._tokens[self._place].close
            if close and self._depth < _DEEPEST:
                self._place += 1
                index = self._inside(close)
        return Root(self._argument(end, digit=True), index)

    def _fenced(self, close: int, end: int) -> Node:
        left = self._tokens[self._place].text if self._place < close else ""
        self._place = min(self._place + 1, close)
        body = self._inside(close)
        right = self._tokens[self._place].text if self._place < end else ""
        self._place = min(self._place + 1, end)
        return Fenced(left.lstrip("\\."), body, right.lstrip("\\."))

    def _negated(self, end: int) -> Node:
        negated = {"=": "≠", "∈": "∉", "⊂": "⊄", "∃": "∄", "≡": "≢"}
        if self._place < end and self._tokens[self._place].text in negated:
            self._place += 1
            return Atom("sign", negated[self._tokens[self._place - 1].text])
        return Atom("sign", "¬")

    def _skip_group(self, end: int) -> None:
        if self._place < end and self._tokens[self._place].text == "{":
            self._place = (self._tokens[self._place].close or self._place) + 1

    def _table(self, name: str, close: int) -> Table:
        if name in ("array", "alignat", "alignedat", "tabular"):
            self._skip_group(close)
        self._depth += 1
        rows: list[list[list[Node]]] = [[[]]]
        while self._place < close:
            token = self._tokens[self._place]
            if token.kind == "row":
                self._place += 1
                rows.append([[]])
            elif token.kind == "sign" and token.text == "&":
                self._place += 1
                rows[-1].append([])
            else:
                node = self._item(close)
                if node is not None:
                    rows[-1][-1].append(node)
        self._depth -= 1
        self._place = close + 1
        lines = (tuple(Row(tuple(cell)) for cell in row) for row in rows if any(row))
        return Table(name, tuple(lines))


def _roman(text: str) -> Node:
    word = text.strip()
    if word in FUNCTIONS:
        return Atom("function", word)
    return Atom("roman", word)


def only(node: Node) -> Node:
    """Return the item of a row that has only one, else the node itself."""
    while isinstance(node, Row) and len(node.items) == 1:
        node = node.items[0]
    return node


def plain(formula: Node) -> str:
    """Return the formula in a line of Unicode, for languages without words for formulas: "x²/2"."""
    return " ".join(_plain(formula).split())


_RAISED = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_LOWERED = str.maketrans("0123456789+-−", "₀₁₂₃₄₅₆₇₈₉₊₋₋")
_SPACED = frozenset("+-−=≠≈≡<>≤≥×⋅·±→⇒⇔∈∉⊂∪∩")


def _plain(node: Node) -> str:
    node = only(node)
    if isinstance(node, Atom):
        spaced = node.kind in ("text", "function", "roman") or node.text in _SPACED
        return f" {node.text} " if spaced else node.text
    if isinstance(node, Row):
        return "".join(map(_plain, node.items))
    if isinstance(node, Fraction):
        return f" {_bracketed(node.top)}/{_bracketed(node.bottom)} "
    if isinstance(node, Root):
        index = _plain(node.index).strip() if node.index else ""
        return f"{index.translate(_RAISED)}√{_bracketed(node.body)}"
    if isinstance(node, Fenced):
        return f"{node.left}{_plain(node.body)}{node.right}"
    if isinstance(node, Accent):
        return _plain(node.body)
    if isinstance(node, Table):
        return ", ".join(", ".join(map(_plain, row)) for row in node.rows)
    below = _plain(node.below).replace(" ", "") if node.below else ""
    above = _plain(node.above).replace(" ", "") if node.above else ""
    above = above.replace("∘", "°")
    if above == "°":
        return f"{_plain(node.base)}°"
    raised = above.translate(_RAISED) if above.lstrip("+-−").isdecimal() else f" ^ {above} "
    return (
        _plain(node.base)
        + "′" * node.primes
        + below.translate(_LOWERED)
        + (raised if above else "")
    )


def _bracketed(node: Node) -> str:
    written = _plain(node).strip()
    return written if isinstance(only(node), Atom) else f"({written})"
