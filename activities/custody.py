"""Custody: what is held is measured again, and the chain verified, before anyone vouches for it."""

import hashlib

from temporalio import activity

from activities.heartbeat import beating
from activities.refusals import final_refusals
from rogatory.custody.verify_ledger import verify_lines
from rogatory.errors import IntegrityError
from rogatory.ports import Anchors, CaseLedger, EvidenceVault
from schemas.identifiers import hex_of
from schemas.tasks import CustodyCheck, LedgerEntry


class CustodyActivities:
    """Reads every byte of every item."""

    def __init__(self, ledger: CaseLedger, vault: EvidenceVault, anchors: Anchors) -> None:
        self._ledger, self._vault, self._anchors = ledger, vault, anchors

    @activity.defn
    def verify_custody(self, check: CustodyCheck) -> None:
        """Raises IntegrityFailure unless every item's bytes are its digest's and the case's ledger holds."""
        with final_refusals(), beating():
            for item in check.items:
                measured = hashlib.sha256()
                for chunk in self._vault.stream(check.reference, item.digest):
                    measured.update(chunk)
                if measured.hexdigest() != hex_of(item.digest):
                    raise IntegrityError(f"{item.item} is not what was received: measured {measured.hexdigest()}.")
            facts = verify_lines(self._ledger.lines(check.reference), self._anchors.own(), None)
            if not (facts.report.intact and facts.report.signed and facts.report.trusted):
                wrong = next(c for c in facts.report.checks if not c.ok)
                raise IntegrityError(f"The case's ledger does not hold: {wrong.name}: {wrong.detail}")
            info = activity.info()
            self._ledger.append(
                LedgerEntry(
                    entry_id=f"{info.workflow_id}/measured-{info.activity_id}",
                    reference=check.reference,
                    at=info.scheduled_time,
                    event="custody-checked",
                    facts={"items": len(check.items), "ok": True, "task": info.workflow_id},
                )
            )
