"""A program that writes while ``kokoro say -`` speaks what it has written."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from kokoro_cli.assets.store import Store
from kokoro_cli.bench.recognise import hear, plain_words
from kokoro_cli.types import Samples
from tests.conftest import Run, variables_of
from tests.toy_model import heard_tones

_HEADER = 44


def test_a_sentence_is_heard_while_the_next_is_being_written(toy_store: Store) -> None:
    heard = heard_tones(written_and_spoken(toy_store))
    assert heard.index("ɡɑɹdən") < heard.index("ɛləfənt") < heard.index("kæfA")


@pytest.mark.real
def test_what_is_written_and_spoken_at_once_is_heard(real_store: Store) -> None:
    heard = plain_words(hear(written_and_spoken(real_store)).replace("é", "e"))
    assert heard.index("garden") < heard.index("elephant") < heard.index("cafe")


def written_and_spoken(store: Store) -> Samples:
    """Write two sentences into the program, and the second once the first is heard."""
    command = [sys.executable, "-m", "kokoro_cli", "say", "-", "-o", "-", "--quiet"]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=variables_of(store.cache),
    ) as speaking:
        assert speaking.stdin
        assert speaking.stdout
        speaking.stdin.write(b"The first sentence is about a garden. The")
        speaking.stdin.flush()
        # This would wait for ever, were all of the text read before any of it is spoken.
        first = speaking.stdout.read(_HEADER + 48_000)
        speaking.stdin.write(" second names an elephant in a café.".encode())
        speaking.stdin.close()
        rest = speaking.stdout.read()
    assert speaking.returncode == 0
    return np.frombuffer((first + rest)[_HEADER:], dtype="<i2").astype(np.float32) / 32768


def test_nothing_in_a_pipe_is_an_error(toy_cli: Run) -> None:
    done = toy_cli("say", "-", "-o", "-", input=b" \n\n ", text=False)
    assert done.returncode == 1
    assert done.stderr.startswith(b"Error: There is nothing to speak in this text.")


def test_strict_waits_for_all_of_the_text(toy_cli: Run) -> None:
    text = "One is here.\n\nWelcome to Привет.\n".encode()
    done = toy_cli("say", "-", "-o", "-", "--strict", input=text, text=False)
    assert done.returncode == 1
    assert len(done.stdout) <= _HEADER
    assert "Привет" in done.stderr.decode()
