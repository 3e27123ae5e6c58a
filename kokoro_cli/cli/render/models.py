"""What ``kokoro models`` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from kokoro_cli.cli.environment import Environment
from kokoro_cli.cli.render.voices import voice_table

if TYPE_CHECKING:
    from kokoro_cli.cli.commands.models import ModelsReport


def render_models(report: ModelsReport, environment: Environment) -> None:
    console, model = environment.output, report.model
    if model:
        console.print(f"[bold]Model[/]  {model.label}, in {escape(model.folder)}")
    else:
        console.print("[bold]Model[/]  not installed; get it with: kokoro models pull")
    for speed in report.measurements:
        console.print(
            f"[bold]Speed[/]  {speed.engine} on {speed.device}: "
            f"real-time factor {speed.real_time_factor:.2f}, ready after {speed.load_seconds:.1f} s"
        )
    console.print(voice_table(report.voices))
