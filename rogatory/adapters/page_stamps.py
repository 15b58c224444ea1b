"""Stamps at the head of pages: one line of text in our own font, as an artifact, in the content of the page itself.

pikepdf's overlay names its resources at random, so that no two runs give the same bytes; here the name is fixed. The
font is a subset of Noto Sans with the simple encoding of its first 256 characters, embedded once for all pages.
"""

import io
from functools import cache
from importlib.resources import files
from typing import Any

import pikepdf
from fontTools import subset
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name

RESOURCE = Name("/BundleStamp")
SIZE = 7.0
"""Points."""
DOWN, IN = 17.0, 28.0
"""Points from the top and from the right edge of the page to the line's end."""
GREY = "0.333 0.357 0.4"
ENCODING = "cp1252"  # what PDF calls WinAnsiEncoding
FIRST, LAST = 32, 255
_FONT = files("templates") / "_layout" / "fonts" / "NotoSans-Regular.ttf"


class Stamper:
    """Stamps the pages of one PDF."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._widths, program, metrics = _subset()
        descriptor = pdf.make_indirect(
            Dictionary(
                Type=Name.FontDescriptor,
                FontName=Name("/BUNDLE+NotoSans-Regular"),
                Flags=32,  # non-symbolic
                ItalicAngle=0,
                StemV=80,
                FontFile2=pdf.make_stream(program, Length1=len(program)),
                **metrics,
            )
        )
        self._font = pdf.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.TrueType,
                BaseFont=Name("/BUNDLE+NotoSans-Regular"),
                Encoding=Name.WinAnsiEncoding,
                FirstChar=FIRST,
                LastChar=LAST,
                Widths=Array(list(self._widths)),
                FontDescriptor=descriptor,
            )
        )

    def stamp(self, page: pikepdf.Page, text: str) -> None:
        """Writes the line at the page's upper right; what is on the page stays as it is, its state shut off."""
        page.add_resource(self._font, Name.Font, RESOURCE)
        raw = text.encode(ENCODING, "replace")
        left, _, right, top = (float(edge) for edge in page.mediabox)
        width = sum(self._widths[code - FIRST] for code in raw) * SIZE / 1000
        x, y = max(left + IN, right - IN - width), top - DOWN
        escaped = raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        place = f"{RESOURCE} {SIZE:g} Tf {GREY} rg 1 0 0 1 {x:.2f} {y:.2f} Tm"
        line = b"\nQ\n/Artifact <</Type /Pagination>> BDC\nq BT %s (%s) Tj ET Q\nEMC\n" % (place.encode(), escaped)
        page.contents_add(b"q\n", prepend=True)
        page.contents_add(line)


@cache
def _subset() -> tuple[tuple[int, ...], bytes, dict[str, Any]]:
    """Widths by code from FIRST to LAST in thousandths, the font program, and its descriptor's measures."""
    codes = range(FIRST, LAST + 1)
    letters = [bytes([code]).decode(ENCODING, "replace") for code in codes]
    with TTFont(io.BytesIO(_FONT.read_bytes()), recalcTimestamp=False) as font:
        scale = 1000 / font["head"].unitsPerEm
        known, advances = font.getBestCmap(), font["hmtx"]
        widths = tuple(round(advances[known.get(ord(letter), ".notdef")][0] * scale) for letter in letters)
        head, line = font["head"], font["OS/2"]
        metrics: dict[str, Any] = {
            "FontBBox": Array([round(each * scale) for each in (head.xMin, head.yMin, head.xMax, head.yMax)]),
            "Ascent": round(font["hhea"].ascent * scale),
            "Descent": round(font["hhea"].descent * scale),
            "CapHeight": round(line.sCapHeight * scale),
        }
        options = subset.Options(layout_features=[], hinting=False, name_IDs=[], notdef_outline=True)
        pruner = subset.Subsetter(options)
        pruner.populate(unicodes=[ord(letter) for letter in letters if ord(letter) in known])
        pruner.subset(font)
        out = io.BytesIO()
        font.save(out)
    return widths, out.getvalue(), metrics
