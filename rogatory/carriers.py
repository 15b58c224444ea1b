"""Disks and other carriers: the manifest came by wire, the thing by courier, and one custody line joins them."""

from dataclasses import dataclass

from rogatory.custody.ledger import parse_line
from rogatory.desk import Desk
from rogatory.errors import NotFoundError, RefusedError, UsageError
from rogatory.intake import Carrier, parse_declared
from schemas.identifiers import ItemId, Reference
from schemas.register import ExhibitRow


@dataclass(frozen=True)
class CarrierReport:
    """What was announced for a carrier, and what was read from it."""

    announced: dict[str, str]
    """Name: digest, by the manifest."""
    read: dict[ItemId, str]
    """Item: digest, of the files read from it."""

    @property
    def missing(self) -> list[str]:
        """Names announced whose bytes were not read from it; compared by digest."""
        came = set(self.read.values())
        return sorted(name for name, digest in self.announced.items() if digest not in came)

    @property
    def unannounced(self) -> list[ItemId]:
        """Items read from it that no manifest announced; none where there is no manifest."""
        told = set(self.announced.values())
        return sorted(item for item, digest in self.read.items() if told and digest not in told)


def carrier_of(desk: Desk, reference: Reference, item: ItemId, by: str) -> Carrier:
    """The carrier files are read from, with what was announced for it.

    Raises:
        NotFoundError: there is no such thing in the case.
        RefusedError: Forbidden, when somebody else holds it.
        UsageError: it is sealed, or it is gone.
    """
    row = desk.register.exhibit(item)
    if row is None or row.reference != reference:
        raise NotFoundError(f"There is no physical item {item} in {reference}.", "Enter it: rogatory custody enter")
    if row.holder != by:
        raise RefusedError("Forbidden", f"{item} is held by {row.holder}; only the holder reads it.")
    if row.state not in {"held", "offered"}:
        raise UsageError(f"{item} is {row.state}; it cannot be read.")
    if row.seal:
        raise UsageError(f"{item} is under seal {row.seal}.", f"First: rogatory custody open {item}")
    return Carrier(item=item, announced=announced(desk, row), measure=row.measure)


def announced(desk: Desk, row: ExhibitRow) -> dict[str, str]:
    """Name to digest, by the manifest that came by wire; empty where none came. Raises UsageError for another form."""
    if row.manifest is None:
        return {}
    manifest = desk.register.item(row.manifest)
    return parse_declared(desk.vault.read(row.reference, manifest.digest), row.manifest)


def report_of(desk: Desk, row: ExhibitRow) -> CarrierReport:
    """What came of what was announced."""
    read: dict[ItemId, str] = {}
    for entry in map(parse_line, desk.ledger.lines(row.reference)):
        items = entry.facts.get("items") if entry.event == "receive" else None
        for each in items if isinstance(items, list) else ():
            if isinstance(each, dict) and each.get("parent") == row.item:
                read[str(each.get("item"))] = str(each.get("digest"))
    return CarrierReport(announced(desk, row), read)
