"""Verifies a case bundle: its seal, and every original embedded in it, by digest and by its own signatures."""

import io
import json
import zlib
from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256

import pikepdf
from pydantic import JsonValue, TypeAdapter, ValidationError

from rogatory.adapters.bundle import DATA
from rogatory.adapters.pdf_signatures import signer_keys, verify_pdf
from rogatory.custody.findings import Findings
from rogatory.documents.bundle import Entry
from schemas.custody import TrustAnchors, VerificationReport
from schemas.documents import DocumentType

MAX_ORIGINALS = 2000
MAX_ORIGINAL = 256 << 20
MAX_UNPACKED = 1 << 30
"""Bytes of all originals together: a small file may unpack to much."""
MAX_DATA = 16 << 20
_Contents: TypeAdapter[list[Entry]] = TypeAdapter(list[Entry])


def bundle_data(pdf: bytes) -> dict[str, JsonValue] | None:
    """What the PDF says of itself as a case bundle; None where it is none, or is no PDF at all."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            if DATA not in document.attachments:
                return None
            data = json.loads(_unpacked(document.attachments[DATA], MAX_DATA))
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) and data.get("document") == DocumentType.CASE_BUNDLE else None


def verify_bundle(
    pdf: bytes,
    data: Mapping[str, JsonValue],
    anchors: TrustAnchors | Sequence[TrustAnchors],
    subject: str = "bundle.pdf",
    recorded: Collection[str] | None = None,
) -> VerificationReport:
    """The seal's report, then one check or more for every original; never raises on hostile input.

    Args:
        pdf: the bundle.
        data: its `bundle_data`.
        anchors: whom to trust.
        subject: its name in the report.
        recorded: the digests (hex) of the documents on a ledger that was verified before, to compare with; None: there
            is no ledger.
    """
    found = Findings(subject, "pdf")
    found.include(verify_pdf(pdf, anchors, subject), "bundle")
    try:
        contents = _Contents.validate_python(_bare(data.get("contents")))
    except ValidationError:
        found.add("contents", False, "the list of documents cannot be read", "intact", "complete")
        return found.report()
    volume, volumes = data.get("volume"), data.get("volumes")
    others = (
        f"; volume {volume} of {volumes}, the others are files of their own"
        if isinstance(volumes, int) and volumes > 1
        else ""
    )
    found.add("contents", True, f"{len(contents)} documents are listed{others}")
    with pikepdf.open(io.BytesIO(pdf)) as document:
        embedded = set(document.attachments)
        if len(embedded) > MAX_ORIGINALS:
            found.add("originals", False, f"more than {MAX_ORIGINALS} embedded files: not looked at", "intact")
            return found.report()
        room = MAX_UNPACKED
        for entry in contents:
            room -= _judge(found, document, entry, anchors, recorded, min(room, MAX_ORIGINAL))
    unlisted = sorted(embedded - {entry.file for entry in contents} - {DATA})
    if unlisted:
        found.add("unlisted files", False, f"embedded, but not in the contents: {', '.join(unlisted[:5])}", "intact")
    return found.report()


def _judge(
    found: Findings,
    document: pikepdf.Pdf,
    entry: Entry,
    anchors: TrustAnchors | Sequence[TrustAnchors],
    recorded: Collection[str] | None,
    room: int,
) -> int:
    """Adds the checks of one original; returns how many bytes it has."""
    name = f"{entry.mark} {entry.title}"
    if entry.file not in document.attachments:
        found.add(name, False, f"{entry.file} is not embedded", "intact", "complete")
        return 0
    try:
        content = _unpacked(document.attachments[entry.file], room)
    except (pikepdf.PdfError, ValueError) as fault:
        found.add(name, False, f"{entry.file} cannot be taken out: {fault}", "intact")
        return 0
    digest = sha256(content).hexdigest()
    same = digest == entry.sha256
    words = f"{entry.file} is what the contents list" if same else f"{entry.file} has the digest {digest}"
    if not found.add(f"{name}: original", same, words, "intact"):
        return len(content)
    if recorded is not None and entry.type != "paper":
        known = digest in recorded
        where = "on the ledger here" if known else "not on the ledger here"
        found.add(f"{name}: ledger", known, where, "intact")
    if entry.type == "paper":
        found.add(f"{name}: signed", True, "a paper that others made: its digest alone is vouched for, by the seal")
    elif entry.signed_by or _signed(content):
        found.include(verify_pdf(content, anchors, entry.file), name)
    else:
        found.add(f"{name}: signed", True, "by nobody, and not said to be: the bundle's seal vouches for its digest")
    return len(content)


def _signed(pdf: bytes) -> bool:
    try:
        return bool(signer_keys(pdf))
    except ValueError:
        return True  # what cannot be read is judged, and fails there


def _unpacked(file: pikepdf.AttachedFileSpec, limit: int) -> bytes:
    """The embedded bytes. Raises ValueError where they are too many, or packed as our files never are."""
    stream = file.obj.EF.F
    packing = stream.get("/Filter")
    if isinstance(packing, pikepdf.Array):
        packing = packing[0] if len(packing) == 1 else packing
    raw = stream.read_raw_bytes()
    if packing is None and len(raw) <= limit:
        return bytes(raw)
    if packing != pikepdf.Name.FlateDecode or stream.get("/DecodeParms") is not None:
        raise ValueError("it is too large, or packed in a way that is not looked at")
    unpacker = zlib.decompressobj()
    try:
        content = unpacker.decompress(raw, max(limit, 1))
    except zlib.error as fault:
        raise ValueError(f"it is damaged ({fault})") from fault
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise ValueError(f"it has more than {limit} bytes, or is cut off")
    return content


def _bare(contents: JsonValue) -> JsonValue:
    """The entries without their places in the bundle."""
    if not isinstance(contents, list):
        return None
    rows = [row if isinstance(row, dict) else {} for row in contents]
    return [{key: value for key, value in row.items() if key != "page"} for row in rows]
