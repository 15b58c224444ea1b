"""Formal documents: laid out, sealed where they go out, kept in the vault, on the ledger by their digest."""

import io

from pydantic import JsonValue
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.dossier import DossierReader
from activities.heartbeat import beating
from activities.schedules import Schedules
from rogatory.documents.catalogue import Catalogue
from rogatory.documents.sealed import find_sealed, strings_in
from rogatory.documents.views import sheet
from rogatory.errors import RefusedError, RogatoryError, UnreachableError
from rogatory.ports import CaseLedger, EvidenceVault, PdfSigner, Renderer
from schemas.documents import DRAFTED, DocumentOrder, RenderedDocument
from schemas.tasks import LedgerEntry


class DocumentActivities:
    """The same order twice is the same document: the ledger says which came first."""

    def __init__(
        self,
        reader: DossierReader,
        catalogue: Catalogue,
        renderer: Renderer,
        seal: PdfSigner,
        vault: EvidenceVault,
        ledger: CaseLedger,
        schedules: Schedules,
    ) -> None:
        self._reader, self._catalogue, self._renderer = reader, catalogue, renderer
        self._seal, self._vault, self._ledger, self._schedules = seal, vault, ledger, schedules

    @activity.defn
    def render_document(self, order: DocumentOrder) -> RenderedDocument:
        """Renders, seals, stores and records one document; returns its digest, never its bytes."""
        with beating():
            if made := self._made(order):
                return made
            try:
                made = self._make(order)
            except UnreachableError as error:  # such as the time-stamping authority: it will answer again
                raise ApplicationError(str(error), type="Unreachable") from error
            except RogatoryError as error:
                # The letter's words are the drafter's, an ordered paper's are its orderer's: they correct them. For all
                # else a template is at fault: an operator mends it and the document is tried again.
                theirs = order.document in DRAFTED or "ordered" in order.facts
                raise ApplicationError(str(error), type="Unprintable", non_retryable=theirs) from error
            return self._recorded(order, made)

    def _make(self, order: DocumentOrder) -> RenderedDocument:
        dossier = self._reader.read(order)
        page = sheet(order, dossier, self._catalogue)
        parts = [part for part in (page, page.translation, page.letter) if part is not None]
        shown = "\n".join(
            said for part in parts for said in (part.title, *strings_in(part.context), *strings_in(part.data))
        )
        if found := find_sealed(shown, self._reader.sealed_names(order)):
            raise RefusedError("SealedName", f"{order.document} would show {found} sealed name(s); it is not made.")
        rendered = self._renderer.render(self._schedules.in_place(page, order, dossier))
        content, sealed = rendered.pdf, self._catalogue.of(order.document).signature == "seal"
        signature = None
        if sealed:
            made = self._seal.sign_noted(content, "seal", page.title, order.at)
            content, signature = made.pdf, made.note
        digest, size = self._vault.keep(order.reference, io.BytesIO(content))
        return RenderedDocument(
            document=order.document,
            language=page.language,
            digest=digest,
            size=size,
            pages=rendered.pages,
            version=order.version,
            signed=sealed,
            signature=signature,
        )

    def _recorded(self, order: DocumentOrder, made: RenderedDocument) -> RenderedDocument:
        facts: dict[str, JsonValue] = {
            "type": made.document,
            "language": made.language,
            "digest": made.digest,
            "pages": made.pages,
            "size": made.size,
            "version": made.version,
            "signed_by": ["service"] if made.signed else [],
            "task": order.facts.get("task"),
        }
        if ordered := order.facts.get("ordered"):
            facts["ordered"] = ordered
        if made.signature:
            facts["signature"] = made.signature
        entry = LedgerEntry(
            entry_id=self._entry_id(order), reference=order.reference, at=order.at, event="document-made", facts=facts
        )
        try:
            self._ledger.append(entry)
        except RefusedError:
            first = self._made(order)  # another attempt, thought dead, was first: its document is the document
            if first is None:
                raise
            return first
        return made

    def _made(self, order: DocumentOrder) -> RenderedDocument | None:
        facts = self._ledger.recorded(self._entry_id(order))
        if facts is None:
            return None
        return RenderedDocument.model_validate(
            facts | {"document": facts["type"], "signed": bool(facts.get("signed_by"))}
        )

    @staticmethod
    def _entry_id(order: DocumentOrder) -> str:
        return f"{order.order_id}#document"
