"""Physical items, and copies made of items: where each is, under which seal, in whose hands, and what does not agree.

1. Who receives is who gives next: only the holder acts on an item, and what was offered only its recipient takes over.
2. The seal an act finds is the seal the last one left; so with the container, the number of pieces, the condition.
3. Time never goes back in the life of one item, nor before the start of the item it was taken from.
4. What does not agree is not refused: it goes on record as a difference, with a note in words by who found it, and
   stays open until a prosecutor decides. Unnoted it is refused, so that nobody passes it over in silence.
5. A sealed item is not examined, copied or divided; what was returned or destroyed does not move again, and an item
   is destroyed before a second official.
6. A true copy of a digital item has its digest.
7. What a line should have said: rogatory/custody/corrections.py.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import JsonValue

from rogatory.custody.corrections import Corrections, corrected
from rogatory.custody.ledger import Entry
from rogatory.errors import RefusedError
from schemas.custody import Official
from schemas.identifiers import Role
from schemas.items import Condition, Difference
from schemas.register import ExhibitRow

HOLDERS = {"seal-item", "open-item", "store-item", "examine-item", "copy-item", "return-item", "destroy-item"}
"""Acts of the holder alone."""
WHOLE = {"examine-item", "copy-item"}
"""Acts for which the item must be out of its seal."""
GONE = {"returned", "destroyed"}
UNCHANGED = {"store-item", "offer-item", "decline-item", "examine-item", "copy-item"}
"""Acts that leave seal and container as they found them."""

Facts = Mapping[str, JsonValue]
Officials = Mapping[str, Official]
Received = Mapping[str, tuple[str, str]]
"""A digital item that was received: its digest and its holder."""


@dataclass
class Exhibit:
    """One item as the ledger tells."""

    item: str
    form: str
    """physical | digital"""
    holder: str
    entered_at: datetime
    began_at: str
    """When its record begins, as given, with its zone."""
    happened_at: str
    """Of its last event, as given."""
    parent: str | None = None
    measure: str | None = None
    manifest: str | None = None
    kind: str | None = None
    """Of a copy: true-copy | image | excerpt | sample."""
    digest: str | None = None
    size: int | None = None
    quantity: int = 1
    seal: str | None = None
    container: str | None = None
    condition: str = Condition.SOUND.value
    place: str = ""
    offered_to: str | None = None
    state: str = "held"
    """announced | held | offered | excluded | returned | destroyed"""
    discrepancy: str | None = None
    """open | kept | excluded"""
    differences: list[str] = field(default_factory=list)
    """All ever found, in order."""
    scans: int = 0
    changed: bool = True


class Exhibits:
    """The physical items and the copies of one case."""

    def __init__(self, reference: str) -> None:
        self._reference = reference
        self.items: dict[str, Exhibit] = {}
        self.corrections = Corrections()

    def check(self, act: str, facts: Facts, officials: Officials, received: Received) -> None:
        """Returns when the act fits; `received` are the case's digital items.

        Raises:
            RefusedError: NotFound, Forbidden, Superseded, Invalid, WrongStage, AlreadyDecided, EvidenceMismatch,
                NotNoted when it finds what does not agree and does not say so.
        """
        if act == "enter-item":
            self._check_entry(facts, officials, received)
            return
        name = str(facts.get("item"))
        item = self.items.get(name)
        if item is None and name in received and act in {"examine-item", "copy-item", "attach-scan"}:
            digest, holder = received[name]
            if act != "attach-scan" and holder != facts.get("by"):
                raise RefusedError("Forbidden", f"{name} is held by {holder}; only the holder may {act}.")
            self._check_copy(act, facts, digest, received)
            return
        if item is None:
            raise RefusedError("NotFound", f"There is no physical item {name} in {self._reference}.")
        if act == "attach-scan":
            return
        if act == "correct-item":
            self.corrections.check(facts)
            return
        if act == "settle-item":
            if item.discrepancy != "open":
                raise RefusedError("AlreadyDecided", f"{name} has no difference left to decide.")
            return
        if item.state in GONE:
            raise RefusedError("WrongStage", f"{name} was {item.state}; nothing happens to it any more.")
        _check_hands(act, item, facts, officials)
        _check_seal(act, item, facts)
        self._check_copy(act, facts, item.digest, received)
        lacking = differences(act, item, facts) - _noted(facts)
        if lacking:
            what = ", ".join(sorted(each.value for each in lacking))
            raise RefusedError(
                "NotNoted", f"{name} does not agree with its record: {what}.", "Say in a note what was found, and why."
            )

    def apply(self, entry: Entry) -> None:
        """Takes in what is on the ledger; what does not fit was reported before."""
        facts = entry.facts
        if entry.event == "enter-item":
            entered = _entered(entry)
            self.items.setdefault(entered.item, entered)
            self.corrections.note(entry)
            return
        if entry.event == "copy-item":
            copied = _copied(entry, self.items.get(str(facts.get("item"))))
            self.items.setdefault(copied.item, copied)
        item = self.items.get(str(facts.get("item")))
        if item is None:
            return
        item.changed = True
        self.corrections.note(entry)
        if entry.event == "correct-item":
            corrected(item, facts)
        elif entry.event == "attach-scan":
            item.scans += 1
        elif entry.event == "settle-item":
            item.discrepancy = "kept" if facts.get("keep") else "excluded"
            item.state = item.state if facts.get("keep") else "excluded"
        else:
            found = differences(entry.event, item, facts) | _noted(facts)
            _advance(item, entry, found)

    def changes(self) -> list[Exhibit]:
        """The items changed since the last call."""
        changed = [item for item in self.items.values() if item.changed]
        for item in changed:
            item.changed = False
        return changed

    def unsettled(self) -> Iterator[str]:
        """Why an item keeps the case from being signed off, in words."""
        for item in self.items.values():
            if item.discrepancy == "open":
                yield f"{item.item} does not agree with its record, and nobody decided"
            elif item.state == "offered":
                yield f"{item.item} is on offer and not accepted"

    def _check_entry(self, facts: Facts, officials: Officials, received: Received) -> None:
        name, by, holder = str(facts.get("item")), str(facts.get("by")), str(facts.get("holder"))
        self._check_number(name, received)
        foreign = is_foreign(holder, officials)
        if not foreign and (holder != by or facts.get("role") == Role.SYSTEM.value):
            raise RefusedError(
                "Forbidden",
                f"{name} cannot be entered for {holder}.",
                "A custodian enters what they hold, or what the other state's authority announced.",
            )
        parent, manifest = facts.get("parent"), facts.get("manifest")
        if parent is not None and parent not in self.items:
            raise RefusedError("NotFound", f"There is no physical item {parent} in {self._reference}.")
        if manifest is not None and manifest not in received:
            raise RefusedError("NotFound", f"There is no received item {manifest} in {self._reference}.")
        above = self.items.get(str(parent)) if parent else None
        if above and earlier(facts, above.began_at) and Difference.TIME not in _noted(facts):
            raise RefusedError("NotNoted", f"{name} would be older on record than {parent}.", "Say why in a note.")

    def _check_copy(self, act: str, facts: Facts, digest: str | None, received: Received) -> None:
        if act != "copy-item":
            return
        self._check_number(str(facts.get("copy_item")), received)
        if facts.get("kind") == "true-copy" and digest and facts.get("digest") != digest:
            raise RefusedError(
                "EvidenceMismatch",
                f"{facts.get('item')} is on record as {digest}; this copy is not the same.",
                "Record it as an excerpt, if it is one.",
            )

    def _check_number(self, name: str, received: Received) -> None:
        if not name.startswith(f"{self._reference}-E"):
            raise RefusedError("Invalid", f"{name} is no item of {self._reference}.")
        if name in self.items or name in received:
            raise RefusedError("Superseded", f"The number {name} is taken.", "Number the item anew.")


def differences(act: str, item: Exhibit | ExhibitRow, facts: Facts) -> set[Difference]:
    """What an act on an item finds that its record does not say."""
    found = set[Difference]()
    if facts.get("seal_before") != item.seal:
        found.add(Difference.SEAL)
    if act in UNCHANGED and facts.get("seal_after") != facts.get("seal_before"):
        found.add(Difference.SEAL)
    if act in UNCHANGED | {"accept-item"} and facts.get("container") != item.container:
        found.add(Difference.CONTAINER)
    if facts.get("condition") != item.condition:
        found.add(Difference.CONDITION)
    if act == "accept-item":
        if facts.get("quantity") != item.quantity:
            found.add(Difference.QUANTITY)
        if item.offered_to is None and item.state != "announced":
            found.add(Difference.HOLDER)
    if earlier(facts, item.happened_at):
        found.add(Difference.TIME)
    return found


def earlier(facts: Facts, than: str) -> bool:
    """Whether an act happened before another; a time that cannot be read is not later than anything."""
    try:
        return datetime.fromisoformat(str(facts.get("happened_at"))) < datetime.fromisoformat(than)
    except (ValueError, TypeError):
        return True


def is_foreign(official: str, officials: Officials) -> bool:
    """Whether it is another state's authority."""
    return official in officials and Role.FOREIGN_AUTHORITY in officials[official].roles


def _check_hands(act: str, item: Exhibit, facts: Facts, officials: Officials) -> None:
    by, role = str(facts.get("by")), str(facts.get("role"))
    if act in HOLDERS | {"offer-item"}:
        if item.holder != by:
            raise RefusedError("Forbidden", f"{item.item} is held by {item.holder}; only the holder may {act}.")
        if item.offered_to:
            raise RefusedError("AlreadyDecided", f"{item.item} is on offer to {item.offered_to}.")
    if act == "offer-item":
        to = str(facts.get("to"))
        if to == by or to not in officials or Role.SYSTEM in officials[to].roles:
            raise RefusedError("Invalid", f"{item.item} cannot be offered to {to}.", "Name another official.")
    elif act in {"accept-item", "decline-item"}:
        if item.offered_to and item.offered_to != by:
            raise RefusedError("Forbidden", f"{item.item} is on offer to {item.offered_to}, not to {by}.")
        if not item.offered_to and role != Role.CUSTODIAN.value:
            raise RefusedError("Forbidden", f"{item.item} is not on offer to {by}; a custodian takes such an item in.")
        if item.holder == by:
            raise RefusedError("Invalid", f"{by} holds {item.item} already.")
    elif act in {"return-item", "destroy-item"}:
        if item.discrepancy == "open":
            raise RefusedError("DiscrepancyOpen", f"{item.item} does not agree with its record, and nobody decided.")
        if act == "destroy-item":
            _check_witness(item.item, facts, officials)


def _check_witness(item: str, facts: Facts, officials: Officials) -> None:
    witness = str(facts.get("witnessed_by"))
    if witness not in officials or officials[witness].person == facts.get("person"):
        raise RefusedError("FourEyes", f"{item} is destroyed before another official.", "Name the one who saw it.")


def _check_seal(act: str, item: Exhibit, facts: Facts) -> None:
    before, after = facts.get("seal_before"), facts.get("seal_after")
    if act == "seal-item" and (after is None or after == before):
        raise RefusedError("Invalid", f"Sealing {item.item} leaves a new seal on it.", "Name its number.")
    if act == "open-item" and before is None:
        raise RefusedError("Invalid", f"{item.item} has no seal to open.")
    if act == "open-item" and after == before:
        raise RefusedError("Invalid", f"The seal {before} of {item.item} is broken; it cannot stay on.")
    if act in WHOLE and (item.seal or before):
        raise RefusedError("WrongStage", f"{item.item} is under seal {item.seal or before}.", "Open it first.")


def _noted(facts: Facts) -> set[Difference]:
    differs = facts.get("differs")
    known = {each.value for each in Difference}
    return {Difference(str(each)) for each in differs if each in known} if isinstance(differs, list) else set()


def _advance(item: Exhibit, entry: Entry, found: set[Difference]) -> None:
    facts, event = entry.facts, entry.event
    item.happened_at = str(facts.get("happened_at"))
    item.place = str(facts.get("place", item.place))
    item.seal, item.container = _code(facts, "seal_after"), _code(facts, "container")
    item.condition = str(facts.get("condition", item.condition))
    if found:
        item.discrepancy = "open"
        item.differences += sorted(each.value for each in found)
    if event == "offer-item":
        item.offered_to, item.state = str(facts.get("to")), "offered"
    elif event == "accept-item":
        quantity = facts.get("quantity")
        item.quantity = quantity if isinstance(quantity, int) else item.quantity
        item.holder, item.offered_to, item.state = str(facts.get("by")), None, "held"
    elif event == "decline-item":
        item.offered_to, item.state = None, "held" if item.state == "offered" else item.state
    elif event == "return-item":
        item.state = "returned"
    elif event == "destroy-item":
        item.state = "destroyed"


def _entered(entry: Entry) -> Exhibit:
    facts = entry.facts
    holder, quantity = str(facts.get("holder")), facts.get("quantity")
    noted = sorted(each.value for each in _noted(facts))
    return Exhibit(
        item=str(facts.get("item")),
        form="physical",
        holder=holder,
        entered_at=entry.at,
        began_at=str(facts.get("happened_at")),
        happened_at=str(facts.get("happened_at")),
        parent=_code(facts, "parent"),
        measure=_code(facts, "measure"),
        manifest=_code(facts, "manifest"),
        quantity=quantity if isinstance(quantity, int) else 1,
        seal=_code(facts, "seal_after"),
        container=_code(facts, "container"),
        condition=str(facts.get("condition", Condition.SOUND.value)),
        place=str(facts.get("place", "")),
        state="held" if holder == facts.get("by") else "announced",
        discrepancy="open" if noted else None,
        differences=noted,
    )


def _copied(entry: Entry, source: Exhibit | None) -> Exhibit:
    facts, size = entry.facts, entry.facts.get("size")
    digest = _code(facts, "digest")
    return Exhibit(
        item=str(facts.get("copy_item")),
        form="digital" if digest else "physical",
        holder=str(facts.get("by")),
        entered_at=entry.at,
        began_at=str(facts.get("happened_at")),
        happened_at=str(facts.get("happened_at")),
        parent=str(facts.get("item")),
        measure=source.measure if source else None,
        kind=str(facts.get("kind")),
        digest=digest,
        size=size if isinstance(size, int) else None,
        place=str(facts.get("place", "")),
    )


def _code(facts: Facts, name: str) -> str | None:
    value = facts.get(name)
    return value if isinstance(value, str) else None
