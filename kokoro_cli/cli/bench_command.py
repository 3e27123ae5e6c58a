"""``kokoro bench`` and its options. Nothing heavy is imported here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from kokoro_cli.cli.options import Debug, Device, Json, Offline, Quiet, Seed, complete_voice
from kokoro_cli.engines import ENGINES
from kokoro_cli.registry import listed


def bench(
    engine: Annotated[
        str,
        typer.Option("--engine", help=f"{listed(ENGINES, 'or')}.", show_default="each one here"),
    ] = "auto",
    device: Device = "auto",
    voice: Annotated[
        Optional[str],
        typer.Option(
            "--voice",
            "-v",
            autocompletion=complete_voice,
            help="One of the model's.",
            show_default="af_heart",
        ),
    ] = None,
    seed: Seed = 0,
    runs: Annotated[int, typer.Option("--runs", help="Of a process that has spoken before.")] = 5,
    cold_runs: Annotated[
        int, typer.Option("--cold-runs", help="Of fresh processes; 0 leaves them out.")
    ] = 3,
    long: Annotated[bool, typer.Option("--long", help="A page of 418 words too.")] = False,
    quality: Annotated[
        bool, typer.Option("--quality", help="Read the speech back: word error rate, distance.")
    ] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
    plot: Annotated[
        Optional[Path], typer.Option("--plot", help="Draw it: .svg, .png or .pdf.")
    ] = None,
    compare: Annotated[
        Optional[Path], typer.Option("--compare", help="A report of --json; exit 1 if slower now.")
    ] = None,
    tolerance: Annotated[
        float, typer.Option("--tolerance", help="With --compare: what still is the same.")
    ] = 0.05,
    sweep: Annotated[
        bool, typer.Option("--sweep", help="Find the best threads, workers and chunk length.")
    ] = False,
    save: Annotated[
        bool, typer.Option("--save", help="With --sweep: kokoro file uses them from now on.")
    ] = False,
    url: Annotated[
        Optional[str], typer.Option("--url", help="Measure a server that takes OpenAI's requests.")
    ] = None,
    clients: Annotated[int, typer.Option("--clients", help="With --url: at once.")] = 1,
    requests: Annotated[int, typer.Option("--requests", help="With --url: in all.")] = 20,
    model: Annotated[str, typer.Option("--model", help="With --url.")] = "kokoro",
    response_format: Annotated[
        str, typer.Option("--response-format", help="With --url: wav, pcm, mp3, …")
    ] = "wav",
    timeout: Annotated[float, typer.Option("--timeout", help="With --url: seconds.")] = 60.0,
    offline: Offline = False,
    quiet: Quiet = False,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Measure how soon and how fast it speaks on this machine."""
    from kokoro_cli.cli import bench as commands
    from kokoro_cli.cli import bench_tables, render
    from kokoro_cli.cli.context import World, open_store
    from kokoro_cli.errors import UsageError

    if json and markdown:
        raise UsageError("--json and --markdown both want standard output.", hint="Choose one.")
    if save and not sweep:
        raise UsageError("--save keeps what a sweep found.", hint="Add --sweep.")
    if sweep and (plot or compare or url):
        raise UsageError(
            "--sweep goes without --plot, --compare and --url.", hint="Run it by itself."
        )
    world = World()
    if url is not None:
        if offline:
            raise UsageError(
                "--offline opens no connection, and --url needs one.", hint="Leave one out."
            )
        if plot or compare or quality:
            raise UsageError(
                "--url goes without --plot, --compare and --quality.", hint="Run it by itself."
            )
        served = commands.measure_server(
            commands.ServerRequest(
                url,
                model,
                voice or "af_heart",
                response_format,
                clients,
                requests,
                timeout,
                quiet or json,
            ),
            world,
        )
        if json:
            render.render_json(served)
        else:
            bench_tables.render_server(served, markdown=markdown)
        raise typer.Exit(served.exit_code)
    request = commands.BenchRequest(
        engine=engine,
        device=device,
        voice=voice,
        seed=seed,
        runs=runs,
        cold_runs=cold_runs,
        long=long,
        quality=quality,
        plot=plot,
        compare=compare,
        tolerance=tolerance,
        quiet=quiet or json,
    )
    store = open_store(world, offline=offline)
    if sweep:
        swept = commands.sweep(request, world, store, save=save)
        if json:
            render.render_json(swept)
        else:
            bench_tables.render_sweep(swept, world.console(), markdown=markdown)
        return
    result = commands.bench(request, world, store)
    if json:
        render.render_json(result)
    else:
        bench_tables.render_bench(result, world.console(), markdown=markdown)
    raise typer.Exit(result.exit_code)
