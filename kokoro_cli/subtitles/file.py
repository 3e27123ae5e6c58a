"""Subtitle files, written during synthesis; a file appears only when it is complete."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from kokoro_cli.sinks.unfinished import UnfinishedFile
from kokoro_cli.subtitles.formats import SUBTITLE_FORMATS, Unit
from kokoro_cli.subtitles.writer import Output, Writer
from kokoro_cli.types import TimedSentence


class SubtitleFile:
    """Writes to a temporary name in the target's folder and renames at the end; errors delete it.

    Memory does not grow with the number of sentences. JSON and TextGrid always hold both sentences
    and words, whatever the *unit*. *title* is written if the format has a field for it.
    *temporary_name* is the file's name until it is complete. Unless it may *replace* a file, one
    that appears meanwhile is an error.
    """

    def __init__(
        self,
        path: Path,
        form: str,
        unit: Unit = "sentence",
        *,
        title: str = "",
        temporary_name: str | None = None,
        replace: bool = True,
    ) -> None:
        self._form = SUBTITLE_FORMATS.find(form).name
        self._unit = unit
        self._title = title
        self._file = UnfinishedFile(path, temporary_name, replace=replace)
        self._output = Output(self._file)
        self._writer: Writer | None = None
        self._finished = False

    def __enter__(self) -> SubtitleFile:
        module = SUBTITLE_FORMATS.load(self._form)
        try:
            self._file.open()
            self._writer = module.Writer(self._output, self._unit, self._title)
        except BaseException as error:
            self._discard()
            if isinstance(error, OSError):
                raise self._file.failed(error) from error
            raise
        return self

    def write(self, sentence: TimedSentence) -> None:
        """Add a sentence; it must not begin before the previous one ended."""
        assert self._writer is not None
        try:
            self._writer.write(sentence)
        except OSError as error:
            raise self._file.failed(error) from error

    def finish(self, total_samples: int) -> None:
        """Complete the file with the whole sound's length; call once, last in the with block."""
        assert self._writer is not None
        assert not self._finished
        try:
            self._writer.finish(total_samples)
        except OSError as error:
            raise self._file.failed(error) from error
        self._finished = True

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                assert self._finished, "finish() was not called"
                self._file.keep()
        except OSError as failure:
            raise self._file.failed(failure) from failure
        finally:
            self._discard()

    def _discard(self) -> None:
        self._output.close()
        self._file.discard()
