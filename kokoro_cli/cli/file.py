"""``kokoro file``: convert books, folders and texts."""

from __future__ import annotations

import hashlib
import json
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace

from kokoro_cli import __version__, engines, install
from kokoro_cli.assets.store import Store
from kokoro_cli.batch.inputs import Failure, find_sources
from kokoro_cli.batch.journal import Journal
from kokoro_cli.batch.library import Library
from kokoro_cli.batch.plan import Output, plan
from kokoro_cli.batch.run import Job, JobOptions, OutputResult
from kokoro_cli.batch.script import Narrator, sound_seconds
from kokoro_cli.batch.store import ChunkStore, StoredEngine
from kokoro_cli.cli.context import World
from kokoro_cli.cli.file_options import (
    FileRequest,
    check_request,
    encoding_of,
    layout_of,
    subtitles_of,
    unit_of,
)
from kokoro_cli.cli.file_report import (
    ChapterLine,
    ContentsReport,
    DocumentLines,
    ForecastLine,
    ForecastReport,
    JobReport,
    code_of,
    file_line,
    told,
    unread_line,
)
from kokoro_cli.cli.options import debugging
from kokoro_cli.cli.speech import (
    SpeechRequest,
    Voices,
    checked_model,
    engine_choice,
    ensure_installed,
    mismatch,
    speech_options,
    tuning_for,
)
from kokoro_cli.cli.stage import lexicon_files, make_stage
from kokoro_cli.cli.watch import watching
from kokoro_cli.documents import read_pipe
from kokoro_cli.errors import ExitCode, UsageError
from kokoro_cli.text.languages import LANGUAGES, find_language
from kokoro_cli.types import Chunk, EngineChoice, Losses, SynthesisOptions
from kokoro_cli.voices.book import VoiceBook


def contents(request: FileRequest, world: World) -> ContentsReport:
    """Return the chapters of the inputs."""
    library = Library(lambda: read_pipe(world.piped()))
    outputs, failures = _plan(replace(request, split=None, merge=False, output=None), library)
    documents = [_document_lines(output, request.speech.speed) for output in outputs]
    return ContentsReport(documents, [told(failure) for failure in failures])


def _document_lines(output: Output, speed: float) -> DocumentLines:
    (piece,) = output.pieces
    found = piece.outline
    lines = []
    for place in piece.chapters:
        chapter = found.chapters[place]
        minutes = round(chapter.seconds / speed / 60, 1)
        lines.append(ChapterLine(place + 1, chapter.title, chapter.words, minutes))
    return DocumentLines(
        str(piece.source), found.title, found.author, found.language, lines, list(found.problems)
    )


def forecast(request: FileRequest, world: World, store: Store) -> ForecastReport:
    """Return how long the outputs will be: the model says how long each phoneme lasts."""
    speech_options(request.speech, world)
    library = Library(lambda: read_pipe(world.piped()))
    outputs, failures = _plan(request, library)
    speech, _ = _in_its_language(request.speech, outputs, world)
    options = speech_options(speech, world)
    speaking = world.voices().parts(_named(options))
    ensure_installed(store, speaking, quiet=request.quiet or request.json)
    setup = _setup(request, speech, world, store)
    lines = []
    for output in outputs:
        seconds, count = setup.forecast(output, library)
        lines.append(ForecastLine(str(output.path), round(seconds, 3), count))
    total = round(sum(line.seconds for line in lines), 3)
    return ForecastReport(lines, [told(failure) for failure in failures], total)


def convert(request: FileRequest, world: World, store: Store) -> JobReport:
    """Make the outputs, and return what became of each."""
    started = time.perf_counter()
    speech_options(request.speech, world)  # What can't be is told of before anything is read
    engine_choice(request.speech, store)  # or fetched.
    library = Library(lambda: read_pipe(world.piped()))
    silent = request.quiet or request.json
    outputs, failures = _plan(request, library)
    speech, note = _in_its_language(request.speech, outputs, world)
    options = speech_options(speech, world)
    ensure_installed(store, world.voices().parts(_named(options)), quiet=silent)
    setup = _setup(request, speech, world, store)
    with watching(world.console(), options.speed, quiet=silent, json=request.json) as watcher:
        watcher.planned(outputs)
        if note:
            watcher.note(note)
        journal = Journal(store.cache / "journal")
        job = Job(
            outputs,
            library,
            setup.narrator,
            setup.engine,
            journal,
            setup.job,
            watcher,
        )
        with _interruptible(job, watcher.note):
            results = job.run()
    if debugging():
        for error in [f.error for f in failures] + [r.error for r in results if r.error]:
            traceback.print_exception(error)
    wall_seconds = time.perf_counter() - started
    failure = setup.engine.failure or journal.failure
    return _report(setup, failures, results, failure, wall_seconds)


def _in_its_language(
    request: SpeechRequest, outputs: list[Output], world: World
) -> tuple[SpeechRequest, str]:
    """Return the request with the language of its books, where nobody asked for another.

    Beside it comes what the user is told of that; "" where there is nothing to tell.
    """
    tags = {piece.outline.language or "" for output in outputs for piece in output.pieces}
    tag = tags.pop() if len(tags) == 1 else ""
    if request.voice or request.language or world.settings().voice or not tag:
        return request, ""
    primary = tag.lower().replace("_", "-").split("-")[0]
    if primary in ("en", "und"):
        return request, ""
    try:
        language = find_language(primary)
    except UsageError:
        return request, f"No voice speaks the language of this text ({tag}); it is read as English."
    voice = language.default_voice
    told = f"The text says that it is {language.name}: {voice} speaks; --voice or --lang change it."
    return replace(request, language=language.letter), told


@contextmanager
def _interruptible(job: Job, note: Callable[[str], None]) -> Iterator[None]:
    """Have the first Ctrl-C end the job in order, and the second at once."""
    ends = [signal.SIGINT, signal.SIGTERM]

    def end(number: int, frame: object) -> None:
        for each in ends:
            signal.signal(each, signal.default_int_handler)
        job.stop()
        note("Finishing the chunks that are being spoken; Ctrl-C again stops at once.")

    before = {number: signal.signal(number, end) for number in ends}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@dataclass(frozen=True, slots=True)
class _Setup:
    """What speaks, and how it is written."""

    options: SynthesisOptions
    book: VoiceBook
    choice: EngineChoice
    model: install.InstalledModel
    engine: StoredEngine
    narrator: Narrator
    job: JobOptions

    def forecast(self, output: Output, library: Library) -> tuple[float, int]:
        """Return about how many seconds an output lasts, and its chunks."""
        seconds = 0.0
        count = 0
        for chunk in self._chunks(output, library):
            start, pause = chunk.start_seconds, chunk.pause_seconds
            usual = self.options.gap_seconds if count else 0.0
            pause = usual if pause is None else pause
            seconds = seconds + pause if start is None else max(seconds, start)
            seconds += sound_seconds(chunk, self.engine, self.narrator.style, self.options)
            count += 1
        return seconds, count

    def _chunks(self, output: Output, library: Library) -> Iterator[Chunk]:
        for piece in output.pieces:
            document = library.read_again(piece.source, piece.outline)
            for place in piece.chapters:
                for part in self.narrator.parts(document.chapters[place], Losses()):
                    yield from part.chunks


def _setup(request: FileRequest, speech: SpeechRequest, world: World, store: Store) -> _Setup:
    """Return what speaks; the model and the voice are installed."""
    choice, tuning = tuning_for(speech, store, request.jobs)
    options = speech_options(speech, world, tuning.max_phonemes)
    model = checked_model(store)
    book = world.voices()
    identity = json.dumps(
        [choice.engine, choice.device, tuning.threads, sorted(model.files.items())]
    )
    engine = StoredEngine(
        lambda: engines.load_engine(choice, model.folder, threads=tuning.threads),
        ChunkStore(store.cache / "spoken", world.settings().store_bytes),
        identity,
    )
    reading = request.speech.reading
    stage = make_stage(LANGUAGES[options.language], reading, world)

    lexicons = [hashlib.sha256(p.read_bytes()).hexdigest() for p in lexicon_files(reading, world)]
    given = [
        __version__,
        identity,
        asdict(options),
        [voice.sha256 for voice in book.parts(_named(options))],
        asdict(stage.options),
        lexicons,
    ]
    job = JobOptions(
        encoding=encoding_of(request),
        identity=json.dumps(given),
        lufs=request.lufs,
        subtitles=subtitles_of(request),
        subtitle_unit=unit_of(request.subtitle_unit),
        force=request.force,
        skip_existing=request.skip_existing,
        strict=options.strict,
        workers=tuning.workers,
        batch=engines.ENGINES[choice.engine].batch(choice.device),
    )
    narrator = Narrator(stage, options, engine, Voices(store, book, options).style)
    return _Setup(options, book, choice, model, engine, narrator, job)


def _named(options: SynthesisOptions) -> list[str]:
    return [voice for voice in (options.voice, options.style) if voice]


# The plan


def _plan(request: FileRequest, library: Library) -> tuple[list[Output], list[Failure]]:
    """Return the outputs; UsageError for options that do not fit each other."""
    layout = layout_of(request)
    check_request(request)
    sources, failures = find_sources(request.inputs, recursive=request.recursive)
    if request.output and not request.merge and len(sources) + len(failures) > 1:
        raise UsageError(
            f"--output names one file, and there are {len(sources) + len(failures)} inputs.",
            hint="Add --merge to make one of them, or name a folder: --out-dir.",
        )
    outputs, unread = plan(sources, library, layout)
    failures += unread
    if not outputs and len(failures) == 1:
        raise failures[0].error
    return outputs, failures


def _report(
    setup: _Setup,
    failures: list[Failure],
    results: list[OutputResult],
    unkept: OSError | None,
    wall_seconds: float,
) -> JobReport:
    files = [unread_line(failure) for failure in failures] + [file_line(r) for r in results]
    bad = [f.error for f in failures] + [r.error for r in results if r.error]
    code = code_of(len(files) - len(bad), len(bad), bad[0].exit_code if bad else None)
    if any(result.status == "interrupted" for result in results):
        code = ExitCode.INTERRUPTED
    engine = setup.engine
    warnings = [text for text in [mismatch(setup.options, setup.book)] if text]
    if engine.damaged:
        warnings.append(f"{engine.damaged} of the kept chunks were damaged and are spoken anew.")
    if unkept:
        warnings.append(
            f"The cache can't be written ({unkept.strerror or unkept}): "
            "a run that is broken off would begin anew."
        )
    made = sum(result.seconds for result in results if result.status == "made")
    return JobReport(
        files=files,
        voice=setup.options.voice,
        language=LANGUAGES[setup.options.language].name,
        engine=setup.choice.engine,
        device=setup.choice.device,
        reason=setup.choice.reason,
        model=setup.model.label,
        format=setup.job.encoding.format,
        sample_rate=setup.job.encoding.sample_rate,
        jobs=setup.job.workers * setup.job.batch,
        audio_seconds=round(made, 3),
        wall_seconds=round(wall_seconds, 3),
        chunks_spoken=engine.spoken,
        chunks_found=engine.found,
        exit_code=code,
        warnings=warnings,
    )
