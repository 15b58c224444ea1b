"""Formal documents: laid out, sealed where they go out, kept in the vault, on the ledger by their digest."""

import io

from pydantic import JsonValue
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.dossier import DossierReader
from activities.heartbeat import beating
from rogatory.documents.catalogue import Catalogue
from rogatory.documents.sealed import find_sealed, strings_in
from rogatory.documents.views import sheet
from rogatory.errors import RefusedError, RogatoryError
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
    ) -> None:
        self._reader, self._catalogue, self._renderer = reader, catalogue, renderer
        self._seal, self._vault, self._ledger = seal, vault, ledger

    @activity.defn
    def render_document(self, order: DocumentOrder) -> RenderedDocument:
        """Renders, seals, stores and records one document; returns its digest, never its bytes."""
        with beating():
            if made := self._made(order):
                return made
            try:
                made = self._make(order)
            except RogatoryError as error:
                # The letter's words are the drafter's: they correct them. For all else a template is at fault: an
                # operator mends it and the document is tried again.
                theirs = order.document in DRAFTED
                raise ApplicationError(str(error), type="Unprintable", non_retryable=theirs) from error
            return self._recorded(order, made)

    def _make(self, order: DocumentOrder) -> RenderedDocument:
        page = sheet(order, self._reader.read(order), self._catalogue)
        shown = "\n".join([page.title, *strings_in(page.context), *strings_in(page.data)])
        if found := find_sealed(shown, self._reader.sealed_names(order)):
            raise RefusedError("SealedName", f"{order.document} would show {found} sealed name(s); it is not made.")
        rendered = self._renderer.render(page)
        content, sealed = rendered.pdf, self._catalogue.of(order.document).signature == "seal"
        if sealed:
            content = self._seal.sign(content, "seal", page.title, order.at)
        digest, size = self._vault.keep(order.reference, io.BytesIO(content))
        return RenderedDocument(
            document=order.document,
            language=order.language,
            digest=digest,
            size=size,
            pages=rendered.pages,
            version=order.version,
            signed=sealed,
        )

    def _recorded(self, order: DocumentOrder, made: RenderedDocument) -> RenderedDocument:
        facts: dict[str, JsonValue] = {
            "type": made.document.value,
            "language": made.language,
            "digest": made.digest,
            "pages": made.pages,
            "size": made.size,
            "version": made.version,
            "signed_by": ["service"] if made.signed else [],
            "task": order.facts.get("task"),
        }
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
