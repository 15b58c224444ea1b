"""Whether the hand-overs of one item join: found anew from the signed acts, whatever the ledger refused before."""

from collections.abc import Callable, Sequence

from rogatory.documents.dossier import Act
from schemas.identifiers import Role
from schemas.register import ItemRow


def gaps(acts: Sequence[Act], row: ItemRow, named: Callable[[str], str], foreign: frozenset[str]) -> list[str]:
    """What does not join in the record of an item, in words; empty when every giver is the last who received.

    Args:
        acts: receive, offer, accept, refuse-custody and resolve of this item, in ledger order.
        row: the item as the register has it.
        named: an official's name and post.
        foreign: officials of the other state, whose sealed package is itself the offer.
    """
    found: list[str] = []
    holder = offered = ""
    for number, act in enumerate(acts):
        line = f"line {act.sequence}"
        if number and act.at < acts[number - 1].at:
            found.append(f"{line} is earlier than line {acts[number - 1].sequence}")
        if act.act in {"offer", "accept"} and act.facts.get("digest") != row.digest:
            found.append(f"at {line} {named(act.by)} measured another digest")
        if act.act == "receive":
            if holder:
                found.append(f"{line} records a second receipt")
            holder = str(act.facts.get("holder"))
        elif act.act == "offer":
            if act.by != holder:
                found.append(f"at {line} {named(act.by)} offered what {named(holder)} held")
            offered = str(act.facts.get("to"))
        elif act.act == "accept":
            if act.by != offered and not (holder in foreign and not offered and act.role is Role.CUSTODIAN):
                found.append(f"at {line} {named(act.by)} accepted what was not offered to them")
            holder, offered = act.by, ""
        elif act.act == "refuse-custody":
            offered = ""
    if holder != row.holder:
        found.append(f"the last who received is {named(holder)}, and the register names {named(row.holder)}")
    return found
