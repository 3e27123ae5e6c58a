"""Turn bytes into text: detect the encoding, then decode strictly."""

from __future__ import annotations

import codecs
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise

from kokoro_cli.errors import KokoroError

# Longest first: the mark of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Encodings that names mean in practice, as in browsers (https://encoding.spec.whatwg.org/#names).
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    # The name itself was found in single bytes, so it can't be UTF-16.
    "utf-16": "utf-8",
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
}
# Python's own codecs, which no file declares.
_NO_DECLARATION = {"unicode-escape", "raw-unicode-escape", "idna", "punycode", "undefined"}

_FORMATS = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a GZIP archive"),
    (b"%PDF-", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"{\\rtf", "an RTF file"),
)

# Control characters, except those of terminals, printers and old DOS files: backspace, form feed,
# escape and end of file.
_CONTROLS = re.compile("[\x01-\x07\x0e-\x19\x1c-\x1f\x7f]")
_BYTE_CONTROLS = re.compile(rb"[\x01-\x07\x0e-\x19\x1c-\x1f\x7f]")

# Bytes that are not UTF-8, as "surrogateescape" decodes them.
_MISFITS = re.compile("[\udc80-\udcff]+")

_SAMPLE = 8_000
"""Bytes used to detect an encoding, all of them from lines that are not ASCII."""

_WESTERN = (
    "äöüß àâæçèéêëîïôœùûüÿ áéíñóúü àáâãçéêíóôõúü àèéìíîòóùú åäöéæøü ðþáéíóúýæö äëïöüéè àçèéíïòóúü"
)
_CENTRAL = "ąćęłńóśźż áčďéěíňóřšťúůýžäľĺŕôö áéíóöőúüű ăâîşţ čćđšž"
_BALTIC = "ąčęėįšųūž āčēģīķļņšūž"
_RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_CYRILLIC = f"{_RUSSIAN} абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"
_GREEK = "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώ"
_SIGNS = frozenset("‘’“”„…–—«»‹›€£§©®™°·•×½¿¡\xa0\xad")

# Most likely first; the first of equals is used.
_LETTERS = (
    ("cp1252", _WESTERN),
    ("cp1254", "çğıöşüâîûİ"),
    ("cp1252", "ðþáéíóúýæö"),
    ("cp1250", _CENTRAL),
    ("cp1257", _BALTIC),
    ("cp1251", _CYRILLIC),
    ("koi8_r", _RUSSIAN),
    ("cp1253", _GREEK),
)
# First bytes of common characters: kana, signs and the more common half of the rest.
_FIRST_BYTES = (
    ("cp932", (0x81, 0x82, 0x83, *range(0x88, 0x98))),
    ("cp949", (0xA1, 0xA3, *range(0xB0, 0xC9))),
    ("gb18030", (0xA1, 0xA3, *range(0xB0, 0xD8))),
    ("euc_jp", (0xA1, 0xA3, 0xA4, 0xA5, *range(0xB0, 0xD0))),
    ("big5", (0xA1, *range(0xA4, 0xC7))),
)
_UPPER = 0.9
"""Rating of a Cyrillic capital; cp1251 has small letters at the codes of KOI8's capitals."""
_DOUBTFUL = 0.3
_ENOUGH = 0.5

_FOREIGN_LETTERS = re.compile(r"[^\W\d_\x00-\x7f]{3,}")
_MIXED = re.compile(r"(?<=[A-Za-z])[^\x00-\x7f]|[^\x00-\x7f](?=[A-Za-z])")


def decode(data: bytes, name: str, declared: str | None = None) -> str:
    """Return the text, by the first encoding that all of the data fits.

    They are tried in this order: that of the byte order mark, *declared*, UTF-8, UTF-16, the best
    rated. No byte is skipped or replaced. A `KokoroError` that begins with *name* reports data that
    is not text, or whose encoding can't be detected.
    """
    text = _marked(data, name)
    if text is None:
        text = _strict(data, _meant(declared))
    if text is None:
        text = _strict(data, "utf-8")
    if text is None:
        text = _utf_16_without_mark(data)
    if text is None:
        _refuse_binary(data, name)
        text = _detected(data, name)
    if "\0" in text:
        raise _not_text(name, _format(data) or "it holds zero bytes")
    if len(_CONTROLS.findall(text)) > 0.3 * len(text):
        raise _not_text(name, _format(data) or "it holds mostly control characters")
    return text


def is_marked(data: bytes) -> bool:
    """Whether the data begins with a byte order mark of an encoding other than UTF-8."""
    return any(data.startswith(mark) for mark, encoding in _MARKS if encoding != "utf-8")


def _marked(data: bytes, name: str) -> str | None:
    mark, encoding = next(((m, e) for m, e in _MARKS if data.startswith(m)), (b"", ""))
    if not mark:
        return None
    try:
        return data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        raise damaged(name, encoding, len(mark) + error.start) from error


def _meant(declared: str | None) -> str | None:
    """Return the encoding that a name means; None if it is not the name of one."""
    try:
        encoding = codecs.lookup((declared or "").strip()).name
    except (LookupError, ValueError):
        return None
    return None if encoding.replace("_", "-") in _NO_DECLARATION else _MEANT.get(encoding, encoding)


def _strict(data: bytes, encoding: str | None) -> str | None:
    """Return the text if all of the data fits the encoding and it has no zeros; else None."""
    try:
        text = data.decode(encoding) if encoding else None
    except (LookupError, ValueError):
        return None
    return None if text is None or "\0" in text else text


def _utf_16_without_mark(data: bytes) -> str | None:
    """Return the text if it is UTF-16, with most high bytes 0 or one other value; else None."""
    head = data[:_SAMPLE]
    zeros_first, zeros_second = head[::2].count(0), head[1::2].count(0)
    if len(data) % 2 or not zeros_first + zeros_second:
        return None
    big = zeros_first > zeros_second
    blocks = Counter(head[::2] if big else head[1::2])
    zeros = blocks.pop(0, 0)
    others = blocks.most_common(1)[0][1] if blocks else 0
    if 4 * (zeros + others) < 3 * (len(head) // 2) or 20 * zeros < len(head) // 2:
        return None
    return _strict(data, "utf-16-be" if big else "utf-16-le")


def _refuse_binary(data: bytes, name: str) -> None:
    if b"\0" in data:
        raise _not_text(name, _format(data) or "it holds zero bytes")
    controls = sum(1 for _ in _BYTE_CONTROLS.finditer(data, 0, 100_000))
    if _format(data) or 50 * controls > min(len(data), 100_000):
        raise _not_text(name, _format(data) or "it holds control characters")


def _detected(data: bytes, name: str) -> str:
    """Return the text in the best-rated encoding that all of the data fits."""
    sample = _sample(data)
    rated = ((rate(sample), encoding) for encoding, rate in _raters())
    encoding, text = "", None
    for rating, encoding in sorted(rated, key=lambda pair: -pair[0]):
        text = _strict(data, encoding) if rating >= _ENOUGH else None
        if text is not None:
            break
    two_byte = text is not None and encoding in dict(_FIRST_BYTES)
    if _is_nearly_utf_8(sample, two_byte=two_byte):
        raise damaged(name, "utf-8", _first_misfit(data))
    if text is not None:
        return text
    raise KokoroError(
        f"{name} is text in an encoding that can't be detected.",
        hint="Save it as UTF-8, or convert it: iconv -f ENCODING -t UTF-8 FILE",
    )


def _is_nearly_utf_8(sample: bytes, *, two_byte: bool) -> bool:
    """Whether more of the sample is UTF-8 letters than not; another encoding is then wrong.

    In a two-byte encoding some letters look like UTF-8 by chance, so it needs more of them.
    """
    text = sample.decode("utf-8", "surrogateescape")
    misfits = _MISFITS.findall(text)
    bytes_that_misfit = sum(map(len, misfits))
    letters = sum(not character.isascii() for character in text) - bytes_that_misfit
    return letters > (2 * bytes_that_misfit if two_byte else len(misfits))


def _first_misfit(data: bytes) -> int:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.start
    return len(data)


def _sample(data: bytes) -> bytes:
    """Return bytes from the first lines that are not ASCII."""
    sample = b""
    for line in io.BytesIO(data):
        if not line.isascii():
            first = next(i for i in range(0, len(line), 4_000) if not line[i : i + 4_000].isascii())
            begin = line.rfind(b" ", 0, first) + 1
            sample += line[begin : begin + _SAMPLE]
        if len(sample) >= _SAMPLE:
            break
    return sample[:_SAMPLE]


def _raters() -> Iterator[tuple[str, Callable[[bytes], float]]]:
    for encoding, alphabets in _LETTERS:
        latin = encoding in ("cp1252", "cp1250", "cp1254", "cp1257")
        for alphabet in alphabets.split():
            yield encoding, _letter_rater(encoding, alphabet, latin=latin)
    for encoding, first_bytes in _FIRST_BYTES:
        yield encoding, _first_byte_rater(encoding, frozenset(first_bytes))


def _read_as(sample: bytes, encoding: str) -> str:
    """Return the decoded sample, whose last character may be cut; "" if it does not fit."""
    try:
        return codecs.getincrementaldecoder(encoding)("strict").decode(sample)
    except UnicodeDecodeError:
        return ""


def _letter_rater(encoding: str, alphabet: str, *, latin: bool) -> Callable[[bytes], float]:
    """Return a function that rates a text by the share of its letters that a language uses."""
    small, capital = frozenset(alphabet), frozenset(alphabet.upper()) - frozenset(alphabet)
    upper = 1 if latin else _UPPER

    def rate(sample: bytes) -> float:
        text = _read_as(sample, encoding)
        counts = Counter(text)
        foreign = {c: n for c, n in counts.items() if not c.isascii()}
        usual = sum(
            n * (1 if c in small or c in _SIGNS else upper if c in capital else _DOUBTFUL)
            for c, n in foreign.items()
            if c.isprintable() or c in _SIGNS
        )
        return max(0.0, usual - _odd_places(text, latin=latin)) / max(1, sum(foreign.values()))

    return rate


def _odd_places(text: str, *, latin: bool) -> int:
    """Return the number of letters at unlikely places: runs of accents, mixed words."""
    if latin:
        return sum(len(run) for run in _FOREIGN_LETTERS.findall(text))
    inner_capitals = sum(a.islower() and b.isupper() for a, b in pairwise(text))
    return len(_MIXED.findall(text)) + inner_capitals


def _first_byte_rater(encoding: str, first_bytes: frozenset[int]) -> Callable[[bytes], float]:
    """Return a function that rates a text by the share of its characters with usual first bytes."""

    def rate(sample: bytes) -> float:
        text = _read_as(sample, encoding)
        foreign = [c for c in text if not c.isascii()]
        usual = sum(c.encode(encoding)[0] in first_bytes for c in foreign)
        return usual / max(1, len(foreign))

    return rate


def _format(data: bytes) -> str | None:
    return next((f"it is {what}" for sign, what in _FORMATS if data.startswith(sign)), None)


def _not_text(name: str, reason: str) -> KokoroError:
    return KokoroError(f"{name} is not text: {reason}.", hint="Give a text, a web page or a book.")


def damaged(name: str, encoding: str, place: int) -> KokoroError:
    return KokoroError(
        f"{name} is not {encoding.upper()} text throughout: byte {place:,} does not fit.",
        hint=f"Save it again, or drop what does not fit: iconv -c -f {encoding} -t UTF-8 FILE",
    )
