from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_cli.errors import UsageError
from kokoro_cli.kokoro82m import VOCABULARY
from kokoro_cli.text.alphabet import to_kokoro
from kokoro_cli.text.languages import LANGUAGES
from kokoro_cli.text.respelling import respell
from tests.growth import LINEAR, IsLinear

languages = st.sampled_from(sorted(LANGUAGES))

# IPA with every symbol that has special treatment, in any order.
ipa = st.text(
    "".join(VOCABULARY) + "gr'’/[]-‿͜͡ʳɝ˞ɫ˥˧˩̩̯·ãʷ" + "aeiouəɪʊɔɹtdʃʒː()ˈˌ. :" * 4, max_size=24
)


@pytest.mark.parametrize(
    ("written", "american", "british"),
    [
        # As dictionaries have it.
        ("/ˈneɪtʃər/", "nˈAʧəɹ", "nˈAʧəɹ"),
        ("/ˈneɪtʃə(r)/", "nˈAʧəɹ", "nˈAʧə"),
        ("/ˈneɪtʃəʳ/", "nˈAʧəɹ", "nˈAʧə"),
        ("[ʃɪˈvɔːn]", "ʃɪvˈɔn", "ʃɪvˈɔːn"),
        ("/ˈdʒʌdʒ/", "ʤˈʌʤ", "ʤˈʌʤ"),
        ("/ˈd͡ʒʌd͜ʒ/", "ʤˈʌʤ", "ʤˈʌʤ"),
        ("/həˈləʊ/", "həlˈO", "həlˈQ"),
        ("/həˈloʊ/", "həlˈO", "həlˈQ"),
        ("/ˈmaʊ̯nt/", "mˈWnt", "mˈWnt"),
        ("/tɔɪ/", "tY", "tY"),
        ("/ˈtaɪ.ni/", "tˈIni", "tˈIni"),
        ("/wɝk/", "wɜɹk", "wɜːɹk"),
        ("/wɜːk/", "wɜɹk", "wɜːk"),
        ("/ˈwɔtɚ/", "wˈɔtəɹ", "wˈɔtəɹ"),
        ("/ˈwɔtə˞/", "wˈɔtəɹ", "wˈɔtəɹ"),
        ("/ˈbʌtn̩/", "bˈʌtᵊn", "bˈʌtᵊn"),
        ("/ˈbʌt(ə)n/", "bˈʌtən", "bˈʌtən"),
        ("/ˈlɪtl̩/", "lˈɪtᵊl", "lˈɪtᵊl"),
        ("/ˈbɛɾɚ/", "bˈɛTəɹ", "bˈɛTəɹ"),
        ("/bet/", "bɛt", "bɛt"),
        ("/ˈkæfe/", "kˈæfA", "kˈafA"),
        ("/lɒt/", "lɑt", "lɒt"),
        ("/pasta/", "pɑstɑ", "pasta"),
        ("/ˈkokoro/", "kˈOkɔɹO", "kˈQkɔɹQ"),
        ("/skweə/", "skwɛɹ", "skwɛː"),
        ("/ˈɡəʊɪŋ, 'gɒn/", "ɡˈOɪŋ, ɡˈɑn", "ɡˈQɪŋ, ɡˈɒn"),
        ("/ʃi:p/", "ʃip", "ʃiːp"),
        ("/ˌnjuː‿ˈjɔːk/", "njˌujˈɔk", "njˌuːjˈɔːk"),
        ("/ˌnuː ˈjɔrk/", "nˌu jˈɔɹk", "nˌuː jˈɔɹk"),
        ("/fɪɫm/", "fɪlm", "fɪlm"),
        ("/ˈdrɔːɪŋ/", "dɹˈɔɪŋ", "dɹˈɔːɪŋ"),
        # Kokoro's own phonemes, as in misaki.
        ("kˈOkəɹO", "kˈOkəɹO", "kˈOkəɹO"),
        ("ɹˈɑndəvˌu", "ɹˈɑndəvˌu", "ɹˈɑndəvˌu"),
        ("bˈɛTəɹ bˈʌtᵊn", "bˈɛTəɹ bˈʌtᵊn", "bˈɛTəɹ bˈʌtᵊn"),
        ("wˈɑnTᵻd!", "wˈɑnTᵻd!", "wˈɑnTᵻd!"),
    ],
)
def test_english(written: str, american: str, british: str) -> None:
    assert to_kokoro(written, "a") == american
    assert to_kokoro(written, "b") == british


@pytest.mark.parametrize(
    "phonemes", ["hˌQtˈɛl", "bjˈuːtɪfʊl", "skwˈɛː", "nˌɪə", "ɹˈɒndɪvuː", "kˈaʃ"]
)
def test_what_misaki_gives_for_british_english_stays(phonemes: str) -> None:
    assert to_kokoro(phonemes, "b") == phonemes


@pytest.mark.parametrize(("language", "name"), [("a", "us_gold.json"), ("b", "gb_gold.json")])
def test_what_is_in_misakis_lexicons_stays(language: str, name: str) -> None:
    spec = find_spec("misaki")
    assert spec
    assert spec.origin
    words = json.loads((Path(spec.origin).parent / "data" / name).read_text("utf-8"))
    some = [p for p in list(words.values())[::30] if isinstance(p, str)]
    phonemes = [p.replace("ɾ", "T").replace("ʔ", "t") for p in some]  # As misaki outputs them.
    changed = [p for p in phonemes if to_kokoro(p, language) != p]
    assert len(phonemes) > 2_000
    # The exception is "courtship", whose t and ʃ are two sounds.
    assert len(changed) < len(phonemes) / 500


@pytest.mark.parametrize(
    ("written", "language", "expected"),
    [
        ("/ˈmutʃo/", "e", "mˈuʧo"),
        ("/ˈpero/", "e", "pˈero"),
        ("/t͡ʃaˈo/", "f", "ʧaˈo"),
        ("tʃaˈo", "f", "tʃaˈo"),
        ("/bɔ̃ˈʒuʁ/", "f", "bɔ̃ʒˈuʁ"),
        ("/ˈpit͡sːa/", "i", "pˈiʦːa"),
        ("kˈaʊza", "i", "kˈaʊza"),
        ("mˈɐ̃y", "p", "mˈɐ̃y"),
        ("/põ/", "p", "po\u0303"),
        ("nəmˈʌsteː", "h", "nəmˈʌsteː"),
        ("/ɡʱər/", "h", "ɡʰər"),
        ("/ma˨˩˦/", "z", "ma↓"),
        ("/t͡ɕʰi˥/", "z", "ʨʰi→"),
        ("kokoɾo", "j", "kokoɾo"),
    ],
)
def test_other_languages(written: str, language: str, expected: str) -> None:
    assert to_kokoro(written, language) == expected


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("/kˈOʘə/", "'ʘ' (character 5 of '/kˈOʘə/')"),
        ("kEt", "'E' (character 2 of 'kEt')"),
        ("  b8", "'8' (character 4 of '  b8')"),
        ("/café/", "'é' (character 5 of '/café/')"),
        ("", "no sound"),
        ("//", "no sound"),
        ("/ˈ . —/", "no sound"),
        ("ːʰ", "no sound"),
    ],
)
def test_what_has_no_sound_is_named(written: str, says: str) -> None:
    for language in LANGUAGES:
        with pytest.raises(UsageError) as caught:
            to_kokoro(written, language)
        assert says in caught.value.message
        assert caught.value.hint


@given(ipa | st.text(), languages)
def test_all_is_of_the_vocabulary_and_twice_is_once(written: str, language: str) -> None:
    try:
        phonemes = to_kokoro(written, language)
    except UsageError:
        return
    assert set(phonemes) <= set(VOCABULARY)
    assert to_kokoro(phonemes, language) == phonemes


@LINEAR
@pytest.mark.parametrize("unit", ["ˈ", "ˈt", "a(", ".", "e", "t͡", "(ɹ)", "ə", "a:", "ɹ\u0329"])
def test_a_long_text_takes_no_longer_by_the_letter(unit: str, is_linear: IsLinear) -> None:
    assert is_linear(lambda length: to_kokoro("a" + unit * length), 25_000, 100_000)


# The words in the comments are in misaki's lexicons, American and British. The phonemes are theirs,
# without secondary stress and taps. They are the nearest ones if respellings lack the vowel, or if
# Americans and Britons say different words.
RESPELLED = [
    ("NAY-chur", "nˈAʧəɹ", "nˈAʧə"),  # nature
    ("KAY-os", "kˈAɑs", "kˈAɒs"),  # chaos
    ("NITCH", "nˈɪʧ", "nˈɪʧ"),  # niche
    ("NEESH", "nˈiʃ", "nˈiːʃ"),
    ("tuh-MAY-toh", "təmˈAtO", "təmˈAtQ"),  # tomato
    ("tuh-MAH-toh", "təmˈɑtO", "təmˈɑːtQ"),
    ("reed", "ɹˈid", "ɹˈiːd"),  # read
    ("RED", "ɹˈɛd", "ɹˈɛd"),
    ("WAW-ter", "wˈɔtəɹ", "wˈɔːtə"),  # water
    ("BUT-n", "bˈʌtᵊn", "bˈʌtᵊn"),  # button
    ("SUD-n", "sˈʌdᵊn", "sˈʌdᵊn"),  # sudden
    ("LIT-l", "lˈɪtᵊl", "lˈɪtᵊl"),  # little
    ("kar", "kˈɑɹ", "kˈɑː"),  # car
    ("kair", "kˈɛɹ", "kˈɛː"),  # care
    ("neer", "nˈɪɹ", "nˈɪə"),  # near
    ("shoor", "ʃˈʊɹ", "ʃˈʊə"),  # sure
    ("burd", "bˈɜɹd", "bˈɜːd"),  # bird
    ("FAH-dher", "fˈɑðəɹ", "fˈɑːðə"),  # father
    ("thawt", "θˈɔt", "θˈɔːt"),  # thought
    ("lot", "lˈɑt", "lˈɒt"),  # lot
    ("now", "nˈW", "nˈW"),  # now
    ("boy", "bˈY", "bˈY"),  # boy
    ("tighm", "tˈIm", "tˈIm"),  # time
    ("moon", "mˈun", "mˈuːn"),  # moon
    ("buuk", "bˈʊk", "bˈʊk"),  # book
    ("SOH-fuh", "sˈOfə", "sˈQfə"),  # sofa
    ("HAP-ee", "hˈæpi", "hˈapi"),  # happy
    ("SING-er", "sˈɪŋəɹ", "sˈɪŋə"),  # singer
    ("FING-ger", "fˈɪŋɡəɹ", "fˈɪŋɡə"),  # finger
    ("MEZH-er", "mˈɛʒəɹ", "mˈɛʒə"),  # measure
    ("juj", "ʤˈʌʤ", "ʤˈʌʤ"),  # judge
    ("yes", "jˈɛs", "jˈɛs"),  # yes
    ("queen", "kwˈin", "kwˈiːn"),  # queen
    ("box", "bˈɑks", "bˈɒks"),  # box
    ("nurs", "nˈɜɹs", "nˈɜːs"),  # nurse
    ("fire", "fˈIəɹ", "fˈIə"),  # fire
    ("owr", "ˈWəɹ", "ˈWə"),  # hour
    ("KUR-nul", "kˈɜɹnəl", "kˈɜːnəl"),  # colonel
    ("WUUS-ter", "wˈʊstəɹ", "wˈʊstə"),  # worcester
    ("yot", "jˈɑt", "jˈɒt"),  # yacht
    ("sord", "sˈɔɹd", "sˈɔːd"),  # sword
    ("EYE-lund", "ˈIlənd", "ˈIlənd"),  # island
    ("duh-BREE", "dəbɹˈi", "dəbɹˈiː"),  # debris
    ("fuh-SAHD", "fəsˈɑd", "fəsˈɑːd"),  # facade
    ("kash", "kˈæʃ", "kˈaʃ"),  # cache
    ("gayj", "ɡˈAʤ", "ɡˈAʤ"),  # gauge
    ("high-PER-buh-lee", "hIpˈɜɹbəli", "hIpˈɜːbəli"),  # hyperbole
    ("puh-NEL-uh-pee", "pənˈɛləpi", "pənˈɛləpi"),  # Penelope
    ("il-uh-NOY", "ɪlənˈY", "ɪlənˈY"),  # Illinois
    ("GLOS-ter", "ɡlˈɑstəɹ", "ɡlˈɒstə"),  # Gloucester
    ("hoh-TEL", "hOtˈɛl", "hQtˈɛl"),  # hotel
    ("nyoo", "njˈu", "njˈuː"),  # new
    ("BYOO-ti-ful", "bjˈutɪfəl", "bjˈuːtɪfəl"),  # beautiful
    ("GAIR-ee", "ɡˈɛɹi", "ɡˈɛːɹi"),  # the r between two vowels
    ("MIR-er", "mˈɜɹəɹ", "mˈɜːɹə"),
    # Words that are not English, or not in the lexicon.
    ("ko-KO-ro", "kOkˈOɹO", "kQkˈQɹQ"),
    ("shi-VAWN", "ʃɪvˈɔn", "ʃɪvˈɔːn"),
    ("NEE-chuh", "nˈiʧə", "nˈiːʧə"),
    ("kuh-OS", "kəˈɑs", "kəˈɒs"),
    ("day-zhah-VOO", "dAʒɑvˈu", "dAʒɑːvˈuː"),
    ("day-ZHAH voo", "dAʒˈɑ vˈu", "dAʒˈɑː vˈuː"),
    ("KAL-i-FOR-nee-uh", "kˌælɪfˈɔɹniə", "kˌalɪfˈɔːniə"),
    ("KA-na-ga-wa", "kˈɑnɑɡɑwɑ", "kˈɑːnɑːɡɑːwɑː"),
    ("SO-ni", "sˈOni", "sˈQni"),
    ("KLOH‑ee", "klˈOi", "klˈQi"),
]


@pytest.mark.parametrize(("text", "american", "british"), RESPELLED, ids=lambda value: value)
def test_respelling(text: str, american: str, british: str) -> None:
    assert respell(text, "a") == american
    assert respell(text, "b") == british
    assert to_kokoro(american, "a") == american
    assert to_kokoro(british, "b") == british


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("kate", "'e' in 'kate': a second vowel"),
        ("kokoro", "'oro' in 'kokoro': a second vowel"),
        ("NEW", "'w' in 'NEW'"),
        ("KAT-ql", "'ql' in 'KAT-ql'"),
        ("cat", "'cat'"),
        ("ko-KÖ", "'ö' in 'ko-KÖ'"),
        ("ko--KO", "'' in 'ko--KO'"),
        ("KO-8", "'8' in 'KO-8'"),
        ("ko-ko-ro", "No syllable of 'ko-ko-ro' is in capitals"),
        ("but-N", "without a vowel is stressed"),
        ("n", "no vowel"),
        ("sh", "'sh'"),
        (" ", "empty"),
    ],
)
def test_what_a_respelling_has_no_reading_for_is_named(text: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        respell(text)
    assert says in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - set("ab")))
def test_a_respelling_is_for_english(language: str) -> None:
    with pytest.raises(UsageError, match="for English only"):
        respell("ko-KO-ro", language)


@given(st.text("abcdefghijklmnopqrstuvwxyzAEIOUKN- ") | st.text(), st.sampled_from("ab"))
def test_a_respelling_gives_english_phonemes_or_an_error(text: str, language: str) -> None:
    try:
        phonemes = respell(text, language)
    except UsageError:
        return
    assert "ˈ" in phonemes
    assert set(phonemes) <= set(VOCABULARY)


@given(ipa)
def test_what_is_an_error_is_one_in_every_language(written: str) -> None:
    # A lexicon is checked once and read in any language.
    def is_error(language: str) -> bool:
        try:
            to_kokoro(written, language)
        except UsageError:
            return True
        return False

    assert len({is_error(language) for language in LANGUAGES}) == 1
