"""PDFs written object by object, so that each can be wrong in its own way."""

from __future__ import annotations

from collections.abc import Sequence

FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(data), data)


def pdf(objects: Sequence[bytes]) -> bytes:
    """Return a file with these objects, numbered from 1; the first is the catalogue."""
    data = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    return data + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\n"
        b"startxref\n%d\n%%%%EOF\n" % (count, table, count, len(data))
    )


def one_page(content: bytes, *more: bytes, resources: bytes = b"") -> bytes:
    """Return a file of one page; its other objects have the numbers from 6."""
    page = (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>%s>>>>" % resources
    )
    pages = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    return pdf([b"<</Type/Catalog/Pages 2 0 R>>", pages, page, stream(content), FONT, *more])


HELLO = b"BT /F 12 Tf 72 700 Td (Hello there.) Tj ET"

FORM_OF_ITSELF = one_page(
    HELLO + b" /X Do /X Do",
    stream(
        b"/X Do /X Do",
        b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>",
    ),
    resources=b"/XObject<</X 6 0 R>>",
)
"""A form that draws itself twice takes all memory."""
