"""The form of a package: one ZIP that is an ASiC-E container (ETSI EN 319 162-1) and unpacks to a BagIt bag (RFC 8493).

    mimetype                      application/vnd.etsi.asic-e+zip
    bagit.txt bag-info.txt manifest-sha256.txt tagmanifest-sha256.txt VERIFY.txt verify_standalone.py
    data/message.json             what it says: a DSSE envelope by the sender's seal key
    data/documents/NN-<type>.pdf  data/evidence/NN-<name>
    data/custody/{ledger.jsonl,head.json,checkpoint.txt,proofs.json}    the case's record, and its place in the tree
    data/custody/case.jsonld      the custody of the items as CASE/UCO, where there are any: a copy for other tools
    data/custody/cosigned.txt     of an acknowledgement: the sender's newest head that we cosigned
    META-INF/ASiCManifest.xml     the digest of every file above but mimetype
    META-INF/signature.p7s        CAdES over ASiCManifest.xml by the same seal key

A bag alone shows accidents only: whoever alters it can write its manifests anew. The seal shows that too.
Here is only what is written in such files; adapters write and read them.
"""

import base64
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated
from urllib.parse import quote, unquote
from xml.sax.saxutils import quoteattr

from lxml import etree
from pydantic import AwareDatetime, ConfigDict, Field, JsonValue, StringConstraints, ValidationError

from rogatory.custody.dsse import Opened, open_envelope, sign_envelope
from rogatory.custody.instants import instant
from rogatory.custody.names import UnsafeNameError, safe_path
from rogatory.errors import IntegrityError
from rogatory.ports import Signer
from schemas.identifiers import Record, Reference, StateCode

MESSAGE_TYPE = "application/vnd.rogatory.message+json"
MIMETYPE = "application/vnd.etsi.asic-e+zip"
MESSAGE, LEDGER, HEAD = "data/message.json", "data/custody/ledger.jsonl", "data/custody/head.json"
CHECKPOINT, PROOFS = "data/custody/checkpoint.txt", "data/custody/proofs.json"
COSIGNED, CASE_GRAPH = "data/custody/cosigned.txt", "data/custody/case.jsonld"
ASIC_MANIFEST, SIGNATURE = "META-INF/ASiCManifest.xml", "META-INF/signature.p7s"
BAG_MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
UNLISTED = frozenset({"mimetype", ASIC_MANIFEST, SIGNATURE})
"""What the ASiC manifest does not list: the mark of the format, itself, and its own signature."""
MAX_MANIFEST = 8 << 20
"""Bytes of a manifest, for 10 000 files."""

_ASIC, _DS = "http://uri.etsi.org/02918/v1.2.1#", "http://www.w3.org/2000/09/xmldsig#"
_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")
Hex = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[str, StringConstraints(max_length=1000)]


class SentDocument(Record):
    """A document that goes along."""

    path: Name
    sha256: Hex
    type: Name


class SentItem(Record):
    """An evidence item that goes along, as its sender declares it."""

    path: Name
    name: Name
    """As the sender named it; never used as a path."""
    sha256: Hex
    size: Annotated[int, Field(ge=0)]
    media_type: Name = "application/octet-stream"
    description: Annotated[str, StringConstraints(max_length=10_000)] = ""
    measure: Name | None = None
    source: Name = ""


class PackageMessage(Record):
    """What a package says, sealed by the authority that sends it."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", validate_by_name=True, validate_by_alias=True, use_attribute_docstrings=True
    )

    kind: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z-]{1,29}$")]
    """request | provisional-arrest | reply | withdrawal | acknowledgement | question | evidence | announcement |
    report | export, and what goes out in an extradition: assurance, status-query, surrender-notice,
    waiver-request ..."""
    sender: Annotated[StateCode, Field(alias="from")]
    to: StateCode | None = None
    """None in an export, which is for whoever holds it."""
    reference: Reference
    transmission: Annotated[str, StringConstraints(pattern=r"^[0-9a-f-]{36}$")]
    in_reply_to: Annotated[str, StringConstraints(pattern=r"^[0-9a-f-]{36}$")] | None = None
    """The transmission it answers."""
    foreign_reference: Annotated[str, StringConstraints(max_length=120)] | None = None
    """The requested state's own number."""
    at: AwareDatetime
    documents: tuple[SentDocument, ...] = ()
    text: Annotated[str, StringConstraints(max_length=40_000)] = ""
    items: tuple[SentItem, ...] = ()
    complete: bool = False
    """No more is to come."""
    conditions: tuple[Annotated[str, StringConstraints(max_length=4000)], ...] = ()
    act: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z-]{1,39}$")] | None = None
    """Of a report: what the requested state did, by the verb of the act that records it, e.g. report-arrest."""
    fields: dict[str, JsonValue] = {}
    """Of a report: the fields of that act; of an announcement: rogatory.announced.Announcement."""


@dataclass(frozen=True)
class Part:
    """One file of a package; `open` may be called again and gives the same bytes."""

    path: str
    size: int
    sha256: str
    open: Callable[[], Iterable[bytes]]


def part(path: str, content: bytes) -> Part:
    """A part whose bytes are at hand. Raises IntegrityError for a path that is not safe."""
    return streamed(path, len(content), sha256(content).hexdigest(), lambda: (content,))


def streamed(path: str, size: int, digest: str, source: Callable[[], Iterable[bytes]]) -> Part:
    """A part that is read when it is written; size in bytes, digest in hex. Raises IntegrityError: an unsafe path."""
    try:
        return Part(safe_path(path), size, digest, source)
    except UnsafeNameError as fault:
        raise IntegrityError(f"A package cannot hold that path: {fault}") from fault


def seal_message(message: PackageMessage, signer: Signer) -> str:
    """The message as a DSSE envelope."""
    payload: dict[str, JsonValue] = message.model_dump(mode="json", by_alias=True, exclude={"at"})
    return sign_envelope(MESSAGE_TYPE, payload | {"at": instant(message.at)}, [signer])


def read_message(envelope: str) -> tuple[PackageMessage, Opened]:
    """The message and its envelope; verifies no signature. Raises IntegrityError naming the field at fault."""
    opened = open_envelope(envelope, MESSAGE_TYPE)
    try:
        return PackageMessage.model_validate(opened.payload), opened
    except ValidationError as fault:
        first = fault.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise IntegrityError(f"The message's {where} is wrong: {first['msg']}.") from fault


def bag(payload: Sequence[Part], message: PackageMessage, aids: Mapping[str, bytes]) -> list[Part]:
    """The payload with BagIt's tag files, in the order they are written (RFC 8493, section 2).

    `aids` are further tag files by name: what helps to verify it without us.
    """
    info = {
        "Source-Organization": f"Central authority of {message.sender}",
        "External-Identifier": f"{message.reference} {message.transmission}",
        "Bagging-Date": message.at.date().isoformat(),
        "Payload-Oxum": f"{sum(one.size for one in payload)}.{len(payload)}",
    }
    tags = [
        part("bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"),
        part("bag-info.txt", "".join(f"{name}: {value}\n" for name, value in info.items()).encode()),
        part(BAG_MANIFEST, _bag_lines(payload)),
        *(part(name, content) for name, content in aids.items()),
    ]
    return [part("mimetype", MIMETYPE.encode()), *tags, part(TAG_MANIFEST, _bag_lines(tags)), *payload]


def asic_manifest(parts: Sequence[Part]) -> bytes:
    """The XML that the seal is over (ETSI EN 319 162-1, annex A.4)."""
    references = "".join(
        f"<asic:DataObjectReference URI={quoteattr(quote(one.path))}>"
        f'<ds:DigestMethod Algorithm="{_SHA256}"/><ds:DigestValue>{_b64(one.sha256)}</ds:DigestValue>'
        "</asic:DataObjectReference>"
        for one in parts
        if one.path not in UNLISTED
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<asic:ASiCManifest xmlns:asic="{_ASIC}" xmlns:ds="{_DS}">'
        f'<asic:SigReference URI="{SIGNATURE}" MimeType="application/pkcs7-signature"/>'
        f"{references}</asic:ASiCManifest>\n"
    ).encode()


def read_asic_manifest(xml: bytes) -> dict[str, str]:
    """Path to SHA-256 (hex) of each file listed. Raises IntegrityError, above all for a document type declaration."""
    if len(xml) > MAX_MANIFEST or b"<!" in xml:  # entities are declared there: neither needed nor ever read
        raise IntegrityError("The ASiC manifest is too large or declares a document type.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise IntegrityError("The ASiC manifest is not XML.") from fault
    listed: dict[str, str] = {}
    if root.tag != f"{{{_ASIC}}}ASiCManifest":
        raise IntegrityError("The ASiC manifest is of another kind.")
    for reference in root.iterfind(f"{{{_ASIC}}}DataObjectReference"):
        method, value = reference.find(f"{{{_DS}}}DigestMethod"), reference.find(f"{{{_DS}}}DigestValue")
        path = unquote(str(reference.get("URI", "")))
        if method is None or method.get("Algorithm") != _SHA256 or value is None or path in listed:
            raise IntegrityError("The ASiC manifest lists a file twice or without its SHA-256.")
        listed[path] = _hex(value.text or "")
    return listed


def read_bag_manifest(content: bytes) -> dict[str, str]:
    """Path to SHA-256 (hex) of each line of a bag's manifest. Raises IntegrityError."""
    listed: dict[str, str] = {}
    if len(content) > MAX_MANIFEST:
        raise IntegrityError("A bag's manifest is too large.")
    try:
        lines = content.decode().removesuffix("\n").split("\n")
    except UnicodeDecodeError as fault:
        raise IntegrityError("A bag's manifest is not UTF-8.") from fault
    for number, line in enumerate(lines, 1):
        match = _LINE.fullmatch(line)
        if match is None or match[2] in listed:
            raise IntegrityError(f"Line {number} of a bag's manifest is malformed or repeats a file.")
        listed[match[2]] = match[1]
    return listed


def misdeclared(message: PackageMessage, sizes: Mapping[str, int], digests: Mapping[str, str]) -> list[str]:
    """Items that are not what their sender declared, in words; digests in hex by path."""
    return [
        f"{item.path}: declared {item.sha256[:16]}…, {item.size} bytes; is {digests[item.path][:16]}…, "
        f"{sizes[item.path]} bytes"
        for item in message.items
        if item.path in digests and (digests[item.path] != item.sha256 or sizes[item.path] != item.size)
    ]


def unlisted(message: PackageMessage, digests: Mapping[str, str]) -> list[str]:
    """What the message and the package's files do not agree on, in words; digests in hex by path."""
    faults = []
    documents = {one.path: one.sha256 for one in message.documents}
    items = [one.path for one in message.items]
    if len(documents) != len(message.documents) or len(set(items)) != len(items):
        faults.append("the message lists a file twice")
    faults += [f"{path} is missing" for path in (*documents, *items) if path not in digests]
    faults += [
        f"{path} is not the document listed" for path, said in documents.items() if digests.get(path, said) != said
    ]
    known = {*documents, *items, MESSAGE, LEDGER, HEAD, CHECKPOINT, PROOFS, COSIGNED, CASE_GRAPH}
    faults += [f"{path} is not in the message" for path in digests if path.startswith("data/") and path not in known]
    return faults


def package_name(message: PackageMessage) -> str:
    """The file name of the unencrypted package; `.age` is added when it is encrypted."""
    return f"{message.reference if message.kind == 'export' else message.transmission}.asice"


def dos_time(at: datetime) -> tuple[int, int, int, int, int, int]:
    """The instant as ZIP writes it: 1980 or later, in steps of two seconds."""
    at = max(at.astimezone(UTC), datetime(1980, 1, 1, tzinfo=UTC))
    return (at.year, at.month, at.day, at.hour, at.minute, at.second // 2 * 2)


def _bag_lines(parts: Iterable[Part]) -> bytes:
    return "".join(f"{one.sha256}  {one.path}\n" for one in sorted(parts, key=lambda one: one.path)).encode()


def _b64(hex_digest: str) -> str:
    return base64.b64encode(bytes.fromhex(hex_digest)).decode()


def _hex(text: str) -> str:
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as fault:
        raise IntegrityError("A digest of the ASiC manifest is not base64.") from fault
    if len(raw) != 32 or base64.b64encode(raw).decode() != text:
        raise IntegrityError("A digest of the ASiC manifest is not a SHA-256 in its one form.")
    return raw.hex()
