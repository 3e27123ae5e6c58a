"""Choose a homograph's reading from the words around it.

misaki chooses by spaCy's tag alone. That leaves two gaps: readings that share a tag (a bass is a
fish or an instrument), and sentences that the small model tags wrongly. Here the words around a
homograph decide first, and the tag decides only if they do not. Phonemes agree with misaki's gold
dictionary wherever it has the reading.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Literal, NamedTuple


class Tagged(NamedTuple):
    """A token of the spoken sentence."""

    text: str
    tag: str
    """Penn Treebank tag from spaCy's small model; sometimes wrong."""


def reading(tokens: Sequence[Tagged], index: int, *, british: bool) -> str | None:
    """Return a homograph's phonemes in Kokoro's alphabet, or None to leave it to misaki.

    Also None if misaki reaches the same reading by the tag alone.
    """
    entry = _table().get(_plain(tokens[index].text))
    if entry is None:
        return None
    context = _context(tokens, index)
    chosen = entry.choose(context)
    if chosen is None or chosen == entry.by_tag(context.tag):
        return None
    american, other = entry.readings[chosen]
    return other if british else american


# --- the neighbours -------------------------------------------------------------------------

_WINDOW = 8
_ENDS = frozenset(".!?")
_SKIPPED = frozenset("-–\"“”'‘’()[]") | {"``", "''"}


class _Near(NamedTuple):
    word: str
    tag: str


_NOTHING = _Near("", "")


class _Context(NamedTuple):
    text: str
    tag: str
    before: tuple[_Near, ...]
    """Nearest word first; marks that only join or quote are left out."""
    after: tuple[_Near, ...]

    @property
    def previous(self) -> _Near:
        return self.before[0] if self.before else _NOTHING

    @property
    def next(self) -> _Near:
        return self.after[0] if self.after else _NOTHING


def _plain(text: str) -> str:
    return text.lower().replace("’", "'")


def _context(tokens: Sequence[Tagged], index: int) -> _Context:
    here = tokens[index]
    back = range(index - 1, max(index - 1 - _WINDOW, -1), -1)
    ahead = range(index + 1, min(index + 1 + _WINDOW, len(tokens)))
    return _Context(here.text, here.tag, _walk(tokens, back), _walk(tokens, ahead))


def _walk(tokens: Sequence[Tagged], indices: range) -> tuple[_Near, ...]:
    found: list[_Near] = []
    for i in indices:
        text, tag = tokens[i]
        if text in _ENDS:
            break
        if text not in _SKIPPED and not text.isspace():
            found.append(_Near(_plain(text), tag))
    return tuple(found)


# --- cues -----------------------------------------------------------------------------------

_Test = Callable[[_Context], bool]


class _Cue(NamedTuple):
    reading: str
    tests: tuple[_Test, ...]


def _cue(reading: str, *tests: _Test) -> _Cue:
    """Return a cue for a reading: all tests must hold; without tests it is the last resort."""
    return _Cue(reading, tests)


def _prev(words: str) -> _Test:
    wanted = frozenset(words.split())
    return lambda c: c.previous.word in wanted


def _next(words: str) -> _Test:
    wanted = frozenset(words.split())
    return lambda c: c.next.word in wanted


def _before(words: str, reach: int = _WINDOW) -> _Test:
    wanted = frozenset(words.split())
    return lambda c: any(n.word in wanted for n in c.before[:reach])


def _around(words: str, reach: int = _WINDOW) -> _Test:
    wanted = frozenset(words.split())
    return lambda c: any(n.word in wanted for n in (*c.before[:reach], *c.after[:reach]))


def _phrase(words: str) -> _Test:
    """Test for these words, in order, just before the homograph."""
    wanted = tuple(reversed(words.split()))
    return lambda c: tuple(n.word for n in c.before[: len(wanted)]) == wanted


def _followed(words: str) -> _Test:
    """Test for these words, in order, just after the homograph."""
    wanted = tuple(words.split())
    return lambda c: tuple(n.word for n in c.after[: len(wanted)]) == wanted


def _tag(tags: str) -> _Test:
    wanted = frozenset(tags.split())
    return lambda c: c.tag in wanted


def _prev_tag(tags: str) -> _Test:
    wanted = frozenset(tags.split())
    return lambda c: c.previous.tag in wanted


def _next_tag(tags: str) -> _Test:
    wanted = frozenset(tags.split())
    return lambda c: c.next.tag in wanted


def _no(test: _Test) -> _Test:
    return lambda c: not test(c)


def _capital(c: _Context) -> bool:
    return c.text[:1].isupper()


def _starts(c: _Context) -> bool:
    return not c.before


def _name(c: _Context) -> bool:
    """Whether the word is capitalised inside a sentence."""
    return _capital(c) and bool(c.before)


def _small(c: _Context) -> bool:
    return not _capital(c)


# --- the part of speech, corrected by neighbours ----------------------------------------------


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


_Part = Literal["n", "v", "j", ""]

_DETERMINERS = _words("a an the my your his its our their every each another")
_OPENERS = _DETERMINERS | _words("this these those her some any all them it him us me")
_SUBJECTS = _words("i we they he she who you")
_MODALS = _words("will would can could shall should may might must ca wo 'll do does did to")
_HELPERS = _words("help helps helped helping let lets us please")
_WITNESSES = _words("see saw seen watch watched watching hear heard hearing let lets make made")
_PREPOSITIONS = _words(
    "of in for with by from at on into without about under over between despite during"
)
# After these "to" is a preposition.
_TO_NOUN = _words(
    "according due thanks access prior subject addition response relation attention attached key "
    "close next similar damage devoted dedicated opposed objected contributed referred"
)
_ADVERBS = _words(
    "not n't never always often also only just still already even ever really then usually "
    "sometimes simply actually probably both all soon quickly rarely seldom hardly"
)


def _family(tag: str) -> _Part:
    if tag.startswith("VB") or tag == "MD":
        return "v"
    if tag.startswith("NN"):
        return "n"
    return "j" if tag.startswith(("JJ", "RB")) else ""


def _part(c: _Context) -> _Part:
    """Return the word class that the neighbours show, else the tagger's."""
    plural = c.tag in ("NNS", "NNPS", "VBZ") and _plain(c.text).endswith("s")
    tagged = _family(c.tag)
    if _is_governed(c, plural=plural):
        return "v"
    if tagged == "v":
        return _unless_nominal(c, plural=plural)
    return "v" if _is_finite(c, plural=plural) else tagged


def _auxiliary(c: _Context) -> int:
    """Return the number of adverbs, at most two, between the word and what governs it."""
    count = 0
    while count < min(2, len(c.before)) and (
        c.before[count].word in _ADVERBS or c.before[count].tag == "RB"
    ):
        count += 1
    return count


def _is_governed(c: _Context, *, plural: bool) -> bool:
    """Whether the word is a verb because "to", a modal or "help" comes before it."""
    if plural or c.tag in ("VBD", "VBN", "VBG"):
        return False
    count = _auxiliary(c)
    if count >= len(c.before):
        return False
    governor = c.before[count]
    farther = c.before[count + 1] if count + 1 < len(c.before) else _NOTHING
    if governor.word == "to":
        nominal = c.tag.startswith(("JJ", "NN")) and farther.word in _TO_NOUN
        adjective = c.tag.startswith("JJ") and c.next.tag.startswith("NN")
        return not (nominal or adjective)
    if governor.word in _MODALS or governor.tag == "MD":
        # "the will", "in May", "he does record business": a verb needs a subject or an object.
        is_noun = governor.tag.startswith("NN") or farther.word in _DETERMINERS
        return not is_noun and not (c.tag.startswith("JJ") and c.next.tag.startswith("NN"))
    if _is_asked(c, count) or _is_witnessed(c):
        return True
    return count == 0 and governor.word in _HELPERS and not c.tag.startswith("JJ")


def _is_asked(c: _Context, count: int) -> bool:
    """Whether it is the verb of a question: "Did he record it?", "How long do elephants live?"."""
    subject = c.before[count : count + 3]
    if not subject or not subject[0].tag.startswith(("PRP", "NN")) or subject[0].tag == "PRP$":
        return False
    for near, farther in zip(subject[1:], (*c.before[count + 2 :], _NOTHING), strict=False):
        if near.word in ("do", "does", "did"):
            return farther.word not in _SUBJECTS
        if not near.tag.startswith(("DT", "PRP$", "JJ", "CD")):
            return near.tag == "MD" and subject[0].tag == "PRP"
    return False


def _is_witnessed(c: _Context) -> bool:
    """Whether someone perceives it: "saw her mouth the words", "watched the river wind slowly"."""
    if not c.previous.tag.startswith(("NN", "PRP")):
        return False
    if c.next.word not in _DETERMINERS and c.next.tag != "RB":
        return False
    return any(n.word in _WITNESSES for n in c.before[1:3])


def _unless_nominal(c: _Context, *, plural: bool) -> _Part:
    """Return "v" for a word tagged as a verb, unless a determiner or preposition rules it out."""
    if c.tag in ("VBD", "VBN", "VBG"):
        return "v"
    before, farther = c.previous, c.before[1] if len(c.before) > 1 else _NOTHING
    nominal: _Part = "j" if c.next.tag.startswith("NN") and not plural else "n"
    if before.word in _DETERMINERS or before.tag == "POS":
        return nominal
    if before.tag.startswith("JJ") and farther.word in _DETERMINERS and (plural or _no_object(c)):
        return nominal
    if before.word in _PREPOSITIONS and before.tag == "IN":
        return nominal
    return "v"


def _no_object(c: _Context) -> bool:
    return c.next.word not in _OPENERS


def _is_finite(c: _Context, *, plural: bool) -> bool:
    """Whether a word tagged as a noun or adjective is really the verb of its clause."""
    opens = c.next.word in _OPENERS or c.next.tag == "PRP$"
    adjective = c.tag.startswith("JJ")
    if c.previous.word in _SUBJECTS and not adjective:
        return not (plural and c.previous.word in ("i", "we", "they", "you"))
    if plural:
        return c.previous.word in ("it", "which", "that") and opens
    if not c.before or c.previous.word in (",", "and", "then", ":", ";"):
        return opens and c.next.word not in ("all", "some")
    if c.previous.tag in ("NNS", "NNPS") or c.previous.word in ("people", "police", "many", "few"):
        return (opens or c.next.word in ("that", "against")) and not adjective
    return False


# --- entries --------------------------------------------------------------------------------


class _Homograph(NamedTuple):
    readings: Mapping[str, tuple[str, str]]
    """American and British phonemes of each reading."""
    choose: Callable[[_Context], str | None]
    by_tag: Callable[[str], str]
    """misaki's reading for a tag; "" if it has none of the readings, or not in both accents."""


def _by(cues: tuple[_Cue, ...]) -> Callable[[_Context], str | None]:
    def choose(c: _Context) -> str | None:
        return next((cue.reading for cue in cues if all(test(c) for test in cue.tests)), None)

    return choose


def _always(reading: str = "") -> Callable[[str], str]:
    return lambda tag: reading


def _verbs(verb: str, other: str) -> Callable[[str], str]:
    return lambda tag: verb if tag.startswith("VB") else other


def _is_verb(c: _Context) -> bool:
    return _part(c) == "v"


def _is_noun(c: _Context) -> bool:
    return _part(c) == "n"


# Adjectives that sound like the verb; all others sound like the noun.
_LIKE_VERBS = frozenset({"content", "invalid", "upset"})

# "Use cases", "use value".
_AFTER_A_USE = "case cases value values tax taxes rights right class classes and or"
_BE = (
    "be am is are was were been being 's 're 'm seem seems seemed feel feels felt look looks looked"
)
_SELF = "myself yourself himself herself itself ourselves yourselves themselves"

# What grows smaller: a muscle contracts, a wholesaler has contracts.
_SHRINKING = (
    "muscles metals gases solids liquids materials fibers fibres lungs pupils vessels economies "
    "bones rods wires rails cables tendons ventricles atria airways markets lips"
)
_SHRINKS = (
    "muscle metal steel iron copper aluminum aluminium gas air water ice concrete wood glass heart "
    "lung pupil iris diaphragm uterus bladder economy rod wire rail cable tendon ventricle fiber"
)

# Cues from the words around it, which decide before the grammar does.
_OWN_CUES: Mapping[str, tuple[_Cue, ...]] = {
    "content": (
        _cue(
            "n",
            _next(
                "creator creators creation marketing management manager managers strategy provider "
                "providers warning warnings type types delivery moderation filter filters"
            ),
        ),
        _cue("v", _next(f"with to {_SELF}"), _prev(f"{_BE} not quite perfectly more fairly")),
        _cue("v", _prev(_BE), _no(_next_tag("NN NNS"))),
        _cue("v", _next(_SELF)),
        _cue("v", _prev("heart's hearts hearts' be"), _no(_next_tag("NN NNS"))),
        _cue("v", _phrase("heart 's")),
        _cue("v", _prev("and"), lambda c: len(c.before) > 1 and c.before[1].tag == "JJ"),
    ),
    "contents": (_cue("v", _next(_SELF)), _cue("n")),
    "contract": (
        _cue("v", _before("expand expands stretch"), _no(_next_tag("NN NNS"))),
        _cue("v", _prev(_SHRINKING), _no(_next("of for with law laws between"))),
        _cue("v", _prev_tag("NNS"), _next("when as and during if until"), _no(_phrase("'s"))),
    ),
    "contracts": (
        _cue("v", _before("expands stretches"), _no(_next_tag("NN NNS"))),
        _cue("v", _prev(f"it {_SHRINKS}"), _no(_next("of for with law between were are"))),
    ),
    "deserts": (_cue("v", _prev("just")),),
    "invalid": (
        _cue(
            "n",
            _next(
                "mother father wife husband chair sister brother aunt son daughter child carriage"
            ),
        ),
        _cue("n", _prev("an the"), _next("all for who since and , with")),
        _cue("n", _prev("helpless chronic permanent lifelong elderly bedridden hopeless")),
        _cue("n", _phrase("an"), _no(_next_tag("NN NNS"))),
    ),
    "produce": (
        _cue("n", _next("aisle section department stand stands market markets")),
        _cue("n", _prev("fresh local organic farm seasonal garden dairy own")),
    ),
    "produces": (_cue("v"),),
    "present": (
        _cue("n", _prev("at birthday christmas wedding those all be was were been being are is")),
    ),
    "upset": (
        _cue("n", _prev("biggest major huge stunning shock big greatest stomach")),
        _cue("v", _tag("JJ VBD VBN")),
    ),
    "refuse": (
        _cue("n", _next("collection collectors collector dump bin bins heap tip sacks bags truck")),
        _cue("n", _prev("household domestic garden kitchen of burning rotting")),
    ),
    "conflict": (
        _cue("v", _prev_tag("NNS VBZ"), _next("with in")),
        _cue("v", _prev("reports accounts views interests results versions stories laws rules")),
    ),
    "decrease": (_cue("v", _prev_tag("NNS"), _next("by in from to as when with")),),
    "graduate": (
        _cue(
            "n",
            _next("school schools student students program programs degree degrees studies course"),
        ),
    ),
    "increase": (_cue("v", _prev_tag("NNS"), _next("by in from to as when with")),),
    "combine": (_cue("n", _next("harvester harvesters")),),
    "incense": (_cue("n", _prev("burning burn burned burnt of lit")),),
    "subject": (_cue("n", _next("to"), _prev(_BE)),),
    "use": (
        _cue("n", _prev("no of in for any little much what some the make made making")),
        _cue("n", _phrase("'s no")),
        _cue("to", _next("to"), _before("did didn't n't", 3)),
        _cue("v", _starts, _next_tag("NNP CD NN JJ RB"), _no(_next(_AFTER_A_USE))),
    ),
    "frequent": (_cue("n", _prev(f"{_BE} more less most very so too a the")),),
    "perfect": (_cue("n", _prev(_BE), _no(_next_tag("DT PRP$"))),),
    "separate": (
        _cue("n", _prev(f"{_BE} keep kept entirely completely two three"), _tag("JJ VB")),
    ),
    "house": (_cue("n", _prev("white opera full")),),
    "progress": (_cue("n", _prev("make makes made making in no little some slow good of")),),
}


def _grammatical(word: str) -> Callable[[_Context], str | None]:
    own = _by(_OWN_CUES.get(word, ()))

    def choose(c: _Context) -> str | None:
        forced = own(c)
        if forced is not None:
            return forced
        part = _part(c)
        if part == "j":
            return "v" if word in _LIKE_VERBS else "n"
        return part or None

    return choose


def _by_codes(codes: str) -> Callable[[str], str]:
    """Return misaki's choice by tag; codes are its readings of nouns, verbs, adjectives, others."""

    def by_tag(tag: str) -> str:
        for prefix, code in zip(("NN", "VB", "JJ"), codes, strict=False):
            if tag.startswith(prefix):
                return code
        return codes[3]

    return by_tag


def _rows(rows: str) -> dict[str, _Homograph]:
    found: dict[str, _Homograph] = {}
    for row in rows.strip().splitlines():
        word, us_noun, us_verb, gb_noun, gb_verb, codes = row.split()
        readings = {"n": (us_noun, gb_noun), "v": (us_verb, gb_verb)}
        if word == "use":
            readings["to"] = ("jˈus", "jˈuːs")
        found[word] = _Homograph(readings, _grammatical(word), _by_codes(codes))
    return found


# --- read, used: the tense, and what "to" belongs to ------------------------------------------

_HAVE_BE = _words("have has had having 've 's is are was were be been being am 're 'm get gets got")
_DO_MODAL = _words(
    "do does did will would can could shall should may might must ca wo 'll to let lets help "
    "please make makes made"
)
_NOW = _words("every always often usually sometimes never rarely seldom now if when")
_THEN = _words("yesterday ago last once earlier previously recently finally")


def _read(c: _Context) -> str:
    governed = _read_governed(c)
    if governed:
        return governed
    if c.next.word == "by" and not c.before:
        return "past"
    if not c.before or c.tag.startswith("NN"):
        return "now"
    return _read_tense(c)


def _read_governed(c: _Context) -> str:
    if c.previous.word in ("well", "widely", "poorly", "most", "best"):
        return "past"
    if c.previous.word in ("a", "the", "good", "great", "quick", "easy"):
        return "past" if c.tag == "VBN" and c.previous.word == "the" else "now"
    for distance, near in enumerate(c.before[:5]):
        if near.word == "'d":
            return (
                "now"
                if c.tag == "VB"
                and any(n.word in ("if", "rather", "like", "love") for n in (*c.before, *c.after))
                else "past"
            )
        if near.word in _HAVE_BE:
            return "past" if near.word != "'s" or c.before[distance + 1 :] else "now"
        if near.word in _DO_MODAL or near.tag == "MD":
            return "now"
        if near.tag == "PRP" and distance < 2:  # "Did you read it?"
            continue
        if near.word not in _ADVERBS and near.tag not in ("RB", "RBR"):
            break
    return ""


def _read_tense(c: _Context) -> str:
    subject = next((n for n in c.before if n.word not in _ADVERBS and n.tag != "RB"), _NOTHING)
    if subject.word in ("he", "she", "it", "one") or subject.tag in ("NNP", "NN"):
        return "past"
    near = (*c.before, *c.after)
    if subject.word in ("and", "or", ",", "then", "but"):
        earlier = next((n.tag for n in c.before[1:] if n.tag.startswith(("VB", "MD"))), "")
        return "past" if earlier in ("VBD", "VBN") else "now"
    if any(n.word in _THEN or n.tag == "VBD" for n in near):
        return "past"
    if any(n.word in _NOW or n.tag in ("VBP", "VBZ", "MD") for n in near):
        return "now"
    if subject.word == "i" or c.tag in ("VBD", "VBN"):
        return "past"
    return "now"


def _reread(c: _Context) -> str:
    """Return the tense of "reread", "misread" and "proofread", which mostly tell of habits."""
    governed = _read_governed(c) if c.before else "now"
    if governed:
        return governed
    subject = next((n for n in c.before if n.word not in _ADVERBS and n.tag != "RB"), _NOTHING)
    past = any(n.word in _THEN or n.tag == "VBD" for n in (*c.before, *c.after))
    if not past and (subject.word in ("i", "we", "you", "they") or subject.tag == "NNS"):
        return "now"
    return _read_tense(c)


def _read_by_tag(tag: str) -> str:
    return "past" if tag in ("VBD", "VBN", "VBP") or tag.startswith("JJ") else "now"


_BE_OR_GROW = _words(
    "be am is are was were been being 's 're 'm get gets got getting grow grew grown become became "
    "becoming so quite well more not long"
)


def _used(c: _Context) -> str:
    """Return "habit" for "used to" of habit or custom, "purpose" for "used" for a purpose."""
    if c.next.word != "to":
        return "purpose"
    count = _auxiliary(c)
    before = c.before[count] if count < len(c.before) else _NOTHING
    after = next((n for n in c.after[1:4] if n.tag != "RB"), _NOTHING)
    if before.word in _BE_OR_GROW:
        return "purpose" if after.tag in ("VB", "VBP") and before.word in _HAVE_BE else "habit"
    if before.tag.startswith("NN") and c.tag == "VBN":
        return "purpose"
    return "purpose" if any(n.word == "which" for n in c.before[1:3]) else "habit"


# --- words that the neighbours tell apart -----------------------------------------------------

_OBJECT = "a an the his her their our my your its this that you us them me him"
# Before a metal.
_HOLDING = (
    "contain contains contained containing leach leaches leached leaching detect detected mined "
    "ingest ingested swallowed inhaled inhale smelt smelted molten"
)

_CUES: Mapping[str, tuple[_Cue, ...]] = {
    "lead": (
        _cue(
            "metal",
            _next(
                "pipe pipes paint poisoning acid free shot bullet bullets roof roofing content "
                "levels exposure ore mine mines mining zinc solder weight weights crystal shield "
                "apron coffin lined azide glass oxide smelter dust water concentrations "
                "contamination and"
            ),
            _no(_is_verb),
            _no(lambda c: c.next.word == "and" and c.previous.word in ("a", "the")),
        ),
        _cue(
            "metal",
            _prev("of with in like as into molten melted tetraethyl pencil toxic"),
            _no(_next("up with the")),
            _no(_is_verb),
        ),
        _cue("metal", _phrase("heavy as")),
        _cue("metal", _followed("into gold")),
        _cue("metal", _phrase("get the"), _next("out")),
        _cue("metal", _phrase("exposed to"), _no(_next(_OBJECT))),
        _cue("metal", _phrase("exposure to"), _no(_next(_OBJECT))),
        _cue("metal", _prev(_HOLDING), _no(_next(_OBJECT)), _no(_next("singer role story times"))),
        _cue(
            "metal",
            _next("is was"),
            _around("toxic poisonous poison metal soft dense dangerous harmful denser heavier", 5),
            _no(_prev(_OBJECT)),
        ),
        _cue(
            "metal",
            _next("in from"),
            _no(_prev("a the their his her its early")),
            _around("water blood paint soil petrol gasoline levels pipes toxic children's"),
            _no(_is_verb),
        ),
        _cue(
            "metal",
            _around("mercury cadmium arsenic copper zinc tin metal metals plumber solder"),
            _no(_prev("a")),
            _no(_is_verb),
        ),
        _cue(
            "metal",
            _around("roof roofs church stolen"),
            _prev("the"),
            _no(_is_verb),
            _no(_next("in")),
        ),
        _cue("guide"),
    ),
    "leads": (_cue("metal", _prev("pencil window church"), _no(_is_verb)), _cue("guide")),
    "leading": (
        _cue("metal", _around("typography typeface kerning points typesetter typesetting font")),
        _cue("guide"),
    ),
    "live": (
        _cue(
            "verb",
            _is_verb,
            _no(_next("music broadcast")),
            _no(_prev_tag("VBN VBD DT")),
            _no(_prev("go be it")),
        ),
        _cue("verb", _prev("long")),
        _cue("verb", _starts, _next("long well simply")),
        _cue("now", _prev("a the go goes going went gone it be broadcast streamed shown aired")),
        _cue(
            "now",
            _next(
                "music stream streams streaming broadcast show shows wire wires ammunition "
                "audience concert concerts album recording performance television tv band coverage "
                "animals theatre theater rounds updates bait chat on from"
            ),
        ),
        _cue(
            "verb",
            _prev_tag("NNS PRP"),
            _next(
                "in with at near by under here there alone "
                "together off for without outside abroad like next among within"
            ),
        ),
        _cue("verb", _starts, _next("and in with for your"), _tag("VB NNP"), _no(_next("from"))),
    ),
    "lives": (
        _cue("verb", _prev("he she it who that which nobody everybody everyone someone")),
        _cue(
            "verb",
            _next("in with at near alone on up by under here there next across off"),
            _prev_tag("NN NNP RB"),
            _no(_prev("day")),
        ),
        _cue(
            "life", _prev("the our their your of many three save saved other human day nine past")
        ),
        _cue(
            "life",
            _prev_tag("CD JJ PRP$ DT"),
        ),
        _cue("verb", _is_verb),
        _cue("life"),
    ),
    "wind": (
        _cue("turn", _next("up down around round"), _no(_prev("the a strong north cold of"))),
        _cue(
            "turn",
            _phrase("to"),
            _no(_next("and")),
            _tag("VB VBP NN"),
            _no(_prev_tag("JJ")),
            _no(_before("due exposed thanks", 3)),
        ),
        _cue(
            "turn", _is_verb, _no(_next("blew blows farm power speed speeds instruments turbine"))
        ),
        _cue("turn", _starts, _next("the your it a")),
        _cue("air"),
    ),
    "winds": (
        _cue(
            "turn",
            _prev(
                "it road path river trail street stream lane route highway stair staircase "
                "which that track he she"
            ),
            _no(_before("strong high", 2)),
        ),
        _cue(
            "turn",
            _next("through along its his her up down around between past round"),
            _prev_tag("NN NNP PRP RB"),
        ),
        _cue("air", _prev_tag("JJ NN CD DT")),
        _cue("turn", _is_verb),
        _cue("air"),
    ),
    "wound": (
        _cue(
            "injury",
            _prev(
                "bullet gunshot knife stab head flesh open exit entry entrance mortal "
                "deep old fatal a the his to fresh leg chest self"
            ),
            _no(_next("up its")),
        ),
        _cue(
            "turn",
            _next("up down around round through along tightly tight its her his back between"),
        ),
        _cue(
            "turn",
            _prev("he she they i we and being tightly was were had is are"),
        ),
        _cue("turn", _tag("VBD VBN VBP")),
        _cue("injury"),
    ),
    "tear": (
        _cue("drop", _next("gas duct ducts stained streaked drop drops jerker film")),
        _cue("rip", _starts, _next("along off out up open it the here a at")),
        _cue(
            "drop",
            _around("eye eyes cheek cheeks shed wiped wipe brushed rolled trickled weep wept"),
            _no(_is_verb),
        ),
        _cue("rip", _phrase("wear and")),
        _cue("rip", _is_verb),
        _cue("rip", _next("in across through at along"), _prev_tag("DT JJ NN"), _no(_next("ran"))),
        _cue(
            "rip",
            _around(
                "ligament ligaments muscle cuff hamstring calf tendon meniscus knee sleeve "
                "jeans fabric tights sail canvas cartilage acl shoulder groin achilles net curtain"
            ),
        ),
        _cue("drop"),
    ),
    "tears": (
        _cue(
            "drop", _prev("in into to of her his my their with through the no back fighting near")
        ),
        _cue("rip", _prev("he she it who that which always often")),
        _cue("rip", _next("apart open up off away down through at into the"), _is_verb),
        _cue("rip", _around("ligament muscle hamstring tendon fabric sails canvas curtains jeans")),
        _cue("drop"),
    ),
    "tearing": (
        _cue("drop", _around("eyes eye"), _no(_next("at out apart open"))),
        _cue("rip"),
    ),
    "bow": (
        _cue(
            "knot", _next("tie ties string strings street window windows legged saw hunting hunter")
        ),
        _cue(
            "knot",
            _around(
                "arrow arrows violin violinist cello cellist fiddle viola strings quiver "
                "archer archery ribbon hunter tied hair knot silk satin shot draw drew"
            ),
            _no(_around("ship boat stern crowd audience")),
        ),
        _cue("bend", _phrase("take a")),
        _cue("bend", _before("final last one", 2), _around("house actors cast curtain singer", 7)),
        _cue("bend", _is_verb),
        _cue(
            "bend",
            _around(
                "ship ship's boat stern deck ferry vessel yacht anchor starboard port waves "
                "canoe hull sea gun tanker torpedo water spray splashed slapped prow figurehead"
            ),
        ),
        _cue(
            "bend",
            _prev("low deep slight final polite little stiff formal small mock courtly"),
            _around("made gave took with give make take taking taken a", 4),
            _no(_around("hair ribbon dress gift")),
        ),
        _cue("bend", _before("take took taken taking takes made gave curtsy curtsey", 3)),
        _cue("bend", _starts, _next("your to down")),
        _cue("bend", _phrase("with a"), _no(_next("and in"))),
        _cue("knot"),
    ),
    "bows": (
        _cue(
            "knot",
            _around(
                "arrow arrows violins violin cellos fiddle ribbon ribbons archers archer "
                "hair cross spears silk tied"
            ),
        ),
        _cue("bend", _is_verb),
        _cue(
            "bend",
            _around(
                "ship boat stern deck took take taking curtain ship's ships waves sea anchor vessel"
            ),
        ),
        _cue("knot"),
    ),
    "bowed": (_cue("knot", _next("legs strings instrument instruments")), _cue("bend")),
    "bowing": (_cue("knot", _around("violin violinist cello strings fingering")), _cue("bend")),
    "close": (
        _cue(
            "shut",
            _prev("a the"),
            _before("to at"),
            _no(_next_tag("NN NNS JJ")),
            _before("to at", 2),
        ),
        _cue("shut", _starts, _next("the your it all that this my his her")),
        _cue(
            "near",
            _prev(
                "very so too as how quite pretty really get gets got getting come comes "
                "came coming stay stays stayed keep keeps kept draw draws drew sat stood hold held "
                "be been was were is are being 're 'm 's am a drawn lived lives followed remain "
                "remained uncomfortably dangerously fairly extremely equally move moved stand sit"
            ),
        ),
        _cue(
            "near",
            _next(
                "friend friends up call range attention look ties relationship relative "
                "relatives proximity quarters enough together behind contact inspection associate "
                "ally allies range race election finish knit fitting shave relations watch eye "
                "cooperation examination collaboration"
            ),
        ),
        _cue("shut", _prev_tag("NNS NNPS"), _next("early late at on for in down when")),
        _cue("shut", _is_verb),
        _cue("near", _next("to by at"), _no(_prev("will to"))),
        _cue("shut", _is_noun),
        _cue("near"),
    ),
    "closer": (_cue("near"),),
    "resume": (
        _cue("paper", _prev("a his her your my the their resume's impressive online of short")),
        _cue(
            "paper",
            _around(
                "job jobs employer employers applicant resume's cv skills interview "
                "hire hired experience"
            ),
            _no(_is_verb),
        ),
        _cue("start"),
    ),
    "resumes": (
        _cue("paper", _prev("of their the our your submitted hundreds with many online job fake")),
        _cue(
            "paper", _around("job jobs employers applicants candidates recruiters hiring interview")
        ),
        _cue("start"),
    ),
    "polish": (
        _cue("rub", _small),
        _cue("rub", _starts, _next("the your it up them all his her each and off")),
        _cue("rub", _prev("nail shoe furniture floor metal silver boot spit")),
        _cue("pole"),
    ),
    "row": (
        _cue(
            "quarrel",
            _next(
                "over about between with erupted broke broken has flared blew escalated "
                "after deepened rumbles that had"
            ),
            _prev_tag("DT JJ NN NNP PRP$"),
            _no(
                _prev("front back second top bottom first each every third fourth next middle last")
            ),
        ),
        _cue(
            "quarrel",
            _prev(
                "blazing heated political family diplomatic public furious bitter flaming "
                "huge almighty terrible almighty stand-up terrific violent awful domestic trade"
            ),
        ),
        _cue("quarrel", _phrase("had a"), _no(_next("of"))),
        _cue("quarrel", _phrase("having a"), _no(_next("of"))),
        _cue(
            "quarrel",
            _around("quarrel argument neighbours shouting apologise apologised"),
            _no(_next("of")),
        ),
        _cue("line"),
    ),
    "rows": (
        _cue("quarrel", _next("over about with between"), _no(_before("boat oars", 3))),
        _cue("quarrel", _prev("blazing heated political family bitter endless constant terrible")),
        _cue("line"),
    ),
    "rowed": (_cue("quarrel", _next("over about with constantly")), _cue("line")),
    "rowing": (
        _cue("quarrel", _next("about over with"), _no(_around("boat oars lake river club"))),
        _cue("line"),
    ),
    "sow": (
        _cue("pig", _prev("the"), _next_tag("VBD VBZ")),
        _cue(
            "pig",
            _around(
                "pig pigs piglets boar farrow farrowed litter sty swine hog pork suckle "
                "bear cubs trough grunted snout pen"
            ),
            _no(_before("to will", 1)),
        ),
        _cue(
            "plant",
            _around(
                "seed seeds reap crop crops wheat barley discord doubt confusion corn "
                "oats field fields spring autumn indoors grass clover"
            ),
        ),
        _cue("plant", _is_verb),
        _cue("pig", _is_noun, _prev_tag("DT JJ PRP$ NN")),
        _cue("plant"),
    ),
    "sows": (
        _cue("pig", _around("pigs piglets boars farrow litter pens hogs swine farm")),
        _cue("plant", _is_verb),
        _cue("plant", _around("seed seeds reap discord doubt wheat corn")),
        _cue("pig"),
    ),
    "sewer": (
        _cue(
            "stitch",
            _around(
                "needle quilt quilts quilting stitch stitches seam seams garment garments "
                "fabric dress dresses clothes thread seamstress knitter pattern curtains"
            ),
        ),
        _cue("drain"),
    ),
    "sewers": (
        _cue(
            "stitch",
            _around(
                "needle quilt quilts stitch seams garments fabric dresses clothes knitters quilters"
            ),
        ),
        _cue("drain"),
    ),
    "does": (
        _cue(
            "deer",
            _prev("two three four five six several some many few these those the"),
            _next_tag("VBD VBP VBN IN"),
            _no(_prev_tag("NN NNP PRP")),
            lambda c: len(c.before) < 2 or not c.before[1].tag.startswith(("NN", "JJ", "VBG", "W")),
            _no(_before("of neither either", 2)),
        ),
        _cue("deer", _around("stag stags buck bucks fawn fawns deer herd venison rut")),
        _cue("do"),
    ),
    "number": (
        _cue("numb", _phrase("number and")),
        _cue("numb", _prev("grew grow felt growing going grown"), _no(_next("of one"))),
        _cue("count"),
    ),
    "axes": (
        _cue(
            "axe",
            _around(
                "wood chop chopped firemen firefighters hatchet hatchets sword swords spear "
                "spears stone tools picks bronze battle timber lumberjacks weapons knives flint "
                "hammers shovels saws sharpened door trees felled swinging swung picked "
                "shields blades ice"
            ),
        ),
        _cue("axe", _is_verb),
        _cue("axis"),
    ),
    "bases": (
        _cue(
            "basis",
            _prev(
                "theoretical legal philosophical scientific moral empirical ideological "
                "biological neural molecular factual intellectual psychological historical regular "
                "different daily statutory sound conceptual"
            ),
        ),
        _cue("basis", _next("for"), _no(_around("military army naval air troops"))),
        _cue("basis", _followed("on which")),
        _cue("base"),
    ),
    "august": (_cue("month", _capital), _cue("grand", _small)),
    "job": (
        _cue(
            "bible",
            _capital,
            _around(
                "book patience satan comforter comforters afflictions bible god "
                "prophet suffering sufferings lord boils faith"
            ),
        ),
        _cue("work"),
    ),
    "nice": (
        _cue("city", _name, _prev("in to from near of at via around leaving outside")),
        _cue("city", _capital, _around("france riviera cannes monaco marseille provence")),
        _cue("fine"),
    ),
    "reading": (
        _cue(
            "town",
            _name,
            _prev("in to from near at of via around through between leaving outside and for"),
            _tag("NNP NN NNS VBG"),
        ),
        _cue(
            "town",
            _capital,
            _around(
                "berkshire gaol pennsylvania festival fc swindon slough oxford "
                "railroad station thames newbury paddington"
            ),
        ),
        _cue("book"),
    ),
    "mobile": (
        _cue("city", _capital, _around("alabama ala bay gulf montgomery birmingham")),
        _cue("city", _name, _prev("in to from near")),
        _cue(
            "hung",
            _small,
            _around("crib cot calder sculpture hung dangling ceiling"),
            _no(_next("phone phones app")),
        ),
        _cue("moving"),
    ),
    "lima": (_cue("bean", _next("bean beans")), _cue("bean", _around("ohio")), _cue("city")),
    "putting": (
        _cue("golf", _next("green greens stroke surface")),
        _cue(
            "golf",
            _around(
                "golf golfer birdie bogey par greens hole fairway putter chipping driving masters"
            ),
            _no(_next("on the his her a")),
        ),
        _cue("place"),
    ),
    "learned": (
        _cue(
            "adjective",
            _next(
                "man men woman professor scholar scholars judge judges friend society "
                "counsel journal journals treatise doctor colleague gentleman men's bishop clerk "
                "paper book books rabbi monks essay divine profession professions tone commentary"
            ),
            _no(_prev("he she they we i had have has never")),
        ),
        _cue("adjective", _prev("very most deeply more so immensely"), _no(_next("that"))),
        _cue("verb", _next("helplessness behaviour behavior response that to how from")),
        _cue("verb", _tag("VBD VBN")),
        _cue("adjective", _prev("a the my his her"), _tag("JJ"), _no(_next("skill skills"))),
        _cue("verb"),
    ),
    "blessed": (
        _cue("adjective", _name, _next("virgin sacrament mary mother saint lady trinity john")),
        _cue(
            "adjective",
            _prev("the this that every whole our of not"),
            _next_tag("NN NNS NNP"),
            _no(_next("him her")),
        ),
        _cue("adjective", _starts, _next("are is be")),
        _cue("adjective", _phrase("not a")),
        _cue("adjective", _prev("a"), _next_tag("NN")),
        _cue("verb"),
    ),
    "aged": (
        _cue(
            "old",
            _next(
                "man woman men women mother father parents parent aunt uncle grandmother "
                "grandfather couple relatives person people king monk lady servant dog care poor"
            ),
            _no(_prev("middle")),
        ),
        _cue("old", _prev("the"), _no(_next_tag("NN NNS CD IN JJ"))),
        _cue("old", _followed("and infirm")),
        _cue("verb"),
    ),
    "beloved": (
        _cue("verb", _prev("was were is are be been being"), _next("by of in")),
        _cue("verb", _next("by of")),
        _cue("adjective"),
    ),
    "crooked": (
        _cue("verb", _next("his her a its my their"), _no(_prev("a the"))),
        _cue("adjective"),
    ),
    "dogged": (
        _cue("verb", _next("by him her them his the me")),
        _cue("adjective"),
    ),
    "ragged": (_cue("adjective"),),
    "cursed": (
        _cue("verb", _prev("he she they i we it and have had has was were been be are is")),
        _cue("verb", _next("at him her them himself herself his the with under by")),
        _cue("adjective", _prev("a the this that these those of")),
        _cue("verb", _tag("VBD VBN")),
        _cue("adjective"),
    ),
    "supposed": (
        _cue("adjective", _prev("the a his her their its this of"), _next_tag("NN NNS JJ")),
        _cue("verb"),
    ),
    "slough": (
        _cue("shed", _next("off away")),
        _cue("town", _name, _no(_next("of"))),
        _cue("town", _capital, _around("berkshire")),
        _cue("swamp"),
    ),
    "sake": (
        _cue(
            "drink",
            _around(
                "sushi rice japanese cup cups bottle bottles drank drink drinking hot warm "
                "tempura brewery kimono brewed flask tokyo"
            ),
            _no(_phrase("the")),
            _no(_prev("'s s' god's heaven's own")),
        ),
        _cue("drink", _phrase("cup of")),
        _cue("reason"),
    ),
    "pasty": (
        _cue("pie", _prev("cornish hot steak meat beef")),
        _cue("pie", _around("cornish baker bakery oven lunch ate crust filling eat")),
        _cue("pale"),
    ),
    "evening": (
        _cue("even", _next("out up things"), _no(_prev("the that this every an one"))),
        _cue("even", _followed("the score")),
        _cue("night"),
    ),
    "unionized": (
        _cue("ion", _around("ammonia molecules molecule ion ions ionized solution ph acid drug")),
        _cue("union"),
    ),
    "minute": (
        _cue(
            "tiny",
            _next(
                "traces details detail particles particle amounts amount quantities quantity "
                "inspection differences creatures fraction examination holes changes scale "
                "proportions attention fragments crystals specks organisms cracks insects dose "
                "doses handwriting portions variations piece pieces"
            ),
        ),
        _cue("tiny", _prev("very so most extremely too more almost these tiny")),
        _cue("tiny", _prev(_BE), _next(", but and compared in")),
        _cue("tiny", _prev(_BE), lambda c: not c.after),
        _cue("time"),
    ),
    "dove": (
        _cue("dive", _prev("he she they i we it and who then boy girl plane submarine whale")),
        _cue(
            "dive",
            _next(
                "into in under off beneath down deep headfirst underwater for after behind "
                "through to"
            ),
            _no(_prev("a the white turtle mourning of")),
        ),
        _cue("dive", _tag("VBD")),
        _cue("bird"),
    ),
    "buffet": (
        _cue("hit", _is_verb),
        _cue("meal"),
    ),
    "buffets": (_cue("hit", _is_verb, _no(_prev_tag("JJ DT"))), _cue("meal")),
    "bass": (
        _cue(
            "fish",
            _around(
                "fish fishing fishermen fisherman lake lakes pond caught catch catching sea "
                "striped largemouth smallmouth grilled trout river lemon fillet bait angler "
                "anglers salmon pike perch cod fried hooked menu baked stocked reservoir lure"
            ),
            _no(_around("guitar player drum line clef guitarist play plays played playing drums")),
        ),
        _cue("music"),
    ),
    "moped": (
        _cue("sulk", _next("around about over for")),
        _cue("sulk", _prev("he she they i we and just")),
        _cue("bike"),
    ),
    "proceeds": (
        _cue("money", _prev("the all its of any net and with with")),
        _cue("money", _next("from of will go went")),
        _cue("go", _is_verb),
        _cue("money"),
    ),
    "primer": (
        _cue("book", _next("on in for"), _no(_around("paint coat wall wood"))),
        _cue("book", _around("school latin spelling child's reading children read")),
        _cue("paint"),
    ),
    "celtic": (
        _cue(
            "club",
            _around(
                "rangers fc glasgow park boston striker goalkeeper league hibs fans midfielder "
                "hearts aberdeen defender scored"
            ),
            _no(_next("cross art music languages language")),
        ),
        _cue("people"),
    ),
    "analyses": (
        _cue("verb", _prev("he she it who which that")),
        _cue("verb", _is_verb, _no(_prev_tag("JJ"))),
        _cue("noun"),
    ),
}

# Word, reading, American, British; the readings of one word are grouped.
_READINGS = """
lead guide lˈid lˈiːd
lead metal lˈɛd lˈɛd
leads guide lˈidz lˈiːdz
leads metal lˈɛdz lˈɛdz
leading guide lˈidɪŋ lˈiːdɪŋ
leading metal lˈɛdɪŋ lˈɛdɪŋ
live verb lˈɪv lˈɪv
live now lˈIv lˈIv
lives verb lˈɪvz lˈɪvz
lives life lˈIvz lˈIvz
wind turn wˈInd wˈInd
wind air wˈɪnd wˈɪnd
winds turn wˈIndz wˈIndz
winds air wˈɪndz wˈɪndz
wound turn wˈWnd wˈWnd
wound injury wˈund wˈuːnd
tear rip tˈɛɹ tˈɛː
tear drop tˈɪɹ tˈɪə
tears rip tˈɛɹz tˈɛːz
tears drop tˈɪɹz tˈɪəz
tearing rip tˈɛɹɪŋ tˈɛːɹɪŋ
tearing drop tˈɪɹɪŋ tˈɪəɹɪŋ
bow bend bˈW bˈW
bow knot bˈO bˈQ
bows bend bˈWz bˈWz
bows knot bˈOz bˈQz
bowed bend bˈWd bˈWd
bowed knot bˈOd bˈQd
bowing bend bˈWɪŋ bˈWɪŋ
bowing knot bˈOɪŋ bˈQɪŋ
close near klˈOs klˈQs
close shut klˈOz klˈQz
closer near klˈOsəɹ klˈQsə
resume start ɹəzˈum ɹɪzjˈuːm
resume paper ɹˈɛzəmˌA ɹˈɛzjʊmA
resumes start ɹəzˈumz ɹɪzjˈuːmz
resumes paper ɹˈɛzəmˌAz ɹˈɛzjʊmAz
polish pole pˈOlɪʃ pˈQlɪʃ
polish rub pˈɑlɪʃ pˈɒlɪʃ
row line ɹˈO ɹˈQ
row quarrel ɹˈW ɹˈW
rows line ɹˈOz ɹˈQz
rows quarrel ɹˈWz ɹˈWz
rowed line ɹˈOd ɹˈQd
rowed quarrel ɹˈWd ɹˈWd
rowing line ɹˈOɪŋ ɹˈQɪŋ
rowing quarrel ɹˈWɪŋ ɹˈWɪŋ
sow plant sˈO sˈQ
sow pig sˈW sˈW
sows plant sˈOz sˈQz
sows pig sˈWz sˈWz
sewer drain sˈuəɹ sˈuːə
sewer stitch sˈOəɹ sˈQə
sewers drain sˈuəɹz sˈuːəz
sewers stitch sˈOəɹz sˈQəz
does do dˈʌz dˈʌz
does deer dˈOz dˈQz
number count nˈʌmbəɹ nˈʌmbə
number numb nˈʌməɹ nˈʌmə
axes axis ˈæksˌiz ˈaksiːz
axes axe ˈæksᵻz ˈaksɪz
bases base bˈAsᵻz bˈAsɪz
bases basis bˈAsiz bˈAsiːz
august month ˈɔɡəst ˈɔːɡəst
august grand ɔɡˈʌst ɔːɡˈʌst
job work ʤˈɑb ʤˈɒb
job bible ʤˈOb ʤˈQb
nice fine nˈIs nˈIs
nice city nˈis nˈiːs
reading book ɹˈidɪŋ ɹˈiːdɪŋ
reading town ɹˈɛdɪŋ ɹˈɛdɪŋ
mobile moving mˈObᵊl mˈQbIl
mobile city mObˈil mQbˈiːl
mobile hung mˈObˌil mˈQbIl
lima city lˈimə lˈiːmə
lima bean lˈImə lˈiːmə
putting place pˈʊTɪŋ pˈʊtɪŋ
putting golf pˈʌTɪŋ pˈʌtɪŋ
learned verb lˈɜɹnd lˈɜːnd
learned adjective lˈɜɹnɪd lˈɜːnɪd
blessed verb blˈɛst blˈɛst
blessed adjective blˈɛsɪd blˈɛsɪd
aged verb ˈAʤd ˈAʤd
aged old ˈAʤɪd ˈAʤɪd
beloved verb bəlˈʌvd bɪlˈʌvd
beloved adjective bəlˈʌvɪd bɪlˈʌvɪd
crooked verb kɹˈʊkt kɹˈʊkt
crooked adjective kɹˈʊkɪd kɹˈʊkɪd
dogged verb dˈɔɡd dˈɒɡd
dogged adjective dˈɔɡɪd dˈɒɡɪd
ragged adjective ɹˈæɡɪd ɹˈaɡɪd
cursed verb kˈɜɹst kˈɜːst
cursed adjective kˈɜɹsəd kˈɜːsɪd
supposed verb səpˈOzd səpˈQzd
supposed adjective səpˈOzɪd səpˈQzɪd
slough shed slˈʌf slˈʌf
slough town slˈW slˈW
slough swamp slˈu slˈW
sake reason sˈAk sˈAk
sake drink sˈɑki sˈɑːki
pasty pale pˈAsti pˈAsti
pasty pie pˈæsti pˈasti
evening night ˈivnɪŋ ˈiːvnɪŋ
evening even ˈivᵊnɪŋ ˈiːvᵊnɪŋ
unionized union jˈunjənˌIzd jˈuːnɪənIzd
unionized ion ˌʌnˈIənˌIzd ʌnˈIənIzd
minute time mˈɪnət mˈɪnɪt
minute tiny mInˈut mInjˈuːt
dove bird dˈʌv dˈʌv
dove dive dˈOv dˈQv
buffet meal bʊfˈA bˈʌfA
buffet hit bˈʌfət bˈʌfɪt
buffets meal bʊfˈAz bˈʌfAz
buffets hit bˈʌfəts bˈʌfɪts
bass music bˈAs bˈAs
bass fish bˈæs bˈas
moped bike mˈOpˌɛd mˈQpɛd
moped sulk mˈOpt mˈQpt
proceeds money pɹˈOsˌidz pɹˈQsiːdz
proceeds go pɹəsˈidz pɹəsˈiːdz
primer paint pɹˈIməɹ pɹˈImə
primer book pɹˈɪməɹ pɹˈImə
celtic people kˈɛltɪk kˈɛltɪk
celtic club sˈɛltɪk sˈɛltɪk
analyses noun ənˈæləsˌiz ənˈalɪsiːz
analyses verb ˈænᵊlˌIzᵻz ˈanəlIzɪz
"""

# misaki's reading, if it follows the tag or knows only one reading in both accents.
_BY_TAG: Mapping[str, Callable[[str], str]] = {
    **{word: _verbs("verb", "now") for word in ("live",)},
    "lives": _verbs("verb", "life"),
    "wind": _verbs("turn", "air"),
    "winds": _verbs("turn", "air"),
    "wound": lambda tag: "turn" if tag in ("VBD", "VBN", "VBP") else "injury",
    "tear": _verbs("rip", "drop"),
    "tears": _verbs("rip", "drop"),
    "bow": _verbs("bend", "knot"),
    "bows": _verbs("bend", "knot"),
    "close": lambda tag: "shut" if tag.startswith(("VB", "NN")) else "near",
    "sow": lambda tag: "pig" if tag.startswith("NN") else "plant",
    "sows": lambda tag: "pig" if tag.startswith("NN") else "plant",
    "axes": _verbs("axe", "axis"),
    "minute": lambda tag: "tiny" if tag.startswith("JJ") else "time",
    "dove": _verbs("dive", "bird"),
    "buffet": _verbs("hit", "meal"),
    "buffets": _verbs("hit", "meal"),
    "bass": lambda tag: "music" if tag.startswith("JJ") else "fish",
    "moped": _verbs("sulk", "bike"),
    "proceeds": _verbs("go", "money"),
    "analyses": _verbs("verb", "noun"),
    "learned": lambda tag: "adjective" if tag.startswith("JJ") else "verb",
    "crooked": _verbs("verb", "adjective"),
    "dogged": _verbs("verb", "adjective"),
    "pasty": lambda tag: "pale" if tag.startswith("JJ") else "pie",
    "lead": _always("guide"),
    "leading": _always("guide"),
    "leads": _always("guide"),
    "tearing": _always("rip"),
    "bowing": _always("bend"),
    "row": _always("line"),
    "rowing": _always("line"),
    "rows": _always("line"),
    "rowed": _always("line"),
    "resume": _always("start"),
    "sewer": _always("drain"),
    "sewers": _always("drain"),
    "does": _always("do"),
    "number": _always("count"),
    "bases": _always("basis"),
    "job": _always("work"),
    "nice": _always("fine"),
    "reading": _always("book"),
    "lima": _always("city"),
    "putting": _always("place"),
    "blessed": _always("verb"),
    "aged": _always("verb"),
    "beloved": _always("verb"),
    "cursed": _always("adjective"),
    "supposed": _always("verb"),
    "sake": _always("reason"),
    "evening": _always("night"),
    "unionized": _always("union"),
    "primer": _always("paint"),
    "celtic": _always("people"),
}

_READ = {"now": ("ɹˈid", "ɹˈiːd"), "past": ("ɹˈɛd", "ɹˈɛd")}
_READ_AGAIN = {
    "reread": {"now": ("ɹˌiɹˈid", "ɹˌiːɹˈiːd"), "past": ("ɹˌiɹˈɛd", "ɹˌiːɹˈɛd")},
    "misread": {"now": ("mˌɪsɹˈid", "mˌɪsɹˈiːd"), "past": ("mˌɪsɹˈɛd", "mˌɪsɹˈɛd")},
    "proofread": {"now": ("pɹˈufɹˌid", "pɹˈuːfɹiːd"), "past": ("pɹˈufɹˌɛd", "pɹˈuːfɹɛd")},
}
_USED = {"purpose": ("jˈuzd", "jˈuːzd"), "habit": ("jˈust", "jˈuːst")}
_PAPER = ("ɹˈɛzəmˌA", "ɹˈɛzjʊmA")
_PAPERS = ("ɹˈɛzəmˌAz", "ɹˈɛzjʊmAz")


@cache
def _table() -> Mapping[str, _Homograph]:
    table = _rows(_BY_GRAMMAR)
    readings: dict[str, dict[str, tuple[str, str]]] = {}
    for row in _READINGS.strip().splitlines():
        word, name, american, british = row.split()
        readings.setdefault(word, {})[name] = (american, british)
    for word, found in readings.items():
        table[word] = _Homograph(found, _by(_CUES[word]), _BY_TAG.get(word, _always()))
    table["read"] = _Homograph(_READ, _read, _read_by_tag)
    for word, tenses in _READ_AGAIN.items():
        table[word] = _Homograph(tenses, _reread, _always())
    table["used"] = _Homograph(_USED, _used, _always())
    for spelling in ("résumé", "resumé"):
        table[spelling] = _one(_PAPER)
        table[spelling + "s"] = _one(_PAPERS)
    table["rosé"] = _one(("ɹOzˈA", "ɹˈQzA"))
    return table


def _one(phonemes: tuple[str, str]) -> _Homograph:
    return _Homograph({"only": phonemes}, lambda c: "only", _always())


# --- words that grammar tells apart -----------------------------------------------------------

# Word, American noun and verb, British noun and verb, and which of them misaki reads for nouns,
# verbs, adjectives and other tags.
_BY_GRAMMAR = """
abstract ˈæbstɹˌækt əbstɹˈækt ˈabstɹakt əbstɹˈakt nvnn
abstracts ˈæbstɹˌækts əbstɹˈækts ˈabstɹakts əbstɹˈakts nvnn
abuse əbjˈus əbjˈuz əbjˈuːs əbjˈuːz nvvv
abuses əbjˈusᵻz əbjˈuzᵻz əbjˈuːsɪz əbjˈuːzɪz nvvv
addict ˈædɪkt ədˈɪkt ˈadɪkt ədˈɪkt nvnn
addicts ˈædɪkts ədˈɪkts ˈadɪkts ədˈɪkts nvnn
advocate ˈædvəkət ˈædvəkˌAt ˈadvəkət ˈadvəkAt nvnn
advocates ˈædvəkəts ˈædvəkˌAts ˈadvəkəts ˈadvəkAts nvnn
affiliate əfˈɪliət əfˈɪliˌAt əfˈɪlɪət əfˈɪlɪAt nvnn
affiliates əfˈɪliəts əfˈɪliˌAts əfˈɪlɪəts əfˈɪlɪAts nvnn
aggregate ˈæɡɹəɡət ˈæɡɹəɡˌAt ˈaɡɹɪɡət ˈaɡɹɪɡAt nvnn
aggregates ˈæɡɹəɡəts ˈæɡɹəɡˌAts ˈaɡɹɪɡəts ˈaɡɹɪɡAts nvnn
ally ˈælˌI ˈælˌI ˈalI əlˈI nvnn
alternate ˈɔltəɹnət ˈɔltəɹnˌAt ɔːltˈɜːnɪt ˈɔːltənAt nvnn
alternates ˈɔltəɹnəts ˈɔltəɹnˌAts ɔːltˈɜːnɪts ˈɔːltənAts nvnn
animate ˈænəmət ˈænəmˌAt ˈanɪmət ˈanɪmAt vvnv
appropriate əpɹˈOpɹiət əpɹˈOpɹiˌAt əpɹˈQpɹɪət əpɹˈQpɹɪAt nvnn
approximate əpɹˈɑksəmət əpɹˈɑksəmˌAt əpɹˈɒksɪmət əpɹˈɒksɪmAt nvnn
approximates əpɹˈɑksəməts əpɹˈɑksəmˌAts əpɹˈɒksɪməts əpɹˈɒksɪmAts nvnn
articulate ɑɹtˈɪkjələt ɑɹtˈɪkjəlˌAt ɑːtˈɪkjʊlət ɑːtˈɪkjʊlAt nvnn
associate əsˈOsiət əsˈOsiˌAt əsˈQʃɪət əsˈQʃɪAt nvnn
associates əsˈOsiəts əsˈOsiˌAts əsˈQʃɪəts əsˈQʃɪAts nvnn
attribute ˈætɹəbjˌut ətɹˈɪbjˌut ˈatɹɪbjuːt ətɹˈɪbjuːt nvnn
attributes ˈætɹəbjˌuts ətɹˈɪbjˌuts ˈatɹɪbjuːts ətɹˈɪbjuːts nvnn
combine kˈɑmbˌIn kəmbˈIn kˈɒmbIn kəmbˈIn nvvv
combines kˈɑmbˌInz kəmbˈInz kˈɒmbInz kəmbˈInz nvvv
commune kˈɑmjˌun kəmjˈun kˈɒmjuːn kəmjˈuːn nvnn
communes kˈɑmjˌunz kəmjˈunz kˈɒmjuːnz kəmjˈuːnz nvnn
compound kˈɑmpˌWnd kəmpˈWnd kˈɒmpWnd kəmpˈWnd nvnn
compounds kˈɑmpˌWndz kəmpˈWndz kˈɒmpWndz kəmpˈWndz nvnn
compress kˈɑmpɹˌɛs kəmpɹˈɛs kˈɒmpɹɛs kəmpɹˈɛs nvvv
compresses kˈɑmpɹˌɛsᵻz kəmpɹˈɛsᵻz kˈɒmpɹɛsɪz kəmpɹˈɛsɪz nvvv
concert kˈɑnsəɹt kənsˈɜɹt kˈɒnsət kənsˈɜːt nvnn
concerts kˈɑnsəɹts kənsˈɜɹts kˈɒnsəts kənsˈɜːts nvnn
conduct kˈɑndˌʌkt kəndˈʌkt kˈɒndʌkt kəndˈʌkt nvnn
conducts kˈɑndˌʌkts kəndˈʌkts kˈɒndʌkts kəndˈʌkts nvnn
confederate kənfˈɛdəɹət kənfˈɛdəɹˌAt kənfˈɛdəɹət kənfˈɛdəɹAt nvnn
confederates kənfˈɛdəɹəts kənfˈɛdəɹˌAts kənfˈɛdəɹəts kənfˈɛdəɹAts nvnn
conflict kˈɑnflˌɪkt kənflˈɪkt kˈɒnflɪkt kənflˈɪkt nvnn
conflicts kˈɑnflˌɪkts kənflˈɪkts kˈɒnflɪkts kənflˈɪkts nvnn
conscript kˈɑnskɹˌɪpt kənskɹˈɪpt kˈɒnskɹɪpt kənskɹˈɪpt nvnn
conscripts kˈɑnskɹˌɪpts kənskɹˈɪpts kˈɒnskɹɪpts kənskɹˈɪpts nvnn
console kˈɑnsˌOl kənsˈOl kˈɒnsQl kənsˈQl nvnn
consoles kˈɑnsˌOlz kənsˈOlz kˈɒnsQlz kənsˈQlz nvnn
construct kˈɑnstɹˌʌkt kənstɹˈʌkt kˈɒnstɹʌkt kənstɹˈʌkt nvvv
constructs kˈɑnstɹˌʌkts kənstɹˈʌkts kˈɒnstɹʌkts kənstɹˈʌkts nvvv
content kˈɑntɛnt kəntˈɛnt kˈɒntɛnt kəntˈɛnt nvvv
contents kˈɑntɛnts kəntˈɛnts kˈɒntɛnts kəntˈɛnts nvvv
contest kˈɑntˌɛst kəntˈɛst kˈɒntɛst kəntˈɛst nvnn
contests kˈɑntˌɛsts kəntˈɛsts kˈɒntɛsts kəntˈɛsts nvnn
contract kˈɑntɹˌækt kəntɹˈækt kˈɒntɹakt kəntɹˈakt nvnn
contracts kˈɑntɹˌækts kəntɹˈækts kˈɒntɹakts kəntɹˈakts nvnn
contrast kˈɑntɹˌæst kəntɹˈæst kˈɒntɹɑːst kəntɹˈɑːst nvnn
contrasts kˈɑntɹˌæsts kəntɹˈæsts kˈɒntɹɑːsts kəntɹˈɑːsts nvnn
converse kˈɑnvˌɜɹs kənvˈɜɹs kˈɒnvəːs kənvˈɜːs nvnv
converses kˈɑnvˌɜɹsᵻz kənvˈɜɹsᵻz kˈɒnvəːsɪz kənvˈɜːsɪz nvvv
convert kˈɑnvˌɜɹt kənvˈɜɹt kˈɒnvəːt kənvˈɜːt nvvv
converts kˈɑnvˌɜɹts kənvˈɜɹts kˈɒnvəːts kənvˈɜːts nvvv
convict kˈɑnvˌɪkt kənvˈɪkt kˈɒnvɪkt kənvˈɪkt nvvv
convicts kˈɑnvˌɪkts kənvˈɪkts kˈɒnvɪkts kənvˈɪkts nvvv
coordinate kOˈɔɹdənət kOˈɔɹdənˌAt kQˈɔːdɪnət kQˈɔːdɪnAt nvnn
coordinates kOˈɔɹdənəts kOˈɔɹdənˌAts kQˈɔːdɪnəts kQˈɔːdɪnAts nvnn
decrease dˈikɹˌis dəkɹˈis dˈiːkɹiːs dɪkɹˈiːs nvnn
decreases dˈikɹˌisᵻz dəkɹˈisᵻz dˈiːkɹiːsɪz dɪkɹˈiːsɪz nvnn
defect dˈifɛkt dəfˈɛkt dˈiːfɛkt dɪfˈɛkt nvnn
defects dˈifɛkts dəfˈɛkts dˈiːfɛkts dɪfˈɛkts nvnn
degenerate dəʤˈɛnəɹət dəʤˈɛnəɹˌAt dɪʤˈɛnəɹət dɪʤˈɛnəɹAt nvnn
degenerates dəʤˈɛnəɹəts dəʤˈɛnəɹˌAts dɪʤˈɛnəɹəts dɪʤˈɛnəɹAts nvnn
delegate dˈɛləɡət dˈɛləɡˌAt dˈɛlɪɡət dˈɛlɪɡAt nvnn
delegates dˈɛləɡəts dˈɛləɡˌAts dˈɛlɪɡəts dˈɛlɪɡAts nvnn
deliberate dəlˈɪbəɹət dəlˈɪbəɹˌAt dɪlˈɪbəɹət dɪlˈɪbəɹAt vvnv
desert dˈɛzəɹt dəzˈɜɹt dˈɛzət dɪzˈɜːt nvnn
deserts dˈɛzəɹts dəzˈɜɹts dˈɛzəts dɪzˈɜːts nvnn
desolate dˈɛsələt dˈɛsəlˌAt dˈɛsələt dˈɛsəlAt nvnn
diffuse dəfjˈus dəfjˈuz dɪfjˈuːs dɪfjˈuːz vvnv
digest dˈIʤˌɛst dIʤˈɛst dˈIʤɛst dIʤˈɛst nvvv
digests dˈIʤˌɛsts dIʤˈɛsts dˈIʤɛsts dIʤˈɛsts nvvv
discard dˈɪskˌɑɹd dəskˈɑɹd dˈɪskɑːd dɪskˈɑːd nvvv
discards dˈɪskˌɑɹdz dəskˈɑɹdz dˈɪskɑːdz dɪskˈɑːdz nvvv
discharge dˈɪsʧˌɑɹʤ dɪsʧˈɑɹʤ dˈɪsʧɑːʤ dɪsʧˈɑːʤ nvvv
discharges dˈɪsʧˌɑɹʤᵻz dɪsʧˈɑɹʤᵻz dˈɪsʧɑːʤɪz dɪsʧˈɑːʤɪz nvvv
discount dˈɪskˌWnt dˌɪskˈWnt dˈɪskWnt dɪskˈWnt nvnn
discounts dˈɪskˌWnts dˌɪskˈWnts dˈɪskWnts dɪskˈWnts nvnn
duplicate dˈupləkət dˈupləkˌAt djˈuːplɪkət djˈuːplɪkAt nvnn
duplicates dˈupləkəts dˈupləkˌAts djˈuːplɪkəts djˈuːplɪkAts nvnn
elaborate əlˈæbəɹət əlˈæbəɹˌAt ɪlˈabəɹət ɪlˈabəɹAt vvnv
entrance ˈɛntɹəns ɪntɹˈæns ˈɛntɹəns ɪntɹˈɑːns nvnn
entrances ˈɛntɹənsᵻz ɪntɹˈænsᵻz ˈɛntɹənsɪz ɪntɹˈɑːnsɪz nvnn
escort ˈɛskˌɔɹt ɪskˈɔɹt ˈɛskɔːt ɪskˈɔːt nvnn
escorts ˈɛskˌɔɹts ɪskˈɔɹts ˈɛskɔːts ɪskˈɔːts nvnn
estimate ˈɛstəmət ˈɛstəmˌAt ˈɛstɪmət ˈɛstɪmAt nvvv
estimates ˈɛstəməts ˈɛstəmˌAts ˈɛstɪməts ˈɛstɪmAts nvvv
excise ˈɛksˌIz ɪksˈIz ˈɛksIz ɪksˈIz nvnn
excises ˈɛksˌIzᵻz ɪksˈIzᵻz ˈɛksIzɪz ɪksˈIzɪz nvnn
excuse ɪkskjˈus ɪkskjˈuz ɪkskjˈuːs ɪkskjˈuːz nvvv
excuses ɪkskjˈusᵻz ɪkskjˈuzᵻz ɪkskjˈuːsɪz ɪkskjˈuːzɪz nvvv
exploit ˈɛksplˌYt ɪksplˈYt ˈɛksplYt ɪksplˈYt nvvv
exploits ˈɛksplˌYts ɪksplˈYts ˈɛksplYts ɪksplˈYts nvvv
export ˈɛkspˌɔɹt ɪkspˈɔɹt ˈɛkspɔːt ɪkspˈɔːt nnnn
exports ˈɛkspˌɔɹts ɪkspˈɔɹts ˈɛkspɔːts ɪkspˈɔːts nnnn
extract ˈɛkstɹˌækt ɪkstɹˈækt ˈɛkstɹakt ɪkstɹˈakt nvvv
extracts ˈɛkstɹˌækts ɪkstɹˈækts ˈɛkstɹakts ɪkstɹˈakts nvvv
ferment fˈɜɹmˌɛnt fəɹmˈɛnt fˈɜːmɛnt fəmˈɛnt nvvv
ferments fˈɜɹmˌɛnts fəɹmˈɛnts fˈɜːmɛnts fəmˈɛnts nvvv
fragment fɹˈæɡmənt fɹˈæɡmˌɛnt fɹˈaɡmᵊnt fɹaɡmˈɛnt nvnn
fragments fɹˈæɡmənts fɹˈæɡmˌɛnts fɹˈaɡmᵊnts fɹaɡmˈɛnts nvnn
frequent fɹˈikwənt fɹˈikwənt fɹˈiːkwᵊnt fɹɪkwˈɛnt nvnn
graduate ɡɹˈæʤəwət ɡɹˈæʤʊˌAt ɡɹˈaʤʊət ɡɹˈaʤʊAt nvnn
graduates ɡɹˈæʤəwəts ɡɹˈæʤʊˌAts ɡɹˈaʤʊəts ɡɹˈaʤʊAts nvnn
house hˈWs hˈWz hˈWs hˈWz nvnn
houses hˈWsᵻz hˈWzᵻz hˈWsɪz hˈWzɪz nvnn
implant ˈɪmplˌænt ɪmplˈænt ˈɪmplɑːnt ɪmplˈɑːnt nvvv
implants ˈɪmplˌænts ɪmplˈænts ˈɪmplɑːnts ɪmplˈɑːnts nvvv
import ˈɪmpˌɔɹt ɪmpˈɔɹt ˈɪmpɔːt ɪmpˈɔːt nvvv
imports ˈɪmpˌɔɹts ɪmpˈɔɹts ˈɪmpɔːts ɪmpˈɔːts nvvv
imprint ˈɪmpɹˌɪnt ɪmpɹˈɪnt ˈɪmpɹɪnt ɪmpɹˈɪnt nvvv
imprints ˈɪmpɹˌɪnts ɪmpɹˈɪnts ˈɪmpɹɪnts ɪmpɹˈɪnts nvvv
incense ˈɪnsˌɛns ɪnsˈɛns ˈɪnsɛns ɪnsˈɛns nvnn
incenses ˈɪnsˌɛnsᵻz ɪnsˈɛnsᵻz ˈɪnsɛnsɪz ɪnsˈɛnsɪz nvnn
incline ˈɪnklˌIn ɪnklˈIn ˈɪnklIn ɪnklˈIn nvvv
inclines ˈɪnklˌInz ɪnklˈInz ˈɪnklInz ɪnklˈInz nvvv
increase ˈɪnkɹˌis ɪnkɹˈis ˈɪnkɹiːs ɪnkɹˈiːs nvvv
increases ˈɪnkɹˌisᵻz ɪnkɹˈisᵻz ˈɪnkɹiːsɪz ɪnkɹˈiːsɪz nvvv
initiate ɪnˈɪʃiət ɪnˈɪʃiˌAt ɪnˈɪʃɪət ɪnˈɪʃɪAt nvnn
initiates ɪnˈɪʃiəts ɪnˈɪʃiˌAts ɪnˈɪʃɪəts ɪnˈɪʃɪAts nvnn
insert ˈɪnsˌɜɹt ɪnsˈɜɹt ˈɪnsəːt ɪnsˈɜːt nvvv
inserts ˈɪnsˌɜɹts ɪnsˈɜɹts ˈɪnsəːts ɪnsˈɜːts nvvv
insult ˈɪnsˌʌlt ɪnsˈʌlt ˈɪnsʌlt ɪnsˈʌlt nvnn
insults ˈɪnsˌʌlts ɪnsˈʌlts ˈɪnsʌlts ɪnsˈʌlts nvnn
intimate ˈɪntəmət ˈɪntəmˌAt ˈɪntɪmət ˈɪntɪmAt nvnn
intimates ˈɪntəməts ˈɪntəmˌAts ˈɪntɪməts ˈɪntɪmAts nvnn
intrigue ˈɪntɹˌiɡ ɪntɹˈiɡ ˈɪntɹiːɡ ɪntɹˈiːɡ nvvv
intrigues ˈɪntɹˌiɡz ɪntɹˈiɡz ˈɪntɹiːɡz ɪntɹˈiːɡz nvvv
invalid ˈɪnvəlɪd ɪnvˈælɪd ˈɪnvəlɪd ɪnvˈalɪd nvvv
invalids ˈɪnvəlɪdz ɪnvˈælɪdz ˈɪnvəlɪdz ɪnvˈalɪdz nvvv
laminate lˈæmənət lˈæmənˌAt lˈamɪnət lˈamɪnAt nvvv
laminates lˈæmənəts lˈæmənˌAts lˈamɪnəts lˈamɪnAts nvvv
legitimate ləʤˈɪTəmət ləʤˈɪTəmˌAt lɪʤˈɪtɪmət lɪʤˈɪtɪmˌAt nvnn
legitimates ləʤˈɪTəməts ləʤˈɪTəmˌAts lɪʤˈɪtɪməts lɪʤˈɪtɪmˌAts nvnn
mandate mˈændˌAt mˈændˌAt mˈandAt mˌandˈAt nvnn
mandates mˈændˌAts mˈændˌAts mˈandAts mˌandˈAts nvnn
merchandise mˈɜɹʧəndˌIs mˈɜɹʧəndˌIz mˈɜːʧᵊndIs mˈɜːʧᵊndIz nvnn
merchandises mˈɜɹʧəndˌIsᵻz mˈɜɹʧəndˌIzᵻz mˈɜːʧᵊndIsɪz mˈɜːʧᵊndIzɪz nvnn
misuse mˌɪsjˈus mˌɪsjˈuz mˌɪsjˈuːs mˌɪsjˈuːz nvvv
misuses mˌɪsjˈusᵻz mˌɪsjˈuzᵻz mˌɪsjˈuːsɪz mˌɪsjˈuːzɪz nvvv
moderate mˈɑdəɹət mˈɑdəɹˌAt mˈɒdəɹət mˈɒdəɹAt nvnn
moderates mˈɑdəɹəts mˈɑdəɹˌAts mˈɒdəɹəts mˈɒdəɹAts nvnn
mouth mˈWθ mˈWð mˈWθ mˈWð nvnn
mouths mˈWθs mˈWðz mˈWθs mˈWðz nvnn
object ˈɑbʤəkt əbʤˈɛkt ˈɒbʤɛkt əbʤˈɛkt nvnn
objects ˈɑbʤəkts əbʤˈɛkts ˈɒbʤɛkts əbʤˈɛkts nvnn
offset ˈɔfsˌɛt ˌɔfsˈɛt ˈɒfsɛt ˌɒfsˈɛt nvnn
offsets ˈɔfsˌɛts ˌɔfsˈɛts ˈɒfsɛts ˌɒfsˈɛts nvnn
overhaul ˈOvəɹhˌɔl ˌOvəɹhˈɔl ˈQvəhɔːl ˌQvəhˈɔːl nvvv
overhauls ˈOvəɹhˌɔlz ˌOvəɹhˈɔlz ˈQvəhɔːlz ˌQvəhˈɔːlz nvvv
overlap ˈOvəɹlˌæp ˌOvəɹlˈæp ˈQvəlap ˌQvəlˈap nvvv
overlaps ˈOvəɹlˌæps ˌOvəɹlˈæps ˈQvəlaps ˌQvəlˈaps nvvv
overthrow ˈOvəɹθɹˌO ˌOvəɹθɹˈO ˈQvəθɹQ ˌQvəθɹˈQ nvvv
overthrows ˈOvəɹθɹˌOz ˌOvəɹθɹˈOz ˈQvəθɹQz ˌQvəθɹˈQz nvvv
perfect pˈɜɹfəkt pəɹfˈɛkt pˈɜːfɪkt pəfˈɛkt nvnn
perfects pˈɜɹfəkts pəɹfˈɛkts pˈɜːfɪkts pəfˈɛkts nvnn
permit pˈɜɹmɪt pəɹmˈɪt pˈɜːmɪt pəmˈɪt nvnn
permits pˈɜɹmɪts pəɹmˈɪts pˈɜːmɪts pəmˈɪts nvnn
pervert pˈɜɹvˌɜɹt pəɹvˈɜɹt pˈɜːvəːt pəvˈɜːt nvvv
perverts pˈɜɹvˌɜɹts pəɹvˈɜɹts pˈɜːvəːts pəvˈɜːts nvvv
precipitate pɹisˈɪpəTət pɹisˈɪpətˌAt pɹɪsˈɪpɪtət pɹɪsˈɪpɪtAt nvnn
precipitates pɹisˈɪpəTəts pɹisˈɪpətˌAts pɹɪsˈɪpɪtəts pɹɪsˈɪpɪtAts nvnn
predicate pɹˈɛdəkət pɹˈɛdəkˌAt pɹˈɛdɪkət pɹˈɛdɪkAt nvnn
predicates pɹˈɛdəkəts pɹˈɛdəkˌAts pɹˈɛdɪkəts pɹˈɛdɪkAts nvnn
present pɹˈɛzᵊnt pɹizˈɛnt pɹˈɛzᵊnt pɹɪzˈɛnt nvnn
presents pɹˈɛzᵊnts pɹizˈɛnts pɹˈɛzᵊnts pɹɪzˈɛnts nvnn
produce pɹˈOdˌus pɹədˈus pɹˈɒdjuːs pɹədjˈuːs nvvv
progress pɹˈɑɡɹəs pɹəɡɹˈɛs pɹˈQɡɹɛs pɹQɡɹˈɛs nvnn
progresses pɹˈɑɡɹəsᵻz pɹəɡɹˈɛsᵻz pɹˈQɡɹɛsɪz pɹQɡɹˈɛsɪz nvnn
project pɹˈɑʤˌɛkt pɹəʤˈɛkt pɹˈɒʤɛkt pɹəʤˈɛkt nvnn
projects pɹˈɑʤˌɛkts pɹəʤˈɛkts pɹˈɒʤɛkts pɹəʤˈɛkts nvnn
prospect pɹˈɑspˌɛkt pɹˈɑspˌɛkt pɹˈɒspɛkt pɹəspˈɛkt nvnn
prospects pɹˈɑspˌɛkts pɹˈɑspˌɛkts pɹˈɒspɛkts pɹəspˈɛkts nvnn
protest pɹˈOtˌɛst pɹətˈɛst pɹˈQtɛst pɹətˈɛst nnnn
protests pɹˈOtˌɛsts pɹətˈɛsts pɹˈQtɛsts pɹətˈɛsts nnnn
rebel ɹˈɛbᵊl ɹəbˈɛl ɹˈɛbᵊl ɹɪbˈɛl nvnn
rebels ɹˈɛbᵊlz ɹəbˈɛlz ɹˈɛbᵊlz ɹɪbˈɛlz nvnn
recall ɹˈikˌɔl ɹəkˈɔl ɹˈiːkɔːl ɹɪkˈɔːl nvvv
recalls ɹˈikˌɔlz ɹəkˈɔlz ɹˈiːkɔːlz ɹɪkˈɔːlz nvvv
record ɹˈɛkəɹd ɹəkˈɔɹd ɹˈɛkɔːd ɹɪkˈɔːd nvnn
records ɹˈɛkəɹdz ɹəkˈɔɹdz ɹˈɛkɔːdz ɹɪkˈɔːdz nvnn
refill ɹˈifˌɪl ɹifˈɪl ɹˈiːfɪl ɹˌiːfˈɪl nvvv
refills ɹˈifˌɪlz ɹifˈɪlz ɹˈiːfɪlz ɹˌiːfˈɪlz nvvv
refund ɹˈifˌʌnd ɹəfˈʌnd ɹˈiːfʌnd ɹiːfˈʌnd nvvv
refunds ɹˈifˌʌndz ɹəfˈʌndz ɹˈiːfʌndz ɹiːfˈʌndz nvvv
refuse ɹˈɛfjˌus ɹəfjˈuz ɹˈɛfjuːs ɹɪfjˈuːz nvvv
reject ɹˈiʤˌɛkt ɹəʤˈɛkt ɹˈiːʤɛkt ɹɪʤˈɛkt nvvv
rejects ɹˈiʤˌɛkts ɹəʤˈɛkts ɹˈiːʤɛkts ɹɪʤˈɛkts nvvv
relapse ɹˈilˌæps ɹəlˈæps ɹˈiːlaps ɹɪlˈaps nvvv
relapses ɹˈilˌæpsᵻz ɹəlˈæpsᵻz ɹˈiːlapsɪz ɹɪlˈapsɪz nvvv
relay ɹˈilˌA ɹilˈA ɹˈiːlA ɹɪlˈA nvnn
relays ɹˈilˌAz ɹilˈAz ɹˈiːlAz ɹɪlˈAz nvnn
remake ɹˈimˌAk ɹimˈAk ɹˈiːmAk ɹˌiːmˈAk nvvv
remakes ɹˈimˌAks ɹimˈAks ɹˈiːmAks ɹˌiːmˈAks nvvv
replay ɹˈiplˌA ɹiplˈA ɹˈiːplA ɹˌiːplˈA nvvv
replays ɹˈiplˌAz ɹiplˈAz ɹˈiːplAz ɹˌiːplˈAz nvvv
reuse ɹijˈus ɹijˈuz ɹˌiːjˈuːs ɹˌiːjˈuːz nvvv
reuses ɹijˈusᵻz ɹijˈuzᵻz ɹˌiːjˈuːsɪz ɹˌiːjˈuːzɪz nvvv
rewrite ɹˈiɹˌIt ɹiɹˈIt ɹˈiːɹIt ɹˌiːɹˈIt nvvv
rewrites ɹˈiɹˌIts ɹiɹˈIts ɹˈiːɹIts ɹˌiːɹˈIts nvvv
segment sˈɛɡmᵊnt sˈɛɡmˌɛnt sˈɛɡmᵊnt sɛɡmˈɛnt nvnn
segments sˈɛɡmᵊnts sˈɛɡmˌɛnts sˈɛɡmᵊnts sɛɡmˈɛnts nvnn
separate sˈɛpəɹət sˈɛpəɹˌAt sˈɛpəɹət sˈɛpəɹAt nvnn
separates sˈɛpəɹəts sˈɛpəɹˌAts sˈɛpəɹəts sˈɛpəɹAts nvnn
subject sˈʌbʤɛkt səbʤˈɛkt sˈʌbʤɛkt səbʤˈɛkt nvnn
subjects sˈʌbʤɛkts səbʤˈɛkts sˈʌbʤɛkts səbʤˈɛkts nvnn
subordinate səbˈɔɹdənət səbˈɔɹdnˌAt səbˈɔːdɪnət səbˈɔːdɪnAt nvnn
subordinates səbˈɔɹdənəts səbˈɔɹdnˌAts səbˈɔːdɪnəts səbˈɔːdɪnAts nvnn
survey sˈɜɹvˌA səɹvˈA sˈɜːvA səvˈA nvnn
surveys sˈɜɹvˌAz səɹvˈAz sˈɜːvAz səvˈAz nvnn
suspect sˈʌspˌɛkt səspˈɛkt sˈʌspɛkt səspˈɛkt nvnn
suspects sˈʌspˌɛkts səspˈɛkts sˈʌspɛkts səspˈɛkts nvnn
syndicate sˈɪndəkət sˈɪndəkˌAt sˈɪndɪkət sˈɪndɪkAt nvvv
syndicates sˈɪndəkəts sˈɪndəkˌAts sˈɪndɪkəts sˈɪndɪkAts nvvv
torment tˈɔɹmˌɛnt tɔɹmˈɛnt tˈɔːmɛnt tɔːmˈɛnt nvnn
torments tˈɔɹmˌɛnts tɔɹmˈɛnts tˈɔːmɛnts tɔːmˈɛnts nvnn
transfer tɹˈænsfəɹ tɹˈænsfəɹ tɹˈɑːnsfəː tɹɑːnsfˈɜː nvnn
transfers tɹˈænsfəɹz tɹˈænsfəɹz tɹˈɑːnsfəːz tɹɑːnsfˈɜːz nvnn
transform tɹˈænsfˌɔɹm tɹænsfˈɔɹm tɹˈɑːnsfɔːm tɹɑːnsfˈɔːm nvvv
transforms tɹˈænsfˌɔɹmz tɹænsfˈɔɹmz tɹˈɑːnsfɔːmz tɹɑːnsfˈɔːmz nvvv
transplant tɹˈænsplˌænt tɹænsplˈænt tɹˈɑːnsplɑːnt tɹɑːnsplˈɑːnt nvvv
transplants tɹˈænsplˌænts tɹænsplˈænts tɹˈɑːnsplɑːnts tɹɑːnsplˈɑːnts nvvv
transport tɹˈænspˌɔɹt tɹænspˈɔɹt tɹˈɑːnspɔːt tɹɑːnspˈɔːt nvnn
transports tɹˈænspˌɔɹts tɹænspˈɔɹts tɹˈɑːnspɔːts tɹɑːnspˈɔːts nvnn
update ˈʌpdˌAt ˈʌpdˌAt ˈʌpdAt ˌʌpdˈAt nvnn
updates ˈʌpdˌAts ˈʌpdˌAts ˈʌpdAts ˌʌpdˈAts nvnn
upgrade ˈʌpɡɹˌAd ˈʌpɡɹˌAd ˈʌpɡɹAd ˌʌpɡɹˈAd nvvv
upgrades ˈʌpɡɹˌAdz ˈʌpɡɹˌAdz ˈʌpɡɹAdz ˌʌpɡɹˈAdz nvvv
upset ˈʌpsˌɛt ˌʌpsˈɛt ˈʌpsɛt ˌʌpsˈɛt nvvv
upsets ˈʌpsˌɛts ˌʌpsˈɛts ˈʌpsɛts ˌʌpsˈɛts nvvv
use jˈus jˈuz jˈuːs jˈuːz nvvv
uses jˈusᵻz jˈuzᵻz jˈuːsɪz jˈuːzɪz nvvv
"""
