r"""Turn MathML into TeX, which the text stage reads: ``<mfrac>`` becomes ``\(\frac{a}{b}\)``."""

from __future__ import annotations

from dataclasses import dataclass, field

_DEEPEST = 60
"""Elements nested deeper are read as if their tags were not there."""
_LONGEST = 1_900
"""Characters of TeX; a longer formula is read as its text."""

_ESCAPED = {"{": "\\{", "}": "\\}", "%": "\\%", "&": "\\&", "#": "\\#", "$": "\\$", "_": "\\_",
            "\\": "\\backslash "}  # fmt: skip
# Function application, invisible times, separator and plus.
_INVISIBLE = dict.fromkeys(map(ord, "\u2061\u2062\u2063\u2064\u200b"), "")
_ACCENTS = {
    "^": "hat", "ˆ": "hat", "\u0302": "hat", "¯": "bar", "‾": "bar", "_": "bar", "―": "bar",
    "\u0304": "bar", "→": "vec", "⃗": "vec", "⇀": "vec", "~": "tilde", "˜": "tilde", "˙": "dot",
    "¨": "ddot", "\u0303": "tilde",
}  # fmt: skip
_ROWS = frozenset("mtr mlabeledtr".split())


@dataclass(slots=True)
class _Element:
    name: str
    attributes: dict[str, str]
    parts: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def flush(self) -> None:
        """Make a part of the text, which only the innermost elements should have."""
        text = "".join(self.text).strip()
        if text:
            self.parts.append(_token("", text))
        self.text.clear()


class Formula:
    """Collects the elements inside of a math element, in the order of their tags."""

    def __init__(self) -> None:
        self._open = [_Element("math", {})]
        self._text: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._open[-1].flush()
        self._open.append(_Element(name, attributes))

    def write(self, text: str) -> None:
        self._text.append(text)
        self._open[-1].text.append(text)

    def end(self) -> None:
        """Close the innermost element; the math element itself stays open."""
        if len(self._open) == 1:
            return
        element = self._open.pop()
        outer = self._open[-1]
        if len(self._open) > _DEEPEST:
            outer.parts += element.parts
            outer.text += element.text
        elif element.name not in ("mphantom", "mspace"):
            outer.parts.append(_written(element))

    def tex(self) -> str:
        r"""Return ``\(…\)``, the text of a formula that is too long, or "" without text."""
        while len(self._open) > 1:
            self.end()
        written = _written(self._open[0]).strip()
        if not written:
            return ""
        return f"\\({written}\\)" if len(written) <= _LONGEST else " ".join(self._text)


def _written(element: _Element) -> str:
    name, parts = element.name, element.parts
    if parts:
        element.flush()
    text = "".join(element.text).translate(_INVISIBLE).strip()
    if name in ("mtext", "ms"):
        return f"\\text{{{' '.join(text.translate(_PROSE).split())}}}" if text else " "
    if text:
        return _token(name, text)
    if name in _ROWS:
        return " & ".join(parts)
    if name == "mtable":
        return "\\begin{matrix}" + " \\\\ ".join(parts) + "\\end{matrix}"
    if name == "mfenced":
        return _fenced(element)
    if name == "semantics":
        return parts[0] if parts else ""
    if name == "msqrt":
        return f"\\sqrt{{{''.join(parts)}}}"
    made = _of_two(name, element) if len(parts) == 2 else None
    if made is None and len(parts) == 3 and name in ("msubsup", "munderover"):
        made = f"{_grouped(parts[0])}_{{{parts[1]}}}^{{{parts[2]}}}"
    return "".join(parts) if made is None else made


def _token(name: str, text: str) -> str:
    if name in ("mi", "mo") and len(text) > 1 and text.isalpha():
        return f"\\mathrm{{{text}}}"
    written = "".join(_ESCAPED.get(character, character) for character in text)
    # What stands beside it must not become part of it.
    return f" {written} " if name == "mo" or written.startswith("\\") else written


def _of_two(name: str, element: _Element) -> str | None:
    first, second = element.parts
    if name == "mfrac":
        binomial = element.attributes.get("linethickness", "")[:1] == "0"
        return f"\\{'binom' if binomial else 'frac'}{{{first}}}{{{second}}}"
    if name == "mroot":
        return f"\\sqrt[{second}]{{{first}}}"
    accent = _ACCENTS.get(second.strip().lstrip("\\"))
    if name == "mover" and accent:
        return f"\\{accent}{{{first}}}"
    if name in ("msub", "munder"):
        return f"{_grouped(first)}_{{{second}}}"
    if name in ("msup", "mover"):
        return f"{_grouped(first)}^{{{second}}}"
    return None


def _grouped(base: str) -> str:
    return base if len(base.strip()) == 1 else f"{{{base}}}"


def _fenced(element: _Element) -> str:
    attributes = element.attributes
    left, right = attributes.get("open", "("), attributes.get("close", ")")
    separators = attributes.get("separators", ",").strip()
    inside = (separators[:1] or "").join(element.parts)
    return f"{_ESCAPED.get(left, left)}{inside}{_ESCAPED.get(right, right)}"


_PROSE = str.maketrans("{}\\$", "()  ")
