"""How messages and lengths are shown to people and programs."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_cli.cli.render.common import minutes, with_flags
from kokoro_cli.engines import CHECKPOINT
from kokoro_cli.errors import ExitCode
from tests.conftest import Run
from tests.toy_model import install_toy


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


MESSAGES = {
    "`speed` and `skip_existing`": "--speed and --skip-existing",
    "`language`, `gap_seconds`, `bit_rate`": "--lang, --gap, --bitrate",
    "`stream`": "--stream",
    "There is no file `notes`.txt.": "There is no file `notes`.txt.",
    "`text of two words`": "`text of two words`",
}


@pytest.mark.parametrize("message, shown", MESSAGES.items())
def test_fields_are_shown_as_flags(message: str, shown: str) -> None:
    assert with_flags(message) == shown


@pytest.mark.parametrize(
    "arguments, name", [(["voices", "show", "`af`"], "'`af`'"), (["file", "`a`.txt"], "`a`.txt")]
)
def test_what_the_user_typed_is_shown_as_it_is(arguments: list[str], name: str, cli: Run) -> None:
    result = cli(*arguments)
    assert result.returncode in (ExitCode.MISSING, ExitCode.USAGE)
    assert name in result.stderr


def test_a_message_may_name_a_field_of_another_command(run: Run, tmp_path: Path) -> None:
    """In a process that knows no command but its own."""
    (install_toy(tmp_path / "cache") / CHECKPOINT).write_bytes(b"other weights")
    result = run("say", "Hello.", "-o", str(tmp_path / "x.wav"), "--engine", "onnx")
    assert result.returncode == ExitCode.MISSING
    assert result.stderr.endswith("Hint: Mend it with: kokoro models verify --repair\n")
