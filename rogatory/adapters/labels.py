"""Labels for items: a sheet of stickers, each with the item's number and a QR code, and nothing about persons.

A sheet is A4 with 3 by 7 labels of 63.5 by 38.1 mm. The code says which item, and the first digits of the digest of
the line that brought it on record: a label of another authority's case with the same reference is not taken for ours.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import segno
from weasyprint import HTML

from rogatory.adapters.faces import FONTS, rules
from rogatory.adapters.pdf import LockedFetcher
from schemas.identifiers import ItemId

LABEL = re.compile(r"rogatory:item:(?P<item>[A-Z]{2}-\d{4}-\d{4}-E\d{2,4}):(?P<proof>[0-9a-f]{16})")
PER_SHEET = 21
STYLE = """
@page{size:A4;margin:15.1mm 7.2mm 0}
body{margin:0;font-family:'Noto Sans'}
.label{box-sizing:border-box;float:left;width:63.5mm;height:38.1mm;padding:4mm;margin:0 2.5mm 0 0;overflow:hidden}
.label:nth-child(3n){margin-right:-1mm}
img{float:left;width:30mm;height:30mm;margin-right:2mm}
b{display:block;font-size:13pt;margin-top:2mm}
span{display:block;font-size:7.5pt;overflow-wrap:anywhere}
"""


@dataclass(frozen=True)
class Label:
    """What one sticker says."""

    item: ItemId
    proof: str
    """The first 16 hex digits of the digest of the line that brought the item on record."""
    lines: tuple[str, ...] = ()
    """Short words below the number: seal, part of, kind of copy. Codes only."""

    @property
    def text(self) -> str:
        """What its code says."""
        return f"rogatory:item:{self.item}:{self.proof}"


def label_sheet(labels: Sequence[Label], skip: int = 0) -> bytes:
    """A PDF of labels; the first `skip` places are left empty, where a sheet was begun before."""
    cells = ['<div class="label"></div>'] * (skip % PER_SHEET) + [_cell(label) for label in labels]
    html = f'<html lang="en"><head><title>Labels</title><style>{rules(())}{STYLE}</style></head><body>{"".join(cells)}'
    fetcher = LockedFetcher(FONTS.parents[1])
    return bytes(HTML(string=f"{html}</body></html>", url_fetcher=fetcher).write_pdf(uncompressed_pdf=False))


def _cell(label: Label) -> str:
    code = segno.make(label.text, error="q").svg_data_uri(dark="#000", border=2)
    reference, _, number = label.item.rpartition("-")
    words = "".join(f"<span>{escape(each[:60])}</span>" for each in (reference, *label.lines))
    return f'<div class="label"><img src="{escape(code)}" alt=""><b>{number}</b>{words}</div>'
