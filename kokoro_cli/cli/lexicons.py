"""Says which pronunciations are used without being named."""

from __future__ import annotations

from kokoro_cli.cli.environment import Environment


def name_project_lexicon(environment: Environment, *, quiet: bool = False) -> None:
    """Print a note if the working folder has a lexicon, because it changes what is heard."""
    from kokoro_cli.cli.render.common import render_note
    from kokoro_cli.speaker.resolve import project_lexicon

    for path in [] if quiet else project_lexicon():
        render_note(f"The pronunciations in {path}, in this folder, are used.", environment)
