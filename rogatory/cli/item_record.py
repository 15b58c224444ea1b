"""rogatory custody show, of a thing: what is on record of it, event by event, and of the files read from it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rogatory.cli.items import exhibit_shown
from rogatory.cli.output import emit, line, next_step, say, size, stamp, table

if TYPE_CHECKING:
    from collections.abc import Collection

    from rogatory.custody.ledger import Entry
    from rogatory.desk import Desk
    from schemas.register import ExhibitRow

WORDS = {
    "enter-item": "entered",
    "seal-item": "sealed",
    "open-item": "opened",
    "store-item": "stored",
    "examine-item": "examined",
    "copy-item": "copied",
    "offer-item": "offered",
    "accept-item": "accepted",
    "decline-item": "not accepted",
    "return-item": "returned",
    "destroy-item": "destroyed",
    "settle-item": "difference decided",
    "correct-item": "corrected",
    "attach-scan": "scan joined",
}


def show_thing(at: "Desk", row: "ExhibitRow") -> None:
    """Shows a thing or a copy."""
    from rogatory.carriers import report_of
    from rogatory.custody.ledger import parse_line
    from rogatory.item_acts import descriptions

    named = descriptions(at, row.reference).get(row.item, "")
    entries = [parse_line(text) for text in at.ledger.lines(row.reference)]
    doubtful = suspect_lines(at, row.reference)
    events = [_event(entry, doubtful) for entry in entries if entry.event in WORDS and _about(entry, row.item)]
    _correct(events, entries)
    carried = report_of(at, row) if row.form == "physical" else None
    shown = exhibit_shown(row, named) | {"reference": row.reference, "events": events}
    if carried:
        shown |= {"announced": len(carried.announced), "read": sorted(carried.read), "missing": carried.missing}
        shown |= {"unannounced": carried.unannounced}
    if emit(shown):
        return
    say(f"{row.item}  {line(named)}" + (f", {size(row.size)}" if row.size else ""))
    if row.digest:
        say(f"  sha256    {row.digest.removeprefix('sha256:')}")
    if row.parent:
        say(f"  {(row.kind or 'part').replace('-', ' ').capitalize()} of {row.parent}")
    say(f"  Custodian {row.holder}" + (f", offered to {row.offered_to}" if row.offered_to else ""))
    say(f"  Kept      {row.place}; {row.container or 'no container'}; {'seal ' + row.seal if row.seal else 'no seal'}")
    say(f"  Condition {row.condition}" + (f"; {row.quantity} pieces" if row.quantity > 1 else ""))
    if carried and (carried.announced or carried.read):
        say(f"  Files     {len(carried.announced)} announced, {len(carried.read)} read")
        for name in carried.missing:
            say(f"    missing: {line(name)}")
        for item in carried.unannounced:
            say(f"    not announced: {item}")
    if row.discrepancy:
        say(f"  Differs   {', '.join(row.differences)}: {row.discrepancy}")
    table(
        ("Line", "Happened", "What", "By", "Seal found", "Seal left", "Place"),
        [
            [each[name] for name in ("sequence", "happened_at")]
            + [WORDS[str(each["event"])] + _remark(each) + doubt_told(each)]
            + [each[name] or "" for name in ("by", "seal_before", "seal_after", "place")]
            for each in events
        ],
    )
    if row.offered_to:
        next_step(f"rogatory custody accept {row.item} --as {row.offered_to}")


def suspect_lines(at: "Desk", reference: str) -> set[str]:
    """The digests of the case's lines that a suspect key signed, and nobody vouched for since."""
    return {act.digest for act in at.course(reference).acts.suspect(at.ledger.directory())}


def doubt_told(event: dict[str, object]) -> str:
    """What is added to an event by a suspect key."""
    return " (suspect)" if event["suspect"] else ""


def _about(entry: "Entry", item: str) -> bool:
    return item in {entry.facts.get("item"), entry.facts.get("copy_item")}


def _correct(events: list[dict[str, Any]], entries: "Sequence[Entry]") -> None:
    """Notes at each event what it should have said, and at each correction which line it corrects."""
    by_line = {f"sha256:{each['line']}": each for each in events}
    for made in events:
        if made["event"] == "correct-item":
            facts = next(entry.facts for entry in entries if entry.digest == made["line"])
            corrected = by_line[str(facts["line"])]
            corrected["corrected"][facts["field"]] = facts["new"]
            made |= {"corrects": corrected["sequence"], **{name: facts[name] for name in ("field", "old", "new")}}


def _remark(event: Mapping[str, Any]) -> str:
    if event["event"] == "correct-item":
        return f": {event['field']} of line {event['corrects']} is {event['new']}, not {event['old']}"
    if event["differs"]:
        return f" ({event['differs']} differs)"
    return f" (corrected: {', '.join(event['corrected'])})" if event["corrected"] else ""


def _event(entry: "Entry", doubtful: "Collection[str]") -> dict[str, Any]:
    facts = entry.facts
    differs = facts.get("differs")
    return {
        "sequence": entry.seq,
        "recorded_at": stamp(entry.at),
        "happened_at": facts.get("happened_at", ""),
        "event": entry.event,
        "by": facts.get("by", ""),
        "to": facts.get("to") or facts.get("holder") or "",
        "seal_before": facts.get("seal_before"),
        "seal_after": facts.get("seal_after"),
        "place": facts.get("place"),
        "differs": ", ".join(map(str, differs)) if isinstance(differs, list) else "",
        "corrected": {},
        "line": entry.digest,
        "suspect": entry.digest in doubtful,
    }
