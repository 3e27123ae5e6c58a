"""Books made up for the tests."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from html import escape
from pathlib import Path

_CONTAINER = """<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>
"""


def make_epub(path: Path, chapters: Mapping[str, str], *, cover: bytes | None = None) -> None:
    """Write an EPUB 3 with a file for each chapter, its paragraphs parted by blank lines."""
    items, refs, links = "", "", ""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("META-INF/container.xml", _CONTAINER)
        for number, (title, text) in enumerate(chapters.items(), 1):
            name = f"c{number}.xhtml"
            body = "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n"))
            page = f"<html><body><h1>{escape(title)}</h1>{body}</body></html>"
            archive.writestr(name, page)
            items += f'<item id="c{number}" href="{name}" media-type="application/xhtml+xml"/>'
            refs += f'<itemref idref="c{number}"/>'
            links += f'<li><a href="{name}">{escape(title)}</a></li>'
        if cover:
            archive.writestr("cover.png", cover)
            items += (
                '<item id="cover" href="cover.png" media-type="image/png" '
                'properties="cover-image"/>'
            )
        archive.writestr(
            "nav.xhtml",
            f'<html><body><nav epub:type="toc"><ol>{links}</ol></nav></body></html>',
        )
        items += (
            '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        )
        archive.writestr(
            "book.opf",
            '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>A Made-up Book'
            "</dc:title><dc:creator>Nobody</dc:creator><dc:language>en</dc:language></metadata>"
            f"<manifest>{items}</manifest><spine>{refs}</spine></package>",
        )
