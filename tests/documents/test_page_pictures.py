"""Pictures that are a part of the text, and drop caps that are blocks of their own."""

from __future__ import annotations

import io

import pytest

from kokoro_cli.documents.html import read

HEARD = {
    "a heading": ('<h1><img alt="Chapter Two"></h1><p>a', ["Chapter Two", "a"]),
    "half a heading": ('<h2>Chapter <img alt="Two"/></h2>', ["Chapter Two"]),
    "a heading in a link": ('<h2><a href="#t"><img alt="I. Down"/></a></h2>a', ["I. Down", "a"]),
    "a title that names a picture": (
        '<h1><img alt="The Picture of Dorian Gray"/></h1>',
        ["The Picture of Dorian Gray"],
    ),
    "a heading twice": ('<h1><img alt="Chapter Two"/>Chapter Two</h1>', ["Chapter Two"]),
    "a portrait in a heading": ('<h3><img alt="Photo of Jo"/> Jo Doe</h3>', ["Jo Doe"]),
    "an ornament": ('<h2><img alt="ornament"/>Chapter One</h2>', ["Chapter One"]),
    "a flower of many words": (
        '<h2><img alt="a vine as ornament"/> Home</h2>',
        ["Home"],
    ),
    "a cover": ('<h1><img alt="Cover image"/></h1>a', ["a"]),
    "a file's name": ('<h1><img alt="head_01.jpg"/></h1>a', ["a"]),
    "decoration by role": ('<h1><img alt="Leaf" role="presentation"/>One</h1>', ["One"]),
    "hidden": ('<h1><img alt="One" aria-hidden="true"/></h1>a', ["a"]),
    "a drop cap": ('<p><img alt="T"/>he rain fell.', ["The rain fell."]),
    "a drop cap and capitals": ('<p><img alt="T"/>HE RAIN fell.', ["THE RAIN fell."]),
    "a quotation mark": ('<p><img alt="“T"/>he rain,”', ["“The rain,”"]),
    "a drop cap in a span": ('<p><span><img alt="Á"/></span>gua', ["Água"]),
    "a drop cap that is a word": ('<p><img alt="I"/> was born.<p>a', ["I was born.", "a"]),
    "a drop cap that is an article": ('<p><img alt="A"/> dog barked.', ["A dog barked."]),
    "a word in a span": (
        '<p><span class="dropcap"><img alt="I"/></span> was born.',
        ["I was born."],
    ),
    "a word before a new line": ('<p><img alt="A"/>\n  dog barked.', ["A dog barked."]),
    "a vocative": ('<p><img alt="O"/> Lord, hear us.', ["O Lord, hear us."]),
    "a quoted word": ('<p>“<img alt="I"/> was born,” he said.', ["“I was born,” he said."]),
    "a word that takes its end": ('<p><img alt="I"/>’m late.', ["I’m late."]),
    "an apostrophe": ('<p><img alt="D"/>’Artagnan rode.', ["D’Artagnan rode."]),
    "a word before a comma": ('<p><img alt="I"/>, Claudius, write.', ["I, Claudius, write."]),
    "a name's initial": ('<p><img alt="J"/>. Smith wrote.', ["J. Smith wrote."]),
    "a word in a heading": ('<h2><img alt="A"/> Dog</h2>', ["A Dog"]),
    "a drop cap and a space": ('<p><img alt="H"/> ello there.', ["Hello there."]),
    "a drop cap, a space and capitals": ('<p><img alt="H"/> ELLO there.', ["HELLO there."]),
    "a drop cap and a new line": (
        '<p><span class="dropcap"><img alt="H"/></span>\n<b>ello</b> there.',
        ["Hello there."],
    ),
    "a word in two": ('<p><img alt="A"/> s he went', ["As he went"]),
    "a drop cap twice": ('<p><img alt="H"/>Hello there.', ["Hello there."]),
    "a drop cap twice, a word": ('<p><img alt="I"/>I was born.', ["I was born."]),
    "a first word": ('<p><img alt="Once"/> upon a time.', ["Once upon a time."]),
    "an icon before text": ('<p><img alt="Warning icon"/> the boiler', ["the boiler"]),
    "described": ('<p><img alt="Drop cap H"/>ello.', ["Hello."]),
    "described, small": ('<p><img alt="drop-cap h"/>ello.', ["Hello."]),
    "described as illuminated": ('<p><img alt="Illuminated letter H"/>ello.', ["Hello."]),
    "described as a capital": ('<p><img alt="Capital O"/>nce.', ["Once."]),
    "described as a letter": ('<p><img alt="letter T"/>HE rain', ["THE rain"]),
    "described in quotes": ('<p><img alt="Decorative initial “T”"/>he rain', ["The rain"]),
    "described with a colon": ('<p><img alt="Drop cap: H"/>ello.', ["Hello."]),
    "described behind": ('<p><img alt="T (drop cap)"/>he rain', ["The rain"]),
    "described behind a comma": ('<p><img alt="T, illuminated initial"/>he', ["The"]),
    "described with an article": ('<p><img alt="An ornate capital letter T"/>he', ["The"]),
    "described, a word": ('<p><img alt="Drop cap I"/> was born', ["I was born"]),
    "described twice": ('<p><img alt="Drop cap H"/>Hello.', ["Hello."]),
    "described above": ('<div><img alt="Drop cap O"/></div><p>nce upon', ["Once upon"]),
    "described in a heading": ('<h2><img alt="Capital T"/>he House</h2>', ["The House"]),
    "a letter as the heading": ('<h2><img alt="Letter A"/></h2>', ["Letter A"]),
    "a letter in a sentence": ('<p>See <img alt="K"/> below.', ["See K below."]),
    "a letter that begins the next word": ('<p>See <img alt="B"/> below.', ["See B below."]),
    "a letter that ends the word before": ('<p>The web <img alt="B"/> is.', ["The web B is."]),
    "a rare character": ('人を<img alt="喰"/>う。', ["人を喰う。"]),
    "a rare character at the end": ('古い<img alt="檝"/>、', ["古い檝、"]),
    "a map between sentences": ('終わり。<img alt="地図"/>次の日', ["終わり。次の日"]),
    "under a reading": ('<ruby><img alt="喰"/><rt>く</rt></ruby>う', ["喰う"]),
    "under a reading, apart": ('<ruby><rb><img alt="喰"/></rb><rt>く</rt></ruby>', ["喰"]),
    "in a sentence": ('<p>Press <img alt="Enter"/> to go on.', ["Press Enter to go on."]),
    "at a sentence's end": ('<p>Press <img alt="Enter"/>.', ["Press Enter."]),
    "twice in a sentence": ('<p>Press <img alt="Save"/> save now.', ["Press save now."]),
    "an icon": ('<p>Click <img alt="gear icon"/> to set it.', ["Click to set it."]),
    "between sentences": ('<p>See. <img alt="Map of the north"/> More.', ["See. More."]),
    "a figure": ('<p><img alt="A cat asleep"/></p>a', ["a"]),
    "a lone letter": ('<p><img alt="A"/></p><p>The text.', ["The text."]),
}


def lines(markup: str) -> list[str]:
    chapters = read(io.BytesIO(markup.encode()), "page.html").chapters
    text = "\n".join(chapter.text for chapter in chapters)
    return text.replace("\xad", "").split("\n")


@pytest.mark.parametrize(("markup", "heard"), HEARD.values(), ids=HEARD)
def test_pictures(markup: str, heard: list[str]) -> None:
    assert lines(markup) == heard


INITIALS = {
    "by class": ("<p class='dropcap'>T</p><p>he rain.", ["The rain."]),
    "by class inside": ("<div><span class='drop-cap'>T</span></div><p>he rain.", ["The rain."]),
    "capitals": ("<p class='dropcap'>T</p><p>HE RAIN fell.", ["THE RAIN fell."]),
    "a division": ("<div>O</div>nce upon a time.", ["Once upon a time."]),
    "a paragraph": ("<h2>I</h2><p>I</p><p>t was late.", ["I", "It was late."]),
    "a quotation": ("<p>“W</p><p>hat is it?”", ["“What is it?”"]),
    "a picture": ("<div><img alt='O'/></div><p>nce upon a time", ["Once upon a time"]),
    "a picture, capitals": ("<div><img alt='W'/></div><p>HEN he", ["WHEN he"]),
    "an accent": ("<p>É</p><p>tait-ce lui ?", ["Était-ce lui ?"]),
    "a word alone": (
        "<p class='lettrine'>A</p><p>man came. The man left.",
        ["A man came. The man left."],
    ),
    "a word in halves": ("<p class='lettrine'>A</p><p>fter that.", ["After that."]),
    "twice": (
        "<p>T</p><p>he rain.</p><h2>2</h2><p>S</p><p>he came.",
        ["The rain.", "2", "She came."],
    ),
    "answers": ("<p>A</p><p>the red<p>B</p><p>the blue", ["A", "the red", "B", "the blue"]),
    "a dictionary": ("<p>A</p><p>abacus<p>aback", ["A", "abacus", "aback"]),
    "a number": ("<p>V</p><p>THE END", ["V", "THE END"]),
    "a number above a sentence": ("<p>I</p><p>The rain fell.", ["I", "The rain fell."]),
    "a heading": ("<h2>V</h2><p>he", ["V", "he"]),
    "before a heading": ("<p>T</p><h2>he</h2>", ["T", "he"]),
    "the last line": ("<p>a</p><p>T</p>", ["a", "T"]),
    "a table": ("<table><tr><td>T<td>he</table>", ["T, he"]),
}


@pytest.mark.parametrize(("markup", "heard"), INITIALS.values(), ids=INITIALS)
def test_initials(markup: str, heard: list[str]) -> None:
    assert lines(markup) == heard
