"""What a person sees who opens the server's address in a browser."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from fastapi import Request

from kokoro_cli import __version__

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>kokoro</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem;
  color-scheme: light dark; }}
pre {{ padding: .8rem; overflow-x: auto; border: 1px solid; border-radius: .4rem; }}
</style>
<h1>kokoro {version}</h1>
<p>This server speaks text with the open model Kokoro-82M. Programs that speak with OpenAI's or
Kokoro-FastAPI's endpoint can use it: their base address is <code>{base}v1</code>.</p>
<pre>curl {base}v1/audio/speech \\
  -H 'Content-Type: application/json' \\
  -d '{{"input": "Hello", "voice": "af_heart"}}' -o hello.mp3</pre>
<p>See <a href="v1/audio/voices">the voices</a>, <a href="health">how it is</a>, and
<a href="openapi.json">all routes</a>.</p>
<p>{count} voices: {voices}.</p>
</html>
"""


def page(request: Request, voices: Sequence[str]) -> str:
    base = str(request.base_url)
    return _PAGE.format(
        version=escape(__version__),
        base=escape(base if base.endswith("/") else f"{base}/"),
        count=len(voices),
        voices=escape(", ".join(voices)),
    )
