r"""Make text from outside safe to show: a name or a title may hold anything.

Characters that steer a terminal, reorder or hide text are shown as escapes: ``\x1b``, ``\u202e``.
Letters of every script, their marks and emoji stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
"""They choose a variant of the character before them."""

_UNSAFE = (
    # Control characters, and halves of a character: bytes of a name that are no text.
    "\x00-\x1f\x7f-\x9f\ud800-\udfff"
    # Marks of direction, separators of lines, and the old controls of shape.
    "\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f"
    # What takes no room: soft hyphens, joiners, fillers, operators, annotations, shorthand, music.
    "\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u3164\ufeff\uffa0"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    # Tags, and the rest of their plane; no characters at all.
    f"\U000e0000-\U000e0fff\ufdd0-\ufdef\ufffe\uffff{_SELECTORS}"
)

_JOINING = (
    # Arabic to Lao, Tibetan and Myanmar, Khmer and Mongolian, Balinese and its neighbours, and the
    # scripts of India in the next plane.
    "\u0600-\u0eff\u0f00-\u109f\u1780-\u18af\u1a20-\u1aaf\u1b00-\u1c4f\ua800-\ua8df\ua980-\ua9df"
    "\uaae0-\uabff\U00010a00-\U00010aff\U00010d00-\U00010d3f\U00010f30-\U00011fff"
)
"""Scripts whose letters joiners shape."""

_PICTURES = "\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2900-\u297f\u2b00-\u2bff\U0001f000-\U0001faff"
"""What emoji are joined of."""

_KEPT = "|".join(
    [
        f"(?<=[{_JOINING}])[\u200c\u200d]",
        f"(?<=[{_PICTURES}\ufe0f])\u200d(?=[{_PICTURES}])",
        rf"(?<=[^\s{_UNSAFE}])[{_SELECTORS}]",
        "(?<=[\u1820-\u18aa])[\u180b-\u180f]",  # Of Mongolian letters.
        "\u115f(?=[\u1161-\u11a7])|(?<=[\u1100-\u115e])\u1160",  # Of old Korean syllables.
        # The flags of England, Scotland and Wales: a black flag with the letters as tags.
        "\U0001f3f4\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063"
        "\U000e0074|\U000e0077\U000e006c\U000e0073)\U000e007f",
    ]
)


@cache  # Compiled when it is needed: that takes milliseconds of the start.
def _found() -> re.Pattern[str]:
    return re.compile(f"{_KEPT}|([{_UNSAFE}])")


_NAMES = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def printable(text: str) -> str:
    """Return a text in one line, with what a terminal should not get as escapes."""
    return _replaced(text, _escape)


def printable_lines(text: str) -> str:
    """Return a text whose ends of lines are ours; all else as `printable` does."""
    return "\n".join(map(printable, text.split("\n")))


def printable_json(text: str) -> str:
    r"""Return JSON with the same characters as ``\u`` escapes; it means the same."""
    return "\n".join(_replaced(line, _json_escape) for line in text.split("\n"))


def _replaced(text: str, escape: Callable[[str], str]) -> str:
    if text.isascii() and text.isprintable():
        return text
    return _found().sub(lambda match: escape(match[1]) if match[1] else match[0], text)


def _escape(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # A byte that is no text, as Python reads names.
        code -= 0xDC00
    if char in _NAMES:
        return _NAMES[char]
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _json_escape(char: str) -> str:
    code = ord(char)
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 | code >> 10:04x}\\u{0xDC00 | code & 0x3FF:04x}"


_ALIKE = {
    **{"…": "...", "–": "-", "—": "-", "−": "-", "·": "|", "×": "x", "•": "*"},
    **{"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "‚": "'", "«": '"', "»": '"'},
    **{"←": "<-", "→": "->", "↑": "^", "↓": "v", "µ": "u", "\u00a0": " "},
}
"""Signs that our own messages have, in ASCII."""


def encodable(text: str, encoding: str) -> str:
    """Return a text that a terminal of this encoding can show: signs alike, or escapes."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return "".join(_fitted(char, encoding) for char in text)
    except LookupError:
        return text
    return text


def _fitted(char: str, encoding: str) -> str:
    for shown in (char, _ALIKE.get(char, "")):
        try:
            if shown and shown.encode(encoding):
                return shown
        except UnicodeEncodeError:
            continue
    return char.encode("ascii", "backslashreplace").decode()
