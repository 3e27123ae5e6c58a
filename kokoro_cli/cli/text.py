"""``kokoro text``: look at what the text stage makes of a text, step by step."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from kokoro_cli.cli.context import World
from kokoro_cli.cli.stage import ReadingRequest, make_stage
from kokoro_cli.documents import read_pipe
from kokoro_cli.errors import UsageError
from kokoro_cli.synthesis import check_options, checked, chunks
from kokoro_cli.text.languages import LANGUAGES, Language, find_language
from kokoro_cli.text.mapped import Mapped
from kokoro_cli.text.reading import Sentence, TextStage
from kokoro_cli.text.sentences import boundaries
from kokoro_cli.text.ssml import is_ssml
from kokoro_cli.text.structure import blocks
from kokoro_cli.types import Loss, Losses, SynthesisOptions, Word, join_phonemes


@dataclass(frozen=True, slots=True)
class TextRequest:
    """The options as they were given."""

    text: tuple[str, ...]
    language: str | None
    reading: ReadingRequest
    max_phonemes: int = 250


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word with all that ``explain`` shows of it."""

    source: str
    spoken: str
    phonemes: str
    origin: str
    """What decided the phonemes: gold, silver, espeak, context, lexicon, markup, …"""
    rule: str
    """What decided the spoken form; empty where it is spoken as it is written."""
    line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TextReport:
    """The result of one command; ``--json`` prints it."""

    items: list[Any]
    not_spoken: list[Loss]


def normalize(request: TextRequest, world: World) -> TextReport:
    """Return the spoken words, a paragraph an item."""
    return _run(request, world, _paragraph_texts)


def phonemes(request: TextRequest, world: World) -> TextReport:
    """Return the phonemes, a paragraph an item."""
    return _run(request, world, _paragraph_phonemes)


def sentences(request: TextRequest, world: World) -> TextReport:
    """Return the sentences as they are written."""
    return _run(request, world, lambda text, stage, losses: _slices(text, stage, losses))


def chunked(request: TextRequest, world: World) -> TextReport:
    """Return each chunk's words and phonemes."""
    options = check_options(
        SynthesisOptions(
            voice="", language=_language(request).letter, max_phonemes=request.max_phonemes
        )
    )

    def made(text: str, stage: TextStage, losses: Losses) -> Iterator[dict[str, object]]:
        stream = checked(chunks(text, stage, options, losses), losses, strict=False)
        for chunk in stream:
            count = len(chunk.phonemes)
            yield {"text": chunk.text, "phonemes": chunk.phonemes, "count": count}

    return _run(request, world, made)


def explain(request: TextRequest, world: World) -> TextReport:
    """Return every word with its source, its phonemes and where each came from."""
    return _run(request, world, _explained)


def lint(request: TextRequest, world: World) -> TextReport:
    """Return the doubtful words, each once: those that were guessed or not spoken."""

    def doubtful(text: str, stage: TextStage, losses: Losses) -> Iterator[SpokenWord]:
        seen = set()
        for word in _explained(text, stage, losses):
            if (
                word.origin == "espeak"
                and stage.language.letter in "ab"
                and word.spoken not in seen
            ):
                seen.add(word.spoken)
                yield word

    return _run(request, world, doubtful)


def answer_lines(
    request: TextRequest, world: World, reply: Callable[[str, TextStage, Losses], object]
) -> Iterator[str]:
    """Yield a JSON answer for each line of standard input that is a JSON string.

    A text whose markup is wrong is answered with null; UsageError tells of it behind the last.
    """
    stage = _stage(request, world)
    wrong: list[UsageError] = []
    for number, line in _lines(request, world):
        value = _value(line, number)
        if not isinstance(value, str):
            raise UsageError(f"Line {number} is no JSON string.", hint='A line is like: "text"')
        yield _answer(partial(reply, value, stage, Losses()), number, wrong)
    _tell(wrong)


def _answer(reply: Callable[[], object], number: int, wrong: list[UsageError]) -> str:
    try:
        return json.dumps(reply(), ensure_ascii=False)
    except UsageError as error:
        wrong.append(UsageError(f"Line {number} of the input: {error.message}", hint=error.hint))
        return "null"


def _tell(wrong: list[UsageError]) -> None:
    if wrong:
        more = f" And {len(wrong) - 1} more like it." if len(wrong) > 1 else ""
        raise UsageError(wrong[0].message + more, hint=wrong[0].hint)


def answer_sentences(request: TextRequest, world: World) -> Iterator[str]:
    """Yield a JSON list of sentences for each line like ``{"lang": "en", "text": "…"}``."""
    wrong: list[UsageError] = []
    for number, line in _lines(request, world):
        value = _value(line, number)
        if not isinstance(value, dict) or not isinstance(value.get("text"), str):
            raise UsageError(
                f"Line {number} has no text.", hint='A line is like: {"lang": "en", "text": "…"}'
            )
        name = str(value.get("lang") or "en")
        yield _answer(partial(source_sentences, value["text"], name), number, wrong)
    _tell(wrong)


def source_sentences(text: str, language: str) -> list[str]:
    """Return the sentences as they are written; of a language without rules by its marks alone."""
    try:
        known = find_language(language)
    except UsageError:
        return [sentence for block in blocks(text) for sentence in _by_marks(block.text, text)]
    return list(_slices(text, TextStage(known), Losses()))


def _by_marks(block: Mapped, text: str) -> Iterator[str]:
    ends = boundaries(block.text, short_forms=True, ordinals=True)
    for start, end in zip([0, *ends], [*ends, len(block)], strict=True):
        first, last = block[start:end].strip().span()
        yield text[first:last]


def spoken_line(text: str, stage: TextStage, losses: Losses) -> str:
    return " ".join(_paragraph_texts(text, stage, losses))


def phonemes_line(text: str, stage: TextStage, losses: Losses) -> str:
    return " ".join(_paragraph_phonemes(text, stage, losses))


def _run(
    request: TextRequest, world: World, made: Callable[[str, TextStage, Losses], Iterable[Any]]
) -> TextReport:
    stage = _stage(request, world)
    losses = Losses()
    items = list(made(_text(request, world), stage, losses))
    return TextReport(items, losses.items)


def _stage(request: TextRequest, world: World) -> TextStage:
    return make_stage(_language(request), request.reading, world)


def _language(request: TextRequest) -> Language:
    return find_language(request.language) if request.language else LANGUAGES["a"]


def _text(request: TextRequest, world: World) -> str:
    if request.text and request.text != ("-",):
        return " ".join(request.text)
    if world.stdin is None or (not request.text and world.stdin.isatty()):
        raise UsageError("There is no text.", hint="Give one, or pipe it into standard input.")
    return read_pipe(world.stdin).text


def _lines(request: TextRequest, world: World) -> Iterator[tuple[int, str]]:
    if request.text:
        raise UsageError("--jsonl reads standard input.", hint="Leave the text out.")
    if world.stdin is None:
        raise UsageError("Standard input is closed.", hint="Pipe lines of JSON into it.")
    for number, line in enumerate(world.stdin, 1):
        if line.strip():
            yield number, line.decode("utf-8-sig" if number == 1 else "utf-8", "surrogatepass")


def _value(line: str, number: int) -> object:
    try:
        value: object = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"Line {number} is no JSON: {error}.") from error
    return value


def _paragraphs(text: str, stage: TextStage, losses: Losses) -> Iterator[list[Sentence]]:
    group: list[Sentence] = []
    for sentence in stage.sentences(text, losses):
        if sentence.begins and not sentence.passage.joins and group:
            yield group
            group = []
        group.append(sentence)
    if group:
        yield group


def _paragraph_texts(text: str, stage: TextStage, losses: Losses) -> Iterator[str]:
    for group in _paragraphs(text, stage, losses):
        yield " ".join(sentence.text.text for sentence in group)


def _paragraph_phonemes(text: str, stage: TextStage, losses: Losses) -> Iterator[str]:
    for group in _paragraphs(text, stage, losses):
        yield join_phonemes([word for sentence in group for word in stage.words(sentence, losses)])


# Control is no part of a sentence.
_CONTROLS = re.compile(
    r"\[(?:pause|voice|rate):[^\[\]]{0,60}\]\s?"
    r"|\[(?P<word>[^\[\]]{1,300})\]\((?:/[^/\[\]]{0,500}/|say:[^()\[\]]{0,500})\)"
)


def _slices(text: str, stage: TextStage, losses: Losses) -> Iterator[str]:
    """Yield the sentences in the source's own spelling, each from its first to its last word."""
    if is_ssml(text):
        yield from (s.text.text for s in stage.sentences(text, losses) if len(s.text))
        return
    text = _CONTROLS.sub(lambda match: match["word"] or "", text)
    places = [s.text.span() for s in stage.sentences(text, losses) if len(s.text)]
    for i, (start, end) in enumerate(places):
        following = places[i + 1][0] if i + 1 < len(places) else len(text)
        # What stands behind its last word, and is not spoken, is the sentence's as well.
        tail = text[end : max(end, following)].split("\n", 1)[0]
        yield (text[start:end] + tail).strip()


def _explained(text: str, stage: TextStage, losses: Losses) -> Iterator[SpokenWord]:
    for sentence in stage.sentences(text, losses):
        for word in stage.words(sentence, losses):
            yield SpokenWord(
                source=text[word.start : word.end],
                spoken=word.text,
                phonemes=word.phonemes,
                origin=word.origin,
                rule=_rule(word, sentence),
                line=text.count("\n", 0, word.start) + 1,
                start=word.start,
                end=word.end,
            )


def _rule(word: Word, sentence: Sentence) -> str:
    for span in sentence.rule_spans:
        start, end = sentence.text.span(span.start, span.end)
        if (start, end) == (word.start, word.end):
            return span.rule
    return ""
