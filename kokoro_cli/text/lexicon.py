"""Read lexicons, which hold a user's own pronunciations, and find their words in a text.

The extension of a lexicon file decides its format:

``.toml`` ::

    [words]
    kokoro = "ko-KO-ro"                       # a respelling, see respelling.py; English only
    Siobhan = "/ʃɪˈvɔːn/"                     # IPA or Kokoro's alphabet between slashes
    read = { phonemes = "/ɹˈɛd/", pos = "verb" }
    "New York" = { say = "nyoo york" }        # other words, in plain spelling
    nginx = { say = "engine x", case = "exact", language = "en-us" }
    tomato = [ { respelling = "tuh-MAY-toh", language = "en-us" },
               { respelling = "tuh-MAH-toh", language = "en-gb" } ]

``.pls`` or ``.xml`` (W3C Pronunciation Lexicon Specification 1.0, https://www.w3.org/TR/pronunciation-lexicon/)
    ``lexeme`` with ``grapheme``, ``phoneme`` in IPA and ``alias``. Also read are ``prefer``,
    ``xml:lang`` and a ``role`` that names a part of speech. Of several lexemes for a word the first
    counts.

``.tsv`` or ``.txt``
    A word, a tab, its pronunciation as in TOML, and optionally a tab and a part of speech. Lines
    that begin with # are comments. Of several lines for a word the last counts.

Parts of speech are noun, verb, adj, adv, name, or the beginning of a Penn tag ("VBD"). A word is
matched in any case, unless it has ``case = "exact"`` or a capital after its first letter ("NASA").
A language is a letter or a tag. "en" means American and British English; without a language, an
entry is for every language.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NoReturn
from xml.parsers import expat

from kokoro_cli.errors import KokoroError, UsageError
from kokoro_cli.files import NotRegularError, open_regular
from kokoro_cli.text.alphabet import ENGLISH, to_kokoro
from kokoro_cli.text.languages import LANGUAGES
from kokoro_cli.text.respelling import respell

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ALL_LANGUAGES: Final = "".join(LANGUAGES)

_PENN = {"noun": "NN", "verb": "VB", "adj": "JJ", "adv": "RB", "name": "NNP"}
_PENN_TAGS = (
    "CC", "CD", "DT", "EX", "FW", "IN", "JJ", "JJR", "JJS", "LS", "MD", "NN", "NNS", "NNP", "NNPS",
    "PDT", "POS", "PRP", "PRP$", "RB", "RBR", "RBS", "RP", "SYM", "TO", "UH", "VB", "VBD", "VBG",
    "VBN", "VBP", "VBZ", "WDT", "WP", "WP$", "WRB",
)  # fmt: skip

_LONGEST_WORD = 200

PROJECT_LEXICON = Path("kokoro-lexicon.toml")
"""A lexicon in the working folder, read without being named."""

LARGEST = 16_000_000
"""Most bytes of a lexicon: about 500,000 words."""

LARGEST_UNASKED = 1_000_000
"""Most bytes of the working folder's lexicon, which every command there reads."""

_HAN = "々〆〇\u3041-\u309f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_KATAKANA = "\u30a1-\u30ff"
# Characters that belong to a letter: combining marks, Devanagari's vowel signs, joiners.
_SIGNS = "\u0300-\u036f\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u200c\u200d"
_LETTER = rf"(?:[^\W_{_HAN}{_KATAKANA}]|[{_SIGNS}])"
_TOKEN = re.compile(rf"{_LETTER}+(?:'{_LETTER}+)*|[{_KATAKANA}]+|\S")
"""A word, a run of katakana, a character of a script without spaces, or any other mark."""

_APOSTROPHES = str.maketrans("’", "'")


@dataclass(frozen=True, slots=True)
class Entry:
    """A word with its pronunciation: either ``written`` or ``say``."""

    word: str
    written: str = ""
    """A respelling, or phonemes between slashes, in IPA or Kokoro's alphabet."""
    say: str = ""
    """Words that are read instead."""
    pos: str = ""
    """Prefix of the Penn tags that it applies to; "" for every part of speech."""
    exact: bool = False
    """Whether it matches only in this case."""
    languages: str = ALL_LANGUAGES
    """Letters of the languages that it applies to."""
    source: str = field(default="", compare=False)
    """File and line, for messages."""

    def phonemes(self, language: str, suffix: str = "") -> str:
        """Return the phonemes in Kokoro's alphabet, with an English suffix; "" for a ``say``."""
        if not self.written:
            return ""
        stem = _pronounced(self.written, language)
        return _with_s(stem, language) if suffix else stem

    def words(self, suffix: str = "") -> str:
        """Return the words that are read instead, with the suffix; "" if it has phonemes."""
        return self.say and self.say + suffix


@dataclass(frozen=True, slots=True)
class Match:
    """A place in a text with an entry's word."""

    start: int
    end: int
    entries: tuple[Entry, ...]
    """Entries that fit language and case, highest precedence first; see `choose`."""
    suffix: str = ""
    """What the text adds to the entry's word: "s", "es", "'s", "s'" or ""."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Entries, the highest precedence first."""

    entries: tuple[Entry, ...] = ()
    _by_word: dict[str, list[Entry]] = field(init=False, repr=False, compare=False)
    _lengths: dict[str, list[int]] = field(init=False, repr=False, compare=False)
    """By first token: the token counts of the words that begin with it, the largest first."""

    def __post_init__(self) -> None:
        by_word: dict[str, list[Entry]] = {}
        lengths: dict[str, set[int]] = {}
        known: set[tuple[str, str, str, bool]] = set()
        for entry in self.entries:
            key = entry.word.lower()
            same = entry.word if entry.exact else key, entry.pos, entry.languages, entry.exact
            if same in known:
                continue  # It never counts, and a word may be there thousands of times.
            known.add(same)
            by_word.setdefault(key, []).append(entry)
            tokens = _TOKEN.findall(entry.word)
            lengths.setdefault(tokens[0].lower(), set()).add(len(tokens))
        object.__setattr__(self, "_by_word", by_word)
        ordered = {token: sorted(of, reverse=True) for token, of in lengths.items()}
        object.__setattr__(self, "_lengths", ordered)

    def merged(self, higher: Lexicon) -> Lexicon:
        """Return both; a word in *higher* hides this one's entries for it in the same languages."""
        kept = []
        for entry in self.entries:
            hidden = {
                letter
                for other in higher._by_word.get(entry.word.lower(), ())
                if not other.exact or (entry.exact and entry.word == other.word)
                for letter in other.languages
            }
            languages = "".join(letter for letter in entry.languages if letter not in hidden)
            if languages:
                kept.append(replace(entry, languages=languages))
        return Lexicon((*higher.entries, *kept))

    def matches(self, text: str, language: str) -> list[Match]:
        """Return the places of the entries' words in the text, in order, without overlaps.

        The longest match wins. It never splits a run of letters, digits and inner apostrophes; in
        scripts without spaces it may begin and end anywhere. English plurals and possessives match
        too. The time is linear in the length of the text.
        """
        text = text.translate(_APOSTROPHES)
        tokens = [match.span() for match in _TOKEN.finditer(text)] if self.entries else []
        found: list[Match] = []
        at = 0
        while at < len(tokens):
            count, match = self._longest(text, tokens, at, language)
            if match:
                found.append(match)
            at += count
        return found

    def _longest(
        self, text: str, tokens: Sequence[tuple[int, int]], at: int, language: str
    ) -> tuple[int, Match | None]:
        """Return the number of tokens to move on by, and the longest match at a token, if any."""
        start, end = tokens[at]
        lengths = self._lengths.get(text[start:end].lower(), [])
        if 1 not in lengths and language in ENGLISH:
            lengths = [*lengths, 1]  # The word may be a plural.
        for count in lengths:
            if at + count > len(tokens):
                continue
            last = tokens[at + count - 1]
            if match := self._match(text, start, last, language):
                # The apostrophe of "the Joneses'" is a token of its own.
                return count + (match.end > last[1]), match
        return 1, None

    def _match(self, text: str, start: int, last: tuple[int, int], language: str) -> Match | None:
        written = " ".join(text[start : last[1]].split())
        if written[-1] == "'" and not _is_clipped(text, start, last[1]):
            return None
        if entries := self._fitting(written, language):
            return Match(start, last[1], entries)
        if language not in ENGLISH:
            return None
        for stem, suffix in _stems(written):
            if not (entries := self._fitting(stem, language)):
                continue
            end = last[1]
            if suffix != "'s" and text[end : end + 1] == "'":
                return Match(start, end + 1, entries, "s'")
            return Match(start, end, entries, suffix)
        return None

    def _fitting(self, written: str, language: str) -> tuple[Entry, ...]:
        fitting = [
            entry
            for entry in self._by_word.get(written.lower(), ())
            if language in entry.languages and (not entry.exact or entry.word == written)
        ]
        # Entries for exactly this case come first, then those for this language only.
        return tuple(sorted(fitting, key=lambda e: (not e.exact, len(e.languages) > 1)))


def _is_clipped(text: str, start: int, end: int) -> bool:
    """Whether an apostrophe ends a clipped word, as in "ol' man", and is no closing quote."""
    opens = text[start - 1 : start] in ("'", "‘", "-")
    return not opens and text[end : end + 2].strip() != ""


def choose(candidates: Iterable[Entry], tag: str) -> Entry | None:
    """Return the entry for a word with this Penn tag ("" without a tagger), else None.

    The entry with the longest matching tag wins, so "NNP" wins over "NN". Next comes the first
    entry for every part of speech.
    """
    fitting = [entry for entry in candidates if tag.startswith(entry.pos)]
    return max(fitting, key=lambda entry: len(entry.pos), default=None)


def load_all(paths: Iterable[Path]) -> Lexicon:
    """Return the lexicons of the files as one; later files have precedence."""
    lexicon = Lexicon()
    for path in paths:
        largest = LARGEST_UNASKED if path == PROJECT_LEXICON else LARGEST
        lexicon = lexicon.merged(read_lexicon(path, largest))
    return lexicon


def read_lexicon(path: Path, largest: int = LARGEST) -> Lexicon:
    """Return a file's lexicon; UsageError names the file and the line of an error.

    *largest* is the most bytes that it may have.
    """
    read = _FORMATS.get(path.suffix.lower())
    if read is None:
        raise UsageError(
            f"{path} is not a lexicon: its name ends with {path.suffix or 'no extension'!r}.",
            hint=f"Use a file with one of the extensions {', '.join(_FORMATS)}.",
        )
    return Lexicon(tuple(read(read_data(path, largest), path)))


def read_packaged(path: Path) -> Iterator[Entry]:
    """Yield the package's own English words: lines of a word, a tab and its phonemes in IPA.

    Nothing is checked here, because that takes longer than reading; a test reads each entry.
    """
    for line in path.read_text(encoding="utf-8").splitlines():
        word, tab, ipa = line.partition("\t")
        if tab:
            exact = word[1:] != word[1:].lower()
            yield Entry(word, f"/{ipa}/", exact=exact, languages=ENGLISH, source=path.name)


def read_data(path: Path, largest: int = LARGEST) -> bytes:
    """Return the bytes of a lexicon; UsageError if it is too large, or no file at all.

    A pipe or a device is not opened, because it may never end.
    """
    try:
        with open_regular(path) as file:
            data = file.read(largest + 1)
    except NotRegularError as error:
        raise UsageError(f"The lexicon {path} is not a file.", hint="Give a file.") from error
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name.
        why = getattr(error, "strerror", None) or error
        raise UsageError(f"The lexicon {path} can't be read: {why}.") from error
    if len(data) > largest:
        unasked = largest == LARGEST_UNASKED
        hint = "Move it and name it with `lexicon`." if unasked else "Split it into parts."
        raise UsageError(f"The lexicon {path} has more than {largest // 1_000_000} MB.", hint=hint)
    return data


_HINT = (
    "An entry is a word with a respelling (ko-KO-ro), with IPA or Kokoro's alphabet between "
    "slashes (/kəkˈOɹO/), or with other words to say."
)


def make_entry(
    word: str,
    *,
    written: str = "",
    say: str = "",
    pos: str = "",
    case: str | None = None,
    language: str = "",
    source: str = "",
) -> Entry:
    """Return the entry for what a user has written; UsageError if it is invalid."""
    word = " ".join(unicodedata.normalize("NFC", word).translate(_APOSTROPHES).split())
    if not word or len(word) > _LONGEST_WORD:
        raise UsageError(f"The word is {'too long' if word else 'empty'}.", hint=_HINT)
    if case not in (None, "any", "exact"):
        raise UsageError(f"case is {case!r}.", hint='Use "any" or "exact".')
    written, say = written.strip(), " ".join(say.split())
    if bool(written) == bool(say):
        raise UsageError(f"{word!r} has no pronunciation.", hint=_HINT)
    languages = _languages(language)
    if say:
        if not any(map(str.isalnum, say)):
            raise UsageError(f"{say!r} has no words to say.", hint=_HINT)
    elif _is_respelling(written):
        # A respelling is for English, so it must not be an error in a run in another language.
        languages = "".join(letter for letter in languages if letter in ENGLISH) or languages
    for letter in languages if written else "":
        if letter in (*ENGLISH, languages[-1]):  # The others have the same sounds as the last.
            _pronounced(written, letter)
    exact = case == "exact" if case else word[1:] != word[1:].lower()
    return Entry(word, written, say, _penn(pos), exact, languages, source)


def _penn(pos: str) -> str:
    tag = _PENN.get(pos.lower(), pos.upper())
    if any(known.startswith(tag) for known in _PENN_TAGS):
        return tag
    raise UsageError(
        f"Unknown part of speech: {pos!r}.",
        hint=f"Known are {', '.join(_PENN)}, and Penn tags such as VBD.",
    )


def _languages(name: str) -> str:
    """Return the letters of the languages that a letter or a tag names, all for "".

    An unknown region is read as its language: es-MX as es, en-AU as en.
    """
    wanted = name.strip().lower().replace("_", "-")
    if not wanted:
        return ALL_LANGUAGES
    if wanted in LANGUAGES:
        return wanted
    primary = wanted.partition("-")[0]
    tags = {letter: language.tags for letter, language in LANGUAGES.items()}
    exact = [letter for letter, known in tags.items() if "-" in wanted and wanted in known]
    related = [
        letter for letter, known in tags.items() if primary in (t.partition("-")[0] for t in known)
    ]
    if letters := "".join(exact or related):
        return letters
    known_tags = ", ".join(language.tags[0] for language in LANGUAGES.values())
    raise UsageError(f"Unknown language: {name!r}.", hint=f"Known are {known_tags}.")


def _is_respelling(written: str) -> bool:
    return not written.startswith(("/", "[")) and written.isascii()


@lru_cache(maxsize=4096)
def _pronounced(written: str, language: str) -> str:
    return (respell if _is_respelling(written) else to_kokoro)(written, language)


def _stems(written: str) -> Iterator[tuple[str, str]]:
    """Yield the possible stems of an English plural or possessive, each with the suffix."""
    lower = written.lower()
    if len(lower) != len(written) or not lower.endswith("s"):
        return
    if lower.endswith("'s"):
        yield written[:-2], "'s"
        return
    # "PCs" is a plural, but "as" is not one of "a", and "bass" is not one of "bas".
    if len(written) > 3 or (written[:-1].isupper() and written[-1] == "s" and len(written) > 2):
        if lower[-2] != "s":
            yield written[:-1], "s"
        if lower.endswith(("ses", "xes", "zes", "ches", "shes")):
            yield written[:-2], "es"


def _with_s(phonemes: str, language: str) -> str:
    if phonemes[-1] in "ptkfθx":
        return phonemes + "s"
    if phonemes[-1] in "szʃʒʧʤʦʣɕʂʨʥ":
        return phonemes + ("ɪz" if language == "b" else "ᵻz")
    return phonemes + "z"


def _fail(path: Path, place: str, error: KokoroError) -> NoReturn:
    raise UsageError(f"{path}, {place}: {error.message}", hint=error.hint) from error


def _decoded(data: bytes, path: Path) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(
            f"{path}, line {line}: this is not UTF-8 text.", hint="Save the file as UTF-8."
        ) from error


# TOML


# The parser takes quadratic time and memory for such a key.
_DEEP_KEY = re.compile(
    r"(?:^|[\[{,])[ \t]*"
    r"""(?:(?:[\w-]{1,200}|"[^"\n]{0,200}"|'[^'\n]{0,200}')[ \t]{0,9}\.[ \t]{0,9}){20}""",
    re.MULTILINE,
)


def _read_toml(data: bytes, path: Path) -> Iterator[Entry]:
    text = _decoded(data, path)
    if deep := _DEEP_KEY.search(text):
        line = text.count("\n", 0, deep.start()) + 1
        raise UsageError(
            f"{path}, line {line}: the key has too many parts.", hint="Put it in quotes."
        )
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is not valid TOML: {error}.") from error
    words = document.pop("words", {})
    lines = _lines_of_keys(text)
    if document or not isinstance(words, dict):
        wrong = next(iter(document), "words")
        raise UsageError(
            f"{path}, line {lines.get(wrong, 1)}: {wrong!r} is not allowed in a lexicon.",
            hint="Put the entries below the line [words].",
        )
    for word, value in words.items():
        line = lines.get(word, 1)
        for entry in value if isinstance(value, list) else [value]:
            try:
                yield _toml_entry(word, entry, f"{path}, line {line}")
            except KokoroError as error:
                _fail(path, f"line {line}", error)


def _toml_entry(word: str, value: Any, source: str) -> Entry:
    if isinstance(value, str):
        return make_entry(word, written=value, source=source)
    hint = 'For example: kokoro = "ko-KO-ro", or kokoro = { phonemes = "/kəkˈOɹO/", pos = "noun" }.'
    if not isinstance(value, dict):
        raise UsageError(f"The pronunciation of {word!r} is neither a text nor a table.", hint=hint)
    for key, option in value.items():
        if key not in ("phonemes", "respelling", "say", "pos", "case", "language"):
            raise UsageError(f"{word!r} has an unknown key: {key!r}.", hint=hint)
        if not isinstance(option, str):
            raise UsageError(f"{key} of {word!r} is not a text.", hint=hint)
    given = [key for key in ("phonemes", "respelling", "say") if value.get(key, "").strip()]
    if len(given) != 1:
        raise UsageError(f"{word!r} needs one of phonemes, respelling and say.", hint=hint)
    written = value.get("respelling", "")
    if given == ["phonemes"]:
        written = f"/{value['phonemes'].strip('/[] ')}/"
    elif written and not _is_respelling(written):
        raise UsageError(f"{written!r} is not a respelling.", hint=hint)
    say = value.get("say", "")
    rest = {key: value[key] for key in ("pos", "case", "language") if key in value}
    return make_entry(word, written=written, say=say, source=source, **rest)


# The first key on a line: in double quotes, in single quotes, or bare.
_KEY = re.compile(
    r"""[ \t\[]*(?:words[ \t]*\.[ \t]*)?"""
    r"""(?:"(?P<basic>(?:[^"\\\n]|\\.)*)"|'(?P<literal>[^'\n]*)'|(?P<bare>[\w-]+))[ \t]*[=.\]]"""
)


def _lines_of_keys(text: str) -> dict[str, int]:
    """Return the likely line of each key, searched in the text, because tomllib gives none."""
    lines: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        match = _KEY.match(line)
        if match is None:
            continue
        basic = match["basic"]
        key = match["bare"] or match["literal"] or basic or ""
        if basic and "\\" in basic:
            with suppress(ValueError):  # Not a key, but a line of a text in several lines.
                key = tomllib.loads(f'key = "{basic}"')["key"]
        lines.setdefault(key, number)
    return lines


# Tab-separated values


def _read_tsv(data: bytes, path: Path) -> list[Entry]:
    entries = []
    for number, line in enumerate(_decoded(data, path).split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            entries.append(_tsv_entry(line, f"{path}, line {number}"))
        except KokoroError as error:
            _fail(path, f"line {number}", error)
    return entries[::-1]


def _tsv_entry(line: str, source: str) -> Entry:
    columns = [column.strip() for column in line.split("\t")]
    if not 2 <= len(columns) <= 3:
        raise UsageError(
            f"There are {len(columns)} columns.",
            hint="Write a word, a tab, its pronunciation, and optionally a tab and noun or verb.",
        )
    word, written, *pos = columns
    return make_entry(word, written=written, pos=pos[0] if pos else "", source=source)


# Pronunciation Lexicon Specification

_PLS_HINT = (
    "Write it like this: <lexicon alphabet='ipa' xml:lang='en'><lexeme><grapheme>Siobhan</grapheme>"
    "<phoneme>ʃɪˈvɔːn</phoneme></lexeme></lexicon>."
)


def _read_pls(data: bytes, path: Path) -> list[Entry]:
    parser = expat.ParserCreate(namespace_separator=" ")
    reader = _PlsReader(parser, path)
    try:
        parser.Parse(data, True)
    except KokoroError as error:
        place = f"line {parser.CurrentLineNumber}, column {parser.CurrentColumnNumber + 1}"
        _fail(path, place, error)
    except expat.ExpatError as error:
        place = f"line {error.lineno}, column {error.offset + 1}"
        raise UsageError(f"{path}, {place}: {expat.ErrorString(error.code)}.") from error
    except (ValueError, LookupError) as error:  # Python does not know the encoding.
        raise UsageError(f"{path} can't be read: {error}.", hint="Save it as UTF-8.") from error
    return reader.entries


class _PlsReader:
    """Collects the entries while expat parses the file."""

    def __init__(self, parser: expat.XMLParserType, path: Path) -> None:
        self.entries: list[Entry] = []
        self._parser = parser
        self._path = path
        self._open: list[str] = []
        self._language = ""
        self._alphabet = "ipa"
        self._text: list[str] = []
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(" ")[2]
        if not self._open and name != "lexicon":
            raise UsageError(f"The first tag is {name!r}, not 'lexicon'.", hint=_PLS_HINT)
        self._open.append(name)
        self._text.clear()
        if len(self._open) == 1:
            self._language = attributes.get("http://www.w3.org/XML/1998/namespace lang", "")
            self._alphabet = attributes.get("alphabet", "ipa")
        elif name == "lexeme":
            self._graphemes: list[str] = []
            self._readings: list[tuple[bool, dict[str, str]]] = []
            self._pos = _role(attributes.get("role", ""))
        elif name in ("phoneme", "alias"):
            self._attributes = attributes

    def _end(self, _: str) -> None:
        name = self._open.pop()
        text = "".join(self._text).strip()
        self._text.clear()
        if name == "lexeme" and self._open == ["lexicon"]:
            self._add()
        if self._open != ["lexicon", "lexeme"]:
            return
        if name == "grapheme":
            self._graphemes.append(text)
        elif name in ("phoneme", "alias"):
            if not text:
                raise UsageError(f"The {name} is empty.", hint=_PLS_HINT)
            preferred = self._attributes.get("prefer") in ("true", "1")
            self._readings.append((preferred, self._reading(name, text)))

    def _reading(self, name: str, text: str) -> dict[str, str]:
        if name == "alias":
            return {"say": text}
        alphabet = self._attributes.get("alphabet", self._alphabet)
        if alphabet != "ipa":
            raise UsageError(f"Unknown alphabet: {alphabet!r}.", hint='Write IPA, alphabet="ipa".')
        return {"written": f"/{text}/"}

    def _add(self) -> None:
        if not self._graphemes:
            raise UsageError("The lexeme has no grapheme.", hint=_PLS_HINT)
        if not self._readings:
            return
        _, reading = max(self._readings, key=lambda known: known[0])
        source = f"{self._path}, line {self._parser.CurrentLineNumber}"
        self.entries += (
            make_entry(word, pos=self._pos, language=self._language, source=source, **reading)
            for word in self._graphemes
        )


def _refuse_doctype(*_: object) -> None:
    raise UsageError("A document type declaration is not allowed.", hint="Leave out <!DOCTYPE …>.")


def _role(role: str) -> str:
    """Return the part of speech in a role ("claws:VBD", "pos:verb"); "" if there is none."""
    for name in role.split():
        local = name.rpartition(":")[2]
        if local.lower() in _PENN or local in _PENN_TAGS:
            return local
    return ""


_FORMATS: Final[dict[str, Callable[[bytes, Path], Iterable[Entry]]]] = {
    ".toml": _read_toml,
    ".pls": _read_pls,
    ".xml": _read_pls,
    ".tsv": _read_tsv,
    ".txt": _read_tsv,
}
