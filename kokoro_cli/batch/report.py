"""What a conversion reports. A face prints these as JSON, and their keys are a promise."""

from __future__ import annotations

from dataclasses import dataclass, field

from kokoro_cli.batch.inputs import Failure
from kokoro_cli.batch.plan import Output
from kokoro_cli.batch.run import OutputResult
from kokoro_cli.errors import ExitCode


@dataclass(frozen=True, slots=True)
class ChapterLine:
    number: int
    title: str
    words: int
    minutes: float
    """Estimated from the text's length."""


@dataclass(frozen=True, slots=True)
class DocumentLines:
    source: str
    title: str
    author: str
    language: str | None
    chapters: list[ChapterLine]
    problems: list[str]
    incomplete: bool
    """Whether a chapter or a page is among the problems."""


@dataclass(frozen=True, slots=True)
class ContentsReport:
    """The chapters of the inputs."""

    documents: list[DocumentLines]
    failed: list[dict[str, str | None]]

    @property
    def exit_code(self) -> ExitCode:
        incomplete = any(document.incomplete for document in self.documents)
        return code_of(len(self.documents), len(self.failed), None, incomplete=incomplete)


@dataclass(frozen=True, slots=True)
class ForecastLine:
    output: str
    sources: list[str]
    seconds: float
    chunks: int
    problems: list[str]
    """What in the sources could not be read."""
    incomplete: bool
    """Whether a chapter or a page is among the problems."""


@dataclass(frozen=True, slots=True)
class ForecastReport:
    """How long the outputs will be."""

    outputs: list[ForecastLine]
    failed: list[dict[str, str | None]]
    seconds: float

    @property
    def exit_code(self) -> ExitCode:
        incomplete = any(output.incomplete for output in self.outputs)
        return code_of(len(self.outputs), len(self.failed), None, incomplete=incomplete)


@dataclass(frozen=True, slots=True)
class FileLine:
    """What became of one output."""

    output: str
    sources: list[str]
    status: str
    """made, unchanged, skipped, failed or interrupted."""
    seconds: float
    subtitles: list[str] = field(default_factory=list)
    error: str | None = None
    hint: str | None = None
    problems: list[str] = field(default_factory=list)
    """What in the sources could not be read."""
    not_spoken: list[dict[str, str | int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class JobReport:
    """What was done."""

    files: list[FileLine]
    voice: str
    language: str
    engine: str
    device: str
    reason: str
    model: str
    format: str
    sample_rate: int
    jobs: int
    audio_seconds: float
    """Of all that was made in this run."""
    wall_seconds: float
    chunks_spoken: int
    chunks_found: int
    """Those that an earlier run, or this one, had spoken already."""
    exit_code: ExitCode
    warnings: list[str] = field(default_factory=list)


def code_of(fine: int, failed: int, code: ExitCode | None, *, incomplete: bool) -> ExitCode:
    """Return the failure's own code if it was the only input, else PARTIAL.

    *incomplete* is whether a part of an input is lost.
    """
    if not failed:
        return ExitCode.PARTIAL if incomplete else ExitCode.OK
    return code if code is not None and failed == 1 and not fine else ExitCode.PARTIAL


def failure_line(failure: Failure) -> dict[str, str | None]:
    return {
        "source": failure.name,
        "error": failure.error.message,
        "hint": failure.error.hint,
    }


def unread_line(failure: Failure) -> FileLine:
    return FileLine(
        "", [failure.name], "failed", 0.0, error=failure.error.message, hint=failure.error.hint
    )


def file_line(result: OutputResult) -> FileLine:
    output = result.output
    return FileLine(
        output=str(output.path),
        sources=_sources(output),
        status=result.status,
        seconds=round(result.seconds, 3),
        subtitles=list(result.beside),
        error=result.error.message if result.error else None,
        hint=result.error.hint if result.error else None,
        problems=_problems(output),
        not_spoken=[
            {"text": loss.text, "line": loss.line, "reason": loss.reason} for loss in result.losses
        ],
    )


def forecast_line(output: Output, seconds: float, chunks: int) -> ForecastLine:
    return ForecastLine(
        str(output.path),
        _sources(output),
        round(seconds, 3),
        chunks,
        _problems(output),
        output.incomplete,
    )


def _sources(output: Output) -> list[str]:
    return [str(piece.source) for piece in output.pieces]


def _problems(output: Output) -> list[str]:
    """Return what could not be read; of several sources, each line names its own."""
    several = len(output.pieces) > 1
    return [
        f"{piece.source}: {line}" if several else line
        for piece in output.pieces
        for line in (*piece.outline.problems, *piece.outline.notes)
    ]


def document_lines(output: Output, speed: float) -> DocumentLines:
    """Return the chapters of an output's one input, with their lengths at a speed."""
    (piece,) = output.pieces
    found = piece.outline
    lines = []
    for place in piece.chapters:
        chapter = found.chapters[place]
        minutes = round(chapter.seconds / speed / 60, 1)
        lines.append(ChapterLine(place + 1, chapter.title, chapter.words, minutes))
    return DocumentLines(
        str(piece.source),
        found.title,
        found.author,
        found.language,
        lines,
        _problems(output),
        output.incomplete,
    )
