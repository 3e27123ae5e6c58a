"""Requests as Kokoro-FastAPI's clients send them, and what they read from the answers."""

from __future__ import annotations

import base64
import io
import json
from itertools import pairwise
from typing import Any
from urllib.parse import unquote

import httpx
import numpy as np
import pytest
import torch

from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.saved_tensor import read_tensor
from kokoro_cli.types import Losses
from tests.server import heard
from tests.server.conftest import Serve
from tests.server.serving import Served
from tests.toy_model import heard_tones, letters_of, voice_rows

JSON = {"Content-Type": "application/json"}

TEXT = "The boats came home."
LONG = "The boats came home. The bell rang twice, and nobody came. Then it was quiet."


def post(served: Served, path: str, body: str, **headers: str) -> httpx.Response:
    return served.client.post(path, content=body.encode(), headers={**JSON, **headers})


def pcm(answer: httpx.Response) -> heard.Sound:
    assert answer.status_code == 200, answer.text
    return heard.sound(answer.content, "pcm")


# /v1/audio/speech


@pytest.mark.parametrize("stream", ["true", "false"])
def test_speech(served: Served, stream: str) -> None:
    answer = post(
        served,
        "/v1/audio/speech",
        '{"model": "kokoro", "input": "The boats came home.", "voice": "af_bella",'
        f' "response_format": "mp3", "speed": 1.0, "stream": {stream}}}',
    )
    assert answer.headers["content-type"] == "audio/mpeg"
    assert answer.headers["content-disposition"] == "attachment; filename=speech.mp3"
    is_stream = stream == "true"
    assert ("content-length" not in answer.headers) == is_stream
    assert (answer.headers.get("x-accel-buffering") == "no") == is_stream
    said, expected = heard.letters(served.service, TEXT), heard.samples(served.service, TEXT)
    heard.assert_heard(heard.sound(answer.content), said, expected)


def test_a_stream_is_the_default(served: Served) -> None:
    answer = post(served, "/v1/audio/speech", '{"input": "Hello.", "voice": "af_sky"}')
    assert "content-length" not in answer.headers
    assert answer.headers["cache-control"] == "no-cache"


WEB_PAGE = """{
  "input": "The boats came home. The bell rang twice, and nobody came. Then it was quiet.",
  "voice": "af_heart", "response_format": "mp3", "download_format": "%s", "stream": %s,
  "speed": 1, "return_download_link": true, "return_timing": true, "lang_code": "a"
}"""


@pytest.mark.parametrize("stream", ["true", "false"])
@pytest.mark.parametrize("kept", ["mp3", "wav"])
def test_the_web_page_downloads_what_it_played(served: Served, kept: str, stream: str) -> None:
    answer = post(served, "/v1/audio/speech", WEB_PAGE % (kept, stream))
    live = stream == "true"
    said = heard.letters(served.service, LONG)
    expected = heard.samples(served.service, LONG, live=live)
    # The answer was in the download's format, and the page plays it as MP3.
    assert answer.headers["content-type"] == "audio/mpeg"
    heard.assert_heard(heard.sound(answer.content), said, expected)
    assert answer.headers["x-download-status"] == ("pending" if live else "ready")
    path = answer.headers["x-download-path"]
    assert path.startswith("/download/")
    found = served.client.get(f"/v1{path}")
    assert found.headers["content-type"] == {"mp3": "audio/mpeg", "wav": "audio/wav"}[kept]
    assert found.headers["content-length"] == str(len(found.content))
    heard.assert_heard(heard.sound(found.content, kept), said, expected, kept)

    times = served.client.get(f"/v1{answer.headers['x-timing-path']}").json()
    chunks = times["chunks"]
    assert " ".join(each["text"] for each in chunks).startswith("The boats came home")
    assert chunks[0]["start"] == 0
    assert chunks[-1]["end"] == pytest.approx(expected / SAMPLE_RATE, abs=0.001)
    assert all(a["end"] == pytest.approx(b["start"]) for a, b in pairwise(chunks))
    assert len(times["timestamps"]) == 15


def test_the_file_under_a_link_says_its_length(served: Served) -> None:
    answer = served.speech(LONG, response_format="wav", return_download_link=True)
    found = served.client.get(f"/v1{answer.headers['x-download-path']}").content
    assert int.from_bytes(found[4:8], "little") == len(found) - 8
    assert int.from_bytes(answer.content[4:8], "little") != len(answer.content) - 8


@pytest.mark.parametrize(
    ("name", "saved"),
    [
        ("Chapter 1", "Chapter 1.mp3"),
        ("Chapter 1.mp3", "Chapter 1.mp3"),
        ("Grüße", "Grüße.mp3"),
        ("../../etc/passwd", "etcpasswd.mp3"),
        ('a"\r\nX-Evil: 1', "aX-Evil 1.mp3"),
    ],
)
def test_a_download_has_the_name_that_was_asked_for(served: Served, name: str, saved: str) -> None:
    path = served.speech(return_download_link=True).headers["x-download-path"]
    told = served.client.get(f"/v1{path}", params={"name": name}).headers["content-disposition"]
    assert unquote(told.split("=", 1)[1].removeprefix("utf-8''")).strip('"') == saved


@pytest.mark.parametrize("name", ["speech-none.mp3", "..%2f..%2fetc%2fpasswd", "%00"])
def test_what_was_not_kept_can_not_be_downloaded(served: Served, name: str) -> None:
    assert served.client.get(f"/v1/download/{name}").status_code == 404


def test_volume(served: Served) -> None:
    usual = pcm(served.speech(TEXT, response_format="pcm"))
    quiet = pcm(served.speech(TEXT, response_format="pcm", volume_multiplier=0.5))
    loud = pcm(served.speech(TEXT, response_format="pcm", volume_multiplier=10))
    assert np.abs(quiet - usual / 2).max() < 1e-4
    assert np.abs(usual).max() < 0.9 < np.abs(loud).max() <= 1  # Clipped, not wrapped around.
    assert (
        np.sign(loud[np.abs(usual) > 0.01]).tolist()
        == np.sign(usual[np.abs(usual) > 0.01]).tolist()
    )


def test_language(served: Served) -> None:
    text = "Tomatoes can dance after the bath."
    for code, language in ("b", "en-gb"), ("a", "en-us"):
        answer = post(
            served,
            "/v1/audio/speech",
            f'{{"input": "{text}", "lang_code": "{code}", "response_format": "pcm"}}',
        )
        assert heard_tones(pcm(answer)) == heard.letters(served.service, text, language=language)
    british = heard.letters(served.service, text, language="b")
    assert british != heard.letters(served.service, text, language="a")


def test_normalization_is_ours_and_the_answer_says_so(served: Served) -> None:
    answer = post(
        served,
        "/v1/audio/speech",
        """{"input": "Pay $5.", "response_format": "pcm", "normalization_options":
        {"normalize": true, "unit_normalization": false, "url_normalization": true,
        "email_normalization": true, "optional_pluralization_normalization": true,
        "phone_normalization": true, "replace_remaining_symbols": true}}""",
    )
    assert answer.headers["x-ignored"] == "normalization_options"
    assert heard_tones(pcm(answer)) == heard.letters(served.service, "Pay five dollars.")


def test_fields_that_no_client_should_need(served: Served) -> None:
    answer = post(
        served,
        "/v1/audio/speech",
        '{"input": "Hello.", "allow_voice_tags": true, "ssml": false, "voice_aliases": null,'
        ' "unheard_of": [1, {"a": null}]}',
        **{"x-raw-response": "true"},
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("voice", "spoken"),
    [
        ("af_bella+af_sky", "af_bella+af_sky"),
        ("af_bella(2)+af_sky(1)", "af_bella(2)+af_sky(1)"),
        ("af_bella(2)+af_sky", "af_bella(2)+af_sky(1)"),
        ("af_bella + nova(0.5)", "af_bella(1)+af_nova(0.5)"),
        ("alloy+nova", "af_alloy+af_nova"),
    ],
)
def test_blends(served: Served, voice: str, spoken: str) -> None:
    answer = served.speech(TEXT, voice=voice, response_format="pcm")
    assert answer.headers["x-voice"] == spoken
    said, expected = heard.letters(served.service, TEXT), heard.samples(served.service, TEXT)
    heard.assert_heard(pcm(answer), said, expected, "pcm")
    assert answer.content != served.speech(TEXT, voice="af_bella", response_format="pcm").content


def test_voice_in_the_text(served: Served) -> None:
    text = "Plain narrator. [voice:af_bella(2)+af_sky(1)] Now a blended speaker."
    answer = served.speech(text, response_format="pcm", stream=False)
    assert heard_tones(pcm(answer)) == heard.letters(
        served.service, "Plain narrator. Now a blended speaker."
    )
    unknown = served.speech("Narrator. [voice:not_a_real_voice] Nope.")
    assert unknown.status_code == 400


@pytest.mark.parametrize(
    ("text", "added"), [("[pause:1.5s] Hello.", 1.5), ("Hello. [pause:2s] Hello.", None)]
)
def test_pause_in_the_text(served: Served, text: str, added: float | None) -> None:
    # A pause at the beginning was Kokoro-FastAPI's error 500.
    sound = pcm(served.speech(text, response_format="pcm", stream=False))
    phonemes = heard.chunks(served.service, "Hello.", live=False)
    if added is None:
        assert len(sound) == pytest.approx(heard.length(phonemes * 2, 2 * SAMPLE_RATE), abs=4)
    else:
        quiet = np.abs(sound[: round(added * SAMPLE_RATE) - 800])
        assert quiet.max() < 0.01
        assert len(sound) == pytest.approx(heard.length(phonemes) + added * SAMPLE_RATE, abs=800)


def test_errors_have_both_clients_forms(served: Served) -> None:
    answer = served.speech(voice="nobody")
    assert answer.status_code == 400
    detail = answer.json()["detail"]
    assert set(detail) == {"error", "message", "type"}
    assert "nobody" in detail["message"]
    assert answer.json()["error"]["message"] == detail["message"]


# Lists


def test_models(served: Served) -> None:
    found = served.client.get("/v1/models").json()
    assert found["object"] == "list"
    names = [model["id"] for model in found["data"]]
    assert names == ["kokoro", "tts-1", "tts-1-hd", "gpt-4o-mini-tts"]
    for name in names:
        assert served.client.get(f"/v1/models/{name}").json()["id"] == name
    assert served.client.get("/v1/models/whisper-1").status_code == 404


def test_voices(served: Served) -> None:
    found = served.client.get("/v1/audio/voices").json()["voices"]
    assert len(found) == 54
    assert all(isinstance(voice["id"], str) and voice["id"] == voice["name"] for voice in found)
    names = served.client.get("/v1/audio/voices?legacy=true").json()["voices"]
    assert names == [voice["id"] for voice in found]
    assert "openai" not in served.client.get("/v1/audio/voices?legacy=true").json()
    heart = next(voice for voice in found if voice["id"] == "af_heart")
    assert (heart["language"], heart["gender"], heart["grade"]) == ("en-us", "female", "A")


def test_state(served: Served) -> None:
    assert served.client.get("/v1/test").json() == {"status": "ok"}
    assert served.client.get("/health").json()["status"] == "healthy"


# /v1/audio/voices/combine


@pytest.mark.parametrize(
    ("body", "shares"),
    [
        ('"af_bella+af_sky"', {"af_bella": 0.5, "af_sky": 0.5}),
        ('["af_bella", "af_sky"]', {"af_bella": 0.5, "af_sky": 0.5}),
        ('"af_bella(2)+af_sky(1)"', {"af_bella": 2 / 3, "af_sky": 1 / 3}),
        ('"af_bella(2)+af_sky"', {"af_bella": 2 / 3, "af_sky": 1 / 3}),
        ('["alloy", "af_sky"]', {"af_alloy": 0.5, "af_sky": 0.5}),
        ('"af_bella"', {"af_bella": 1.0}),
    ],
)
def test_combine(served: Served, body: str, shares: dict[str, float]) -> None:
    answer = post(served, "/v1/audio/voices/combine", body)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/octet-stream"
    assert ".pt" in answer.headers["content-disposition"]
    loaded = torch.load(io.BytesIO(answer.content), weights_only=True)
    assert loaded.shape == (510, 1, 256)
    expected = sum(share * voice_rows(name) for name, share in shares.items())
    assert np.allclose(loaded.numpy()[:, 0], expected, atol=1e-5)
    assert np.array_equal(read_tensor(answer.content), loaded.numpy())


@pytest.mark.parametrize("body", ['"nobody"', '["af_bella", "nobody"]', "[]", '""', '"af_bella+"'])
def test_voices_that_can_not_be_combined(served: Served, body: str) -> None:
    answer = post(served, "/v1/audio/voices/combine", body)
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == "voice"


# /dev/captioned_speech

READ = 'Dr. **Smith** paid $5 on "Main St." &amp; left — at 10:30, didn\'t he? Ünal saw it. '


def assert_times(words: list[dict[str, Any]], text: str, seconds: float) -> None:
    """Words follow each other in time and in the text that was sent, within the sound."""
    assert words
    times = [time for word in words for time in (word["start_time"], word["end_time"])]
    assert times == sorted(times)
    assert 0 <= times[0] <= times[-1] <= seconds + 0.001
    places = [place for word in words for place in (word["start"], word["end"])]
    assert 0 <= min(places) <= max(places) <= len(text)
    assert [word["start"] for word in words] == sorted(word["start"] for word in words)
    for word in words:
        source = text[word["start"] : word["end"]]
        assert source == source.strip()
        assert source
        if word["word"].isalpha() and source.isalpha():
            assert word["word"].lower() == source.lower() or source in "Dr St"


def assert_complete(words: list[dict[str, Any]]) -> None:
    sources = {READ[word["start"] % len(READ) : word["start"] % len(READ) + 4] for word in words}
    assert {"Smit", "paid", "$5 o", "Main", "left", "10:3", "Ünal"} <= sources


def captioned(served: Served, text: str, **fields: Any) -> list[dict[str, Any]]:
    body = {
        **{"model": "kokoro", "input": text, "voice": "af_bella", "speed": 1.0},
        **{"response_format": "mp3", **fields},
    }
    with served.client.stream("POST", "/dev/captioned_speech", json=body) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"
        return [json.loads(line) for line in answer.iter_lines() if line]


@pytest.mark.parametrize("name", ["mp3", "wav", "pcm"])
@pytest.mark.parametrize("stream", [True, False])
def test_captioned_speech(served: Served, name: str, stream: bool) -> None:
    text = READ * 3
    objects = captioned(served, text, stream=stream, response_format=name)
    assert (len(objects) > 1) == stream
    assert {set(each) == {"audio", "audio_format", "timestamps"} for each in objects} == {True}
    types = {"mp3": "audio/mpeg", "wav": "audio/wav", "pcm": "audio/pcm"}
    assert {each["audio_format"] for each in objects} == {types[name]}
    data = b"".join(base64.b64decode(each["audio"], validate=True) for each in objects)
    sound = heard.sound(data, name)
    expected = heard.samples(served.service, text, live=stream)
    heard.assert_heard(sound, heard.letters(served.service, text), expected, name)
    words = [word for each in objects for word in each["timestamps"]]
    assert_times(words, text, expected / SAMPLE_RATE)
    assert_complete(words)


def test_a_word_is_heard_when_its_caption_says_so(served: Served) -> None:
    (whole,) = captioned(served, LONG, stream=False, response_format="pcm")
    sound = heard.sound(base64.b64decode(whole["audio"]), "pcm")
    plan = served.service.speaker.plan()
    read = [word for each in plan.chunks(LONG, Losses()) for word in each.words]
    phonemes = {word.start: word.phonemes for word in read}
    for word in whole["timestamps"]:
        # Times are two frames early: a true voice is heard before its frames begin.
        start, end = (round((word[key] + 0.05) * SAMPLE_RATE) for key in ("start_time", "end_time"))
        if word is not whole["timestamps"][0]:  # Its beginning is cut to 0.
            tones = heard_tones(np.concatenate([sound[start:end], np.zeros(2_400, np.float32)]))
            assert tones == letters_of(phonemes[word["start"]])


def test_captions_without_times(served: Served) -> None:
    (whole,) = captioned(served, TEXT, stream=False, return_timestamps=False)
    assert whole["timestamps"] == []
    assert all(
        each["timestamps"] == [] for each in captioned(served, LONG, return_timestamps=False)
    )


# /dev/phonemize and /dev/generate_from_phonemes


def test_phonemes_there_and_back(served: Served) -> None:
    found = post(served, "/dev/phonemize", '{"text": "The boats came home.", "language": "a"}')
    assert set(found.json()) == {"phonemes", "tokens"}
    phonemes = found.json()["phonemes"]
    assert [phonemes] == heard.chunks(served.service, TEXT, live=False)
    answer = post(
        served,
        "/dev/generate_from_phonemes",
        json.dumps({"phonemes": phonemes, "voice": "af_bella"}),
        Accept="audio/wav",
    )
    assert answer.headers["content-type"] == "audio/wav"
    sound = heard.sound(answer.content, "wav")
    heard.assert_heard(sound, letters_of(phonemes), heard.length([phonemes]), "wav")


def test_phonemes_of_another_language(served: Served) -> None:
    found = post(served, "/dev/phonemize", '{"text": "Buenos días", "language": "e"}').json()
    assert "ˈ" in found["phonemes"]
    assert found["phonemes"].startswith("bw")


@pytest.mark.parametrize(
    ("path", "body", "param"),
    [
        ("/dev/phonemize", {"text": "Hello", "language": "xx"}, "language"),
        ("/dev/phonemize", {"language": "a"}, "text"),
        ("/dev/generate_from_phonemes", {"phonemes": "həlˈO 7", "voice": "af_bella"}, "phonemes"),
        ("/dev/generate_from_phonemes", {"phonemes": "", "voice": "af_bella"}, "phonemes"),
        ("/dev/generate_from_phonemes", {"phonemes": "həlˈO", "voice": "nobody"}, "voice"),
    ],
)
def test_bad_phonemes(served: Served, path: str, body: dict[str, str], param: str) -> None:
    answer = post(served, path, json.dumps(body))
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == param


# /dev/dialogue

TURNS = [
    ("af_bella", "First line of the exchange."),
    ("am_michael", "Second line of the exchange."),
    ("af_bella", "And a third to close."),
]


def dialogue(served: Served, turns: list[tuple[str, str]], **fields: Any) -> httpx.Response:
    spoken = [{"voice": voice, "text": text} for voice, text in turns]
    body = {"model": "kokoro", "turns": spoken, "response_format": "wav", "stream": False}
    return served.client.post("/dev/dialogue", json=body | fields)


@pytest.mark.parametrize("pause", [0.0, 1.0, 10.0, None])
def test_pause_between_turns(served: Served, pause: float | None) -> None:
    more = {} if pause is None else {"pause_between_turns": pause}
    answer = dialogue(served, TURNS, **more)
    assert answer.headers["content-type"] == "audio/wav"
    assert answer.headers["x-voice"] == "af_bella"
    found = [p for _, text in TURNS for p in heard.chunks(served.service, text, live=False)]
    gap = heard.GAP if pause is None else round(pause * SAMPLE_RATE)
    sound = heard.sound(answer.content, "wav")
    # Without a pause the guards at both ends of each turn are kept out of the way.
    assert len(sound) == pytest.approx(heard.length(found, gap), abs=4 if gap else 4_400)
    assert heard_tones(sound) == "".join(map(letters_of, found))


def test_each_turn_has_its_voice(served: Served) -> None:
    alone = heard.sound(dialogue(served, [("bm_george", "Goodbye for now.")]).content, "wav")
    other = heard.sound(dialogue(served, [("af_bella", "Goodbye for now.")]).content, "wav")
    turns = [("af_bella", "Hello there friend."), ("bm_george", "Goodbye for now.")]
    both = heard.sound(dialogue(served, turns, pause_between_turns=1.0).content, "wav")
    tail = both[-len(alone) :]
    assert np.abs(tail - alone)[800:].max() < 0.01
    least = min(len(tail), len(other))
    assert np.abs(tail[:least] - other[:least]).max() > 0.1


def test_turns_by_their_other_names(served: Served) -> None:
    body = """{"inputs": [{"voice_id": "af_bella", "text": "First line of the exchange."},
      {"text": "And a third to close."}], "voice": "am_adam", "response_format": "pcm"}"""
    answer = post(served, "/dev/dialogue", body)
    assert "content-length" not in answer.headers
    assert heard_tones(pcm(answer)) == "".join(
        heard.letters(served.service, text) for _, text in (TURNS[0], TURNS[2])
    )


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({}, "turns"),
        ({"turns": []}, "turns"),
        ({"turns": [{"voice": "nobody", "text": "Nope."}]}, "voice"),
        ({"turns": [{"voice": "af_bella"}]}, "turns.0.text"),
        ({"turns": [{"text": "Hello."}], "pause_between_turns": 11}, "pause_between_turns"),
    ],
)
def test_dialogues_that_can_not_be_spoken(served: Served, body: Any, param: str) -> None:
    answer = served.client.post("/dev/dialogue", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == param


def test_long_dialogues_are_too_long_together(serve: Serve) -> None:
    with serve(max_input=30) as served:
        answer = served.client.post("/dev/dialogue", json={"turns": [{"text": "a" * 16}] * 2})
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "too_long"
