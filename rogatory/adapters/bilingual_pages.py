"""A letter and its translation as one document: one after the other, or side by side.

Both come from the same template, so their blocks go together one by one: a template that makes other blocks in another
language is a fault. Only the original has a place to sign, and its numbers stand in both.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import html
from lxml.etree import SubElement
from lxml.html import HtmlElement

from rogatory.adapters.clause_pages import with_clauses
from rogatory.adapters.pages import Pages, RenderError
from rogatory.documents.languages import direction
from schemas.documents import Sheet

BODY = re.compile(r"(<body[^>]*>)(.*)(</body>)", re.DOTALL)
ONCE = re.compile(r'<div class="(?:sigbox|draft-mark)"[^>]*>.*?</div>\n?', re.DOTALL)
"""What the original alone has: the place to sign, and the mark of a draft behind every page."""
TOLD = re.compile(r'<p class="translated">.*?</p>', re.DOTALL)
"""Where a translation says that it is one."""
NUMBERED = re.compile(r"\.rfoot \.pg::after\{[^}]*\}")
"""How a language numbers pages (templates/_layout/base.html.j2)."""
NARROWEST = 3
"""Columns from which a table is set over the whole width."""
HEADINGS = frozenset({"h1", "h2", "h3"})


class BilingualPages:
    """Pages, also of sheets that have a translation."""

    def __init__(self, pages: Pages, root: Path) -> None:
        self._pages, self._root = pages, root

    def html(self, sheet: Sheet) -> str:
        """The document as HTML. Raises RenderError when a template lacks something, or the two parts differ."""
        if sheet.letter is not None:
            sheet = with_clauses(sheet, self._pages.html(sheet.letter))
        page = self._pages.html(sheet)
        if sheet.translation is None:
            return page
        other = ONCE.sub("", self._pages.html(sheet.translation))
        style = (self._root / "_layout" / "bilingual.css").read_text(encoding="utf-8")
        style += "".join(f".translation {rule}" for rule in NUMBERED.findall(other)[-1:])
        page = page.replace("</head>", f"<style>{style}</style>\n</head>", 1)
        join = _beside if sheet.arrangement == "parallel" else _after
        return join(page, other, sheet, sheet.translation)


def _after(page: str, other: str, sheet: Sheet, translation: Sheet) -> str:
    """The translation as a part of its own, on a new page."""
    part = f'<section class="translation" lang="{translation.language}" dir="{direction(translation.language)}">'
    return page.replace("</body>", f"{part}{_body(other, translation)}</section>\n</body>", 1)


def _body(page: str, sheet: Sheet) -> str:
    found = BODY.search(page)
    if found is None:
        raise RenderError(f"{sheet.document} ({sheet.language}) has no body.")
    return found[2]


def _beside(page: str, other: str, sheet: Sheet, translation: Sheet) -> str:
    """The two contents block by block, in the columns of one table; head and foot are the original's."""
    one, two = (_blocks(each, of) for each, of in ((page, sheet), (other, translation)))
    if [each.tag for each in one] != [each.tag for each in two]:
        raise RenderError(
            f"{sheet.document} is not made of the same blocks in {sheet.language} and {translation.language}."
        )
    woven = "".join(_markup(each) for each in _woven(one, two, (sheet.language, translation.language)))
    head = page[: page.index("</header>") + len("</header>")]
    told = TOLD.search(other)
    if told:
        language = translation.language
        head += f'\n<div lang="{language}" dir="{direction(language)}">{told[0]}</div>'
    return f'{head}\n<div class="parallel">{woven}</div>\n</body>\n</html>\n'


def _blocks(page: str, sheet: Sheet) -> list[HtmlElement]:
    """The blocks between head and foot."""
    content = _body(page, sheet).partition("</header>")[2]
    return [each for each in html.fragments_fromstring(content) if isinstance(each, HtmlElement) and _is_block(each)]


def _is_block(each: HtmlElement) -> bool:
    """No comment, and not where a translation says what it is."""
    return isinstance(each.tag, str) and not _has_class(each, "translated")


def _woven(one: list[HtmlElement], two: list[HtmlElement], languages: tuple[str, str]) -> Iterator[HtmlElement]:
    """Tables of paired blocks, and between them what needs the whole width."""
    table: HtmlElement | None = None
    notes = _Notes()
    for ours, theirs in zip(one, two, strict=True):
        if _has_class(ours, "close"):
            yield from [table] if table is not None else []
            table = None
            yield _end(ours, theirs, languages, notes)
        elif _is_wide(ours):
            yield from [table] if table is not None else []
            table = None
            yield _stacked(ours, theirs, languages[1])
        else:
            table = table if table is not None else _columns()
            _pair(table, ours, theirs, languages, notes)
    if table is not None:
        yield table


def _columns() -> HtmlElement:
    """A table of two columns."""
    table = html.Element("table", {"class": "beside"})
    group = SubElement(table, "colgroup")
    SubElement(group, "col")
    SubElement(group, "col")
    SubElement(table, "tbody")
    return table


class _Notes:
    """Footnotes as notes below their paragraph, with one number in both columns.

    WeasyPrint 70 moves a footnote called in a cell to another page now and then; a note that is not where it is called
    would be taken for part of another paragraph.
    """

    def __init__(self) -> None:
        self._count = {"one": 0, "two": 0}

    def below(self, block: HtmlElement, side: str) -> list[HtmlElement]:
        """The block's footnotes, taken out of it and numbered; a mark stands where each was called."""
        found = []
        for call in list(block.iterfind(".//span[@class='fn']")):
            self._count[side] += 1
            mark = html.Element("sup", {"class": "call"})
            mark.text, mark.tail, call.tail = str(self._count[side]), call.tail, None
            call.getparent().replace(call, mark)
            note = html.Element("p", {"class": "note"})
            number = SubElement(note, "sup")
            number.text, number.tail = str(self._count[side]), " "
            note.append(call)
            call.attrib.pop("class")
            found.append(note)
        return found


def _pair(
    table: HtmlElement, ours: HtmlElement, theirs: HtmlElement, languages: tuple[str, str], notes: _Notes
) -> None:
    body = table.find("tbody")
    assert body is not None
    kept = {"class": "head"} if ours.tag in HEADINGS or _has_class(ours, "lead") else {}
    row = SubElement(body, "tr", kept)
    for block, language, side in zip((ours, theirs), languages, ("one", "two"), strict=True):
        cell = SubElement(row, "td", {"lang": language, "dir": direction(language), "class": side})
        block.tail = None
        cell.append(block)
        cell.extend(notes.below(block, side))


def _stacked(ours: HtmlElement, theirs: HtmlElement, right: str) -> HtmlElement:
    """Both blocks over the whole width, one below the other."""
    whole = html.Element("div", {"class": "whole"})
    below = html.Element("div", {"class": "two", "lang": right, "dir": direction(right)})
    ours.tail = theirs.tail = None
    whole.append(ours)
    below.append(theirs)
    whole.append(below)
    return whole


def _end(ours: HtmlElement, theirs: HtmlElement, languages: tuple[str, str], notes: _Notes) -> HtmlElement:
    """The closing words in both languages, kept with the one place to sign."""
    end = html.Element("div", {"class": "close"})
    table = _columns()
    words = [[each for each in block if not _has_class(each, "sign")] for block in (ours, theirs)]
    for mine, other in zip(*words, strict=True):
        _pair(table, mine, other, languages, notes)
    if words[0]:
        end.append(table)
    for sign in [each for each in ours if _has_class(each, "sign")]:
        sign.tail = None
        end.append(sign)
    return end


def _is_wide(block: HtmlElement) -> bool:
    columns = [len(table.findall("colgroup/col")) for table in block.iter("table")]
    return any(each >= NARROWEST for each in columns) or _has_class(block, "refs") or _has_class(block, "enc")


def _has_class(block: HtmlElement, name: str) -> bool:
    return name in (block.get("class") or "").split()


def _markup(block: HtmlElement) -> str:
    return str(html.tostring(block, encoding="unicode"))
