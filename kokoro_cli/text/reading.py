"""The text stage: from a source text to spoken sentences, and to words with phonemes."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from threading import Lock

from kokoro_cli.errors import UsageError
from kokoro_cli.pauses import Boundary
from kokoro_cli.text import formulas, markup, ssml, structure, verbalise
from kokoro_cli.text.alphabet import ENGLISH, to_kokoro
from kokoro_cli.text.gloss import glosses
from kokoro_cli.text.languages import (
    LANGUAGES,
    ContextReader,
    Language,
    Reader,
    find_language,
    load_reader,
)
from kokoro_cli.text.lexicon import Lexicon, Match, choose, read_lexicon, read_packaged
from kokoro_cli.text.mapped import Mapped
from kokoro_cli.text.passage import InlineReading, Manner, Passage
from kokoro_cli.text.phonemise import Reading, phonemise
from kokoro_cli.text.respelling import respell
from kokoro_cli.text.sentences import boundaries
from kokoro_cli.text.unsayable import without_unsayable
from kokoro_cli.text.verbalise import Replacement, characters
from kokoro_cli.text.verbalise.english.names import SENTENCE_STARTERS
from kokoro_cli.types import Losses, ReadingOptions, Word

# A longer paragraph is read in parts, so that the first sound does not wait for all of it.
_LONGEST_PART = 4_000
_CUT = re.compile(r"[.!?…][\"”’»)\]]*\s|[。！？।]")

# Number or letter of a list item: its full stop ends no sentence.
_ITEM = re.compile(r"\s*[(\[]?(?:\d{1,3}|[A-Za-z]|[ivxlIVXL]{1,6})[)\]]?\.(?=\s)")

# Letters that a rule spells are said as one word, its last one stressed. A single "A" in a rule's
# words is a letter, no article.
_SPELLED = re.compile(r"(?<!\w)(?:[A-Z](?: [A-Z])+(?=s?\b)|A(?![\w'’]))")


@dataclass(frozen=True, slots=True)
class RuleSpan:
    """A span of spoken text that a rule, the lexicon or the markup decided."""

    start: int
    end: int
    rule: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as it is said."""

    text: Mapped
    passage: Passage
    language: Language
    readings: tuple[Reading, ...] = ()
    rule_spans: tuple[RuleSpan, ...] = ()
    begins: bool = False
    """Whether it is the first of its passage."""
    ends: bool = False
    """Whether it is the last of its segment: the next one may not have been written yet."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a text that can be read before the rest is known."""

    text: str
    first_line: int = 1
    """Line of the whole text on which it begins."""
    first_column: int = 1
    """Column on that line, in characters."""
    follows: Boundary = Boundary.PARAGRAPH
    """What ends before it, if nothing greater does; SENTENCE if a paragraph goes on, LINE if it
    may go on in the next line."""
    boundaries: tuple[tuple[int, Boundary], ...] = ()
    """What ends before some of its lines, where the text itself does not show it: the line's
    number in the segment, counted from 1, in order, and the boundary."""


Text = str | Iterable[Segment]
"""A whole text, or its segments while it is being written."""


@cache
def _english_words() -> Lexicon:
    here = Path(__file__)
    own = read_lexicon(here.with_name("english_words.toml"))
    return Lexicon((*own.entries, *read_packaged(here.with_name("english_words.tsv"))))


_reader_lock = Lock()


def cached_reader(language: Language) -> Reader:
    """Return the language's reader, loaded once a process, whatever thread asks first."""
    with _reader_lock:
        return _loaded_reader(language)


@cache
def _loaded_reader(language: Language) -> Reader:
    return load_reader(language)


def by_its_name(voice: str) -> str:
    """Return the letter of a voice's language as the model's voices are named."""
    return voice[:1]


@dataclass(frozen=True, slots=True)
class TextStage:
    """Reads texts of one language, with the options and the lexicon of a run.

    Several threads may read with one stage. What can't be spoken goes to the caller's `Losses`.
    """

    language: Language
    options: ReadingOptions = field(default_factory=ReadingOptions)
    lexicon: Lexicon = field(default_factory=Lexicon)
    """The user's own words."""
    readers: Callable[[Language], Reader] = cached_reader
    voice_letter: Callable[[str], str] = by_its_name
    """Returns the letter of a voice's language; "" if it has none."""

    def for_text(self, *, plain: bool) -> TextStage:
        """Return the stage for a text that is plain or not, see `ReadingOptions.plain`."""
        return replace(self, options=replace(self.options, plain=plain))

    def passages(self, text: Text, losses: Losses) -> Iterator[Passage]:
        """Yield the blocks of the text, cut where markup changes voice, rate or language."""
        for passages in self._by_segment(text, losses):
            yield from passages

    def sentences(self, text: Text, losses: Losses) -> Iterator[Sentence]:
        """Yield the sentences as they are spoken; one without words for a pause alone."""
        for passages in self._by_segment(text, losses):
            last: Sentence | None = None
            for sentence in self._sentences(passages, losses):
                if last:
                    yield last
                last = sentence
            if last:
                yield replace(last, ends=True)

    def _by_segment(self, text: Text, losses: Losses) -> Iterator[Iterator[Passage]]:
        segments = [Segment(text)] if isinstance(text, str) else text
        control, seams = markup.Control(), structure.Seams()
        for number, segment in enumerate(segments):
            if not number and ssml.is_ssml(segment.text):
                yield map(self._plain, ssml.passages(segment.text, losses, segment.follows))
            else:
                yield self._passages(segment, control, seams)
        yield control.rest()

    def _passages(
        self, segment: Segment, control: markup.Control, seams: structure.Seams
    ) -> Iterator[Passage]:
        control.begin(segment.text, segment.first_line, segment.first_column)
        blocks = structure.blocks(
            segment.text,
            lines=self.options.lines,
            plain=self.options.plain,
            first_line=segment.first_line,
            known_word=self._knows,
        )
        before = segment.first_line - 1
        seams.begin(segment.follows, ((before + line, b) for line, b in segment.boundaries))
        for block in blocks:
            follows = seams.before(block)
            if follows is not None:
                text = self._characters(block.text)
                yield from control.passages(text, block.kind, block.line, follows)

    def _sentences(self, passages: Iterable[Passage], losses: Losses) -> Iterator[Sentence]:
        for passage in passages:
            begins = True
            for sentence in self._spoken(passage, losses):
                yield replace(sentence, begins=begins)
                begins = False
            if begins and passage.pause_seconds is not None:
                yield Sentence(passage.text[:0], passage, self.language, begins=True)

    def words(self, sentence: Sentence, losses: Losses) -> list[Word]:
        """Return the sentence's words with phonemes of the model's alphabet."""
        return phonemise(
            sentence.text,
            sentence.readings,
            sentence.language,
            self.readers,
            losses,
            sentence.passage.line,
        )

    def _characters(self, text: Mapped) -> Mapped:
        return characters.plain(text, wide_marks=self.language.letter in "jz")

    def _plain(self, passage: Passage) -> Passage:
        """Return the passage with plain characters, and its inline readings moved accordingly."""
        if passage.text.text.isascii():
            return passage
        return _edited(passage, self._characters)

    def _language_of(self, manner: Manner, line: int, losses: Losses) -> Language:
        """The markup's language; else that of its voice; else the run's."""
        if manner.language:
            try:
                return find_language(manner.language)
            except UsageError as error:
                reason = f"{error.message} It is read as {self.language.name}."
                losses.add(manner.language, line, reason)
                return self.language
        letter = self.voice_letter(manner.voice) if manner.voice else ""
        return LANGUAGES.get(letter, self.language)

    def _knows(self, word: str) -> bool:
        reader = self.readers(self.language)
        return isinstance(reader, ContextReader) and reader.knows(word)

    def _spoken(self, passage: Passage, losses: Losses) -> Iterator[Sentence]:
        language = self._language_of(passage.manner, passage.line, losses)
        options = self.options
        if language is not self.language and language.letter in "ab":
            options = replace(options, british=language.letter == "b")
        if language.letter not in ENGLISH:
            passage = _edited(passage, formulas.written_out)
        for part in _parts(_sayable(passage, losses)):
            text, pieces = self._verbalised(part, language, options)
            start = 0
            item = _ITEM.match(part.text.text)
            item_end = part.text.ends[item.end() - 1] if item else 0
            found = boundaries(text.text, short_forms=language.letter not in ENGLISH)
            ends = [end for end in found if text.ends[end - 1] > item_end]
            for end in [*ends, len(text)]:
                sentence = text[start:end]
                stripped = sentence.strip()
                if len(stripped):
                    first = start + sentence.text.index(stripped.text)
                    yield Sentence(
                        stripped,
                        passage,
                        language,
                        *_within(pieces, first, first + len(stripped), language),
                    )
                start = end

    def _verbalised(
        self, passage: Passage, language: Language, options: ReadingOptions
    ) -> tuple[Mapped, list[_Piece]]:
        text = passage.text.text
        inline = [
            self._inline_replacement(each, passage, language, options)
            for each in passage.inline_readings
        ]
        first = [each for each in inline if each]
        if language.letter == "j":
            first += map(_First, glosses(text, partial(self._phonemes, language)))
        first += _from_lexicon(self.lexicon, text, language, [g.replacement for g in first])
        rules = verbalise.rules(language)
        found = verbalise.replacements(text, rules, options, [g.replacement for g in first])
        if language.letter in ENGLISH:
            last = _from_lexicon(_english_words(), text, language, found)
            first += last
            found = sorted([*found, *(g.replacement for g in last)], key=lambda each: each.start)
        readings = {g.replacement: g.choose for g in first if g.choose}
        return _assembled(passage.text, found, readings, language)

    def _phonemes(self, language: Language, text: str) -> str:
        return "".join(word.phonemes for word in self.readers(language).words(text))

    def _inline_replacement(
        self, reading: InlineReading, passage: Passage, language: Language, options: ReadingOptions
    ) -> _First | None:
        written = passage.text.text[reading.start : reading.end]
        if reading.kind == "words":
            return _First(Replacement(reading.start, reading.end, reading.value, "markup"))
        if reading.kind == "say-as":
            spoken = verbalise.say_as(language, written, reading.value, options)
            return (
                _First(Replacement(reading.start, reading.end, spoken, "say-as"))
                if spoken
                else None
            )
        convert = to_kokoro if reading.kind == "phonemes" else respell
        try:
            phonemes = convert(reading.value, language.letter)
        except UsageError as error:
            raise UsageError(f"Line {passage.line}: {error.message}", hint=error.hint) from error
        return _First(
            Replacement(reading.start, reading.end, written, "markup"), lambda tag: phonemes
        )


@dataclass(frozen=True, slots=True)
class _First:
    """A replacement with priority over every rule's, with its phonemes if they are given."""

    replacement: Replacement
    choose: Callable[[str], str | None] | None = None


def _from_lexicon(
    lexicon: Lexicon, text: str, language: Language, replaced: list[Replacement]
) -> list[_First]:
    """Return the lexicon's replacements of what is not replaced already."""
    taken = bytearray(len(text))
    for replacement in replaced:
        taken[replacement.start : replacement.end] = b"\1" * (replacement.end - replacement.start)
    matches = lexicon.matches(text, language.letter)
    return [
        _lexicon_replacement(match, text, language)
        for match in matches
        if 1 not in taken[match.start : match.end]
    ]


def _lexicon_replacement(match: Match, text: str, language: Language) -> _First:
    words = next((w for e in match.entries if (w := e.words(match.suffix))), "")
    if words:
        return _First(Replacement(match.start, match.end, words, "lexicon"))

    def phonemes(tag: str) -> str | None:
        entry = choose(match.entries, tag)
        return entry.phonemes(language.letter, match.suffix) if entry else None

    return _First(
        Replacement(match.start, match.end, text[match.start : match.end], "lexicon"), phonemes
    )


@dataclass(frozen=True, slots=True)
class _Piece:
    """A replacement's place in the spoken text."""

    start: int
    end: int
    replacement: Replacement
    choose: Callable[[str], str | None] | None


def _assembled(
    text: Mapped,
    found: Iterable[Replacement],
    readings: dict[Replacement, Callable[[str], str | None]],
    language: Language,
) -> tuple[Mapped, list[_Piece]]:
    """Put the replacements into the text, with single spaces around them."""
    parts: list[Mapped] = []
    pieces: list[_Piece] = []
    length = 0
    done = 0

    def add(part: Mapped) -> None:
        nonlocal length
        last = parts[-1].text[-1] if parts else " "
        if last == " " and part.text.startswith(" "):
            part = part[1:]
        if last == " " and parts and part.text[:1] in tuple(",.;:!?"):
            parts[-1] = parts[-1][:-1]
            length -= 1
        if len(part):
            parts.append(part)
            length += len(part)

    def glue(before: str, after: str) -> None:
        # In scripts without spaces a space changes the words, and in Mandarin the tones.
        if before.isalnum() and after.isalnum() and before < "\u3000" and after < "\u3000":
            place = text.span(done, done)[0]
            add(Mapped(" ", [place], [place]))

    for replacement in found:
        add(text[done : replacement.start])
        done = replacement.start
        spoken = _spoken_replacement(replacement, text.text, language)
        choose = readings.get(replacement)
        if choose is None and parts and spoken:
            glue(parts[-1].text[-1], spoken[0])
        if spoken:
            new = text[replacement.start : replacement.end].replace(
                [(0, replacement.end - replacement.start, spoken)]
            )
            add(
                new
                if spoken != text.text[replacement.start : replacement.end]
                else text[replacement.start : replacement.end]
            )
            pieces.append(_Piece(max(length - len(spoken), 0), length, replacement, choose))
        done = replacement.end
        following = text.text[done : done + 1]
        if choose is None and parts and spoken:
            glue(parts[-1].text[-1], following)
    add(text[done:])
    return Mapped.join(parts), pieces


def _spoken_replacement(replacement: Replacement, text: str, language: Language) -> str:
    """Return the replacement's words, plus the full stop if its abbreviation ends a sentence."""
    if (
        replacement.abbreviation
        and text[replacement.end - 1] == "."
        and _ends_sentence(replacement, text, language)
    ):
        return replacement.spoken + "."
    spoken = replacement.spoken
    if (
        text[replacement.start].isdigit()
        and language.letter in ENGLISH
        and _SENTENCE_BEFORE.search(text, max(0, replacement.start - 12), replacement.start)
    ):
        return spoken[:1].upper() + spoken[1:]  # A small letter would not begin a sentence.
    return spoken


# Behind a short word a full stop is more likely an abbreviation's.
_SENTENCE_BEFORE = re.compile(r"(?:[^\W_]{4}\.|\d\.|[!?…])[\"'”’)]{0,2} $")
_AFTER = re.compile(r"\s*[\"'“‘«(\[—–-]*\s?(?P<word>[^\s\"'”’,;:.!?)]{0,24})")
_TIME_WORDS = re.compile(
    r"(?:[A-Z]{2,4}T|GMT|UTC|Eastern|Central|Pacific|Mountain|Standard|Daylight|Local|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|"
    r"January|February|March|April|May|June|July|August|September|October|November|December)$"
)


def _ends_sentence(replacement: Replacement, text: str, language: Language) -> bool:
    rest = text[replacement.end : replacement.end + 40]
    if not rest.strip():
        return True
    if not rest[0].isspace() and rest[0] not in '"”’)»':
        return False
    match = _AFTER.match(rest)
    word = match["word"] if match else ""
    if not word[:1].isupper():
        return False
    if language.letter not in "ab":
        return True
    if replacement.rule in ("time", "measure", "weekday", "road") or text[
        replacement.start : replacement.end
    ] in ("etc.", "&c."):
        initialism = replacement.rule == "measure" and len(word) > 1 and word.isupper()
        return not (initialism or _TIME_WORDS.match(word))
    return word in SENTENCE_STARTERS


def _within(
    pieces: list[_Piece], start: int, end: int, language: Language
) -> tuple[tuple[Reading, ...], tuple[RuleSpan, ...]]:
    """Return the readings and rule spans of a sentence, counted from its beginning."""
    readings = []
    rule_spans = []
    for piece in pieces:
        if piece.end <= start or piece.start >= end:
            continue
        first, last = max(piece.start, start) - start, min(piece.end, end) - start
        rule_spans.append(RuleSpan(first, last, piece.replacement.rule))
        if piece.choose:
            readings.append(Reading(first, last, piece.replacement.rule, piece.choose))
        else:
            readings += _sounds(piece.replacement, piece.start - start, language)
    return tuple(readings), tuple(rule_spans)


def _sounds(replacement: Replacement, offset: int, language: Language) -> list[Reading]:
    """Return readings for a rule's words: spelled letters, and words that misaki gets wrong."""
    found = []
    for match in _SPELLED.finditer(replacement.spoken):
        found.append(Reading(offset + match.start(), offset + match.end(), replacement.rule))
    if language.letter in ENGLISH:
        for first in _from_lexicon(_english_words(), replacement.spoken, language, []):
            if first.choose:
                start, end = offset + first.replacement.start, offset + first.replacement.end
                found.append(Reading(start, end, replacement.rule, first.choose))
    return sorted(found, key=lambda reading: reading.start)


def _sayable(passage: Passage, losses: Losses) -> Passage:
    """Return the passage without what no reader can say, which is a loss."""
    if passage.text.text.isascii():
        return passage
    return _edited(passage, lambda text: without_unsayable(text, passage.line, losses))


def _edited(passage: Passage, edit: Callable[[Mapped], Mapped]) -> Passage:
    """Edit the text between the passage's inline readings, which move accordingly."""
    parts: list[Mapped] = []
    readings: list[InlineReading] = []
    done = length = 0
    for each in passage.inline_readings:
        parts += edit(passage.text[done : each.start]), passage.text[each.start : each.end]
        length += len(parts[-2]) + len(parts[-1])
        readings.append(replace(each, start=length - len(parts[-1]), end=length))
        done = each.end
    parts.append(edit(passage.text[done:]))
    return replace(passage, text=Mapped.join(parts), inline_readings=tuple(readings))


def _parts(passage: Passage) -> Iterator[Passage]:
    """Cut a long passage at sentence ends, else at spaces, else outside inline readings."""
    text = passage.text.text
    start = 0
    readings = deque(passage.inline_readings)
    while len(text) - start > _LONGEST_PART:
        end = start + _LONGEST_PART
        cut = max((m.end() for m in _CUT.finditer(text, start, end)), default=0)
        if cut <= start:
            cut = text.rfind(" ", start, end) + 1
        if cut <= start:
            cut = end
        inside: list[InlineReading] = []
        while readings and readings[0].start < cut:
            cut = max(cut, readings[0].end)
            inside.append(readings.popleft())
        yield _part(passage, start, cut, inside)
        start = cut
    yield _part(passage, start, len(text), readings)


def _part(passage: Passage, start: int, end: int, inside: Iterable[InlineReading]) -> Passage:
    moved = tuple(replace(g, start=g.start - start, end=g.end - start) for g in inside)
    return replace(passage, text=passage.text[start:end], inline_readings=moved)
