"""``kokoro voices play`` and ``demo``: the voices, heard; the page, opened.

The real model speaks with one voice a language, and with all 54 in the nightly tests.
"""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Iterator
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from kokoro_cli.assets.store import Store
from kokoro_cli.bench.recognise import hear, plain_words, word_errors
from kokoro_cli.errors import ExitCode
from kokoro_cli.install import install_voice
from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.text.languages import LANGUAGES
from kokoro_cli.types import Samples
from kokoro_cli.voices.catalogue import catalogue
from tests.browser import Page, opened
from tests.conftest import Run, run_in

DEFAULTS = [language.default_voice for language in LANGUAGES.values()]
WHICH = [
    pytest.param(DEFAULTS, id="one a language"),
    pytest.param(list(catalogue()), id="all", marks=pytest.mark.nightly),
]


class _Sounds(HTMLParser):
    """Collects each voice's sound, and whatever would be loaded from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, bytes] = {}
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        source = given.get("src") or given.get("href") or ""
        if tag == "audio":
            sound = source.removeprefix("data:audio/mpeg;base64,")
            self.found[given["aria-label"] or ""] = base64.b64decode(sound, validate=True)
        elif source and not source.startswith("data:"):
            self.loaded.append(source)


def sounds_of(page: Path) -> dict[str, bytes]:
    parser = _Sounds()
    parser.feed(page.read_text(encoding="utf-8"))
    assert parser.loaded == []
    return parser.found


def decoded(sound: bytes) -> Samples:
    with av.open(io.BytesIO(sound)) as container:
        frames = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
        assert container.streams.audio[0].rate == SAMPLE_RATE
    return np.concatenate(frames).astype(np.float32)


def page_of(run: Run, path: Path, *options: str, **more: Any) -> Path:
    result = run("voices", "demo", "--out", str(path), "--json", *options, **more)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["voices"] == list(sounds_of(path))
    return path


@pytest.fixture(scope="module")
def toy_page(tmp_path_factory: pytest.TempPathFactory, toy_cli: Run) -> Path:
    """The page with all voices, spoken by the toy model."""
    return page_of(toy_cli, tmp_path_factory.mktemp("demo") / "demo.html")


@pytest.fixture(scope="module", params=WHICH)
def real_page(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, real_store: Store
) -> Path:
    """A page spoken by the real model, of a cache that has some voices alone."""
    cache = tmp_path_factory.mktemp("real") / "cache"
    (cache / "voices").mkdir(parents=True)
    for name in ("models", "speed.json"):
        (cache / name).symlink_to(real_store.cache / name)
    for name in request.param:
        pack = install_voice(real_store, name)
        (cache / "voices" / pack.name).symlink_to(pack)
    path = page_of(partial(run_in, cache), cache / "demo.html", "--installed")
    assert set(sounds_of(path)) == set(request.param)
    return path


def test_the_page_has_every_voice(toy_page: Path) -> None:
    found = sounds_of(toy_page)
    assert set(found) == set(catalogue())
    says_something(found)


@pytest.mark.real
def test_every_voice_speaks_a_sentence_of_its_language(real_page: Path) -> None:
    says_something(sounds_of(real_page))


def says_something(sounds: dict[str, bytes]) -> None:
    for name, sound in sounds.items():
        samples = decoded(sound)
        loud = np.abs(samples) > 0.05
        assert 2.0 < len(samples) / SAMPLE_RATE < 9.0, name
        assert loud.mean() > 0.1, f"{name} is hardly heard"
        assert np.abs(samples).max() < 0.99, f"{name} is clipped"


@pytest.mark.real
def test_the_english_ones_are_understood(real_page: Path) -> None:
    found = sounds_of(real_page)
    wrong = {}
    words = 0
    for name, sound in found.items():
        sample = LANGUAGES[name[0]].sample
        if name[0] in "ab":
            words += len(plain_words(sample))
            if errors := word_errors(sample.replace("harbor", "harbour"), _british(sound)):
                wrong[name] = errors
    assert sum(wrong.values()) <= 0.05 * words, wrong
    assert max(wrong.values(), default=0) <= 3, wrong


def _british(sound: bytes) -> str:
    return re.sub(r"\bharbor\b", "harbour", hear(decoded(sound)).lower())


@pytest.fixture(scope="module")
def browser_page(toy_page: Path) -> Iterator[Page]:
    with opened(toy_page) as browser:
        yield browser


@pytest.mark.parametrize("voices", WHICH)
def test_the_page_plays_in_a_browser(voices: list[str], browser_page: Page) -> None:
    """Each sound is loaded and played to its end, one at a time, and nothing is complained of."""
    played: Any = browser_page.run_async(
        f"const voices = {json.dumps(voices)};"
        """
        const sounds = [...document.querySelectorAll("audio")]
          .filter(sound => voices.includes(sound.ariaLabel));
        const ended = [];
        for (const sound of sounds) {
          sound.playbackRate = 16;
          await new Promise((resolve, reject) => {
            sound.onended = resolve;
            sound.onerror = () => reject(sound.error.message);
            sound.play().catch(reject);
          });
          ended.push([sound.ariaLabel, sound.duration, sound.currentTime]);
        }
        return ended;
        """
    )
    assert {name for name, _, _ in played} == set(voices)
    for name, duration, reached in played:
        assert duration > 2.0, name
        assert reached == pytest.approx(duration, abs=0.05)
    assert browser_page.complaints() == []


def test_one_sound_stops_the_other(browser_page: Page) -> None:
    paused: Any = browser_page.run_async(
        """
        const [first, second] = document.querySelectorAll("audio");
        first.playbackRate = second.playbackRate = 1;
        await first.play();
        await second.play();
        await new Promise(resolve => setTimeout(resolve, 0));
        const paused = [first.paused, second.paused];
        second.pause();
        return paused;
        """
    )
    assert paused == [True, False]


def test_a_voice_is_found_on_the_page(browser_page: Page) -> None:
    shown: Any = browser_page.run_async(
        """
        const field = document.querySelector("input");
        const shown = [];
        for (const wanted of ["emma", "French", "no such voice", ""]) {
          field.value = wanted;
          field.dispatchEvent(new Event("input"));
          shown.push([...document.querySelectorAll("li")].filter(x => x.checkVisibility()).length);
        }
        return shown;
        """
    )
    assert shown == [1, 1, 0, 54]


def test_a_page_with_a_text_of_ones_own(toy_cli: Run, tmp_path: Path) -> None:
    text = "Fish & chips <b>for</b> two."
    command = ("voices", "demo", "emma", "--out", "emma.html", "--text", text)
    result = toy_cli(*command, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    page = tmp_path / "emma.html"
    assert list(sounds_of(page)) == ["bf_emma"]
    assert "Fish &amp; chips &lt;b&gt;for&lt;/b&gt; two." in page.read_text()


BAD_DEMOS = {
    "no such folder": ["--out", "missing/demo.html"],
    "a folder": ["--out", "."],
    "no voice fits": ["emma", "--gender", "m"],
}


@pytest.mark.parametrize("arguments", BAD_DEMOS.values(), ids=BAD_DEMOS)
def test_what_cannot_be_is_reported_before_it_speaks(
    arguments: list[str], toy_cli: Run, tmp_path: Path
) -> None:
    result = toy_cli("voices", "demo", *arguments, cwd=tmp_path)
    assert result.returncode == ExitCode.USAGE, result.stderr
    assert result.stderr.count("\n") == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.real
def test_voices_are_heard_one_after_the_other(real_run: Run, tmp_path: Path) -> None:
    voices = ["af_bella", "bf_emma", "am_michael(2)+am_puck(1)"]
    text = "Seven boats went out to sea."
    result = real_run(
        "voices", "play", *voices, "--text", text, "-o", "heard.wav", "--json", cwd=tmp_path
    )
    assert result.returncode == 0, result.stderr
    report = json.loads(result.stdout)
    assert report["voice"] == ", ".join(voices)
    assert [chunk["text"] for chunk in report["chunks"] if chunk["text"]] == [text] * 3
    with av.open(str(tmp_path / "heard.wav")) as container:
        frames = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
    samples = np.concatenate(frames).astype(np.float32) / 32768
    assert word_errors(" ".join([text] * 3), hear(samples)) <= 1


def test_each_says_a_sentence_of_its_own_language(toy_cli: Run, tmp_path: Path) -> None:
    result = toy_cli("voices", "play", "ff_siwis", "af_sky", "-o", "x.wav", "--json", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    said = [chunk["text"] for chunk in json.loads(result.stdout)["chunks"] if chunk["text"]]
    assert said[0].startswith("Le soleil")
    assert said[-1].startswith("The sun")
