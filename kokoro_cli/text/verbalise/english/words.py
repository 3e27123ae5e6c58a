"""Contractions and the like: words whose spelling misleads a reader's lexicon."""

from __future__ import annotations

import re

from kokoro_cli.text.verbalise import Late, Rule
from kokoro_cli.types import ReadingOptions

# Words without their first letters; the mark is no quotation mark. Others are in
# english_words.toml, because they sound unlike their spelling.
_ALWAYS_CUT = (
    "twas|twasn't|tis|tisn't|tain't|twere|twill|twould|twouldn't|til|em|cos|coz|cuz|neath|gainst|"
    "fraid|nother|nuff|nough|scuse|spect|spose|tween|twixt|mongst|midst|zactly|kay|tude|ppreciate"
)
# These are words of their own too, which may begin a quotation.
_SOMETIMES_CUT = "cause|till|bout|round|cross|long|less|fore|course|night|morning|stead|member|pon"
_CUT_START = re.compile(
    rf"(?<!\w)['’‘](?P<word>(?P<always>{_ALWAYS_CUT})|{_SOMETIMES_CUT})(?!\w)", re.IGNORECASE
)
_CLOSING = Late(r"(?P<before>[\w.,!?…]{1,2})['’](?!\w)")

_AND = re.compile(r"(?<= )['’‘][nN]['’‘]?(?= )|(?<=\w)['’‘][nN]['’‘](?=\w)|(?<= )[nN]['’](?= )")

# "B... but", "w—where".
_BROKEN_OFF = re.compile(
    r"(?<![\w'’.])(?P<sound>[b-df-hj-np-tv-zB-DF-HJ-NP-TV-Z]|[TtSsCcWw]h)"
    r"(?:\.\.\.|…|—|–|--) ?(?=(?P<word>[A-Za-z]['’A-Za-z]{1,20}))"
)


def _cut_start(match: re.Match[str], options: ReadingOptions) -> str | None:
    if not match["always"] and _is_quoted(match):
        return None
    return "'em" if match["word"] == "em" else match["word"]


def _is_quoted(match: re.Match[str]) -> bool:
    """Whether a closing quote follows, so that the mark opens a quotation."""
    rest = match.string[match.end() - 2 : match.end() + 300]
    return any(
        close["before"].lower() not in ("in", "th", "an") and close["before"][-1] not in "so"
        for close in _CLOSING.finditer(rest)
    )


def _broken_off(match: re.Match[str], options: ReadingOptions) -> str | None:
    sound, word = match["sound"], match["word"]
    inside = match.string[max(0, match.start() - 2) : match.start()].strip(" ")[-1:].isalnum()
    if not word.lower().startswith(sound.lower()) or (inside and sound[0].isupper()):
        return None
    return sound + "-"


# Words that people stretch: "sooo", "nooo", "waaay". Others are left to the reader.
_STRETCHABLE = (
    "so no yes way please really good cool long too very hey hi bye well what why love much nice "
    "wow whoa oh ah "
    "aw ow help stop go wait come now never ever all always done great best more okay right sorry "
    "thanks thank "
    "happy funny hot cold bad sad mad big mom mum dad mommy daddy dude bro man girl boy baby babe "
    "day night hello ha "
    "he she me you we us do look see sure fine true new old wrong sick tired hungry gone finally "
    "omg amazing super"
).split()
_RUNS = Late(r"(\w)\1+", re.IGNORECASE)
_STRETCHED = re.compile(
    r"(?<![\w'’-])(?=\w{0,20}?(\w)\1\1)[A-Za-z]{3,40}(?![\w'’-])", re.IGNORECASE
)
_PLAIN = {_RUNS.sub(r"\1", word): word for word in reversed(_STRETCHABLE)}


def _stretched(match: re.Match[str], options: ReadingOptions) -> str | None:
    """Return the plain word in capitals, which readers stress."""
    word = _PLAIN.get(_RUNS.sub(r"\1", match[0].lower()))
    return word.upper() if word else None


RULES = (
    Rule("stretched", _STRETCHED, _stretched),
    Rule("elision", _CUT_START, _cut_start),
    Rule("elision", _AND, lambda m, _: "and" if m.string[m.start() - 1] == " " else " and "),
    Rule("stammer", _BROKEN_OFF, _broken_off),
)
