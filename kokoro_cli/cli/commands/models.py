"""``kokoro models``: the model and the voices on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from kokoro_cli.cli.binding import Group, command
from kokoro_cli.cli.environment import Environment
from kokoro_cli.cli.options import JSON, OFFLINE, QUIET, complete_voice
from kokoro_cli.config import check_home
from kokoro_cli.errors import UsageError

if TYPE_CHECKING:
    from kokoro_cli.engines import Measurement
    from kokoro_cli.speaker.speaker import Speaker
    from kokoro_cli.speaker.voice_list import VoiceRow

app = typer.Typer(
    add_completion=False, help="The model and the voices on this machine.", no_args_is_help=True
)


@dataclass(frozen=True, slots=True)
class ModelRow:
    label: str
    origin: str
    folder: str
    checkpoint_sha256: str


@dataclass(frozen=True, slots=True)
class ModelsReport:
    """What is installed; ``--json`` prints it, and its keys are a promise."""

    cache: str
    model: ModelRow | None
    measurements: list[Measurement]
    voices: list[VoiceRow]


@dataclass(frozen=True, slots=True)
class _List:
    json: bool = False


@command(app, "list", Group(_List, {"json": JSON}))
def _list(environment: Environment, request: _List) -> None:
    """Show the model, the measured engines and the 54 voices."""
    from kokoro_cli.cli.render.common import render_json
    from kokoro_cli.cli.render.models import render_models

    report = models_report(environment.speaker(offline=True))
    if request.json:
        render_json(report, environment)
    else:
        render_models(report, environment)


def models_report(speaker: Speaker) -> ModelsReport:
    """Return what is installed, and how fast each engine was measured to be."""
    from kokoro_cli import install
    from kokoro_cli.speaker.voice_list import voice_row
    from kokoro_cli.voices.catalogue import catalogue

    store = speaker.store
    model = install.installed_model(store)
    row = None
    if model:
        row = ModelRow(model.label, model.origin, str(model.folder), model.digest)
    voices = [voice_row(voice, speaker) for voice in catalogue().values()]
    return ModelsReport(str(store.cache), row, install.measurements(store), voices)


@dataclass(frozen=True, slots=True)
class _Pull:
    voices: tuple[str, ...] = ()
    every: bool = False
    force: bool = False
    offline: bool = False
    quiet: bool = False
    json: bool = False


_PULL = Group(
    _Pull,
    {
        "voices": typer.Argument(
            help="Voices.", show_default="af_heart", autocompletion=complete_voice
        ),
        "every": typer.Option("--all", help="All 54 voices."),
        "force": typer.Option("--force", help="Fetch again what is here."),
        "offline": OFFLINE,
        "quiet": QUIET,
        "json": JSON,
    },
)


@command(app, "pull", _PULL)
def _pull(environment: Environment, request: _Pull) -> None:
    """Fetch, check and install the model and voices."""
    from kokoro_cli.cli.installing import install
    from kokoro_cli.cli.render.common import render_json
    from kokoro_cli.voices.catalogue import DEFAULT_VOICE, catalogue, find_voice

    if request.voices and request.every:
        raise UsageError("--all fetches every voice.", hint="Name voices, or give --all.")
    names = request.voices or (DEFAULT_VOICE,)
    voices = list(catalogue().values()) if request.every else [find_voice(name) for name in names]
    speaker = environment.speaker(offline=request.offline)
    quiet = request.quiet or request.json
    install(speaker, voices, environment, quiet=quiet, force=request.force)
    if request.json:
        render_json(models_report(speaker), environment)


@dataclass(frozen=True, slots=True)
class _Verify:
    repair: bool = False
    offline: bool = False


_VERIFY = Group(
    _Verify,
    {
        "repair": typer.Option("--repair", help="Make or fetch again what is damaged."),
        "offline": OFFLINE,
    },
)


@command(app, "verify", _VERIFY)
def _verify(environment: Environment, request: _Verify) -> None:
    """Check every installed file against its checksum, and what is kept of earlier runs."""
    from kokoro_cli.batch.upkeep import verify_all
    from kokoro_cli.cli.render.common import render_note

    speaker = environment.speaker(offline=request.offline or not request.repair)
    checked = verify_all(speaker, lambda line: render_note(line, environment), mend=request.repair)
    render_note(checked, environment)


@dataclass(frozen=True, slots=True)
class _Nothing:
    pass


@command(app, "path", Group(_Nothing, {}))
def _path(environment: Environment, request: Any) -> None:
    """Print the folder that holds the model and the voices."""
    from kokoro_cli.cli.render.common import render_line

    render_line(str(check_home(environment.settings.cache)), environment)
