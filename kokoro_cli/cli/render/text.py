"""What ``kokoro text`` prints: lines, or a table of words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kokoro_cli.cli.environment import Environment
from kokoro_cli.cli.render.common import render_line, render_losses
from kokoro_cli.text.inspect import ExplainedWord

if TYPE_CHECKING:
    from kokoro_cli.cli.commands.text import TextReport


def render_text(report: TextReport, environment: Environment) -> None:
    """Print the report, and what was not spoken."""
    if any(isinstance(item, ExplainedWord) for item in report.items):
        _render_words(report, environment)
    else:
        for item in report.items:
            if isinstance(item, dict):
                render_line(f"{item['count']:>4}  {item['text']}", environment)
                render_line(f"      {item['phonemes']}", environment)
            else:
                render_line(item, environment)
    render_losses(report.not_spoken, environment)


def _render_words(report: TextReport, environment: Environment) -> None:
    from rich.table import Table

    table = Table("Source", "Spoken", "Phonemes", "From", box=None, pad_edge=False)
    for word in report.items:
        origin = f"{word.rule}, {word.origin}" if word.rule else word.origin
        table.add_row(word.source, word.spoken, word.phonemes, origin)
    environment.output.print(table)
