"""Jobs from end to end: real files, sinks, store, journal and subtitles; only speech is fake."""

from __future__ import annotations

import shutil
import stat
import threading
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import soundfile

from kokoro_cli.audio.assemble import sounding
from kokoro_cli.batch import library
from kokoro_cli.batch.journal import part_name
from kokoro_cli.batch.plan import Output
from kokoro_cli.batch.request import BOOK_GAPS
from kokoro_cli.batch.run import OutputResult
from kokoro_cli.batch.script import sound_seconds
from kokoro_cli.engines import Call
from kokoro_cli.errors import KokoroError, SpeechError
from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.pauses import Gaps
from kokoro_cli.sinks.file import FileSink
from kokoro_cli.subtitles.file import SubtitleFile
from kokoro_cli.subtitles.formats import SUBTITLE_FORMATS as SUBTITLES
from kokoro_cli.types import Chunk, Rendering, Samples, Style, SynthesisOptions, Word
from tests.batch.jobs import Made, Seen, make_job, prose
from tests.disks import small_disk
from tests.fakes import Letters, QuickEngine, TinyEngine, ToneEngine, even_gaps, style
from tests.subtitles.readers import read_srt

FORMATS = ["wav", "flac", "mp3", "opus", "m4b"]
TEXTS = {
    "a.txt": prose(3),
    "b.md": "# One\n\n" + prose(2, first=10) + "\n\n# Two\n\n" + prose(2, first=20),
    "c.txt": prose(2, first=30),
}
CHUNKS = 3 + 2 + 4 + 2
"""Number of chunks of all texts; each heading is one."""


def statuses(results: list[OutputResult]) -> list[str]:
    return [result.status for result in results]


def errors(results: list[OutputResult]) -> list[str]:
    return [result.error.message if result.error else "" for result in results]


def assert_no_parts(made: Made) -> None:
    assert not [name for name in made.files() if not name[:1].isalnum()]


class FailingEngine(ToneEngine):
    """Raises at its n-th chunk, or at chunks with certain letters."""

    def __init__(self, at: int = 0, letters: str = "", error: Exception | None = None) -> None:
        super().__init__()
        self._at, self._letters = at, letters
        self._error = error or KokoroError("The engine broke.")

    def render(self, phonemes: str, style: Style, *, speed: float, seed: int) -> Rendering:
        made = super().render(phonemes, style, speed=speed, seed=seed)
        if len(self.calls) == self._at or (self._letters and self._letters in phonemes):
            raise self._error
        return made


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, bytes]]:
    """Return a function: format to the files of an undisturbed job, with all subtitles."""
    known: dict[str, dict[str, bytes]] = {}

    def files(format: str) -> dict[str, bytes]:
        if format not in known:
            folder = tmp_path_factory.mktemp(format)
            made = make_job(folder, TEXTS, format=format, subtitles=tuple(SUBTITLES))
            assert statuses(made.run()) == ["made"] * 3
            known[format] = made.files()
        return known[format]

    return files


# The same bytes, whatever happens


def test_every_file_is_there_and_none_is_left_over(
    whole: Callable[[str], dict[str, bytes]],
) -> None:
    ends = ["wav", "srt", "vtt", "ass", "lrc", "json", "TextGrid"]
    assert set(whole("wav")) == {f"{stem}.{end}" for stem in "abc" for end in ends}
    assert all(whole("wav").values())


@pytest.mark.parametrize("workers", [2, 4])
@pytest.mark.parametrize("format", FORMATS)
def test_any_number_of_workers_gives_the_same_bytes(
    format: str, workers: int, tmp_path: Path, whole: Callable[[str], dict[str, bytes]]
) -> None:
    made = make_job(tmp_path, TEXTS, format=format, workers=workers, subtitles=tuple(SUBTITLES))
    made.run()
    assert made.files() == whole(format)


@pytest.mark.parametrize("at", [1, 2, 4, 6, CHUNKS])
@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("format", FORMATS)
def test_stopped_and_begun_again(
    format: str,
    workers: int,
    at: int,
    tmp_path: Path,
    whole: Callable[[str], dict[str, bytes]],
) -> None:
    def stop(number: int, output: Output) -> None:
        if number == at:
            first.job.stop()

    def job(at_chunk: Callable[[int, Output], None] | None = None) -> Made:
        return make_job(
            tmp_path,
            TEXTS,
            format=format,
            workers=workers,
            subtitles=tuple(SUBTITLES),
            at_chunk=at_chunk,
        )

    first = job(stop)
    before = statuses(first.run())
    assert before == sorted(before, key=["made", "interrupted"].index)
    assert_no_parts(first)
    assert set(first.files()) <= set(whole(format))
    second = job()
    after = statuses(second.run())
    assert after == ["unchanged" if status == "made" else "made" for status in before]
    assert second.files() == whole(format)
    assert len(first.spoken) + len(second.spoken) == CHUNKS


@pytest.mark.parametrize("at", [1, 3, 5, 9])
@pytest.mark.parametrize("format", FORMATS)
def test_engine_that_breaks_once_costs_one_output(
    format: str, at: int, tmp_path: Path, whole: Callable[[str], dict[str, bytes]]
) -> None:
    first = make_job(
        tmp_path, TEXTS, format=format, engine=FailingEngine(at), subtitles=tuple(SUBTITLES)
    )
    results = first.run()
    assert sorted(statuses(results)) == ["failed", "made", "made"]
    assert "The engine broke." in errors(results)
    assert_no_parts(first)
    second = make_job(tmp_path, TEXTS, format=format, subtitles=tuple(SUBTITLES))
    assert sorted(statuses(second.run())) == ["made", "unchanged", "unchanged"]
    assert second.files() == whole(format)


@pytest.mark.parametrize("workers", [1, 2, 4])
@pytest.mark.parametrize("letters, bad", [("aaa", 0), ("aca", 1), ("ada", 2), ("adb", 2)])
def test_engine_that_can_not_speak_one_file_costs_that_one(
    letters: str,
    bad: int,
    workers: int,
    tmp_path: Path,
    whole: Callable[[str], dict[str, bytes]],
) -> None:
    engine = FailingEngine(letters=letters)
    made = make_job(tmp_path, TEXTS, engine=engine, workers=workers, subtitles=tuple(SUBTITLES))
    results = made.run()
    assert [i for i, status in enumerate(statuses(results)) if status == "failed"] == [bad]
    assert [result.output.path.stem for result in results] == ["a", "b", "c"]
    stem = "abc"[bad]
    expected = {k: v for k, v in whole("wav").items() if not k.startswith(stem)}
    assert made.files() == expected


@pytest.mark.parametrize("at", [1, 4, CHUNKS])
def test_interrupt_ends_the_job_and_leaves_whole_files_only(
    at: int, tmp_path: Path, whole: Callable[[str], dict[str, bytes]]
) -> None:
    def fail(number: int, output: Output) -> None:
        if number == at:
            raise KeyboardInterrupt

    first = make_job(tmp_path, TEXTS, subtitles=tuple(SUBTITLES), at_chunk=fail)
    with pytest.raises(KeyboardInterrupt):
        first.run()
    assert_no_parts(first)
    assert first.files().items() <= whole("wav").items()
    second = make_job(tmp_path, TEXTS, subtitles=tuple(SUBTITLES))
    assert "failed" not in statuses(second.run())
    assert second.files() == whole("wav")


@pytest.mark.parametrize("error", [ValueError("a bug"), MemoryError()], ids=repr)
def test_bug_costs_one_output_and_is_reported(
    error: Exception, tmp_path: Path, whole: Callable[[str], dict[str, bytes]]
) -> None:
    made = make_job(
        tmp_path, TEXTS, subtitles=tuple(SUBTITLES), engine=FailingEngine(4, error=error)
    )
    results = made.run()
    assert sorted(statuses(results)) == ["failed", "made", "made"]
    (reported,) = [result.error for result in results if result.error]
    assert type(error).__name__ in reported.message
    assert isinstance(reported, SpeechError)
    assert "for “" in reported.message, "it names the chunk"
    assert_no_parts(made)
    assert made.files().items() < whole("wav").items()


@pytest.mark.parametrize("at", [1, 2, 4])
@pytest.mark.parametrize("format", FORMATS)
def test_sink_that_fails_costs_one_output(
    format: str,
    at: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    whole: Callable[[str], dict[str, bytes]],
) -> None:
    count = 0
    write = FileSink.write

    def failing(sink: FileSink, block: Samples) -> None:
        nonlocal count
        count += 1
        if count == at:
            raise OSError(5, "Input/output error")
        write(sink, block)

    monkeypatch.setattr(FileSink, "write", failing)
    first = make_job(tmp_path, TEXTS, format=format, subtitles=tuple(SUBTITLES))
    results = first.run()
    assert sorted(statuses(results)) == ["failed", "made", "made"]
    assert any("Input/output error" in message for message in errors(results))
    assert_no_parts(first)
    monkeypatch.undo()
    second = make_job(tmp_path, TEXTS, format=format, subtitles=tuple(SUBTITLES))
    second.run()
    assert second.files() == whole(format)


@pytest.mark.parametrize("form", SUBTITLES)
def test_subtitles_that_can_not_be_kept_cost_one_output(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next run makes it without permission to overwrite the files of this one."""
    finish = SubtitleFile.finish

    def failing(file: SubtitleFile, total: int) -> None:
        monkeypatch.setattr(SubtitleFile, "finish", finish)
        raise KokoroError("The subtitles could not be written.")

    monkeypatch.setattr(SubtitleFile, "finish", failing)
    first = make_job(tmp_path, TEXTS, subtitles=(form,))
    assert statuses(first.run()) == ["failed", "made", "made"]
    assert_no_parts(first)
    second = make_job(tmp_path, TEXTS, subtitles=(form,))
    assert statuses(second.run()) == ["made", "unchanged", "unchanged"]
    assert not second.spoken


def test_subtitles_whose_name_can_not_be_given_leave_no_output_to_trip_over(
    tmp_path: Path,
) -> None:
    """The sound and its subtitles are renamed one after the other; either may fail."""

    def block(number: int, output: Output) -> None:
        if number == 1:
            (output.path.with_suffix(".srt") / "in the way").mkdir(parents=True)

    first = make_job(tmp_path, TEXTS, subtitles=("srt",), at_chunk=block)
    assert statuses(first.run()) == ["failed", "made", "made"]
    shutil.rmtree(first.out / "a.srt")
    second = make_job(tmp_path, TEXTS, subtitles=("srt",))
    assert statuses(second.run()) == ["made", "unchanged", "unchanged"]


def test_loudness_is_the_same_after_a_break(tmp_path: Path) -> None:
    def stop(number: int, output: Output) -> None:
        if number == 2:
            first.job.stop()

    whole = make_job(tmp_path / "whole", TEXTS, lufs=-18.0)
    whole.run()
    plain = make_job(tmp_path / "plain", TEXTS)
    plain.run()
    first = make_job(tmp_path / "broken", TEXTS, lufs=-18.0, at_chunk=stop)
    first.run()
    second = make_job(tmp_path / "broken", TEXTS, lufs=-18.0, workers=2)
    second.run()
    assert second.files() == whole.files()
    assert plain.files() != whole.files()


# Many chunks at once


class BatchEngine(ToneEngine):
    """Speaks and records batches, as on a GPU; a batch fails if one of its chunks fails."""

    def __init__(self, letters: str = "", room: int = 1000) -> None:
        super().__init__()
        self._letters, self._room = letters, room
        self.batches: list[list[str]] = []
        self.at_batch: Callable[[], None] = lambda: None

    def render(self, phonemes: str, style: Style, *, speed: float, seed: int) -> Rendering:
        if self._letters and self._letters in phonemes:
            raise KokoroError("The engine broke.")
        return super().render(phonemes, style, speed=speed, seed=seed)

    def render_batch(self, calls: Sequence[Call]) -> list[Rendering]:
        self.batches.append([call.phonemes for call in calls])
        self.at_batch()
        if len(calls) > self._room:
            raise MemoryError
        return super().render_batch(calls)


@pytest.mark.parametrize("batch", [2, 3, 32])
@pytest.mark.parametrize("workers", [1, 2])
def test_any_size_of_batch_gives_the_same_bytes(
    batch: int, workers: int, tmp_path: Path, whole: Callable[[str], dict[str, bytes]]
) -> None:
    engine = BatchEngine()
    made = make_job(
        tmp_path, TEXTS, engine=engine, workers=workers, batch=batch, subtitles=tuple(SUBTITLES)
    )
    assert statuses(made.run()) == ["made"] * 3
    assert made.files() == whole("wav")
    assert len(made.spoken) == CHUNKS
    assert max(map(len, engine.batches)) == min(batch, CHUNKS)


def test_chunks_of_like_length_are_spoken_together(tmp_path: Path) -> None:
    words = [3, 20, 4, 21, 5, 22, 6, 23]
    text = "\n\n".join(prose(1, words=count, first=i) for i, count in enumerate(words))
    engine = BatchEngine()
    made = make_job(tmp_path, {"a.txt": text}, engine=engine, batch=4)
    made.run()
    assert [sorted(len(p.split()) for p in batch) for batch in engine.batches] == [
        [20, 21, 22, 23],
        [3, 4, 5, 6],
    ]
    assert [len(text.split()) for text in made.seen.texts] == words


@pytest.mark.parametrize("letters, bad", [("aaa", 0), ("aca", 1), ("ada", 2), ("adb", 2)])
def test_chunk_that_can_not_be_spoken_costs_no_other_of_its_batch(
    letters: str, bad: int, tmp_path: Path, whole: Callable[[str], dict[str, bytes]]
) -> None:
    made = make_job(
        tmp_path, TEXTS, engine=BatchEngine(letters), batch=32, subtitles=tuple(SUBTITLES)
    )
    results = made.run()
    assert [i for i, status in enumerate(statuses(results)) if status == "failed"] == [bad]
    assert "The engine broke." in errors(results)
    assert made.files() == {k: v for k, v in whole("wav").items() if not k.startswith("abc"[bad])}
    assert made.stored.spoken == CHUNKS - 1


def test_batch_that_is_too_much_is_spoken_one_by_one(
    tmp_path: Path, whole: Callable[[str], dict[str, bytes]]
) -> None:
    made = make_job(
        tmp_path, TEXTS, engine=BatchEngine(room=2), batch=4, subtitles=tuple(SUBTITLES)
    )
    assert statuses(made.run()) == ["made"] * 3
    assert made.files() == whole("wav")


def test_stop_ends_with_the_batch_that_is_being_spoken(
    tmp_path: Path, whole: Callable[[str], dict[str, bytes]]
) -> None:
    engine = BatchEngine()
    first = make_job(tmp_path, TEXTS, engine=engine, batch=2, subtitles=tuple(SUBTITLES))
    engine.at_batch = first.job.stop
    assert statuses(first.run()) == ["interrupted"] * 3
    assert [len(batch) for batch in engine.batches] == [2]
    assert not first.files()
    second = make_job(tmp_path, TEXTS, engine=BatchEngine(), batch=2, subtitles=tuple(SUBTITLES))
    assert statuses(second.run()) == ["made"] * 3
    assert second.files() == whole("wav")
    assert len(first.spoken) + len(second.spoken) == CHUNKS


@pytest.mark.parametrize("at", [1, 4, CHUNKS])
def test_batches_stopped_and_begun_again(
    at: int, tmp_path: Path, whole: Callable[[str], dict[str, bytes]]
) -> None:
    def stop(number: int, output: Output) -> None:
        if number == at:
            first.job.stop()

    options: dict[str, Any] = {"batch": 2, "subtitles": tuple(SUBTITLES)}
    first = make_job(tmp_path, TEXTS, engine=BatchEngine(), at_chunk=stop, **options)
    first.run()
    assert_no_parts(first)
    second = make_job(tmp_path, TEXTS, engine=BatchEngine(), **options)
    second.run()
    assert second.files() == whole("wav")
    assert len(first.spoken) + len(second.spoken) == CHUNKS


def test_text_is_not_read_far_ahead_of_its_batches(tmp_path: Path) -> None:
    """A whole book is not held in memory."""

    class Counted(Letters):
        def words(self, text: str) -> list[Word]:
            read.append(text)
            return super().words(text)

    read: list[str] = []
    at_first: list[int] = []

    def look(number: int, output: Output) -> None:
        if number == 1:
            at_first.append(len(read))

    texts = {"a.txt": prose(200)}
    make_job(tmp_path, texts, engine=BatchEngine(), batch=2, reader=Counted(), at_chunk=look).run()
    assert len(read) == 200
    # Windows of eight: one being written, three in progress, and what the writer's queue holds.
    assert at_first[0] <= 8 * 5


# Nothing is done twice


def test_second_run_speaks_nothing_and_touches_nothing(tmp_path: Path) -> None:
    first = make_job(tmp_path, TEXTS, subtitles=("srt",))
    results = first.run()
    times = {p: p.stat().st_mtime_ns for p in first.out.iterdir()}
    second = make_job(tmp_path, TEXTS, subtitles=("srt",))
    again = second.run()
    assert statuses(again) == ["unchanged"] * 3
    assert [r.seconds for r in again] == [r.seconds for r in results]
    assert [r.beside for r in again] == [r.beside for r in results]
    assert not second.spoken
    assert not second.seen.begun_paths
    assert second.seen.results == again
    assert {p: p.stat().st_mtime_ns for p in first.out.iterdir()} == times


def test_edited_paragraph_costs_that_paragraph(tmp_path: Path) -> None:
    make_job(tmp_path, TEXTS).run()
    edited = TEXTS | {"a.txt": TEXTS["a.txt"].replace("aabx aaby", "edited words")}
    assert edited != TEXTS
    second = make_job(tmp_path, edited, force=True)
    assert statuses(second.run()) == ["made"] * 3
    assert second.spoken == ["edited words aabz aabx."]


def test_same_text_in_two_files_is_spoken_once(tmp_path: Path) -> None:
    made = make_job(tmp_path, {"a.txt": prose(3), "b.txt": prose(3), "c.md": prose(3)})
    made.run()
    assert len(made.spoken) == 3
    first, *others = (read_wav(made.out / f"{stem}.wav") for stem in "abc")
    assert all(np.array_equal(first, other) for other in others)


@pytest.mark.parametrize(
    "changed",
    [
        {"identity": "two"},
        {"synthesis": {"voice": "af_bella"}},
        {"synthesis": {"speed": 1.25}},
        {"synthesis": {"seed": 7}},
    ],
    ids=["engine", "voice", "speed", "seed"],
)
def test_other_speech_never_comes_from_the_store(
    changed: dict[str, object], tmp_path: Path
) -> None:
    make_job(tmp_path, TEXTS).run()
    second = make_job(tmp_path, TEXTS, force=True, **changed)  # type: ignore[arg-type]
    second.run()
    assert len(second.spoken) == CHUNKS
    assert second.stored.found == 0


@pytest.mark.parametrize(
    "changed",
    [
        {"identity": "two"},
        {"synthesis": {"gaps": Gaps(chapter=0.5)}},
        {"lufs": -20.0},
        {"subtitles": ("srt",)},
    ],
    ids=["engine", "gap", "loudness", "subtitles"],
)
def test_output_made_otherwise_is_not_taken_for_this_one(
    changed: dict[str, object], tmp_path: Path
) -> None:
    make_job(tmp_path, TEXTS).run()
    second = make_job(tmp_path, TEXTS, **changed)  # type: ignore[arg-type]
    results = second.run()
    assert statuses(results) == ["failed"] * 3
    assert all("made from another text or with other settings" in e for e in errors(results))


# Files that exist already


def test_file_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/b.wav").write_bytes(b"a song")
    made = make_job(tmp_path, TEXTS)
    results = made.run()
    assert statuses(results) == ["made", "failed", "made"]
    assert "b.wav exists already" in errors(results)[1]
    assert results[1].error is not None
    assert "`force`" in (results[1].error.hint or "")
    assert made.files()["b.wav"] == b"a song"


@pytest.mark.parametrize("name", ["b.srt", "b.TextGrid"])
def test_subtitles_that_are_not_ours_are_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / name).write_bytes(b"by hand")
    made = make_job(tmp_path, TEXTS, subtitles=("srt", "textgrid"))
    assert statuses(made.run()) == ["made", "failed", "made"]
    assert made.files()[name] == b"by hand"
    assert "b.wav" not in made.files()


def test_file_is_left_with_skip_existing(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/b.wav").write_bytes(b"a song")
    made = make_job(tmp_path, TEXTS, skip_existing=True)
    assert statuses(made.run()) == ["made", "skipped", "made"]
    assert made.files()["b.wav"] == b"a song"
    again = make_job(tmp_path, TEXTS, skip_existing=True)
    assert statuses(again.run()) == ["unchanged", "skipped", "unchanged"]


def test_file_is_replaced_with_force(
    tmp_path: Path, whole: Callable[[str], dict[str, bytes]]
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/b.wav").write_bytes(b"a song")
    (tmp_path / "out/b.srt").write_bytes(b"by hand")
    made = make_job(tmp_path, TEXTS, force=True, subtitles=tuple(SUBTITLES))
    assert statuses(made.run()) == ["made"] * 3
    assert made.files() == whole("wav")


def test_force_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/b.wav").write_bytes(b"a song")
    (tmp_path / "out/b.srt").write_bytes(b"by hand")
    made = make_job(
        tmp_path, TEXTS, force=True, subtitles=("srt",), engine=FailingEngine(letters="acb")
    )
    assert statuses(made.run()) == ["made", "failed", "made"]
    assert made.files()["b.wav"] == b"a song"
    assert made.files()["b.srt"] == b"by hand"


def test_output_that_somebody_touched_is_refused(tmp_path: Path) -> None:
    first = make_job(tmp_path, TEXTS)
    first.run()
    path = first.out / "a.wav"
    path.write_bytes(path.read_bytes() + b"\0\0")
    assert statuses(make_job(tmp_path, TEXTS).run()) == ["failed", "unchanged", "unchanged"]


def test_output_that_was_removed_is_made_without_speech(tmp_path: Path) -> None:
    first = make_job(tmp_path, TEXTS)
    first.run()
    before = first.files()
    (first.out / "b.wav").unlink()
    second = make_job(tmp_path, TEXTS)
    assert statuses(second.run()) == ["unchanged", "made", "unchanged"]
    assert not second.spoken
    assert second.files() == before


def test_a_source_is_never_written_over(tmp_path: Path) -> None:
    """talk.srt is spoken to talk.wav, whose subtitles would be written to talk.srt."""
    text = "1\n00:00:01,000 --> 00:00:02,000\naaa.\n"
    made = make_job(tmp_path, {"talk.srt": text}, out="in", subtitles=("srt",), force=True)
    made.run()
    assert (tmp_path / "in/talk.srt").read_text() == text


def test_output_that_another_run_writes_is_left_to_it(tmp_path: Path) -> None:
    made = make_job(tmp_path, TEXTS)
    output = made.job.outputs[1].path
    part = output.with_name(part_name(output))
    with made.job.journal.writing(output):
        part.write_bytes(b"half of it")
        results = made.run()
        assert statuses(results) == ["made", "failed", "made"]
        assert "another run" in errors(results)[1]
        assert part.read_bytes() == b"half of it"
    assert statuses(make_job(tmp_path, TEXTS).run()) == ["unchanged", "made", "unchanged"]


@pytest.mark.parametrize("name", ["b.wav", "b.srt"])
@pytest.mark.parametrize(
    "linked",
    [
        False,
        pytest.param(
            True,
        ),
    ],
    ids=["there", "by a link"],
)
def test_what_a_killed_run_left_is_cleared_away(name: str, linked: bool, tmp_path: Path) -> None:
    made = make_job(tmp_path, TEXTS, subtitles=("srt",), force=True)
    folder = made.out
    if linked:
        folder = tmp_path / "elsewhere"
        folder.mkdir()
        for file in ("b.wav", "b.srt"):
            (folder / file).write_bytes(b"old")
            (made.out / file).symlink_to(folder / file)
    part = folder / part_name(made.out / name)
    part.write_bytes(b"half of it")
    assert statuses(made.run()) == ["made"] * 3
    assert_no_parts(made)
    assert not part.exists()


@pytest.mark.parametrize("name", [".b.wav.part", ".b.srt.part", ".b.wav.new", "b.wav.part"])
def test_other_peoples_unfinished_files_stay(name: str, tmp_path: Path) -> None:
    made = make_job(tmp_path, TEXTS, subtitles=("srt",), force=True)
    (made.out / name).write_bytes(b"mine")
    assert statuses(made.run()) == ["made"] * 3
    assert (made.out / name).read_bytes() == b"mine"


def test_parts_have_short_names_of_their_own(tmp_path: Path) -> None:
    names = ["x" * 250 + ".mp3", "ß" * 120 + ".wav", "a.wav", "b.wav", "A.wav"]
    parts = {part_name(tmp_path / name) for name in names}
    assert len(parts) == len(names)
    assert max(map(len, parts)) < 40
    (tmp_path / "link").symlink_to(tmp_path, target_is_directory=True)
    assert part_name(tmp_path / "link/a.wav") == part_name(tmp_path / "a.wav")


@pytest.mark.parametrize("name", ["b.wav", "b.srt"])
def test_a_file_that_appears_during_the_run_stays(name: str, tmp_path: Path) -> None:
    def appear(number: int, output: Output) -> None:
        if output.path.stem == "b":
            (output.path.parent / name).write_bytes(b"mine")

    made = make_job(tmp_path, TEXTS, subtitles=("srt",), at_chunk=appear)
    results = made.run()
    assert [result.status for result in results] == ["made", "failed", "made"]
    assert "appeared while it was being made" in str(results[1].error)
    assert (made.out / name).read_bytes() == b"mine"
    assert_no_parts(made)
    again = make_job(tmp_path, TEXTS, subtitles=("srt",))
    results = again.run()
    assert [result.status for result in results] == ["unchanged", "failed", "unchanged"]
    assert f"{name} exists already" in str(results[1].error)
    assert (again.out / name).read_bytes() == b"mine"
    forced = make_job(tmp_path, TEXTS, subtitles=("srt",), force=True)
    assert statuses(forced.run()) == ["made"] * 3
    assert (forced.out / name).read_bytes() != b"mine"


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666, 0o444])
def test_force_keeps_the_mode(mode: int, tmp_path: Path) -> None:
    made = make_job(tmp_path, TEXTS, subtitles=("srt",), force=True)
    made.run()
    for name in ("b.wav", "b.srt"):
        (made.out / name).chmod(mode)
    made = make_job(tmp_path, TEXTS, subtitles=("srt",), force=True)
    assert statuses(made.run()) == ["made"] * 3
    for name in ("b.wav", "b.srt"):
        assert stat.S_IMODE((made.out / name).stat().st_mode) == mode


def test_a_link_that_leads_to_itself_is_no_output(tmp_path: Path) -> None:
    made = make_job(tmp_path, TEXTS)
    (made.out / "b.wav").symlink_to(made.out / "b.wav")
    results = made.run()
    assert [result.status for result in results] == ["made", "failed", "made"]
    assert "leads to itself" in str(results[1].error)


def test_broken_off_between_two_of_its_files_is_made_again(tmp_path: Path) -> None:
    first = make_job(tmp_path, TEXTS, subtitles=("srt", "vtt"))
    first.run()
    before = first.files()
    (first.out / "b.srt").unlink()
    second = make_job(tmp_path, TEXTS, subtitles=("srt", "vtt"))
    assert statuses(second.run()) == ["unchanged", "made", "unchanged"]
    assert not second.spoken
    assert second.files() == before


# What can't be spoken


@pytest.mark.parametrize("text", ["", "…", "qqq", "***\n\n---", " \n\ufeff"])
def test_nothing_to_speak_in_one_file(text: str, tmp_path: Path) -> None:
    made = make_job(tmp_path, {**TEXTS, "b.md": text}, subtitles=("srt",))
    results = made.run()
    assert [(r.output.path.name, r.status) for r in results] == [
        ("a.wav", "made"),
        ("b.wav", "failed"),
        ("c.wav", "made"),
    ]
    assert isinstance(results[1].error, SpeechError)
    assert set(made.files()) == {"a.wav", "a.srt", "c.wav", "c.srt"}


def test_strict_refuses_what_has_a_loss_before_it_is_spoken(tmp_path: Path) -> None:
    texts = {"a.txt": "aaa.", "b.txt": "bbb.\n\nccc.\n\nqqq", "c.txt": "ddd."}
    made = make_job(tmp_path, texts, strict=True)
    results = made.run()
    assert statuses(results) == ["made", "failed", "made"]
    assert "qqq" in errors(results)[1]
    assert [(loss.text, loss.line) for loss in results[1].losses] == [("qqq", 5)]
    assert made.spoken == ["aaa.", "ddd."]


def test_losses_go_to_the_output_that_has_them(tmp_path: Path) -> None:
    texts = {
        "a.txt": "aaa qqq bbb.",
        "b.txt": "ccc.",
        "c.md": "# One\n\nddd.\n\n# Two\n\nqqq\n\neee.",
    }
    made = make_job(tmp_path, texts, workers=4)
    results = made.run()
    assert statuses(results) == ["made"] * 3
    assert [[(x.text, x.line) for x in r.losses] for r in results] == [
        [("qqq", 1)],
        [],
        [("qqq", 7)],
    ]


# The world changes while the job runs


def test_source_that_vanishes_costs_one_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "_KEPT_CHARACTERS", 0)
    made = make_job(tmp_path, TEXTS)
    (tmp_path / "in/b.md").unlink()
    results = made.run()
    assert statuses(results) == ["made", "failed", "made"]
    assert "There is no file" in errors(results)[1]


@pytest.mark.parametrize("where", ["title", "text", "order", "end"])
def test_source_that_changes_costs_one_output(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "_KEPT_CHARACTERS", 0)
    old = "# One\n\naaa.\n\n# Two\n\nbbb.\n"
    new = {
        "title": old.replace("One", "Ene"),
        "text": old.replace("aaa", "aab"),
        "order": "# Two\n\nbbb.\n\n# One\n\naaa.\n",
        "end": old + "\n# Three\n\nccc.",
    }[where]
    made = make_job(tmp_path, {**TEXTS, "b.md": old})
    (tmp_path / "in/b.md").write_text(new)
    results = made.run()
    assert statuses(results) == ["made", "failed", "made"]
    assert "was changed while the job ran" in errors(results)[1]


def test_small_source_that_vanishes_is_spoken_as_it_was(
    tmp_path: Path, whole: Callable[[str], dict[str, bytes]]
) -> None:
    made = make_job(tmp_path, TEXTS, subtitles=tuple(SUBTITLES))
    (tmp_path / "in/b.md").unlink()
    (tmp_path / "in/c.txt").write_text("another text")
    made.run()
    assert made.files() == whole("wav")


def test_pipe_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "_KEPT_CHARACTERS", 0)
    made = make_job(tmp_path, TEXTS, pipe="piped words.")
    assert [r.output.path.name for r in made.run()][-1] == "speech.wav"
    assert made.spoken[-1] == "piped words."


def test_folder_that_vanishes_costs_what_was_in_it(tmp_path: Path) -> None:
    def vanish(number: int, output: Output) -> None:
        if number == 5:
            shutil.rmtree(made.out)

    made = make_job(tmp_path, TEXTS, subtitles=("srt",), at_chunk=vanish)
    results = made.run()
    assert statuses(results) == ["made", "failed", "made"]
    assert set(made.files()) == {"c.wav", "c.srt"}
    assert "could not be written" in errors(results)[1]


def test_folder_that_can_not_be_made(tmp_path: Path) -> None:
    made = make_job(tmp_path, {"a.txt": "aaa.", "sub/b.txt": "bbb.", "c.txt": "ccc."})
    (made.out / "sub").write_text("a file where a folder is to be")
    results = made.run()
    assert statuses(results) == ["made", "failed", "made"]
    assert "could not be written" in errors(results)[1]


@pytest.mark.parametrize("format", FORMATS)
def test_disk_that_fills_up_in_the_middle(format: str, tmp_path: Path) -> None:
    texts = {"a.txt": "aaa.", "b.txt": prose(60, words=8), "c.txt": "ccc."}
    with small_disk(tmp_path / "out", 160) as resize:
        made = make_job(tmp_path, texts, format=format, subtitles=("json",))
        results = made.run()
        assert statuses(results) == ["made", "failed", "made"]
        assert "b." in errors(results)[1]
        assert_no_parts(made)
        resize(20_000)
        again = make_job(tmp_path, texts, format=format, subtitles=("json",))
        assert statuses(again.run()) == ["unchanged", "made", "unchanged"]
        assert len(made.spoken) + len(again.spoken) == 62


def test_store_on_a_full_disk_is_reported_and_the_files_are_whole(
    tmp_path: Path, whole: Callable[[str], dict[str, bytes]]
) -> None:
    with small_disk(tmp_path / "cache", 16):
        made = make_job(tmp_path, TEXTS, subtitles=tuple(SUBTITLES), journal=tmp_path / "journal")
        assert statuses(made.run()) == ["made"] * 3
        assert made.stored.kept.failure is not None
        assert "No space left" in str(made.stored.kept.failure)
        assert made.files() == whole("wav")
        assert not list((tmp_path / "cache").rglob(".new-*"))


def test_journal_on_a_full_disk_costs_no_output(
    tmp_path: Path, whole: Callable[[str], dict[str, bytes]]
) -> None:
    with small_disk(tmp_path / "cache", 16):
        (tmp_path / "cache/filler").write_bytes(b"x" * 16 * 1024)
        made = make_job(tmp_path, TEXTS, subtitles=tuple(SUBTITLES))
        assert statuses(made.run()) == ["made"] * 3
        assert made.files() == whole("wav")


# Stopping


def test_stop_before_the_first_chunk_makes_nothing(tmp_path: Path) -> None:
    made = make_job(tmp_path, TEXTS)
    made.job.stop()
    assert statuses(made.run()) == ["interrupted"] * 3
    assert not made.files()
    assert not made.spoken


def test_stop_from_another_thread_ends_a_job_that_is_speaking(tmp_path: Path) -> None:
    begun, go_on = threading.Event(), threading.Event()

    class Slow(ToneEngine):
        def render(self, phonemes: str, style: Style, *, speed: float, seed: int) -> Rendering:
            begun.set()
            assert go_on.wait(30)
            return super().render(phonemes, style, speed=speed, seed=seed)

    made = make_job(tmp_path, TEXTS, engine=Slow(), workers=2)
    results: list[OutputResult] = []
    thread = threading.Thread(target=lambda: results.extend(made.run()))
    thread.start()
    assert begun.wait(30)
    made.job.stop()
    go_on.set()
    thread.join(30)
    assert statuses(results) == ["interrupted"] * 3
    assert not made.files()
    assert 1 <= len(made.spoken) <= 2  # Chunks that were being spoken.
    second = make_job(tmp_path, TEXTS)
    second.run()
    assert len(made.spoken) + len(second.spoken) == CHUNKS


# Progress and results


def test_watcher_sees_the_outputs_in_order(tmp_path: Path) -> None:
    made = make_job(tmp_path, TEXTS, workers=4)
    results = made.run()
    assert [path.name for path in made.seen.begun_paths] == ["a.wav", "b.wav", "c.wav"]
    assert made.seen.results == results
    assert len(made.seen.texts) == CHUNKS


def test_seconds_are_those_of_the_file(tmp_path: Path) -> None:
    made = make_job(tmp_path, TEXTS)
    for result in made.run():
        assert soundfile.info(result.output.path).frames == round(result.seconds * SAMPLE_RATE)
    assert made.seen.seconds[2] == made.seen.results[0].seconds


# Times


def read_wav(path: Path) -> Samples:
    samples, rate = soundfile.read(path, dtype="float32")
    assert rate == SAMPLE_RATE
    found: Samples = samples
    return found


def onsets(samples: Samples) -> list[float]:
    """Return the start of each tone in seconds; tones are separated by at least 5 ms."""
    loud = np.flatnonzero(np.abs(samples) > 0.005)
    firsts = [loud[0], *loud[1:][np.diff(loud) > 0.005 * SAMPLE_RATE]]
    return [float(first) / SAMPLE_RATE for first in firsts]


def clock(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    return f"00:{milliseconds // 60_000:02}:{milliseconds // 1000 % 60:02},{milliseconds % 1000:03}"


def srt(*cues: tuple[float, str]) -> str:
    """Return subtitles with these starts and texts."""
    return "\n".join(
        f"{i}\n{clock(start)} --> {clock(start + 0.05)}\n{text}\n"
        for i, (start, text) in enumerate(cues, 1)
    )


def speak_cues(tmp_path: Path, text: str, **options: object) -> tuple[Made, OutputResult, Samples]:
    made = make_job(tmp_path, {"talk.srt": text}, **options)  # type: ignore[arg-type]
    (result,) = made.run()
    assert result.error is None
    return made, result, read_wav(result.output.path)


def test_cues_begin_at_their_times(tmp_path: Path) -> None:
    starts = [0.0, 1.001, 2.5, 3.3335, 59.999, 61 + 1 / 3]
    text = srt(*((start, "aaa.") for start in starts))
    _, result, samples = speak_cues(tmp_path, text)
    asked = [round(start * 1000) / 1000 for start in starts]
    # A sound that must begin at once is not trimmed.
    np.testing.assert_allclose(onsets(samples), asked, atol=0.001)
    assert not result.losses
    first, _ = sounding(samples)
    assert first <= 0.001 * SAMPLE_RATE


@pytest.mark.parametrize("gap", [0.4, 2.0])
@pytest.mark.parametrize(
    "silence",
    [0.4, 0.1, *(pytest.param(s) for s in (0.06, 0.04, 0.02))],
)
def test_cue_that_follows_closely_begins_at_its_time(
    silence: float, gap: float, tmp_path: Path
) -> None:
    """ "aaa." sounds for 0.3 s. The usual gap between chunks does not apply here."""
    starts = [1.0, 1.3 + silence, 1.6 + 2 * silence]
    text = srt(*((start, "aaa.") for start in starts))
    _, _, samples = speak_cues(tmp_path, text, synthesis={"gaps": even_gaps(gap)})
    np.testing.assert_allclose(onsets(samples), starts, atol=0.001)


def sounding_seconds(phonemes: str, engine: ToneEngine, speed: float = 1.0) -> float:
    chunk = Chunk(0, (Word(phonemes, phonemes),), 1)
    options = SynthesisOptions("af_heart", "a", speed=speed)
    return sound_seconds(chunk, engine, style, options)


def test_cue_that_does_not_fit_is_hurried(tmp_path: Path) -> None:
    needed = sounding_seconds("aaaaa.", QuickEngine(12))
    text = srt((0.5, "aaaaa."), (0.65 + needed / 1.21, "bbb."), (4.0, "ccc."))
    made, result, samples = speak_cues(tmp_path, text, engine=QuickEngine(12))
    assert [speed for _, speed, _ in made.engine.calls] == pytest.approx(
        [1.21, 1.0, 1.0], abs=0.002
    )
    assert not result.losses
    assert onsets(samples)[-1] == pytest.approx(4.0, abs=0.001)


def test_cue_that_does_not_fit_when_hurried_is_named(tmp_path: Path) -> None:
    text = srt((0.5, "aaaaa."), (1.0, "bbb."), (4.0, "ccc."))
    made, result, samples = speak_cues(tmp_path, text, engine=QuickEngine(12))
    assert [speed for _, speed, _ in made.engine.calls] == pytest.approx([1.6, 1.0, 1.0])
    (loss,) = result.losses
    assert loss.text == "aaaaa."
    assert "takes 0.7 s longer than there is until the next cue" in loss.reason
    assert onsets(samples)[-1] == pytest.approx(4.0, abs=0.001)


LATE = 0.15
"""Seconds a cue may be late without a report: the code's bound is 0.05 s, and joins add to it."""


@pytest.mark.parametrize(
    "text, room, frames, speed",
    [
        pytest.param("a" * 30 + ".", 4.0, 12, 1.5),
        pytest.param("a" * 30 + ".", 3.0, 12, 1.9),
        ("a" * 30 + ".", 5.0, 12, 1.0),
        (" ".join(["aaaaaaaa."] * 30), 17.0, 3, 1.0),
        (" ".join(["aaaaaaaa."] * 90), 47.0, 3, 1.0),
    ],
    ids=["speed near its limit", "speed at its limit", "one", "two chunks", "many chunks"],
)
def test_cue_is_on_time_or_the_one_before_is_named(
    text: str, room: float, frames: int, speed: float, tmp_path: Path
) -> None:
    made, result, samples = speak_cues(
        tmp_path,
        srt((0.0, text), (room, "bbb.")),
        engine=QuickEngine(frames),
        synthesis={"speed": speed},
    )
    last = sounding_seconds("bbb.", made.engine, speed)
    start = sounding(samples)[1] / SAMPLE_RATE - last
    assert bool(result.losses) or start <= room + LATE


def test_subtitles_of_subtitles_have_their_times(tmp_path: Path) -> None:
    text = srt((1.0, "aaa bbb."), (3.0, "ccc."))
    _, result, _ = speak_cues(tmp_path, text, subtitles=("srt",))
    shown = read_srt(result.output.path.with_suffix(".srt"))
    assert [cue.text for cue in shown] == ["aaa bbb.", "ccc."]
    # A word is shown when it is heard, two frames before its own frames.
    np.testing.assert_allclose([float(cue.start) for cue in shown], [0.95, 2.95], atol=0.002)


# Chapters


def chapters(path: Path) -> list[tuple[str, int]]:
    with av.open(str(path)) as container:
        return [
            (
                mark["metadata"].get("title", ""),
                round(mark["start"] * (mark["time_base"] or 0) * SAMPLE_RATE),
            )
            for mark in container.chapters()
        ]


def test_chapters_begin_where_their_first_chunk_does(tmp_path: Path) -> None:
    text = "# One\n\naaa.\n\nbbb.\n\n# Two\n\nccc.\n\n# Three\n\nddd."
    made = make_job(tmp_path, {"book.md": text}, format="m4b")
    (result,) = made.run()
    seconds = dict(zip(made.seen.texts, [0.0, *made.seen.seconds], strict=False))
    expected = [(title, round(seconds[title] * SAMPLE_RATE)) for title in ("One", "Two", "Three")]
    found = chapters(result.output.path)
    assert [title for title, _ in found] == ["One", "Two", "Three"]
    assert found == expected


def silences(samples: Samples) -> list[float]:
    """Return the silences between two sounds, in seconds."""
    loud = np.flatnonzero(np.abs(samples) > 0.005)
    apart = np.diff(loud)
    return [float(each) / SAMPLE_RATE for each in apart[apart > 0.1 * SAMPLE_RATE]]


BOOK = "# aa\n\nbb.\n\ncc.\n\n## dd\n\nee.\n\n* * *\n\nff.\n\n# gg\n\nhh. [pause:3s] ii."
IN_BOOK = [1.2, 0.7, 1.2, 1.2, 1.2, 2.5, 1.2, 3.0]


def test_the_silences_of_a_book(tmp_path: Path) -> None:
    made = make_job(tmp_path, {"book.md": BOOK}, synthesis={"gaps": BOOK_GAPS})
    (result,) = made.run()
    assert silences(read_wav(result.output.path)) == pytest.approx(IN_BOOK, abs=0.02)


def test_books_that_are_merged_have_a_chapters_silence_between(tmp_path: Path) -> None:
    texts = {"a.txt": "aa.\n\nbb.", "b.html": "<p>cc.</p><hr><p>dd.</p>"}
    made = make_job(tmp_path, texts, merge=True, synthesis={"gaps": BOOK_GAPS})
    (result,) = made.run()
    found = silences(read_wav(result.output.path))
    assert found == pytest.approx([0.7, 2.5, 1.2], abs=0.02)


def test_a_chapters_mark_is_shortly_before_its_first_word(tmp_path: Path) -> None:
    gaps = {"gaps": BOOK_GAPS}
    made = make_job(tmp_path, {"book.md": BOOK}, format="m4b", synthesis=gaps)
    (result,) = made.run()
    sound = read_wav(make_job(tmp_path, {"book.md": BOOK}, synthesis=gaps).run()[0].output.path)
    marks = [start for _, start in chapters(result.output.path)]
    assert len(marks) == 2
    assert marks[0] == 0
    loud = np.flatnonzero(np.abs(sound) > 0.005)
    first = loud[loud > marks[1]][0]
    assert (first - marks[1]) / SAMPLE_RATE == pytest.approx(0.4, abs=0.07)


def test_a_file_for_each_chapter_has_no_silence_at_its_start(tmp_path: Path) -> None:
    made = make_job(tmp_path, {"book.md": BOOK}, split=True, synthesis={"gaps": BOOK_GAPS})
    for result in made.run():
        first, _ = sounding(read_wav(result.output.path))
        assert first <= 0.04 * SAMPLE_RATE


def test_long_gaps_change_nothing_of_subtitles(tmp_path: Path) -> None:
    text = srt((1.0, "aaa.\nbbb."), (4.0, "ccc."), (4.5, "ddd.\n\neee."), (5.0, "fff."))
    _, _, plain = speak_cues(tmp_path, text, out="plain")
    _, _, longer = speak_cues(tmp_path, text, out="long", synthesis={"gaps": BOOK_GAPS})
    np.testing.assert_array_equal(plain, longer)


def test_chapter_of_each_merged_file(tmp_path: Path) -> None:
    texts = {"a.md": "# One\n\naaa.\n\n# Two\n\nbbb.", "b.md": "# Three\n\nccc.\n\n# Four\n\nddd."}
    made = make_job(tmp_path, texts, format="m4b", merge=True)
    (result,) = made.run()
    assert [title for title, _ in chapters(result.output.path)] == ["One", "Two", "Three", "Four"]


def test_chapter_without_a_word_has_no_mark_of_its_own(tmp_path: Path) -> None:
    text = "# One\n\naaa.\n\n# qqq\n\n…\n\n# Three\n\nddd."
    made = make_job(tmp_path, {"book.md": text}, format="m4b")
    (result,) = made.run()
    assert [title for title, _ in chapters(result.output.path)] == ["One", "Three"]


def test_chosen_chapters_alone_are_spoken(tmp_path: Path) -> None:
    text = "# One\n\naaa.\n\n# Two\n\nbbb.\n\n# Three\n\nccc."
    made = make_job(tmp_path, {"book.md": text}, chapters=((1, 1), (3, None)))
    made.run()
    assert made.spoken == ["One", "aaa.", "Three", "ccc."]


def test_split_chapters_are_the_whole_in_parts(tmp_path: Path) -> None:
    text = "# One\n\naaa.\n\n# Two\n\nbbb."
    made = make_job(tmp_path, {"book.md": text}, split=True)
    made.run()
    assert made.spoken == ["One", "aaa.", "Two", "bbb."]
    assert set(made.files()) == {"book - 01 One.wav", "book - 02 Two.wav"}


# Memory


class PeakWatcher(Seen):
    """Records nothing. Starts measuring the peak at the first chunk, after the text was read."""

    def spoke(self, output: Output, text: str, seconds: float) -> None:
        if not self.seconds:
            self.seconds.append(seconds)
            tracemalloc.reset_peak()


def peak_bytes(folder: Path, words: int) -> int:
    """Return the peak memory of a job over *words* words, once it speaks."""
    made = make_job(folder, {"a.txt": long_prose(words)}, engine=TinyEngine())
    made.job.watcher = PeakWatcher()
    tracemalloc.start()
    try:
        assert statuses(made.run()) == ["made"]
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def long_prose(words: int) -> str:
    """Return paragraphs of 24 words of nine letters."""
    return "\n\n".join(" ".join(["chapters" + chr(97 + i % 26)] * 24) for i in range(words // 24))


def test_memory_does_not_grow_with_the_text(tmp_path: Path) -> None:
    """The sound of twenty thousand words has six megabytes here, the text 0.2."""
    peak_bytes(tmp_path / "warm", 200)
    small, large = peak_bytes(tmp_path / "small", 2_000), peak_bytes(tmp_path / "large", 20_000)
    assert large - small < 4 * len(long_prose(20_000))


def test_a_book_beyond_the_limit_of_the_store_goes_on(tmp_path: Path) -> None:
    # An interrupted run pruned its own beginning, and the next one spoke all of it again.
    text = {"book.txt": prose(300)}

    def stop(number: int, output: Output) -> None:
        if number == 290:
            first.job.stop()

    first = make_job(tmp_path, text, limit=5_000, at_chunk=stop)
    assert statuses(first.run()) == ["interrupted"]
    second = make_job(tmp_path, text, limit=5_000)
    assert statuses(second.run()) == ["made"]
    assert not set(first.spoken) & set(second.spoken)
    kept = sum(path.stat().st_size for path in (tmp_path / "cache/spoken").glob("*/*"))
    assert kept <= 5_000, "a finished book needs nothing"


def test_finished_outputs_do_not_hold_the_store(tmp_path: Path) -> None:
    texts = {f"{i}.txt": prose(3, first=3 * i) for i in range(120)}
    made = make_job(tmp_path, texts, limit=5_000)
    held: list[int] = []
    made.seen.at_chunk = lambda number, output: held.append(len(made.stored._store._begun))
    made.run()
    assert made.stored._store._begun == {}
    assert max(held) < 20


def test_a_limit_of_nothing_keeps_nothing(tmp_path: Path) -> None:
    made = make_job(tmp_path, {"a.txt": prose(20)}, limit=0)
    assert statuses(made.run()) == ["made"]
    assert not [path for path in (tmp_path / "cache/spoken").glob("*/*") if path.is_file()]
