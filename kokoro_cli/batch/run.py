"""The job: all outputs are one stream of chunks, so that no processor waits between two files.

One thread reads the texts, the executor speaks, and the caller's thread writes. An error ends its
output; the others go on.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from threading import Event
from typing import Literal, Protocol

from kokoro_cli import synthesis, threads
from kokoro_cli.audio.loudness import Leveller
from kokoro_cli.batch.executor import Result, StoredExecutor
from kokoro_cli.batch.journal import Journal, Record, part_name
from kokoro_cli.batch.library import Library
from kokoro_cli.batch.plan import Output
from kokoro_cli.batch.script import Narrator, ScriptPart
from kokoro_cli.batch.timeline import Timeline
from kokoro_cli.engines import Call
from kokoro_cli.engines.batches import windows
from kokoro_cli.errors import KokoroError, SpeechError, UsageError, as_kokoro_error
from kokoro_cli.files import Identity, identity
from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.pauses import Gaps
from kokoro_cli.sinks.file import FileSink
from kokoro_cli.sinks.formats import Encoding, Tags
from kokoro_cli.subtitles.file import SubtitleFile
from kokoro_cli.subtitles.formats import SUBTITLE_FORMATS, Unit
from kokoro_cli.synthesis import Utterance
from kokoro_cli.types import Chunk, Loss, Losses, Rendering, TimedSentence

Status = Literal["made", "unchanged", "skipped", "failed", "interrupted"]


@dataclass(frozen=True, slots=True)
class JobOptions:
    encoding: Encoding
    identity: str
    """Names the voice, the model and everything else but the text that the sound depends on."""
    lufs: float | None = None
    """Loudness to level to, by ITU-R BS.1770; None leaves the model's."""
    subtitles: tuple[str, ...] = ()
    subtitle_unit: Unit = "sentence"
    force: bool = False
    skip_existing: bool = False
    strict: bool = False


@dataclass(frozen=True, slots=True)
class OutputResult:
    output: Output
    status: Status
    seconds: float = 0.0
    """Length of the sound."""
    losses: tuple[Loss, ...] = ()
    error: KokoroError | None = None
    beside: tuple[str, ...] = ()
    """Names of the subtitle files."""


class Watcher(Protocol):
    """Gets the progress of a job."""

    def begun(self, output: Output) -> None: ...

    def spoke(self, output: Output, text: str, seconds: float) -> None:
        """A chunk was written; *seconds* of sound are written so far."""

    def ended(self, result: OutputResult) -> None: ...


@dataclass(frozen=True, slots=True)
class _Begin:
    output: Output
    tags: Tags


@dataclass(frozen=True, slots=True)
class _End:
    losses: tuple[Loss, ...] = ()
    error: KokoroError | None = None


_Item = _Begin | ScriptPart | Chunk | _End
_Rendered = Iterator[tuple[_Item, Result]]
"""Items in order; a chunk with its result, any other with None."""

_Made = Future[Result] | Result
"""A chunk's result, or the promise of one."""


class _StoppedError(Exception):
    """The user wants to stop."""


@dataclass(slots=True)
class Job:
    outputs: list[Output]
    library: Library
    narrator: Narrator
    executor: StoredExecutor
    journal: Journal
    options: JobOptions
    watcher: Watcher
    voices: Callable[[Output], list[str]] = lambda output: []
    """Returns the checksums of the voices that an output's text names; KokoroError for one that
    can't be had."""
    reads: tuple[Path | int, ...] = ()
    """Other files that are read: lexicons, and the descriptor of standard input."""
    _stop: Event = field(default_factory=Event)
    _given_up: set[Output] = field(default_factory=set)
    _read: frozenset[Identity] = frozenset()
    """The files that are read: none of them may be written, by whatever name."""
    _ours: set[Path] = field(default_factory=set)
    """Files that may be replaced without `force`: an earlier run left them incomplete."""

    def stop(self) -> None:
        """Finish the chunks that are being spoken, and begin no new one."""
        self._stop.set()
        self.executor.stop()

    def run(self) -> list[OutputResult]:
        """Make the outputs; return a result for each, in their order."""
        paths = {p.source.path for output in self.outputs for p in output.pieces}
        known = (identity(path) for path in (*paths, *self.reads) if path is not None)
        self._read = frozenset(each for each in known if each)
        results: dict[Output, OutputResult] = {}
        waiting = []
        for output in self.outputs:
            if settled := self._settled(output):
                results[output] = settled
                self.watcher.ended(settled)
            else:
                waiting.append(output)
        stream = threads.ahead(self._rendered(self._items(waiting)))
        try:
            for item, _ in stream:
                if isinstance(item, _Begin):
                    result = results[item.output] = self._make(item, stream)
                    if result.status == "made":
                        self.executor.finished(item.output.path)
                    self.watcher.ended(results[item.output])
        finally:
            self.executor.stop()  # If interrupted, do not wait for what is being spoken.
        self.executor.close()
        return [results.get(o) or OutputResult(o, "interrupted") for o in self.outputs]

    # Outputs that need no work

    def _settled(self, output: Output) -> OutputResult | None:
        """Return the result of an output that need not be made, else None."""
        try:
            return self._found(output)
        except OSError as error:  # A name that is too long, a folder that is closed.
            return OutputResult(output, "failed", error=_as_message(output, error))

    def _found(self, output: Output) -> OutputResult | None:
        options = self.options
        files = [output.path, *self._beside(output)]
        if read := next((path for path in files if identity(path) in self._read), None):
            return OutputResult(output, "failed", error=_is_input(read))
        try:
            self.voices(output)
        except KokoroError as refused:
            return OutputResult(output, "failed", error=refused)
        there = [p for p in files if p.exists()]
        if not there or options.force:
            return None
        known = self.journal.record(output.path)
        if known and known.fingerprint == self._fingerprint(output):
            foreign = [path for path in there if path.name not in (files[0].name, *known.beside)]
            if not foreign and len(there) == len(files):
                return OutputResult(output, "unchanged", known.seconds, beside=known.beside)
            if not foreign:
                self._ours |= set(there)
                return None  # The run was interrupted between two of its files.
            there, known = foreign, None
        if options.skip_existing:
            return OutputResult(output, "skipped")
        error = KokoroError(
            f"{there[0]} exists already"
            + (", made from another text or with other settings." if known else "."),
            hint="`force` overwrites it; `skip_existing` leaves it.",
        )
        return OutputResult(output, "failed", error=error)

    def _fingerprint(self, output: Output) -> str:
        options = self.options
        given = [
            options.identity,
            asdict(options.encoding),
            options.lufs,
            options.subtitles,
            options.subtitle_unit,
            self.voices(output),
            [output.title, output.author, output.album, output.track],
            [
                [piece.outline.digest, [piece.outline.chapters[i].digest for i in piece.chapters]]
                for piece in output.pieces
            ],
        ]
        return hashlib.sha256(json.dumps(given).encode()).hexdigest()

    def _beside(self, output: Output) -> list[Path]:
        forms = [SUBTITLE_FORMATS[name] for name in self.options.subtitles]
        return [output.path.with_suffix(form.suffix) for form in forms]

    # The texts, in the thread that reads ahead

    def _items(self, outputs: list[Output]) -> Iterator[_Item]:
        for output in outputs:
            if self._stop.is_set():
                return
            losses = Losses()
            begun = False
            try:
                tags = self._tags(output)
                yield _Begin(output, tags)
                begun = True
                yield from self._text(output, losses)
                if self._stop.is_set():
                    return  # No end is yielded, so the output counts as unfinished.
                yield _End(tuple(losses.items))
            except Exception as error:
                if not begun:
                    yield _Begin(output, Tags())
                yield _End(tuple(losses.items), _as_message(output, error))

    def _tags(self, output: Output) -> Tags:
        first = output.pieces[0]
        document = self.library.read_again(first.source, first.outline)
        return Tags(
            title=output.title,
            author=output.author,
            album=output.album,
            track=output.track,
            language=document.language or "",
            cover=document.cover,
        )

    def _text(self, output: Output, losses: Losses) -> Iterator[ScriptPart | Chunk]:
        stream = self._parts(output, losses)
        if self.options.strict:
            stream = iter(list(stream))
            synthesis.refuse(losses)
            _refuse_problems(output)
        spoken = False
        for item in stream:
            if self._stop.is_set() or output in self._given_up:
                return
            yield item
            spoken = spoken or (isinstance(item, Chunk) and bool(item.words))
        if not spoken:
            raise synthesis.nothing_to_speak()

    def _parts(self, output: Output, losses: Losses) -> Iterator[ScriptPart | Chunk]:
        for piece in output.pieces:
            document = self.library.read_again(piece.source, piece.outline)
            for place in piece.chapters:
                for part in self.narrator.parts(document.chapters[place], losses):
                    yield part
                    yield from part.chunks

    # The sound, from the executor

    def _rendered(self, items: Iterator[_Item]) -> _Rendered:
        """Yield the items in order, chunks with their results; a few windows wait at once."""
        waiting: deque[list[tuple[_Item, _Made]]] = deque()
        for window in windows(items, self.executor.window):
            waiting.append(self._submitted(window))
            if len(waiting) > self.executor.ahead:
                yield from map(_resolved, waiting.popleft())
        for pairs in waiting:
            yield from map(_resolved, pairs)

    def _submitted(self, items: list[_Item]) -> list[tuple[_Item, _Made]]:
        """Submit the chunks among the items together; return each item with its result."""
        for item in items:
            if isinstance(item, _Begin):
                self.executor.begin(item.output.path)
        asked = [self._call(item) for item in items]
        futures = iter(self.executor.submit([call for call in asked if isinstance(call, Call)]))
        return [
            (item, next(futures) if isinstance(call, Call) else call)
            for item, call in zip(items, asked, strict=True)
        ]

    def _call(self, item: _Item) -> Call | Result:
        """Return the call that speaks a chunk, or its result if nothing needs to be spoken."""
        if not isinstance(item, Chunk) or self._stop.is_set():
            return None
        try:
            call = synthesis.call_of(item, self.narrator.style, self.narrator.options)
        except KokoroError as error:
            return error
        return call or synthesis.nothing()

    # The files, in the caller's thread

    def _make(self, begin: _Begin, stream: _Rendered) -> OutputResult:
        """Write one output. Its items are taken from the stream even after an error."""
        output = begin.output
        self.watcher.begun(output)
        items = _Items(stream)
        try:
            seconds = self._write(begin, items)
        except _StoppedError:
            return OutputResult(output, "interrupted")
        except Exception as error:
            self._given_up.add(output)
            items.skip()
            failure = _as_message(output, error)
            return OutputResult(output, "failed", losses=items.losses, error=failure)
        names = tuple(path.name for path in self._beside(output))
        return OutputResult(output, "made", seconds, items.losses, beside=names)

    def _write(self, begin: _Begin, items: _Items) -> float:
        output, options = begin.output, self.options
        beside = self._beside(output)
        length = 0
        record: Record | None = None

        def whole(status: os.stat_result) -> None:
            nonlocal record
            record = Record(
                self._fingerprint(output),
                status.st_size,
                status.st_mtime_ns,
                length / SAMPLE_RATE,
                tuple(path.name for path in beside),
            )
            self.journal.write(output.path, record)

        output.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with self.journal.writing(output.path, beside), ExitStack() as stack:
                subtitles = [
                    stack.enter_context(self._subtitles(output, path, form))
                    for form, path in zip(options.subtitles, beside, strict=True)
                ]
                sink = FileSink(
                    output.path,
                    options.encoding,
                    begin.tags,
                    temporary_name=part_name(output.path),
                    whole=whole,
                    replace=self._may_replace(output.path),
                )
                length = self._fill(output, items, stack.enter_context(sink), subtitles)
        except KokoroError:
            if record:  # The sound may be there, but subtitles beside it are not.
                self.journal.write(output.path, replace(record, beside=()))
            raise
        return length / SAMPLE_RATE

    def _subtitles(self, output: Output, path: Path, form: str) -> SubtitleFile:
        return SubtitleFile(
            path,
            form,
            self.options.subtitle_unit,
            title=output.title,
            temporary_name=part_name(path),
            replace=self._may_replace(path),
        )

    def _may_replace(self, path: Path) -> bool:
        return self.options.force or path in self._ours

    def _fill(
        self, output: Output, items: _Items, sink: FileSink, subtitles: list[SubtitleFile]
    ) -> int:
        """Write the output's sound to its files as it comes; return its length in samples."""
        position = 0
        level = Leveller(self.options.lufs) if self.options.lufs is not None else None
        timeline = Timeline("")

        def show(sentences: Iterator[TimedSentence]) -> None:
            for sentence in sentences:
                for file in subtitles:
                    file.write(sentence)

        gaps = self.narrator.options.gaps
        for utterance in synthesis.join(items, gaps):
            if items.part is not None:
                show(timeline.rest())
                timeline = Timeline(items.part.source)
                if items.part.title is not None:
                    sink.chapter(items.part.title, _silence_of_mark(utterance, gaps))
                items.part = None
            for block in utterance.blocks():
                if utterance.silence and self._stop.is_set():
                    raise _StoppedError
                sink.write(level(block) if level else block)
            show(timeline.add(utterance, position))
            position += utterance.length
            self.watcher.spoke(output, utterance.chunk.text, position / SAMPLE_RATE)
        show(timeline.rest())
        for file in subtitles:
            file.finish(position)
        return position


def _silence_of_mark(utterance: Utterance, gaps: Gaps) -> int:
    """Return the samples of the gap before a chapter's mark.

    Who goes to the mark hears the chapter after the silence of a sentence.
    """
    chunk = utterance.chunk
    if not utterance.start or chunk.pause_seconds is not None or chunk.start_seconds is not None:
        return 0
    return max(0, round((gaps.at(chunk.follows) - gaps.sentence) * SAMPLE_RATE))


class _Items:
    """The chunks of one output with their sound, taken from the stream."""

    def __init__(self, stream: _Rendered) -> None:
        self._stream = stream
        self._ended = False
        self.losses: tuple[Loss, ...] = ()
        self.part: ScriptPart | None = None
        """The part that began with the last chunk; None after the caller has taken it."""

    def __iter__(self) -> Iterator[tuple[Chunk, Rendering]]:
        """Yield until the output ends; raise the error that ended it, if any."""
        for item, rendering in self._stream:
            if isinstance(item, ScriptPart):
                self._begin(item)
            elif isinstance(item, _End):
                self._ended, self.losses = True, item.losses
                if item.error:
                    raise item.error
                return
            elif isinstance(rendering, KokoroError):
                raise rendering
            elif isinstance(item, Chunk):
                if rendering is None:
                    raise _StoppedError
                yield item, rendering
        raise _StoppedError

    def _begin(self, part: ScriptPart) -> None:
        # A chapter without sound loses its title to no other; the last title waits for sound.
        waiting = self.part.title if self.part else None
        title = waiting if part.title is None else part.title
        self.part = ScriptPart(title, part.source, part.chunks)

    def skip(self) -> None:
        """Take the rest of the output from the stream."""
        while not self._ended:
            try:
                for _ in self:
                    pass
            except _StoppedError:
                return
            except KokoroError:
                continue


def _resolved(pair: tuple[_Item, _Made]) -> tuple[_Item, Result]:
    item, made = pair
    result = made.result() if isinstance(made, Future) else made
    if isinstance(item, Chunk) and isinstance(result, synthesis.UnsoundError):
        result = result.of(item)
    return item, result


def _is_input(path: Path) -> KokoroError:
    return UsageError(f"{path} is an input of this job.", hint="Write elsewhere, with `out_dir`.")


def _refuse_problems(output: Output) -> None:
    problems = [problem for piece in output.pieces for problem in piece.outline.problems]
    if problems:
        raise SpeechError(problems[0], hint="Leave `strict` out to hear the rest.")


def _as_message(output: Output, error: Exception) -> KokoroError:
    """Return the error that ended an output, as a message for a person."""
    if not isinstance(error, OSError):
        return as_kokoro_error(error)
    return KokoroError(
        f"{output.path} could not be written: {error.strerror or error}.",
        hint="Write elsewhere with `out_dir`; what was spoken is kept for the next run.",
    )
