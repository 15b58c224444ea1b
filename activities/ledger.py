"""The case ledger: the record that outlives Temporal."""

from temporalio import activity

import schemas.break_glass
import schemas.commands
import schemas.extradition_acts
import schemas.sole_letter
from activities.refusals import final_refusals
from rogatory.custody.ledger import parse_line
from rogatory.errors import RefusedError
from rogatory.ports import CaseLedger
from schemas.commands import Command, Receipt
from schemas.tasks import REQUESTS, ActOrder, LedgerEntry

MADE_ELSEWHERE = {"document-made"}
"""Recorded in one act with the making: an order to record it alone comes from nobody of the house."""


def command_of(order: ActOrder) -> Command:
    """The command of an order, as its own type."""
    modules = (schemas.commands, schemas.extradition_acts, schemas.sole_letter, schemas.break_glass)
    kind: type[Command] = next(getattr(module, order.kind) for module in modules if hasattr(module, order.kind))
    return kind.model_validate_json(order.command)


class LedgerActivities:
    """Appends; every entry id is written once, so a retry finds the first entry."""

    def __init__(self, ledger: CaseLedger) -> None:
        self._ledger = ledger

    @activity.defn
    def append_to_ledger(self, entry: LedgerEntry) -> Receipt:
        """Records a fact of the procedure."""
        with final_refusals():
            if entry.event in MADE_ELSEWHERE:
                raise RefusedError("Invalid", f"{entry.event} is recorded by who makes it, and not upon an order.")
            return self._ledger.append(entry)

    @activity.defn
    def record_act(self, order: ActOrder) -> Receipt:
        """Verifies a signed act against the directory as it stands and records it."""
        with final_refusals():
            return self._ledger.append_act(order.task, order.reference, command_of(order), order.at)

    @activity.defn
    def check_act(self, order: ActOrder) -> None:
        """Verifies a signed act and records nothing: for an act that counts only once the stages have stopped."""
        with final_refusals():
            self._ledger.check_act(order.task, order.reference, command_of(order))

    @activity.defn
    def outgoing_channel(self, reference: str) -> str | None:
        """The channel of the request's package once one was made, sent or not: then the other state may have it."""
        for line in self._ledger.lines(reference):
            entry = parse_line(line)
            if entry.event == "package-made" and entry.facts.get("kind") in REQUESTS:
                return str(entry.facts["channel"])
        return None
