"""On close, everything of a case goes to the vault: its ledger, its documents' list, its histories."""

import io
import json

from temporalio import activity

from rogatory.custody.ledger import parse_line
from rogatory.ports import CaseLedger, EvidenceVault, HistorySource, Register
from schemas.identifiers import Digest
from schemas.tasks import ArchiveOrder


class ArchiveActivities:
    """Temporal forgets a closed case after its retention; the vault does not."""

    def __init__(self, ledger: CaseLedger, register: Register, vault: EvidenceVault, histories: HistorySource) -> None:
        self._ledger, self._register, self._vault, self._histories = ledger, register, vault, histories

    @activity.defn
    async def archive_case(self, order: ArchiveOrder) -> Digest:
        """Stores ledger, histories (encrypted, as Temporal holds them) and a manifest; returns its digest."""
        histories = {
            name: self._keep(order, history.encode())
            for name, history in (await self._histories.histories(order.reference)).items()
        }
        lines = self._ledger.lines(order.reference)
        manifest = {
            "reference": order.reference,
            "result": order.result,
            "archived_at": order.at.isoformat(),
            "ledger": self._keep(order, ("\n".join(lines) + "\n").encode()),
            "ledger_lines": len(lines),
            "last_event": parse_line(lines[-1]).event,
            "head": self._ledger.head(order.reference),
            "documents": [row.model_dump(mode="json") for row in self._register.documents(order.reference)],
            "items": [row.model_dump(mode="json") for row in self._register.items(order.reference)],
            "histories": histories,
        }
        digest = self._keep(order, json.dumps(manifest, sort_keys=True, indent=1).encode())
        self._register.set_archive(order.reference, digest)
        return digest

    def _keep(self, order: ArchiveOrder, content: bytes) -> Digest:
        return self._vault.keep(order.reference, io.BytesIO(content))[0]
