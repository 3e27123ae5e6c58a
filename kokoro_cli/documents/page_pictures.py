"""Pictures in a line of text: whether their alternative text is a part of it, and is spoken."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kokoro_cli.documents.initials import is_initial, is_lone_word


class PictureText(str):
    """The alternative text of a picture among a line's texts."""

    __slots__ = ()


_KIND = (
    "cover|image|img|picture|photo|photograph|portrait|avatar|icon|logo|ornament|decoration|"
    "decorative|divider|separator|border|banner|badge|spacer|thumbnail|screenshot|illustration|"
    "figure|flourish|vignette|headpiece|tailpiece|drop ?cap|bild|imagen|immagine|imagem|"
    "ilustración|ilustração|illustrazione|画像|挿絵|表紙|图片|封面"
)
_NO_TEXT = re.compile(
    rf"(?:(?:the|an?|chapter|title|book|front|decorative|small) )?(?:{_KIND})"
    r"(?: ?(?:page|image|\d{1,4}|[a-z]))?"
    r"|\S{1,200}\.(?:jpe?g|png|gif|svg|webp|bmp|tiff?)",
    re.IGNORECASE,
)
"""What says only that there is a picture."""
_SAYS = re.compile(r"\w")
_DESCRIBES = re.compile(rf"\b(?:{_KIND})s?\b", re.IGNORECASE)
_CJK_WORD = re.compile(
    "[\u3005-\u3007\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003fffd]+"
)
_IN_WORD = 3
"""Most characters of a picture inside a word: a letter, a ligature, a character without a code."""
_IN_SENTENCE = 60
"""Most characters of a picture that is said in the middle of a sentence."""
_SEEN = 80
"""Characters before and after a picture that are examined."""
_GOES_ON = re.compile(r"\s*(?:[a-zà-öø-ÿ\d]|[,.;:!?)\]](?:\s|\Z))")
_MARK = re.compile(r"[,.;:!?)\]]")
_ENDED = re.compile(r"[.!?:…。！？：][\"'”’»)\]」』]{0,3}\s*\Z")

_LETTER_KIND = (
    r"(?:drop(?:ped)?[- ]?cap(?:ital)?s?|(?:initial|capital|decorative|decorated|illuminated|"
    r"ornate|ornamental|ornamented|historiated|large|big|fancy)(?: (?:initial|capital|cap))?)"
)
_DESCRIBED_LETTER = re.compile(
    r"(?:(?:an?|the) )?"
    rf"(?:{_LETTER_KIND} (?:{_LETTER_KIND} )?(?:letter )?|{_LETTER_KIND}: |letter )"
    r"[\"'“‘(]?(?P<first>[^\W\d_])[\"'”’).]?"
    r"|(?:letter )?[\"'“‘]?(?P<last>[^\W\d_])[\"'”’]?,?(?: [-–—])? \(?(?:as )?(?:an? )?"
    rf"(?:{_LETTER_KIND}(?: letter)?)\)?",
    re.IGNORECASE,
)
"""What describes the picture of a letter: "Drop cap H", "H, illuminated initial"."""
_LINE_START = re.compile(r"\s*[\"'“‘«„¿¡(]{0,3}\s?")
_SPACED_WORD = re.compile(r"\s+([^\W\d_]{1,30})(?![^\W\d_])")
_JOINED = re.compile(r"['’]?([^\W\d_]{1,30})")
_GLUED_MARK = re.compile(r"[.,;:!?–—-] ?[^\W\d_]")
_CAPITALISED_WORD = re.compile(r"[^\W\d_]{2,20}")


def line_text(parts: Sequence[str], *, heading: bool) -> str:
    """Return the text of a line; of its pictures only those that stand for a part of it."""
    if not any(isinstance(part, PictureText) for part in parts):
        return "".join(parts)
    own = " ".join("".join(part for part in parts if not isinstance(part, PictureText)).split())
    written: list[str] = []
    before = ""
    joined = False
    for part, after in zip(parts, _after(parts), strict=True):
        said: str = part
        if isinstance(part, PictureText):
            picture = " ".join(part.split())
            initial = _initial(picture, before, after, heading=heading)
            joined = bool(initial) and not initial.endswith(" ")
            said = initial or _said(picture, before, after, own, heading=heading)
        elif joined:
            # The space between a drop cap and the rest of its word.
            said = part.lstrip()
            joined = not said
        written.append(said)
        before = (before + said[-_SEEN:])[-_SEEN:]
    return "".join(written)


def initial_of(parts: Sequence[str]) -> str:
    """Return the letter of a line that is nothing but a picture of a capital letter, else ""."""
    shown = [part.strip() for part in parts if part.strip()]
    alone = len(shown) == 1 and any(isinstance(part, PictureText) for part in parts)
    return _letter(shown[0]) if alone else ""


def _letter(picture: str) -> str:
    """Return the capital letter that a picture shows or is said to show, else ""."""
    if is_initial(picture):
        return picture
    found = _DESCRIBED_LETTER.fullmatch(picture[:_IN_SENTENCE])
    return (found["first"] or found["last"]).upper() if found else ""


def _initial(picture: str, before: str, after: str, *, heading: bool) -> str:
    """Return the drop cap that a picture at the start of a line is, else "".

    It ends with a space if it is a word by itself. It is none if the line shows the letter again.
    """
    letter = _letter(picture)
    if not letter or not _LINE_START.fullmatch(before):
        return ""
    glued = _JOINED.match(after)
    if glued:
        return "" if _begins_again(letter, glued[1]) else letter
    if _GLUED_MARK.match(after) and is_initial(picture):
        return letter
    spaced = _SPACED_WORD.match(after)
    if spaced is None or (heading and not is_initial(picture)):
        return ""
    rest = spaced[1]
    if _begins_again(letter, rest):
        return ""
    # In "A" before "s he went" the rest is no word.
    if is_lone_word(letter[-1]) and (len(rest) > 1 or is_lone_word(rest.upper())):
        return f"{letter} "
    return letter if rest.islower() or rest.isupper() else ""


def _begins_again(letter: str, rest: str) -> bool:
    """Whether a word begins with the letter that a picture before it shows."""
    return rest.startswith(letter[-1]) and not rest[1:].isupper()


def _said(picture: str, before: str, after: str, own: str, *, heading: bool) -> str:
    """Return what is said of a picture that is no drop cap."""
    if not _SAYS.search(picture) or _NO_TEXT.fullmatch(picture):
        return ""
    if _in_word(picture, before, after):
        return picture
    if _said_in_heading(picture, own) if heading else _in_sentence(picture, before, after):
        return f" {picture}" if _MARK.match(after) else f" {picture} "
    return ""


def _after(parts: Sequence[str]) -> list[str]:
    """Return for each part the first characters of the text after it, without pictures."""
    found: list[str] = []
    after = ""
    for part in reversed(parts):
        found.append(after)
        if not isinstance(part, PictureText):
            after = (part[:_SEEN] + after)[:_SEEN]
    return found[::-1]


def _in_word(picture: str, before: str, after: str) -> bool:
    """Whether a picture is part of the word before or after it: a drop cap, a rare character."""
    if len(picture) > _IN_WORD or " " in picture:
        return False
    if _begins_again(picture, after) and _LINE_START.fullmatch(before):
        return False
    if len(picture) > 1 and _CJK_WORD.fullmatch(picture) and _ENDED.search(before or "."):
        return False
    return before[-1:].isalpha() or after[:1].isalpha()


def _said_in_heading(picture: str, own: str) -> bool:
    if not own:
        return True
    said = picture.casefold() in own.casefold() or own.casefold() in picture.casefold()
    return not said and not _DESCRIBES.search(picture)


def _in_sentence(picture: str, before: str, after: str) -> bool:
    """Whether a sentence goes on after a picture, as in "Press (Enter) to go on.".

    A picture that begins a line is one capitalised word of it, as in "(Once) upon a time".
    """
    if len(picture) > _IN_SENTENCE or _DESCRIBES.search(picture):
        return False
    begins = _CAPITALISED_WORD.fullmatch(picture) and picture[0].isupper() and after[:1].isspace()
    if not (begins or before.strip()) or _ENDED.search(before) or not _GOES_ON.match(after):
        return False
    same = re.escape(picture.casefold())
    return not (
        re.search(rf"(?<!\w){same}\s*\Z", before.casefold())
        or re.match(rf"\s*{same}(?!\w)", after.casefold())
    )
