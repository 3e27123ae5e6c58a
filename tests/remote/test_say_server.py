"""``kokoro say --server``: the same speech as here, and a clear error whatever the server does."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from kokoro_cli.remote import asking
from tests.conftest import Run
from tests.remote.misbehaving import CHUNK, DONE, answer, events, misbehaving
from tests.server.serving import Served
from tests.sinks.loudspeaker import home_with_loudspeaker, needs_portaudio, read_played

TEXT = "Hello there. We counted the boxes twice.\n\nAnd the very last word is elephant."


@pytest.mark.parametrize("name", ["speech.wav", "speech.flac"])
def test_a_file_has_the_bytes_of_speech_here(
    served: Served, toy_cli: Run, tmp_path: Path, name: str
) -> None:
    here, there = tmp_path / "here" / name, tmp_path / "there" / name
    results = []
    for path, more in ((here, []), (there, ["--server", served.url])):
        path.parent.mkdir()
        done = toy_cli("say", TEXT, "--speed", "1.2", "-o", str(path), "--json", *more)
        assert done.returncode == 0, done.stderr
        results.append(json.loads(done.stdout))
    assert here.read_bytes() == there.read_bytes()
    for key in ("voice", "language", "engine", "model", "chunks", "not_spoken", "audio_seconds"):
        assert results[0][key] == results[1][key], key


def test_a_pipe_has_the_bytes_of_speech_here(served: Served, toy_run: Run) -> None:
    sound = []
    for more in ({}, {"KOKORO_SERVER": f"{served.url}v1/"}):
        done = toy_run("say", TEXT, "-o", "-", "--style", "af_sky", environment=more, text=False)
        assert done.returncode == 0, done.stderr
        sound.append(done.stdout)
    assert len(sound[0]) > 10_000
    assert sound[0] == sound[1]


def test_what_is_not_spoken_is_reported_and_may_be_an_error(
    served: Served, toy_cli: Run, tmp_path: Path
) -> None:
    text, path = "Hello there. \u16a0\u16a2", tmp_path / "runes.wav"
    done = toy_cli("say", text, "-o", str(path), "--server", served.url)
    assert (done.returncode, "16a" in done.stderr or "ᚠ" in done.stderr) == (0, True)
    path.unlink()
    strict = toy_cli("say", text, "-o", str(path), "--strict", "--server", served.url)
    assert strict.returncode == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--server", "localhost:8880"], "no address"),
        (["--server", "ftp://localhost"], "no address"),
        (["--server", "http://user:secret@localhost"], "password"),
        (["--server", "http://localhost", "--engine", "onnx"], "--engine"),
        (["--server", "http://localhost", "--offline"], "--offline"),
        (["--server", "http://localhost", "--max-phonemes", "100"], "--max-phonemes"),
        (["--server", "http://localhost", "--lexicon", "a.toml"], "--lexicon"),
        (["--server", "http://localhost", "--speed", "3"], "speed"),
    ],
)
def test_what_a_server_cannot_be_asked_is_an_error(
    toy_cli: Run, options: list[str], named: str
) -> None:
    done = toy_cli("say", "Hello.", *options)
    assert done.returncode == 2
    assert named in done.stderr
    assert "secret" not in done.stderr


BUSY = answer(
    "429 Too Many Requests", b'{"error": {"message": "full"}}', "a/b", "retry-after-ms: 1"
)
BROKEN = {
    "401": (answer("401 No", b'{"error": {"message": "bad key"}}'), "bad key"),
    "moved": (answer("301 Moved", b"", "text/html", "Location: http://else/"), "http://else/"),
    "a page": (answer("200 OK", b"<html>", "text/html"), "text/html"),
    "sound": (answer("200 OK", b"RIFF", "audio/wav"), "audio/wav"),
    "no http": (b"hello\r\n\r\n", "does not speak HTTP"),
    "garbage": (events(b"data: {garbage\n\n"), "no JSON"),
    "a list": (events(b"data: []\n\n"), "another kind"),
    "others": (events(b'data: {"type": "speech.audio.delta", "audio": "AAAA"}\n\n'), "than ours"),
    "no base64": (events(CHUNK.replace(b"AAABAA==", b"!")), "than ours"),
    "frames": (events(CHUNK.replace(b"[1, 1, 1]", b"[1]")), "than ours"),
    "too much": (events(CHUNK.replace(b'"length": 2', b'"length": 1')), "than ours"),
    "too little": (events(CHUNK.replace(b'"length": 2', b'"length": 3'), DONE), "than ours"),
    "half": (events(CHUNK), "broke off"),
    "an error": (events(CHUNK, b'data: {"type": "error", "error": {"message": "no"}}\n\n'), "no."),
    "nothing": (events(DONE), "than ours"),
}


@pytest.mark.parametrize("sent", BROKEN.values(), ids=BROKEN)
def test_a_failure_is_one_clear_error_and_no_file(
    toy_cli: Run, tmp_path: Path, sent: tuple[bytes, str]
) -> None:
    with misbehaving(sent[0]) as server:
        done = toy_cli("say", "Hello.", "-o", str(tmp_path / "a.wav"), "--server", server.url)
    assert done.returncode == 1
    assert server.url in done.stderr
    assert sent[1] in done.stderr
    assert "Trying again" not in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_busy_server_is_asked_again(toy_cli: Run, tmp_path: Path) -> None:
    closed = b""
    answers = BUSY, closed, BUSY, events(b": waiting\n\n", CHUNK, DONE)
    with misbehaving(*answers) as server:
        done = toy_cli("say", "Hello.", "-o", str(tmp_path / "a.wav"), "--server", server.url)
    assert done.returncode == 0, done.stderr
    assert len(server.requests) == 4
    assert done.stderr.count("Trying again") == 1


def test_a_wait_that_is_too_long_is_an_error_at_once(toy_cli: Run) -> None:
    late = answer("503 Later", b"", "text/plain", "Retry-After: 3600")
    with misbehaving(late) as server:
        done = toy_cli("say", "Hello.", "-o", "-", "--server", server.url, text=False)
    assert done.returncode == 1
    assert b"503" in done.stderr


def test_the_key_is_sent_and_never_shown(toy_cli: Run) -> None:
    refused = answer("401 No", b'{"error": {"message": "the key s3cret is wrong"}}')
    with misbehaving(refused) as server:
        key = {"KOKORO_SERVER": server.url, "KOKORO_SERVER_KEY": "s3cret"}
        done = toy_cli("say", "Hello.", "-o", "-", environment=key)
    assert b"Authorization: Bearer s3cret" in server.requests[0]
    assert "s3cret" not in done.stderr
    assert "KOKORO_SERVER_KEY" in done.stderr


@pytest.mark.playback
@needs_portaudio
def test_what_is_played_is_what_is_written(served: Served, toy_run: Run, tmp_path: Path) -> None:
    played, written = tmp_path / "played.raw", tmp_path / "speech.wav"
    home = home_with_loudspeaker(tmp_path / "home", played)
    done = toy_run(
        *("say", TEXT, "-o", str(written), "--play", "--server", served.url), environment=home
    )
    assert done.returncode == 0, done.stderr
    samples, _ = soundfile.read(written, dtype="float32")
    heard = read_played(played)
    assert len(heard) == len(samples) > 10_000
    np.testing.assert_allclose(heard, samples, atol=1e-4)


def test_a_server_that_falls_silent_is_an_error(
    toy_cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "_SILENT_SECONDS", 0.2)
    with misbehaving(events(CHUNK), silent=True) as server:
        done = toy_cli("say", "Hello.", "-o", str(tmp_path / "a.wav"), "--server", server.url)
    assert done.returncode == 1
    assert "does not answer" in done.stderr
    assert not list(tmp_path.iterdir())
