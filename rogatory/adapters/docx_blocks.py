"""Paragraphs, lists, tables and footnotes in WordprocessingML, from the HTML that the PDF is laid out from.

Nothing that is text is dropped but by name (`LEFT_OUT`): an element of an unknown kind is entered, and what is inline
becomes a paragraph. Sections and paragraphs are numbered by Word, with the numbers the style sheet gives the PDF; a
translation, after the original or beside it, counts for itself, as it does there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from lxml import etree
from lxml.html import HtmlElement

from rogatory.adapters.docx_lists import COUNTED, DASHED, LETTERED, Numberings
from rogatory.adapters.docx_runs import Line, Manner, classes, element, run, tag_of

LEFT_OUT = frozenset({"draft-mark", "rhead", "rfoot", "classif", "verify"})
"""Shown in head or foot of every page, or of no use here: a code and a digest that verify the PDF alone."""
SILENT = frozenset({"script", "style", "head", "title", "colgroup", "caption", "img", "svg", ""})
INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "em", "i", "q", "s", "small", "span", "strong", "sub", "sup",
     "time", "u", "wbr"}
)  # fmt: skip
STYLES = {
    "n": "Numbered",
    "subject": "Subtitle",
    "translated": "Courtesy",
    "lbl": "Label",
    "state": "Letterhead",
    "unit": "Letterhead",
    "contact": "Letterhead",
    "ministry": "Ministry",
}
AROUND = {"basis": "Courtesy", "sigrule": "TableText", "sealed": "TableText", "to": "Normal"}
HEADINGS = {"h1": "Heading1", "h2": "Heading2", "h3": "Heading3", "h4": "Heading3"}
LEVELS = {"Heading2": "0", "Numbered": "1"}
"""Styles that are numbered, and at which level."""
TEXT_WIDTH = 9127
"""Twentieths of a point between the margins of an A4 page: 161 mm."""
MILLIMETRE = 56.7
NARROW = 400
CELL_MARGINS = 160
APART = frozenset({"lbl", "demo"})
"""Spans that the style sheet sets on a line of their own."""
DEEPEST = 60
"""Elements within elements; our documents have a dozen."""
PARAGRAPH = element("p").tag
PROPERTIES = element("pPr").tag


@dataclass(frozen=True)
class At:
    """Where a block stands."""

    manner: Manner
    style: str = "Normal"
    room: int = TEXT_WIDTH
    """The width there is, in twentieths of a point."""
    part: str | None = None
    """The numbering of a part that counts for itself."""
    second: str | None = None
    """The same, of what is marked as the second of two columns."""
    depth: int = 0

    def inside(self, node: HtmlElement) -> "At":
        """The same, inside an element that is a block."""
        part = self.second if self.second and "two" in classes(node) else self.part
        return replace(self, manner=self.manner.around(node), part=part, depth=self.depth + 1)


@dataclass
class Notes:
    """The footnotes, in order."""

    notes: list[etree._Element] = field(default_factory=list)

    def add(self, runs: Sequence[etree._Element], rtl: bool) -> etree._Element:
        """Takes in a note; returns the run that refers to it."""
        number = str(len(self.notes) + 1)
        mark = element("r", element("rPr", element("rStyle", val="FootnoteReference")), element("footnoteRef"))
        space = run(" ", Manner("en", False))
        body = paragraph([mark, space, *runs], "FootnoteText", rtl=rtl)
        self.notes.append(element("footnote", body, id=number))
        style = element("rPr", element("rStyle", val="FootnoteReference"))
        return element("r", style, element("footnoteReference", id=number))


@dataclass
class Blocks:
    """Writes blocks; `signature` stands where a signature would."""

    signature: str
    notes: Notes = field(default_factory=Notes)
    lists: Numberings = field(default_factory=Numberings)

    def inside(self, node: HtmlElement, at: At) -> list[etree._Element]:
        """The blocks of what is inside an element; inline pieces that stand between blocks become paragraphs."""
        made: list[etree._Element] = []
        line = Line()
        line.text(node.text or "", at.manner)

        def close() -> None:
            nonlocal line
            runs = line.finished()
            if runs:
                made.append(_in_part(paragraph(runs, at.style, rtl=at.manner.rtl), at))
            line = Line()

        for child in node:
            if _shown(child):
                if tag_of(child) in INLINE and not classes(child) & APART:
                    self._inline(child, line, at.manner, at.depth)
                else:
                    close()
                    made += self._block(child, at.inside(child))
            line.text(child.tail or "", at.manner)
        close()
        return made

    def _block(self, node: HtmlElement, at: At) -> list[etree._Element]:
        tag, names = tag_of(node), classes(node)
        if at.depth > DEEPEST:
            return [paragraph([run(node.text_content(), at.manner)], at.style, rtl=at.manner.rtl)]
        if "sigbox" in names:
            return [paragraph([run(self.signature, at.manner)], "SignaturePlace", rtl=at.manner.rtl)]
        if "annexes" in names:
            return self._rows([list(item) for item in node if tag_of(item) == "li"], at, (1247, 6235, 1645))
        if tag == "dl":
            rows = [each for each in node.iter("div", "dl") if each.find("dt") is not None]
            return self._rows([[*each.findall("dt"), *each.findall("dd")] for each in rows], at, (2200, 6927))
        if tag == "table":
            return self._table(node, at)
        if tag in {"ol", "ul"}:
            return self._list(node, at)
        if "translation" in names:
            return _on_a_new_page(self.inside(node, replace(at, part=self.lists.part())))
        if "parallel" in names:
            return self.inside(node, replace(at, second=self.lists.part()))
        return self.inside(node, replace(at, style=_style(tag, names, at.style)))

    def _inline(self, node: HtmlElement, line: Line, outer: Manner, depth: int) -> None:
        manner, names = outer.within(node), classes(node)
        if tag_of(node) == "br":
            line.broken()
            return
        if "fn" in names:
            note = Line()
            self._pieces(node, note, manner, depth + 1)
            line.add(self.notes.add(note.finished(), manner.rtl))
            return
        above = node.getparent()
        if names & APART or (above is not None and "translated" in classes(above)):
            line.broken()
        self._pieces(node, line, manner, depth + 1)

    def _pieces(self, node: HtmlElement, line: Line, manner: Manner, depth: int) -> None:
        if depth > DEEPEST:
            line.text(node.text_content(), manner)
            return
        line.text(node.text or "", manner)
        for child in node:
            if _shown(child):
                self._inline(child, line, manner, depth)
            line.text(child.tail or "", manner)

    def _list(self, node: HtmlElement, at: At) -> list[etree._Element]:
        lettered = "alpha" in classes(node)
        number = self.lists.begin(LETTERED if lettered else COUNTED if tag_of(node) == "ol" else DASHED)
        style = "Lettered" if lettered else "Point"
        made: list[etree._Element] = []
        for item in node:
            if tag_of(item) != "li":
                continue
            blocks = self.inside(item, replace(at.inside(item), style=style))
            if blocks and blocks[0].tag == PARAGRAPH:
                _number(blocks[0], "0", number)
            made += blocks
        return made

    def _rows(self, rows: Sequence[Sequence[HtmlElement]], at: At, widths: Sequence[int]) -> list[etree._Element]:
        """A table of what is no table in HTML: pairs of terms and values, a list in columns."""
        widths = [width * at.room // TEXT_WIDTH for width in widths]
        made = [
            element(
                "tr", element("trPr", element("cantSplit")), *self._cells(row, replace(at, style="TableText"), widths)
            )
            for row in rows
            if row
        ]
        return [_table(made, widths, at.manner.rtl)] if made else []

    def _cells(self, cells: Sequence[HtmlElement], at: At, widths: Sequence[int]) -> Iterable[etree._Element]:
        column = 0
        for cell in cells:
            span = _span(cell)
            width = sum(widths[column : column + span]) or widths[-1]
            column += span
            content = self.inside(cell, replace(at.inside(cell), room=max(width - CELL_MARGINS, NARROW)))
            if "num" in classes(cell):
                _to_the_end(content)
            if not content or content[-1].tag != PARAGRAPH:  # a cell ends with a paragraph
                content.append(paragraph([], "TableText", rtl=at.manner.rtl))
            properties = [element("tcW", w=str(width), type="dxa")]
            if span > 1:
                properties.append(element("gridSpan", val=str(span)))
            yield element("tc", element("tcPr", *properties), *content)

    def _table(self, node: HtmlElement, at: At) -> list[etree._Element]:
        captions = [
            block
            for caption in node.findall("caption")
            for block in self.inside(caption, replace(at.inside(caption), style="Caption"))
        ]
        rows = [row for row in node.iter("tr") if next(row.iterancestors("table"), None) is node]
        columns = max((sum(_span(cell) for cell in _cells_of(row)) for row in rows), default=0)
        if not columns:
            return captions
        beside = "beside" in classes(node)
        widths = _widths(node, columns, at.room)
        made = []
        for row in rows:
            head = next((each for each in row.iterancestors("thead", "table")), node).tag == "thead"
            properties = [] if beside else [element("cantSplit")]
            if head:
                properties.append(element("tblHeader"))
            within = replace(at, manner=replace(at.manner, bold=head), style="Normal" if beside else "TableText")
            made.append(element("tr", element("trPr", *properties), *self._cells(_cells_of(row), within, widths)))
        return [*captions, _table(made, widths, at.manner.rtl, style="Beside" if beside else "Ruled")]


def paragraph(runs: Sequence[etree._Element], style: str, *, rtl: bool = False) -> etree._Element:
    """A paragraph in that style."""
    properties = [element("pStyle", val=style)] if style != "Normal" else []
    if rtl:
        properties.append(element("bidi"))
    return element("p", *([element("pPr", *properties)] if properties else []), *runs)


def _style(tag: str, names: frozenset[str], outer: str) -> str:
    if tag in HEADINGS:
        return HEADINGS[tag]
    if tag == "blockquote":
        return "Quote"
    own = next((style for name, style in STYLES.items() if name in names), None)
    return own or next((style for name, style in AROUND.items() if name in names), outer)


def _in_part(block: etree._Element, at: At) -> etree._Element:
    """A numbered paragraph of a part that counts for itself."""
    if at.part and at.style in LEVELS:
        _number(block, LEVELS[at.style], at.part)
    return block


def _number(block: etree._Element, level: str, number: str) -> None:
    properties = block.find(PROPERTIES)
    if properties is not None:
        numbering = element("numPr", element("ilvl", val=level), element("numId", val=number))
        properties.insert(1, numbering)  # after the style, as the schema wants


def _on_a_new_page(blocks: list[etree._Element]) -> list[etree._Element]:
    properties = blocks[0].find(PROPERTIES) if blocks and blocks[0].tag == PARAGRAPH else None
    if properties is not None:
        properties.insert(1, element("pageBreakBefore"))
        return blocks
    return [element("p", element("r", element("br", type="page"))), *blocks]


def _to_the_end(blocks: Sequence[etree._Element]) -> None:
    """Sets figures at the far edge of their cell."""
    for block in blocks:
        properties = block.find(PROPERTIES)
        if properties is not None:
            properties.append(element("jc", val="right"))


def _table(rows: Sequence[etree._Element], widths: Sequence[int], rtl: bool, *, style: str = "Ruled") -> etree._Element:
    properties = [element("tblStyle", val=style)]
    if rtl:
        properties.append(element("bidiVisual"))
    properties += [element("tblW", w=str(sum(widths)), type="dxa"), element("tblLayout", type="fixed")]
    grid = element("tblGrid", *(element("gridCol", w=str(width)) for width in widths))
    return element("tbl", element("tblPr", *properties), grid, *rows)


def _widths(table: HtmlElement, columns: int, room: int) -> list[int]:
    """From the widths of its columns in millimetres, the rest shared evenly among those that have none."""
    own = [col for col in table.iter("col") if next(col.iterancestors("table"), None) is table]
    given: list[int | None] = [_width(col, room) for col in own]
    given = (given + [None] * columns)[:columns]
    rest = max(0, room - sum(width for width in given if width))
    return [width if width is not None else max(rest // given.count(None), NARROW) for width in given]


def _width(col: HtmlElement, room: int) -> int | None:
    _, _, said = (col.get("style") or "").replace(" ", "").partition("width:")
    number = said.partition("mm")[0] if "mm" in said else "44" if "label" in classes(col) else ""
    if not number.replace(".", "", 1).isdigit():
        return None
    return round(float(number) * MILLIMETRE * room / TEXT_WIDTH)


def _cells_of(row: HtmlElement) -> list[HtmlElement]:
    return [cell for cell in row if tag_of(cell) in {"td", "th"}]


def _span(cell: HtmlElement) -> int:
    said = cell.get("colspan") or "1"
    return min(int(said), 50) if said.isdigit() and int(said) else 1


def _shown(node: HtmlElement) -> bool:
    return tag_of(node) not in SILENT and not classes(node) & LEFT_OUT and node.get("aria-hidden") != "true"
