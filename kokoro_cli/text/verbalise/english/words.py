"""Contractions and the like: words whose spelling misleads a reader's lexicon."""

from __future__ import annotations

import re

from kokoro_cli.text.verbalise import Rule

_ELIDED = re.compile(
    r"(?<![\w])(?P<mark>['’‘])(?P<word>[Tt]was|[Tt]is(?:n't)?|[Tt]ill?|em|[Cc]ause|[Cc]os|"
    r"[Bb]out|[Rr]ound|[Nn]eath|[Gg]ainst|[Tt]were|[Tt]will)(?![\w])"
)
_AND = re.compile(r"(?<= )['’‘][nN]['’‘]?(?= )|(?<=\w)['’‘][nN]['’‘](?=\w)|(?<= )[nN]['’](?= )")


RULES = (
    Rule("elision", _ELIDED, lambda m, _: "'em" if m["word"] == "em" else m["word"]),
    Rule("elision", _AND, lambda m, _: "and" if m.string[m.start() - 1] == " " else " and "),
)
