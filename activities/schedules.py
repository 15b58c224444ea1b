"""Schedules of evidence: their parts are laid out, kept and put on the ledger before the document that lists them."""

import io
from collections.abc import Iterable

from pydantic import JsonValue

from activities.dossier import DossierReader
from rogatory.documents.catalogue import Catalogue
from rogatory.documents.dossier import Dossier
from rogatory.documents.schedule import (
    MadePart,
    MadeSchedule,
    border_passed,
    data_of,
    order_of,
    parts_of,
    rows_of,
    settled,
    shortened,
)
from rogatory.documents.sealed import find_sealed, strings_in
from rogatory.documents.views import sheet
from rogatory.errors import RefusedError
from rogatory.ports import CaseLedger, EvidenceVault, ScheduleRenderer
from schemas.documents import DocumentOrder, Part, RenderedPdf, Sheet
from schemas.tasks import LedgerEntry


class Schedules:
    """A part on the ledger is never made again: after a crash the work goes on with the next one."""

    def __init__(
        self,
        reader: DossierReader,
        catalogue: Catalogue,
        renderer: ScheduleRenderer,
        vault: EvidenceVault,
        ledger: CaseLedger,
    ) -> None:
        self._reader, self._catalogue, self._renderer = reader, catalogue, renderer
        self._vault, self._ledger = vault, ledger

    def in_place(self, page: Sheet, order: DocumentOrder, dossier: Dossier) -> Sheet:
        """The document as it is, or, where its table is too long, with the parts of its schedule in place of it."""
        long = self._catalogue.of(order.document).schedule
        if long is None or not border_passed(page, long.above):
            return page
        wanted = order_of(order, long.document)
        made = self._known(wanted) or self._make(wanted, dossier)
        return shortened(page, made, long.above, self._catalogue.of(long.document).title)

    def _known(self, order: DocumentOrder) -> MadeSchedule | None:
        """The schedule as the ledger has it, when all its parts are there."""
        first = self._ledger.recorded(_entry_id(order, 1))
        numbers = range(1, int(str(first["parts"])) + 1) if first else []
        found = [self._ledger.recorded(_entry_id(order, number)) for number in numbers]
        return _made(order, [facts for facts in found if facts]) if first and all(found) else None

    def _make(self, order: DocumentOrder, dossier: Dossier) -> MadeSchedule:
        page = settled(sheet(order, dossier, self._catalogue))
        shown = "\n".join([page.title, *strings_in(page.context), *strings_in(page.data)])
        if found := find_sealed(shown, self._reader.sealed_names(order)):
            raise RefusedError("SealedName", f"{order.document} would show {found} sealed name(s); it is not made.")
        data, parts = data_of(page), parts_of(rows_of(page))
        of_all: dict[str, JsonValue] = {
            "type": order.document,
            "language": page.language,
            "version": order.version,
            "signed_by": [],
            "task": order.facts.get("task"),
            "schedule": order.order_id,
            "parts": len(parts),
            "rows": data.rows,
            "json_digest": data.json_digest,
            "csv_digest": data.csv_digest,
        }
        known = {part.number: self._ledger.recorded(_entry_id(order, part.number)) for part in parts}
        missing = [number for number, facts in known.items() if facts is None]
        for part, rendered in self._renderer.parts(page, missing):
            known[part.number] = self._record(order, of_all, part, rendered)
        return _made(order, [facts for facts in known.values() if facts])

    def _record(
        self, order: DocumentOrder, of_all: dict[str, JsonValue], part: Part, rendered: RenderedPdf
    ) -> dict[str, JsonValue]:
        digest, size = self._vault.keep(order.reference, io.BytesIO(rendered.pdf))
        facts = of_all | {
            "part": part.number,
            "first": part.first,
            "last": part.last,
            "digest": digest,
            "size": size,
            "pages": rendered.pages,
        }
        entry = LedgerEntry(
            entry_id=_entry_id(order, part.number),
            reference=order.reference,
            at=order.at,
            event="document-made",
            facts=facts,
        )
        try:
            self._ledger.append(entry)
        except RefusedError:
            first = self._ledger.recorded(entry.entry_id)  # another attempt, thought dead, was first
            if first is None:
                raise
            return first
        return facts


def _entry_id(order: DocumentOrder, number: int) -> str:
    return f"{order.order_id}.{number}#document"


def _made(order: DocumentOrder, facts: Iterable[dict[str, JsonValue]]) -> MadeSchedule:
    known = list(facts)
    parts = tuple(MadePart.model_validate(each | {"number": each["part"]}) for each in known)
    rows, of_json, of_csv = (known[0][name] for name in ("rows", "json_digest", "csv_digest"))
    return MadeSchedule(
        document=order.document, rows=int(str(rows)), json_digest=str(of_json), csv_digest=str(of_csv), parts=parts
    )
