"""Audio files, encoded block by block; a file appears only when it is complete."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from kokoro_cli.sinks.formats import Encoding, Tags, check_encoding, format_of
from kokoro_cli.sinks.recording import Recording
from kokoro_cli.sinks.unfinished import UnfinishedFile, Whole
from kokoro_cli.types import Samples


class FileSink:
    """Writes to a temporary name in the target's folder and renames at the end; errors delete it.

    Without an *encoding*, the name's suffix selects the format. *temporary_name* is the file's name
    until it is complete. *whole* is called just before the rename. Unless it may *replace* a file,
    one that appears meanwhile is an error.
    """

    def __init__(
        self,
        path: Path,
        encoding: Encoding | None = None,
        tags: Tags | None = None,
        *,
        temporary_name: str | None = None,
        whole: Whole | None = None,
        replace: bool = True,
    ) -> None:
        self._whole = whole
        self._encoding = check_encoding(encoding or Encoding(format_of(path)))
        self._tags = tags or Tags()
        self._file = UnfinishedFile(path, temporary_name, replace=replace)
        self._recording: Recording | None = None

    def __enter__(self) -> FileSink:
        try:
            with self._reported():
                self._file.open()
                self._recording = Recording(self._file, self._encoding, self._tags)
        except BaseException:
            self._discard()
            raise
        return self

    def write(self, block: Samples) -> None:
        assert self._recording is not None
        with self._reported():
            self._recording.write(block)

    def chapter(self, title: str, after: int = 0) -> None:
        """Begin a chapter *after* so many samples, if the format holds chapter marks."""
        assert self._recording is not None
        self._recording.chapter(title, after)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                assert self._recording is not None
                with self._reported():
                    self._recording.finish()
                    self._file.keep(self._whole)
        finally:
            self._discard()

    @contextmanager
    def _reported(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._file.failed(error) from error

    def _discard(self) -> None:
        """Close the encoder and delete the temporary file, if either is left."""
        if self._recording is not None:
            self._recording.close()
        self._file.discard()
