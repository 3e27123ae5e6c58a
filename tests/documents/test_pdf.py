from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from kokoro_cli.documents import Chapter, Document
from kokoro_cli.documents.pdf import read
from kokoro_cli.errors import ExitCode, KokoroError
from kokoro_cli.text.structure import blocks
from tests.growth import LINEAR, IsLinear
from tests.properties import examples

FONT, SIZE, PITCH = "Times-Roman", 11, 14.0
LEFT, WIDTH, TOP = 72.0, 400.0, 740.0

WORDS = (
    "the a river morning house quietly window garden remember yellow between standing people "
    "winter never against thought paper it was of and light over road old carried stone until"
).split()


def made(draw: Callable[[Canvas], object], **options: object) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1, **options)
    draw(canvas)
    canvas.save()
    return buffer.getvalue()


def document(data: bytes) -> Document:
    return read(io.BytesIO(data), "book.pdf")


def spoken(data: bytes) -> list[str]:
    """Return the paragraphs of a file without chapters, words joined if the reader may decide."""
    (chapter,) = document(data).chapters
    assert chapter.plain
    return chapter.text.replace("\xad", "").split("\n")


def prose(count: int, seed: int) -> str:
    """Return *count* words in sentences."""
    chosen = random.Random(seed)
    sentences = []
    while count > 0:
        words = [chosen.choice(WORDS) for _ in range(min(count, chosen.randint(5, 14)))]
        count -= len(words)
        sentences.append(" ".join(words).capitalize() + ".")
    return " ".join(sentences)


def wrapped(text: str, width: float = WIDTH, indent: float = 0.0) -> list[str]:
    lines = [""]
    room = width - indent
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if stringWidth(longer, FONT, SIZE) > room and lines[-1]:
            lines.append(word)
            room = width
        else:
            lines[-1] = longer
    return lines


def put(canvas: Canvas, lines: Sequence[str], x: float = LEFT, y: float = TOP) -> float:
    """Draw lines below each other and return the position of the next one."""
    canvas.setFont(FONT, SIZE)
    for line in lines:
        canvas.drawString(x, y, line)
        y -= PITCH
    return y


Put = Callable[[Canvas, Sequence[str]], None]


def in_blocks(canvas: Canvas, texts: Sequence[str]) -> None:
    y = TOP
    for text in texts:
        y = put(canvas, wrapped(text), y=y) - 8


def indented(canvas: Canvas, texts: Sequence[str]) -> None:
    y = TOP
    for text in texts:
        first, *others = wrapped(text, indent=16)
        y = put(canvas, others, y=put(canvas, [first], LEFT + 16, y))


def justified(canvas: Canvas, texts: Sequence[str]) -> None:
    y = TOP
    for text in texts:
        *lines, last = wrapped(text, indent=16)
        canvas.setFont(FONT, SIZE)
        for i, line in enumerate(lines):
            shift = 0 if i else 16
            free = WIDTH - shift - stringWidth(line, FONT, SIZE)
            spacing = free / max(1, line.count(" "))
            canvas.drawString(LEFT + shift, y, line, wordSpace=spacing)
            y -= PITCH
        y = put(canvas, [last], LEFT if lines else LEFT + 16, y)


def centred(canvas: Canvas, texts: Sequence[str]) -> None:
    y = TOP
    for text in texts:
        canvas.setFont(FONT, SIZE)
        for line in wrapped(text):
            canvas.drawCentredString(LEFT + WIDTH / 2, y, line)
            y -= PITCH
        y -= 8


def landscape(canvas: Canvas, texts: Sequence[str]) -> None:
    canvas.setPageRotation(90)
    canvas.rotate(90)
    canvas.translate(0, -800)
    in_blocks(canvas, texts)


def in_two_columns(canvas: Canvas, texts: Sequence[str]) -> None:
    for x, y, line in two_columns(texts):
        put(canvas, [line], x, y)


def across_two_columns(canvas: Canvas, texts: Sequence[str]) -> None:
    for x, y, line in sorted(two_columns(texts), key=lambda placed: (-placed[1], placed[0])):
        put(canvas, [line], x, y)


def two_columns(texts: Sequence[str]) -> list[tuple[float, float, str]]:
    placed = []
    for text in texts:
        placed += [(0 if i else 12, line) for i, line in enumerate(wrapped(text, 210, indent=12))]
    half = (len(placed) + 1) // 2
    return [
        (LEFT + shift + 240 * (i // half), TOP - i % half * PITCH, line)
        for i, (shift, line) in enumerate(placed)
    ]


def bottom_up(canvas: Canvas, texts: Sequence[str]) -> None:
    y = TOP
    placed = []
    for text in texts:
        for line in wrapped(text):
            placed.append((y, line))
            y -= PITCH
        y -= 8
    for y, line in reversed(placed):
        put(canvas, [line], y=y)


LAYOUTS: dict[str, Put] = {
    f.__name__: f
    for f in (
        in_blocks, indented, justified, centred, landscape, in_two_columns, across_two_columns,
        bottom_up,
    )
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("seed", range(5))
def test_paragraphs_come_back(layout: Put, seed: int) -> None:
    chosen = random.Random(seed)
    texts = [prose(chosen.randint(30, 90), seed * 10 + i) for i in range(4)]
    assert spoken(made(lambda canvas: layout(canvas, texts))) == texts


def test_a_letter() -> None:
    body = [prose(60, 1), prose(45, 2)]

    def draw(canvas: Canvas) -> None:
        put(canvas, ["12 Main Street", "London W1"])
        y = put(canvas, ["Dear Ms Smith,"], y=TOP - 60)
        y = put(canvas, wrapped(body[0]), y=y - 10)
        y = put(canvas, wrapped(body[1]), y=y - 10)
        put(canvas, ["Yours sincerely,"], y=y - 10)
        put(canvas, ["A. N. Author"], y=y - 60)

    address, greeting, closing = "12 Main Street", "Dear Ms Smith,", "Yours sincerely,"
    said = spoken(made(draw))
    assert [address, "London W1", greeting, *body, closing, "A. N. Author"] == said


def test_headings_stand_apart() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica-Bold", 18)
        canvas.drawString(LEFT, TOP, "The long way")
        canvas.drawString(LEFT, TOP - 22, "home")
        y = put(canvas, wrapped(text), y=TOP - 44)
        canvas.setFont("Times-Bold", SIZE)
        canvas.drawString(LEFT, y, "Same size but short")
        put(canvas, wrapped(text), y=y - PITCH)

    text = prose(60, 1)
    assert spoken(made(draw)) == ["The long way home", text, "Same size but short", text]


def test_items_of_a_list_stand_apart() -> None:
    items = ["• one thing", "• another thing", "that is long", "1. first", "2. second"]
    said = spoken(made(lambda canvas: put(canvas, [*wrapped(prose(40, 1)), *items])))
    assert said[1:] == ["• one thing", "• another thing that is long", "1. first", "2. second"]


def test_a_large_first_letter_belongs_to_its_word() -> None:
    text = prose(60, 3)
    first, *others = wrapped(text, indent=14)

    def draw(canvas: Canvas) -> None:
        canvas.setFont(FONT, 32)
        canvas.drawString(LEFT, TOP, first[0])
        put(canvas, [first[1:]], LEFT + 14)
        put(canvas, others, y=TOP - PITCH)

    assert spoken(made(draw)) == [text]


DROP_TEXT = "It was thought by many people that the house in the garden was of an old kind. " * 4
DROP_CAPS: dict[str, tuple[str, float, float, int, bool]] = {
    # The letter, its size, the indent beside it, rows that it goes down, whether it is drawn last.
    "of three lines": ("I", 3 * PITCH, 20, 2, False),
    "drawn last": ("I", 3 * PITCH, 20, 2, True),
    "far from its word": ("I", 3 * PITCH, 30, 2, False),
    "with a quotation mark": ("“I", 2 * PITCH, 26, 1, False),
    "on the first line": ("I", 3 * PITCH, 15, 0, False),
    "a block above": ("I", 3 * PITCH, 0, -3, False),
}


@pytest.mark.parametrize(
    ("letter", "size", "indent", "rows", "last"), DROP_CAPS.values(), ids=DROP_CAPS
)
def test_drop_caps(letter: str, size: float, indent: float, rows: int, last: bool) -> None:
    first, *others = wrapped(DROP_TEXT, 330)
    lines = [first[1:], *others]
    beside = max(rows, 0) + 1

    def draw_letter(canvas: Canvas) -> None:
        canvas.setFont(FONT, size)
        canvas.drawString(LEFT, TOP - rows * PITCH, letter)

    def draw(canvas: Canvas) -> None:
        if not last:
            draw_letter(canvas)
        put(canvas, lines[:beside], LEFT + indent)
        put(canvas, lines[beside:], y=TOP - beside * PITCH)
        if last:
            draw_letter(canvas)

    assert spoken(made(draw)) == [letter[:-1] + DROP_TEXT.strip()]


def test_a_large_number_is_no_drop_cap() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont(FONT, 3 * PITCH)
        canvas.drawString(LEFT, TOP - 2 * PITCH, "V")
        put(canvas, ["The rain fell on the garden", "and on the old house."], LEFT + 40)

    assert spoken(made(draw))[0].startswith("V ")


def test_a_letter_above_the_entries_of_an_index_is_no_drop_cap() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont(FONT, 2 * SIZE)
        canvas.drawString(LEFT, TOP + 20, "A")
        put(canvas, ["alphabet 5", "animals 7, 9"])

    assert spoken(made(draw))[0] == "A"


def test_ligatures_are_letters_and_control_characters_go() -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiKakuGo-W5"))

    def draw(canvas: Canvas) -> None:
        canvas.setFont("HeiseiKakuGo-W5", 12)
        canvas.drawString(LEFT, TOP, "o\ufb03ce \ufb01sh\u200b \x07\ue000end.")

    assert spoken(made(draw))[0].split()[:2] == ["office", "fish"]


def with_raised(canvas: Canvas, *parts: str, x: float = LEFT, y: float = TOP) -> None:
    """Draw a line; parts that begin with ^ or _ are smaller, and raised or lowered."""
    text = canvas.beginText(x, y)
    for part in parts:
        shift = {"^": 4.0, "_": -2.0}.get(part[0], 0.0)
        text.setFont(FONT, SIZE * 0.62 if shift else SIZE)
        text.setRise(shift)
        text.textOut(part[1:] if shift else part)
    canvas.drawText(text)


RAISED = {
    "a note": (["It ended in 1804.", "^3", " She went."], "It ended in 1804. She went."),
    "a note in a sentence": (["a word", "^12", " here."], "a word here."),
    "a note at the end": (["so he said.", "^7"], "so he said."),
    "notes": (["the claim.", "^3,4", " Then"], "the claim. Then"),
    "a unit": (["an area of 5 m", "^2", ", he said."], "an area of 5 m², he said."),
    "an equation": (["x", "^2", " + y", "^2", " = z", "^2", "."], "x² + y² = z²."),
    "a power of ten": (["10", "^6", " people"], "10⁶ people"),
    "a formula of a substance": (["Water is H", "_2", "O."], "Water is H₂O."),
    "cents": (["It costs $19", "^99", " now."], "It costs $19.99 now."),
    "an ordinal": (["the 4", "^th", " of May"], "the 4th of May"),
}


@pytest.mark.parametrize(("parts", "heard"), RAISED.values(), ids=RAISED)
def test_raised_and_lowered_text(parts: list[str], heard: str) -> None:
    assert spoken(made(lambda canvas: with_raised(canvas, *parts))) == [heard]


def test_a_raised_mark_does_not_end_its_line() -> None:
    def draw(canvas: Canvas) -> None:
        with_raised(canvas, "It was thought by many that it is here.", "^1", " But it went on")
        put(canvas, ["and on and on."], y=TOP - PITCH)

    expected = "It was thought by many that it is here. But it went on and on and on."
    assert spoken(made(draw)) == [expected]


HYPHENS = {
    "cut": ("for exam-", "ple here", "for example here"),
    "first of a sentence": ("Exam-", "ple here", "Example here"),
    "joined elsewhere": ("a re-", "sent, to resent", "a resent, to resent"),
    "hyphen elsewhere": ("a well-", "known, as well-known", "a well-known, as well-known"),
    "number": ("a 20-", "year term", "a 20-year term"),
    "name": ("Jean-", "Paul came", "Jean-Paul came"),
    "two in one": ("mother-in-", "law came", "mother-in-law came"),
    "hanging": ("two-", "and three-year", "two- and three-year"),
    "dash": ("he said -", "and left", "he said - and left"),
    "upper case": ("from NA-", "TO on", "from NA-TO on"),
}


@pytest.mark.parametrize(("first", "second", "joined"), HYPHENS.values(), ids=HYPHENS)
def test_hyphens_at_the_end_of_a_line(first: str, second: str, joined: str) -> None:
    def draw(canvas: Canvas) -> None:
        put(canvas, [f"{'It was thought by many that it is ' * 2} {first}", f"{second}."])

    (said,) = spoken(made(draw))
    assert said == f"{' '.join(('It was thought by many that it is ' * 2).split())} {joined}."


def test_the_reader_decides_on_a_hyphen_that_the_document_does_not_explain() -> None:
    def draw(canvas: Canvas) -> None:
        lines = [
            "It was thought by many people at that time that it is an old-",
            "fashioned game of the kind that is now being played on a com-",
            "puter, as games of computers are, and so re-",
            "sent to them.",
        ]
        put(canvas, lines)

    (text,) = [chapter.text for chapter in document(made(draw)).chapters]
    assert "an old\xadfashioned game" in text
    assert "a com\xadputer, as" in text
    known = "old fashioned computer resent sent".split()
    (block,) = blocks(text, plain=True, known_word=known.__contains__)
    assert "an old-fashioned game" in block.text.text
    assert "a computer, as games of computers are, and so resent to them." in block.text.text


def test_a_word_that_is_cut_at_the_end_of_a_page() -> None:
    def draw(canvas: Canvas) -> None:
        put(canvas, [*wrapped(prose(60, 1)), "and then it goes on in some other sen-"])
        canvas.showPage()
        put(canvas, ["tence. And so on."])

    assert "some other sentence. And so on." in spoken(made(draw))[-1]


def test_a_paragraph_goes_on_over_pages() -> None:
    text = prose(300, 1)
    lines = wrapped(text)

    def draw(canvas: Canvas) -> None:
        put(canvas, lines[:7])
        canvas.showPage()
        canvas.showPage()
        put(canvas, lines[7:])

    assert spoken(made(draw)) == [text]


def test_a_page_may_end_with_a_paragraph() -> None:
    texts = [prose(61, 1), prose(62, 2)]

    def draw(canvas: Canvas) -> None:
        for text in texts:
            indented(canvas, [text])
            canvas.showPage()

    assert spoken(made(draw)) == texts


def book(canvas: Canvas, pages: int, *, number: str = "{}") -> list[str]:
    """Draw a book with headers and page numbers and return its paragraphs."""
    texts = [prose(random.Random(i).randint(30, 150), i) for i in range(pages * 4)]
    placed: list[tuple[float, str]] = []
    for text in texts:
        first, *others = wrapped(text, indent=16)
        placed += [(LEFT + 16, first), *((LEFT, line) for line in others)]
    for page in range(pages):
        canvas.setFont(FONT, 9)
        if page % 2:
            canvas.drawRightString(LEFT + WIDTH, TOP + 30, "A. N. Author")
        else:
            canvas.drawString(LEFT, TOP + 30, "The Title of the Book")
        canvas.drawCentredString(LEFT + WIDTH / 2, 40, number.format(page + 1))
        y = TOP
        each = -(-len(placed) // pages)
        for x, line in placed[page * each : (page + 1) * each]:
            y = put(canvas, [line], x, y)
        canvas.showPage()
    return texts


@pytest.mark.parametrize("number", ["{}", "Page {} of 8", "- {} -", "The Title {}", "[{}]"])
def test_headers_footers_and_page_numbers_go(number: str) -> None:
    texts: list[str] = []
    data = made(lambda canvas: texts.extend(book(canvas, 8, number=number)))
    assert spoken(data) == texts


@pytest.mark.parametrize("numbers", ["i ii iii iv v", "7 8 9 10 11", "A-1 A-2 A-3 A-4 A-5"])
def test_page_numbers_of_other_kinds(numbers: str) -> None:
    texts = [prose(100, i) for i in range(5)]

    def draw(canvas: Canvas) -> None:
        for text, number in zip(texts, numbers.split(), strict=True):
            indented(canvas, [text])
            put(canvas, [number], LEFT + WIDTH / 2, 40)
            canvas.showPage()

    assert " ".join(spoken(made(draw))) == " ".join(texts)


def test_titles_of_short_chapters_go_with_their_page_numbers() -> None:
    texts = [prose(100, i) for i in range(6)]

    def draw(canvas: Canvas) -> None:
        for page, text in enumerate(texts):
            put(canvas, [f"{page + 11}  Chapter {WORDS[page // 2]}"], y=TOP + 30)
            indented(canvas, [text])
            canvas.showPage()

    assert " ".join(spoken(made(draw))) == " ".join(texts)


def test_what_is_no_furniture_stays() -> None:
    pages = [
        ["On every page", "this line comes first.", "It was 1984 then.", "1984"],
        ["On every page", "this line comes first.", "It was 1985 then.", "17"],
        ["On every page", "this line comes first.", "It was 1986 then.", "4"],
        ["1001", "nights."],
    ]

    def draw(canvas: Canvas) -> None:
        for lines in pages:
            put(canvas, lines)
            canvas.showPage()

    assert " ".join(spoken(made(draw))).split() == [
        word for lines in pages for line in lines for word in line.split()
    ]


def test_pages_of_one_line_stay() -> None:
    def draw(canvas: Canvas) -> None:
        for page in range(5):
            put(canvas, [f"Slide {page + 1}"])
            canvas.showPage()

    assert spoken(made(draw)) == [f"Slide {page + 1}" for page in range(5)]


def test_a_table_of_contents_loses_its_dots() -> None:
    def draw(canvas: Canvas) -> None:
        put(canvas, [f"Chapter {i} {'.' * 60} {i * 5}" for i in range(1, 5)])
        put(canvas, [f"Chapter 5 {'. ' * 30} 25", "Wait.... What?"], y=TOP - 4 * PITCH)

    entries = [f"Chapter {i} {i * 5}" for i in range(1, 6)]
    assert spoken(made(draw)) == [*entries, "Wait.... What?"]


def with_bookmarks(canvas: Canvas) -> None:
    put(canvas, ["A book.", "By somebody."])
    canvas.showPage()
    for i, y in enumerate((TOP, 400.0)):
        canvas.bookmarkHorizontalAbsolute(f"c{i}", y + 14)
        canvas.addOutlineEntry(f"Chapter {i + 1}", f"c{i}", level=0)
        end = put(canvas, wrapped(prose(50, i)), y=y)
        canvas.bookmarkHorizontalAbsolute(f"s{i}", end)
        canvas.addOutlineEntry("A section", f"s{i}", level=1)
        put(canvas, wrapped(prose(30, i + 7)), y=end - 10)
    canvas.showPage()
    canvas.bookmarkPage("c2")
    canvas.addOutlineEntry("Chapter  3", "c2", level=0)
    put(canvas, wrapped(prose(20, 9)))


def test_chapters_are_those_of_the_outline() -> None:
    assert document(made(with_bookmarks)).chapters == (
        Chapter("", "A book.\nBy somebody.", plain=True),
        Chapter("Chapter 1", f"{prose(50, 0)}\n{prose(30, 7)}", plain=True),
        Chapter("Chapter 2", f"{prose(50, 1)}\n{prose(30, 8)}", plain=True),
        Chapter("Chapter 3", prose(20, 9), plain=True),
    )


def test_below_a_single_bookmark_stand_the_chapters() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.bookmarkPage("book")
        canvas.addOutlineEntry("The Book", "book", level=0)
        for i in range(3):
            canvas.bookmarkPage(f"c{i}")
            canvas.addOutlineEntry(f"Part {i}", f"c{i}", level=1)
            put(canvas, [f"Text {i}."])
            canvas.showPage()

    found = [(c.title, c.text) for c in document(made(draw)).chapters]
    assert found == [(f"Part {i}", f"Text {i}.") for i in range(3)]


TITLES = {
    "A Tale": "A Tale",
    "untitled": "",
    "Microsoft Word - report.doc": "report",
    "A  Tale\tof Cities.indd": "A Tale of Cities",
    "Über Flüsse 東京": "Über Flüsse 東京",
}


@pytest.mark.parametrize(("title", "clean"), TITLES.items(), ids=TITLES)
def test_title_author_and_language(title: str, clean: str) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setTitle(title)
        canvas.setAuthor("Jane Doe")
        put(canvas, ["Hello."])

    found = document(made(draw, lang="en-GB"))
    assert (found.title, found.author, found.language) == (clean, "Jane Doe", "en-GB")
    assert document(made(lambda canvas: put(canvas, ["Hello."]))).language is None


PICTURE = ImageReader(Image.new("L", (40, 60), 128))


def scan(canvas: Canvas) -> None:
    canvas.drawImage(PICTURE, 0, 0, *A4)


def with_pictures(canvas: Canvas, pages: str) -> None:
    for i, kind in enumerate(pages):
        if kind in "ps":
            scan(canvas)
        if kind in "ts":
            put(canvas, wrapped(prose(60, i)))
        if kind in "pt":
            put(canvas, [str(i + 1)], LEFT + WIDTH / 2, 40)
        canvas.showPage()


def test_pictures_without_text_are_named() -> None:
    found = document(made(lambda canvas: with_pictures(canvas, "tpetppptst")))
    assert found.problems == (
        "Page 2 is a picture without text; it is not spoken.",
        "Pages 5 to 7 are pictures without text; they are not spoken.",
    )
    words = " ".join(prose(60, i) for i in (0, 3, 7, 8, 9)).split()
    assert found.chapters[0].text.split() == words


def test_a_scan_is_an_error() -> None:
    for pages in ("ppp", "pep", "p"):
        data = made(lambda canvas, pages=pages: with_pictures(canvas, pages))
        with pytest.raises(KokoroError, match=r"book\.pdf is scanned") as caught:
            document(data)
        assert "OCR" in (caught.value.hint or "")


def test_no_text_is_an_error() -> None:
    with pytest.raises(KokoroError, match=r"book\.pdf holds no text") as caught:
        document(made(lambda canvas: canvas.showPage()))
    assert caught.value.hint


def test_a_password_is_an_error_and_a_right_is_none() -> None:
    locked = made(lambda c: put(c, ["Hi."]), encrypt=StandardEncryption("secret", strength=128))
    with pytest.raises(KokoroError, match=r"book\.pdf is locked with a password") as caught:
        document(locked)
    assert caught.value.exit_code == ExitCode.FAILED
    assert caught.value.hint
    rights = StandardEncryption("", ownerPassword="owner", canCopy=0, strength=128)
    assert spoken(made(lambda c: put(c, ["Hi."]), encrypt=rights)) == ["Hi."]


def test_letters_of_other_scripts() -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))
    lines = ["吾輩は猫である。名前はまだ無い。どこで生れたか", "とんと見当がつかぬ。"]

    def draw(canvas: Canvas) -> None:
        canvas.setFont("HeiseiMin-W3", 12)
        for i, line in enumerate(lines):
            canvas.drawString(LEFT, TOP - 16 * i, line)

    assert spoken(made(draw)) == ["".join(lines)]


def test_accents_and_signs() -> None:
    text = "Ça coûte 5 € – „Größe“ … naïve café, ½ señor."
    assert spoken(made(lambda canvas: put(canvas, [text]))) == [text]


def tolerated(data: bytes) -> Document | None:
    try:
        return document(data)
    except KokoroError as error:
        assert error.hint
        assert "book.pdf" in error.message
        return None


def test_cut_anywhere_it_gives_text_or_our_error() -> None:
    data = made(lambda canvas: book(canvas, 6), pageCompression=0)
    for end in range(0, len(data), 1000):
        tolerated(data[:end])
    with pytest.raises(KokoroError, match=r"book\.pdf is broken or not a PDF"):
        document(data[:1000])


@given(st.binary(max_size=2000), st.sampled_from([b"", b"%PDF-1.7\n"]))
@settings(max_examples=examples(100))
def test_any_bytes_are_our_error(data: bytes, head: bytes) -> None:
    assert tolerated(head + data) is None


@LINEAR
def test_a_long_book_takes_work_by_its_pages(is_linear: IsLinear) -> None:
    books: dict[int, tuple[bytes, list[str]]] = {}

    def read_book(pages: int) -> None:
        if pages not in books:
            texts: list[str] = []
            books[pages] = made(lambda canvas: texts.extend(book(canvas, pages))), texts
        data, texts = books[pages]
        (chapter,) = read(io.BytesIO(data), "book.pdf").chapters
        assert chapter.text.split() == " ".join(texts).split()

    for pages in (6, 31):  # They are drawn before anything is counted.
        read_book(pages)
    assert is_linear(read_book, 100, 500, margin=3)


# "across_two_columns" is left out: only text that looks like prose is recognised as columns.
ORDERED = sorted(set(LAYOUTS) - {"across_two_columns"})
words = st.lists(
    st.from_regex(r"[a-z]{1,9}[.,]?|[0-9]{2}", fullmatch=True), min_size=8, max_size=90
)


@given(st.lists(words, min_size=1, max_size=4), st.sampled_from(ORDERED), st.booleans())
@settings(max_examples=examples(50))
def test_every_word_is_spoken_once_and_in_order(
    texts: list[list[str]], layout: str, pages_apart: bool
) -> None:
    def draw(canvas: Canvas) -> None:
        for part in [[text] for text in texts] if pages_apart else [texts]:
            LAYOUTS[layout](canvas, [" ".join(text) for text in part])
            canvas.showPage()

    said = " ".join(spoken(made(draw))).split()
    assert said == [word for text in texts for word in text]
