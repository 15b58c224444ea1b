"""A document as a screen reader meets it: its marked content in reading order, with the page each piece lies on."""

import io
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import pikepdf

HEADINGS = {"/H1", "/H2", "/H3", "/H4"}


class Piece(NamedTuple):
    """Some marked content."""

    page: int
    elements: tuple[int, ...]
    """Its structure elements from the document down, by number."""
    roles: tuple[str, ...]
    """What each of them is."""

    def heading(self) -> int | None:
        """The number of the heading it belongs to."""
        return next((n for n, role in zip(self.elements, self.roles, strict=True) if role in HEADINGS), None)


def reading_order(pdf: bytes) -> list[Piece]:
    """Everything that is read, artifacts such as running heads left out."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        pages = {page.obj.objgen: number for number, page in enumerate(opened.pages, start=1)}
        return list(_pieces(opened.Root.StructTreeRoot, pages, (), (), iter(range(10**9))))


def _pieces(
    element: Any, pages: dict[Any, int], above: tuple[int, ...], roles: tuple[str, ...], numbers: Iterator[int]
) -> Iterator[Piece]:
    above, roles = (*above, next(numbers)), (*roles, str(element.get("/S", "")))
    inside = element.get("/K")
    for each in inside if isinstance(inside, pikepdf.Array) else [] if inside is None else [inside]:
        if isinstance(each, pikepdf.Dictionary) and "/S" in each:
            yield from _pieces(each, pages, above, roles, numbers)
        elif isinstance(each, pikepdf.Dictionary):  # content of a page that is named, or a field
            page = each.get("/Pg", element.get("/Pg"))
            yield Piece(pages[page.objgen], above, roles)
        else:
            yield Piece(pages[element.Pg.objgen], above, roles)


def signature_fields(pdf: bytes) -> list[str]:
    """The names of the fields that wait for a signature."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        form = opened.Root.get("/AcroForm")
        return [str(field.T) for field in form.Fields] if form is not None else []


def headings_cut_off(order: list[Piece]) -> list[int]:
    """The pages that end with a heading whose text begins on the next."""
    found = []
    for piece, after in pairwise(order):
        heading = piece.heading()
        if heading is not None and heading not in after.elements and after.page != piece.page:
            found.append(piece.page)
    return found


def signature_has_company(order: list[Piece]) -> bool:
    """Whether words of the document stand before the signature block on its page; its QR code is the last picture."""
    last = [place for place, piece in enumerate(order) if piece.roles[-1] == "/Figure"][-1]
    code = order[last]
    block = code.elements[-3]  # the code, its description beside it, and the block with the signature
    return any(piece.page == code.page and block not in piece.elements for piece in order[:last])
