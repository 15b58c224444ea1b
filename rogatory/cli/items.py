"""rogatory custody, of things: entering, sealing, opening, storing, examining, copying, returning, destroying."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from rogatory.cli.acting import CommandId, receipt_shown
from rogatory.cli.desk import at_desk, moment_given
from rogatory.cli.output import next_step, say
from rogatory.errors import UsageError

if TYPE_CHECKING:
    from rogatory.item_acts import ItemActs
    from schemas.commands import Receipt
    from schemas.items import ItemAct
    from schemas.register import ExhibitRow

Conditions = Literal["sound", "damaged", "packing-damaged", "incomplete"]


@Parameter(name="*")
@dataclass(frozen=True)
class Found:
    """How the thing was found; what is left out is as on record."""

    at: Annotated[str | None, Parameter(help="When, with its zone: 2026-11-20T14:30+01:00. By default now.")] = None
    place: Annotated[str | None, Parameter(help="Where it is kept from now on.")] = None
    container: Annotated[str | None, Parameter(help="Bag or box it is in; none for none.")] = None
    seal_found: Annotated[str | None, Parameter(help="Number of the seal as found; none for none.")] = None
    condition: Annotated[Conditions | None, Parameter(help="Its condition as found.")] = None
    note: Annotated[str | None, Parameter(help="What differs from the record, in words.")] = None
    why: Annotated[str | None, Parameter(name="--reason", help="In words; it goes on record.")] = None
    witness: Annotated[str | None, Parameter(help="Who saw it, in words.")] = None

    def fields(self) -> dict[str, Any]:
        """As fields of an act."""
        return {
            "happened_at": moment_given(self.at),
            "place": self.place,
            "container": self.container,
            "seal_before": self.seal_found,
            "condition": self.condition,
            "note": self.note,
            "reason": self.why,
            "witness": self.witness,
        }


AS_RECORDED = Found()


def enter(
    reference: str,
    /,
    *,
    description: Annotated[str, Parameter(help="What it is: kind, make, model, serial number, capacity.")],
    place: Annotated[str, Parameter(help="Where it is kept.")],
    seal: Annotated[str | None, Parameter(help="Number of the seal on it.")] = None,
    container: Annotated[str | None, Parameter(help="Bag or box it is in.")] = None,
    quantity: Annotated[int, Parameter(help="How many pieces.")] = 1,
    condition: Conditions = "sound",
    source: Annotated[str | None, Parameter(help="Authority and person it came from.")] = None,
    measure: Annotated[str | None, Parameter(help="The measure that asked for it, e.g. m1.")] = None,
    part_of: Annotated[str | None, Parameter(help="The item it is a part of.")] = None,
    announced_by: Annotated[str | None, Parameter(help="The other state's authority, while it is on its way.")] = None,
    manifest: Annotated[str | None, Parameter(help="The item, come by wire, that lists its files.")] = None,
    transport: Annotated[str | None, Parameter(help="How it travels, e.g. courier.")] = None,
    tracking: Annotated[str | None, Parameter(help="Number of the parcel.")] = None,
    at: Annotated[str | None, Parameter(help="When, with its zone. By default now.")] = None,
    note: str | None = None,
    witness: str | None = None,
    command_id: CommandId = None,
) -> None:
    """Enter a physical item: a disk, a paper, a thing; received, or announced while a courier carries it."""
    from rogatory.item_acts import ItemActs

    given = {
        "description": description,
        "place": place,
        "seal_after": seal,
        "container": container,
        "quantity": quantity,
        "condition": condition,
        "source": source,
        "measure": measure,
        "parent": part_of,
        "manifest": manifest,
        "transport": transport,
        "tracking": tracking,
        "happened_at": moment_given(at),
        "note": note,
        "witness": witness,
    }
    with at_desk(ItemActs) as desk:
        row, receipt = desk.enter(reference, given, announced_by=announced_by, command_id=command_id)
    if receipt_shown(receipt, **exhibit_shown(row, description)):
        return
    say(f"{row.item} {row.state}, {_sealed(row)}, {row.place}; line {receipt.sequence}.")
    next_step(
        f"rogatory custody accept {row.item}   (when the courier brings it)"
        if row.state == "announced"
        else f"rogatory custody label {reference} --out labels.pdf"
    )


def seal(
    item: str,
    /,
    *,
    number: Annotated[str, Parameter(name="--seal", help="Number of the new seal.")],
    found: Found = AS_RECORDED,
    command_id: CommandId = None,
) -> None:
    """Seal a thing, or replace its seal."""
    from schemas.items import SealItem

    _done("sealed", item, SealItem, found.fields() | {"seal_after": number}, command_id)


def open_(item: str, /, *, found: Found = AS_RECORDED, command_id: CommandId = None) -> None:
    """Open a sealed thing."""
    from schemas.items import OpenItem

    _done("opened", item, OpenItem, found.fields(), command_id)


def store(item: str, /, *, found: Found = AS_RECORDED, command_id: CommandId = None) -> None:
    """Put a thing in another place, with the same holder and seal."""
    from schemas.items import StoreItem

    if found.place is None:
        raise UsageError("Where is it kept from now on?", 'Add --place, e.g. "Strongroom 2".')
    _done("stored", item, StoreItem, found.fields(), command_id)


def examine(
    item: str,
    /,
    *,
    tool: Annotated[str, Parameter(help="Program or instrument, with its version.")],
    report: Annotated[Path | None, Parameter(help="The examiner's report.")] = None,
    found: Found = AS_RECORDED,
    command_id: CommandId = None,
) -> None:
    """Record an examination of an unsealed thing; its findings stand in a report."""
    from rogatory.item_acts import ItemActs
    from schemas.items import ExamineItem

    with at_desk(ItemActs) as desk:
        digest = desk.keep(item.rpartition("-E")[0], report)[0]
    _done("examined", item, ExamineItem, found.fields() | {"tool": tool, "report": digest}, command_id)


def copy(
    item: str,
    file: Path | None = None,
    /,
    *,
    kind: Annotated[Literal["true-copy", "image", "excerpt", "sample"], Parameter(help="What the copy is.")],
    tool: Annotated[str | None, Parameter(help="Program it was made with, with its version.")] = None,
    found: Found = AS_RECORDED,
    command_id: CommandId = None,
) -> None:
    """Make a copy or a part of an item an item of its own.

    Parameters
    ----------
    file: Path
        A digital copy; it is measured while it streams into the vault.
    """
    from rogatory.item_acts import ItemActs
    from schemas.items import CopyKind

    with at_desk(ItemActs) as desk:
        row, receipt = desk.copy(item, CopyKind(kind), file, found.fields() | {"tool": tool}, command_id)
    if receipt_shown(receipt, **exhibit_shown(row, f"{kind} of {item}")):
        return
    say(f"{row.item} is a {kind.replace('-', ' ')} of {item}, held by {row.holder}; line {receipt.sequence}.")
    next_step(f"rogatory custody show {row.item}")


def return_(
    item: str,
    /,
    *,
    to: Annotated[str, Parameter(help="Who takes it back, by name and post.")],
    transport: Annotated[str | None, Parameter(help="How it travels, e.g. courier.")] = None,
    tracking: Annotated[str | None, Parameter(help="Number of the parcel.")] = None,
    proof: Annotated[Path | None, Parameter(help="The receipt.")] = None,
    found: Found = AS_RECORDED,
    command_id: CommandId = None,
) -> None:
    """Return a thing to the state or person it came from."""
    from rogatory.item_acts import ItemActs
    from schemas.items import ReturnItem

    with at_desk(ItemActs) as desk:
        digest = desk.keep(item.rpartition("-E")[0], proof)[0]
    more = {"recipient": to, "transport": transport, "tracking": tracking, "proof": digest}
    _done("returned", item, ReturnItem, found.fields() | more, command_id)


def destroy(
    item: str,
    /,
    *,
    method: Annotated[str, Parameter(help="How, e.g. shredded.")],
    before: Annotated[str, Parameter(help="The official who saw it.")],
    order: Annotated[Path, Parameter(help="The order or consent it rests on.")],
    found: Found = AS_RECORDED,
    command_id: CommandId = None,
) -> None:
    """Destroy a thing, before another official and under an order."""
    from rogatory.item_acts import ItemActs
    from schemas.items import DestroyItem

    with at_desk(ItemActs) as desk:
        digest = desk.keep(item.rpartition("-E")[0], order)[0]
    more = {"method": method, "witnessed_by": before, "order": digest}
    _done("destroyed", item, DestroyItem, found.fields() | more, command_id)


def correct(
    item: str,
    /,
    *,
    line: Annotated[int, Parameter(help="The line of the record, as custody show counts.")],
    field: Annotated[
        Literal["place", "container", "seal-before", "seal-after", "condition", "happened-at", "tool", "tracking"],
        Parameter(help="What is wrong in it."),
    ],
    to: Annotated[str, Parameter(help="What it should have said.")],
    reason: Annotated[str, Parameter(help="How it is known; in words.")],
    command_id: CommandId = None,
) -> None:
    """Correct a line of the record by a new one; both stay. Another official than the one who signed the line does."""
    from rogatory.item_acts import ItemActs

    with at_desk(ItemActs) as desk:
        command, receipt = desk.correct(item, line, field.replace("-", "_"), to, reason, command_id)
    shown = {"item": item, "corrects": line, "field": command.field, "old": command.old, "new": command.new}
    if receipt_shown(receipt, **shown):
        return
    say(f"{item}: line {line} should have said {command.new}, not {command.old}; line {receipt.sequence} says so.")
    next_step(f"rogatory custody show {item}")


def _done(what: str, item: str, kind: "type[ItemAct]", given: dict[str, Any], command_id: str | None) -> None:
    from rogatory.item_acts import ItemActs

    with at_desk(ItemActs) as desk:
        receipt = desk.act(kind, item, given, command_id)
        told(desk, what, item, receipt)


def told(desk: "ItemActs", what: str, item: str, receipt: "Receipt") -> None:
    """Says what was done to a thing, and how it stands."""
    row = desk.register.exhibit(item)
    assert row
    if receipt_shown(receipt, **exhibit_shown(row, desk.description(row))):
        return
    differs = f" It differs from its record: {', '.join(row.differences)}." if row.discrepancy == "open" else ""
    say(f"{item} {what}, {_sealed(row)}, {row.place}; held by {row.holder}; line {receipt.sequence}.{differs}")
    if row.discrepancy == "open":
        next_step(f'rogatory evidence resolve {item} --keep (or --exclude) --reason "..."   (the prosecutor decides)')
    elif row.offered_to:
        next_step(f"rogatory custody accept {item} --as {row.offered_to}")
    else:
        next_step(f"rogatory custody show {item}")


def exhibit_shown(row: "ExhibitRow", description: str) -> dict[str, object]:
    """A thing or a copy as programs read it."""
    return {
        "item": row.item,
        "name": description,
        "size": row.size,
        "sha256": row.digest.removeprefix("sha256:") if row.digest else None,
        "custodian": row.holder,
        "state": row.state,
        "offered_to": row.offered_to,
        "discrepancy": row.discrepancy,
        "form": row.form,
        "part_of": row.parent,
        "copy": row.kind,
        "measure": row.measure,
        "manifest": row.manifest,
        "quantity": row.quantity,
        "seal": row.seal,
        "container": row.container,
        "condition": row.condition,
        "place": row.place,
        "differences": list(row.differences),
        "scans": row.scans,
        "happened_at": row.happened_at,
    }


def _sealed(row: "ExhibitRow") -> str:
    return f"seal {row.seal}" if row.seal else "no seal"
