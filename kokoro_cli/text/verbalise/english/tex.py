r"""Formulas of TeX, said as a teacher reads them from the board.

``\frac{a}{b}`` is "a over b", ``x^2`` "x squared", ``\sum_{i=1}^n`` "the sum from i equals one to n
of". A comma, which is a short pause, ends what would otherwise seem to go on: "minus b plus the
square root of c, all over two a".
"""

from __future__ import annotations

import html
import re
import unicodedata

from kokoro_cli.text import formulas, verbalise
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
    only,
    parse,
    plain,
)
from kokoro_cli.text.verbalise import Late, Rule
from kokoro_cli.text.verbalise.english import lengths, measures, money, numbers
from kokoro_cli.types import ReadingOptions

GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρστυφχψωΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩςϕϵ",
        (
            "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron "
            "pi rho sigma tau upsilon phi chi psi omega " * 2 + "sigma phi epsilon"
        ).split(),
        strict=True,
    )
)
_AMOUNTS = (*money.RULES, *lengths.RULES, *measures.RULES)

_SIGNS = {
    "+": "plus", "−": "minus", "–": "minus", "×": "times", "·": "times", "÷": "divided by",
    "/": "over", "≠": "is not equal to", "<": "is less than", ">": "is greater than",
    "≤": "is less than or equal to", "≥": "is greater than or equal to", "±": "plus or minus",
    "→": "to", "∈": "in", "∉": "not in", "∪": "union", "∩": "intersection",
    "⊂": "is a subset of", "∝": "is proportional to", "≡": "is identical to", "∧": "and",
    "∨": "or", "⇒": "implies", "⇔": "if and only if", "∞": "infinity", "∂": "partial",
    "∇": "nabla", "∆": "delta", "∴": "therefore", "∵": "because", "∀": "for all",
    "∃": "there exists", "¬": "not", "↑": "up", "↓": "down", "←": "from", "↔": "if and only if",
    "√": "the square root of", "∑": "the sum", "∫": "the integral",
    "⋅": "times", "∓": "minus or plus", "∗": "star", "⋆": "star", "∘": "composed with",
    "•": "dot", "⊕": "direct sum", "⊗": "tensor", "⋃": "union", "⋂": "intersection",
    "∖": "minus", "∋": "contains", "⊆": "is a subset of", "⊃": "contains", "⊇": "contains",
    "∄": "there is no", "↦": "maps to", "⇐": "is implied by", "⇌": "is in equilibrium with",
    "≪": "is much less than", "≫": "is much greater than", "∼": "is distributed as",
    "~": "is distributed as", "≃": "is approximately equal to", "≈": "is approximately equal to",
    "≅": "is congruent to", "≔": "is defined as", "≜": "is defined as", "≢": "is not identical to",
    "⊄": "is not a subset of", "…": "dot dot dot", "°": "degrees", "∠": "angle", "△": "triangle",
    "⊥": "is perpendicular to", "⊤": "top", "∥": "is parallel to", "∣": "divides", "|": "given",
    "‖": "parallel to", "ℜ": "the real part of",
    "ℑ": "the imaginary part of", "ℵ": "aleph", "⊨": "models", "⊢": "proves", "†": "dagger",
    "≲": "is less than or about", "≳": "is greater than or about", "≺": "precedes",
    "≻": "succeeds", "≐": "equals", "%": "percent", "#": "number", "&": "and", "@": "at",
    "$": "dollars", "£": "pounds", "€": "euros", "′": "prime", "!": "factorial", "_": "", "\\": "",
    "∤": "does not divide", "≰": "is not at most", "≱": "is not at least",
    "∅": "the empty set", "∎": "", "*": "times", ",": ",", ";": ",", ":": ",", "-": "minus",
    "=": "equals", **dict.fromkeys("`\"?^⟨⟩()[]{}⌊⌋⌈⌉.", ""),
}  # fmt: skip
FUNCTIONS = {
    "sin": "sine", "cos": "cosine", "tan": "tangent", "cot": "cotangent", "sec": "secant",
    "csc": "cosecant", "sinh": "hyperbolic sine", "cosh": "hyperbolic cosine",
    "tanh": "hyperbolic tangent", "coth": "hyperbolic cotangent", "arcsin": "arc sine",
    "arccos": "arc cosine", "arctan": "arc tangent", "log": "log", "lg": "log",
    "ln": "the natural log", "exp": "the exponential", "lim": "the limit",
    "limsup": "the limit superior", "liminf": "the limit inferior", "max": "the maximum",
    "min": "the minimum", "sup": "the supremum", "inf": "the infimum", "det": "the determinant",
    "dim": "the dimension", "ker": "the kernel", "gcd": "the greatest common divisor",
    "lcm": "the least common multiple", "deg": "the degree", "arg": "the argument",
    "Pr": "the probability", "hom": "hom", "argmax": "arg max", "argmin": "arg min",
    "mod": "mod",
}  # fmt: skip
_ROOM = frozenset(
    "ln exp lim limsup liminf max min sup inf det dim ker gcd lcm deg arg Pr argmax argmin".split()
)
"""Functions with "of" before what they apply to, also without a bracket."""
_BIG = {
    "∑": "the sum", "∏": "the product", "∐": "the coproduct", "∫": "the integral",
    "∬": "the double integral", "∭": "the triple integral", "∮": "the contour integral",
    "⋃": "the union", "⋂": "the intersection",
}  # fmt: skip
_OPERATIONS = frozenset("+−-–±∓×·⋅*÷/=≠≈≡≅∼≃<>≤≥≪≫∝→⇒⇔∈∉⊂⊆∪∩∧∨,;:|∣↦…≔∘")
_SEPARATING = _OPERATIONS - set("×·⋅,/")
_APPLIED = frozenset("fghFGHTOφψΦΨΓζΘΩ")
"""Letters that are functions whatever is in the bracket after them."""
_FACTORS = frozenset("abcdijklmn")
"""Letters that are functions only if one letter is in the bracket."""
_ACCENTS = {
    "hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar", "vec": "",
    "overrightarrow": "", "tilde": "tilde", "widetilde": "tilde", "dot": "dot",
    "ddot": "double dot", "check": "check", "breve": "breve", "acute": "acute", "grave": "grave",
}  # fmt: skip
_AROUND = {
    "|": "the absolute value of", "‖": "the norm of", "⌊": "the floor of", "⌈": "the ceiling of",
    "{": "the set",
}  # fmt: skip
_LETTERS = {"ħ": "H bar", "ℏ": "H bar", "ℓ": "L", "ı": "I", "ȷ": "J"}
_LONGEST_UNIT = 20
_PRIMES = ["", "prime", "double prime", "triple prime"]
# A formula of chemistry, the sides and terms of an equation of several, and what is between them.
_ELEMENT = "(?:[HCNOSFPKI]|Na|Cl|Ca|Fe|Mg|Al|Si|Zn|Cu|Ag|Li|Br)"
_COMPOUND = Late(
    rf"\d{{0,3}} ?(?:{_ELEMENT}(?:_?\{{?\d{{1,3}}\}}?)?){{1,8}}(?:\^\{{?\d?[+-]\}}?)?"
    r"(?:\((?:aq|s|l|g)\))?"
)
_REACTION = Late(r"\s+\+\s+|\s*(?:\\rightarrow|\\to|\\rightleftharpoons|->|→|⇌|=)\s*")
_SIZED = Late(
    r"[- ](?:[a-z]{1,12} )?(?:matri|grid|board|table|square|block|kernel|filter|pixel|image|array|"
    r"system|determinant|identity)"
)
_DEGREE_OF = {"C": "degrees Celsius", "F": "degrees Fahrenheit"}


def said(source: str, *, british: bool = False, sizes: bool = False) -> str:
    """Return the words of a formula, without digits and signs; with *sizes*, "×" is "by"."""
    source = html.unescape(source) if "&" in source and ";" in source else source
    speaker = _Speaker(british=british, sizes=sizes, chemical=_is_chemical(source))
    words = speaker.row(parse(source).items)
    words = re.sub(r"\s{0,9},(?:\s{0,9},)*", ",", words).strip(" ,")
    return re.sub(r"\s+", " ", words)


def _is_chemical(source: str) -> bool:
    """Whether it is H_2O or an equation of such compounds, whose numbers are said without "sub"."""
    if len(source) > 200 or not re.search(rf"{_ELEMENT}\w{{0,9}}_|_\{{?\d{{1,2}}\}}?[A-Z]", source):
        return False
    terms = _REACTION.split(source.strip())
    return all(map(_COMPOUND.fullmatch, terms)) and any(
        len(re.findall("[A-Z]", term)) > 1 for term in terms
    )


class _Speaker:
    def __init__(self, *, british: bool, sizes: bool, chemical: bool) -> None:
        self._british = british
        self._sizes = sizes
        self._chemical = chemical

    def row(self, items: tuple[Node, ...]) -> str:
        """Return the words of the items of a row."""
        words: list[str] = []
        place = 0
        while place < len(items):
            taken, spoken = self._next(items, place)
            place += taken
            words.append(spoken)
        return " ".join(word for word in words if word)

    def node(self, node: Node) -> str:
        """Return the words of what stands alone."""
        return self.row(node.items) if isinstance(node, Row) else self.row((node,))

    def _next(self, items: tuple[Node, ...], place: int) -> tuple[int, str]:
        """Return how many items are said together, and their words."""
        node = items[place]
        base = only(node.base) if isinstance(node, Script) else node
        following = items[place + 1] if place + 1 < len(items) else None
        times = "times " if _is_factor(items, place) else ""
        if isinstance(base, Atom) and base.text in _BIG:
            of = "" if following is None or _is_operation(following) else " of"
            return 1, times + self._limits(_BIG[base.text], node) + of
        if isinstance(base, Atom) and base.kind == "function":
            return 1, self._function(base.text, node, following)
        if isinstance(following, Fenced | Script) and _is_applied(node, following):
            return 2, self._application(items, place)
        if isinstance(base, Fenced):
            return 1, self._bracketed(items, place)
        if isinstance(node, Atom):
            return self._atom(items, place)
        if isinstance(node, Script):
            return self._with_scripts(items, place)
        if isinstance(node, Fraction):
            if _is_derivative(node):
                return 1, self._fraction(node) + ("" if _ends(following) else " of")
            words = times + self._fraction(node)
            return 1, words + ("" if _ends(following) or _short(node) else ",")
        if isinstance(node, Root):
            words = times + self._root(node)
            return 1, words + ("" if _ends(following) or _short(node.body) else ",")
        if isinstance(node, Accent):
            return 1, self._accent(node)
        if isinstance(node, Table):
            return 1, self._table(node)
        assert isinstance(node, Row)
        return 1, self.row(node.items)

    def _application(self, items: tuple[Node, ...], place: int) -> str:
        """Return "f of x", and "times" if another function follows."""
        node, following = items[place : place + 2]
        after = items[place + 2 : place + 4]
        bracket = only(following.base) if isinstance(following, Script) else following
        assert isinstance(bracket, Fenced)
        words = f"{self.node(node)} of {self._argument(following)}"
        heard = _short(bracket.body) and not isinstance(only(bracket.body), Fraction)
        if not heard and not _ends(after[0] if after else None):
            words += ","
        return words + (" times" if len(after) == 2 and _is_applied(*after) else "")

    def _with_scripts(self, items: tuple[Node, ...], place: int) -> tuple[int, str]:
        node = items[place]
        assert isinstance(node, Script)
        following = items[place + 1] if place + 1 < len(items) else None
        scale = _temperature(node, following)
        if scale:
            return 2, f"{self.node(node.base)} {scale}"
        if _is_roman(only(node.base)):
            unit = self._unit(items, place, plain(node).replace(" ", ""))
            if unit:
                return 1, unit
        return 1, self._script(node, last=following is None)

    def _atom(self, items: tuple[Node, ...], place: int) -> tuple[int, str]:
        atom = items[place]
        assert isinstance(atom, Atom)
        following = items[place + 1] if place + 1 < len(items) else None
        if atom.kind == "number":
            over = _over(items, place)
            if over:
                return 3, numbers.number(f"{atom.text}/{over}", british=self._british)
            mixed = _whole_fraction(following) if _is_whole(atom) else ""
            if mixed:
                return 2, numbers.number(f"{atom.text} {mixed}", british=self._british)
            return 1, numbers.number(atom.text, british=self._british)
        if atom.kind == "letter":
            return 1, letter(atom.text)
        if atom.kind in ("text", "roman"):
            return 1, self._unit(items, place, atom.text) or self._text(atom)
        if atom.text == "$" and isinstance(following, Atom) and following.kind == "number":
            return 2, f"{numbers.number(following.text, british=self._british)} dollars"
        if atom.text == ":" and any(
            isinstance(i, Atom) and i.text == "→" for i in items[place : place + 9]
        ):
            return 1, "from"
        if atom.text == "×" and (self._sizes or _is_size(items)):
            return 1, "by"
        if atom.text in ("⋅", "×") and place and _is_vector(items[place - 1]):
            return 1, "dot" if atom.text == "⋅" else "cross"
        return 1, _sign(atom.text)

    def _text(self, atom: Atom) -> str:
        """Return words; numbers and signs among them are said as in a formula."""
        if len(atom.text) == 1 and atom.text.isalpha():
            return letter(atom.text)
        if atom.kind == "roman" and not re.search(r"[\s\d^_]", atom.text):
            vowel = re.search("[aeiouy]", atom.text) and len(atom.text) > 2
            return atom.text if vowel else numbers.letters(atom.text)
        if atom.kind == "roman":
            return " ".join(
                numbers.cardinal(int(piece))
                if piece.isdecimal()
                else letter(piece)
                if piece.isalpha()
                else _sign("→" if piece == "->" else piece)
                for piece in re.findall(r"\d{1,9}|[^\W\d_]|->|[^\w\s]", atom.text)
            )
        words = re.findall(
            r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d{1,40}(?:\.\d{1,40})?|[^\w\s]", atom.text
        )
        return " ".join(
            numbers.number(word)
            if word[0].isdecimal()
            else word
            if word[0].isalpha()
            else _sign(word)
            for word in words
            if word not in "'’\"“”"
        )

    def _unit(self, items: tuple[Node, ...], place: int, written: str) -> str:
        """Return the words of a unit after a number: "meters per second"; else ""."""
        number = items[place - 1] if place else None
        base = only(number.base) if isinstance(number, Script) else number
        written = written.strip()
        if not isinstance(base, Atom) or base.kind != "number" or len(written) > _LONGEST_UNIT:
            return ""
        if written in ("d", "e", "i"):  # A differential, or a constant.
            return ""
        amount = f"{'1' if number is base and base.text == '1' else '2'} {written}"
        found = verbalise.replacements(amount, _AMOUNTS, ReadingOptions(british=self._british))
        if len(found) != 1 or (found[0].start, found[0].end) != (0, len(amount)):
            return ""
        return found[0].spoken.partition(" ")[2]

    def _limits(self, name: str, node: Node) -> str:
        """Return "the sum from i equals one to n", "the integral over D"."""
        if not isinstance(node, Script):
            return name
        below = self.node(node.below) if node.below else ""
        above = self.node(node.above) if node.above else ""
        if below and above:
            return f"{name} from {below} to {above}"
        return name + (f" over {below}" if below else "") + (f" to {above}" if above else "")

    def _function(self, name: str, node: Node, following: Node | None) -> str:
        words = FUNCTIONS[name]
        below = node.below if isinstance(node, Script) else None
        above = node.above if isinstance(node, Script) else None
        if below is not None and name.startswith("lim"):
            limit = self.node(below).replace(" to ", " approaches ", 1)
            limit = re.sub(r"(?<=\w) plus$", " from the right", limit)
            words += " as " + re.sub(r"(?<=\w) minus$", " from the left", limit)
        elif below is not None and name == "log":
            words += f" base {self.node(below)}"
        elif below is not None:
            words += f" over {self.node(below)}"
        if above is not None:
            inverse = _written(above) in ("-1", "−1")
            words = f"inverse {words}" if inverse else f"{words} {self._power(above)}"
        bracket = isinstance(following, Fenced)
        of = following is not None and not _is_operation(following) and name != "mod"
        based = name == "log" and below is not None
        return words + (" of" if of and (bracket or name in _ROOM or based) else "")

    def _argument(self, node: Node) -> str:
        """Return what is inside the bracket, and what is said of the whole after it."""
        if isinstance(node, Script):
            fenced = only(node.base)
            assert isinstance(fenced, Fenced)
            comma = "" if node.above is None or _short(fenced.body) else ","
            return f"{self._argument(fenced)}{comma} {self._after(node)}"
        assert isinstance(node, Fenced)
        given = Atom("text", "given")
        return self.row(
            tuple(
                given if isinstance(item, Atom) and item.text in ("∣", "|") else item
                for item in node.body.items
            )
        )

    def _bracketed(self, items: tuple[Node, ...], place: int) -> str:
        node = items[place]
        before = items[place - 1] if place else None
        following = items[place + 1] if place + 1 < len(items) else None
        fenced = only(node.base) if isinstance(node, Script) else node
        assert isinstance(fenced, Fenced)
        product = (
            before is not None
            and not _is_operation(before)
            and not _is_function(before)
            and fenced.left in ("(", "[")
        )
        if before is not None and _is_function(before) and node is fenced and fenced.left in "([":
            return self._argument(fenced) + ("" if _ends(following) else ",")
        times = "times " if product else ""
        alone = before is None and _ends(following) and node is fenced
        inner = self._inside(fenced, alone=alone, powered=node is not fenced)
        if isinstance(node, Script) and not fenced.left and node.below:
            return f"{self.row(fenced.body.items)}, evaluated at {self.node(node.below)}"
        if isinstance(node, Script):
            comma = "" if isinstance(only(fenced.body), Atom) else ","
            return f"{times}{inner}{comma} {self._after(node)}"
        closes = fenced.left in _AROUND and not _short(fenced.body) and not _ends(following)
        return times + inner + ("," if closes else "")

    def _inside(self, fenced: Fenced, *, alone: bool, powered: bool) -> str:
        table = only(fenced.body)
        if isinstance(table, Table) and fenced.left == "{":
            return self._table(Table("cases", table.rows))
        if any(isinstance(only(item), Table) for item in fenced.body.items):
            return self.row(fenced.body.items)
        if fenced.left == "{":
            items = tuple(
                Atom("text", "such that") if isinstance(i, Atom) and i.text in "|∣:" else i
                for i in fenced.body.items
            )
            return f"the set {self.row(items)}" if fenced.right else self.row(items)
        words = self.row(fenced.body.items)
        if fenced.left in _AROUND:
            return f"{_AROUND[fenced.left]} {words}"
        lists = any(isinstance(i, Atom) and i.text in (",", ";", "…") for i in fenced.body.items)
        whole = isinstance(only(fenced.body), Atom) if powered else _short(fenced.body)
        if alone or lists or whole:
            return words
        return f"the quantity {words}"

    def _script(self, node: Script, *, last: bool) -> str:
        base = only(node.base)
        if isinstance(base, Atom) and base.text in ("|", "∣") and node.below:
            return f", evaluated at {self.node(node.below)}"
        plain = isinstance(base, Row) and not base.items
        ordinal = self._ordinal(base, node)
        if ordinal:
            return ordinal
        words = "" if plain else self.node(base)
        if isinstance(base, Fraction | Root) and not _short(base):
            words += ","
        after = self._after(node)
        comma = "" if last or node.above is None or _short(node.above) else ","
        return f"{words} {after}{comma}"

    def _ordinal(self, base: Node, node: Script) -> str:
        suffix = _written(node.above) if node.above else ""
        if suffix not in ("th", "st", "nd", "rd") or not isinstance(base, Atom):
            return ""
        if base.kind == "number" and base.text.isdecimal():
            return numbers.ordinal(int(base.text), british=self._british)
        return f"{base.text.lower() if base.text.isascii() else self.node(base)}th"

    def _after(self, node: Script) -> str:
        """Return "sub i squared": what is below, primes, and what is above."""
        words = []
        base = only(node.base)
        if node.below is not None:
            roman = self._chemical or _is_roman(base)
            below = only(node.below)
            name = isinstance(below, Atom) and below.kind == "function"
            words.append(
                ("" if roman else "sub ") + (_written(below) if name else self.node(below))
            )
        if node.primes:
            words.append(_PRIMES[min(node.primes, 3)])
        if node.above is not None:
            words.append(self._power(node.above, base))
        return " ".join(words)

    def _power(self, above: Node, base: Node | None = None) -> str:
        exponent = only(above)
        name = base.text if isinstance(base, Atom) else ""
        if isinstance(exponent, Atom):
            if exponent.text in ("∘", "°"):
                return "degrees"
            if exponent.kind == "number" and exponent.text in ("2", "3"):
                return "squared" if exponent.text == "2" else "cubed"
            if exponent.kind == "number" and exponent.text.isdecimal():
                return f"to the {numbers.ordinal(int(exponent.text), british=self._british)}"
            if exponent.text == "⊤" or (exponent.text == "T" and name.isupper()):
                return "transpose"
            if exponent.kind == "sign" and exponent.text in "*∗†+-−′⋆":
                return {"*": "star", "∗": "star"}.get(exponent.text, _SIGNS[exponent.text])
        items = exponent.items if isinstance(exponent, Row) else ()
        if items and all(isinstance(i, Atom) and i.text == "′" for i in items):
            return _PRIMES[min(len(items), 3)]
        words = self.node(exponent)
        if isinstance(exponent, Fenced):
            return f"superscript {words}"
        if words == "minus one" and isinstance(base, Fenced) and _is_of_matrices(base):
            return "inverse"
        if words == "minus one" and (name in _APPLIED or name.isupper()) and len(name) == 1:
            return "inverse"
        return f"to the {words}" if _short(exponent) else f"to the power of {words}"

    def _fraction(self, node: Fraction) -> str:
        top, bottom = only(node.top), only(node.bottom)
        if node.binomial:
            return f"{self.node(top)} choose {self.node(bottom)}"
        if _is_whole(top) and _is_whole(bottom):
            assert isinstance(top, Atom) and isinstance(bottom, Atom)
            if len(top.text) < 3 and int(bottom.text) in range(2, 21):
                return numbers.fraction(int(top.text), int(bottom.text), british=self._british)
        over = " over " if _short(top) else ", all over "
        quantity = "" if _short(bottom) else "the quantity "
        return f"{self.node(top)}{over}{quantity}{self.node(bottom)}"

    def _root(self, node: Root) -> str:
        index = only(node.index) if node.index else None
        body = self.node(node.body)
        if index is None or (isinstance(index, Atom) and index.text in ("2", "3")):
            cube = isinstance(index, Atom) and index.text == "3"
            return f"the {'cube' if cube else 'square'} root of {body}"
        if isinstance(index, Atom) and index.kind == "number" and index.text.isdecimal():
            return f"the {numbers.ordinal(int(index.text))} root of {body}"
        if isinstance(index, Atom) and index.text.isascii():
            return f"the {index.text.lower()}th root of {body}"
        return f"the root of index {self.node(index)} of {body}"

    def _accent(self, node: Accent) -> str:
        name = _ACCENTS[node.name]
        body = self.node(node.body)
        return f"{body} {name}" if name else f"vector {body}"

    def _table(self, node: Table) -> str:
        if not node.name.endswith("matrix") and node.name != "array":
            cells = [" ".join(self.row(c.items) for c in row) for row in node.rows]
            return ", ".join(cells)
        rows = [", ".join(self.row(cell.items) for cell in row if cell.items) for row in node.rows]
        width = max((len(row) for row in node.rows), default=0)
        size = f"{numbers.cardinal(len(rows))} by {numbers.cardinal(width)}"
        what = "determinant" if node.name[0] == "v" else "matrix"
        listed = ", ".join(f"{numbers.ordinal(i)} row {row}" for i, row in enumerate(rows, 1))
        return f"the {size} {what} with {listed},"


def _sign(character: str) -> str:
    if character in _SIGNS:
        return _SIGNS[character]
    return re.sub(r"\b(?:sign|symbol)\b|[^a-z ]", " ", unicodedata.name(character, "").lower())


def letter(character: str) -> str:
    """Return a letter's name as it is read: "X", "alpha"."""
    named = GREEK.get(character) or _LETTERS.get(character)
    return named or (character.upper() if character.isascii() else character)


def _is_operation(node: Node) -> bool:
    return isinstance(node, Atom) and node.kind == "sign" and node.text in _OPERATIONS


def _is_factor(items: tuple[Node, ...], place: int) -> bool:
    """Whether what is before it is multiplied with it without a sign."""
    before = items[place - 1] if place else None
    return (
        before is not None
        and not _is_operation(before)
        and not _is_function(before)
        and not (isinstance(before, Fraction) and _is_derivative(before))
        and not (isinstance(before, Atom) and before.kind == "text")
    )


def _is_derivative(fraction: Fraction) -> bool:
    """Whether it is d/dx, which applies to what follows."""
    top = only(fraction.top)
    base = only(top.base) if isinstance(top, Script) else top
    return isinstance(base, Atom) and base.text in ("d", "∂") and not fraction.binomial


def _is_function(node: Node) -> bool:
    base = only(node.base) if isinstance(node, Script) else node
    return isinstance(base, Atom) and (
        base.kind == "function" or base.text in _BIG or base.text in "∂∇¬∀∃√"
    )


def _written(node: Node) -> str:
    """Return the characters of what is flat: "-1", "th"; else ""."""
    items = node.items if isinstance(node, Row) else (node,)
    return "".join(item.text if isinstance(item, Atom) else " " for item in items).strip()


def _is_roman(node: Node) -> bool:
    return isinstance(node, Atom) and node.kind in ("text", "roman")


def _temperature(node: Script, following: Node | None) -> str:
    above = only(node.above) if node.above else None
    if isinstance(above, Atom) and above.text in ("∘", "°") and isinstance(following, Atom):
        return _DEGREE_OF.get(following.text.strip(), "")
    return ""


def _is_size(items: tuple[Node, ...]) -> bool:
    """Whether it is the size of a matrix: "m × n"."""
    return len(items) == 3 and all(
        isinstance(item, Atom) and item.text in "mnkpqdNMD" for item in (items[0], items[2])
    )


def _is_of_matrices(fenced: Fenced) -> bool:
    bases = (only(i.base) if isinstance(i, Script) else i for i in fenced.body.items)
    return any(isinstance(base, Atom) and base.text.isupper() for base in bases)


def _is_vector(node: Node) -> bool:
    if isinstance(node, Accent):
        return not _ACCENTS[node.name]
    return isinstance(node, Atom) and node.text == "∇"


def _is_whole(node: Node) -> bool:
    return isinstance(node, Atom) and node.kind == "number" and node.text.isdecimal()


def _is_applied(node: Node, bracket: Node) -> bool:
    """Whether the bracket holds what a function applies to, as in f(x), and is no factor."""
    base = only(node.base) if isinstance(node, Script) else node
    if not isinstance(base, Atom) or base.kind not in ("letter", "roman", "text"):
        return False
    fenced = only(bracket.base) if isinstance(bracket, Script) else bracket
    if not isinstance(fenced, Fenced) or fenced.left not in ("(", "["):
        return False
    if isinstance(node, Script) and node.above is not None and base.text not in _APPLIED:
        return False
    expected = base.text == "E" and fenced.left == "["
    if base.text in _APPLIED or base.kind != "letter" or expected:
        return True
    items = fenced.body.items
    if base.text in _FACTORS:
        return len(items) == 1 and isinstance(items[0], Atom) and items[0].kind == "letter"
    terms = any(isinstance(item, Atom) and item.text in "+-−–±" for item in items)
    return not terms and not (len(items) == 1 and _is_whole(items[0]) and base.text.islower())


def _over(items: tuple[Node, ...], place: int) -> str:
    """Return the denominator of "1/2" in a formula; "" if there is no such fraction."""
    if place + 2 >= len(items) or not all(map(_is_whole, (items[place], items[place + 2]))):
        return ""
    slash, bottom = items[place + 1], items[place + 2]
    if not isinstance(slash, Atom) or slash.text != "/" or not isinstance(bottom, Atom):
        return ""
    top = items[place]
    assert isinstance(top, Atom)
    return bottom.text if int(top.text) < int(bottom.text) < 21 else ""


def _whole_fraction(node: Node | None) -> str:
    """Return "1/2" for a fraction below one of two whole numbers, else ""."""
    if not isinstance(node, Fraction) or node.binomial:
        return ""
    top, bottom = only(node.top), only(node.bottom)
    if not isinstance(top, Atom) or not isinstance(bottom, Atom):
        return ""
    whole = _is_whole(top) and _is_whole(bottom) and int(top.text) < int(bottom.text)
    return f"{top.text}/{bottom.text}" if whole else ""


def _ends(node: Node | None) -> bool:
    """Whether nothing follows that could seem to belong to what is before it."""
    return node is None or (isinstance(node, Atom) and node.text in ",;=≠<>≤≥≈→⇒⇔.")


def _short(node: Node, levels: int = 4) -> bool:
    """Whether it is heard as one: a term without plus and minus, and not nested deeply."""
    node = only(node)
    if isinstance(node, Atom):
        return True
    if isinstance(node, Table) or not levels:
        return False
    if isinstance(node, Row):
        if len(node.items) == 2 and _is_operation(node.items[0]):
            return _short(node.items[1], levels - 1)
        return not any(
            (isinstance(item, Atom) and item.text in _SEPARATING)
            or (isinstance(item, Fraction) and len(node.items) > 1)
            for item in node.items
        )
    if isinstance(node, Fraction):
        return _short(node.top, levels - 1) and _short(node.bottom, levels - 1)
    if isinstance(node, Script):
        return node.above is None or _short(node.above, levels - 1)
    return True


def _formula(match: re.Match[str], options: ReadingOptions) -> str | None:
    source = formulas.source(match)
    if source is None:
        return None
    suffix = match["suffix"] or ""
    if suffix not in ("", "s"):
        source = f"{{{source}}}^{{{suffix}}}"
    sizes = bool(_SIZED.match(match.string, match.end()))
    return said(source, british=options.british, sizes=sizes) + ("s" if suffix == "s" else "")


RULES = (Rule("formula", formulas.FORMULA, _formula),)
"""A formula contains numbers, names and signs that every other rule would take for its own."""
