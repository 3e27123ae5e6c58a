"""What the text stage makes of a text, step by step."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kokoro_cli.errors import UsageError
from kokoro_cli.pauses import Boundary
from kokoro_cli.text.languages import ContextReader, find_language
from kokoro_cli.text.mapped import Mapped
from kokoro_cli.text.reading import Sentence, TextStage
from kokoro_cli.text.sentences import boundaries
from kokoro_cli.text.ssml import is_ssml
from kokoro_cli.text.structure import blocks
from kokoro_cli.types import Losses, join_phonemes


@dataclass(frozen=True, slots=True)
class ExplainedWord:
    """A word, and what decided how it is said."""

    source: str
    spoken: str
    phonemes: str
    origin: str
    """What decided the phonemes: gold, silver, espeak, context, lexicon, markup, …"""
    rule: str
    """What decided the spoken form; empty if it is spoken as it is written."""
    line: int
    start: int
    end: int


def doubtful(text: str, stage: TextStage, losses: Losses) -> Iterator[ExplainedWord]:
    """Yield each word whose pronunciation was guessed, once.

    Only readers with a lexicon guess; the others have rules for every word.
    """
    if not isinstance(stage.readers(stage.language), ContextReader):
        return
    seen = set()
    for word in explained(text, stage, losses):
        if word.origin == "espeak" and word.spoken not in seen:
            seen.add(word.spoken)
            yield word


def source_sentences(text: str, language: str) -> list[str]:
    """Return the sentences as they are written.

    A language that the program does not speak is cut at its marks alone.
    """
    try:
        known = find_language(language)
    except UsageError:
        found = [block.text for block in blocks(text) if len(block.text)]
        return [sentence for block in found for sentence in _by_marks(block, text)]
    return list(sentences(text, TextStage(known), Losses()))


def _by_marks(block: Mapped, text: str) -> Iterator[str]:
    ends = boundaries(block.text, short_forms=True, ordinals=True)
    for start, end in zip([0, *ends], [*ends, len(block)], strict=True):
        first, last = block[start:end].strip().span()
        yield text[first:last]


def _paragraphs(text: str, stage: TextStage, losses: Losses) -> Iterator[list[Sentence]]:
    group: list[Sentence] = []
    for sentence in stage.sentences(text, losses):
        if sentence.begins and sentence.passage.follows is not Boundary.SENTENCE and group:
            yield group
            group = []
        group.append(sentence)
    if group:
        yield group


def spoken_paragraphs(text: str, stage: TextStage, losses: Losses) -> Iterator[str]:
    """Yield the words that are spoken, a paragraph at a time."""
    for group in _paragraphs(text, stage, losses):
        yield " ".join(sentence.text.text for sentence in group)


def phoneme_paragraphs(text: str, stage: TextStage, losses: Losses) -> Iterator[str]:
    """Yield the phonemes, a paragraph at a time."""
    for group in _paragraphs(text, stage, losses):
        yield join_phonemes([word for sentence in group for word in stage.words(sentence, losses)])


# Control markup is not part of a sentence.
_CONTROLS = re.compile(
    r"\[(?:pause|voice|rate):[^\[\]]{0,60}\](?P<space>\s?)"
    r"|\[(?P<word>[^\[\]]{1,300})\]\((?:/[^/\[\]]{0,500}/|say:[^()\[\]]{0,500})\)"
)


def sentences(text: str, stage: TextStage, losses: Losses) -> Iterator[str]:
    """Yield the sentences in the source's own spelling, each from its first to its last word."""
    if is_ssml(text):
        yield from (s.text.text for s in stage.sentences(text, losses) if len(s.text))
        return
    text = _CONTROLS.sub(_without_control, text)
    places = [s.text.span() for s in stage.sentences(text, losses) if len(s.text)]
    for i, (start, end) in enumerate(places):
        following = places[i + 1][0] if i + 1 < len(places) else len(text)
        # What follows its last word unspoken belongs to the sentence too.
        tail = text[end : max(end, following)].split("\n", 1)[0]
        yield (text[start:end] + tail).strip()


def _without_control(match: re.Match[str]) -> str:
    if match["word"]:
        return match["word"]
    # It takes one space with it if there is another before it.
    apart = match.string[match.start() - 1 : match.start()].strip()
    return match["space"] if apart else ""


def explained(text: str, stage: TextStage, losses: Losses) -> Iterator[ExplainedWord]:
    """Yield every word with its source, its phonemes and where each came from."""
    line, counted = 1, 0
    for sentence in stage.sentences(text, losses):
        rules = _rules(sentence)
        for word in stage.words(sentence, losses):
            if word.start >= counted:
                line += text.count("\n", counted, word.start)
                counted = word.start
            yield ExplainedWord(
                source=text[word.start : word.end],
                spoken=word.text,
                phonemes=word.phonemes,
                origin=word.origin,
                rule=rules.get((word.start, word.end), ""),
                line=line - text.count("\n", word.start, counted),
                start=word.start,
                end=word.end,
            )


def _rules(sentence: Sentence) -> dict[tuple[int, int], str]:
    """Return the rules that decided the sentence's spoken words, by their spans of the source."""
    return {
        sentence.text.span(span.start, span.end): span.rule
        for span in reversed(sentence.rule_spans)
    }
