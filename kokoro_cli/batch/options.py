"""Check a `FileRequest`, and resolve it into a layout and an encoding."""

from __future__ import annotations

import re
from pathlib import Path

from kokoro_cli.batch.plan import Layout, parse_chapters
from kokoro_cli.batch.request import FileRequest
from kokoro_cli.errors import UsageError
from kokoro_cli.kokoro82m import SAMPLE_RATE
from kokoro_cli.sinks.formats import (
    DEFAULT_FORMAT,
    FORMATS,
    TELEPHONE_FORMAT,
    TELEPHONE_RATE,
    Codec,
    Encoding,
    check_encoding,
    format_of,
)
from kokoro_cli.subtitles.formats import SUBTITLE_FORMATS, Unit

LUFS = (-40.0, -5.0)

_BIT_RATE = re.compile(r"([0-9]{1,9})(k?)", re.IGNORECASE | re.ASCII)


def layout_of(request: FileRequest) -> Layout:
    if request.force and request.skip_existing:
        raise UsageError("`force` and `skip_existing` ask for two things.", hint="Choose one.")
    if request.split not in (None, "chapters"):
        raise UsageError(f"`split` is {request.split!r}.", hint="It is: `split` chapters.")
    if request.split and request.merge:
        raise UsageError("`split` and `merge` ask for two things.", hint="Choose one.")
    if request.output and (request.split or request.out_dir):
        raise UsageError(
            "`output` names one file.", hint="Name the folder alone: `out_dir`, without `output`."
        )
    if request.out_dir and request.out_dir.exists() and not request.out_dir.is_dir():
        raise UsageError(f"{request.out_dir} is no folder.", hint="Name a folder, or a new one.")
    return Layout(
        folder=request.out_dir or Path(),
        encoding=encoding_of(request),
        file=request.output,
        split=bool(request.split),
        merge=request.merge,
        chapters=parse_chapters(request.chapters) if request.chapters is not None else (),
    )


def encoding_of(request: FileRequest) -> Encoding:
    return check_encoding(
        Encoding(
            format=_format(request),
            sample_rate=_sample_rate(request),
            bit_rate=_bit_rate(request.bit_rate),
            codec=_codec(request),
        )
    )


def _sample_rate(request: FileRequest) -> int:
    if request.sample_rate is not None:
        return request.sample_rate
    return TELEPHONE_RATE if request.telephony else SAMPLE_RATE


def _format(request: FileRequest) -> str:
    named = format_of(request.output) if request.output else None
    asked = request.format.lower().lstrip(".") if request.format else None
    if asked and named and asked != named:
        raise UsageError(
            f"`format` is {asked}, but {request.output} is {named}.", hint="Leave `format` out."
        )
    found = asked or named or (TELEPHONE_FORMAT if request.telephony else DEFAULT_FORMAT)
    if found not in FORMATS:
        raise UsageError(f"`format` is {found!r}.", hint=f"Known are {', '.join(FORMATS)}.")
    return found


def _bit_rate(text: str | None) -> int | None:
    if text is None:
        return None
    match = _BIT_RATE.fullmatch(text)
    if not match:
        raise UsageError(f"`bit_rate` is {text[:20]!r}.", hint="It is like 64k.")
    number = int(match[1])
    return number * (1000 if match[2] or number < 1000 else 1)


def _codec(request: FileRequest) -> Codec:
    if request.codec is None:
        return FORMATS[_format(request)].telephone_codec if request.telephony else "pcm"
    codec = request.codec.lower()
    if codec == "ulaw":
        return "ulaw"
    if codec == "alaw":
        return "alaw"
    if codec != "pcm":
        raise UsageError(f"`codec` is {request.codec!r}.", hint="Known are pcm, ulaw and alaw.")
    return "pcm"


def subtitles_of(request: FileRequest) -> tuple[str, ...]:
    names = [n.strip().lower() for n in (request.subtitles or "").split(",") if n.strip()]
    for name in names:
        if name not in SUBTITLE_FORMATS:
            raise UsageError(
                f"`subtitles` is {request.subtitles!r}: {name!r} is none.",
                hint=f"Known are {', '.join(SUBTITLE_FORMATS)}.",
            )
    return tuple(dict.fromkeys(names))


def unit_of(text: str) -> Unit:
    if text == "word":
        return "word"
    if text != "sentence":
        raise UsageError(f"`subtitle_unit` is {text!r}.", hint="It is sentence or word.")
    return "sentence"


def check_request(request: FileRequest) -> None:
    """Raise UsageError for a value out of range."""
    subtitles_of(request)
    if unit_of(request.subtitle_unit) == "word" and not subtitles_of(request):
        raise UsageError("`subtitle_unit` does nothing without `subtitles`.", hint="Add them.")
    low, high = LUFS
    if request.lufs is not None and not low <= request.lufs <= high:
        raise UsageError(
            f"`lufs` is {request.lufs:g}.", hint=f"It goes from {low:g} to {high:g}; try -18."
        )
    if request.jobs is not None and not 1 <= request.jobs <= 64:
        raise UsageError(f"`jobs` is {request.jobs}.", hint="It goes from 1 to 64.")
