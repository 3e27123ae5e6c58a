"""What the words around an amount say about it."""

from __future__ import annotations

import re
from functools import lru_cache

from kokoro_cli.text.verbalise import Late

_NOUN = Late(r"[ -](?:[a-z]+-)?([A-Za-z]{2,24})")
_ARTICLE = Late(r"(?:^|\W)(?:an?|another|every|each|one) (?:[a-z]+ )?$")
_DETERMINER = Late(r"(?:^|\W)(?:the|his|her|its|their|our|my|your|this|that|new|some|no) $")
_VERBS = frozenset(
    (
        "goes comes makes buys gets covers includes represents seems needs remains means takes "
        "gives "
        "does says looks feels runs lasts costs pays"
    ).split()
)
_NO_NOUNS = frozenset(
    (
        "of in on at to for from and or is was are were per the more less away wide long tall "
        "high deep thick each off back ago later by with than when we he she it they you but as "
        "if so above below under over before after until since during between per into onto out "
        "up down not plus minus and will would can could may might must should has had have that "
        "which who while where because a an this these those every apart ahead behind across "
        "around "
        "today now here there only square max min total tops taller wider longer shorter deeper "
        "higher thicker if once because beyond along past through inside outside left right "
        "north south east west clear extra though too also just overnight yesterday tonight "
        "tomorrow "
        "last this next every all again already since soon then still even both either fell came "
        "is "
        "are was were made makes gave gives took takes went goes got gets had has have did does do "
        "being been feels felt seems looks lies lay sits stands runs covers fit fits"
    ).split()
)


_PREFIX = Late(r"(?<!\w)(?:sub|under|over|pre|post|multi|mid|near|super|above|below|plus)-$")
# What one buys or builds by its measure, and games and races of a length.
_MEASURED = Late(
    r"[ -](?:(?!(?:of|to|and|or|in|on|at|for|with|by|from|the|per|each|into|onto|over|"
    r"under)\b)[\w-]{2,12} )?(?:bags?|cans?|cups?|bottles?|buckets?|jars?|tins?|"
    r"box(?:es)?|packs?|packages?|"
    r"pkgs?|tubes?|tubs?|jugs?|cartons?|containers?|drums?|tanks?|pots?|pans?|kegs?|steaks?|"
    r"burgers?|"
    r"weights?|dumbbells?|plates?|hammers?|lines?|ropes?|hoses?|cords?|cables?|ladders?|boards?|"
    r"pipes?|bolts?|screws?|nails?|bits?|blades?|drills?|holes?|lens(?:es)?|films?|rulers?|"
    r"monitors?|"
    r"screens?|TVs?|displays?|tires?|rims?|wheels?|pizzas?|fences?|walls?|poles?|ceilings?|waves?|"
    r"swells?|races?|runs?|walks?|hikes?|rides?|swims?|sprints?|passe?s?|punts?|gains?|putts?|"
    r"engines?|motors?|fuses?|bulbs?|chargers?|batter(?:y|ies)|adapters?|circuits?|breakers?|"
    r"outlets?|"
    r"heaters?|panels?|speakers?|doses?|tablets?|tabs?|pills?|capsules?|syringes?|vials?|needles?|"
    r"shifts?|"
    r"centers?|centres?|lengths?|pieces?|sections?|strips?|sheets?|rolls?|spools?|sticks?|copper|"
    r"steel|PVC|PEX|"
    r"plywood|ply|MDF|drywall|pine|oak|brass|iron|glass|mesh|foam|dowels?|tiles?|trim|conduit|"
    r"tubing|"
    r"lags?|rounds?|cartridges?|cameras?|guns?|flights?|studs?|joists?|beams?|planks?|sockets?|"
    r"wrench(?:es)?|wires?|lots?|fonts?|margins?)\b"
)


@lru_cache(maxsize=64)
def mentions(pattern: Late, text: str) -> bool:
    """Whether a text has a match; kept, since rules ask it at each of their places."""
    return pattern.search(text) is not None


def is_attributive(match: re.Match[str]) -> bool:
    """Whether the amount belongs to a noun after it: "a $20 bill", "his 5 km run"."""
    text = match.string
    before = text[max(0, match.start() - 12) : match.start()].lower()
    noun = _NOUN.match(text, match.end())
    if not noun or (noun[1] in _NO_NOUNS and "-" not in noun[0].strip("- ")):
        return False
    if _PREFIX.search(before):
        return True
    return bool(_ARTICLE.search(before)) or bool(
        _DETERMINER.search(before) and noun[1] not in _VERBS
    )


_BEFORE_SECONDS = Late(
    r"\b(?:after|within|every|took|takes|lasts?|lasted|for|in|than|by|of|wait|waited|then|pause|"
    r"sleep|hold|another|least) (?:about |~)?$",
    re.IGNORECASE,
)
_AFTER_SECONDS = Late(
    r" (?:at a time|rest|breaks?|pause|delay|timeout|intervals?|sprints?|planks?)\b"
)


def is_seconds(match: re.Match[str]) -> bool:
    """Whether the words around "30s" make it seconds, not a decade of one's life."""
    before = match.string[max(0, match.start() - 20) : match.start()]
    return bool(_BEFORE_SECONDS.search(before) or _AFTER_SECONDS.match(match.string, match.end()))


def is_measured(text: str, end: int) -> bool:
    """Whether a thing that is known by its measure follows at *end*: "16 oz cups"."""
    return bool(_MEASURED.match(text, end))


def is_before_noun(text: str, end: int) -> bool:
    """Whether a word that may be a noun follows at *end*, as in `6" pot`."""
    noun = _NOUN.match(text, end)
    if (
        noun
        and noun[1].isupper()
        and noun[1] not in ("TV", "LCD", "LED", "OLED", "PVC", "HDTV", "MDF", "SUV")
    ):
        return False
    return bool(
        noun and noun[1] not in _NO_NOUNS and not (noun[1].endswith("ly") and len(noun[1]) > 4)
    )
