"""What a reader of paper sees: contrast, in the colours the pages are really set in, and blocks that stay together."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from weasyprint import HTML
from weasyprint.formatting_structure.boxes import TableCellBox, TextBox

from rogatory.adapters.pdf import LockedFetcher, WeasyPrintRenderer
from tests.documents import tags
from tests.documents.every import sheet_in
from tests.documents.test_pdf_lockdown import plain, scratch

ENOUGH = 4.5  # WCAG 2.2, 1.4.3
WHITE = (1.0, 1.0, 1.0)
SETTINGS = ("letter_of_request", "checklist_report", "discrepancy_report", "review_memo", "note_verbale")
Colour = tuple[float, float, float]


def words(renderer: WeasyPrintRenderer, name: str) -> Iterator[tuple[str, Colour, Colour]]:
    """Each run of text on the pages of a draft, with its colour and the one behind it."""
    html = renderer._page(sheet_in(name, draft=True))
    fetcher = LockedFetcher(renderer._root)
    pages = (
        HTML(string=html, base_url="asset:///", url_fetcher=fetcher).render(font_config=renderer._fonts_for(html)).pages
    )
    for page in pages:
        yield from _runs(page._page_box, WHITE)


def _runs(box: Any, behind: Colour) -> Iterator[tuple[str, Colour, Colour]]:
    if box.element is not None and box.element.get("aria-hidden"):
        return
    ground = box.style["background_color"]
    if ground != "currentcolor" and ground.alpha > 0:
        assert ground.alpha == 1, "what shines through is not measured"
        behind = tuple(ground.to("srgb").coordinates)
    if isinstance(box, TextBox):
        ink = box.style["color"]
        assert ink.alpha == 1
        yield box.text, tuple(ink.to("srgb").coordinates), behind
    for child in getattr(box, "children", ()):
        yield from _runs(child, behind)


def contrast(one: Colour, other: Colour) -> float:
    """The ratio of WCAG 2.2: 1 for the same colour, 21 for black on white."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("name", SETTINGS)
def test_every_word_stands_out_from_what_is_behind_it(name: str, renderer: WeasyPrintRenderer) -> None:
    runs = list(words(renderer, name))
    assert len(runs) > 30
    assert [(text, ink, behind) for text, ink, behind in runs if contrast(ink, behind) < ENOUGH] == []


def test_contrast_is_measured() -> None:
    assert contrast((0, 0, 0), WHITE) == pytest.approx(21)
    assert contrast((0.4667, 0.4667, 0.4667), WHITE) == pytest.approx(4.48, abs=0.01)


SIGNED = "<div><div><img alt='QR' src='asset:///{file}'></div><p>Signed.</p></div>"


@pytest.mark.parametrize(
    ("body", "cut_off", "company"),
    [
        ("<h2>Two</h2><p>Words.</p>" + SIGNED, [], True),
        ("<h2 style='break-after:page'>Two</h2><p>Words.</p>" + SIGNED, [1], True),
        ("<h2>Two</h2><p style='break-after:page'>Words.</p>" + SIGNED, [], False),
    ],
)
def test_a_block_torn_apart_is_seen(body: str, cut_off: list[int], company: bool, tmp_path: Path) -> None:
    drawn = "data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 width=%229%22 height=%229%22/%3E"
    pdf = scratch(tmp_path, body.replace("asset:///{file}", drawn)).render(plain()).pdf
    order = tags.reading_order(pdf)
    assert tags.headings_cut_off(order) == cut_off
    assert tags.signature_has_company(order) is company


def test_columns_of_a_right_to_left_table_keep_their_widths_wherever_a_page_ends() -> None:
    page = """<html dir=rtl><style>@page{size:100mm 60mm;margin:5mm}
    table{width:80mm;table-layout:fixed;border-spacing:0;border-bottom:3mm solid}col{width:20mm}</style>
    <div style="height:%smm"></div>
    <table><colgroup><col></colgroup><tr><th>A<td>B<tr><th>C<td>D</table></html>"""
    for height in range(30, 45):
        for page_box in HTML(string=page % height).render().pages:
            cells = [box for box in page_box._page_box.descendants() if isinstance(box, TableCellBox)]
            assert {(box.element.tag, round(box.border_width() * 25.4 / 96)) for box in cells} <= {
                ("th", 20),
                ("td", 60),
            }


def test_two_hundred_pages_are_laid_out_and_tagged(tmp_path: Path) -> None:
    body = "".join(
        f"<section style='break-before:page'><h2>Annex {n}</h2><p>Page {n}.</p></section>" for n in range(200)
    )
    made = scratch(tmp_path, body).render(plain())
    assert made.pages == 201
    assert {piece.page for piece in tags.reading_order(made.pdf)} == set(range(1, 202))
