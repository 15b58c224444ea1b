"""Who holds each item of evidence: an offer by the holder, then an acceptance by the named recipient; both sign.

1. Only the holder offers, and only with the digest on record; until acceptance the giver stays responsible.
2. Only the named recipient accepts, having measured the digest on record; a different digest can only be refused.
3. What another state's authority sent is on offer to any of our custodians: its sealed package is the offer.
4. Who signs off names every item kept, while nothing is on offer, undecided, or with its sender.
5. Physical items and copies: rogatory/custody/exhibits.py.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue

from rogatory.custody.exhibits import Exhibits, is_foreign
from rogatory.custody.ledger import Entry
from rogatory.errors import RefusedError
from schemas.custody import Official
from schemas.identifiers import Role


@dataclass
class ItemCustody:
    """One item as the ledger tells."""

    item: str
    digest: str
    size: int
    declared: str | None
    measure: str | None
    manifest: str
    holder: str
    received_at: datetime
    offered_to: str | None = None
    state: str = "held"
    """held | offered | excluded | signed-off"""
    discrepancy: str | None = None
    """open | kept | excluded"""
    changed: bool = True
    """Since the register was last told."""


class Holding:
    """The items of one case."""

    def __init__(self, reference: str) -> None:
        self._reference = reference
        self.items: dict[str, ItemCustody] = {}
        self.exhibits = Exhibits(reference)

    def kept(self) -> list[ItemCustody]:
        """The items that were not excluded."""
        return [item for item in self.items.values() if item.state != "excluded"]

    def numbers(self) -> set[str]:
        """Of all items: files, things and copies."""
        return {*self.items, *self.exhibits.items}

    def check(self, act: str, facts: Mapping[str, JsonValue], officials: Mapping[str, Official]) -> None:
        """Returns when the act fits.

        Raises:
            RefusedError: NotFound, Forbidden, EvidenceMismatch, AlreadyDecided, DiscrepancyOpen, Invalid, WrongStage.
        """
        by = str(facts.get("by"))
        if act == "receive":
            self._check_receive(facts, by, officials)
        elif act == "sign-off":
            self._check_sign_off(facts, officials)
        elif act in {"offer", "accept", "refuse-custody", "resolve"}:
            item = self.items.get(str(facts.get("item")))
            if item is None:
                raise RefusedError("NotFound", f"There is no item {facts.get('item')} in {self._reference}.")
            if act in {"offer", "accept"} and facts.get("digest") != item.digest:
                raise RefusedError(
                    "EvidenceMismatch", f"{item.item} is on record as {item.digest}, not as measured.", "Refuse it."
                )
            if act == "offer":
                _check_offer(item, by, str(facts.get("to")), officials)
            elif act == "resolve":
                if item.discrepancy != "open":
                    raise RefusedError("AlreadyDecided", f"{item.item} has no discrepancy left to decide.")
            else:
                _check_recipient(item, by, str(facts.get("role")), officials)

    def check_exhibit(self, act: str, facts: Mapping[str, JsonValue], officials: Mapping[str, Official]) -> None:
        """As check, of an act on a physical item or a copy."""
        received = {name: (item.digest, item.holder) for name, item in self.items.items()}
        self.exhibits.check(act, facts, officials, received)

    def apply(self, entry: Entry) -> None:
        """Takes in what is on the ledger; what does not fit was reported before and changes nothing."""
        facts = entry.facts
        self.exhibits.apply(entry)
        if entry.event == "tie-item":
            self._tie(str(facts.get("item")), str(facts.get("measure")))
        if entry.event == "receive":
            for item in _received(entry):
                self.items.setdefault(item.item, item)
            return
        found = self.items.get(str(facts.get("item")))
        if found is None or entry.event not in {"offer", "accept", "refuse-custody", "resolve"}:
            return
        found.changed = True
        if entry.event == "offer":
            found.offered_to = str(facts.get("to"))
        elif entry.event == "accept":
            found.holder, found.offered_to = str(facts.get("by")), None
        elif entry.event == "refuse-custody":
            found.offered_to = None
        elif entry.event == "resolve":
            found.discrepancy = "kept" if facts.get("keep") else "excluded"
        if found.discrepancy == "excluded":
            found.state = "excluded"
        else:
            found.state = "offered" if found.offered_to else "held"

    def _tie(self, name: str, measure: str) -> None:
        item = self.items.get(name) or self.exhibits.items.get(name)
        if item:
            item.measure, item.changed = measure, True

    def signed_off(self) -> None:
        """Both signatures are there."""
        for item in self.kept():
            item.state, item.changed = "signed-off", True

    def changes(self) -> list[ItemCustody]:
        """The items changed since the last call."""
        changed = [item for item in self.items.values() if item.changed]
        for item in changed:
            item.changed = False
        return changed

    def _check_receive(self, facts: Mapping[str, JsonValue], by: str, officials: Mapping[str, Official]) -> None:
        holder = str(facts.get("holder"))
        foreign = is_foreign(holder, officials)
        if not foreign and (holder != by or facts.get("role") != Role.CUSTODIAN.value):
            raise RefusedError(
                "Forbidden",
                f"Items cannot be received for {holder}.",
                "A custodian receives them, or they stay with the other state's authority, which registrars entered.",
            )
        names = [item.get("item") for item in _dicts(facts.get("items"))]
        for name in names:
            if not isinstance(name, str) or not name.startswith(f"{self._reference}-E"):
                raise RefusedError("Invalid", f"{name} is no item of {self._reference}.")
            if name in self.items or name in self.exhibits.items or names.count(name) > 1:
                raise RefusedError("Superseded", f"The number {name} is taken.", "Number the items anew.")

    def _check_sign_off(self, facts: Mapping[str, JsonValue], officials: Mapping[str, Official]) -> None:
        for item in self.items.values():
            if item.discrepancy == "open":
                raise RefusedError("DiscrepancyOpen", f"{item.item} is not what was declared, and nobody decided.")
        for words in self.exhibits.unsettled():
            raise RefusedError("DiscrepancyOpen", f"{words}.")
        for item in self.kept():
            if item.offered_to or is_foreign(item.holder, officials):
                raise RefusedError("WrongStage", f"{item.item} is on offer and not accepted.")
        digests = facts.get("items")
        if not isinstance(digests, list) or {str(d) for d in digests} != {item.digest for item in self.kept()}:
            raise RefusedError("EvidenceMismatch", "The items vouched for are not the items held.")


def _check_offer(item: ItemCustody, by: str, to: str, officials: Mapping[str, Official]) -> None:
    if item.holder != by:
        raise RefusedError("Forbidden", f"{item.item} is held by {item.holder}; only the holder offers it.")
    if item.offered_to:
        raise RefusedError("AlreadyDecided", f"{item.item} is on offer to {item.offered_to}.")
    if to == by or to not in officials or Role.SYSTEM in officials[to].roles:
        raise RefusedError("Invalid", f"{item.item} cannot be offered to {to}.", "Name another official.")


def _check_recipient(item: ItemCustody, by: str, role: str, officials: Mapping[str, Official]) -> None:
    if item.offered_to:
        if item.offered_to != by:
            raise RefusedError("Forbidden", f"{item.item} is on offer to {item.offered_to}, not to {by}.")
    elif not is_foreign(item.holder, officials):
        raise RefusedError("WrongStage", f"{item.item} is not on offer; {item.holder} holds it.")
    elif role != Role.CUSTODIAN.value:
        raise RefusedError("Forbidden", f"{item.item} came from {item.holder}; a custodian takes it over.")


def _received(entry: Entry) -> Iterator[ItemCustody]:
    facts = entry.facts
    for item in _dicts(facts.get("items")):
        digest, declared, measure, size = (item.get(name) for name in ("digest", "declared", "measure", "size"))
        yield ItemCustody(
            item=str(item.get("item")),
            digest=str(digest),
            size=size if isinstance(size, int) else 0,
            declared=str(declared) if declared else None,
            measure=str(measure) if measure else None,
            manifest=str(facts.get("manifest")),
            holder=str(facts.get("holder")),
            received_at=entry.at,
            discrepancy="open" if declared and declared != digest else None,
        )


def _dicts(value: JsonValue) -> list[dict[str, JsonValue]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
