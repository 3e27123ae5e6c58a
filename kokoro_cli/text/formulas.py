r"""Find the formulas that a text encloses as TeX does: ``$x$``, ``$$…$$``, ``\(…\)``, ``\[…\]``.

A dollar sign is usually money, and a backslash before a bracket usually an escape of Markdown. So
what is enclosed must look like mathematics:

=====================================  =========================================================
``$x$``, ``$5$``, ``$n$th``            formulas: no space inside the signs, no digit after them
``$5 and $7``, ``$HOME/bin``           not closed
``\[citation needed\]``                prose
``\begin{align} … \end{align}``        a formula without other signs
``x_{i}``, ``2^{n}``                   formulas, as `raised` writes them
=====================================  =========================================================
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kokoro_cli.text import tex
from kokoro_cli.text.clean import hide
from kokoro_cli.text.mapped import Mapped

_MARKED = re.compile(r"[$\\{]")
_ENVIRONMENTS = (
    "equation|align|aligned|alignat|gather|gathered|multline|eqnarray|flalign|displaymath|math|"
    "split|cases|array|[bBpvV]?matrix|smallmatrix"
)

# What is enclosed goes up to the next sign that could close it, so finding takes linear time.
FORMULA = re.compile(
    r"(?<![\\$])\$\$(?P<display>(?:[^$\\]|\\[\s\S]){1,4000})\$\$(?!\$)"
    r"|(?<![\w\\$])\$(?![\s$])(?P<suffixed>(?:[^$\\]|\\[\s\S]){1,40})(?<!\s)\$"
    r"(?P<suffix>st|nd|rd|th|s)(?!\w)"
    r"|(?<![\w\\$])\$(?!\$)(?P<inline>(?:[^$\\]|\\[\s\S]){1,600})\$"
    r"(?![\d$])"
    r"|(?<!\\)\\\((?P<round>(?:[^\\]|\\[^()\[\]]){1,2000})\\\)"
    r"|(?<!\\)\\\[(?P<square>(?:[^\\]|\\[^()\[\]]){1,4000})\\\]"
    rf"|(?P<environment>\\begin\{{(?P<name>(?:{_ENVIRONMENTS})\*?)\}}"
    r"(?:[^\\]|\\(?!(?:begin|end)\{(?P=name)\})[\s\S]){1,4000}\\end\{(?P=name)\})"
    r"|(?P<bare>(?:(?<![\w\\$^{}])(?:[^\W\d_]{1,2}|\d{1,9}(?:\.\d{1,6})?)|(?<=\)))"
    r"(?:[_^]\{[^{}\n]{1,40}\}){1,2}|(?<!\w)log_\{[^{}\n]{1,9}\}(?:\([^()\n]{1,20}\))?)"
)

_TEXT = re.compile(
    r"\\(?:text[a-z]{0,4}|mathrm|mathbf|mathit|mathsf|mathtt|operatorname\*?|mbox|hbox|label|tag|"
    r"begin|end|ce|pu|color|unit|si|ref)\s{0,3}\{[^{}]{0,300}\}"
)
_COMMAND = re.compile(r"\\[A-Za-z]+|\\[%$&#_{}|,;:!]")
_SCRIPT = re.compile(r"[\^_{}⁰¹²³⁴-⁹₀-₉]")
_OPERATOR = re.compile(r"[=<>+*/≤≥≠≈±×·÷−√∑∫-]")
_WORD = re.compile(r"[^\W\d_]{2,}")
_PROSE = re.compile(r"(?<![^\W_])[^\W\d_]{2,}[,;]? [^\W\d_]{2,}(?![^\W_])")
_PRICE = re.compile(r"[\d.,]+\s+[^\W\d_]{2,}")
_ARTICLE = re.compile(r"[\w,;:] [aI] (?=\w)")
# Code: a variable of a shell in brackets, a string, an address, and a list that begins elsewhere.
_CODE = re.compile(
    r"\{[A-Za-z_][\w:.-]{0,60}\}(?![\^_]|\Z)|\([a-z]{2,20} "
    r"|[,;:'\"?)\]}]|\.(?!\d)|[^\n]{0,600}[\"@]"
)
_FUNCTIONS = frozenset(
    "sin cos tan cot sec csc log ln exp lim max min sup inf det dim ker gcd lcm mod deg arg "
    "sinh cosh tanh arcsin arccos arctan".split()
)
_SHORT_WORDS = frozenset(
    "a an and are as at be but by do for from go he if in is it its me my no not of off on one or "
    "our out so the than that to too tip two up us was we with you".split()
)
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


def source(match: re.Match[str]) -> str | None:
    """Return the TeX of a match of FORMULA; None if it is not a formula."""
    if match["environment"] or match["bare"]:
        return match[0]
    enclosed = next(
        match[kind]
        for kind in ("display", "inline", "suffixed", "round", "square")
        if match[kind] is not None
    )
    joined = match["inline"] and match.string[match.end() : match.end() + 1].isalpha()
    if joined and "\\" not in enclosed:  # "$HOME:$PATH", but "$\mu$m".
        return None
    spaced = match["inline"] and (enclosed[0].isspace() or enclosed[-1].isspace())
    if spaced and not re.match(r"\s?(?:\\[A-Za-z]|[A-Za-z][_^=]|[A-Za-z] ?[=+<>-])", enclosed):
        return None
    written = enclosed.strip().strip("`").strip()
    dollars = match[0][0] == "$"
    if (dollars and _CODE.match(written)) or _unbalanced(written):
        return None
    return written if _is_mathematics(written) else None


def _is_mathematics(written: str) -> bool:
    rest = _TEXT.sub(r"\\x ", written)
    bare = _COMMAND.sub(" ", rest)
    command = len(bare) != len(rest) or rest != bare
    words = [word for word in _WORD.findall(bare) if word not in _FUNCTIONS]
    if not re.search(r"\w", bare):
        return command or written in tuple("+-=<>*/±×÷−∞")
    if any(m[0] in _SHORT_WORDS and not _is_factor(m) for m in _WORD.finditer(bare)):
        return False
    if any(not _FUNCTIONS.intersection(m[0].split()) for m in _PROSE.finditer(bare)):
        return False
    if command or _SCRIPT.search(bare):
        return True
    if sum(c in _OPENING for c in bare) != sum(c in _CLOSING for c in bare):
        return False
    if _PRICE.match(bare) or _ARTICLE.search(bare):
        return False
    return not any(len(word) > 3 for word in words) or bool(_OPERATOR.search(bare))


def _unbalanced(written: str) -> bool:
    braces = re.sub(r"\\[{}]", "", written)
    return braces.count("{") != braces.count("}")


def _is_factor(word: re.Match[str]) -> bool:
    """Whether letters that could be a word are beside an operator, as in "u + at"."""
    before = word.string[max(0, word.start() - 40) : word.start()].rstrip()[-1:]
    after = word.string[word.end() : word.end() + 40].lstrip()[:1]
    return bool(_OPERATOR.match(before) or _OPERATOR.match(after))


def found(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Yield the formulas of a text, and the TeX of each."""
    place = 0
    while match := FORMULA.search(text, place):
        formula = source(match)
        place = match.start() + 1 if formula is None else match.end()
        if formula is not None:
            yield match, formula


def protected(text: Mapped) -> Mapped:
    """Return the text with the punctuation of its formulas hidden, as `clean.hide` does."""
    if not _MARKED.search(text.text):
        return text
    parts: list[str] = []
    done = 0
    for match, _ in found(text.text):
        parts += text.text[done : match.start()], hide(match[0])
        done = match.end()
    return Mapped("".join(parts) + text.text[done:], text.starts, text.ends)


def written_out(text: Mapped) -> Mapped:
    """Return the text with its formulas in Unicode, as for a language without words for them."""
    if not _MARKED.search(text.text):
        return text
    return text.replace(
        (match.start(), match.end(), tex.plain(tex.parse(formula)) + (match["suffix"] or ""))
        for match, formula in found(text.text)
    )
