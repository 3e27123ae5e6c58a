"""Other programs: what each sends, and what it reads from the answers."""

from __future__ import annotations

import base64
import json
import struct
import threading
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import httpx
import numpy as np
import pytest
import soxr

from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.server import answers
from kokoro_cli.server.asked import OPENAI_VOICES
from kokoro_cli.sinks.formats import Encoding
from tests.server import heard
from tests.server.conftest import Serve
from tests.server.holding import holding
from tests.server.serving import Served
from tests.sinks.decoded import decoded, decoded_by_ffmpeg
from tests.toy_model import heard_tones

JSON = {"Content-Type": "application/json"}
KEY = "a-secret-key"

TEXT = "The boats came home."
LONG = "The boats came home. The bell rang twice, and nobody came. Then it was quiet."


def post(served: Served, path: str, body: str, **headers: str) -> httpx.Response:
    return served.client.post(path, content=body.encode(), headers={**JSON, **headers})


def assert_spoken(
    served: Served, data: bytes, format_name: str = "mp3", *, live: bool = True, text: str = TEXT
) -> None:
    expected = heard.samples(served.service, text, live=live)
    said = heard.letters(served.service, text)
    heard.assert_heard(heard.sound(data, format_name), said, expected, format_name)


# Open WebUI


def test_open_webui(serve: Serve) -> None:
    with serve(keys=(KEY,)) as served:
        # It asks for the lists without the key, and falls back to six voices if it fails.
        models = served.client.get("/v1/audio/models").json()["models"]
        assert "kokoro" in [model["id"] for model in models]
        assert "kokoro" in [model["id"] for model in served.client.get("/v1/models").json()["data"]]
        voices = served.client.get("/v1/audio/voices").json()["voices"]
        assert {voice["id"]: voice["name"] for voice in voices}["af_bella"] == "af_bella"
        body = (
            '{"input": "The boats came home.", "model": "kokoro", "voice": "af_bella",'
            ' "params": {"speed": 1}}'
        )
        answer = post(served, "/v1/audio/speech", body, Authorization=f"Bearer {KEY}")
        assert answer.headers["content-type"] == "audio/mpeg"  # Else it transcodes.
        assert_spoken(served, answer.content)
        refused = post(served, "/v1/audio/speech", body, Authorization="Bearer wrong-key")
        assert refused.status_code == 401
        assert "key" in refused.json()["error"]["message"]


# SillyTavern


def test_sillytavern_sends_an_empty_key(served: Served) -> None:
    body = (
        '{"input": "The boats came home.", "response_format": "mp3", "voice": "af_heart",'
        ' "speed": 1, "model": "tts-1"}'
    )
    connection = HTTPConnection(urlsplit(served.url).netloc)  # httpx refuses to send this.
    connection.request("POST", "/v1/audio/speech", body, {**JSON, "Authorization": "Bearer "})
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    assert answer.status == 200
    assert_spoken(served, data)


# LibreChat


@pytest.mark.parametrize("key", [{"Authorization": f"Bearer {KEY}"}, {"api-key": KEY}])
def test_librechat_joins_answers(serve: Serve, key: dict[str, str]) -> None:
    pieces = ["The boats came home.", "The bell rang twice, and nobody came.", "Then it was quiet."]
    with serve(keys=(KEY,)) as served:
        bodies = []
        for piece in pieces:  # It may have no voice.
            body = json.dumps({"input": piece, "model": "tts-1", "backend": "openai"})
            answer = post(served, "/v1/audio/speech", body, **key)
            assert answer.headers["x-voice"] == "af_heart"
            bodies.append(answer.content)
            assert_spoken(served, answer.content, text=piece)
        said = "".join(heard.letters(served.service, piece) for piece in pieces)
        expected = sum(heard.samples(served.service, piece) for piece in pieces)
    joined = b"".join(bodies)
    assert b"ID3" not in joined
    assert b"Xing" not in joined
    assert b"Info" not in joined
    for sound in heard.sound(joined), decoded_by_ffmpeg(joined, Encoding("mp3")):
        # Each answer ends with a part of a frame and the coder's delay.
        assert expected - 4 <= len(sound) <= expected + len(pieces) * heard.MORE["mp3"]
        assert heard_tones(sound) == said


# LiveKit


def livekit_sound(lines: list[str], format_name: str) -> heard.Sound:
    """Decode as it does: one decoder gets the deltas of all events."""
    data = b""
    for line in lines:
        if line.startswith("data:"):
            event = json.loads(line.removeprefix("data:").strip())
            data += base64.b64decode(event.get("audio") or event.get("delta") or "")
    return heard.sound(data, format_name)


def test_livekit(served: Served) -> None:
    assert served.client.get("/v1/").status_code in (200, 404)  # Only to connect early.
    assert served.client.get("/").status_code == 200
    body = {
        **{"model": "gpt-4o-mini-tts", "input": LONG, "voice": "ash", "speed": 1.0},
        **{"response_format": "mp3", "stream_format": "sse", "instructions": None},
    }
    with served.client.stream("POST", "/v1/audio/speech", json=body) as answer:
        assert answer.headers["content-type"].split(";")[0] == "text/event-stream"
        lines = list(answer.iter_lines())
    sound = livekit_sound(lines, "mp3")
    expected = heard.samples(served.service, LONG, live=True)
    heard.assert_heard(sound, heard.letters(served.service, LONG), expected)


def test_a_stream_of_events_is_alive_while_it_waits(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "_COMMENT_SECONDS", 0.02)
    body = {"input": LONG, "stream_format": "sse", "response_format": "pcm"}
    with serve(store=False) as served, holding() as held:
        with served.client.stream("POST", "/v1/audio/speech", json=body) as answer:
            lines = answer.iter_lines()
            comments = [next(lines) for _ in range(6)]
            held.speak(1)
            seen = [next(line for line in lines if line.startswith("data:"))]
            seen += [next(lines) for _ in range(5)]
            held.speak()
            seen += list(lines)
        expected = heard.samples(served.service, LONG, live=True)
    assert comments == [": waiting", ""] * 3
    assert ": waiting" in seen[1:6]
    assert len(livekit_sound(seen, "pcm")) == pytest.approx(expected, abs=4)


def test_openais_older_models_get_sound(served: Served) -> None:
    answer = served.speech(TEXT, model="tts-1", voice="ash", response_format="mp3")
    assert answer.headers["content-type"] == "audio/mpeg"


# Pipecat


@pytest.mark.parametrize("voice", OPENAI_VOICES)
def test_pipecat(served: Served, voice: str) -> None:
    body = {"input": TEXT, "model": "gpt-4o-mini-tts", "voice": voice, "response_format": "pcm"}
    with served.client.stream("POST", "/v1/audio/speech", json=body) as answer:
        data = b"".join(answer.iter_raw(1024))
        assert answer.headers["x-sample-rate"] == "24000"
    assert len(data) % 2 == 0
    language = "b" if OPENAI_VOICES[voice].startswith("b") else "a"
    said = heard.letters(served.service, TEXT, language=language)
    assert heard_tones(np.frombuffer(data, "<i2").astype(np.float32) / 32768) == said


# wyoming_openai


def test_wyoming_openai_reads_a_header_and_then_sound(served: Served) -> None:
    assert served.client.get("/v1/test").json() == {"status": "ok"}
    voices = served.client.get("/v1/audio/voices").json()["voices"]
    assert {"af_bella", "bm_george"} <= {voice["id"] for voice in voices}
    body = {"model": "kokoro", "voice": "af_bella", "input": LONG, "response_format": "wav"}
    with served.client.stream("POST", "/v1/audio/speech", json=body) as answer:
        assert answer.headers["content-type"] == "audio/wav"
        data = b"".join(answer.iter_raw(2048))
    head = data[:2048]
    assert (head[:4], head[8:16]) == (b"RIFF", b"WAVEfmt ")
    kind, channels, rate, _, width, bits = struct.unpack_from("<HHIIHH", head, 20)
    assert (kind, channels, rate, width, bits) == (1, 1, 24_000, 2, 16)
    start = head.index(b"data") + 8
    sound = np.frombuffer(data[start:], "<i2").astype(np.float32) / 32768
    expected = heard.samples(served.service, LONG, live=True)
    heard.assert_heard(sound, heard.letters(served.service, LONG), expected, "wav")


# AnythingLLM


def test_anythingllm(served: Served) -> None:
    voices = served.client.get("/v1/audio/voices").json()["voices"]
    assert all(isinstance(v, str) or (v["id"] and v["name"]) for v in voices)
    body = {"model": "kokoro", "voice": "af_bella", "input": TEXT}  # It names no format.
    answer = served.client.post("/v1/audio/speech", json=body)
    assert_spoken(served, answer.content)


# Telephone systems


def spoken_samples(served: Served, rate: int) -> int:
    return round(heard.samples(served.service, TEXT) * rate / SAMPLE_RATE)


@pytest.mark.parametrize(("codec", "kind"), [("mulaw", 7), ("pcmu", 7), ("alaw", 6), ("pcma", 6)])
def test_whole_telephone_wav_says_its_length(served: Served, codec: str, kind: int) -> None:
    answer = served.speech(
        TEXT, response_format="wav", encoding=codec, sample_rate=8000, stream=False
    )
    data = answer.content
    assert answer.headers["content-type"] == "audio/wav"
    assert answer.headers["content-length"] == str(len(data))
    assert struct.unpack_from("<HHI", data, 20) == (kind, 1, 8000)
    assert int.from_bytes(data[4:8], "little") == len(data) - 8
    start = data.index(b"data")
    length = int.from_bytes(data[start + 4 : start + 8], "little")
    assert length in (len(data) - start - 8, len(data) - start - 9)
    assert length == pytest.approx(spoken_samples(served, 8000), abs=2)
    assert_voiced(served, decoded(data, Encoding("wav", 8000)), 8000)


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(("codec", "type_"), [("mulaw", "PCMU"), ("alaw", "PCMA")])
def test_raw_telephone_sound(served: Served, codec: str, type_: str, stream: bool) -> None:
    answer = served.speech(TEXT, response_format="pcm", encoding=codec, stream=stream)
    assert answer.headers["content-type"] == f"audio/{type_};rate=8000"
    assert answer.headers["x-sample-rate"] == "8000"
    assert len(answer.content) == pytest.approx(spoken_samples(served, 8000), abs=2)
    ours = {"mulaw": "ulaw", "alaw": "alaw"}[codec]
    sound = decoded(answer.content, Encoding("pcm", 8000, codec=ours))  # type: ignore[arg-type]
    assert_voiced(served, sound, 8000)


@pytest.mark.parametrize("rate", [8000, 16_000, 44_100, 48_000])
@pytest.mark.parametrize("name", ["mp3", "wav", "pcm", "flac"])
def test_other_rates(served: Served, name: str, rate: int) -> None:
    answer = served.speech(TEXT, response_format=name, sample_rate=rate, stream=False)
    assert answer.headers["x-sample-rate"] == str(rate)
    sound = decoded(answer.content, Encoding(name, rate))
    more = heard.MORE.get(name, 0) * rate / SAMPLE_RATE + 2
    expected = spoken_samples(served, rate)
    # MP3 has longer frames at low rates.
    assert expected - 2 <= len(sound) <= expected + max(more, 2_400 if name == "mp3" else 2)
    assert_voiced(served, sound, rate)


def assert_voiced(served: Served, sound: heard.Sound, rate: int) -> None:
    """From its first letter on it is as loud, and as quiet, as the plain sound."""
    plain = heard.sound(served.speech(TEXT, response_format="pcm").content, "pcm")
    expected = loudness(soxr.resample(plain, SAMPLE_RATE, rate), rate)
    found = loudness(sound, rate)[: len(expected)]
    assert np.corrcoef(found, expected[: len(found)])[0, 1] > 0.9


def loudness(sound: heard.Sound, rate: int) -> heard.Sound:
    size = rate // 50
    begun = np.asarray(sound, np.float32)[int(np.flatnonzero(np.abs(sound) > 0.05)[0]) :]
    whole = begun[: len(begun) // size * size]
    made: heard.Sound = np.sqrt((whole.reshape(-1, size) ** 2).mean(axis=1))
    return made


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"response_format": "mp3", "encoding": "mulaw"}, "encoding"),
        ({"response_format": "opus", "sample_rate": 44_100}, "sample_rate"),
        ({"response_format": "pcm", "bit_rate": 64_000}, "bit_rate"),
        ({"response_format": "mp3", "bit_rate": 320_000, "sample_rate": 8000}, "bit_rate"),
    ],
)
def test_encodings_that_do_not_exist(served: Served, fields: dict[str, Any], param: str) -> None:
    answer = served.speech(TEXT, **fields)
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == param


# Many of them


def test_each_listener_gets_his_own_text(served: Served) -> None:
    texts = ["The boats came home.", "The bell rang twice.", "Then it was quiet.", "Nobody came."]
    found: dict[str, bytes] = {}

    def listen(text: str) -> None:
        found[text] = served.speech(f"{text} {text}", response_format="pcm").content

    threads = [threading.Thread(target=listen, args=[text]) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for text in texts:
        assert_spoken(served, found[text], "pcm", text=f"{text} {text}")
