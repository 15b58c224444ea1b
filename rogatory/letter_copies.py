"""The letter of a case as an editable Word document, made from the same sheet as its PDF, or not at all.

The sheet is gathered anew from ledger and vault as they stood when the letter was drawn up. Before a copy is written it
is laid out again and compared with the letter in the vault: a copy that would say other words than the signed PDF, say
because a template was changed since, is never made.
"""

import hashlib
import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from activities.cards import cards_of
from activities.dossier import DossierReader
from rogatory.adapters.anchors_fs import FileAnchors
from rogatory.adapters.bilingual_pages import BilingualPages
from rogatory.adapters.bundle import embedded_data
from rogatory.adapters.catalogue_data import load_catalogue
from rogatory.adapters.direction import isolated
from rogatory.adapters.docx_letter import Mark, word_document
from rogatory.adapters.ledger_sql import SqlLedger
from rogatory.adapters.pages import Pages
from rogatory.adapters.pdf import legible
from rogatory.adapters.pdf_text import text_of
from rogatory.adapters.register_sql import SqlRegister
from rogatory.custody.ledger import parse_line
from rogatory.documents.dossier import Dossier
from rogatory.documents.views import sheet
from rogatory.documents.wording import words
from rogatory.errors import ChangedError, IntegrityError, NotFoundError
from rogatory.law.registry import load_lawbook
from rogatory.ports import EvidenceVault, Renderer
from schemas.documents import LETTERS, DocumentOrder, Sheet
from schemas.identifiers import hex_of
from schemas.register import DocumentRow


@dataclass(frozen=True)
class LetterCopy:
    """An editable copy of one letter."""

    row: DocumentRow
    original: str | None
    """SHA-256, hex, of the signed PDF; None while nobody has signed it."""
    content: bytes


class LetterCopies:
    """Copies of the letters of one installation."""

    def __init__(
        self,
        home: Path,
        ledger: SqlLedger,
        register: SqlRegister,
        vault: EvidenceVault,
        anchors: FileAnchors,
        renderer: Renderer,
    ) -> None:
        self._ledger, self._register, self._vault, self._renderer = ledger, register, vault, renderer
        self._overlay = home / "templates"
        lawbook = load_lawbook(home / "law")
        self._catalogue = load_catalogue(self._overlay, lawbook)
        self._reader = DossierReader(ledger, register, vault, anchors, cards_of(lawbook))

    def docx(self, reference: str, number: int | None = None) -> LetterCopy:
        """The document of that number, else the letter signed last, else the one drawn up last.

        Raises:
            NotFoundError: no such case, or no such letter in it.
            IntegrityError: the letter in the vault is damaged.
            ChangedError: the words of the letter cannot be had any more, since templates or law data changed.
        """
        row = self._row(reference, number)
        page = self._sheet(row)
        original = hex_of(row.signed_digest) if row.signed_digest else None
        return LetterCopy(row, original, word_copy(page, original, self._overlay))

    def _row(self, reference: str, number: int | None) -> DocumentRow:
        self._register.case(reference)
        letters = [row for row in self._register.documents(reference) if row.type in LETTERS]
        if number is not None:
            found = next((row for row in letters if row.number == number), None)
            if found is None:
                raise NotFoundError(
                    f"Document {number} of {reference} is no letter.", f"See: rogatory case documents {reference}"
                )
            return found
        if not letters:
            raise NotFoundError(f"{reference} has no letter yet.", f"See: rogatory case show {reference}")
        return next((row for row in reversed(letters) if row.signed_digest), letters[-1])

    def _sheet(self, row: DocumentRow) -> Sheet:
        """The sheet the letter was laid out from."""
        name = f"Document {row.number:02d} ({words(row.type)}) of {row.reference}"
        try:
            pdf = self._vault.read(row.reference, row.digest)
            data = json.loads(embedded_data(pdf) or b"null")
            order = DocumentOrder(
                reference=row.reference,
                document=row.type,
                language=row.language,
                order_id=f"{row.reference}/copy",
                request=data["request_digest"],
                version=data["version"],
                at=data["dated"],
                facts=data["facts"],
            )
            size = int(data["ledger"]["size"])
        except (IntegrityError, NotFoundError, ValueError, KeyError, TypeError) as fault:
            raise IntegrityError(
                f"{name} is not in the vault as it was made: {fault}", "Run: rogatory doctor"
            ) from fault
        page = sheet(order, self._as_of(self._reader.read(order), size), self._catalogue)
        if page.data != data or not self._same_words(page, pdf, row):
            raise ChangedError(
                f"{name} can no longer be set in the words it was made in: templates or law data changed since.",
                "Make the copy with the release that made the letter, or send the PDF.",
            )
        return page

    def _as_of(self, dossier: Dossier, size: int) -> Dossier:
        """The dossier as it stood when the ledger of the case had so many lines."""
        entries = [e for e in map(parse_line, self._ledger.lines(dossier.reference)) if e.chain == dossier.reference]
        known = entries[:size]
        last = known[-1] if known else None
        told = [str(entry.facts["foreign_reference"]) for entry in known if entry.facts.get("foreign_reference")]
        return dossier.model_copy(
            update={
                "acts": tuple(act for act in dossier.acts if last and act.sequence <= last.seq),
                "case": dossier.case.model_copy(update={"foreign_reference": told[-1] if told else None}),
                "ledger_size": size,
                "ledger_head": last.digest if last else "",
            }
        )

    def _same_words(self, page: Sheet, pdf: bytes, row: DocumentRow) -> bool:
        """Whether the sheet gives the letter: its bytes or, where a library of another version sets it, its words."""
        again = self._renderer.render(page).pdf
        if hashlib.sha256(again).hexdigest() == hex_of(row.digest):
            return True
        try:
            return sorted(text_of(again).split()) == sorted(text_of(pdf).split())
        except ValueError:
            return False


def word_copy(page: Sheet, original: str | None, overlay: Path | None = None) -> bytes:
    """The sheet as a Word document, marked as the copy of that signed PDF (SHA-256, hex), or as a draft.

    `overlay` is the installation's folder of templates. Raises RenderError as the layout of the PDF does.
    """
    root = Path(str(files("templates")))
    html = isolated(BilingualPages(Pages(root, overlay), root).html(legible(page)))
    return word_document(html, Mark(original), page.dated)
