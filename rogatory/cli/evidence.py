"""rogatory evidence: what the requested state returns, from the first byte to the export."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from rogatory.cli.acting import CommandId, Reason, acting, desk, receipt_shown
from rogatory.cli.output import emit, line, minute, next_step, progress, say, short, size, table, warn
from rogatory.cli.working import working
from rogatory.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from rogatory.desk import Desk
    from schemas.commands import Receipt
    from schemas.register import ItemRow


class StoppedError(Exception):
    """The person stopped the intake: the thread that reads must stop too."""


async def add(
    reference: str,
    /,
    *files: Path,
    declared: Annotated[Path | None, Parameter(help="The sender's list of digests, as sha256sum writes it.")] = None,
    measure: Annotated[str | None, Parameter(help="The measure that asked for it, e.g. m1.")] = None,
    description: str | None = None,
    complete: Annotated[bool, Parameter(negative="", help="This is the last of it.")] = False,
    from_item: Annotated[str | None, Parameter(help="The disk they are read from; its manifest is compared.")] = None,
    command_id: CommandId = None,
) -> None:
    """Take files in as evidence: measured while they stream into the vault, then recorded.

    Parameters
    ----------
    files: Path
        One file or several; none only together with --complete.
    description: str
        What it is, in words.
    """
    if not files and not complete:
        raise UsageError("Name at least one file.", "Or say --complete when nothing more is to come.")
    total = sum(_size(file) for file in files)
    stopped, done = threading.Event(), 0
    async with acting(command_id) as (office, given):
        with progress(", ".join(file.name for file in files[:3]), total) as advance:

            def count(_name: str, more: int, _size: int) -> None:
                nonlocal done
                if stopped.is_set():
                    raise StoppedError
                done += more
                advance(more)

            try:
                rows = await office.add_evidence(
                    reference,
                    list(files),
                    declared=declared,
                    measure=measure,
                    description=description,
                    complete=complete,
                    from_item=from_item,
                    progress=count,
                    changed=_changed,
                    command_id=given,
                )
            except BaseException as error:
                stopped.set()
                if not isinstance(error, Exception):  # Ctrl-C
                    warn(f"Stopped at {size(done)} of {size(total)}. Nothing is sealed. Run the same command to go on.")
                raise
        if emit([item_shown(office, row) for row in rows if row]):
            return
        _show_received(office, reference, [row for row in rows if row], complete)


def _changed(name: str) -> None:
    warn(f"{line(name)} is not what it was when its intake was stopped: it is taken in from its start.")


def _show_received(at: "Desk", reference: str, rows: "list[ItemRow]", complete: bool) -> None:
    for row in rows:
        shown = item_shown(at, row)
        differs = "   NOT what was declared" if row.discrepancy else ""
        say(f"  {line(str(shown['name']))}  {size(row.size)}  sha256 {short(row.digest)}…  {row.item}{differs}")
    if rows:
        count = "1 item" if len(rows) == 1 else f"{len(rows)} items"
        say(f"{count} received. Custodian: {rows[0].holder}.")
    if complete:
        say("The delivery is complete.")
    bad = [row.item for row in rows if row.discrepancy == "open"]
    if bad:
        next_step(f'rogatory evidence resolve {bad[0]} --keep (or --exclude) --reason "..."   (the prosecutor decides)')
    else:
        next_step(f"rogatory custody sign-off {reference}" if complete else f"rogatory evidence list {reference}")


def list_(reference: str, /) -> None:
    """List the items of a case."""
    at = desk()
    at.register.case(reference)
    rows = at.register.items(reference)
    shown = [item_shown(at, row) for row in rows]
    things = things_shown(at, reference)
    if emit([*shown, *things]):
        return
    if not rows and not things:
        say(f"Nothing was received for {reference} yet.")
        return
    table(
        ("Item", "Name", "Size", "sha256", "Custodian", "State"),
        [
            [each["item"], each["name"], size(row.size), short(row.digest), row.holder, _state(row)]
            for row, each in zip(rows, shown, strict=True)
        ]
        + [
            [
                each["item"],
                each["name"],
                size(int(str(each["size"]))) if each["size"] else "",
                short(str(each["sha256"])) if each["sha256"] else f"seal {each['seal'] or 'none'}",
                each["custodian"],
                f"{each['state']}, {each['place']}",
            ]
            for each in things
        ],
    )
    next_step(f"rogatory custody show {rows[0].item if rows else things[0]['item']}")


async def resolve(
    item: str,
    /,
    *,
    keep: Annotated[bool, Parameter(name="--keep", negative="--exclude", help="Keep it, the discrepancy on record.")],
    reason: Reason,
    command_id: CommandId = None,
) -> None:
    """Decide on an item that is not what was declared: keep it, or exclude it."""
    if desk().register.exhibit(item) is not None:
        from rogatory.cli.desk import at_desk
        from rogatory.item_acts import ItemActs

        with at_desk(ItemActs) as at:
            receipt = at.settle(item, keep, reason, command_id)
        _show_resolved(receipt, item, keep)
        return
    async with acting(command_id) as (office, given):
        receipt = await office.resolve(item, keep, reason, given)
    _show_resolved(receipt, item, keep)


def _show_resolved(receipt: "Receipt", item: str, keep: bool) -> None:
    if receipt_shown(receipt, item=item, keep=keep):
        return
    what = "kept, with the discrepancy on record" if keep else "excluded"
    say(f"{item} is {what}, {minute(receipt.recorded_at)}, line {receipt.sequence}.")
    next_step(f"rogatory custody sign-off {item.rpartition('-')[0]}")


def export(
    reference: str,
    /,
    *,
    to: Annotated[Path, Parameter(help="The folder to write into.")],
    for_: Annotated[
        str | None, Parameter(name="--for", help="File number of the proceedings; by default those of the request.")
    ] = None,
) -> None:
    """Export the items with their digests and custody record; anyone can verify it without us.

    For proceedings in which an item may not be used, nothing is written. (exit 4)
    """
    from rogatory.use_gate import admit_purpose

    at = desk()
    purpose = admit_purpose(at, reference, for_)
    with working("Packing the evidence"):
        path = at.export_evidence(reference, to)
    if emit({"reference": reference, "path": path, "for": purpose}):
        return
    say(f"Wrote {path}")
    next_step(f"rogatory verify {path}")


def item_shown(at: "Desk", row: "ItemRow") -> dict[str, object]:
    """An item as programs read it; its name stands only in the vault, since names of files may name persons."""
    return {
        "item": row.item,
        "name": _name(at, row),
        "size": row.size,
        "sha256": row.digest.removeprefix("sha256:"),
        "custodian": row.holder,
        "state": row.state,
        "offered_to": row.offered_to,
        "discrepancy": row.discrepancy,
        "declared_sha256": row.declared.removeprefix("sha256:") if row.declared else None,
        "measure": row.measure,
        "received_at": row.received_at,
    }


def things_shown(at: "Desk", reference: str) -> list[dict[str, object]]:
    """Physical items and copies as programs read them."""
    rows = at.register.exhibits(reference)
    if not rows:
        return []
    from rogatory.cli.items import exhibit_shown
    from rogatory.item_acts import descriptions

    known = descriptions(at, reference)
    return [exhibit_shown(row, known.get(row.item, "")) for row in rows]


def _name(at: "Desk", row: "ItemRow") -> str:
    from schemas.evidence import DeliveryManifest

    try:
        manifest = DeliveryManifest.model_validate_json(at.vault.read(row.reference, row.manifest))
    except NotFoundError:  # its key was destroyed: the name is gone, as it should be
        return ""
    return next((each.name for each in manifest.items if each.item == row.item), "")


def _state(row: "ItemRow") -> str:
    offered = f", offered to {row.offered_to}" if row.offered_to else ""
    differs = f", discrepancy {row.discrepancy}" if row.discrepancy else ""
    return row.state + offered + differs


def _size(file: Path) -> int:
    if not file.is_file():
        raise UsageError(f"{file} is not a file.", "Name the files one by one.")
    return file.stat().st_size
