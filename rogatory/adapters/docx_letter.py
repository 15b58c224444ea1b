"""A letter as an editable Word document (Office Open XML, ISO/IEC 29500 transitional), from the HTML of its PDF.

For states that insist on one. It is never the original: every page and the document's properties say so, and name the
signed PDF by its digest. It holds no macro, no picture and no link to anything outside itself, and the same sheet gives
the same bytes.
"""

import io
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files

from lxml import etree, html

from rogatory.adapters.docx_blocks import At, Blocks, paragraph
from rogatory.adapters.docx_runs import REGIONS, UNFIT, Line, Manner, W, classes, element, is_rtl, run
from rogatory.adapters.docx_words import ENGLISH, words_of

STATIC = ("styles", "numbering", "settings", "fontTable", "footnotes")
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
DC, TERMS, XSI = (
    "http://purl.org/dc/elements/1.1/",
    "http://purl.org/dc/terms/",
    "http://www.w3.org/2001/XMLSchema-instance",
)
DAWN = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip can name; the document's own date stands in its properties."""
PAGE = {"w": "11906", "h": "16838"}
MARGINS = {
    "top": "1928",
    "right": "1247",
    "bottom": "1701",
    "left": "1531",
    "header": "680",
    "footer": "680",
    "gutter": "0",
}
_PARTS = files("templates") / "_word"


@dataclass(frozen=True)
class Mark:
    """What the copy says of itself."""

    original: str | None
    """SHA-256, hex, of the signed PDF; None: there is none, this is a draft."""

    def lines(self, language: str) -> list[tuple[str, str]]:
        """Language and words, English first, then the letter's own."""
        own = words_of(language)
        english = f"{ENGLISH.not_original} {self.original}." if self.original else ENGLISH.draft
        said = own.not_original if self.original else own.draft
        return [("en", english)] + ([(language, said)] if own is not ENGLISH else [])


def word_document(page: str, mark: Mark, dated: datetime) -> bytes:
    """The document.

    Args:
        page: the HTML of the letter, as `Pages.html` gives it.
        mark: whether it is a draft, or of which signed PDF it is a copy.
        dated: the date of the sheet, for the properties.
    """
    root = html.document_fromstring(page, parser=html.HTMLParser(huge_tree=True, encoding=None))
    language = root.get("lang") or "en"
    rtl = root.get("dir") == "rtl" or (root.get("dir") is None and is_rtl(language))
    manner = Manner(language, rtl)
    own = words_of(language)
    blocks = Blocks(signature=own.signature if mark.original else own.unsigned)
    body = root.find("body")
    content = blocks.inside(body if body is not None else root, At(manner))
    parts = {name: _static(name) for name in STATIC}
    blocks.lists.write(parts["numbering"])
    parts["footnotes"].extend(blocks.notes.notes)
    _speak(parts["styles"], language)
    parts["document"] = _document(content, rtl)
    parts["header1"] = element("hdr", *_header(root, mark, manner))
    parts["footer1"] = element("ftr", *_footer(root, manner))
    title = (root.findtext("head/title") or "").strip()
    author = next((each.get("content") or "" for each in root.iter("meta") if each.get("name") == "author"), "")
    files_ = {f"word/{name}.xml": _bytes(part) for name, part in parts.items()}
    files_ |= {
        "docProps/core.xml": _core(title, author, language, mark, dated),
        "_rels/.rels": _relations({"officeDocument": "word/document.xml", "core": "docProps/core.xml"}),
        "word/_rels/document.xml.rels": _relations(
            {_kind(name): f"{name}.xml" for name in parts if name != "document"}
        ),
        "[Content_Types].xml": _types(parts),
    }
    return _zipped(files_)


def _document(content: list[etree._Element], rtl: bool) -> etree._Element:
    header, footer = (element(f"{kind}Reference", type="default") for kind in ("header", "footer"))
    header.set(f"{{{R}}}id", "header")
    footer.set(f"{{{R}}}id", "footer")
    section = [header, footer, element("pgSz", **PAGE), element("pgMar", **MARGINS)]
    if rtl:
        section.append(element("bidi"))
    return element("document", element("body", *content, element("sectPr", *section)))


def _header(root: html.HtmlElement, mark: Mark, manner: Manner) -> list[etree._Element]:
    """The mark on every page; then what the PDF says at its head."""
    made = [
        paragraph([run(said, Manner(language, is_rtl(language)))], "Mark", rtl=is_rtl(language))
        for language, said in mark.lines(manner.language)
    ]
    for name in ("classif", "rhead"):
        found = _running(root, name)
        if found is not None:
            line = Line()
            for index, piece in enumerate(found if len(found) else [found]):
                line.text(("   " if index else "") + piece.text_content(), manner.around(found).within(piece))
            made.append(paragraph(line.finished(), "Header", rtl=manner.rtl))
    return made


def _footer(root: html.HtmlElement, manner: Manner) -> list[etree._Element]:
    """What the PDF says at its foot, and the page of how many, in figures that need no words."""
    made = []
    found = _running(root, "rfoot")
    if found is not None:
        at = At(manner.around(found), "Footer")
        made = [each for each in Blocks(signature="").inside(found, at) if len(each) > 1]
    counted = [
        element("r", element("tab")),
        _field("PAGE", manner),
        run(" / ", manner),
        _field("NUMPAGES", manner),
    ]
    return [*made, paragraph(counted, "Footer", rtl=manner.rtl)]


def _field(code: str, manner: Manner) -> etree._Element:
    return element("fldSimple", run("1", manner), instr=f" {code} ")


def _running(root: html.HtmlElement, name: str) -> html.HtmlElement | None:
    return next((each for each in root.iter() if isinstance(each.tag, str) and name in classes(each)), None)


def _static(name: str) -> etree._Element:
    parser = etree.XMLParser(remove_blank_text=True, remove_comments=True, resolve_entities=False, no_network=True)
    return etree.fromstring((_PARTS / f"{name}.xml").read_bytes(), parser)


def _speak(styles: etree._Element, language: str) -> None:
    """Makes the letter's language the document's."""
    for each in styles.iter(f"{{{W}}}docDefaults"):
        for lang in each.iter(f"{{{W}}}lang"):
            primary = language.split("-", maxsplit=1)[0]
            name = "bidi" if is_rtl(language) else "eastAsia" if primary in {"zh", "ja", "ko"} else "val"
            lang.set(f"{{{W}}}{name}", REGIONS.get(language, language))


def _core(title: str, author: str, language: str, mark: Mark, dated: datetime) -> bytes:
    """The document's properties, which say what it is even where nobody prints its pages."""
    status = "Not the original" if mark.original else "Draft"
    stamp = dated.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    root = etree.Element(f"{{{CORE}}}coreProperties", nsmap={"cp": CORE, "dc": DC, "dcterms": TERMS, "xsi": XSI})
    said = " ".join(words for _, words in mark.lines("en"))
    values = [
        (f"{{{DC}}}title", f"{status.upper()}: {title}"),
        (f"{{{DC}}}subject", said),
        (f"{{{DC}}}creator", author),
        (f"{{{CORE}}}keywords", f"sha256:{mark.original}" if mark.original else "draft"),
        (f"{{{DC}}}description", said),
        (f"{{{CORE}}}lastModifiedBy", author),
        (f"{{{CORE}}}revision", "1"),
        (f"{{{TERMS}}}created", stamp),
        (f"{{{TERMS}}}modified", stamp),
        (f"{{{DC}}}language", language),
        (f"{{{CORE}}}contentStatus", status),
    ]
    for tag, value in values:
        child = etree.SubElement(root, tag)
        child.text = UNFIT.sub("", value)
        if tag.startswith(f"{{{TERMS}}}"):
            child.set(f"{{{XSI}}}type", "dcterms:W3CDTF")
    return _bytes(root)


def _relations(targets: dict[str, str]) -> bytes:
    """Relationships within the package; there are no others."""
    root = etree.Element(f"{{{RELATIONS}}}Relationships", nsmap=_unprefixed(RELATIONS))
    for kind, target in targets.items():
        schema = f"{RELATIONS}/metadata/core-properties" if kind == "core" else f"{R}/{kind}"
        etree.SubElement(root, f"{{{RELATIONS}}}Relationship", {"Id": kind, "Type": schema, "Target": target})
    return _bytes(root)


def _types(parts: dict[str, etree._Element]) -> bytes:
    root = etree.Element(f"{{{TYPES}}}Types", nsmap=_unprefixed(TYPES))
    for extension, kind in (
        ("rels", "application/vnd.openxmlformats-package.relationships+xml"),
        ("xml", "application/xml"),
    ):
        etree.SubElement(root, f"{{{TYPES}}}Default", {"Extension": extension, "ContentType": kind})
    kinds = {f"/word/{name}.xml": f"{WORD}.{_content(name)}+xml" for name in parts}
    kinds["/docProps/core.xml"] = "application/vnd.openxmlformats-package.core-properties+xml"
    for name, kind in kinds.items():
        etree.SubElement(root, f"{{{TYPES}}}Override", {"PartName": name, "ContentType": kind})
    return _bytes(root)


def _unprefixed(namespace: str) -> dict[str, str]:
    prefixes: dict[str | None, str] = {None: namespace}
    return prefixes  # type: ignore[return-value]  # its stub knows no default namespace


def _kind(name: str) -> str:
    return name.rstrip("1")


def _content(name: str) -> str:
    return "document.main" if name == "document" else _kind(name)


def _bytes(root: etree._Element) -> bytes:
    if root.tag.startswith(f"{{{W}}}"):
        etree.cleanup_namespaces(root, top_nsmap={"w": W, "r": R})
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return written


def _zipped(contents: dict[str, bytes]) -> bytes:
    """A package whose bytes depend on its contents alone; the list of types stands first, as readers expect."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for name in sorted(contents, key=lambda name: (name != "[Content_Types].xml", name != "_rels/.rels", name)):
            entry = zipfile.ZipInfo(name, DAWN)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 0, 0
            package.writestr(entry, contents[name])
    return out.getvalue()
