"""Makes the case bundle: gathers the originals, lays out cover and contents, assembles, seals, writes.

A bundle is derived from ledger and vault, so the ledger learns nothing of it; it tells the line and the head it was
made at. The same state of the case gives the same bytes before the seal.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path

from pydantic import JsonValue

from activities.cards import cards_of
from activities.dossier import Cards, DossierReader
from rogatory.adapters.anchors_fs import FileAnchors
from rogatory.adapters.bundle import Original, assemble, embedded_data
from rogatory.adapters.catalogue_data import load_catalogue
from rogatory.adapters.ledger_sql import SqlLedger
from rogatory.adapters.officials import SERVICE, signer_for
from rogatory.adapters.pades import PadesSigner
from rogatory.adapters.pdf_text import text_of
from rogatory.adapters.register_sql import SqlRegister
from rogatory.adapters.timestamps import stamping
from rogatory.custody.ledger import parse_line
from rogatory.documents.bundle import LARGEST_VOLUME, Audience, Entry, data_of, documents_for, facts_of, volumes_of
from rogatory.documents.catalogue import Catalogue
from rogatory.documents.dossier import Act, Dossier
from rogatory.documents.sealed import find_parted, find_sealed, sealed_names, strings_in
from rogatory.documents.views import sheet
from rogatory.documents.wording import capital, words
from rogatory.errors import IntegrityError, NotFoundError, UsageError
from rogatory.exports import Exports, write_whole
from rogatory.law.model import Lawbook
from rogatory.law.registry import load_lawbook
from rogatory.ports import EvidenceVault, Renderer
from schemas.documents import DocumentOrder, DocumentType, RenderedPdf
from schemas.filed import FiledRequest
from schemas.identifiers import hex_of
from schemas.register import DocumentRow


@dataclass(frozen=True)
class Volume:
    """One file that was written."""

    path: Path
    pages: int
    sha256: str
    """Hex, of the sealed file."""
    unsealed_sha256: str
    """Hex, of the bytes before the seal: the same for the same state of the case."""
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Made:
    """What came of it."""

    volumes: tuple[Volume, ...]
    left_out: int
    """Documents and papers of the case that this reader is not given."""
    ledger_line: int
    ledger_head: str


class CaseBundles:
    """Bundles of one installation's cases; only reads, but for the files it is asked to write."""

    def __init__(
        self,
        home: Path,
        ledger: SqlLedger,
        register: SqlRegister,
        vault: EvidenceVault,
        anchors: FileAnchors,
        renderer: Renderer,
    ) -> None:
        self._home, self._ledger, self._register = home, ledger, register
        self._vault, self._anchors, self._renderer = vault, anchors, renderer

    def write(
        self, reference: str, out: Path, audience: Audience, *, force: bool = False, largest: int = LARGEST_VOLUME
    ) -> Made:
        """Writes the bundle, in several volumes FILE-1-of-N.pdf where one would be larger than `largest` bytes.

        Raises:
            NotFoundError: no such case, or it has nothing for that reader yet.
            UsageError: a file is there already, or cannot be written.
            IntegrityError: an original is damaged or missing; the message names it, and nothing is written.
        """
        if out.suffix.lower() != ".pdf" or out.is_dir():
            raise UsageError(f"{out} is no name for a PDF.", "E.g. --out bundle.pdf")
        self._register.case(reference)
        gathered = _Gathered(self, reference, audience)
        volumes = volumes_of([entry for entry, _ in gathered.originals], largest)
        if not volumes:
            rest = f" of its {gathered.total}" if gathered.total else ""
            raise NotFoundError(
                f"{reference} has no document{rest} for {audience} yet: there is nothing to bind.",
                f"See: rogatory case documents {reference}",
            )
        paths = _paths(out, len(volumes), force)
        written = []
        for number, (path, entries) in enumerate(zip(paths, volumes, strict=True), 1):
            unsealed, pages = gathered.volume(entries, number, len(volumes))
            sealed = self._sealed(unsealed, reference)
            write_whole(path, sealed)
            written.append(Volume(path, pages, _hex(sealed), _hex(unsealed), tuple(entries)))
        return Made(
            tuple(written),
            gathered.total - len(gathered.originals),
            gathered.dossier.ledger_size,
            gathered.dossier.ledger_head,
        )

    @cached_property
    def _lawbook(self) -> Lawbook:
        return load_lawbook(self._home / "law")

    @cached_property
    def _cards(self) -> Cards:
        return cards_of(self._lawbook)

    @cached_property
    def _catalogue(self) -> Catalogue:
        return load_catalogue(self._home / "templates", self._lawbook)

    def _sealed(self, pdf: bytes, reference: str) -> bytes:
        roots = self._anchors.own().root_certificates
        signer = PadesSigner(signer_for(self._home, SERVICE), roots, partial(stamping, self._home))
        return signer.sign(pdf, "seal", f"Case Bundle {reference}", datetime.now(UTC))


class _Gathered:
    """One case as far as one reader may see it."""

    def __init__(self, of: CaseBundles, reference: str, audience: Audience) -> None:
        self._of, self.reference, self.audience = of, reference, audience
        row = of._register.case(reference)
        last = [entry for entry in map(parse_line, of._ledger.lines(reference)) if entry.chain == reference][-1]
        self._order = DocumentOrder(
            reference=reference,
            document=DocumentType.CASE_BUNDLE,
            order_id=f"{reference}/case-bundle",
            request=row.request,
            version=row.version,
            at=last.at,
        )
        reader = DossierReader(of._ledger, of._register, of._vault, of._anchors, of._cards)
        try:
            self.dossier: Dossier = reader.read(self._order)
        except (IntegrityError, NotFoundError) as fault:
            raise IntegrityError(
                f"What {reference} rests on is not in the vault as the ledger has it: {fault}", "Run: rogatory doctor"
            ) from fault
        self._names = [] if audience == "internal" else self._sealed_in_any_version()
        papers = _papers(self.dossier)
        self.total = len(self.dossier.documents) + len(papers)
        self.originals = [*self._documents(), *self._papers(papers)]

    def volume(self, entries: list[Entry], number: int, volumes: int) -> tuple[bytes, int]:
        """One volume's bytes before the seal, and its pages."""
        digests = {entry.file: digest for entry, digest in self.originals}
        originals = [Original(entry, self._read(digests[entry.file], entry.file)) for entry in entries]
        slips = sum(not entry.shown for entry in entries)
        ahead = 2 + len(entries) // 14  # about as many lines go on a page; where that is wrong, it is set again
        for _ in range(5):  # the contents' length depends on the numbers in it only where they gain a digit
            facts = facts_of(
                entries,
                audience=self.audience,
                whole=len(self.originals),
                left_out=self.total - len(self.originals),
                volume=number,
                volumes=volumes,
                ahead=ahead,
            )
            cover = self._cover(facts)
            if cover.pages - slips == ahead:
                return assemble(cover.pdf, originals, self.reference), ahead + sum(
                    each.bundle_pages for each in entries
                )
            ahead = cover.pages - slips
        raise AssertionError("the contents never came to rest")

    def _cover(self, facts: dict[str, JsonValue]) -> RenderedPdf:
        order = self._order.model_copy(update={"facts": facts})
        page = sheet(order, self.dossier, self._of._catalogue)
        return self._of._renderer.render(page.model_copy(update={"data": data_of(order, self.dossier)}))

    def _documents(self) -> Iterator[tuple[Entry, str]]:
        for row in documents_for(self.dossier.documents, self._of._catalogue, self.audience):
            digest = row.signed_digest or row.digest
            content = self._read(digest, _named(row))
            if self._names and self._tells(content, _named(row)):
                continue
            kind = self._of._catalogue.of(row.type)
            yield (
                Entry(
                    mark=f"{row.number:02d}",
                    type=row.type,
                    title=kind.title,
                    language=row.language,
                    version=row.version,
                    dated=row.made_at.isoformat(),
                    sha256=hex_of(digest),
                    size=len(content),
                    pages=row.pages,
                    signed_by=row.signatures,
                    file=Exports.file_name(row),
                ),
                digest,
            )

    def _papers(self, papers: dict[str, Act]) -> Iterator[tuple[Entry, str]]:
        """Papers that others made: whether a scan names a protected person, no program can say, so it stays inside."""
        if self._names or (self.audience != "internal" and not self._formal_request_signed()):
            return
        for number, (item, act) in enumerate(papers.items(), 1):
            digest = str(act.facts["enclosure"])
            file = f"P{number:02d}-{item.replace('_', '-')}.pdf"
            content = self._read(digest, file)
            yield (
                Entry(
                    mark=f"P{number:02d}",
                    type="paper",
                    title=act.words.get("title") or capital(words(item)),
                    language=str(act.facts.get("language") or "en"),
                    dated=act.at.isoformat(),
                    sha256=hex_of(digest),
                    size=len(content),
                    pages=int(str(act.facts.get("pages") or 1)),
                    file=file,
                    shown=False,
                ),
                digest,
            )

    def _formal_request_signed(self) -> bool:
        return any(row.type == DocumentType.EXTRADITION_REQUEST and row.signed_digest for row in self.dossier.documents)

    def _read(self, digest: str, name: str) -> bytes:
        try:
            return self._of._vault.read(self.reference, digest)
        except (IntegrityError, NotFoundError) as fault:
            raise IntegrityError(
                f"{name} of {self.reference} is not in the vault as the ledger has it: {fault}", "Run: rogatory doctor"
            ) from fault

    def _tells(self, pdf: bytes, name: str) -> bool:
        """Whether pages or data of the document name a person whose identity is sealed, in whatever version."""
        try:
            data = embedded_data(pdf)
            text = "\n".join([text_of(pdf), *strings_in(json.loads(data) if data else None)])
        except ValueError as fault:
            raise IntegrityError(f"{name} of {self.reference} cannot be searched for sealed names: {fault}") from fault
        return bool(find_sealed(text, self._names)) or find_parted(text, self._names)

    def _sealed_in_any_version(self) -> list[str]:
        """A name sealed in one version of the request may stand open in the documents of another."""
        requests = {str(act.facts["request"]) for act in self.dossier.acts if act.facts.get("request")}
        names: set[str] = set()
        for digest in sorted({*requests, self._order.request}):
            filed = FiledRequest.model_validate_json(self._of._vault.read(self.reference, digest))
            if filed.sealed_annex:
                names.update(sealed_names(self._of._vault.read(self.reference, filed.sealed_annex)))
        return sorted(names)


def _papers(dossier: Dossier) -> dict[str, Act]:
    """The papers supplied to the dossier, by what they are; a later one takes an earlier one's place."""
    return {str(act.facts["item"]): act for act in dossier.acts if act.act == "supply" and act.facts.get("enclosure")}


def _named(row: DocumentRow) -> str:
    return f"Document {row.number:02d} ({words(row.type)})"


def _paths(out: Path, volumes: int, force: bool) -> list[Path]:
    if volumes == 1:
        paths = [out]
    else:
        paths = [out.with_name(f"{out.stem}-{number}-of-{volumes}{out.suffix}") for number in range(1, volumes + 1)]
    there = next((path for path in paths if path.exists()), None)
    if there is not None and not force:
        raise UsageError(f"{there} is there already: nothing was written.", "Name another with --out, or add --force.")
    return paths


def _hex(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
