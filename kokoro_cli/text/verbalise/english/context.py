"""What the words around an amount say about it."""

from __future__ import annotations

import re

_NOUN = re.compile(r"[ -](?:[a-z]+-)?([A-Za-z]{2,24})")
_ARTICLE = re.compile(r"(?:^|\W)(?:an?|another|every|each|one) (?:[a-z]+ )?$")
_DETERMINER = re.compile(r"(?:^|\W)(?:the|his|her|its|their|our|my|your|this|that|new|some|no) $")
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
        "which who while where because a an this these those every"
    ).split()
)


def is_attributive(match: re.Match[str]) -> bool:
    """Whether the amount belongs to a noun after it: "a $20 bill", "his 5 km run"."""
    text = match.string
    before = text[max(0, match.start() - 12) : match.start()].lower()
    noun = _NOUN.match(text, match.end())
    if not noun or (noun[1] in _NO_NOUNS and "-" not in noun[0].strip("- ")):
        return False
    return bool(_ARTICLE.search(before)) or bool(
        _DETERMINER.search(before) and noun[1] not in _VERBS
    )


BEFORE_SECONDS = re.compile(
    r"\b(?:after|within|every|took|takes|lasts?|lasted|for|in|than|by|of) (?:about |~)?$",
    re.IGNORECASE,
)
"""Words before "30s" that make it seconds, not a decade of one's life."""
