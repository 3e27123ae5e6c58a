"""Jobs with real files, sinks, store and journal; the reader and the engine are fake."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kokoro_cli.batch.executor import StoredExecutor, Threads
from kokoro_cli.batch.inputs import Failure, Source
from kokoro_cli.batch.journal import Journal
from kokoro_cli.batch.library import Library
from kokoro_cli.batch.plan import Choice, Layout, Output, plan
from kokoro_cli.batch.run import Job, JobOptions, OutputResult
from kokoro_cli.batch.script import Narrator
from kokoro_cli.batch.store import ChunkStore
from kokoro_cli.documents import Document, of_text
from kokoro_cli.errors import KokoroError
from kokoro_cli.sinks.formats import Encoding
from kokoro_cli.text.languages import LANGUAGES, Reader
from kokoro_cli.text.reading import TextStage
from kokoro_cli.types import (
    SynthesisOptions,
)
from tests.fakes import Letters, ToneEngine, style


@dataclass
class Seen:
    """A watcher that records events, and calls a test's function at each chunk."""

    begun_paths: list[Path] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    results: list[OutputResult] = field(default_factory=list)
    at_chunk: Callable[[int, Output], None] | None = None
    """Called with the number of each written chunk, from 1."""

    def begun(self, output: Output) -> None:
        self.begun_paths.append(output.path)

    def spoke(self, output: Output, text: str, seconds: float) -> None:
        self.texts.append(text)
        self.seconds.append(seconds)
        if self.at_chunk:
            self.at_chunk(len(self.texts), output)

    def ended(self, result: OutputResult) -> None:
        self.results.append(result)


@dataclass
class Made:
    """A job and its parts."""

    job: Job
    engine: ToneEngine
    stored: StoredExecutor
    seen: Seen
    failures: list[Failure]
    """Sources that can't be read."""
    out: Path

    def run(self) -> list[OutputResult]:
        return self.job.run()

    @property
    def spoken(self) -> list[str]:
        """The phonemes of each call of the engine."""
        return [phonemes for phonemes, _, _ in self.engine.calls]

    def files(self) -> dict[str, bytes]:
        """Return all files of the output folder, hidden ones too, by relative path."""
        return {
            path.relative_to(self.out).as_posix(): path.read_bytes()
            for path in sorted(self.out.rglob("*"))
            if path.is_file()
        }


def make_job(
    tmp_path: Path,
    texts: Mapping[str, str | bytes],
    *,
    engine: ToneEngine | None = None,
    reader: Reader | None = None,
    format: str = "wav",
    identity: str = "one",
    out: str = "out",
    cache: str = "cache",
    journal: Path | None = None,
    limit: int = 1 << 30,
    chapters: Choice = (),
    split: bool = False,
    merge: bool = False,
    file: Path | None = None,
    pipe: str | None = None,
    synthesis: Mapping[str, Any] | None = None,
    at_chunk: Callable[[int, Output], None] | None = None,
    workers: int = 1,
    batch: int = 1,
    **options: Any,
) -> Made:
    """Return a job over texts, which are written to tmp_path/"in" under their names.

    *synthesis* are fields of `SynthesisOptions`, *options* those of `JobOptions`. Jobs with the
    same *cache* share the store and the journal; jobs with the same *out* share the outputs.
    """
    engine = engine or ToneEngine()
    letters = reader or Letters()
    sources = []
    for name, text in texts.items():
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        sources.append(Source(path, Path(name).parent))
    if pipe is not None:
        sources.append(Source(None))
    encoding = Encoding(format)
    layout = Layout(tmp_path / out, encoding, file, split, merge, chapters)
    library = Library(lambda: read_pipe(pipe))
    outputs, failures = plan(sources, library, layout)
    spoken = SynthesisOptions(**{"voice": "af_heart", "language": "a", **(synthesis or {})})
    executor = Threads(lambda: engine, workers=workers, batch=batch)
    stored = StoredExecutor(executor, ChunkStore(tmp_path / cache / "spoken", limit), identity)

    stage = TextStage(LANGUAGES[spoken.language], readers=lambda language: letters)
    seen = Seen(at_chunk=at_chunk)
    job = Job(
        outputs,
        library,
        Narrator(stage, spoken, lambda: engine, style),
        stored,
        Journal(journal or tmp_path / cache / "journal"),
        JobOptions(encoding=encoding, identity=f"{identity} {spoken}", **options),
        seen,
    )
    (tmp_path / out).mkdir(parents=True, exist_ok=True)
    return Made(job, engine, stored, seen, failures, tmp_path / out)


def read_pipe(text: str | None) -> Document:
    if text is None:
        raise KokoroError("Nothing was piped.")
    return of_text(text)


def prose(paragraphs: int, *, words: int = 4, first: int = 0) -> str:
    """Return paragraphs that all differ, each a separate chunk."""
    made = []
    for i in range(first, first + paragraphs):
        name = "".join(chr(ord("a") + int(digit)) for digit in f"{i:03}")
        made.append(" ".join([name + "xyz"[k % 3] for k in range(words)]) + ".")
    return "\n\n".join(made)
