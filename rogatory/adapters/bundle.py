"""Assembles a case bundle: cover and contents, the pages of every original, stamps, outline, the originals embedded.

The result is PDF/A-3b: merged pages have no common tags, so none is claimed; the originals inside are what they are.
The same parts give the same bytes. What a merge cannot keep is not feigned: fields for signatures become the picture of
the signature that stood on the page, and the signature itself is in the embedded file.
"""

import io
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

import pikepdf
from pikepdf import Array, AttachedFileSpec, Dictionary, Name, OutlineItem

from rogatory.adapters.page_stamps import Stamper
from rogatory.documents.bundle import LINK, Entry
from rogatory.errors import IntegrityError

BUNDLE_OUTLINE = "Cover and contents"
DATA = "case.json"
COVERS_OWN = ("/OpenAction", "/AA", "/AcroForm", "/StructTreeRoot")
"""Of the cover's catalog: what does not hold for the bundle."""


@dataclass(frozen=True)
class Original:
    """One embedded file, and what is said of it."""

    entry: Entry
    content: bytes
    media_type: str = "application/pdf"


def embedded_data(pdf: bytes) -> bytes | None:
    """The case.json in a PDF, None where there is none. Raises ValueError for what is no PDF."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            if DATA not in document.attachments:
                return None
            return document.attachments[DATA].get_file().read_bytes()
    except (pikepdf.PdfError, pikepdf.PasswordError) as fault:
        raise ValueError(f"no PDF: {fault}") from fault


def assemble(cover: bytes, originals: Sequence[Original], reference: str) -> bytes:
    """The bundle, not sealed yet.

    Args:
        cover: cover and contents; its last pages are the slip sheets of those originals that are not shown, in order.
        originals: in order; those that are shown must be our own documents, which are PDF/A.
        reference: of the case, for the stamps.

    Raises:
        IntegrityError: an original cannot be read, or has not the pages that are said of it.
    """
    with ExitStack() as opened:
        bundle = opened.enter_context(pikepdf.open(io.BytesIO(cover)))
        slips = sum(not each.entry.shown for each in originals)
        ahead = len(bundle.pages) - slips
        slip_pages = [bundle.pages[index] for index in range(ahead, len(bundle.pages))]
        del bundle.pages[ahead:]
        marks = ["contents"] * ahead
        starts: list[int] = []
        chapters: list[list[OutlineItem]] = []
        for each in originals:
            starts.append(len(bundle.pages))
            if not each.entry.shown:
                bundle.pages.append(slip_pages.pop(0))
                chapters.append([])
            else:
                source = opened.enter_context(_flat(each))
                bundle.pages.extend(source.pages)
                chapters.append(_chapters(source, starts[-1]))
            marks += [_mark(each.entry)] * (len(bundle.pages) - starts[-1])
        _quiet(bundle)
        _link(bundle, ahead)
        stamper = Stamper(bundle)
        for number, (page, mark) in enumerate(zip(bundle.pages, marks, strict=True), 1):
            stamper.stamp(page, f"{reference} \u00b7 {mark} \u00b7 bundle page {number} of {len(marks)}")
        _outline(bundle, originals, starts, chapters)
        for each in originals:
            _embed(bundle, each)
        bundle.Root.AF = Array([bundle.attachments[name].obj for name in sorted(bundle.attachments)])
        _claim_3b(bundle)
        out = io.BytesIO()
        bundle.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate, linearize=False)
        return out.getvalue()


def _flat(original: Original) -> pikepdf.Pdf:
    """The original with the pictures of its signatures drawn on their pages, and without what a merge breaks."""
    entry = original.entry
    try:
        source = pikepdf.open(io.BytesIO(original.content))
    except (pikepdf.PdfError, pikepdf.PasswordError) as fault:
        raise IntegrityError(f"{entry.file} cannot be read as a PDF: {fault}") from fault
    if len(source.pages) != entry.pages:
        raise IntegrityError(f"{entry.file} has {len(source.pages)} pages; the ledger says {entry.pages}.")
    source.flatten_annotations("all")
    return source


def _quiet(bundle: pikepdf.Pdf) -> None:
    """Takes from the pages what pointed into files they are no longer part of: tags, widgets, links within."""
    for page in bundle.pages:
        for key in ("/StructParents", "/AA", "/Tabs", "/B"):
            if key in page.obj:
                del page.obj[key]
        kept = []
        for annotation in page.obj.get("/Annots", []):
            action = annotation.get("/A")
            if annotation.get("/Subtype") == Name.Link and action is not None and action.get("/S") == Name.URI:
                if "/StructParent" in annotation:
                    del annotation["/StructParent"]
                kept.append(annotation)
        if kept:
            page.obj.Annots = Array(kept)
        elif "/Annots" in page.obj:
            del page.obj["/Annots"]


def _link(bundle: pikepdf.Pdf, ahead: int) -> None:
    """Turns the links of the contents into places within the bundle."""
    for page in list(bundle.pages)[:ahead]:
        for annotation in page.obj.get("/Annots", []):
            target = str(annotation.A.get("/URI", ""))
            if target.startswith(LINK):
                number = int(target.removeprefix(LINK))
                del annotation["/A"]
                annotation.Dest = Array([bundle.pages[number - 1].obj, Name.Fit])
                annotation.Contents = f"Page {number} of the bundle"


def _chapters(source: pikepdf.Pdf, start: int) -> list[OutlineItem]:
    """The original's own headings, to their pages in the bundle; one level, which is what a reader looks for."""
    places = {page.obj.objgen: start + index for index, page in enumerate(source.pages)}
    found = []
    with source.open_outline() as outline:
        for top in outline.root:
            for item in top.children or [top]:
                place = item.destination
                if isinstance(place, Array) and len(place) and place[0].objgen in places:
                    found.append(OutlineItem(item.title, places[place[0].objgen]))
    return found


def _outline(
    bundle: pikepdf.Pdf, originals: Sequence[Original], starts: Sequence[int], chapters: Sequence[list[OutlineItem]]
) -> None:
    with bundle.open_outline() as outline:
        outline.root.clear()
        outline.root.append(OutlineItem(BUNDLE_OUTLINE, 0))
        for each, start, headings in zip(originals, starts, chapters, strict=True):
            item = OutlineItem(f"{each.entry.mark}  {each.entry.title}", start)
            item.is_closed = True
            item.children.extend(headings)
            outline.root.append(item)
    bundle.Root.PageMode = Name.UseOutlines


def _embed(bundle: pikepdf.Pdf, original: Original) -> None:
    """Embeds the bytes as they are; a reader of PDFs shows the description, with the digest."""
    entry = original.entry
    stamp = datetime.fromisoformat(entry.dated).astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ")
    bundle.attachments[entry.file] = AttachedFileSpec(  # type: ignore[call-arg]  # its stub lacks the relationship
        bundle,
        original.content,
        filename=entry.file,
        mime_type=original.media_type,
        creation_date=stamp,
        mod_date=stamp,
        relationship=Name.Source,
        description=f"{entry.mark} {entry.title}: the original, SHA-256 {entry.sha256}",
    )


def _claim_3b(bundle: pikepdf.Pdf) -> None:
    """Untags the file and says of it only what holds: PDF/A-3b."""
    for key in COVERS_OWN:
        if key in bundle.Root:
            del bundle.Root[key]
    bundle.Root.MarkInfo = Dictionary(Marked=False)
    with bundle.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata["pdfaid:conformance"] = "B"
        if "pdfuaid:part" in metadata:
            del metadata["pdfuaid:part"]


def _mark(entry: Entry) -> str:
    return f"paper {entry.mark}" if entry.type == "paper" else f"document {entry.mark}"
