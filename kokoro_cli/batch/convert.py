"""A conversion of files, step by step: read and plan, then forecast or run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property

from kokoro_cli import engines
from kokoro_cli.batch.executor import Executor, StoredExecutor, Threads
from kokoro_cli.batch.inputs import Failure, find_sources
from kokoro_cli.batch.journal import Journal
from kokoro_cli.batch.library import Library
from kokoro_cli.batch.options import (
    check_request,
    encoding_of,
    layout_of,
    subtitles_of,
    unit_of,
)
from kokoro_cli.batch.plan import Output, plan
from kokoro_cli.batch.report import (
    ContentsReport,
    ForecastReport,
    JobReport,
    code_of,
    document_lines,
    failure_line,
    file_line,
    forecast_line,
    unread_line,
)
from kokoro_cli.batch.request import BOOK_GAPS, FileRequest
from kokoro_cli.batch.run import Job, JobOptions, OutputResult, Watcher
from kokoro_cli.batch.script import Narrator, sound_seconds
from kokoro_cli.batch.store import ChunkStore
from kokoro_cli.batch.upkeep import JOURNAL, SPOKEN
from kokoro_cli.documents import Document
from kokoro_cli.engines import Tuning
from kokoro_cli.errors import ExitCode, KokoroError, UsageError, as_kokoro_error
from kokoro_cli.install import Notify
from kokoro_cli.speaker.plan import SpeechPlan, marked_voices
from kokoro_cli.speaker.request import SpeechRequest
from kokoro_cli.speaker.resolve import lexicon_files
from kokoro_cli.speaker.speaker import Speaker
from kokoro_cli.text.languages import LANGUAGES, language_of_tag
from kokoro_cli.types import Chunk, Losses
from kokoro_cli.voices.catalogue import Voice

ReadPipe = Callable[[], Document]
"""Reads standard input."""


def contents(request: FileRequest, read_pipe: ReadPipe) -> ContentsReport:
    """Return the chapters of the inputs; nothing is spoken."""
    request = replace(request, split=None, merge=False, output=None)
    outputs, failures = _planned(request, Library(read_pipe))
    documents = [document_lines(output, request.speech.speed) for output in outputs]
    return ContentsReport(documents, [failure_line(failure) for failure in failures])


@dataclass(frozen=True)
class Conversion:
    """Inputs that have been read, and the files that they become."""

    request: FileRequest
    speaker: Speaker
    outputs: list[Output]
    failures: list[Failure]
    """Inputs that can't be read."""
    library: Library
    speech: SpeechRequest
    """The request's, in the language of its books, with their gaps."""
    note: str
    """What a person should know about the language; "" if there is nothing to say."""

    @classmethod
    def prepare(cls, request: FileRequest, speaker: Speaker, read_pipe: ReadPipe) -> Conversion:
        """Check the request and read every input; UsageError for an impossible value."""
        speaker.plan(request.speech)
        library = Library(read_pipe)
        outputs, failures = _planned(request, library)
        speech, note = _in_its_language(_with_long_gaps(request.speech), outputs, speaker)
        speaker.plan(speech)
        return cls(request, speaker, outputs, failures, library, speech, note)

    @property
    def seconds(self) -> float:
        """How long the outputs are heard, estimated from the texts' lengths."""
        return sum(output.seconds for output in self.outputs) / self.speech.speed

    @property
    def voices(self) -> list[Voice]:
        """The voices that the request and the texts name; they have to be installed before the
        next steps. A voice that does not exist fails its output, not the others."""
        plan = self.speaker.plan(self.speech)
        found = {voice.name: voice for voice in plan.voices()}
        for output in self.outputs:
            with suppress(KokoroError):
                voices = self.speaker.book.parts(self.marked_voices(output, plan))
                found |= {voice.name: voice for voice in voices}
        return list(found.values())

    def marked_voices(self, output: Output, plan: SpeechPlan) -> list[str]:
        """Return the voices and blends that the text of an output names."""
        names: dict[str, None] = {}
        for piece in output.pieces:
            marked = [i for i in piece.chapters if piece.outline.chapters[i].marked]
            if not marked:
                continue
            chapters = self.library.read_again(piece.source, piece.outline).chapters
            for chapter in (chapters[i] for i in marked):
                timed = bool(chapter.cues)
                stage = plan.stage.for_text(plain=chapter.plain or timed)
                for text in [cue.text for cue in chapter.cues] if timed else [chapter.text]:
                    names |= dict.fromkeys(marked_voices(text, stage))
        return list(names)

    def forecast(self) -> ForecastReport:
        """Return how long the outputs will be: the model says how long each phoneme lasts."""
        setup = self._setup(self.speaker.tuning(0.0))
        lines = []
        failures = list(self.failures)
        for output in self.outputs:
            try:
                seconds, count = setup.length(output)
            except Exception as error:
                failures.append(Failure(str(output.path), as_kokoro_error(error)))
                continue
            lines.append(forecast_line(output, seconds, count))
        total = round(sum(line.seconds for line in lines), 3)
        return ForecastReport(lines, [failure_line(failure) for failure in failures], total)

    def setup(self, notify: Notify) -> Setup:
        """Return what speaks; *notify* gets a line if the engines have to be measured again."""
        return self._setup(self.speaker.tuning(self.seconds, notify))

    def _setup(self, tuning: Tuning) -> Setup:
        speech = self.speaker.plan(self.speech, max_phonemes=tuning.max_phonemes)
        jobs = self.request.jobs or tuning.workers
        return Setup(self, speech, replace(tuning, workers=jobs))


@dataclass(frozen=True)
class Setup:
    """What speaks a conversion, and how."""

    conversion: Conversion
    plan: SpeechPlan
    tuning: Tuning
    elsewhere: Executor | None = None
    """Speaks in place of threads of this process."""

    def by(self, executor: Executor) -> Setup:
        """Return this setup with the calls that the store lacks spoken by *executor*."""
        return replace(self, elsewhere=executor)

    @cached_property
    def executor(self) -> StoredExecutor:
        """Looks into the store of spoken chunks; threads with the speaker's engine do the rest."""
        speaker = self.conversion.speaker
        store = ChunkStore(speaker.store.cache / SPOKEN, speaker.settings.store_bytes)
        executor = self.elsewhere or Threads(
            lambda: speaker.engine, workers=self.tuning.workers, batch=self._batch
        )
        return StoredExecutor(executor, store, self._identity)

    @property
    def _batch(self) -> int:
        """Utterances that the engine speaks together on its device."""
        choice = self.conversion.speaker.choice
        return engines.ENGINES[choice.engine].batches.get(choice.device, 1)

    @property
    def at_once(self) -> int:
        """Chunks that are spoken at once."""
        return self.tuning.workers * self._batch

    @property
    def _identity(self) -> str:
        return self.conversion.speaker.identity(self.tuning.threads)

    @property
    def narrator(self) -> Narrator:
        speaker, plan = self.conversion.speaker, self.plan
        return Narrator(plan.stage, plan.options, lambda: speaker.engine, plan.styles.style)

    @cached_property
    def options(self) -> JobOptions:
        request = self.conversion.request
        return JobOptions(
            encoding=encoding_of(request),
            identity=self._job_identity,
            lufs=request.lufs,
            subtitles=subtitles_of(request),
            subtitle_unit=unit_of(request.subtitle_unit),
            force=request.force,
            skip_existing=request.skip_existing,
            strict=self.plan.options.strict,
        )

    @property
    def _job_identity(self) -> str:
        """Everything but the texts that the outputs depend on."""
        reading = self.conversion.speech.reading
        return self.conversion.speaker.sound_identity(self.plan, reading, self.tuning.threads)

    @cached_property
    def journal(self) -> Journal:
        return Journal(self.conversion.speaker.store.cache / JOURNAL)

    def job(self, watcher: Watcher) -> Job:
        """Return the job that makes the outputs; *watcher* is called as it goes on."""
        conversion = self.conversion
        return Job(
            conversion.outputs,
            conversion.library,
            self.narrator,
            self.executor,
            self.journal,
            self.options,
            watcher,
            self._digests,
            reads=tuple(lexicon_files(conversion.speech.reading, conversion.speaker.settings)),
        )

    def _digests(self, output: Output) -> list[str]:
        """Return the checksums of the voices that an output's text names, as they are used."""
        if output not in self._known_digests:
            names = self.conversion.marked_voices(output, self.plan)
            self.plan.styles.check(names)
            self._known_digests[output] = self.plan.styles.digests(names)
        return self._known_digests[output]

    @cached_property
    def _known_digests(self) -> dict[Output, list[str]]:
        return {}

    def length(self, output: Output) -> tuple[float, int]:
        """Return about how many seconds an output lasts, and its number of chunks."""
        seconds = 0.0
        count = 0
        narrator, options = self.narrator, self.plan.options
        for chunk in self._chunks(output, narrator):
            start, pause = chunk.start_seconds, chunk.pause_seconds
            usual = options.gaps.at(chunk.follows) if count else 0.0
            pause = usual if pause is None else pause
            seconds = seconds + pause if start is None else max(seconds, start)
            seconds += sound_seconds(chunk, narrator.engine(), narrator.style, options)
            count += 1
        return seconds, count

    def _chunks(self, output: Output, narrator: Narrator) -> Iterator[Chunk]:
        library = self.conversion.library
        for piece in output.pieces:
            document = library.read_again(piece.source, piece.outline)
            for place in piece.chapters:
                for part in narrator.parts(document.chapters[place], Losses()):
                    yield from part.chunks

    def report(self, results: list[OutputResult], wall_seconds: float) -> JobReport:
        """Return what was made of every input."""
        conversion, executor, speaker = self.conversion, self.executor, self.conversion.speaker
        failures = conversion.failures
        files = [unread_line(failure) for failure in failures] + [file_line(r) for r in results]
        bad = [f.error for f in failures] + [r.error for r in results if r.error]
        own = bad[0].exit_code if bad else None
        incomplete = any(result.output.incomplete for result in results)
        code = code_of(len(files) - len(bad), len(bad), own, incomplete=incomplete)
        if any(result.status == "interrupted" for result in results):
            code = ExitCode.INTERRUPTED
        made = sum(result.seconds for result in results if result.status == "made")
        return JobReport(
            files=files,
            voice=self.plan.options.voice,
            language=self.plan.language.name,
            engine=speaker.choice.engine,
            device=speaker.choice.device,
            reason=speaker.choice.reason,
            model=speaker.model.label,
            format=self.options.encoding.format,
            sample_rate=self.options.encoding.sample_rate,
            jobs=self.at_once,
            audio_seconds=round(made, 3),
            wall_seconds=round(wall_seconds, 3),
            chunks_spoken=executor.spoken,
            chunks_found=executor.found,
            exit_code=code,
            warnings=list(self._warnings()),
        )

    def _warnings(self) -> Iterator[str]:
        kept = self.executor.kept
        if self.plan.warning:
            yield self.plan.warning
        if kept.damaged:
            yield f"{kept.damaged} of the kept chunks were damaged and were spoken again."
        if kept.foreign:
            yield (
                f"{kept.foreign} of the kept chunks are from another version of this program; "
                "they were spoken again."
            )
        for output in self.journal.unreadable:
            yield f"The record of {output} is damaged or from another version; it was not trusted."
        if failure := kept.failure or self.journal.failure:
            yield (
                f"The cache can't be written ({failure.strerror or failure}): "
                "an interrupted run would begin anew."
            )


def _planned(request: FileRequest, library: Library) -> tuple[list[Output], list[Failure]]:
    """Return the outputs; UsageError for options that do not fit together."""
    layout = layout_of(request)
    check_request(request)
    sources, failures = find_sources(request.inputs, recursive=request.recursive)
    count = len(sources) + len(failures)
    if request.output and not request.merge and count > 1:
        raise UsageError(
            f"`output` names one file, and there are {count} inputs.",
            hint="Add `merge` to make one of them, or name a folder: `out_dir`.",
        )
    outputs, unread = plan(sources, library, layout)
    failures += unread
    if not outputs and len(failures) == 1:
        raise failures[0].error
    return outputs, failures


def _with_long_gaps(request: SpeechRequest) -> SpeechRequest:
    gaps = request.gaps(BOOK_GAPS)
    return replace(
        request,
        paragraph_gap_seconds=gaps.paragraph,
        heading_gap_seconds=gaps.heading,
        chapter_gap_seconds=gaps.chapter,
    )


def _in_its_language(
    request: SpeechRequest, outputs: list[Output], speaker: Speaker
) -> tuple[SpeechRequest, str]:
    """Return the request in the language of its books if it names none, and a note about that."""
    tags = {piece.outline.language or "" for output in outputs for piece in output.pieces}
    tag = tags.pop() if len(tags) == 1 else ""
    if request.voice or request.language or speaker.settings.voice or not tag:
        return request, ""
    language = language_of_tag(tag)
    if language is LANGUAGES["a"] or tag.lower().startswith("und"):
        return request, ""
    if language is None:
        return request, f"No voice speaks the language of this text ({tag}); it is read as English."
    note = (
        f"The text says that it is {language.name}: {language.default_voice} speaks; "
        "`voice` or `language` change it."
    )
    return replace(request, language=language.letter), note
