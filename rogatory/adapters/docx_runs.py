"""Runs of text in WordprocessingML: from inline HTML, with the language and the direction of each piece."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree
from lxml.html import HtmlElement

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
EAST_ASIAN = frozenset({"zh", "ja", "ko"})
REGIONS = {"ar": "ar-SA", "en": "en-GB", "es": "es-ES", "fr": "fr-FR", "ru": "ru-RU", "zh": "zh-CN"}
"""What a spelling checker wants where only a language is known."""
LEFT_TO_RIGHT_MARK = "\u200e"
SPACES = re.compile(r"[ \t\r\n\f]+")
UNFIT = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold."""


def element(tag: str, /, *children: etree._Element, **attributes: str) -> etree._Element:
    """An element of WordprocessingML; attributes by their local names."""
    made = etree.Element(f"{{{W}}}{tag}", {f"{{{W}}}{name}": value for name, value in attributes.items()})
    made.extend(children)
    return made


def classes(node: HtmlElement) -> frozenset[str]:
    """The classes of an HTML element."""
    return frozenset((node.get("class") or "").split())


def tag_of(node: HtmlElement) -> str:
    """Its tag; empty for a comment."""
    return node.tag if isinstance(node.tag, str) else ""


@dataclass(frozen=True)
class Manner:
    """How a piece of text is set."""

    language: str
    rtl: bool
    bold: bool = False
    italic: bool = False
    raised: bool = False
    lowered: bool = False
    style: str = ""
    isolated: bool = False
    """A piece that runs left to right within a line that runs right to left."""

    def within(self, node: HtmlElement) -> "Manner":
        """The manner inside that element."""
        tag, names = tag_of(node), classes(node)
        language = node.get("lang") or self.language
        turned = self.rtl if node.get("lang") is None else is_rtl(language)
        direction = {"rtl": True, "ltr": False}.get(node.get("dir") or "", turned)
        return replace(
            self,
            language=language,
            rtl=direction,
            bold=self.bold or tag in {"b", "strong"} or bool(names & {"run", "nm"}),
            italic=self.italic or tag in {"i", "em"},
            raised=self.raised or tag == "sup",
            lowered=self.lowered or tag == "sub",
            style="Digest" if "mono" in names else self.style,
            isolated=self.isolated or (self.rtl and not direction),
        )

    def around(self, node: HtmlElement) -> "Manner":
        """The manner inside an element that is a block: its direction is the paragraph's own."""
        return replace(self.within(node), isolated=False)


@dataclass
class Line:
    """The runs of one paragraph, white space collapsed as HTML does, across elements."""

    runs: list[etree._Element] = field(default_factory=list)
    _spaced: bool = True
    """What stands before is white space or the beginning: no space may follow."""

    def text(self, text: str, manner: Manner) -> None:
        """Adds text."""
        collapsed = SPACES.sub(" ", text)
        if self._spaced:
            collapsed = collapsed.removeprefix(" ")
        if not collapsed:
            return
        self._spaced = collapsed.endswith(" ")
        if manner.isolated:
            collapsed = f"{LEFT_TO_RIGHT_MARK}{collapsed}{LEFT_TO_RIGHT_MARK}"
        self.runs.append(run(collapsed, manner))

    def add(self, made: etree._Element) -> None:
        """Adds a run that is no text."""
        self.runs.append(made)
        self._spaced = False

    def broken(self) -> None:
        """Begins a new line within the paragraph."""
        self._trim()
        self.runs.append(element("r", element("br")))
        self._spaced = True

    def finished(self) -> list[etree._Element]:
        """The runs, without a space at the end."""
        self._trim()
        return self.runs

    @property
    def empty(self) -> bool:
        """Whether it has neither text nor a note."""
        return not self.runs

    def _trim(self) -> None:
        while self.runs:
            text = self.runs[-1].find(f"{{{W}}}t")
            if text is None or text.text is None or not text.text.endswith(" "):
                return
            text.text = text.text[:-1]
            if text.text:
                return
            self.runs.pop()


def run(text: str, manner: Manner) -> etree._Element:
    """One run of text with its language."""
    words = element("t")
    words.text = UNFIT.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)
    words.set(XML_SPACE, "preserve")
    return element("r", element("rPr", *_properties(manner)), words)


def _properties(manner: Manner) -> Iterator[etree._Element]:
    """In the order the schema wants."""
    if manner.style:
        yield element("rStyle", val=manner.style)
    if manner.bold:
        yield element("b")
        yield element("bCs")
    if manner.italic:
        yield element("i")
        yield element("iCs")
    if manner.raised or manner.lowered:
        yield element("vertAlign", val="superscript" if manner.raised else "subscript")
    if manner.rtl:
        yield element("rtl")
    yield language_of(manner.language)


def language_of(language: str) -> etree._Element:
    """The run's language, under the attribute Word reads for its script."""
    primary = language.split("-", maxsplit=1)[0].lower()
    tag = REGIONS.get(language, language)
    if primary in RIGHT_TO_LEFT:
        return element("lang", bidi=tag)
    return element("lang", eastAsia=tag) if primary in EAST_ASIAN else element("lang", val=tag)


def is_rtl(language: str) -> bool:
    """Whether the language is written from right to left."""
    return language.split("-", maxsplit=1)[0].lower() in RIGHT_TO_LEFT
