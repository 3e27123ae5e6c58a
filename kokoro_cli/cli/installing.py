"""Install what a command needs, and show the progress."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kokoro_cli.cli.environment import Environment
from kokoro_cli.cli.render.common import render_note
from kokoro_cli.cli.terminal.progress import downloads

if TYPE_CHECKING:
    from kokoro_cli.speaker.speaker import Speaker
    from kokoro_cli.voices.catalogue import Voice


def ensure_installed(
    speaker: Speaker, voices: Iterable[Voice], environment: Environment, *, quiet: bool
) -> None:
    """Fetch the model and the voices that are not here; AssetError if that fails."""
    voices = list(voices)
    if speaker.missing(voices):
        install(speaker, voices, environment, quiet=quiet)


def install(
    speaker: Speaker,
    voices: Iterable[Voice | str],
    environment: Environment,
    *,
    quiet: bool,
    force: bool = False,
) -> None:
    """Fetch and check the model and voices, with a line for each step unless it is *quiet*."""

    def notify(line: str) -> None:
        if not quiet:
            render_note(line, environment)

    with downloads(environment.console, quiet=quiet) as progress:
        speaker.install(voices, notify=notify, progress=progress, force=force)
