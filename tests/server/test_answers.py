"""Whole and streamed answers: their bytes, their ends, and who leaves."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import numpy as np
import pytest

from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.sinks.formats import Encoding
from kokoro_cli.types import Rendering
from tests.conftest import cli_in
from tests.server.conftest import Serve
from tests.server.serving import PATIENCE_SECONDS, Served
from tests.sinks.decoded import decoded

TEXT = "It costs $3.50, doctor. Nobody knew that; the second sentence is longer than the first one."


def settle(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def figure(served: Served, name: str) -> float:
    lines = served.service.figures.text().decode().splitlines()
    return float(next(line for line in lines if line.startswith(f"{name} ")).split()[1])


def said(cache: Path, path: Path, *options: str) -> bytes:
    """Return what the command line writes."""
    made = cli_in(cache, "say", TEXT, "-o", str(path), *options)
    assert made.returncode == 0, made.stderr
    return path.read_bytes()


@pytest.mark.parametrize("form", ["wav", "flac", "opus", "aac", "pcm"])
@pytest.mark.parametrize("options", [{}, {"voice": "bm_george", "speed": 1.3, "seed": 7}], ids=str)
def test_a_whole_answer_has_the_bytes_of_the_command_line(
    served: Served, cache: Path, tmp_path: Path, form: str, options: dict[str, object]
) -> None:
    flags = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    expected = said(cache, tmp_path / f"said.{form}", *flags)
    for _ in range(2):  # Spoken, and from the store.
        answer = served.speech(TEXT, response_format=form, stream=False, **options)
        assert answer.content == expected
        assert answer.headers["content-length"] == str(len(expected))


NOTES = "# Alpha\n\nBravo.\n\nCharlie.\n\n* * *\n\nDelta."


def test_pauses_are_those_of_the_command_line(served: Served, cache: Path, tmp_path: Path) -> None:
    lengths = set()
    for fields in (
        {},
        {"gap_seconds": 1.0},
        {"paragraph_gap_seconds": 1.5},
        {"heading_gap_seconds": 2.0},
        {"gap_seconds": 0.1, "paragraph_gap_seconds": 0.2, "heading_gap_seconds": 3.0},
    ):
        flags = [
            part
            for name, value in fields.items()
            for part in (f"--{name.removesuffix('_seconds').replace('_', '-')}", str(value))
        ]
        path = tmp_path / "said.wav"
        made = cli_in(cache, "say", NOTES, "-o", str(path), *flags)
        assert made.returncode == 0, made.stderr
        answer = served.speech(NOTES, response_format="wav", stream=False, **fields)
        assert answer.content == path.read_bytes()
        lengths.add(len(answer.content))
    assert len(lengths) == 5


@pytest.mark.parametrize("name", ["gap_seconds", "paragraph_gap_seconds", "heading_gap_seconds"])
@pytest.mark.parametrize("seconds", [-0.1, 60.1, "long"])
def test_impossible_pauses_are_named(served: Served, name: str, seconds: object) -> None:
    answer = served.speech(NOTES, **{name: seconds})
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == name


@pytest.mark.parametrize("form", ["flac", "aac", "pcm"])
def test_a_streamed_answer_has_the_sound_of_a_streamed_say(
    served: Served, cache: Path, tmp_path: Path, form: str
) -> None:
    said(cache, tmp_path / "said.wav", "--stream")
    answer = served.speech(TEXT, response_format=form)
    assert "content-length" not in answer.headers
    expected = decoded((tmp_path / "said.wav").read_bytes(), Encoding("wav"))
    got = decoded(answer.content, Encoding(form))
    assert abs(len(got) - len(expected)) <= (0 if form != "aac" else 2100)
    if form != "aac":
        np.testing.assert_allclose(got, expected, atol=2**-14)


def test_an_mp3_is_the_files_frames_without_its_tags(
    served: Served, cache: Path, tmp_path: Path
) -> None:
    file = said(cache, tmp_path / "said.mp3")
    body = served.speech(TEXT, stream=False).content
    assert file.endswith(body)
    assert not body.startswith(b"ID3")
    assert b"Xing" not in body[:500]
    assert b"Info" not in body[:500]


def test_a_whole_answer_has_a_tag_and_its_times(served: Served) -> None:
    first = served.speech(TEXT, stream=False)
    times = [float(first.headers[f"x-{n}-time"]) for n in ("generation", "encode", "total")]
    assert times[0] + times[1] <= times[2] + 1
    seconds = float(first.headers["x-audio-seconds"])
    assert seconds == pytest.approx(
        len(decoded(first.content, Encoding("mp3"))) / SAMPLE_RATE, abs=0.1
    )
    tag = first.headers["etag"]
    assert served.speech(TEXT, stream=False).headers["etag"] == tag
    for other in ({"speed": 1.1}, {"voice": "af_sky"}, {"response_format": "wav"}, {"seed": 1}):
        assert served.speech(TEXT, stream=False, **other).headers["etag"] != tag
    assert served.speech(TEXT + "!", stream=False).headers["etag"] != tag
    again = served.client.post(
        "/v1/audio/speech", json={"input": TEXT, "stream": False}, headers={"If-None-Match": tag}
    )
    assert (again.status_code, again.content) == (304, b"")


def test_the_store_can_be_switched_off(serve: Serve) -> None:
    with serve(store=False) as served:
        kept = served.service.speaker.store.cache / "spoken"
        before = set(kept.glob("*/*"))
        assert served.speech("Nobody has said this before.").status_code == 200
        settle(lambda: served.service.queue.is_idle)
        assert set(kept.glob("*/*")) == before


def failing_at(number: int, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the engine give noise from its call of that number on."""
    engine = served.service.speaker.engine
    render, calls = engine.render, []

    def broken(phonemes: str, style: object, **options: object) -> Rendering:
        calls.append(phonemes)
        made = render(phonemes, style, **options)  # type: ignore[arg-type]
        bad = Rendering(np.full_like(made.samples, np.nan), made.frames)
        return made if len(calls) < number else bad

    monkeypatch.setattr(engine, "render", broken)


def test_a_failure_in_the_middle_breaks_the_transfer(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(store=False) as served:
        served.speech()
        failing_at(2, served, monkeypatch)
        got = b""
        with (
            pytest.raises(httpx.RemoteProtocolError),
            served.client.stream("POST", "/v1/audio/speech", json={"input": TEXT}) as answer,
        ):
            for piece in answer.iter_bytes():
                got += piece
        assert got
        assert figure(served, "kokoro_failed_total") == 1
        events = served.speech(TEXT, stream_format="sse")
        assert events.status_code == 500


def test_a_failure_in_the_middle_of_events_is_an_event(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(store=False) as served:
        served.speech()
        failing_at(2, served, monkeypatch)
        events = served.speech(TEXT, stream_format="sse")
        assert events.status_code == 200
        assert "speech.audio.done" not in events.text
        assert '"error"' in events.text.strip().rsplit("data: ", 1)[1]


def test_a_whole_answer_that_fails_is_an_error(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(store=False) as served:
        served.speech()
        failing_at(1, served, monkeypatch)
        answer = served.speech(TEXT, stream=False)
        assert answer.status_code == 500
        assert "values that are no numbers" in answer.json()["error"]["message"]
        assert served.client.get("/health").status_code == 200


@pytest.mark.parametrize("stream", [True, False])
def test_who_leaves_frees_the_work(serve: Serve, stream: bool) -> None:
    text = " ".join(f"Sentence number {number} is here." for number in range(300))
    with serve(store=False) as served:
        parts = urlsplit(served.url)
        body = f'{{"input": "{text}", "stream": {str(stream).lower()}}}'
        head = (
            f"POST /v1/audio/speech HTTP/1.1\r\nHost: {parts.netloc}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        with socket.create_connection((parts.hostname, parts.port)) as asks:
            asks.sendall((head + body).encode())
            settle(lambda: served.service.queue.running == 1)
        settle(lambda: served.service.queue.is_idle)
        assert figure(served, "kokoro_audio_seconds_total") < 300
        settle(lambda: figure(served, "kokoro_cancelled_total") == 1)


def test_a_client_that_does_not_read_holds_up_nobody(serve: Serve) -> None:
    text = " ".join(f"Sentence number {number} is here." for number in range(600))
    with serve(store=False) as served:
        body = {"input": text, "response_format": "wav"}
        with served.client.stream("POST", "/v1/audio/speech", json=body) as answer:
            pieces = answer.iter_raw(4096)
            next(pieces)
            settle(lambda: figure(served, "kokoro_audio_seconds_total") > 60)
            time.sleep(1)
            made = figure(served, "kokoro_audio_seconds_total")
            other = served.speech("Somebody else asks.", stream=False)
            assert other.status_code == 200
            time.sleep(0.5)
            assert figure(served, "kokoro_audio_seconds_total") < made + 20
            length = 4096 + sum(map(len, pieces))
        assert length / 2 / SAMPLE_RATE > 600


def test_a_whole_answer_has_a_limit(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kokoro_cli.server.encoded._MOST_BYTES", 1_000_000)
    text = "One. [pause:30s] Two."
    answer = served.speech(text, response_format="pcm", stream=False)
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "too_long"
    streamed = served.speech(text, response_format="pcm")
    assert len(streamed.content) > 30 * 2 * SAMPLE_RATE


def test_all_whole_answers_together_have_a_limit(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kokoro_cli.server.encoded._MOST_HELD", 1000)
    answer = served.speech(stream=False)
    assert answer.status_code == 429
    monkeypatch.undo()
    assert served.speech(stream=False).status_code == 200


def test_texts_that_wait_for_their_phonemes_have_a_limit(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kokoro_cli.server.service._MOST_PHONEMISED", 0)
    answer = served.client.post("/dev/phonemize", json={"text": "Hello."})
    assert answer.status_code == 429
    assert served.speech("Speech goes on.").status_code == 200
