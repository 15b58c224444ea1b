"""WeasyPrint: one locked-down renderer for every formal document.

- No network and no file outside templates/: every fetch goes through one fetcher, whose denials are recorded and end
  the render even where WeasyPrint would go on (its SVG code swallows the exception).
- A warning of WeasyPrint is an error: a missing image or an unknown property is a fault of ours, not of the reader's.
- PDF/A-3a and PDF/UA-1 at once: rendered as the first, with the second's identification added to the XMP.
- The same sheet gives the same bytes: dates, identifier and attachment dates come from the sheet, and the faces a
  document may use come from its own characters, not from what was rendered before it.
- No system font slips in: fontconfig is shown no folder of the system's. A character that no font of ours has, or that
  would steer the text around it, ends the render of the letter, whose drafter can correct it. Everywhere else it is
  written as its code: a signed act's words and a file's name from abroad are as they are, and no case may halt on them.

This renders where it is called. What comes from outside is rendered under limits, in a child: see render_guard.py.
"""

import hashlib
import logging
import os
import re
import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import rfc8785
from pydantic import JsonValue
from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from rogatory.adapters.bilingual_pages import BilingualPages
from rogatory.adapters.characters import EASY, UNSEEN, named, shown, spelled, unshown
from rogatory.adapters.direction import isolated
from rogatory.adapters.faces import FONTS, families_for, rules
from rogatory.adapters.pages import Pages, RenderError, UnprintableError
from rogatory.adapters.pdf_fields import Place, add_signature_fields
from rogatory.adapters.weasyprint_tables import mend
from schemas.documents import DRAFTED, RenderedPdf, Sheet

VARIANT = "pdf/a-3a"
LARGEST_ASSET = 5_000_000  # bytes
LONGEST_PAGE = 2_000_000
"""Characters of HTML: some 600 pages. What is longer is no letter; tables as long go into schedules."""
IMAGES = ("image/svg+xml", "image/png", "image/jpeg")
FIELDS = "sig-"
FONT_SETS = 6
"""Font configurations kept, each with its own copy of its files, some 4 MB."""
PDF_UA = (
    b'<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>'
    b'<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" '
    b'xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
    b'<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
    b"<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>"
    b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>"
    b'<rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>'
    b"<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>"
    b"<pdfaProperty:description>PDF/UA part</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property>"
    b"</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
)


mend()


class LockedFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint is untyped
    """Gives out our own assets and small data images; denies all else, on record."""

    def __init__(self, root: Path) -> None:
        super().__init__(allowed_protocols={"data", "asset"}, allow_redirects=False, fail_on_errors=True)
        self._root = root.resolve()
        self.denied: list[str] = []

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """The resource. Raises FatalURLFetchingError for whatever is not ours."""
        kind = url.removeprefix("data:").partition(",")[0].partition(";")[0]
        if url.startswith("data:") and kind in IMAGES and len(url) <= LARGEST_ASSET:
            return super().fetch(url, headers)
        if url.startswith("asset:///"):
            path = (self._root / url.removeprefix("asset:///").split("?")[0]).resolve()
            if path.is_relative_to(self._root) and path.is_file() and path.stat().st_size <= LARGEST_ASSET:
                return URLFetcherResponse(url, path.read_bytes())
        self.denied.append(url[:120])
        raise FatalURLFetchingError(f"a document may not fetch {url[:120]}")


class WeasyPrintRenderer:
    """Implements ports.Renderer, over the templates that ship with the program or a folder of the same shape."""

    def __init__(self, root: Path | None = None, overlay: Path | None = None) -> None:
        self._root = root or Path(str(files("templates")))
        self._pages = BilingualPages(Pages(self._root, overlay), self._root)
        self._fonts: OrderedDict[tuple[str, ...], FontConfiguration] = OrderedDict()
        self._alone = threading.Lock()  # a font configuration is not made for several threads at once

    def warm(self) -> None:
        """Loads the fonts every document has, so that the first one need not."""
        with self._alone:
            self._fonts_for("")

    def render(self, sheet: Sheet) -> RenderedPdf:
        """The PDF/A-3a of the sheet. Raises RenderError on a denied fetch, a missing fact or a missing glyph."""
        try:
            sheet = legible(sheet)
            data = rfc8785.dumps(sheet.data)
        except RecursionError as error:
            raise RenderError(f"{sheet.document}: its facts are nested too deeply to be laid out.") from error
        html = self._page(sheet)
        with self._alone, _warnings() as warned:
            content, pages, fields = self._lay_out(sheet, html, data)
        if warned:
            raise RenderError(f"{sheet.document} is not laid out as it should be: {warned[0]}.")
        if fields:
            content = add_signature_fields(content, fields)
        return RenderedPdf(pdf=content, pages=pages)

    def _page(self, sheet: Sheet) -> str:
        html = isolated(self._pages.html(sheet))
        if len(html) > LONGEST_PAGE:
            raise RenderError(
                f"{sheet.document} would be too long: {len(html):,} characters with its markup, of at most "
                f"{LONGEST_PAGE:,}.",
                "Shorten it, or put what is long into annexes or a schedule.",
            )
        return html

    def _lay_out(self, sheet: Sheet, html: str, data: bytes) -> tuple[bytes, int, dict[str, Place]]:
        fetcher = LockedFetcher(self._root)
        attachment = Attachment(
            string=data,
            name="case.json",
            relationship="Source",
            description="The case data this document shows",
            created=sheet.dated,
            modified=sheet.dated,
            url_fetcher=fetcher,
        )
        try:
            document = HTML(string=html, base_url="asset:///", url_fetcher=fetcher).render(
                font_config=self._fonts_for(html), pdf_variant=VARIANT
            )
            metadata = document.metadata
            original = metadata.generate_rdf_metadata
            metadata.generate_rdf_metadata = lambda *a, **k: original(*a, **k).replace(
                b"</rdf:RDF>", PDF_UA + b"</rdf:RDF>"
            )
            content = document.write_pdf(
                attachments=[attachment],
                pdf_variant=VARIANT,
                pdf_identifier=hashlib.sha256(html.encode() + data).digest()[:16],
                pdf_tags=True,
            )
        except FatalURLFetchingError as error:
            raise RenderError(f"{sheet.document}: {str(error).rstrip('. ')}.") from error
        if fetcher.denied:
            raise RenderError(f"{sheet.document}: a document may not fetch {fetcher.denied[0]}.")
        fields = {
            name: (number, box, page.height)
            for number, page in enumerate(document.pages)
            for name, box in page.anchors.items()
            if name.startswith(FIELDS)
        }
        return content, len(document.pages), fields

    def _fonts_for(self, html: str) -> FontConfiguration:
        """The faces this page needs and no others. Raises RenderError for a character that none of ours has."""
        characters = set(html)
        for char in characters - shown() if not characters <= EASY else ():
            if unicodedata.category(char) not in UNSEEN:
                where = _after(html, char)
                raise RenderError(f"The character {named(char)} is in none of the document's fonts; it stands {where}.")
        families = families_for(characters)
        if families in self._fonts:
            self._fonts.move_to_end(families)
            return self._fonts[families]
        fonts = _only_our_fonts()
        CSS(string=rules(families), url_fetcher=LockedFetcher(FONTS.parents[1]), font_config=fonts)
        self._fonts[families] = fonts
        if len(self._fonts) > FONT_SETS:
            self._fonts.popitem(last=False)
        return fonts


def legible(sheet: Sheet) -> Sheet:
    """The sheet with only characters that a document can show, the others spelled as codes.

    Raises:
        UnprintableError: the sheet is in the drafter's words, who corrects them instead; names the character and place.
    """
    strict = sheet.document in DRAFTED
    context = {name: _legible(each, strict) for name, each in sheet.context.items()}
    parts = {
        name: part and legible(part) for name, part in (("translation", sheet.translation), ("letter", sheet.letter))
    }
    return sheet.model_copy(update={"context": context, **parts})


def _legible(value: JsonValue, strict: bool) -> JsonValue:
    if isinstance(value, str):
        for place, reason in unshown(value) if strict else ():
            where = value[max(0, place - 15) : place].strip()
            raise UnprintableError(
                f"The character {reason}; it stands after “{where}”.", "Write it otherwise, or leave it out."
            )
        return spelled(value)
    if isinstance(value, list):
        return [_legible(each, strict) for each in value]
    if isinstance(value, dict):
        return {name: _legible(each, strict) for name, each in value.items()}
    return value


def _after(html: str, char: str) -> str:
    """Where a character stands, by the words before it."""
    before = html[: html.index(char)].rpartition("<body")[2]
    return f"after “{' '.join(re.sub('<[^>]*>', ' ', '<' + before).split())[-20:]}”"


def _only_our_fonts() -> FontConfiguration:
    """A font configuration to which only @font-face adds: fontconfig reads the environment when one is made."""
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(FONTS / "fonts.conf")
    try:
        return FontConfiguration()
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before


@contextmanager
def _warnings() -> Iterator[list[str]]:
    """Collects what WeasyPrint would only log."""
    warned: list[str] = []
    logger = logging.getLogger("weasyprint")

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            warned.append(record.getMessage()[:300])

    handler = Collect(logging.WARNING)
    logger.addHandler(handler)
    try:
        yield warned
    finally:
        logger.removeHandler(handler)
