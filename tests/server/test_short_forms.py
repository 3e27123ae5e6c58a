"""The server's own addresses: /, /health, /metrics, /tts and other forms of an answer."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest

from kokoro_cli import __version__
from kokoro_cli.kokoro82m import SAMPLE_RATE
from tests.server import heard
from tests.server.conftest import Serve
from tests.server.holding import eventually, holding
from tests.server.serving import Served

TEXT = "The boats came home."
LONG = "The boats came home. The bell rang twice, and nobody came. Then it was quiet."


def assert_spoken(served: Served, data: bytes, name: str, *, live: bool = False) -> None:
    expected = heard.samples(served.service, LONG, live=live)
    heard.assert_heard(heard.sound(data, name), heard.letters(served.service, LONG), expected, name)


# What there is


def test_root_for_programs(served: Served) -> None:
    found = served.client.get("/").json()
    assert found["version"] == __version__
    assert (found["name"], found["model"]) == ("kokoro-cli", "Kokoro-82M")
    assert len(found["voices"]) == 54
    assert {"en-us", "fr-fr", "ja"} <= set(found["languages"])


def test_root_for_a_browser(served: Served) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    answer = served.client.get("/", headers={"Accept": accept})
    assert answer.headers["content-type"].startswith("text/html")
    assert "<title>kokoro</title>" in answer.text
    assert "af_heart" in answer.text
    assert not re.findall(r'(?:src|href)="?(?:https?:)?//', answer.text)  # Nothing from elsewhere.
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_health(serve: Serve) -> None:
    with serve(queue=7, store=False) as served, holding() as held:
        eventually(lambda: served.service.loaded)
        found = served.client.get("/health").json()
        assert (found["status"], found["model_loaded"], found["device"]) == ("healthy", True, "cpu")
        assert found["queue"] == {"waiting": 0, "running": 0, "limit": 7}
        held.speak(1)
        with served.client.stream("POST", "/tts/stream", json={"text": LONG}):
            held.wait()
            held.wait()
            queue = served.client.get("/health").json()["queue"]
            assert queue == {"waiting": 0, "running": 1, "limit": 7}
            held.speak()


def test_health_of_a_server_that_stops(serve: Serve) -> None:
    with serve() as served:
        served.service.draining = True
        answer = served.client.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (503, "stopping")


def test_figures(serve: Serve) -> None:
    with serve(store=False) as served:
        served.speech(TEXT)
        served.speech(voice="nobody")
        answer = served.client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    expected = heard.samples(served.service, TEXT) / SAMPLE_RATE
    figures = dict(line.rsplit(" ", 1) for line in answer.text.splitlines() if line[0] != "#")
    requests = 'kokoro_requests_total{route="/v1/audio/speech",status="%d"}'
    assert (figures[requests % 200], figures[requests % 400]) == ("1.0", "1.0")
    assert figures["kokoro_time_to_first_audio_seconds_count"] == "1.0"
    # With the silence around it, as the engine makes it.
    assert expected < float(figures["kokoro_audio_seconds_total"]) < expected + 2


# /tts


@pytest.mark.parametrize("path", ["/tts", "/v1/audio/tts"])
def test_whole_sound(served: Served, path: str) -> None:
    answer = served.client.post(path, json={"text": LONG, "voice": "default"})
    assert answer.headers["content-type"] == "audio/wav"
    assert answer.headers["content-length"] == str(len(answer.content))
    assert int.from_bytes(answer.content[4:8], "little") == len(answer.content) - 8
    assert answer.headers["x-voice"] == "af_heart"
    assert_spoken(served, answer.content, "wav")


@pytest.mark.parametrize("name", ["mp3", "opus", "aac", "flac", "wav", "pcm"])
@pytest.mark.parametrize("path", ["/tts", "/tts/stream"])
def test_formats(served: Served, path: str, name: str) -> None:
    body = {"text": LONG, "voice": "af_bella", "speed": 1, "format": name}
    answer = served.client.post(path, json=body)
    live = path == "/tts/stream"
    assert ("content-length" not in answer.headers) == live
    assert_spoken(served, answer.content, name, live=live)


def test_speed(served: Served) -> None:
    fast = served.client.post("/tts", json={"text": LONG, "speed": 2, "format": "pcm"})
    usual = served.client.post("/tts", json={"text": LONG, "format": "pcm"})
    assert len(fast.content) / len(usual.content) == pytest.approx(0.5, abs=0.02)


def test_default_is_the_servers_voice(serve: Serve) -> None:
    with serve(voice="bm_lewis") as served:
        for voice in ("default", "Default", "", None):
            answer = served.client.post("/v1/audio/tts", json={"text": TEXT, "voice": voice})
            assert answer.headers["x-voice"] == "bm_lewis"


# Forms of an answer


@pytest.mark.parametrize("path", ["/v1/audio/speech", "/tts", "/v1/audio/tts"])
def test_sound_in_base64(served: Served, path: str) -> None:
    given = {"input": LONG, "text": LONG, "answer": "base64", "timestamps": True}
    found = served.client.post(path, json={**given, "response_format": "wav"}).json()
    assert (found["format"], found["sample_rate"]) == ("wav", 24_000)
    assert (found["content_type"], found["voice"]) == ("audio/wav", "af_heart")
    assert found["not_spoken"] == []
    assert found["seconds"] == pytest.approx(heard.samples(served.service, LONG) / 24_000, abs=1e-3)
    words = [LONG[each["start"] : each["end"]] for each in found["timestamps"]]
    assert words == re.findall(r"\w+", LONG)
    assert_spoken(served, base64.b64decode(found["audio"], validate=True), "wav")


@pytest.mark.parametrize("more", [{}, {"response_format": "mp3", "download_format": "wav"}])
def test_sound_by_link(served: Served, more: dict[str, Any]) -> None:
    found = served.speech(LONG, answer="link", **more).json()
    assert "audio" not in found
    answer = served.client.get(found["url"])
    assert answer.headers["content-type"] == found["content_type"]
    assert_spoken(served, answer.content, more.get("download_format", "mp3"))
    assert found["format"] == more.get("download_format", "mp3")
    part = served.client.get(found["url"], headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, answer.content[10:20])


@pytest.mark.parametrize("shown", ["/kokoro", ""])
def test_links_behind_a_proxy(serve: Serve, shown: str) -> None:
    # Some proxies take the path away before they pass a request on, and others do not.
    with serve(base_path="/kokoro") as served:
        base = f"{served.url.removesuffix('/kokoro/')}{shown}"
        body = {"input": LONG, "answer": "link"}
        assert served.client.get(f"{base}/openapi.json").json()["servers"] == [{"url": "/kokoro"}]
        url = served.client.post(f"{base}/v1/audio/speech", json=body).json()["url"]
        assert url.startswith("/kokoro/v1/download/")
        kept = served.client.get(f"{base}{url.removeprefix('/kokoro')}")
        assert_spoken(served, kept.content, "mp3")


def test_what_is_not_spoken_is_named(served: Served) -> None:
    text = "Hello.\n\n…\n\nGood day."
    found = served.speech(text, answer="base64").json()
    assert [(each["text"], each["line"]) for each in found["not_spoken"]] == [("…", 3)]
    assert served.speech(text, stream=False).headers["x-not-spoken"] == "1"


def test_same_answer_has_the_same_tag(served: Served) -> None:
    first = served.speech(TEXT, stream=False)
    tag = first.headers["etag"]
    same = {"input": TEXT, "stream": False}
    headers = {"If-None-Match": f'"other", {tag}'}
    known = served.client.post("/v1/audio/speech", json=same, headers=headers)
    assert (known.status_code, known.content) == (304, b"")
    for more in ({"speed": 1.1}, {"voice": "am_adam"}, {"response_format": "wav"}):
        answer = served.client.post("/v1/audio/speech", json=same | more, headers=headers)
        assert answer.status_code == 200
        assert answer.headers["etag"] != tag
    # The tag was that of the sound alone, without the times.
    forms = [{"answer": "base64"}, {"answer": "base64", "timestamps": True}, {"stream": False}]
    assert len({served.speech(TEXT, **form).headers["etag"] for form in forms}) == 3
    # The answer was 304, without the link.
    linked = same | {"return_download_link": True}
    answer = served.client.post("/v1/audio/speech", json=linked, headers=headers)
    assert "x-download-path" in answer.headers


# Style


def test_style(served: Served) -> None:
    plain = served.speech(TEXT, voice="af_heart", response_format="pcm").content
    other = served.speech(TEXT, voice="am_adam", response_format="pcm").content

    def styled(**fields: Any) -> bytes:
        answer = served.speech(TEXT, voice="af_heart", response_format="pcm", **fields)
        assert answer.status_code == 200, answer.text
        return answer.content

    assert styled(style="am_adam", alpha=0, beta=0) == plain
    assert styled(style="am_adam", alpha=1, beta=1) == other
    assert len({plain, other, styled(style="am_adam", alpha=0.5, beta=0)}) == 3


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"alpha": 0.5}, "alpha"),
        ({"beta": 0.5}, "beta"),
        ({"style": "am_adam", "alpha": 1.5}, "alpha"),
    ],
)
def test_styles_that_do_not_exist(served: Served, fields: dict[str, Any], param: str) -> None:
    answer = served.speech(TEXT, **fields)
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == param
