"""Text for machines: internet addresses, paths, versions, code, telephone numbers."""

from __future__ import annotations

import re

from kokoro_cli.text.verbalise import Late, Rule, WithDigit
from kokoro_cli.text.verbalise.english import numbers
from kokoro_cli.types import ReadingOptions

_MARKS = {
    ".": "dot", "/": "slash", "\\": "backslash", "-": "dash", "_": "underscore", "@": "at",
    ":": "colon",
    "~": "tilde", "+": "plus", "#": "hash", "?": "question mark", "=": "equals", "&": "and",
    "%": "percent",
    "*": "star", "$": "dollar", "!": "exclamation mark", "|": "pipe", "^": "caret",
    "<": "less than", ">": "greater than",
    "(": "open parenthesis", ")": "close parenthesis", "[": "open bracket", "]": "close bracket",
    "{": "open brace", "}": "close brace", ",": "comma", ";": "semicolon",
}  # fmt: skip

# Spelled in addresses and file names, although they could be taken for words.
_SPELLED = frozenset(
    (
        "uk us eu de fr io ai tv fm edu gov mil nz jp cn ru html htm php css js ts py sh md txt "
        "pdf csv xml json yml svg png gif mp mpg avi mkv exe dll cfg conf ini rb cpp hpp rs sql "
        "db dev etc usr src lib tmp var opt www http https ftp ssh bbc cnn npr nhs api url id ip "
        "ui faq usa nyc la ny ca nasa gz tar bz deb rpm docx xlsx pptx wav flac epub"
    ).split()
)
_SAID = {
    "json": "JSON", "gif": "gif", "tar": "tar", "dev": "dev", "conf": "conf", "lib": "lib",
    "nasa": "nasa", "faq": "F A Q",
    "edu": "edu", "gov": "gov", "mil": "mil", "io": "I O", "etc": "etc", "var": "var",
    "opt": "opt", "tmp": "temp", "wav": "wave",
    "sql": "S Q L", "usr": "user", "src": "source", "img": "image", "cfg": "config",
    "exe": "E X E", "zip": "zip", "bin": "bin",
    "flac": "flac", "epub": "E pub", "ini": "I N I", "bash": "bash", "yaml": "yaml",
    "toml": "toml", "docx": "doc X",
    "xlsx": "X L S X", "pptx": "P P T X", "id": "I D", "us": "us", "la": "la", "de": "D E",
}  # fmt: skip
_PIECE = Late(r"[A-Za-zÀ-ɏ]{1,60}|\d{1,60}|[^\w\s]|_")
_CAMEL = Late(r"[A-Z]{2,}(?=[A-Z][a-z]|\d|\b|_)|[A-Z]?[a-zà-ɏ]+|[A-Z]+|\d+|[^\W\d_]+|[^\w\s]|_")


def spell_out(text: str, *, dash: str = "dash") -> str:
    """Return an address or a path as it is dictated, with its marks named."""
    words = []
    for piece in _PIECE.findall(text):
        if piece.isdecimal():
            words.append(_number(piece))
        elif piece == "-":
            words.append(dash)
        elif piece in _MARKS:
            words.append(_MARKS[piece])
        elif piece.isalpha():
            words += [_name(part) for part in _CAMEL.findall(piece)]
    return " ".join(words)


def _number(digits: str) -> str:
    if len(digits) == 4 and digits[:2] in ("19", "20"):
        return numbers.year(int(digits))
    if digits[0] == "0" or len(digits) >= 4:
        return numbers.digits(digits, zero="zero" if digits[0] != "0" or len(digits) > 4 else "oh")
    return numbers.pairs(digits) if len(digits) == 3 else numbers.cardinal(int(digits))


def _name(part: str) -> str:
    lower = part.lower()
    if lower == "img" and part.isupper():
        return "I M G"
    if lower in _SAID:
        return _SAID[lower]
    if lower in _SPELLED or (len(part) <= 4 and not re.search("[aeiouy]", lower)):
        return numbers.letters(part)
    if lower == "readme":
        return "read me"
    return part


# --- Internet addresses ------------------------------------------------------------------------

_TLD = (
    "com|org|net|edu|gov|mil|int|io|ai|app|dev|co|info|biz|me|tv|fm|uk|us|de|fr|es|it|eu|ca|au|jp|"
    "cn|in|br|ru|ch|nl|se|"
    "no|fi|pl|nz|ie|at|be|xyz|online|site|shop|blog|news|tech|cloud|gg|ly|gl|be|health|museum|"
    "travel|wiki|academy|example|local|test"
)
_EMAIL = re.compile(
    r"(?<![\w.+-])<?(?:mailto:)?(?P<local>[\w.+%-]{1,64})"
    r"@(?P<host>[\w-]{1,63}(?:\.[\w-]{1,63}){1,5})>?(?![\w@])"
)
_URL = re.compile(
    r"(?<![\w@])(?:(?P<scheme>[a-zA-Z][a-zA-Z+.-]{1,9})://(?P<rest>[^\s<>\"“”]{1,400})|"
    r"(?P<bare>(?:www\.[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}|"
    rf"(?:[\w-]{{1,63}}\.){{1,4}}(?:{_TLD})(?![\w.-]*\()(?![\w-]|\.[a-z]))"
    r"(?:[:/?#][^\s<>\"“”]{0,400})?))"
)
# Characters; longer queries are meant for machines and left out.
_LONGEST_QUERY = 24
_AFTER = ".,;:!?)]}'’\"”*"


def _email(match: re.Match[str], options: ReadingOptions) -> str:
    return f"{spell_out(match['local'])} at {spell_out(match['host'])}"


def _url(match: re.Match[str], options: ReadingOptions) -> str | None:
    scheme, address = match["scheme"], match["rest"] or match["bare"]
    bare = match["bare"]
    if bare and not bare.startswith("www.") and _is_no_address(bare, match):
        return None
    cut = len(address.rstrip(_AFTER))
    if ")" in address[cut:] and address[:cut].count("(") > address[:cut].count(")"):
        cut += 1
    address, tail = address[:cut], address[cut:]
    if options.urls == "short":
        if scheme not in (None, "http", "https", "ftp"):
            scheme_words = f"{spell_out(scheme)} colon slash slash "
        else:
            scheme_words = ""
        address = address.removeprefix("www.")
        short = re.split(r"[?#]", address, maxsplit=1)[0]
        if len(address) - len(short) > _LONGEST_QUERY:
            address = short
        address = address.rstrip("/") or address
        return scheme_words + spell_out(address) + tail
    front = f"{numbers.letters(scheme).lower()} colon slash slash " if scheme else ""
    if address.startswith("www."):
        front, address = f"{front}W W W dot ", address[4:]
    return front + spell_out(address) + tail


def _is_no_address(bare: str, match: re.Match[str]) -> bool:
    """Whether "end.In" or "it.So" is more likely two sentences without a space between them."""
    host = re.split(r"[:/?#]", bare, maxsplit=1)[0]
    last = host.rsplit(".", 1)[-1]
    return last != last.lower() or (
        host.count(".") == 1
        and len(bare) == len(host)
        and last in ("no", "in", "it", "is", "at", "be", "me", "us", "test", "so")
        and not host.islower()
    )


_IP = WithDigit(
    r"(?<![\w.])(?P<address>\d{1,3}(?:\.\d{1,3}){3})(?:(?P<mark>[:/])(?P<port>\d{1,5}))?(?![\w]|"
    r"\.\d)"
)
_IP6 = WithDigit(
    r"(?<![\w:])(?=[\dA-Fa-f:]{0,39}\d)(?:[\dA-Fa-f]{0,4}:){2,7}[\dA-Fa-f]{0,4}(?![\w:])"
)
_MAC = re.compile(r"(?<![\w:-])(?:[\dA-Fa-f]{2}[:-]){5}[\dA-Fa-f]{2}(?![\w:-])")
_PORT = WithDigit(r"(?<=localhost):(?P<port>\d{2,5})(?!\w)")


def _ip(match: re.Match[str], options: ReadingOptions) -> str | None:
    parts = match["address"].split(".")
    if any(int(part) > 255 for part in parts):
        return None
    words = " dot ".join(_octet(part) for part in parts)
    if match["port"]:
        mark = "colon" if match["mark"] == ":" else "slash"
        words += f" {mark} {_port_words(match['port'])}"
    return words


def _octet(part: str) -> str:
    if len(part) == 3 and not part.endswith("00"):
        return numbers.digits(part, zero="zero") if part[1] == "0" else numbers.pairs(part)
    return "zero" if part == "0" else numbers.spoken_integer(part)


def _port_words(port: str) -> str:
    if len(port) == 4 and port.endswith("00"):
        return numbers.pairs(port)
    return (
        numbers.pairs(port)
        if len(port) <= 4 and not port.endswith("000")
        else numbers.digits(port, zero="zero")
    )


def _port(match: re.Match[str], options: ReadingOptions) -> str:
    return f" colon {_port_words(match['port'])}"


def _hex_groups(match: re.Match[str], options: ReadingOptions) -> str | None:
    if ":" in match[0] and re.fullmatch(r"\d{1,3}(?::\d{1,3}){1,3}", match[0]):
        return None
    if match[0].count(":") < 2 and "-" not in match[0]:
        return None
    pieces = re.findall(r"[\dA-Fa-f]+|::|[:-]", match[0])
    marks = {"::": "colon colon", ":": "colon", "-": "dash"}
    return " ".join(marks.get(p) or _hex_word(p) for p in pieces)


def _hex_word(piece: str) -> str:
    return " ".join(numbers.digits(c, zero="zero") if c.isdecimal() else c.upper() for c in piece)


# --- Telephone numbers -------------------------------------------------------------------------

_PHONE = WithDigit(
    r"(?<![\w.,/-])(?:(?P<plus>\+)(?P<country>\d{1,3})[ .-]?)?(?P<one>1[ .-])?(?P<open>\()?"
    r"(?P<area>\d{2,5})(?P<close>\))?"
    r"(?P<first>[ .-]?)(?P<groups>\d{2,4}(?:[ .-]\d{2,4}){1,4}|(?<=0\d{4} )\d{6}|"
    r"(?<=0\d{3} )\d{6,7})(?:,? ?(?:x|ext\.?|"
    r"extension) ?(?P<ext>\d{1,6}))?(?![\w%]|[.,/:-]\d)"
)
_SHORT_PHONE = WithDigit(r"(?<![\w.,/-])(?P<first>\d{3})-(?P<second>\d{4})(?![\w%]|[.,/:-]\d)")
_PLUS_PHONE = WithDigit(r"(?<![\w.,/-])\+(?P<number>\d{8,15})(?!\w)")
_VANITY = WithDigit(
    r"(?<![\w-])(?P<one>1-)?(?P<area>8(?:00|88|77|66|55|44|"
    r"33))-(?P<name>(?=[A-Z\d-]{0,9}[A-Z]{2})[A-Z\d]{1,10}(?:-[A-Z\d]{1,10}){0,3})(?![\w-])"
)
_EMERGENCY = WithDigit(r"(?<![\w.,$£€#/-])(?:[2-9]11|999|112|988|101|111)(?![\w%]|[.,/:-]\d)")
_LISTED_CALL = Late(r"\b(?:[2-9]11|999)\b[^.!?]{1,40}$")
_CALLS = Late(
    r"(?:[Cc]all|[Dd]ial|[Rr]ing|[Pp]hone|[Tt]ext)(?:s|ed|ing)? (?:to )?$|(?:[Cc]alls? to|"
    r"[Rr]ang|[Tt]he) $"
)
_SSN = WithDigit(r"(?<![\w.,/-])\d{3}-\d{2}-\d{4}(?![\w-])")
_CARD = WithDigit(r"(?<![\w.,/-])\d{4}(?:[ -]\d{4}){3}(?![\w-])")
_ISBN = WithDigit(r"(?<![\w.,/-])97[89]-\d{1,5}-\d{1,7}-\d{1,7}-\d(?![\w-])")


def _phone(match: re.Match[str], options: ReadingOptions) -> str | None:
    digits = sum(c.isdecimal() for c in match["area"] + match["groups"])
    plain = not (match["plus"] or match["one"] or match["open"])
    if bool(match["open"]) != bool(match["close"]):
        return None
    if plain and not match["first"]:
        return None
    if plain and not (9 <= digits <= 13 and _looks_dialled(match)):
        return None
    if not plain and not 6 <= digits <= 13:
        return None
    words = []
    if match["plus"]:
        words.append("plus " + numbers.digits(match["country"]))
    if match["one"]:
        words.append("one")
    words.append("eight hundred" if match["area"] == "800" else numbers.digits(match["area"]))
    words += [numbers.digits(group) for group in re.split(r"[ .-]", match["groups"])]
    if match["ext"]:
        words.append("extension " + numbers.pairs(match["ext"]))
    return ", ".join(words)


def _looks_dialled(match: re.Match[str]) -> bool:
    """Whether groups of digits without any sign of a telephone can be a telephone number."""
    groups = [match["area"], *re.split(r"[ .-]", match["groups"])]
    if (
        len({match["first"]} | set(re.findall(r"[ .-]", match["groups"]))) > 1
        and match["area"][0] != "0"
    ):
        return False
    lengths = tuple(map(len, groups))
    return groups[0][0] == "0" or lengths in ((3, 3, 4), (3, 4, 4), (4, 3, 3), (4, 3, 4))


def _short_phone(match: re.Match[str], options: ReadingOptions) -> str:
    return f"{numbers.digits(match['first'])}, {numbers.digits(match['second'])}"


def _vanity(match: re.Match[str], options: ReadingOptions) -> str:
    area = "eight hundred" if match["area"] == "800" else numbers.digits(match["area"])
    name = " ".join(_hex_word(n) if n.isdecimal() else n.lower() for n in match["name"].split("-"))
    return f"{'one ' if match['one'] else ''}{area}, {name}"


def _emergency(match: re.Match[str], options: ReadingOptions) -> str | None:
    before = match.string[max(0, match.start() - 12) : match.start()]
    called = _CALLS.search(before)
    followed = re.match(r" (?:call|operator|dispatch|emergenc)", match.string[match.end() :][:16])
    alone = before.endswith(" to ") and re.match(r"[.,;!?]|$", match.string[match.end() :][:1])
    listed = _LISTED_CALL.search(match.string[max(0, match.start() - 48) : match.start()])
    if not (called and not before.endswith("he ")) and not followed and not alone and not listed:
        return None
    return numbers.digits(match[0])


def _digit_groups(match: re.Match[str], options: ReadingOptions) -> str:
    return ", ".join(numbers.digits(group) for group in re.findall(r"\d+", match[0]))


# --- Paths, versions, code ---------------------------------------------------------------------

_PATH = re.compile(
    r"(?<![\w/\\.~:)%°+])(?:(?P<drive>[A-Za-z]:[\\/])"
    r"(?:[\w.~+@%() -]{1,60}[\\/]){0,20}[\w.~+@%-]{0,60}|"
    r"(?P<root>~|\.{1,2})?(?P<unix>/(?:[\w.~+@%*-]{1,80}/){0,30}(?:[\w.~+@%*-]{1,80})?)|"
    r"(?P<share>\\\\(?:[\w.$-]{1,60}\\?){1,20})|"
    r"(?P<relative>(?:[\w-][\w.+@%-]{0,60}/){1,20}[\w-]{1,60}\.[A-Za-z]\w{0,5}|"
    r"(?:[\w-][\w.+@%-]{1,60}/){2,20}(?:[\w.+@%-]{1,60})?))(?![\w/\\])"
)
_EXTENSIONS = (
    "txt|pdf|docx?|xlsx?|pptx?|csv|tsv|json|ya?ml|toml|ini|cfg|conf|xml|html?|css|jsx?|tsx?|py|rb|"
    "rs|go|java|kt|c|cc|cpp|h|hpp|"
    "sh|bash|bat|ps1|md|rst|tex|log|sql|db|zip|tar|gz|bz2|xz|7z|rar|exe|dll|so|dmg|iso|deb|rpm|"
    "apk|jpe?g|png|gif|svg|bmp|webp|"
    "tiff?|mp3|mp4|m4a|m4b|wav|flac|ogg|opus|avi|mkv|mov|webm|epub|mobi|srt|vtt|env|lock|bin|onnx|"
    "pt|npy"
)
_FILE = re.compile(
    r"(?<![\w./\\@*])(?P<name>(?:\*|[\w-]{1,60})(?:\.[\w-]{1,30}){0,3})"
    rf"\.(?P<ext>(?i:{_EXTENSIONS})(?:\.gz)?)(?![\w(]|\.\w)"
)
_DOT_FILE = re.compile(
    r"(?<![\w./\\@])\.(?P<name>[a-z][a-z_-]{1,24})(?:\.(?P<ext>[a-z]{1,10}))?(?![\w(])"
)
_VERSION = WithDigit(
    r"(?<![\w.,$£€-])(?P<v>[vV]\.? ?)?(?P<parts>\d{1,4}(?:\.\d{1,5}){2,4}|"
    r"(?<=[vV])\d{1,4}(?:\.\d{1,5})?)"
    r"(?P<tail>(?:[-+.]?(?:alpha|beta|rc|dev|post|pre|a|b)[.-]?\d{0,4}|"
    r"-[a-z]{1,10}\.?\d{0,3})?)(?![\w]|\.\d)"
)
_NAMED_VERSION = WithDigit(
    r"(?<![\w.])(?P<name>Python|Ubuntu|macOS|Android|Windows|Firefox|Chrome|Java|Kotlin|Swift|"
    r"Rust|Node|React|Django|Rails|Linux|kernel|Kernel|PHP|Ruby|version|Version|iOS|CUDA|Unity|"
    r"Bluetooth|USB|HTTP|TLS|HTML|CSS|GPT|Llama|Debian|Fedora|Perl|Scala|OpenGL|DirectX|"
    r"Photoshop|release|Release|Safari|Go) "
    r"(?P<number>\d{1,4}\.\d{1,4})(?P<tail>[a-z]\d?)?(?![\w]|\.\d)"
)
_SPECIAL = {
    "C++": "C plus plus", "C#": "C sharp", "F#": "F sharp", "G++": "G plus plus",
    "g++": "G plus plus", "Objective-C++": "Objective C plus plus",
    ".NET": "dot net", "ASP.NET": "A S P dot net", "VB.NET": "V B dot net",
    "Notepad++": "Notepad plus plus", "Node.js": "Node J S", "node.js": "node J S",
    "Vue.js": "Vue J S", "Next.js": "Next J S", "Nuxt.js": "Nuxt J S", "Three.js": "Three J S",
    "Express.js": "Express J S",
    "React.js": "React J S", "D3.js": "D three J S", "Socket.IO": "Socket I O",
    "Yahoo!": "Yahoo", "A*": "A star", "C/C++": "C C plus plus",
    "Jeopardy!": "Jeopardy", "MySQL": "my S Q L", "PostgreSQL": "Postgres Q L",
    "NoSQL": "no S Q L", "SQLite": "S Q lite", "JavaScript": "Java Script",
    "TypeScript": "Type Script",
    "GitHub": "Git Hub", "GitLab": "Git Lab", "YouTube": "You Tube", "LaTeX": "lah tech",
    "macOS": "mac O S", "iOS": "I O S", "iPadOS": "I pad O S", "tvOS": "T V O S",
    "watchOS": "watch O S", "eBay": "e Bay",
    "iPhone": "I phone", "iPad": "I pad", "iPod": "I pod", "iMac": "I mac", "iTunes": "I tunes",
    "iCloud": "I cloud",
    "iPhones": "I phones", "iPads": "I pads", "Wi-Fi": "Wi-Fi",
    "vCPU": "V C P U", "vCPUs": "V C P Us", "eSIM": "e sim", "eCommerce": "e commerce",
    "eBook": "e book", "eBooks": "e books", "mRNA": "M R N A", "tRNA": "T R N A",
    "rRNA": "R R N A",
    "pH": "P H", "YoY": "year over year", "yoy": "year over year", "QoQ": "quarter over quarter",
    "qoq": "quarter over quarter", "MoM": "month over month",
    "McDonald's": "McDonald's",
}  # fmt: skip
_SPECIALS = re.compile(
    r"(?<![\w.@/])(?:"
    + "|".join(re.escape(s) for s in sorted(_SPECIAL, key=len, reverse=True))
    + r")(?![\w+#]|[.!]\w)"
)
_FLAG = re.compile(
    r"(?<![\w-])(?P<dashes>--?)(?P<name>[A-Za-z][\w-]{0,40})(?:=(?P<value>[\w./-]{1,60}))?(?![\w])"
)
_CALL = re.compile(
    r"(?<![\w.])(?P<name>[A-Za-z_][\w.]{0,80})\((?P<inside>[\w, ='\".]{0,60})\)(?![\w])"
)
_SNAKE = re.compile(
    r"(?<![\w@./#-])(?P<name>_{0,2}[A-Za-z\d]{1,40}(?:_{1,2}[A-Za-z\d]{1,40}){1,12}_{0,2}|"
    r"__?[A-Za-z]\w{0,40})(?![\w@])"
)
_CAMEL_WORD = re.compile(
    r"(?<![\w.@#/'’-])(?P<name>[a-z]{2,20}(?:[A-Z][a-z0-9]{1,20}){1,6}[A-Z]{0,4}|"
    r"(?:[A-Z][a-z]{2,20}){2,6})(?![\w@])"
)
_DOTTED_NAME = re.compile(
    r"(?<![\w.@])(?P<name>[A-Za-z_][\w]{0,40}(?:\.[A-Za-z_]\w{1,40}){1,6})(?![\w@]|\.\w)"
)
_KEYS = re.compile(
    r"(?<!\w)(?:(?:Ctrl|Control|Alt|Shift|Cmd|Command|Option|Win|Super|Fn|"
    r"Meta)[+-]){1,3}(?P<key>[A-Za-z]\w{0,8}|\d|[^\w\s])(?!\w)"
)
_HEX_NUMBER = WithDigit(r"(?<!\w)0[xX](?P<digits>[\dA-Fa-f]{1,16})(?!\w)")
_COLOUR = WithDigit(r"(?<![\w&])#(?=[\dA-Fa-f]{0,5}\d)(?P<digits>[\dA-Fa-f]{6})(?!\w)")
_HASHTAG = re.compile(r"(?<![\w&#/])#(?P<name>(?=\w{0,60}[^\W\d])\w{1,80})")
_HANDLE = re.compile(r"(?<![\w@./])@(?P<name>[A-Za-z_][\w.]{0,40}\w|[A-Za-z])")
_SUBREDDIT = re.compile(r"(?<![\w/])/?(?P<kind>[ru])/(?P<name>\w{2,30})(?![\w/])")


_MEASURE = Late(r"[\d.,]{1,8} ?[a-zA-Zµμ]{1,4}/(?:kg|day|d|hr?|min|m2|L|dL|dose|wk|week|yr)\b")


def _path(match: re.Match[str], options: ReadingOptions) -> str | None:
    written = match[0]
    if match["unix"] and len(match["unix"]) < 2 and not match["root"]:
        return None
    if _MEASURE.match(written):
        return None  # "45mg/kg/day"
    if match["relative"]:
        parts = written.split("/")
        plain = all(part.isalpha() or not part for part in parts)
        if plain and "." not in parts[-1] and not (len(parts) > 3 or written.endswith("/")):
            return None
        if re.fullmatch(r"[\d/.,;–-]+", written):
            return None
    if match["unix"] and not match["root"] and re.fullmatch(r"/\d{1,4}", written):
        return None
    cut = len(written.rstrip(".,;:!?)"))
    return spell_out(written[:cut]) + written[cut:]


def _file(match: re.Match[str], options: ReadingOptions) -> str | None:
    if (
        match["ext"]
        and len(match["ext"]) < 3
        and (match["ext"].isupper() or len(match["name"]) == 1)
    ):
        return None  # "D.C.", "o.c."
    return spell_out(match[0])


def _version(match: re.Match[str], options: ReadingOptions) -> str | None:
    if match["v"] == "V" and match["parts"].isdecimal():
        return None  # An engine, or the speed of an aircraft.
    parts = match["parts"].split(".")
    words = " point ".join(_version_part(part) for part in parts)
    if match["v"]:
        words = f"version {words}"
    tail = re.sub(r"[-+.]", " ", match["tail"])
    for piece in re.findall(r"[a-z]+|\d+", tail):
        words += " " + (
            {"rc": "R C", "a": "A", "b": "B"}.get(piece, piece)
            if piece.isalpha()
            else numbers.spoken_integer(piece)
        )
    return words


def _version_part(part: str) -> str:
    return (
        numbers.digits(part, zero="oh")
        if part[0] == "0" and len(part) > 1
        else numbers.spoken_integer(part)
    )


def _named_version(match: re.Match[str], options: ReadingOptions) -> str:
    whole, _, part = match["number"].partition(".")
    name = match["name"]
    name = _SPECIAL.get(name) or (
        numbers.letters(name) if name.isupper() and name != "CUDA" else name
    )
    words = f"{name} {numbers.spoken_integer(whole)} point {_version_part(part)}"
    return words + (f" {numbers.letters(match['tail'])}" if match["tail"] else "")


def _special(match: re.Match[str], options: ReadingOptions) -> str | None:
    if match[0] == "A*" and not re.match(r"[ .,;)]|$", match.string[match.end() :]):
        return None
    return _SPECIAL[match[0]]


def _flag(match: re.Match[str], options: ReadingOptions) -> str | None:
    if match["dashes"] == "-" and (
        len(match["name"]) > 2
        or match.string[max(0, match.start() - 1) : match.start()] not in (" ", "", "`", "(")
    ):
        return None
    if match["dashes"] == "--" and match.string[max(0, match.start() - 1) : match.start()] not in (
        " ",
        "",
        "`",
        "(",
        "[",
        "|",
        "/",
        "'",
        '"',
    ):
        return None
    if match["dashes"] == "-" and (match["name"].lower() in ("i", "a") and match["name"] != "i"):
        return None
    words = f"{'dash ' * len(match['dashes'])}{spell_out(match['name'])}"
    return words + (f" equals {spell_out(match['value'])}" if match["value"] else "")


def _call(match: re.Match[str], options: ReadingOptions) -> str | None:
    name, inside = match["name"], match["inside"]
    code_like = "_" in name or "." in name or re.search(r"[a-z][A-Z]", name)
    if not (code_like or not inside.strip()):
        return None
    if "." in name and not code_like:
        return None
    words = spell_out(name)
    if inside.strip():
        words += " of " + spell_out(inside)
    return words


def _snake(match: re.Match[str], options: ReadingOptions) -> str | None:
    name = match["name"]
    parts = [part for part in name.split("_") if part]
    words = [spell_out(part) for part in parts]
    if name.startswith("__"):
        return f"dunder {' '.join(words)}"
    return " underscore ".join(words)


def _camel(match: re.Match[str], options: ReadingOptions) -> str | None:
    name = match["name"]
    if name in ("mmHg", "inHg"):
        return None  # A unit.
    if (
        name.startswith(("Mc", "Mac", "De", "La", "Le", "Van", "Di", "Fitz", "O"))
        and len(_CAMEL.findall(name)) == 2
    ):
        return None
    parts = _CAMEL.findall(name)
    if name[0].isupper() and all(p.isalpha() and p.istitle() and len(p) > 1 for p in parts):
        return None  # "ValueError" is read as two words anyway.
    return " ".join(numbers.cardinal(int(p)) if p.isdecimal() else _name(p) for p in parts)


def _dotted_name(match: re.Match[str], options: ReadingOptions) -> str | None:
    name = match["name"]
    parts = name.split(".")
    if (
        len(parts) == 2
        and parts[1][:1].isupper()
        and parts[0].islower()
        and parts[1].isalpha()
        and parts[1] in _STARTS
    ):
        return None
    if any(len(part) < 2 for part in parts) and not name.islower():
        return None
    if name.count(".") == 1 and parts[1][:1].isupper() and not re.search("_|[a-z][A-Z]", name):
        return None
    return spell_out(name)


_STARTS = frozenset(
    "The It He She They We I You This That And But So Then In On At Is Are Was".split()
)


def _keys(match: re.Match[str], options: ReadingOptions) -> str:
    names = {
        "Ctrl": "control",
        "Cmd": "command",
        "Alt": "alt",
        "Esc": "escape",
        "Del": "delete",
        "Win": "Windows",
        "Fn": "function",
    }
    parts = re.findall(r"[A-Za-z]+\d*|\d|[^\w\s+-]", match[0])
    words = []
    for part in parts:
        if part in names:
            words.append(names[part])
        elif part[0].isalpha() and len(part) > 1 and part[1:].isdecimal():
            words.append(f"{part[0].upper()} {numbers.cardinal(int(part[1:]))}")
        elif part.isdecimal():
            words.append(numbers.cardinal(int(part)))
        elif len(part) == 1 and part.isalpha():
            words.append(part.upper())
        else:
            words.append(_MARKS.get(part, part.lower()))
    return " ".join(words)


def _hexadecimal(match: re.Match[str], options: ReadingOptions) -> str:
    front = "zero X " if match[0][0] == "0" else "hash "
    return front + _hex_word(match["digits"])


def _hashtag(match: re.Match[str], options: ReadingOptions) -> str:
    return f"hashtag {_handle_words(match['name'])}"


def _handle_words(name: str) -> str:
    words = []
    for piece in _CAMEL.findall(name):
        if piece.isdecimal():
            words.append(_number(piece))
        elif piece == "_":
            words.append("underscore")
        elif piece in _MARKS:
            words.append(_MARKS[piece])
        else:
            words.append(
                numbers.letters(piece) if piece.isupper() and 1 < len(piece) <= 4 else piece
            )
    return " ".join(words)


def _handle(match: re.Match[str], options: ReadingOptions) -> str:
    return f"at {_handle_words(match['name'])}"


def _subreddit(match: re.Match[str], options: ReadingOptions) -> str:
    return f"{match['kind'].upper()} slash {_handle_words(match['name'])}"


_MARKUP_TAG = re.compile(
    r"(?<![\w<])<(?P<end>/?)(?P<name>[A-Za-z]{1,20})(?P<level>[1-6]?) ?/?>(?!\w)"
)


def _markup_tag(match: re.Match[str], options: ReadingOptions) -> str:
    """Read "<nav>" by its name: "nav"; "</b>" is "closing B"."""
    name = match["name"].lower()
    spelled = len(name) < 3 or not re.search("[aeiouy]", name)
    words = numbers.letters(name.upper()) if spelled else name
    if match["level"]:
        words += f" {numbers.cardinal(int(match['level']))}"
    return f"closing {words}" if match["end"] else words


EARLY_RULES = (Rule("tag", _MARKUP_TAG, _markup_tag),)

RULES = (
    Rule("e-mail", _EMAIL, _email),
    Rule("name", _SPECIALS, _special),
    Rule("url", _URL, _url),
    Rule("ip", _IP, _ip),
    Rule("ip", _MAC, _hex_groups),
    Rule("ip", _IP6, _hex_groups),
    Rule("port", _PORT, _port),
    Rule("subreddit", _SUBREDDIT, _subreddit),
    Rule("digits", _SSN, _digit_groups),
    Rule("digits", _CARD, _digit_groups),
    Rule("digits", _ISBN, _digit_groups),
    Rule("phone", _PHONE, _phone),
    Rule("phone", _SHORT_PHONE, _short_phone),
    Rule("phone", _PLUS_PHONE, lambda m, _: f"plus {numbers.digits(m['number'])}"),
    Rule("phone", _VANITY, _vanity),
    Rule("phone", _EMERGENCY, _emergency),
    Rule("file", _FILE, _file),
    Rule("path", _PATH, _path),
    Rule("file", _DOT_FILE, _file),
    Rule("version", _VERSION, _version),
    Rule("version", _NAMED_VERSION, _named_version),
    Rule("keys", _KEYS, _keys),
    Rule("code", _HEX_NUMBER, _hexadecimal),
    Rule("code", _COLOUR, _hexadecimal),
    Rule("code", _CALL, _call),
    Rule("code", _FLAG, _flag),
    Rule("code", _SNAKE, _snake),
    Rule("code", _CAMEL_WORD, _camel),
    Rule("code", _DOTTED_NAME, _dotted_name),
    Rule("hashtag", _HASHTAG, _hashtag),
    Rule("handle", _HANDLE, _handle),
)
