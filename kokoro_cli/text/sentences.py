"""Find sentence ends in spoken text, in which no abbreviation's full stop is left."""

from __future__ import annotations

import re

_CLOSERS = "\"'”’»)\\]}›」』）】》〉"
_OPENERS = "\"'“‘«(\\[{‹「『（【《〈¿¡*_"

# A mark that may end a sentence, closing quotes or brackets, and a space. Scripts without spaces
# and the danda need no space.
_END = re.compile(
    rf"(?P<mark>[.!?…]{{1,16}})(?P<closed>[{_CLOSERS}]{{0,8}})(?=(?P<space>\s)|$)"
    rf"|(?P<wide>[。！？｡।॥]{{1,16}}[…]{{0,4}})(?P<wide_closed>[{_CLOSERS}]{{0,8}})"
)
_NEXT = re.compile(rf"\s*[—–-]?\s*[{_OPENERS}]{{0,8}}(?P<word>[^\s{_OPENERS}]{{0,24}})")

# Words that continue a sentence after speech: "…!" he said. In Japanese と言った, in Chinese 他说.
_SAID = re.compile(
    r"\s*(?:\w+ ){0,2}(?:said|says|asked|asks|replied|cried|shouted|yelled|whispered|answered|"
    r"exclaimed|added|muttered|called|screamed|told|thought|wondered|demanded|dijo|preguntó|"
    r"gritó|exclamó|respondió|disse|chiese|esclamò|rispose|gridò|perguntou|exclamou|respondeu|"
    r"dit|demanda|répondit|cria|s'écria)\b"
    r"|\s*(?:\S+ ){1,3}(?:कहा|पूछा|बोला|बोली|चिल्लाया|चिल्लाई)"
)
_SAID_ON = re.compile(
    "[とっなはがをのにでもや，、,だ]|[他她它我你][们們]?.{0,3}[说說道问問喊叫答想]"
)

_PAIRS = {
    "“": "”",
    "«": "»",
    "(": ")",
    "[": "]",
    "「": "」",
    "『": "』",
    "（": "）",
    "《": "》",
    "„": "“",
}
_LONGEST_QUOTE = 600


# Short forms before the word they belong to, in lower case, for languages whose rules leave some
# of them and for languages without rules here.
_SHORT_FORMS = frozenset(
    (
        "sig sigg dott avv ing geom arch on prof profa dr dra sr sra srta srs sta sto d da dn ud "
        "mme mlle mm m me pr st ste mgr av bd art cap fig pag pág num núm tel est vol no nr n z b "
        "bzw usw ca evtl ggf vgl inkl exkl str abs hr frau fr hrn hl jh jhdt u i v o g e t.en dhr "
        "mevr ir mw bijv enz dvs bl t ul np itd tzn im св г ул им т д п стр см др проф акад"
    ).split()
)
_LAST_WORD = re.compile(r"(?:(?<=[\s(\[“„«\"'’-])|(?<![\s\S]))([^\W_]{1,5})$")


def boundaries(text: str, *, short_forms: bool = False, ordinals: bool = False) -> list[int]:
    """Return the offsets, in characters, at which one sentence ends and the next begins.

    With *short_forms*, a short form that no rule has read ends nothing ("sig. Rossi", "J.-P.
    Sartre"). With *ordinals*, neither does a number's full stop ("der 3. Oktober").
    """
    found: list[int] = []
    inside = _enclosed(text)
    careless = text[:1].islower() and not re.search(r"[.!?] [A-Z]", text)
    for match in _END.finditer(text):
        end = match.end()
        if end >= len(text) or inside[end - 1]:
            continue
        if match["wide"]:
            if match["wide_closed"] and _SAID_ON.match(text, end):
                continue
        elif not _ends(match, text, careless):
            continue
        elif match["mark"] == "." and not match["closed"]:
            word = _LAST_WORD.search(text, max(0, match.start() - 8), match.start())
            written = word[1] if word else ""
            if short_forms and (written.lower() in _SHORT_FORMS or _is_initial(written)):
                continue
            if ordinals and written.isdecimal() and len(written) <= 2:
                continue
        found.append(end)
    return found


def _is_initial(word: str) -> bool:
    return len(word) == 1 and word.isupper()


def _ends(match: re.Match[str], text: str, careless: bool) -> bool:
    mark, closed = match["mark"], match["closed"]
    following = _NEXT.match(text, match.end())
    if not following or not following["word"]:
        return False
    word = following["word"]
    first = word[0]
    if first.islower() and not careless:
        # "iPhone" and "eBay" may begin a sentence; "eBay" arrives here as "e Bay".
        return text[following.start("word") + 1 :][:2].strip()[:1].isupper()
    if not first.isalnum() and first not in "#@$£€&%~*+=<-–—":
        return False
    speech = closed and closed[0] in '"”»’'
    return not (speech and mark != "." and _SAID.match(text, match.end()))


def _enclosed(text: str) -> bytearray:
    """Return for each character whether it is inside a quotation or brackets that close."""
    inside = bytearray(len(text))
    opened: list[tuple[str, int]] = []
    straight = -1
    for i, character in enumerate(text):
        if character == '"':
            if straight >= 0 and i - straight <= _LONGEST_QUOTE:
                inside[straight:i] = b"\1" * (i - straight)
                straight = -1
            else:
                straight = i
        elif character in _PAIRS:
            opened.append((_PAIRS[character], i))
            del opened[:-16]
        elif opened and character == opened[-1][0]:
            _, begin = opened.pop()
            if i - begin <= _LONGEST_QUOTE:
                inside[begin:i] = b"\1" * (i - begin)
    return inside
