"""What ``kokoro say`` prints after it has spoken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from kokoro_cli.cli.environment import Environment
from kokoro_cli.cli.render.common import render_json, render_losses
from kokoro_cli.types import Losses

if TYPE_CHECKING:
    from kokoro_cli.cli.commands.say import SayRequest
    from kokoro_cli.cli.saying import SayResult


def report(
    result: SayResult, losses: Losses, environment: Environment, request: SayRequest
) -> None:
    """Print the losses, and the result as JSON or for a person."""
    render_losses(losses.items, environment)
    if request.json:
        render_json(result, environment)
    elif not request.quiet:
        render_result(result, environment, verbose=request.verbose)


def render_result(result: SayResult, environment: Environment, *, verbose: bool = False) -> None:
    console = environment.console
    where = " and ".join(
        [f"wrote [bold]{escape(path)}[/]" for path in [result.output] if path]
        + [f"played on {escape(name)}" for name in [result.player] if name]
    )
    console.print(
        f"{where[:1].upper()}{where[1:]}: {result.audio_seconds:.2f} s of speech "
        f"in {result.wall_seconds:.2f} s (first sound after {result.first_audio_seconds:.2f} s)"
    )
    console.print(
        f"[dim]voice {result.voice} · {result.language} · engine {result.engine} on "
        f"{result.device}, {result.reason} · {escape(result.model)}[/]"
    )
    if verbose:
        for phase in result.phases:
            console.print(f"{phase.start_seconds:6.2f} to {phase.end_seconds:5.2f} s  {phase.name}")
        for chunk in result.chunks:
            length = f"{len(chunk.phonemes)} phonemes, {chunk.seconds:.1f} s"
            console.print(f"{length:>22}  {escape(chunk.text)}")
        if result.underruns is not None:
            console.print(f"The sound broke off {result.underruns} times while playing.")
