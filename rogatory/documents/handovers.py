"""Whether the hand-overs of one item join: found anew from the signed acts, whatever the ledger refused before."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from rogatory.documents.dossier import Act
from schemas.identifiers import Role
from schemas.register import ItemRow


class Gap(NamedTuple):
    """One thing that does not join; the custody form says it in words."""

    found: Literal[
        "an earlier time",
        "another digest",
        "a second receipt",
        "an offer by who did not hold",
        "an acceptance without an offer",
        "another holder in the register",
    ]
    line: int
    """Of the ledger, where it shows."""
    by: str = ""
    """The official who acted there; empty where it does not matter who."""
    holder: str = ""
    """The official who held the item or, in the register, is said to."""
    other: int = 0
    """The line before, of an earlier time."""


def gaps(acts: Sequence[Act], row: ItemRow, foreign: frozenset[str]) -> list[Gap]:
    """What does not join in the record of an item; empty when every giver is the last who received.

    Args:
        acts: receive, offer, accept, refuse-custody and resolve of this item, in ledger order.
        row: the item as the register has it.
        foreign: officials of the other state, whose sealed package is itself the offer.
    """
    found: list[Gap] = []
    holder = offered = ""
    for number, act in enumerate(acts):
        if number and act.at < acts[number - 1].at:
            found.append(Gap("an earlier time", act.sequence, other=acts[number - 1].sequence))
        if act.act in {"offer", "accept"} and act.facts.get("digest") != row.digest:
            found.append(Gap("another digest", act.sequence, act.by))
        if act.act == "receive":
            if holder:
                found.append(Gap("a second receipt", act.sequence))
            holder = str(act.facts.get("holder"))
        elif act.act == "offer":
            if act.by != holder:
                found.append(Gap("an offer by who did not hold", act.sequence, act.by, holder))
            offered = str(act.facts.get("to"))
        elif act.act == "accept":
            if act.by != offered and not (holder in foreign and not offered and act.role is Role.CUSTODIAN):
                found.append(Gap("an acceptance without an offer", act.sequence, act.by))
            holder, offered = act.by, ""
        elif act.act == "refuse-custody":
            offered = ""
    if holder != row.holder:
        found.append(Gap("another holder in the register", acts[-1].sequence, holder, row.holder))
    return found
