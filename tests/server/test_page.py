"""The page that a browser gets."""

from __future__ import annotations

import re

from fastapi import Request

from kokoro_cli.server.page import page
from tests.server.serving import Served

HTML = {"Accept": "text/html,*/*;q=0.8"}


def _page(*voices: str) -> str:
    scope = {"type": "http", "path": "/", "headers": [(b"host", b"a.example")], "scheme": "https"}
    return page(Request(scope), voices)


def _rows(html: str) -> dict[str, list[str]]:
    rows = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", html.split(" voices</h2>")[1])
    return {name: re.findall(r"<code>(.*?)</code>", voices) for name, voices in rows}


def test_voices_are_shown_by_language() -> None:
    shown = _page("mine", "bf_emma", "af_sky", "af_heart", "xf_x")
    assert _rows(shown) == {
        "American English": ["af_sky", "af_heart"],
        "British English": ["bf_emma"],
        "Others": ["mine", "xf_x"],
    }
    assert "5 voices" in shown


def test_names_are_text() -> None:
    assert "<code>&lt;b&gt;</code>" in _page("<b>")


def test_the_page_loads_nothing_and_runs_nothing(served: Served) -> None:
    answer = served.client.get("/", headers=HTML)
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert not re.findall(r"<script|<img|<link|src=|@import|url\(", answer.text)
    assert len([name for names in _rows(answer.text).values() for name in names]) == 54


def test_its_links_and_its_command_work(served: Served) -> None:
    html = served.client.get("/", headers=HTML).text
    for link in re.findall(r'href="([^"]+)"', html):
        assert served.client.get(f"/{link}").status_code == 200
    (address,) = re.findall(r"<pre>curl (\S+)", html)
    assert address == f"{served.url}v1/audio/speech"


def test_a_proxys_name_is_shown() -> None:
    assert "https://a.example/v1/audio/speech" in _page()
