"""English words that no lexicon lists as they are written, but that a listed word explains.

Accents, stammers, stretched and clipped words, surnames with Mc- or O'. What none of these ways
reads is left to espeak.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import product

Say = Callable[[str], "str | None"]
"""Returns a word's phonemes, or None if the lexicon does not have it."""

# --- which tokens are one word ----------------------------------------------------------------

_STAMMER = re.compile(
    r"(?<![\w'’.-])(?P<parts>(?:(?P<sound>[^\W\d_]{1,3})-){1,4})"
    r"(?P<word>[^\W\d_]{1,20}(?:['’][^\W\d_]{1,4})?)(?![\w-])"
)
_CLIPPED_END = re.compile(r"(?<![\w'’-])[^\W\d_]{2,14}in['’](?!\w)", re.IGNORECASE)
_CLIPPED_START = re.compile(r"(?<![\w'’-])['’][^\W\d_]{2,14}(?!\w)")

# Things with a letter in front that is their name: "D-day", "a t-test".
_LETTERED = frozenset(
    "day days test tests testing tested class clamp clamps boy boys dimer series size sizes mode "
    "kart karts process factor factors side sides verb verbs box boxes bend bends beam beams bomb "
    "team teams tag tags table tables tail tube tubes train trains pen pens pass peak phase plan "
    "plant clip cell cells card cards cup cups code codes cat block level line lines link league "
    "man men word words waste wave waves zone zones group groups grade gate value values vitamin "
    "version school section signal state stage star stars shape shaped shirt shirts string strings "
    "spot strip strap strut square squared sharp flat minor major girl lysine leucine".split()
)
_E_WORDS = frozenset(
    "everyone everybody everything everywhere every even ever either else enough excuse exactly "
    "except easy each eat end eleven eight eighty elizabeth emma emily ethan edward eric".split()
)
# With these in front, and with any listed word, a word is no stammer: "re-read", "so-so".
_PREFIXES = frozenset("re de co pre un bi di tri uni dis mis sub non ha tee hee".split())
# Words before a closing quote, though with a "g" they would be words too.
_IN_WORDS = frozenset(
    "sin win thin kin pin bin din chin ruin robin matin satin basin raisin bobbin puffin gamin "
    "rosin login plugin cabin margin tin fin gin spin grin skin begin again".split()
)
_VOWELS = frozenset("aeiou")
_DIGRAPHS = re.compile("th|sh|ch|wh|ph|gh|kn|wr|qu|.")


def joined_spans(text: str, known: Callable[[str], bool]) -> Iterator[tuple[int, int]]:
    """Yield the spans that are one word, though a tokeniser would cut them, in order by kind."""
    if "-" in text:
        for match in _STAMMER.finditer(text):
            if _is_stammer(match, text, known):
                yield match.span()
    if "'" in text or "’" in text:
        for match in _CLIPPED_END.finditer(text):
            stem = match[0][:-1]
            if known(stem + "g") and stem.lower() not in _IN_WORDS:
                yield match.span()
        for match in _CLIPPED_START.finditer(text):
            rest = match[0][1:].lower()
            if known("h" + rest) and (not known(rest) or rest == "ouse"):
                yield match.span()


def _is_stammer(match: re.Match[str], text: str, known: Callable[[str], bool]) -> bool:
    *sounds, word = (match["parts"] + match["word"]).split("-")
    if any(not word.lower().startswith(sound.lower()) for sound in sounds):
        return False
    sound, plain = sounds[0], word.lower()
    if plain == sound.lower():
        return plain == "i"
    if (
        len(sound) > 1
        and _VOWELS & set(sound.lower())
        and (sound.lower() in _PREFIXES or known(sound))
    ):
        return False
    if len(sound) == 1 and len(sounds) == 1:
        if plain in _LETTERED or (sound in "eE" and plain not in _E_WORDS):
            return False
        inside = re.search(r"[\w,;]['’)]? $", text[max(0, match.start() - 4) : match.start()])
        if sound.isupper() and not word[0].isupper() and inside:
            return sound == "I"
    return True


# --- how they are said ------------------------------------------------------------------------


def phonemes(word: str, say: Say, guess: Say, *, british: bool) -> str | None:
    """Return the phonemes of a word that the lexicon lacks; None if no listed word explains it.

    *say* looks a word up, *guess* lets espeak guess it.
    """
    for way in (_unaccented, _without_h, _without_g, _wordless, _stretched):
        if found := way(word, say, guess):
            return found
    if found := _contracted(word, say, british=british):
        return found
    return _clan(word, say, guess, british=british)


def stammered(word: str, say: Say, guess: Say) -> str | None:
    """Return the phonemes of a stammer: its first sounds with a short vowel, then the word."""
    *sounds, whole = word.split("-")
    said = say(whole) or guess(whole)
    if not said:
        return None
    return " ".join([*(_onset(sound.lower(), said) for sound in sounds), said])


_SPOKEN_VOWELS = frozenset("AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻ")


def _onset(letters: str, said: str) -> str:
    """Return the first sounds of a word, as many as the letters stand for, and a short vowel."""
    sounds = said.replace("ˈ", "").replace("ˌ", "")
    first = next((i for i, sound in enumerate(sounds) if sound in _SPOKEN_VOWELS), len(sounds))
    if letters[0] in _VOWELS:
        return sounds[: first + 1]
    if letters[-1] in _VOWELS and len(letters) > 1:
        return sounds[: first + 1]
    count = len(_DIGRAPHS.findall(letters)) + letters.startswith("qu")
    return sounds[: min(count, max(first, 1))] + "ə"


# Letters that Unicode does not decompose.
_PLAIN = str.maketrans(
    {"đ": "d", "Đ": "D", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ı": "i", "ß": "ss", "æ": "ae",
     "Æ": "Ae", "œ": "oe", "Œ": "Oe", "þ": "th", "Þ": "Th", "ð": "th", "Ð": "Th"}
)  # fmt: skip
_FINAL_E = re.compile(r"(?P<e>é(?:e(?!d))?)(?P<ending>ed|d|s|s?['’]s)?$", re.IGNORECASE)
_A_AT_END = re.compile(r"Az?d?$")


def plain_letters(word: str) -> str:
    """Return the word without its accents."""
    apart = unicodedata.normalize("NFD", word.translate(_PLAIN))
    return "".join(c for c in apart if not unicodedata.combining(c))


# Accents that espeak's English reads for the better: é and á at the end, which have the stress, ñ,
# and the vowels of the north.
_KEPT = re.compile(
    r"é(?=(?:e?[sd]?|s?['’]s)(?!\w))|[áàé](?=[^\W\d_aeiou]?(?!\w))|[ñÑäÄöÖüÜåÅøØçÇœŒæÆ]"
)
_SPELT = {"č": "ch", "ć": "tch", "š": "sh", "ş": "sh", "ž": "zh"}


def for_espeak(word: str) -> str:
    """Return the word as espeak's English reads it best."""
    if word.isascii():
        return word
    return "".join(
        c if c.isascii() or _KEPT.match(word, i) else _spelt(c, word[i + 1 : i + 2])
        for i, c in enumerate(word)
    )


def _spelt(letter: str, following: str) -> str:
    spelt = _SPELT.get(letter.lower())
    if spelt is None or (following and plain_letters(following).lower() not in _VOWELS):
        return plain_letters(letter)
    return spelt.capitalize() if letter.isupper() else spelt


def _unaccented(word: str, say: Say, guess: Say) -> str | None:
    """Return what the lexicon has for the word without accents, if that is the same word.

    "Exposé" is not "expose", nor "für" "fur".
    """
    if word.isascii():
        return None
    plain = plain_letters(word)
    letters = plain.replace("'", "").replace("’", "")
    if plain == word or not letters.isalpha() or any(c in _SPELT for c in word.lower()):
        return None
    said = say(plain)
    final = _FINAL_E.search(word)
    if final:
        return _with_final_e(plain, final, said, guess)
    if "ñ" in word.lower():
        said = said if said and "nj" in said else guess(plain)
        if not said or "nj" not in said:
            return None
    short = len(word) <= 4 and word.islower() and re.search("[äöü]", word)
    return None if short else said


def _with_final_e(plain: str, final: re.Match[str], said: str | None, guess: Say) -> str | None:
    """Return the phonemes if the é is heard in them, else None."""
    if said and _A_AT_END.search(said):
        return said
    ending = (final["ending"] or "").lower()
    if ending == "s" and plain[0].isupper():
        return None  # "Andrés" is no plural.
    said = guess(plain[: final.end("e")])
    if not said or not said.endswith("A"):
        return None
    return said + ("" if not ending else "d" if ending.endswith("d") else "z")


def _without_h(word: str, say: Say, guess: Say) -> str | None:
    if word[0] not in "'’" or len(word) < 3:
        return None
    said = say("h" + word[1:].lower())
    return said.replace("h", "", 1) if said and "h" in said[:2] else None


_ING = re.compile(r"(?P<stem>[^\W\d_]+in)['’](?P<s>s?)$", re.IGNORECASE)


def _without_g(word: str, say: Say, guess: Say) -> str | None:
    match = _ING.match(word)
    said = say(match["stem"] + "g") if match else None
    if not match or not said or not said.endswith("ŋ"):
        return None
    return said[:-1] + "n" + ("z" if match["s"] else "")


# Sounds that are written without a vowel, each letter once. "ssh" is a program.
_SOUNDS = {
    "sh": "ʃʃ", "br": "bˈɜɹ", "gr": "ɡˈɜɹ", "z": "zzz", "m": "mmm", "hm": "hmm", "pst": "pst",
    "pf": "pff", "pft": "pft", "hmpf": "hmf", "hmph": "hmf", "tsk": "tsk",
}  # fmt: skip


def _wordless(word: str, say: Say, guess: Say) -> str | None:
    plain = word.lower()
    if len(word) < 3 or set(plain) & _VOWELS or (word.isupper() and len(set(plain)) == 1):
        return None
    if plain == "ssh":
        return None
    return _SOUNDS.get(re.sub(r"(.)\1+", r"\1", plain))


_RUN = re.compile(r"([^\W\d_])\1{2,}", re.IGNORECASE)
_ROMAN = re.compile("[ivxlcdm]+", re.IGNORECASE)
# Words with a double letter, where one letter makes a word or a name too: "col", "god", "son".
_DOUBLE = frozenset(
    "cool good soon too see seen feel food mood room need deep been all hell tell bell yell ball "
    "fall call full pull miss kiss boss pass loss off boo moon noon fool pool tool zoo bee fee "
    "free sweet sleep meet week green three tree toot hoot boot root shoot loop".split()
)


def is_stretched(word: str) -> bool:
    """Whether letters are repeated for emphasis: "nooo", "yesss"."""
    run = _RUN.search(word)
    if run is None or len(word) < 4 or not word.isalpha() or len(set(word.lower())) == 1:
        return False
    if word.isupper():  # "IEEE" and "BBBEE" are no words.
        drawn = run[1] in "AEIOU" or run.end() == len(word)
        return drawn and (len(word) > 4 or "OOO" in word) and not _ROMAN.fullmatch(word)
    return not _ROMAN.fullmatch(word)


def _stretched(word: str, say: Say, guess: Say) -> str | None:
    if not is_stretched(word):
        return None
    plain = word.lower() if word.isupper() else word
    pieces: list[tuple[str, ...]] = []
    done = 0
    runs = list(_RUN.finditer(plain))
    if len(runs) > 3:
        return None
    for match in runs:
        letter = match[1].lower() if match.start() else match[1]
        double = letter + letter.lower()
        pieces += (plain[done : match.start()],), (letter, double)
        done = match.end()
    pieces.append((plain[done:],))
    forms = ["".join(form) for form in product(*pieces)]
    forms.sort(key=lambda form: form.lower() not in _DOUBLE)
    found = next((said for form in forms if len(form) > 1 and (said := say(form))), None)
    return _stressed(found) if found else None


def _stressed(said: str) -> str:
    return said if "ˈ" in said else said.replace("ˌ", "ˈ", 1)


_CONTRACTED = re.compile(r"(?P<stem>[^\W\d_]{2,10})['’](?P<verb>re|d)$", re.IGNORECASE)


def _contracted(word: str, say: Say, *, british: bool) -> str | None:
    """Return the phonemes of "what're" and "that'd", and of "t'mill" for "the mill"."""
    if word[:2] in ("t'", "t’") and (noun := say(word[2:])):
        return ("t" if noun.lstrip("ˈˌ")[0] in _SPOKEN_VOWELS else "tə") + noun
    match = _CONTRACTED.match(word)
    said = say(match["stem"]) if match else None
    if not match or not said:
        return None
    if match["verb"].lower() == "re":
        return said + ("ə" if british else "əɹ")
    return said + "əd" if said[-1] in "td" else None


_CLAN = re.compile(r"(?P<clan>Mc|Mac|O['’]|[Dd]['’]|Fitz)(?P<rest>[A-Z][^\W\d_]{2,20}(?:['’]s)?)$")
_MACHINES = frozenset(
    "Book Paint Write World User Users Mini Pro Life Draw Ports Port Roman".split()
)


def _clan(word: str, say: Say, guess: Say, *, british: bool) -> str | None:
    match = _CLAN.match(word)
    if not match:
        return None
    rest = match["rest"]
    said = say(rest) or guess(rest)
    if not said:
        return None
    said = _stressed(said)
    clan = match["clan"].replace("’", "'").upper()
    sound = said.lstrip("ˈˌ")[0]
    if clan in ("MC", "MAC"):
        if rest in _MACHINES:
            return ("mˌak" if british else "mˌæk") + said
        return ("mə" if sound in "kɡ" else "mək") + said
    if clan == "O'":
        return ("Q" if british else "O") + said
    if clan == "D'":
        return ("d" if sound in _SPOKEN_VOWELS else "də") + said
    return "fɪts" + said
