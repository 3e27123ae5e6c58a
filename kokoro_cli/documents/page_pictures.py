"""Pictures in a line of text: whether their alternative text is a part of it, and is spoken."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kokoro_cli.documents.initials import is_initial


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


def line_text(parts: Sequence[str], *, heading: bool) -> str:
    """Return the text of a line; of its pictures only those that stand for a part of it."""
    if not any(isinstance(part, PictureText) for part in parts):
        return "".join(parts)
    own = " ".join("".join(part for part in parts if not isinstance(part, PictureText)).split())
    written: list[str] = []
    before = ""
    for part, after in zip(parts, _after(parts), strict=True):
        said: str = part
        if isinstance(part, PictureText):
            picture = " ".join(part.split())
            if not _SAYS.search(picture) or _NO_TEXT.fullmatch(picture):
                continue
            in_heading = heading and _said_in_heading(picture, own)
            if _in_word(picture, before, after):
                said = picture
            elif in_heading or (not heading and _in_sentence(picture, before, after)):
                said = f" {picture}" if _MARK.match(after) else f" {picture} "
            else:
                continue
        written.append(said)
        before = (before + said[-_SEEN:])[-_SEEN:]
    return "".join(written)


def initial_of(parts: Sequence[str]) -> str:
    """Return the letter of a line that is nothing but a picture of a capital letter, else ""."""
    shown = [part.strip() for part in parts if part.strip()]
    alone = len(shown) == 1 and any(isinstance(part, PictureText) for part in parts)
    return shown[0] if alone and is_initial(shown[0]) else ""


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
    if len(picture) > 1 and _CJK_WORD.fullmatch(picture) and _ENDED.search(before or "."):
        return False
    return before[-1:].isalpha() or after[:1].isalpha()


def _said_in_heading(picture: str, own: str) -> bool:
    if not own:
        return True
    said = picture.casefold() in own.casefold() or own.casefold() in picture.casefold()
    return not said and not _DESCRIBES.search(picture)


def _in_sentence(picture: str, before: str, after: str) -> bool:
    """Whether a sentence goes on after a picture, as in "Press (Enter) to go on."."""
    if len(picture) > _IN_SENTENCE or _DESCRIBES.search(picture):
        return False
    if not before.strip() or _ENDED.search(before) or not _GOES_ON.match(after):
        return False
    same = picture.casefold()
    return not (
        before.casefold().rstrip().endswith(same) or after.casefold().lstrip().startswith(same)
    )
