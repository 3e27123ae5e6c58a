"""The consoles, which print text from outside as text: no markup, no control characters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TextIO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from kokoro_cli.cli.environment import impossible_sizes
from kokoro_cli.printable import encodable, printable, printable_lines


class SafeConsole(Console):
    """Prints strings as they are, each in one line.

    Whatever is printed passes `render`: it shows control characters as escapes, and replaces what
    the stream can't encode. Styles come as `Text`, see `styled`.
    """

    def __init__(self, file: TextIO, variables: Mapping[str, str], **options: Any) -> None:
        wrong = impossible_sizes(variables)
        super().__init__(
            file=file,
            markup=False,
            highlight=False,
            emoji=False,
            _environ={name: text for name, text in variables.items() if name not in wrong},
            **options,
        )

    def render_str(self, text: str, **options: Any) -> Text:
        # Before the layout, which has to know how wide the escapes are.
        return super().render_str(encodable(printable(text), self.encoding), **options)

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            if segment.control:
                yield segment
            else:
                text = encodable(printable_lines(segment.text), self.encoding)
                yield segment if text == segment.text else Segment(text, segment.style)
