"""``kokoro serve``: the same voice over HTTP."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, field, replace

import typer

from kokoro_cli.cli.binding import Group, command
from kokoro_cli.cli.environment import Environment
from kokoro_cli.cli.options import DEVICE, ENGINE, JSON, OFFLINE, PRECISION, QUIET, complete_voice
from kokoro_cli.errors import FeatureNotInstalledError
from kokoro_cli.server.options import ServerOptions, check_options

app = typer.Typer(add_completion=False)


@dataclass(frozen=True, slots=True)
class ServeRequest:
    """The command's options."""

    server: ServerOptions = field(default_factory=ServerOptions)
    quiet: bool = False
    json: bool = False


@dataclass(frozen=True, slots=True)
class ServeReport:
    """Where the server is; ``--json`` prints it when it listens, and its keys are a promise."""

    url: str
    pid: int
    voice: str
    engine: str
    device: str


_SERVER = Group(
    ServerOptions,
    {
        "host": typer.Option(
            "--host", help="Address to listen on; one that others can reach needs a key."
        ),
        "port": typer.Option("--port", "-p", help="0 takes a free one."),
        "key_file": typer.Option(
            "--key-file", help="A key on each line; see KOKORO_API_KEY too.", show_default=False
        ),
        "private_lists": typer.Option(
            "--private-lists", help="Lists of models and voices need a key too."
        ),
        "cors": typer.Option(
            "--cors", help="Origin whose pages may use it. Can be given several times."
        ),
        "allowed_hosts": typer.Option(
            "--allow-host", help="Name by which it may be called. Can be given several times."
        ),
        "base_path": typer.Option(
            "--base-path", help="Path under which a proxy shows it, as /kokoro.", show_default=False
        ),
        "voice": typer.Option(
            "--voice",
            "-v",
            autocompletion=complete_voice,
            help="The voice that speaks if a request names none.",
            show_default="af_heart",
        ),
        "engine": ENGINE,
        "precision": PRECISION,
        "device": DEVICE,
        "queue": typer.Option("--queue", help="Most requests at once."),
        "per_client": typer.Option("--per-client", help="Most of one key or address."),
        "max_input": typer.Option("--max-input", help="Longest text, in characters."),
        "max_seconds": typer.Option("--max-seconds", help="Longest time for one request."),
        "keep_alive": typer.Option(
            "--keep-alive", help="Free the model's memory when idle so long: 90s, 5m, 1h."
        ),
        "drain_seconds": typer.Option("--drain-seconds", help="To finish requests when it stops."),
        "store": typer.Option(
            "--store/--no-store",
            help="Keep spoken chunks on disk, and use them.",
            show_default=True,
        ),
        "offline": OFFLINE,
        "wyoming_port": typer.Option(
            "--wyoming-port", help="Home Assistant's protocol on this port.", show_default=False
        ),
        "wyoming_host": typer.Option(
            "--wyoming-host",
            help="Its address; whoever reaches it needs no key.",
            show_default="127.0.0.1",
        ),
        "audiosocket_port": typer.Option(
            "--audiosocket-port", help="Asterisk's protocol on this port.", show_default=False
        ),
        "audiosocket_host": typer.Option(
            "--audiosocket-host", help="Its address.", show_default="127.0.0.1"
        ),
    },
)
SERVE = Group(ServeRequest, {"server": _SERVER, "quiet": QUIET, "json": JSON})


@command(app, "serve", SERVE)
def serve(environment: Environment, request: ServeRequest) -> None:
    """Speak for other programs: OpenAI's speech endpoint, on this machine."""
    settings = environment.settings
    options = check_options(replace(request.server, keys=settings.api_keys))
    try:
        from kokoro_cli.server.run import Running, log_to
    except ModuleNotFoundError as error:
        raise FeatureNotInstalledError(
            f"The server needs {error.name}.",
            hint="Install it with: pip install 'kokoro-cli[serve]'",
        ) from error
    from kokoro_cli.cli import interrupts
    from kokoro_cli.cli.installing import ensure_installed
    from kokoro_cli.cli.render.common import render_note, render_value, render_warning
    from kokoro_cli.server.service import Service

    quiet = request.quiet or request.json

    def begun(url: str, service: Service) -> None:
        choice = service.speaker.choice
        voice = service.speaker.plan().options.voice
        if request.json:
            report = ServeReport(url, os.getpid(), voice, choice.engine, choice.device)
            render_value(asdict(report), environment)
        elif not quiet:
            for protocol, place in running.addresses.items():
                render_note(f"Listening on {place} for {protocol}", environment)
            render_note(f"Listening on {url} (Ctrl-C stops it)", environment)

    running = Running(options, settings, begun)
    speaker = running.service.speaker
    ensure_installed(speaker, speaker.plan().voices(), environment, quiet=quiet)
    if speaker.notice:
        render_warning(speaker.notice, environment)
    with (
        log_to(lambda line: render_warning(line, environment)),
        interrupts.first_stops(running.stop),
    ):
        running.run()
