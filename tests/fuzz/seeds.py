"""Ten small valid files of each kind, which the fuzzer changes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from tests.covers import picture
from tests.documents.pdfs import FONT, HELLO, one_page, pdf, stream

TEXT = "The boats came in at noon. Everybody was there to see them, and nobody spoke."


def _drawn(draw: Callable[[Canvas], object], **options: object) -> bytes:
    data = io.BytesIO()
    canvas = Canvas(data, invariant=1, **options)
    draw(canvas)
    canvas.save()
    return data.getvalue()


def _lines(canvas: Canvas, count: int = 12) -> None:
    canvas.setFont("Times-Roman", 11)
    for i in range(count):
        canvas.drawString(72, 740 - 14 * i, TEXT)


def _pages(canvas: Canvas) -> None:
    for page in range(4):
        canvas.bookmarkPage(f"c{page}")
        canvas.addOutlineEntry(f"Chapter {page}", f"c{page}", level=page % 2)
        _lines(canvas)
        canvas.drawString(300, 40, str(page + 1))
        canvas.showPage()


def _form(canvas: Canvas) -> None:
    canvas.beginForm("f")
    _lines(canvas, 4)
    canvas.endForm()
    canvas.doForm("f")
    canvas.translate(0, -200)
    canvas.doForm("f")


def _picture(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.new("RGB", (20, 30), 128)), 0, 0, 200, 300)
    _lines(canvas)


def _kanji(canvas: Canvas) -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))
    canvas.setFont("HeiseiMin-W3", 12)
    canvas.drawString(72, 700, "吾輩は猫である。名前はまだ無い。")


_TYPE_3 = (
    b"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[.1 0 0 .1 0 0]/FirstChar 72"
    b"/LastChar 72/Widths[9]/Encoding<</Differences[72/h]>>/CharProcs<</h 7 0 R>>/Resources<<>>>>"
)


def pdfs() -> list[bytes]:
    return [
        _drawn(_pages, pageCompression=0),
        _drawn(_pages, pageCompression=1),
        _drawn(_form, pageCompression=0),
        _drawn(_picture, pageCompression=1),
        _drawn(_kanji, pageCompression=0),
        _drawn(_lines, pageCompression=0, encrypt=StandardEncryption("", "owner", strength=128)),
        one_page(HELLO),
        one_page(
            HELLO + b" /X Do BT /G 9 Tf (H) Tj ET",
            _TYPE_3,
            stream(b"9 0 d0 0 0 9 9 re f"),
            stream(HELLO, b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]"),
            resources=b"/XObject<</X 8 0 R>>/ExtGState<</S<</CA .5>>>>",
        ),
        pdf(
            [
                b"<</Type/Catalog/Pages 2 0 R/Outlines 6 0 R/Names<</Dests 8 0 R>>/Lang(en)>>",
                b"<</Type/Pages/Kids[3 0 R 3 0 R 9 0 R]/Count 3>>",
                b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents[4 0 R 4 0 R]"
                b"/Resources<</Font<</F 5 0 R>>>>>>",
                stream(HELLO),
                FONT,
                b"<</First 7 0 R/Last 7 0 R/Count 1>>",
                b"<</Title(One)/Parent 6 0 R/Dest[3 0 R/XYZ 0 700 0]/Next 10 0 R>>",
                b"<</Names[(a)[3 0 R/Fit]]>>",
                b"<</Type/Pages/Parent 2 0 R/Kids[3 0 R]/Count 1>>",
                b"<</Title(Two)/Parent 6 0 R/A<</S/GoTo/D(a)>>/Prev 7 0 R>>",
            ]
        ),
        one_page(
            b"q 1 0 0 1 0 0 cm " + HELLO + b" Q BI /W 2/H 2/BPC 8/CS/G ID abcd EI "
            b"/P BDC BT /F 9 Tf 1 0 0 1 9 9 Tm [(H)-99(e)99(l)](l) TJ T* (o) ' ET EMC "
            b"/Pat cs /N scn 0 0 99 99 re f /Sh sh"
        ),
    ]


_CONTAINER = (
    "<?xml version='1.0'?><container xmlns='urn:oasis:names:tc:opendocument:xmlns:container'>"
    "<rootfiles><rootfile full-path='b.opf'/></rootfiles></container>"
)
_PAGE = f"<html><body><h1 id='t'>One</h1><p>{TEXT}</p><p id='s'>A<sup><a href='#t'>1</a></sup></p>"
_TABLE = "<table><tr><td>a<td>b<tr><td>c</table><ol><li>one<li>two</ol><pre>x\ny</pre>&nbsp;&amp;"
_NAV = (
    "<html><body><nav epub:type='toc'><ol><li><a href='a.xhtml'>A</a><ol><li>"
    "<a href='a.xhtml#s'>B</a></ol></ol></nav></body></html>"
)
_NCX = (
    "<?xml version='1.0'?><ncx><navMap><navPoint><navLabel><text>A</text></navLabel>"
    "<content src='a.xhtml'/><navPoint><navLabel><text>B</text></navLabel>"
    "<content src='a.xhtml#s'/></navPoint></navPoint></navMap></ncx>"
)
_FONTS_ONLY = (
    "<encryption xmlns:e='http://www.w3.org/2001/04/xmlenc#'><e:EncryptedData>"
    "<e:EncryptionMethod Algorithm='http://www.idpf.org/2008/embedding'/><e:CipherData>"
    "<e:CipherReference URI='f.otf'/></e:CipherData></e:EncryptedData></encryption>"
)


def _epub(files: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    items = "".join(
        f"<item id='i{i}' href='{path}' media-type='application/xhtml+xml'"
        + (" properties='nav'" if path == "nav.xhtml" else "")
        + (" properties='cover-image'" if path.startswith("cover") else "")
        + "/>"
        for i, path in enumerate(files)
    )
    refs = "".join(f"<itemref idref='i{i}'/>" for i in range(len(files)))
    package = (
        "<?xml version='1.0'?><package xmlns:dc='http://purl.org/dc/elements/1.1/'><metadata>"
        "<dc:title>A Book</dc:title><dc:creator>Nobody</dc:creator><dc:language>en</dc:language>"
        f"</metadata><manifest>{items}</manifest><spine>{refs}</spine></package>"
    )
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        whole = {"META-INF/container.xml": _CONTAINER, "b.opf": package, **files}
        for path, content in whole.items():
            archive.writestr(zipfile.ZipInfo(path), content, method)
    return data.getvalue()


def epubs() -> list[bytes]:
    stored = zipfile.ZIP_STORED
    return [
        _epub({"a.xhtml": _PAGE}),
        _epub({"a.xhtml": _PAGE}, stored),
        _epub({"a.xhtml": _PAGE, "nav.xhtml": _NAV}),
        _epub({"a.xhtml": _PAGE, "nav.xhtml": _NAV}, stored),
        _epub({"a.xhtml": _PAGE, "toc.ncx": _NCX}, stored),
        _epub({"a.xhtml": _TABLE, "b.xhtml": _PAGE}, stored),
        _epub({"a.xhtml": _PAGE, "cover.jpg": picture("JPEG")}),
        _epub({"a.xhtml": _PAGE, "cover.png": picture("PNG")}, stored),
        _epub({"a.xhtml": _PAGE, "META-INF/encryption.xml": _FONTS_ONLY}, stored),
        _epub({f"{i}.xhtml": _PAGE * 3 for i in range(12)}),
    ]


def subtitles() -> list[bytes]:
    cues = "".join(f"{i}\n00:00:0{i},000 --> 00:00:0{i},900\nLine {i}.\n\n" for i in range(1, 6))
    vtt = "WEBVTT - film\n\nNOTE a\n\nSTYLE\n::cue{}\n\n1\n00:01.000 --> 00:02.000 align:start\n"
    texts = [
        cues,
        cues.replace("\n", "\r\n"),
        cues.replace("Line", "<i>{\\an8}Line</i> &amp; [noise] (softly)"),
        cues.replace("Line 2.", "- Who?\n- Me."),
        cues.replace("Line", "♪ la ♪"),
        vtt + "<v Ann>Hello <00:01.500>there.\n",
        vtt + "<ruby>漢<rt>kan</rt></ruby>\n字幕\n",
        cues.replace(",000", ".000").replace("-->", "->"),
        "A title\n\n" + cues.replace("00:00", "0:0"),
        cues.replace("Line", "Grüße"),
    ]
    return [text.encode("cp1252" if "Grüße" in text else "utf-8") for text in texts]


def pngs() -> list[bytes]:
    modes = ("RGB", "L", "RGBA", "P", "1", "LA")
    more = (
        {"dpi": (72, 72)},
        {"compress_level": 0},
        {"compress_level": 1, "dpi": (9, 9)},
        {"optimize": True},
    )
    return [*(picture("PNG", m) for m in modes), *(picture("PNG", **options) for options in more)]


def jpegs() -> list[bytes]:
    return [
        *(picture("JPEG", mode) for mode in ("RGB", "L", "CMYK", "1")),
        *(picture("JPEG", quality=q) for q in (5, 100)),
        picture("JPEG", progressive=True),
        picture("JPEG", "CMYK", progressive=True),
        picture("JPEG", restart_marker_blocks=1),
        picture("JPEG", comment=picture("JPEG"), exif=b"Exif\0\0MM\0*" + bytes(40)),
    ]


SEEDS: Mapping[str, Callable[[], list[bytes]]] = {
    "pdf": pdfs,
    "epub": epubs,
    "srt": subtitles,
    "png": pngs,
    "jpeg": jpegs,
}
