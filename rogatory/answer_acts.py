"""What was asked, granted, received and is missing, at the desk; and the supplementary request that follows from it."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from rogatory.acting import new_command_id
from rogatory.desk_acts import DeskActs
from rogatory.errors import NotFoundError, UsageError
from rogatory.law.evidence_forms import form_of
from rogatory.reconciling import MeasureRow, reconciled
from schemas.answers import CheckForm, Granted, ReportMeasure, Settled, SettleMeasure, TieItem
from schemas.commands import Receipt
from schemas.identifiers import ItemId, MeasureId, Reference, Role
from schemas.request import Draft

TOLD = (Role.PROSECUTOR, Role.REVIEWER, Role.SIGNATORY)


class AnswerActs(DeskActs):
    """What an official does about the answer to a request."""

    def reconciled(self, reference: Reference) -> tuple[list[MeasureRow], list[ItemId]]:
        """One row for each measure, and the items that no measure asked for."""
        return reconciled(self.request(reference).draft, self.course(reference))

    def tie(self, item: ItemId, measure: MeasureId, command_id: str | None = None) -> Receipt:
        """Ties an item to the measure that asked for it."""
        row = self.register.exhibit(item) or self.register.item(item)
        self._measure(row.reference, measure)
        command = TieItem(
            command_id=command_id or new_command_id(),
            by=self.official,
            role=self.role(Role.CUSTODIAN, Role.PROSECUTOR),
            item=item,
            measure=measure,
        )
        return self.sign(row.reference, command)

    def report(
        self,
        reference: Reference,
        measure: MeasureId,
        outcome: Granted,
        on: date,
        *,
        procedure_followed: bool | None,
        proof: Path | None,
        note: str | None,
        command_id: str | None = None,
    ) -> Receipt:
        """Records what the requested state did with a measure."""
        self._measure(reference, measure)
        self.printable(reference, note)
        command = ReportMeasure(
            command_id=command_id or new_command_id(),
            by=self.official,
            role=self.role(*TOLD),
            measure=measure,
            outcome=outcome,
            on=on,
            procedure_followed=procedure_followed,
            proof=self.keep(reference, proof)[0],
            note=note,
        )
        return self.sign(reference, command)

    def check_form(
        self,
        item: ItemId,
        measure: MeasureId,
        form: str,
        lacking: Sequence[str],
        note: str | None,
        command_id: str | None = None,
    ) -> Receipt:
        """Records that a person held a certificate against a form; every element not lacking is present."""
        row = self.register.exhibit(item) or self.register.item(item)
        self._measure(row.reference, measure)
        self.printable(row.reference, note)
        elements = form_of(form).elements
        if wrong := sorted(set(lacking) - set(elements)):
            raise UsageError(f"{form} has no element {wrong[0]}.", f"It has: {', '.join(elements)}.")
        command = CheckForm(
            command_id=command_id or new_command_id(),
            by=self.official,
            role=self.role(*TOLD),
            measure=measure,
            form=form,
            item=item,
            present=tuple(name for name in elements if name not in lacking),
            lacking=tuple(name for name in elements if name in lacking),
            note=note,
        )
        return self.sign(row.reference, command)

    def settle(
        self,
        reference: Reference,
        measure: MeasureId,
        reason: str,
        by_request: Reference | None,
        command_id: str | None,
    ) -> Receipt:
        """Leaves a measure: complete when nothing is missing, else incomplete, or asked for again by that request."""
        self._measure(reference, measure)
        self.printable(reference, reason)
        row = next(each for each in self.reconciled(reference)[0] if each.measure == measure)
        if by_request:
            outcome = Settled.SUPPLEMENTED
            other = self.register.case(by_request)
            if other.supplements != reference:
                raise UsageError(f"{by_request} does not supplement {reference}.", "Name the request that does.")
        else:
            outcome = Settled.INCOMPLETE if row.missing else Settled.COMPLETE
        command = SettleMeasure(
            command_id=command_id or new_command_id(),
            by=self.official,
            role=self.role(Role.PROSECUTOR),
            measure=measure,
            outcome=outcome,
            reason=reason,
            by_request=by_request,
        )
        return self.sign(reference, command)

    def _measure(self, reference: Reference, measure: MeasureId) -> None:
        draft = self.request(reference).draft
        asked = [each.id for each in draft.measures] if isinstance(draft, Draft) else []
        if measure not in asked:
            raise NotFoundError(f"{reference} asks for no measure {measure}.", f"Its measures: {', '.join(asked)}.")
