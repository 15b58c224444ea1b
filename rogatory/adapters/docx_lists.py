"""Numberings of a Word document: of sections and paragraphs, and of every list of points."""

import copy
from dataclasses import dataclass, field

from lxml import etree

from rogatory.adapters.docx_runs import W, element

SECTIONS, LETTERED, DASHED, COUNTED = "0", "1", "2", "3"
"""Of templates/_word/numbering.xml: abstract numberings."""
OWN = 10
"""Abstract numberings from here on are copies, made for parts."""


@dataclass
class Numberings:
    """Those a document needs beside the one of its sections; each list its own, so that each begins anew."""

    lists: list[tuple[str, str]] = field(default_factory=list)
    """Numbering and what it is an instance of."""
    parts: int = 0

    def begin(self, abstract: str) -> str:
        """A new list; returns its numbering."""
        return self._add(abstract)

    def part(self) -> str:
        """A part whose sections are counted for themselves, even while others are counted; returns its numbering."""
        self.parts += 1
        return self._add(str(OWN + self.parts))

    def _add(self, abstract: str) -> str:
        number = str(len(self.lists) + 2)  # 1 is that of the sections
        self.lists.append((number, abstract))
        return number

    def write(self, numbering: etree._Element) -> None:
        """Adds them to numbering.xml, in the order its schema wants: what is abstract first."""
        sections = next(each for each in numbering if each.get(f"{{{W}}}abstractNumId") == SECTIONS)
        for part in range(1, self.parts + 1):
            own = copy.deepcopy(sections)
            own.set(f"{{{W}}}abstractNumId", str(OWN + part))
            for linked in own.findall(f".//{{{W}}}pStyle"):  # a style belongs to one numbering
                linked.getparent().remove(linked)  # type: ignore[union-attr]  # it was found below
            sections.addnext(own)
        for number, abstract in self.lists:
            anew = element("lvlOverride", element("startOverride", val="1"), ilvl="0")
            numbering.append(element("num", element("abstractNumId", val=abstract), anew, numId=number))
