"""What a job shows while it runs: bars on a terminal, plain lines elsewhere, or JSON events."""

from __future__ import annotations

import io
import json

from rich.console import Console

from kokoro_cli.batch.plan import Output
from kokoro_cli.batch.run import OutputResult, Status
from kokoro_cli.cli.environment import Environment
from kokoro_cli.cli.terminal.watch import watching
from kokoro_cli.errors import KokoroError
from tests.batch.outputs import A, B, C, output


def result(of: Output, status: Status = "made", seconds: float = 0.0) -> OutputResult:
    error = KokoroError("The disk is full.") if status == "failed" else None
    return OutputResult(of, status, seconds, error=error)


class Streams(Environment):
    """Streams in memory. Standard error is a terminal of that width if one is given."""

    def __init__(self, width: int | None = None) -> None:
        self.out, self.err = io.StringIO(), io.StringIO()
        super().__init__(stdin=None, stdout=self.out, stderr=self.err, variables={})
        if width:
            self.console = Console(
                file=self.err, force_terminal=True, width=width, color_system=None
            )


def shown(*, terminal: bool = False, quiet: bool = False, json: bool = False) -> tuple[str, str]:
    """Show a job of three outputs: made, failed, unchanged; return what both streams got."""
    streams = Streams(100 if terminal else None)
    with watching(streams, 1.0, quiet=quiet, json=json) as watcher:
        watcher.planned([A, B, C])
        watcher.ended(result(C, "unchanged", 200.0))
        watcher.begun(A)
        watcher.spoke(A, "Hello [bold]there[/].", 1.25)
        watcher.spoke(A, "And again.", 75.0)
        watcher.ended(result(A, "made", 75.0))
        watcher.begun(B)
        watcher.note("A [note].")
        watcher.ended(result(B, "failed"))
    return streams.out.getvalue(), streams.err.getvalue()


def test_plain_lines() -> None:
    out, err = shown()
    assert out == ""
    assert err.splitlines() == [
        "[1/3] c.wav: 3:20, unchanged",
        "[2/3] a.wav: 1:15, made",
        "A [note].",
        "[3/3] b.wav: The disk is full.",
    ]


def test_bars() -> None:
    out, text = shown(terminal=True)
    assert out == ""
    assert "[3/3] b.wav: The disk is full." in text
    assert "A [note]." in text
    assert "a.wav: 1:15" not in text
    assert "3/3 files" in text


def test_bars_of_one_file_have_its_name() -> None:
    streams = Streams(120)
    name = "a [b] " + "long " * 10 + ".wav"
    long = output(name, 30.0)
    with watching(streams, 1.0, quiet=False, json=False) as watcher:
        watcher.planned([long])
        watcher.begun(long)
        watcher.spoke(long, "text", 29.0)
        watcher.shown.refresh()  # type: ignore[attr-defined]
        watcher.ended(result(long, "made", 29.0))
    assert f"{name[:31]}…" in streams.err.getvalue()


def test_quiet_shows_notes_alone() -> None:
    assert shown(quiet=True) == ("", "A [note].\n")


def test_events() -> None:
    out, err = shown(json=True)
    assert err == ""
    events = [json.loads(line) for line in out.splitlines()]
    assert [event.pop("event") for event in events] == (
        "planned ended begun spoke spoke ended begun note ended".split()
    )
    assert [set(event) for event in events[:5]] == [
        {"outputs", "seconds"},
        {"output", "status", "seconds", "error"},
        {"output", "sources", "seconds"},
        *[
            {
                "output",
                "text",
                "seconds",
                "done_seconds",
                "total_seconds",
                "real_time_factor",
                "left_seconds",
            }
        ]
        * 2,
    ]
    assert events[0] == {"outputs": 3, "seconds": 420.0}
    assert events[2] == {"output": "a.wav", "sources": ["in.txt"], "seconds": 60.0}
    assert (events[3]["text"], events[3]["seconds"]) == ("Hello [bold]there[/].", 1.25)
    assert events[5] == {"output": "a.wav", "status": "made", "seconds": 75.0, "error": None}
    assert events[7] == {"text": "A [note]."}
    assert (events[8]["status"], events[8]["error"]) == ("failed", "The disk is full.")
