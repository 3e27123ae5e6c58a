"""What a person sees who opens the server's address in a browser."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from fastapi import Request

from kokoro_cli import __version__
from kokoro_cli.text.languages import LANGUAGES

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>kokoro</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto;
  padding: 0 1rem; }}
h1 {{ margin: 0; }}
h1 small {{ font-size: 1rem; font-weight: normal; opacity: .7; }}
h2 {{ font-size: 1.1rem; margin: 2rem 0 .5rem; }}
code, pre {{ font: .9rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }}
pre {{ padding: .8rem 1rem; overflow-x: auto; background: #8881; border: 1px solid #8886;
  border-radius: .4rem; }}
dl {{ display: grid; grid-template-columns: 11rem 1fr; margin: 0; }}
dt, dd {{ margin: 0; padding: .4rem 0; border-top: 1px solid #8886; }}
dd code {{ display: inline-block; margin-right: .8rem; }}
@media (max-width: 34rem) {{
  dl {{ display: block; }}
  dt {{ opacity: .7; padding-bottom: 0; }}
  dd {{ border: 0; padding-top: 0; }}
}}
</style>
<h1>kokoro <small>{version}</small></h1>
<p>This server speaks text with the open model Kokoro-82M. Programs made for OpenAI's speech
endpoint, or for Kokoro-FastAPI's, can use it.</p>
<h2>Use it</h2>
<dl>
<dt>Base address</dt><dd><code>{base}v1</code></dd>
<dt>Key</dt><dd>the server's, if it has one: <code>Authorization: Bearer KEY</code></dd>
<dt>Model</dt><dd><code>kokoro</code></dd>
<dt>More</dt><dd><a href="v1/audio/voices">voices</a>, <a href="v1/models">models</a>,
<a href="health">health</a>, <a href="openapi.json">all routes</a></dd>
</dl>
<pre>curl {base}v1/audio/speech \\
  -H 'Content-Type: application/json' \\
  -d '{{"input": "Hello", "voice": "af_heart"}}' \\
  -o hello.mp3</pre>
<h2>{count} voices</h2>
<dl>
{voices}
</dl>
</html>
"""

_NAME = re.compile(r"([a-z])[fm]_")


def page(request: Request, voices: Sequence[str]) -> str:
    base = str(request.base_url)
    return _PAGE.format(
        version=escape(__version__),
        base=escape(base if base.endswith("/") else f"{base}/"),
        count=len(voices),
        voices=_rows(voices),
    )


def _rows(voices: Sequence[str]) -> str:
    """Return the voices by language, which the first letter of a name tells."""
    found: dict[str, list[str]] = {}
    for name in voices:
        matched = _NAME.match(name)
        language = LANGUAGES.get(matched[1]) if matched else None
        shown = f"<code>{escape(name)}</code>"
        found.setdefault(language.name if language else "Others", []).append(shown)
    order = [*(language.name for language in LANGUAGES.values()), "Others"]
    rows = [(name, found[name]) for name in order if name in found]
    return "\n".join(f"<dt>{name}</dt><dd>{' '.join(shown)}</dd>" for name, shown in rows)
