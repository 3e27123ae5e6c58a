"""``kokoro text``: look at what becomes of a text, step by step."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import typer

from kokoro_cli.cli.binding import Group, command, refuse_unused
from kokoro_cli.cli.environment import Environment
from kokoro_cli.cli.options import JSON, LINE_MODE, READING, typed
from kokoro_cli.errors import ExitCode, KokoroError, UsageError, as_kokoro_error
from kokoro_cli.speaker.request import ReadingRequest, SpeechRequest

if TYPE_CHECKING:
    from kokoro_cli.documents import Document
    from kokoro_cli.text.languages import Language
    from kokoro_cli.text.reading import TextStage
    from kokoro_cli.types import Loss, Losses

app = typer.Typer(
    add_completion=False,
    help="What is made of a text: words, phonemes, sentences, chunks.",
    no_args_is_help=True,
)


@dataclass(frozen=True, slots=True)
class TextRequest:
    """The options of these commands."""

    text: tuple[str, ...] = ()
    language: str | None = None
    reading: ReadingRequest = field(default_factory=ReadingRequest)
    max_phonemes: int = 250
    json: bool = False
    jsonl: bool = False


@dataclass(frozen=True, slots=True)
class TextReport:
    """What one command found; ``--json`` prints it, and its keys are a promise."""

    items: list[Any]
    not_spoken: list[Loss]


_TEXT = {
    "text": typer.Argument(
        help="The text; without one standard input is read, a text or a book.",
        show_default=False,
    ),
    "language": typer.Option("--lang", "-l", help="Letter or tag.", show_default="en-us"),
}
_READ = Group(TextRequest, {**_TEXT, "reading": READING, "json": JSON})
_JSONL = typer.Option("--jsonl", help="A JSON value a line in and out.")
_LINES = Group(TextRequest, {**_READ.options, "jsonl": _JSONL})
_SENTENCES = Group(
    TextRequest,
    {
        **_TEXT,
        "reading": Group(ReadingRequest, {"line_mode": LINE_MODE}),
        "json": JSON,
        "jsonl": _JSONL,
    },
)
_CHUNKS = Group(
    TextRequest,
    {
        **_READ.options,
        "max_phonemes": typer.Option("--max-phonemes", help="Longest chunk, up to 510."),
    },
)


@command(app, "normalize", _LINES)
def _normalize(environment: Environment, request: TextRequest) -> ExitCode:
    """Show the words that are spoken."""
    from kokoro_cli.text.inspect import spoken_paragraphs

    return _paragraphs(spoken_paragraphs, environment, request)


@command(app, "phonemes", _LINES)
def _phonemes(environment: Environment, request: TextRequest) -> ExitCode:
    """Show the phonemes in Kokoro's alphabet."""
    from kokoro_cli.text.inspect import phoneme_paragraphs

    return _paragraphs(phoneme_paragraphs, environment, request)


@command(app, "sentences", _SENTENCES)
def _sentences(environment: Environment, request: TextRequest) -> ExitCode:
    """Show the sentences; a line of --jsonl is {"lang": "en", "text": "…"}."""
    from kokoro_cli.text.inspect import sentences, source_sentences

    if not request.jsonl:
        return _show(sentences, environment, request)

    refuse_unused(request.reading, ("line_mode",), "with --jsonl")

    def answer(value: object, losses: Losses) -> object:
        text = value.get("text") if isinstance(value, dict) else None
        if not isinstance(value, dict) or not isinstance(text, str):
            raise UsageError("It has no text.", hint='A line is like: {"lang": "en", "text": "…"}')
        return source_sentences(text, str(value.get("lang") or request.language or "en"))

    _answer_lines(answer, environment, request)
    return ExitCode.OK


@command(app, "chunks", _CHUNKS)
def _chunks(environment: Environment, request: TextRequest) -> ExitCode:
    """Show the chunks that the model speaks, with the number of phonemes of each."""

    def chunks(text: str, stage: TextStage, losses: Losses) -> Iterator[dict[str, object]]:
        speech = SpeechRequest(
            language=stage.language.letter,
            max_phonemes=request.max_phonemes,
            reading=request.reading,
        )
        speaker = environment.speaker(offline=True)
        plan = speaker.plan(speech, plain=stage.options.plain)
        for chunk in plan.chunks(text, losses):
            count = len(chunk.phonemes)
            yield {"text": chunk.text, "phonemes": chunk.phonemes, "count": count}

    return _show(chunks, environment, request)


@command(app, "explain", _READ)
def _explain(environment: Environment, request: TextRequest) -> ExitCode:
    """Show each word's source, spoken form and phonemes, and where they come from."""
    from kokoro_cli.text.inspect import explained

    return _show(explained, environment, request)


@command(app, "lint", _READ)
def _lint(environment: Environment, request: TextRequest) -> ExitCode:
    """List the words whose reading is a guess, before a long run."""
    from kokoro_cli.text.inspect import doubtful

    return _show(doubtful, environment, request)


Look = Callable[[str, "TextStage", "Losses"], Iterable[Any]]
"""Returns what a command shows of a text."""


def _show(look: Look, environment: Environment, request: TextRequest) -> ExitCode:
    """Show what is made of the text; the code is PARTIAL if a part of a book can't be read."""
    from kokoro_cli.cli.render.common import render_json, render_warning
    from kokoro_cli.cli.render.text import render_text
    from kokoro_cli.types import Losses

    losses = Losses()
    document = _document(environment, request)
    stage = _stage(environment, request, document.language).for_text(plain=document.plain)
    items = list(look(document.text, stage, losses))
    report = TextReport(items, losses.items)
    for problem in document.problems:
        render_warning(problem, environment)
    if request.json:
        render_json(report, environment)
    else:
        render_text(report, environment)
    return ExitCode.PARTIAL if document.incomplete else ExitCode.OK


def _paragraphs(look: Look, environment: Environment, request: TextRequest) -> ExitCode:
    """Show a line for each paragraph, or answer a text a line with --jsonl."""
    if not request.jsonl:
        return _show(look, environment, request)
    stage = _stage(environment, request)

    def answer(value: object, losses: Losses) -> object:
        if not isinstance(value, str):
            raise UsageError("It is no JSON string.", hint='A line is like: "text"')
        return "\n".join(look(value, stage, losses))

    _answer_lines(answer, environment, request)
    return ExitCode.OK


def _stage(environment: Environment, request: TextRequest, tag: str | None = None) -> TextStage:
    """Return what reads the text; *tag* is the language that a book names."""
    from kokoro_cli.cli.lexicons import name_project_lexicon

    name_project_lexicon(environment)
    language = _language(request, tag)
    return environment.speaker(offline=True).stage(language, request.reading)


def _language(request: TextRequest, tag: str | None) -> Language:
    from kokoro_cli.text.languages import LANGUAGES, find_language, language_of_tag

    if request.language:
        return find_language(request.language)
    return language_of_tag(tag or "") or LANGUAGES["a"]


def _document(environment: Environment, request: TextRequest) -> Document:
    from kokoro_cli.documents import of_text, read_pipe

    stdin = environment.stdin
    if request.text and request.text != ("-",):
        return of_text(typed(request.text))
    if stdin is None or (not request.text and stdin.isatty()):
        raise UsageError("There is no text.", hint="Give one, or pipe it into standard input.")
    return read_pipe(stdin)


Answer = Callable[[object, "Losses"], object]
"""Returns the answer to a line's value; UsageError if the line is wrong."""


def _answer_lines(answer: Answer, environment: Environment, request: TextRequest) -> None:
    """Answer each line of JSON on standard input with one.

    A wrong line is answered with null. After the last line they are all reported, and what was not
    spoken is too.
    """
    from kokoro_cli.cli.render.common import render_losses, render_value
    from kokoro_cli.types import Losses

    wrong: list[KokoroError] = []
    losses = Losses()
    count = 0
    for number, line in _lines(environment, request):
        count += 1
        own = Losses()
        reply: object = None
        try:
            reply = answer(_value(line, first=number == 1), own)
        except Exception as error:
            known = as_kokoro_error(error)
            of_line = KokoroError(f"Line {number} of the input: {known.message}", hint=known.hint)
            of_line.exit_code = known.exit_code
            wrong.append(of_line)
        losses.items.extend(replace(loss, line=number) for loss in own.items)
        render_value(reply, environment)
    render_losses(losses.items, environment)
    if wrong:
        raise _lines_failed(wrong, count, environment)


_SHOWN_LINES = 8


def _lines_failed(wrong: list[KokoroError], count: int, environment: Environment) -> KokoroError:
    """Return the error of a wrong line, or one for all of them, which are named before.

    Its exit code is the line's own if there was no other line, else PARTIAL.
    """
    from kokoro_cli.cli.render.common import render_warning

    first, *others = wrong
    if others:
        for error in wrong[:_SHOWN_LINES]:
            render_warning(error.message, environment)
        if len(wrong) > _SHOWN_LINES:
            render_warning(f"And {len(wrong) - _SHOWN_LINES:,} lines more.", environment)
        first = UsageError(f"{len(wrong):,} of {count:,} lines are wrong.", hint=first.hint)
    if count > 1:
        first.exit_code = ExitCode.PARTIAL
    return first


def _lines(environment: Environment, request: TextRequest) -> Iterator[tuple[int, bytes]]:
    from kokoro_cli.documents.kinds import LARGEST_TEXT

    if request.json:
        raise UsageError("--json and --jsonl ask for two things.", hint="Choose one.")
    if request.text:
        raise UsageError("--jsonl reads standard input.", hint="Leave the text out.")
    pipe = environment.piped()
    for number, line in enumerate(iter(lambda: pipe.readline(LARGEST_TEXT), b""), 1):
        if len(line) == LARGEST_TEXT:
            raise UsageError(
                f"Line {number} of the input has more than {LARGEST_TEXT // 1_000_000} MB.",
                hint="Split its text.",
            )
        if line.strip():
            yield number, line


def _value(line: bytes, *, first: bool) -> object:
    try:
        text = line.decode("utf-8-sig" if first else "utf-8", "surrogatepass")
        value: object = json.loads(text)
    except UnicodeDecodeError as error:
        raise UsageError("It is not UTF-8.", hint="Save the lines as UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"It is no JSON: {error}.") from error
    return value
