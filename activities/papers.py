"""A paper an official orders: checked against the catalogue before the order goes on the ledger."""

import json

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.dossier import DossierReader
from activities.refusals import final_refusals
from rogatory.documents.catalogue import Catalogue, MissingFactError
from rogatory.documents.views_papers import facts_for
from rogatory.errors import RefusedError
from rogatory.ports import CaseLedger
from schemas.commands import OrderDocument, Receipt
from schemas.documents import DocumentOrder


class PaperActivities:
    """An order that could not be carried out is refused, so that no order stands on the ledger without its paper."""

    def __init__(self, reader: DossierReader, catalogue: Catalogue, ledger: CaseLedger) -> None:
        self._reader, self._catalogue, self._ledger = reader, catalogue, ledger

    @activity.defn
    def order_paper(self, order: DocumentOrder, signed: str) -> Receipt:
        """Verifies the signed order and records it; the same order again gets its first receipt.

        Args:
            order: of the document.
            signed: the schemas.commands.OrderDocument it rests on, as JSON.

        Raises:
            ApplicationError: MissingFact where a fact is neither given nor found, Forbidden, Invalid, and whatever the
                ledger refuses.
        """
        command = OrderDocument.model_validate_json(signed)
        if receipt := self._ledger.receipt(order.reference, command.command_id):
            return receipt
        with final_refusals():
            try:
                self._check(order, command)
            except MissingFactError as error:
                raise ApplicationError(str(error), type="MissingFact", non_retryable=True) from error
            except RefusedError as error:
                self._ledger.refuse(order.reference, order.reference, command.by, error.kind, command.ACT)
                raise
            return self._ledger.append_act(order.reference, order.reference, command, order.at)

    def _check(self, order: DocumentOrder, command: OrderDocument) -> None:
        kind = self._catalogue.of(command.document)
        dossier = self._reader.read(order)
        if not kind.ordered_by or dossier.case.kind not in kind.kinds:
            raise RefusedError("Invalid", f"{command.document} is no paper to be ordered in {order.reference}.")
        if command.role not in kind.ordered_by:
            may = " or ".join(role.value for role in kind.ordered_by)
            raise RefusedError(
                "Forbidden", f"A {command.role.value} may not order {command.document}; it takes a {may}."
            )
        if command.language not in kind.languages:
            raise RefusedError("Invalid", f"There is no {command.document} in the language {command.language}.")
        facts_for(order, dossier, kind, json.loads(command.given))
