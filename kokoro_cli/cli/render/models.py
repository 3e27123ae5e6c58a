"""What ``kokoro models`` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kokoro_cli.cli.environment import Environment
from kokoro_cli.cli.render.common import styled
from kokoro_cli.cli.render.voices import voice_table

if TYPE_CHECKING:
    from kokoro_cli.cli.commands.models import ModelsReport


def render_models(report: ModelsReport, environment: Environment) -> None:
    console, model = environment.output, report.model
    if model:
        console.print(styled(("Model", "bold"), f"  {model.label}, in {model.folder}"))
    else:
        console.print(styled(("Model", "bold"), "  not installed; get it with: kokoro models pull"))
    for speed in report.measurements:
        console.print(
            styled(
                ("Speed", "bold"),
                f"  {speed.engine} on {speed.device}: real-time factor "
                f"{speed.real_time_factor:.2f}, ready after {speed.load_seconds:.1f} s",
            )
        )
    console.print(voice_table(report.voices))
