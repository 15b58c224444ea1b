"""The last gate, the one package, and its way to the requested state."""

from collections.abc import Collection, Mapping

from temporalio import activity

from activities.heartbeat import beating
from activities.refusals import final_refusals
from rogatory.custody.gate import check_gate, check_package, held
from rogatory.custody.verify_ledger import LedgerFacts
from rogatory.errors import RefusedError
from rogatory.ports import Anchors, CaseLedger, Channel, EvidenceVault, Packager
from schemas.tasks import DeliveryOrder, DeliveryReceipt, GateOrder, Package, PackageOrder


class TransmissionActivities:
    """Nothing leaves but by these three."""

    def __init__(
        self,
        ledger: CaseLedger,
        vault: EvidenceVault,
        anchors: Anchors,
        packager: Packager,
        channels: Mapping[tuple[str, str], Channel],
        outward: Collection[str],
        urgent: Collection[str],
    ) -> None:
        self._ledger, self._vault, self._anchors = ledger, vault, anchors
        self._packager, self._channels = packager, channels
        """Channels by name and state."""
        self._outward = outward
        """Types of documents that leave the house."""
        self._urgent = urgent
        """Types of letters for which the glass may be broken."""

    @activity.defn
    def check_gate(self, order: GateOrder) -> None:
        """Re-verifies every approval from the ledger over the exact bytes to be sent, and that there is a road."""
        with final_refusals(), beating():
            self._road(order.channel, order.requested_state)
            self._gate(order, held(order.reference, self._ledger.lines(order.reference), self._anchors.own()))

    @activity.defn
    def make_package(self, order: PackageOrder) -> Package:
        """Seals and encrypts the package; the one the procedure records is the one that is sent, never another.

        Nothing is final here and in `deliver`: the act is on record, so a fault is tried again until it is mended.
        """
        with beating():
            lines = self._ledger.lines(order.reference)
            # Asked here again: whoever reaches the server can order this activity without the steps before it.
            facts = held(order.reference, lines, self._anchors.own())
            if letter := check_package(order, facts, self._outward):
                self._gate(letter, facts)
            documents = {
                digest: self._vault.read(order.reference, digest) for digest in [*order.documents, *order.enclosed]
            }
            return self._packager.make(order, documents, lines)

    @activity.defn
    def deliver(self, order: DeliveryOrder) -> DeliveryReceipt:
        """Hands the package to the channel; the same transmission id again sends nothing twice."""
        with beating():
            road = self._road(order.channel, order.requested_state)
            return road.send(order.package, self._vault.stream(order.reference, order.package.digest))

    def _gate(self, order: GateOrder, facts: LedgerFacts) -> None:
        unsigned = self._vault.read(order.reference, order.unsigned_letter)
        signed = self._vault.read(order.reference, order.letter)
        signer = check_gate(order, facts, unsigned, signed, self._urgent)
        self._packager.check_letter(signed, signer, self._anchors.own())

    def _road(self, channel: str, state: str) -> Channel:
        if (channel, state) not in self._channels:
            known = ", ".join(sorted(name for name, to in self._channels if to == state)) or "none"
            raise RefusedError("Invalid", f"There is no channel {channel} to {state}; there is: {known}.")
        return self._channels[channel, state]
