"""OpenAI's own client, as programs use it."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import openai
import pytest
from openai import OpenAI

from kokoro_cli.engines.onnx_engine import OnnxEngine
from kokoro_cli.kokoro82m import SAMPLES_PER_FRAME
from kokoro_cli.server.refusals import BrokenOffError
from kokoro_cli.types import Rendering
from tests.server import heard
from tests.server.conftest import Serve
from tests.server.holding import eventually, holding
from tests.server.serving import PATIENCE_SECONDS, Served

TEXT = "The boats came home."
LONG = "The boats came home. The bell rang twice, and nobody came. Then it was quiet. " * 3
FORMATS = ["mp3", "opus", "aac", "flac", "wav", "pcm"]
KEY = "a-secret-key"


def client_of(served: Served, **options: Any) -> OpenAI:
    given = {"api_key": "none", "max_retries": 0, "timeout": PATIENCE_SECONDS, **options}
    return OpenAI(base_url=f"{served.url}v1", **given)


@pytest.fixture(scope="module")
def client(served: Served) -> Iterator[OpenAI]:
    with client_of(served) as found:
        yield found


def speech(client: OpenAI, text: str = TEXT, **fields: Any) -> Any:
    return client.audio.speech.create(
        **{"model": "tts-1", "voice": "alloy", "input": text} | fields
    )


# Sound


def test_create_and_stream_to_file(served: Served, client: OpenAI, tmp_path: Path) -> None:
    answer = speech(client)
    path = tmp_path / "speech.mp3"
    answer.stream_to_file(path)
    assert answer.response.headers["content-type"] == "audio/mpeg"
    said, expected = heard.letters(served.service, TEXT), heard.samples(served.service, TEXT)
    heard.assert_heard(heard.sound(path.read_bytes()), said, expected)


@pytest.mark.parametrize("name", FORMATS)
def test_streaming_response(served: Served, client: OpenAI, name: str) -> None:
    create = client.audio.speech.with_streaming_response.create
    with create(model="tts-1", voice="nova", input=LONG, response_format=name) as answer:  # type: ignore[arg-type]
        pieces = list(answer.iter_bytes())
    assert len(pieces) > 1
    said = heard.letters(served.service, LONG)
    expected = heard.samples(served.service, LONG, live=True)
    heard.assert_heard(heard.sound(b"".join(pieces), name), said, expected, name)


def test_the_first_sound_comes_before_the_rest_is_spoken(serve: Serve, tmp_path: Path) -> None:
    with serve(store=False) as served, client_of(served) as client, holding() as held:
        held.speak(1)
        create = client.audio.speech.with_streaming_response.create
        with create(model="tts-1", voice="nova", input=LONG, response_format="pcm") as answer:
            pieces = answer.iter_bytes()
            first = next(pieces)
            held.wait()
            held.wait()  # The engine has the second chunk, and may not speak it.
            held.speak()
            rest = b"".join(pieces)
        expected = heard.samples(served.service, LONG, live=True)
    assert 0 < len(first) / 2 < expected / 3
    assert len(first + rest) / 2 == pytest.approx(expected, abs=4)


def events(answer: Any) -> list[dict[str, Any]]:
    lines = [line for line in answer.iter_lines() if line and not line.startswith(":")]
    assert all(line.startswith("data: ") for line in lines)
    return [json.loads(line.removeprefix("data: ")) for line in lines]


@pytest.mark.parametrize("name", FORMATS)
def test_events(served: Served, client: OpenAI, name: str) -> None:
    create = client.audio.speech.with_streaming_response.create
    with create(
        model="gpt-4o-mini-tts",
        voice="nova",
        input=LONG,
        response_format=name,  # type: ignore[arg-type]
        stream_format="sse",
    ) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        *deltas, done = events(answer)
    assert {each["type"] for each in deltas} == {"speech.audio.delta"}
    data = b"".join(base64.b64decode(each["audio"], validate=True) for each in deltas)
    said = heard.letters(served.service, LONG)
    expected = heard.samples(served.service, LONG, live=True)
    heard.assert_heard(heard.sound(data, name), said, expected, name)
    assert len(deltas) > 1
    assert done["type"] == "speech.audio.done"
    usage = done["usage"]
    phonemes = sum(map(len, heard.chunks(served.service, LONG, live=True)))
    assert usage["input_tokens"] == phonemes
    assert usage["output_tokens"] == pytest.approx(expected / SAMPLES_PER_FRAME, abs=1)
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]
    assert all(type(value) is int for value in usage.values())


def test_events_tell_when_words_are_heard(served: Served, client: OpenAI) -> None:
    more = {"timestamps": True}
    answer = speech(client, LONG, stream_format="sse", response_format="pcm", extra_body=more)
    *deltas, done = events(answer)
    heard_bytes = 0
    found = []
    for delta in deltas:
        begun = heard_bytes / 48_000
        heard_bytes += len(base64.b64decode(delta["audio"]))
        for word in delta.get("timestamps", []):
            assert begun <= word["start_time"] < word["end_time"] <= heard_bytes / 48_000 + 1e-3
            found.append(LONG[word["start"] : word["end"]])
    assert found == re.findall(r"\w+", LONG)
    assert done["audio_seconds"] == pytest.approx(heard_bytes / 48_000, abs=1e-3)


def test_events_of_a_whole_answer_are_text(client: OpenAI) -> None:
    # Without a streaming response this client gives the raw events.
    *deltas, done = events(speech(client, stream_format="sse"))
    assert deltas
    assert done["type"] == "speech.audio.done"


# Fields


@pytest.mark.parametrize(
    ("voice", "expected"),
    [
        ("alloy", "af_alloy"),
        ("cedar", "am_puck"),
        ("bm_george", "bm_george"),
        ({"id": "am_adam"}, "am_adam"),
        ({"id": "onyx"}, "am_onyx"),
        ("af_heart+af_bella", "af_heart+af_bella"),
        ("", "af_heart"),
    ],
)
def test_voices(client: OpenAI, voice: Any, expected: str) -> None:
    assert speech(client, voice=voice).response.headers["x-voice"] == expected


def test_the_servers_voice_is_the_default(serve: Serve) -> None:
    with serve(voice="bf_emma") as served, client_of(served) as client:
        assert speech(client, voice="").response.headers["x-voice"] == "bf_emma"
        assert served.speech(TEXT).headers["x-voice"] == "bf_emma"


@pytest.mark.parametrize("model", ["tts-1", "tts-1-hd", "gpt-4o-mini-tts", "kokoro", "another"])
def test_models(client: OpenAI, model: str) -> None:
    assert speech(client, model=model).response.headers["x-model"].startswith("Kokoro-82M")


def test_instructions_are_accepted_and_named(client: OpenAI) -> None:
    answer = speech(client, instructions="Whisper, as if in a library.")
    assert answer.response.headers["x-ignored"] == "instructions"
    assert "x-ignored" not in speech(client).response.headers


@pytest.mark.parametrize(("speed", "spoken"), [(0.25, 0.5), (4.0, 2.0)])
def test_speeds_the_model_lacks_are_the_nearest(
    client: OpenAI, speed: float, spoken: float
) -> None:
    answer = speech(client, speed=speed, response_format="pcm")
    assert float(answer.response.headers["x-speed"]) == spoken
    exact = speech(client, speed=spoken, response_format="pcm")
    assert "x-speed" not in exact.response.headers
    assert answer.content == exact.content
    usual = speech(client, response_format="pcm")
    assert len(answer.content) / len(usual.content) == pytest.approx(1 / spoken, rel=0.1)


def test_lists(client: OpenAI) -> None:
    names = [model.id for model in client.models.list()]
    assert {"tts-1", "tts-1-hd", "gpt-4o-mini-tts", "kokoro"} <= set(names)
    for name in names:
        model = client.models.retrieve(name)
        assert (model.id, model.object, model.owned_by) == (name, "model", "kokoro")
        assert model.created > 0


# Errors


def assert_refused(
    error: openai.APIStatusError, status: int, type_: str, param: str | None, code: str | None
) -> None:
    assert error.status_code == status
    assert (error.type, error.param, error.code) == (type_, param, code)
    assert error.request_id
    assert error.request_id == error.response.headers["x-request-id"]
    body = error.response.json()
    assert set(body["error"]) == {"message", "type", "param", "code"}
    assert body["error"]["message"] == body["detail"]["message"]


@pytest.mark.parametrize(
    ("fields", "param", "code"),
    [
        ({"input": ""}, "input", "nothing_to_speak"),
        ({"input": "…"}, "input", "nothing_to_speak"),
        ({"input": "a " * 51_000}, "input", "too_long"),
        ({"input": openai.omit}, "input", "missing"),
        ({"input": 7}, "input", "invalid_value"),
        ({"voice": "nobody"}, "voice", "voice_not_found"),
        ({"voice": {"id": "nobody"}}, "voice", "voice_not_found"),
        ({"voice": "af_heart+nobody"}, "voice", "voice_not_found"),
        ({"voice": "af_heart++"}, "voice", None),
        ({"speed": 5}, "speed", "invalid_value"),
        ({"speed": 0.1}, "speed", "invalid_value"),
        ({"response_format": "midi"}, "response_format", "invalid_value"),
        ({"stream_format": "letters"}, "stream_format", "invalid_value"),
        ({"extra_body": {"lang_code": "xx"}}, "lang_code", "invalid_value"),
        ({"extra_body": {"sample_rate": 7}}, "sample_rate", "invalid_value"),
        ({"extra_body": {"sample_rate": 9_999}}, "sample_rate", "invalid_value"),
        ({"extra_body": {"bit_rate": 320_000}}, "bit_rate", "invalid_value"),
        ({"extra_body": {"encoding": "mulaw"}}, "encoding", "invalid_value"),
    ],
    ids=lambda value: "absent" if "object at" in str(value) else str(value)[:40],
)
def test_bad_requests(
    client: OpenAI, fields: dict[str, Any], param: str | None, code: str | None
) -> None:
    with pytest.raises(openai.BadRequestError) as found:
        speech(client, **fields)
    error = found.value
    code = error.code if code is None else code
    assert_refused(error, 400, "invalid_request_error", param, code)


def test_unknown_model_of_the_list(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as found:
        client.models.retrieve("whisper-1")
    assert_refused(found.value, 404, "not_found_error", "model", "model_not_found")


def test_unknown_address(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as found:
        client.audio.with_raw_response.transcriptions.create(model="whisper-1", file=b"")
    assert_refused(found.value, 404, "not_found_error", None, None)


def test_keys(serve: Serve) -> None:
    with serve(keys=(KEY,)) as served:
        with client_of(served, api_key=KEY) as client:
            assert speech(client).response.status_code == 200
        with client_of(served, api_key="another-key") as client:
            with pytest.raises(openai.AuthenticationError) as found:
                speech(client)
            assert_refused(found.value, 401, "authentication_error", None, "invalid_api_key")
            assert client.models.list().data  # As Open WebUI asks for it, without a key.


def test_other_sites_pages(client: OpenAI) -> None:
    with pytest.raises(openai.PermissionDeniedError) as found:
        speech(client, extra_headers={"Origin": "https://example.org"})
    assert_refused(found.value, 403, "permission_error", None, "foreign_origin")


def test_the_request_keeps_its_name(client: OpenAI) -> None:
    answer = speech(client, extra_headers={"X-Request-Id": "call-7"})
    assert answer.response.headers["x-request-id"] == "call-7"


def test_failing_engine(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def silent(*arguments: Any, **options: Any) -> Rendering:
        return Rendering(np.zeros(24_000, np.float32), np.ones(5, np.int64))

    monkeypatch.setattr(OnnxEngine, "render", silent)
    with serve(store=False) as served, client_of(served) as client:
        for fields in ({}, {"stream_format": "sse"}, {"extra_body": {"stream": False}}):
            with pytest.raises(openai.InternalServerError) as found:
                speech(client, **fields)
            assert_refused(found.value, 500, "server_error", None, "no_sound")


def fail_from_the_second_chunk_on(monkeypatch: pytest.MonkeyPatch) -> None:
    speak = OnnxEngine.render
    calls: list[int] = []

    def render(engine: OnnxEngine, *arguments: Any, **options: Any) -> Rendering:
        calls.append(1)
        if len(calls) > 1:
            raise RuntimeError("broken")
        return speak(engine, *arguments, **options)

    monkeypatch.setattr(OnnxEngine, "render", render)


def test_sound_that_can_not_be_completed_is_broken_off(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fail_from_the_second_chunk_on(monkeypatch)
    with serve(store=False) as served, client_of(served) as client:
        with pytest.raises(openai.APIConnectionError):
            speech(client, LONG)
        eventually(lambda: served.service.queue.is_idle)
        eventually(lambda: "kokoro_failed_total 1.0" in served.client.get("/metrics").text)
    # It was logged as "Caught handled exception", with a traceback.
    ours, uvicorns = caplog.records
    assert "broken off: The engine failed" in ours.getMessage()
    assert uvicorns.exc_info is not None
    assert isinstance(uvicorns.exc_info[1], BrokenOffError)


def test_events_that_can_not_be_completed_end_with_an_error(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_from_the_second_chunk_on(monkeypatch)
    with serve(store=False) as served, client_of(served) as client:
        found = events(speech(client, LONG, stream_format="sse"))
        eventually(lambda: served.service.queue.is_idle)
    assert found[0]["type"] == "speech.audio.delta"
    assert found[-1]["type"] == "error"
    assert set(found[-1]["error"]) == {"message", "type", "param", "code"}


def test_a_server_that_stops(serve: Serve) -> None:
    with serve() as served, client_of(served) as client:
        served.service.draining = True
        with pytest.raises(openai.InternalServerError) as found:
            speech(client)
        assert_refused(found.value, 503, "server_error", None, "stopping")


@pytest.mark.parametrize(
    "fields", [{}, {"extra_body": {"stream": False}}, {"stream_format": "sse"}]
)
def test_work_that_takes_too_long(serve: Serve, fields: dict[str, Any]) -> None:
    with serve(max_seconds=0.3, store=False) as served, holding() as held:
        with client_of(served) as client, pytest.raises(openai.InternalServerError) as found:
            speech(client, **fields)
        assert_refused(found.value, 504, "server_error", None, None)
        held.speak()
        eventually(lambda: served.service.queue.is_idle)


# A full server


def test_a_full_server_is_asked_again_when_it_says(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(queue=1, store=False) as served, holding() as held:
        waited: list[float] = []

        def wait(seconds: float) -> None:
            waited.append(seconds)
            held.speak()
            first.join(PATIENCE_SECONDS)
            eventually(lambda: served.service.queue.is_idle)

        monkeypatch.setattr("openai._base_client.time", SimpleNamespace(sleep=wait))
        first = threading.Thread(target=served.speech, args=[TEXT])
        first.start()
        held.wait()
        with client_of(served) as client, pytest.raises(openai.RateLimitError) as found:
            speech(client)
        assert_refused(found.value, 429, "rate_limit_error", None, "queue_full")
        told = found.value.response.headers
        assert int(told["retry-after-ms"]) == 1000 * int(told["retry-after"]) > 0
        with client_of(served, max_retries=1) as client:
            answer = speech(client, response_format="pcm")
        expected = heard.samples(served.service, TEXT)
    assert waited == [int(told["retry-after"])]
    assert len(answer.content) / 2 == pytest.approx(expected, abs=4)


@pytest.mark.parametrize("stream_format", ["audio", "sse"])
def test_a_client_that_leaves_frees_the_work(serve: Serve, stream_format: Any) -> None:
    with serve(queue=1, store=False) as served, client_of(served) as client, holding() as held:
        held.speak(1)
        create = client.audio.speech.with_streaming_response.create
        with create(model="tts-1", voice="nova", input=LONG, stream_format=stream_format) as answer:
            assert next(answer.iter_bytes())
            held.wait()
            held.wait()
            assert not served.service.queue.is_idle
        eventually(lambda: served.service.waiting + served.service.queue.running == 0)
        held.speak(1)  # The chunk that the engine had. It gets no other.
        eventually(lambda: served.service.queue.is_idle)
        assert "kokoro_cancelled_total 1.0" in served.client.get("/metrics").text
        held.speak()
        assert speech(client).response.status_code == 200


@pytest.mark.parametrize(
    "fields", [{}, {"extra_body": {"stream": False}}, {"stream_format": "sse"}]
)
def test_a_client_that_leaves_before_the_first_sound_frees_the_work(
    serve: Serve, fields: dict[str, Any]
) -> None:
    with serve(queue=1, store=False) as served, holding() as held:
        with client_of(served, timeout=0.5) as client, pytest.raises(openai.APITimeoutError):
            speech(client, LONG, **fields)
        eventually(lambda: served.service.waiting + served.service.queue.running == 0)
        held.speak(1)  # The chunk that the engine may have. It gets no other.
        eventually(lambda: served.service.queue.is_idle)
        eventually(lambda: "kokoro_cancelled_total 1.0" in served.client.get("/metrics").text)
