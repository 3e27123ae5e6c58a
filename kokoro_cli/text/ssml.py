"""SSML: the tags of W3C's Speech Synthesis Markup Language 1.1 that this program can follow.

``speak``, ``p``, ``s``, ``break``, ``phoneme``, ``sub``, ``say-as``, ``prosody`` with ``rate``,
``voice`` with ``name``, ``lang`` and ``xml:lang``. Other tags keep their text and are reported.

=============  ================================================================================
break          ``time``, up to a minute; else by ``strength``: none 0 s, x-weak 0.1, weak 0.25,
               medium 0.5 (also the default), strong 0.8, x-strong 1.2
prosody rate   x-slow 0.6, slow 0.8, medium 1, fast 1.25, x-fast 1.6; a factor "1.2" or "120%",
               a change "+20%"; nested rates multiply, within 0.5 to 2.0
=============  ================================================================================

Source: https://www.w3.org/TR/speech-synthesis11/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final, NamedTuple, NoReturn
from xml.parsers import expat
from xml.parsers.expat import errors

from kokoro_cli.errors import UsageError
from kokoro_cli.pauses import Boundary
from kokoro_cli.text.mapped import Mapped
from kokoro_cli.text.markup import seconds_of
from kokoro_cli.text.passage import (
    LONGEST_PAUSE_SECONDS,
    RATES,
    Composer,
    Manner,
    Passage,
    ReadingKind,
    line_ends,
    place_of,
)
from kokoro_cli.types import Losses

BREAK_SECONDS: Final = {
    "none": 0.0,
    "x-weak": 0.1,
    "weak": 0.25,
    "medium": 0.5,
    "strong": 0.8,
    "x-strong": 1.2,
}
NAMED_RATES: Final = {
    "x-slow": 0.6,
    "slow": 0.8,
    "medium": 1.0,
    "default": 1.0,
    "fast": 1.25,
    "x-fast": 1.6,
}
INTERPRETATIONS: Final = frozenset(
    {
        "characters", "spell-out", "verbatim", "cardinal", "number", "ordinal", "digits",
        "telephone", "date", "time", "currency", "unit", "fraction", "address",
    }
)  # fmt: skip

# Tags without sound, and tags that leave their text unchanged; ignoring them loses nothing.
_WITHOUT_SOUND = frozenset({"speak", "mark", "meta", "token", "w"})
# Their content is about the text, not a part of it.
_UNSPOKEN = frozenset({"metadata", "desc"})

_CONTENT = re.compile(r"[^\s\ufeff]")
_ROOT = re.compile(r"<(?:speak|!DOCTYPE\s{1,99}speak)(?![\w:.-])")
_RATE = re.compile(r"([+-]?)([0-9]{1,6}(?:\.[0-9]{0,6})?|\.[0-9]{1,6})(%?)")

_CONTINUATION_BYTES = bytes(range(0x80, 0xC0))


def is_ssml(text: str) -> bool:
    """Whether the first tag of a text is speak, after any declarations and comments."""
    at = _content(text)
    while opened := next((o for o in ("<?", "<!--") if text.startswith(o, at)), None):
        closing = "?>" if opened == "<?" else "-->"
        end = text.find(closing, at + len(opened))
        if end < 0:
            return False
        at = _content(text, end + len(closing))
    return _ROOT.match(text, at) is not None


def passages(
    text: str, losses: Losses, follows: Boundary = Boundary.PARAGRAPH
) -> Iterator[Passage]:
    """Return the passages of an SSML document, which *follows* that; the call reads all of it.

    Unsupported markup is added to *losses*, each kind once. Raises UsageError with the line and
    the column if the text is not well-formed or a value is invalid.
    """
    return _SsmlParser(text, losses, follows).read()


class _Open(NamedTuple):
    """A tag that is still open."""

    name: str
    offset: int
    manner: Manner
    """How its content is spoken."""
    reading: tuple[ReadingKind, str] | None = None


class _Invalid(Exception):  # noqa: N818
    """A message and a hint for an error; the caller adds the place."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class _SsmlParser:
    def __init__(self, source: str, losses: Losses, follows: Boundary) -> None:
        self._source = source
        self._losses = losses
        self._reported: set[tuple[str, str]] = set()
        self._composer = Composer()
        self._composer.end_paragraph(follows)
        self._open: list[_Open] = []
        self._unspoken = 0
        self._reading = 0
        """Number of open tags that set a reading; only the outermost takes effect."""
        self._in_cdata = False
        # Some editors leave a blank line at the start, but expat needs the declaration first.
        self._offset = _content(source)
        self._line = 1 + line_ends(source[: self._offset])
        self._start = self._offset
        # Lone surrogates are passed on: expat refuses them and reports the place.
        self._data = source[self._offset :].encode("utf-8", "surrogatepass")
        self._byte = 0
        self._parser = self._new_parser()
        self._tags: dict[str, Callable[[Mapping[str, str], Manner], Manner]] = {
            "p": self._paragraph,
            "s": self._sentence,
            "break": self._break,
            "prosody": self._prosody,
            "voice": self._voice,
            "lang": self._lang,
        }

    def _new_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate("utf-8")
        parser.StartElementHandler = self._start_tag
        parser.EndElementHandler = self._end_tag
        parser.CharacterDataHandler = self._characters
        parser.StartCdataSectionHandler = lambda: self._set_cdata(True)
        parser.EndCdataSectionHandler = lambda: self._set_cdata(False)
        parser.StartDoctypeDeclHandler = self._doctype
        return parser

    def read(self) -> Iterator[Passage]:
        try:
            self._parser.Parse(self._data, True)
        except expat.ExpatError as error:
            offset = self._start + _length(self._data[: self._parser.ErrorByteIndex])
            offset, message, hint = self._malformed(error.code, offset)
            self._fail(offset, message, hint)
        except _Invalid as error:
            self._fail(self._offset, error.message, error.hint)
        return self._composer.finish(Manner(), self._line)

    def _fail(self, offset: int, message: str, hint: str) -> NoReturn:
        place = place_of(offset, self._source)
        raise UsageError(f"At {place}: {message}", hint=hint) from None

    def _advance(self) -> None:
        """Move to the parser's current place; its events come in the order of the text."""
        index = self._parser.CurrentByteIndex
        offset = self._offset + _length(self._data[self._byte : index])
        self._line += line_ends(self._source[self._offset : offset])
        self._offset = offset
        self._byte = index

    def _report(self, text: str, reason: str) -> None:
        if (text, reason) not in self._reported:
            self._reported.add((text, reason))
            self._losses.add(text, self._line, reason)

    # Handlers that the parser calls.

    def _doctype(self, *_: object) -> None:
        self._advance()
        self._offset = self._source.rfind("<!DOCTYPE", 0, self._offset + 1)
        raise _Invalid("A document type declaration is not allowed.", "Leave out <!DOCTYPE …>.")

    def _set_cdata(self, is_inside: bool) -> None:
        self._in_cdata = is_inside

    def _characters(self, text: str) -> None:
        self._advance()
        if self._unspoken:
            return
        piece = Mapped.of(text, self._offset)
        if self._source[self._offset] == "&" and not self._in_cdata:
            end = self._source.index(";", self._offset) + 1
            piece = self._standing_for(text, self._offset, end)
        self._composer.say(piece, self._open[-1].manner, self._line)

    def _start_tag(self, name: str, attributes: dict[str, str]) -> None:
        self._advance()
        if not self._open and name != "speak":
            raise _Invalid(f"The first tag is <{name}>.", _ONE_ROOT)
        manner = self._open[-1].manner if self._open else Manner()
        reading = None
        if name in _UNSPOKEN:
            self._unspoken += 1
        elif not self._unspoken:
            reading = self._reading_of(name, attributes)
            manner = self._manner_inside(name, attributes, manner)
        if reading:
            self._reading += 1
            if self._reading == 1:
                self._composer.begin_reading(*reading)
            else:
                self._report(f"<{name}>", "it is inside another reading, which is used instead")
        self._open.append(_Open(name, self._offset, manner, reading))

    def _end_tag(self, name: str) -> None:
        self._advance()
        closed = self._open.pop()
        if name in _UNSPOKEN:
            self._unspoken -= 1
        if closed.reading:
            self._reading -= 1
            if not self._reading:
                self._end_reading(closed, *closed.reading)
        if name == "p":
            self._composer.end_paragraph()
        elif name == "s":
            self._composer.end_sentence(self._offset)

    def _end_reading(self, closed: _Open, kind: ReadingKind, value: str) -> None:
        if self._composer.end_reading() or kind == "say-as" or not value:
            return
        # SSML allows a tag without text; then the reading itself is shown as the text.
        text = self._standing_for(value, closed.offset, max(closed.offset + 1, self._offset))
        self._composer.begin_reading(kind, value)
        self._composer.say(text, closed.manner, self._line)
        self._composer.end_reading()

    def _standing_for(self, text: str, start: int, end: int) -> Mapped:
        return Mapped(text, [start] * len(text), [end] * len(text))

    # Tags that change how their content is spoken, and break.

    def _manner_inside(self, name: str, attributes: Mapping[str, str], outer: Manner) -> Manner:
        if name in self._tags:
            return self._tags[name](attributes, outer)
        if name == "speak":
            return _in_language(attributes, outer)
        if name not in _WITHOUT_SOUND and name not in _READINGS:
            self._report(f"<{name}>", "it has no effect here; the text inside is spoken")
        return outer

    def _paragraph(self, attributes: Mapping[str, str], outer: Manner) -> Manner:
        self._composer.end_paragraph()
        return _in_language(attributes, outer)

    def _sentence(self, attributes: Mapping[str, str], outer: Manner) -> Manner:
        self._composer.end_sentence(self._offset)
        return _in_language(attributes, outer)

    def _break(self, attributes: Mapping[str, str], outer: Manner) -> Manner:
        strength = attributes.get("strength", "medium").strip()
        seconds = BREAK_SECONDS.get(strength)
        if seconds is None:
            raise _Invalid(
                f"“{strength}” is not a break strength.", f"Known are {', '.join(BREAK_SECONDS)}."
            )
        if "time" in attributes:
            seconds = seconds_of(attributes["time"])
        if seconds is None or seconds > LONGEST_PAUSE_SECONDS:
            raise _Invalid(
                f"“{attributes['time']}” is not a break time.",
                'Write seconds or milliseconds, up to a minute: time="1.5s" or time="500ms".',
            )
        self._composer.pause(seconds)
        return outer

    def _prosody(self, attributes: Mapping[str, str], outer: Manner) -> Manner:
        for name in attributes:
            if name != "rate":
                self._report(f"<prosody {name}>", "only the rate of speech can be changed")
        if "rate" not in attributes:
            return outer
        wanted = round(outer.rate * _rate(attributes["rate"].strip()), 6)
        rate = min(max(wanted, RATES[0]), RATES[1])
        if rate != wanted:
            self._report(
                f'<prosody rate="{attributes["rate"]}">', f"the rate is limited to {rate:g}"
            )
        return replace(outer, rate=rate)

    def _voice(self, attributes: Mapping[str, str], outer: Manner) -> Manner:
        for name in attributes:
            if name not in ("name", "xml:lang"):
                self._report(f"<voice {name}>", "a voice can be chosen only by its name")
        manner = _in_language(attributes, outer)
        if "name" in attributes:
            manner = replace(manner, voice=attributes["name"].strip() or None)
        return manner

    def _lang(self, attributes: Mapping[str, str], outer: Manner) -> Manner:
        _required("lang", "xml:lang", attributes)
        return _in_language(attributes, outer)

    # Tags that say how their content is read.

    def _reading_of(
        self, name: str, attributes: Mapping[str, str]
    ) -> tuple[ReadingKind, str] | None:
        if name == "phoneme":
            return "phonemes", _phonemes(attributes)
        if name == "sub":
            return "words", " ".join(_required("sub", "alias", attributes).split())
        if name == "say-as":
            return self._interpretation(attributes)
        return None

    def _interpretation(self, attributes: Mapping[str, str]) -> tuple[ReadingKind, str] | None:
        name = _required("say-as", "interpret-as", attributes).strip().lower()
        if name not in INTERPRETATIONS:
            self._report(
                f'<say-as interpret-as="{name}">', "it is unknown; the text is read as usual"
            )
            return None
        form = attributes.get("format", "").strip().lower()
        return "say-as", f"{name}:{form}" if form else name

    # Messages for XML errors.

    def _malformed(self, code: int, offset: int) -> tuple[int, str, str]:
        """Return the place of the error, a message and a hint."""
        name = errors.messages[code]
        if name == errors.XML_ERROR_INVALID_TOKEN:
            return self._stray_character(offset)
        if name == errors.XML_ERROR_TAG_MISMATCH:
            offset = self._source.rfind("</", 0, offset)
            found = self._source[offset : offset + 40].partition(">")[0].strip()
            return (
                offset,
                f"“{found}>” is not allowed while {self._innermost()} is open.",
                "Close tags in the reverse order of opening them.",
            )
        if name == errors.XML_ERROR_NO_ELEMENTS and self._open:
            message = f"The text ends while {self._innermost()} is open."
            return offset, message, f"Close it with </{self._open[-1].name}>."
        if name == errors.XML_ERROR_UNDEFINED_ENTITY:
            entity = self._source[offset : offset + 40].partition(";")[0]
            return offset, f"“{entity};” is unknown.", _ENTITIES
        if name == errors.XML_ERROR_UNCLOSED_CDATA_SECTION:
            offset = self._source.rfind("<![CDATA[", 0, offset)
        return offset, *_WORDS.get(name, (f"This is not well-formed XML: {name}.", _CHECK))

    def _stray_character(self, offset: int) -> tuple[int, str, str]:
        # The parser stops after a stray & or <, but that character is what has to be fixed.
        before = self._source[max(0, offset - 40) : offset]
        stray = re.search(r"&[\w#.:-]*$|<$", before)
        if stray:
            return (
                offset - len(stray[0]),
                f"“{stray[0][0]}” is not escaped.",
                "In SSML, & is written &amp; and < is written &lt;.",
            )
        found = self._source[offset : offset + 1]
        shown = f"“{found}”" if found.isprintable() and found else f"U+{ord(found or chr(0)):04X}"
        return offset, f"{shown} is not allowed here.", _CHECK

    def _innermost(self) -> str:
        opened = self._open[-1]
        return f"<{opened.name}> of line {1 + line_ends(self._source[: opened.offset])}"


_READINGS = frozenset({"phoneme", "sub", "say-as"})
_ONE_ROOT = "Put all of the SSML inside one <speak>."
_CHECK = "Check that tags are closed, values quoted, and & and < written as &amp; and &lt;."
_ENTITIES = "Known are &amp; &lt; &gt; &quot; &apos; and numbers such as &#233;."
_WORDS: Final = {
    errors.XML_ERROR_NO_ELEMENTS: ("There is no tag.", _ONE_ROOT),
    errors.XML_ERROR_SYNTAX: (
        "There is text before the first tag.",
        _ONE_ROOT,
    ),
    errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT: (
        "There is something after </speak>.",
        _ONE_ROOT,
    ),
    errors.XML_ERROR_UNCLOSED_TOKEN: ("What begins here is never closed.", _CHECK),
    errors.XML_ERROR_UNCLOSED_CDATA_SECTION: (
        "What begins here is never closed.",
        "Close it with ]]>.",
    ),
    errors.XML_ERROR_DUPLICATE_ATTRIBUTE: (
        "An attribute is given twice.",
        "Leave one of them out.",
    ),
    errors.XML_ERROR_BAD_CHAR_REF: ("There is no such character.", _ENTITIES),
    errors.XML_ERROR_MISPLACED_XML_PI: (
        "“<?xml” is not at the start.",
        "Move it to the very start of the text.",
    ),
}


def _content(text: str, start: int = 0) -> int:
    """Return the place of the first character that is neither space nor byte-order mark."""
    match = _CONTENT.search(text, start)
    return match.start() if match else len(text)


def _length(data: bytes) -> int:
    """Return the number of characters in UTF-8 data."""
    return len(data.translate(None, _CONTINUATION_BYTES))


def _required(tag: str, name: str, attributes: Mapping[str, str]) -> str:
    if name not in attributes:
        raise _Invalid(f"<{tag}> has no {name}.", f'Write <{tag} {name}="…">.')
    return attributes[name]


def _in_language(attributes: Mapping[str, str], outer: Manner) -> Manner:
    if "xml:lang" not in attributes:
        return outer
    return replace(outer, language=attributes["xml:lang"].strip() or None)


def _rate(written: str) -> float:
    """Return a prosody rate as a factor, which may be out of bounds."""
    if written in NAMED_RATES:
        return NAMED_RATES[written]
    match = _RATE.fullmatch(written)
    if match is None or (match[1] and not match[3]):
        raise _Invalid(
            f"“{written}” is not a rate.",
            f'Write rate="120%", rate="+20%", rate="1.2" or one of {", ".join(NAMED_RATES)}.',
        )
    sign, number, percent = match.groups()
    factor = float(number) / (100 if percent else 1)
    return 1 + factor if sign == "+" else 1 - factor if sign == "-" else factor


def _phonemes(attributes: Mapping[str, str]) -> str:
    alphabet = attributes.get("alphabet", "ipa").strip()
    if alphabet not in ("ipa", "x-kokoro"):
        raise _Invalid(f"Unknown phoneme alphabet: “{alphabet}”.", 'Write IPA: alphabet="ipa".')
    written = _required("phoneme", "ph", attributes).strip()
    if len(written) > 1 and written[0] == written[-1] == "/":
        written = written[1:-1].strip()
    if not written.strip("/"):
        raise _Invalid("<phoneme> has no phonemes.", 'Write them in IPA: ph="ʃɪvˈɔn".')
    return written
