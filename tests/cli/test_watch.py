from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from kokoro_cli.batch.inputs import Source
from kokoro_cli.batch.library import Contents, Outline
from kokoro_cli.batch.plan import InputPiece, Output
from kokoro_cli.batch.run import OutputResult, Status
from kokoro_cli.cli.watch import Forecast, minutes, watching
from kokoro_cli.errors import KokoroError


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def output(name: str, seconds: float) -> Output:
    contents = Contents("", 10, seconds, "")
    outline = Outline("", "", None, (contents,), False, (), "")
    return Output(Path(name), (InputPiece(Source(Path("in.txt")), outline, (0,)),), name, "")


A, B, C = output("a.wav", 60.0), output("b.wav", 120.0), output("c.wav", 240.0)


def forecast(speed: float = 1.0) -> tuple[Forecast, Clock]:
    clock = Clock()
    made = Forecast(speed, clock)
    made.plan([A, B, C])
    return made, clock


@pytest.mark.parametrize(
    "seconds, text",
    [
        (0, "0 s"),
        (0.4, "0 s"),
        (9.4, "9 s"),
        (59.4, "59 s"),
        (59.6, "1:00"),
        (60, "1:00"),
        (754, "12:34"),
        (3599.4, "59:59"),
        (3599.6, "1:00:00"),
        (3723, "1:02:03"),
        (100 * 3600, "100:00:00"),
    ],
)
def test_minutes(seconds: float, text: str) -> None:
    assert minutes(seconds) == text


@given(st.floats(0, 1e7))
def test_minutes_say_the_seconds(seconds: float) -> None:
    total = 0
    for part in minutes(seconds).removesuffix(" s").split(":"):
        total = 60 * total + int(part)
    assert total == round(seconds)


# The forecast


def test_at_the_beginning_all_is_a_guess() -> None:
    made, _ = forecast()
    assert (made.done_seconds, made.total_seconds) == (0, 420)
    assert made.guess(B) == 120


def test_speed_makes_it_shorter() -> None:
    made, _ = forecast(2.0)
    assert made.total_seconds == 210
    assert made.guess(B) == 60


def test_guess_is_mended_by_what_was_made() -> None:
    made, clock = forecast()
    made.spoke(90.0)
    clock.now += 9
    made.ended(A, made=True)
    assert made.total_seconds == pytest.approx(90 + 1.5 * 360)
    assert made.guess(B) == pytest.approx(180)
    assert made.real_time_factor == pytest.approx(0.1)
    assert made.left_seconds == pytest.approx(54)


def test_short_output_mends_no_guess() -> None:
    short = output("short.wav", 5.0)
    made = Forecast(1.0, Clock())
    made.plan([short, B])
    made.spoke(50.0)
    made.ended(short, made=True)
    assert made.guess(B) == 120


@pytest.mark.parametrize("spoken", [0.0, 30.0])
def test_what_is_not_made_counts_for_nothing(spoken: float) -> None:
    made, _ = forecast()
    made.spoke(spoken)
    made.ended(B, made=False)
    assert made.total_seconds == 300
    assert made.done_seconds == 0


def test_nothing_to_do() -> None:
    made = Forecast(1.0, Clock())
    made.plan([])
    assert (made.total_seconds, made.left_seconds) == (0, 0)
    for each in (A, B, C):
        made.ended(each, made=False)
    assert made.total_seconds == 0


steps = st.lists(
    st.tuples(st.floats(0.1, 500), st.floats(0.1, 500), st.booleans()), min_size=3, max_size=3
)


@given(steps, st.floats(0.5, 2.0))
def test_forecast_is_never_absurd(lengths: list[tuple[float, float, bool]], speed: float) -> None:
    made, clock = forecast(speed)
    done = 0.0
    for each, (length, took, whole) in zip((A, B, C), lengths, strict=True):
        for part in (0.3, 0.9, 1.0):
            made.spoke(part * length)
            clock.now += took / 3
            assert made.done_seconds == pytest.approx(done + part * length)
            assert made.total_seconds >= made.done_seconds
            assert made.left_seconds >= 0
            assert made.real_time_factor > 0
        made.ended(each, made=whole)
        done += length * whole
        assert made.done_seconds == pytest.approx(done)
    assert made.total_seconds == pytest.approx(done)
    assert made.left_seconds == pytest.approx(0)


# What is shown


def result(of: Output, status: Status = "made", seconds: float = 0.0) -> OutputResult:
    error = KokoroError("The disk is full.") if status == "failed" else None
    return OutputResult(of, status, seconds, error=error)


def watch(console: Console, *, quiet: bool = False, json: bool = False) -> None:
    """Show a job of three outputs: made, failed, unchanged."""
    with watching(console, 1.0, quiet=quiet, json=json) as watcher:
        watcher.planned([A, B, C])
        watcher.ended(result(C, "unchanged", 200.0))
        watcher.begun(A)
        watcher.spoke(A, "Hello [bold]there[/].", 1.25)
        watcher.spoke(A, "And again.", 75.0)
        watcher.ended(result(A, "made", 75.0))
        watcher.begun(B)
        watcher.note("A [note].")
        watcher.ended(result(B, "failed"))


def shown(*, terminal: bool = False, quiet: bool = False, json: bool = False) -> str:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=terminal, width=100, color_system=None)
    watch(console, quiet=quiet, json=json)
    return stream.getvalue()


def test_plain_lines() -> None:
    assert shown().splitlines() == [
        "[1/3] c.wav: 3:20, unchanged",
        "[2/3] a.wav: 1:15, made",
        "A [note].",
        "[3/3] b.wav: The disk is full.",
    ]


def test_bars() -> None:
    text = shown(terminal=True)
    assert "[3/3] b.wav: The disk is full." in text
    assert "A [note]." in text
    assert "a.wav: 1:15" not in text
    assert "3/3 files" in text


def test_bars_of_one_file_have_its_name() -> None:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=120, color_system=None)
    name = "a [b] " + "long " * 10 + ".wav"
    long = output(name, 30.0)
    with watching(console, 1.0, quiet=False, json=False) as watcher:
        watcher.planned([long])
        watcher.begun(long)
        watcher.spoke(long, "text", 29.0)
        watcher.shown.refresh()  # type: ignore[attr-defined]
        watcher.ended(result(long, "made", 29.0))
    assert f"{name[:31]}…" in stream.getvalue()


def test_quiet_shows_notes_alone() -> None:
    assert shown(quiet=True) == "A [note].\n"


def test_events(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(json=True) == ""
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
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
