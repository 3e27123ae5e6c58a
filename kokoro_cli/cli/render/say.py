"""What ``kokoro say`` prints after it has spoken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kokoro_cli.cli.environment import Environment
from kokoro_cli.cli.render.common import render_json, render_losses, render_warning, styled
from kokoro_cli.types import Losses

if TYPE_CHECKING:
    from kokoro_cli.cli.commands.say import SayRequest
    from kokoro_cli.cli.saying import SayResult


def report(
    result: SayResult, losses: Losses, environment: Environment, request: SayRequest
) -> None:
    """Print the losses, and the result as JSON or for a person."""
    for problem in result.problems:
        render_warning(problem, environment)
    render_losses(losses.items, environment)
    if result.player_error:
        render_warning(f"Not played to the end: {result.player_error}", environment)
    if request.json:
        render_json(result, environment)
    elif not request.quiet:
        render_result(result, environment, verbose=request.verbose)


def render_result(result: SayResult, environment: Environment, *, verbose: bool = False) -> None:
    console = environment.console
    wrote, played = "Wrote " if result.output else "", ""
    if result.player and not result.player_error:
        played = f"{' and played' if wrote else 'Played'} on {result.player}"
    console.print(
        styled(
            wrote,
            (result.output or "", "bold"),
            f"{played}: {result.audio_seconds:.2f} s of speech in {result.wall_seconds:.2f} s "
            f"(first sound after {result.first_audio_seconds:.2f} s)",
        )
    )
    console.print(
        f"voice {result.voice} · {result.language} · engine {result.engine} on "
        f"{result.device}, {result.reason} · {result.model}",
        style="dim",
    )
    if verbose:
        for phase in result.phases:
            console.print(f"{phase.start_seconds:6.2f} to {phase.end_seconds:5.2f} s  {phase.name}")
        for chunk in result.chunks:
            length = f"{len(chunk.phonemes)} phonemes, {chunk.seconds:.1f} s"
            console.print(f"{length:>22}  {chunk.text}")
        if result.underruns is not None:
            console.print(f"The sound broke off {result.underruns} times while playing.")
