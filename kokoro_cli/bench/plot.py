"""Draw a report: latency by length of the text, and the phases of a cold start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kokoro_cli.bench.report import Report, Row
from kokoro_cli.errors import FeatureNotInstalledError, KokoroError, UsageError

SUFFIXES = (".svg", ".png", ".pdf")

_COLOURS = ("#1b6ca8", "#d1603d", "#4c9f70", "#8e5ea2", "#c29b2b", "#555555")
_PHASES = {
    "start": "#9a9a9a",
    "imports": "#c29b2b",
    "model": "#1b6ca8",
    "reader": "#4c9f70",
    "text": "#8e5ea2",
    "speech": "#d1603d",
}


def check_plot(path: Path) -> None:
    """Raise UsageError or FeatureNotInstalledError if no picture can be written to *path*."""
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(
            f"The name {path.name!r} has no ending of a picture.",
            hint=f"Use one of these endings: {', '.join(SUFFIXES)}.",
        )
    if not path.parent.is_dir():
        raise UsageError(f"There is no folder {path.parent}.", hint="Make it first.")
    _pyplot()


def _pyplot() -> Any:
    try:
        import matplotlib
    except ImportError as error:
        raise FeatureNotInstalledError(
            "Pictures need matplotlib.", hint="Install it with: pip install 'kokoro-cli[bench]'"
        ) from error
    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "kokoro"  # The same report gives the same picture.
    import matplotlib.pyplot

    return matplotlib.pyplot


def plot(report: Report, path: Path) -> None:
    """Write the picture; the name's ending decides the format."""
    pyplot = _pyplot()
    cold = [row for row in report.rows if row.state == "cold"]
    panels = [_draw_latency] + [_draw_phases] * bool(cold)
    figure, axes = pyplot.subplots(
        len(panels), 1, figsize=(9, 4.5 * len(panels)), layout="constrained", squeeze=False
    )
    try:
        for draw, axis in zip(panels, axes[:, 0], strict=True):
            draw(axis, report.rows)
        caption = f"{report.model} · {report.voice} · {report.machine.processor}"
        figure.supxlabel(caption, fontsize=8, color="#666666")
        dateless = {"Date": None} if path.suffix.lower() == ".svg" else {}
        figure.savefig(path, dpi=150, metadata=dateless)
    except OSError as error:
        raise KokoroError(f"{path} could not be written: {error.strerror}.") from error
    finally:
        pyplot.close(figure)


def _draw_latency(axis: Any, rows: list[Row]) -> None:
    """Plot each engine's seconds until the first and the last sound, by number of words."""
    series = list(dict.fromkeys((row.state, row.engine, row.device) for row in rows))
    for colour, key in zip(_COLOURS * len(series), series, strict=False):
        own = sorted((row for row in rows if row.key[:3] == key), key=lambda row: row.words)
        words = [row.words for row in own]
        state, engine, device = key
        for quantity, dashes, marker in (
            ("first_audio_seconds", "-", "o"),
            ("total_seconds", "--", "s"),
        ):
            found = [getattr(row, quantity) for row in own]
            axis.plot(
                words,
                [each.p50 for each in found],
                dashes,
                marker=marker,
                color=colour,
                label=f"{engine} on {device}, {state}: "
                + ("first sound" if marker == "o" else "all of it"),
            )
            axis.fill_between(
                words,
                [min(each.runs) for each in found],
                [max(each.runs) for each in found],
                color=colour,
                alpha=0.15,
                linewidth=0,
            )
    targets = {row.words: row.target_seconds for row in rows if row.target_seconds}
    if targets:
        axis.plot(
            list(targets), list(targets.values()), "k*", markersize=11, label="target", zorder=5
        )
    axis.set(xscale="log", yscale="log", xlabel="words", ylabel="seconds (median, least to most)")
    axis.set_title("Latency by length of the text", loc="left")
    lengths = sorted({row.words for row in rows})
    axis.set_xticks(lengths, [str(length) for length in lengths], minor=False)
    axis.minorticks_off()
    axis.yaxis.set_major_formatter(lambda value, place: f"{value:g}")
    axis.set_yticks(_ticks([run for row in rows for run in row.total_seconds.runs], targets))
    axis.grid(alpha=0.25)
    axis.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0)


def _ticks(seconds: list[float], targets: dict[int, float]) -> list[float]:
    low, high = min([*seconds, *targets.values()]), max(seconds)
    steps = [base * 10.0**power for power in range(-3, 5) for base in (1, 2, 5)]
    return [step for step in steps if low / 2 <= step <= high * 2]


def _draw_phases(axis: Any, rows: list[Row]) -> None:
    """Plot each engine's phases of a cold start with the shortest text as bars over time."""
    cold = [row for row in rows if row.state == "cold"]
    shortest = min(row.words for row in cold)
    shown = [row for row in cold if row.words == shortest]
    for place, row in enumerate(reversed(shown)):
        for phase in row.phases:
            beside = phase.name in ("imports", "model", "reader")
            height, shift = (0.36, 0.2 if phase.name == "model" else -0.2) if beside else (0.76, 0)
            axis.barh(
                place + shift,
                phase.end_seconds - phase.start_seconds,
                left=phase.start_seconds,
                height=height,
                color=_PHASES.get(phase.name, "#333333"),
                label=phase.name if place == len(shown) - 1 else None,
            )
    names = [f"{row.engine} on {row.device}" for row in reversed(shown)]
    axis.set_yticks(range(len(shown)), names)
    axis.set(xlabel=f"seconds until the first sound of {shortest} words, fresh process")
    axis.set_title("Where the time of a cold start goes", loc="left")
    axis.grid(axis="x", alpha=0.25)
    axis.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0)
