"""Labels of a case's items, and the way back: from a label on a scan to the item it names."""

from collections.abc import Iterable

from rogatory.adapters.labels import LABEL, Label
from rogatory.custody.ledger import Entry, parse_line
from rogatory.desk import Desk
from rogatory.errors import NotFoundError
from schemas.identifiers import ItemId, Reference

PROOF = 16
"""Hex digits."""


def labels_of(desk: Desk, reference: Reference, items: Iterable[ItemId] = ()) -> list[Label]:
    """The labels of these items of a case; of all where none is named. Raises NotFoundError."""
    proofs = _proofs(desk, reference)
    wanted = list(items) or sorted(proofs)
    if missing := [item for item in wanted if item not in proofs]:
        raise NotFoundError(f"There is no item {missing[0]} in {reference}.")
    return [Label(item, proofs[item], _lines(desk, item)) for item in wanted]


def item_of(desk: Desk, text: str) -> ItemId | None:
    """The item a code names; None for a code that is no label of ours, or of an item that is not on our record."""
    said = LABEL.fullmatch(text)
    if said is None:
        return None
    item = said["item"]
    return item if _proofs(desk, item.rpartition("-E")[0]).get(item) == said["proof"] else None


def _lines(desk: Desk, item: ItemId) -> tuple[str, ...]:
    row = desk.register.exhibit(item)
    if row is None:
        return ("file in the vault",)
    made = f"{row.kind.replace('-', ' ')} of {row.parent}" if row.kind and row.parent else ""
    part = f"part of {row.parent}" if row.parent and not row.kind else ""
    return tuple(filter(None, (made or part, f"seal {row.seal}" if row.seal else "")))


def _proofs(desk: Desk, reference: Reference) -> dict[ItemId, str]:
    """By item: the first digits of the digest of the line that brought it on record."""
    found: dict[ItemId, str] = {}
    for entry in map(parse_line, desk.ledger.lines(reference)):
        for item in _brought(entry):
            found.setdefault(item, entry.digest[:PROOF])
    return found


def _brought(entry: Entry) -> list[ItemId]:
    facts = entry.facts
    if entry.event == "enter-item":
        return [str(facts.get("item"))]
    if entry.event == "copy-item":
        return [str(facts.get("copy_item"))]
    items = facts.get("items") if entry.event == "receive" else None
    return [str(each.get("item")) for each in items if isinstance(each, dict)] if isinstance(items, list) else []
