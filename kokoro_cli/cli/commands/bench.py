"""``kokoro bench``: measure this machine, its best settings, or a server."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import typer

from kokoro_cli.bench.request import BenchRequest, ServerRequest
from kokoro_cli.cli.binding import Group, command, refuse_unused
from kokoro_cli.cli.environment import Environment
from kokoro_cli.cli.options import DEVICE, JSON, OFFLINE, QUIET, SEED, complete_voice
from kokoro_cli.engines.table import ENGINES
from kokoro_cli.errors import UsageError
from kokoro_cli.files import identity
from kokoro_cli.registry import listed

if TYPE_CHECKING:
    from kokoro_cli.bench.run import Counting


app = typer.Typer(add_completion=False)


@dataclass(frozen=True, slots=True)
class BenchCommand:
    """The command's options."""

    bench: BenchRequest = field(default_factory=BenchRequest)
    server: ServerRequest = field(default_factory=ServerRequest)
    markdown: bool = False
    sweep: bool = False
    save: bool = False
    offline: bool = False
    quiet: bool = False
    json: bool = False


_BENCH = Group(
    BenchRequest,
    {
        "engine": typer.Option(
            "--engine", help=f"{listed(ENGINES, 'or')}.", show_default="each one here"
        ),
        "device": DEVICE,
        "voice": typer.Option(
            "--voice",
            "-v",
            autocompletion=complete_voice,
            help="One of the model's.",
            show_default="af_heart",
        ),
        "seed": SEED,
        "runs": typer.Option("--runs", help="Of a process that has spoken before."),
        "cold_runs": typer.Option("--cold-runs", help="Of fresh processes; 0 leaves them out."),
        "long": typer.Option("--long", help="A page of 418 words too."),
        "quality": typer.Option(
            "--quality", help="Read the speech back: word error rate, distance."
        ),
        "plot": typer.Option("--plot", help="Draw it: .svg, .png or .pdf."),
        "compare": typer.Option("--compare", help="A report of --json; exit 1 if slower now."),
        "tolerance": typer.Option(
            "--tolerance", help="With --compare: what still counts as the same."
        ),
    },
)
_SERVER = Group(
    ServerRequest,
    {
        "url": typer.Option("--url", help="Measure a server that takes OpenAI's requests."),
        "clients": typer.Option("--clients", help="With --url: how many at once, each by itself."),
        "requests": typer.Option("--requests", help="With --url: for each number of clients."),
        "model": typer.Option("--model", help="With --url."),
        "response_format": typer.Option("--response-format", help="With --url: wav, pcm, mp3, …"),
        "timeout": typer.Option("--timeout", help="With --url: seconds."),
    },
)
BENCH = Group(
    BenchCommand,
    {
        "bench": _BENCH,
        "markdown": typer.Option("--markdown", help="Print Markdown."),
        "sweep": typer.Option("--sweep", help="Find the best threads, workers and chunk length."),
        "save": typer.Option("--save", help="With --sweep: kokoro file uses them from now on."),
        "server": _SERVER,
        "offline": OFFLINE,
        "quiet": QUIET,
        "json": JSON,
    },
)


@command(app, "bench", BENCH)
def bench(environment: Environment, request: BenchCommand) -> int:
    """Measure how soon and how fast it speaks on this machine."""
    from kokoro_cli.cli.terminal.progress import counting

    _check(request)
    quiet = request.quiet or request.json

    def count(steps: int) -> AbstractContextManager[Callable[[str], None]]:
        return counting(environment.console, steps, quiet=quiet)

    if request.server.url:
        return _measure_server(environment, request, count)
    return _measure(environment, request, count)


def _check(request: BenchCommand) -> None:
    """Raise UsageError for options that exclude each other."""
    asked = request.bench
    if request.json and request.markdown:
        raise UsageError("--json and --markdown both want standard output.", hint="Choose one.")
    if request.save and not request.sweep:
        raise UsageError("--save keeps what a sweep found.", hint="Add --sweep.")
    if request.sweep and (asked.plot or asked.compare or request.server.url):
        raise UsageError(
            "--sweep goes without --plot, --compare and --url.", hint="Run it by itself."
        )
    _check_used(request)
    if request.server.url is None:
        return
    if request.offline:
        raise UsageError(
            "--offline opens no connection, and --url needs one.", hint="Leave one out."
        )
    if asked.plot or asked.compare or asked.quality:
        raise UsageError(
            "--url goes without --plot, --compare and --quality.", hint="Run it by itself."
        )


_OF_THE_MACHINE = ("engine", "device", "seed", "runs", "cold_runs", "long")
_OF_A_SERVER = ("clients", "requests", "model", "response_format", "timeout")


def _check_used(request: BenchCommand) -> None:
    """Raise UsageError for options that would do nothing."""
    asked, server = request.bench, request.server
    if server.url is None:
        refuse_unused(server, _OF_A_SERVER, "without `url`")
    else:
        refuse_unused(asked, (*_OF_THE_MACHINE, "tolerance"), "with `url`")
    if asked.compare is None:
        refuse_unused(asked, ("tolerance",), "without `compare`")
    if request.sweep:
        refuse_unused(asked, ("cold_runs",), "with `sweep`")
    if asked.plot and asked.compare and identity(asked.plot) == identity(asked.compare) is not None:
        raise UsageError(f"{asked.plot} is read, so it can't be written.", hint="Draw elsewhere.")


def _measure_server(environment: Environment, request: BenchCommand, count: Counting) -> int:
    from kokoro_cli.bench.run import measure_server
    from kokoro_cli.cli.render.bench import render_server
    from kokoro_cli.cli.render.common import render_json, render_warning

    asked = replace(
        request.server,
        voice=request.bench.voice or request.server.voice,
        key=environment.variables.get("OPENAI_API_KEY"),
    )
    result = measure_server(asked, count, lambda line: render_warning(line, environment))
    if request.json:
        render_json(result, environment)
    else:
        render_server(result, environment, markdown=request.markdown)
    return result.exit_code


def _measure(environment: Environment, request: BenchCommand, count: Counting) -> int:
    from kokoro_cli.bench import run
    from kokoro_cli.cli.installing import ensure_installed
    from kokoro_cli.cli.render.bench import render_bench, render_sweep
    from kokoro_cli.cli.render.common import render_json

    asked = request.bench
    speaker = environment.speaker(engine=asked.engine, device=asked.device, offline=request.offline)
    quiet = request.quiet or request.json
    ensure_installed(speaker, [run.prepare(asked)], environment, quiet=quiet)
    if request.sweep:
        swept = run.sweep(asked, speaker, count, save=request.save)
        if request.json:
            render_json(swept, environment)
        else:
            render_sweep(swept, environment, markdown=request.markdown)
        return 0
    result = run.bench(asked, speaker, count)
    if request.json:
        render_json(result, environment)
    else:
        render_bench(result, environment, markdown=request.markdown)
    return result.exit_code
