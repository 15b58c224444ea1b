"""The last gate, the one package, and its way to the requested state."""

from collections.abc import Collection, Mapping, Sequence

from temporalio import activity

from activities.heartbeat import beating
from activities.refusals import final_refusals
from rogatory.custody.gate import check_gate, check_package
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
    ) -> None:
        self._ledger, self._vault, self._anchors = ledger, vault, anchors
        self._packager, self._channels = packager, channels
        """Channels by name and state."""
        self._outward = outward
        """Types of documents that leave the house."""

    @activity.defn
    def check_gate(self, order: GateOrder) -> None:
        """Re-verifies every approval from the ledger over the exact bytes to be sent, and that there is a road."""
        with final_refusals(), beating():
            self._road(order.channel, order.requested_state)
            self._gate(order, self._ledger.lines(order.reference))

    @activity.defn
    def make_package(self, order: PackageOrder) -> Package:
        """Seals and encrypts the package; the one the procedure records is the one that is sent, never another.

        Nothing is final here and in `deliver`: the act is on record, so a fault is tried again until it is mended.
        """
        with beating():
            lines = self._ledger.lines(order.reference)
            # Asked here again: whoever reaches the server can order this activity without the steps before it.
            if letter := check_package(order, lines, self._anchors.own(), self._outward):
                self._gate(letter, lines)
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

    def _gate(self, order: GateOrder, lines: Sequence[str]) -> None:
        unsigned = self._vault.read(order.reference, order.unsigned_letter)
        signed = self._vault.read(order.reference, order.letter)
        signer = check_gate(order, lines, self._anchors.own(), unsigned, signed)
        self._packager.check_letter(signed, signer, self._anchors.own())

    def _road(self, channel: str, state: str) -> Channel:
        if (channel, state) not in self._channels:
            known = ", ".join(sorted(name for name, to in self._channels if to == state)) or "none"
            raise RefusedError("Invalid", f"There is no channel {channel} to {state}; there is: {known}.")
        return self._channels[channel, state]
