"""rogatory custody: who holds an item, from hand to hand, to the sign-off."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from rogatory.cli.acting import CommandId, Reason, acting, desk, receipt_shown
from rogatory.cli.desk import at_desk
from rogatory.cli.evidence import item_shown
from rogatory.cli.item_record import doubt_told, show_thing, suspect_lines
from rogatory.cli.items import AS_RECORDED, Found, told
from rogatory.cli.output import emit, line, minute, next_step, say, size, stamp, table
from rogatory.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from rogatory.custody.ledger import Entry
    from schemas.items import ItemAct

WORDS = {
    "receive": "received",
    "offer": "offered",
    "accept": "accepted",
    "refuse-custody": "refused",
    "resolve": "discrepancy decided",
    "sign-off": "signed off",
    "examine-item": "examined",
    "copy-item": "copied",
    "attach-scan": "scan joined",
    "tie-item": "tied to a measure",
    "note-use": "used",
    "disclose": "disclosed",
}


async def offer(
    item: str,
    /,
    *,
    to: Annotated[str, Parameter(help="The official who is to take it over.")],
    transport: Annotated[str | None, Parameter(help="Of a thing: how it travels, e.g. courier.")] = None,
    tracking: Annotated[str | None, Parameter(help="Of a thing: number of the parcel.")] = None,
    found: Found = AS_RECORDED,
    command_id: CommandId = None,
) -> None:
    """Offer an item to another official; custody stays with you until they accept."""
    if _is_thing(item, found):
        from schemas.items import OfferItem

        _hand("offered", item, OfferItem, found, command_id, to=to, transport=transport, tracking=tracking)
        return
    async with acting(command_id) as (office, given):
        receipt = await office.offer(item, to, given)
        holder = office.register.item(item).holder
    if receipt_shown(receipt, item=item, to=to, custodian=holder):
        return
    say(f"{item} offered by {holder} to {to}, line {receipt.sequence}. It stays with {holder} until {to} accepts.")
    next_step(f"rogatory custody accept {item} --as {to}")


async def accept(
    item: str,
    /,
    *,
    quantity: Annotated[int | None, Parameter(help="Of a thing: how many pieces were found.")] = None,
    found: Found = AS_RECORDED,
    command_id: CommandId = None,
) -> None:
    """Take over an item offered to you; its digest is measured anew, of a thing say how you found it."""
    if _is_thing(item, found):
        from schemas.items import AcceptItem

        _hand("accepted", item, AcceptItem, found, command_id, quantity=quantity)
        return
    async with acting(command_id) as (office, given):
        receipt = await office.accept(item, given)
        row = office.register.item(item)
    if receipt_shown(receipt, item=item, custodian=row.holder, sha256=row.digest.removeprefix("sha256:")):
        return
    say(f"{item} accepted, line {receipt.sequence}, {minute(receipt.recorded_at)}. Measured: {row.digest}")
    next_step(f"rogatory custody show {item}")


async def refuse(item: str, /, *, reason: Reason, command_id: CommandId = None) -> None:
    """Do not take over an item offered to you; it stays where it is."""
    if _is_thing(item, AS_RECORDED):
        from schemas.items import DeclineItem

        _hand("not accepted", item, DeclineItem, Found(why=reason), command_id)
        return
    async with acting(command_id) as (office, given):
        receipt = await office.refuse_custody(item, reason, given)
        holder = office.register.item(item).holder
    if receipt_shown(receipt, item=item, custodian=holder):
        return
    say(f"{item} refused, line {receipt.sequence}. Custody stays with {holder}.")
    next_step(f"rogatory custody show {item}")


def show(item: str, /) -> None:
    """Show who held an item, and when."""
    from rogatory.custody.ledger import parse_line

    at = desk()
    if thing := at.register.exhibit(item):
        show_thing(at, thing)
        return
    row = at.register.item(item)
    entries = [parse_line(text) for text in at.ledger.lines(row.reference)]
    doubtful = suspect_lines(at, row.reference)
    events = [_event(entry, doubtful) for entry in entries if entry.event in WORDS and _about(entry, item)]
    shown = item_shown(at, row) | {"reference": row.reference, "events": events}
    if emit(shown):
        return
    say(f"{item}  {line(str(shown['name']))}, {size(row.size)}")
    say(f"  sha256    {row.digest.removeprefix('sha256:')}")
    say(f"  Custodian {row.holder}" + (f", offered to {row.offered_to}" if row.offered_to else ""))
    if row.discrepancy:
        say(f"  Discrepancy {row.discrepancy}: the sender declared {row.declared}")
    table(
        ("Line", "When", "What", "By", "To"),
        [
            [each["sequence"], each["at"], WORDS[str(each["event"])] + doubt_told(each), each["by"], each["to"]]
            for each in events
        ],
    )
    if row.offered_to:
        next_step(f"rogatory custody accept {item} --as {row.offered_to}")


async def sign_off(reference: str, /, *, command_id: CommandId = None) -> None:
    """Vouch, as custodian or as prosecutor, that the items received are the items held."""
    async with acting(command_id) as (office, given):
        receipt = await office.sign_off(reference, given)
        items = [row for row in office.register.items(reference) if row.state != "excluded"]
    if receipt_shown(receipt, reference=reference, items=len(items)):
        return
    count = "1 item" if len(items) == 1 else f"{len(items)} items"
    say(f"Signed off: {count}, line {receipt.sequence}, {minute(receipt.recorded_at)}.")
    next_step(f"rogatory case show {reference}   (one custodian and one prosecutor sign off)")


def _is_thing(item: str, found: Found) -> bool:
    """Whether it is a thing or a copy; what only a thing has is not said of a file."""
    if desk().register.exhibit(item) is not None:
        return True
    if found != AS_RECORDED:
        raise UsageError(f"{item} is a file in the vault: it has no seal, place or condition.", "Leave those out.")
    return False


def _hand(what: str, item: str, kind: "type[ItemAct]", found: Found, command_id: str | None, **more: object) -> None:
    from rogatory.item_acts import ItemActs

    with at_desk(ItemActs) as at:
        told(at, what, item, at.act(kind, item, found.fields() | more, command_id))


def _about(entry: "Entry", item: str) -> bool:
    """A receipt names its items in a list, a sign-off covers all, the other acts name one."""
    if entry.event == "sign-off":
        return True
    named = entry.facts.get("items")
    listed: Sequence[object] = named if isinstance(named, list) else ()
    return entry.facts.get("item") == item or any(
        isinstance(each, dict) and each.get("item") == item for each in listed
    )


def _event(entry: "Entry", doubtful: "Collection[str]") -> dict[str, object]:
    return {
        "sequence": entry.seq,
        "at": stamp(entry.at),
        "event": entry.event,
        "by": entry.facts.get("by", ""),
        "to": entry.facts.get("to") or entry.facts.get("holder") or "",
        "line": entry.digest,
        "suspect": entry.digest in doubtful,
    }
