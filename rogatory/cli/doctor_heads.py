"""What the doctor looks at of the ledger's heads: that they hold, are anchored, and those of other states."""

from datetime import timedelta
from typing import TYPE_CHECKING

from rogatory.cli.doctor import Finding
from rogatory.cli.output import stamp

if TYPE_CHECKING:
    from rogatory.adapters.heads import LedgerHeads
    from rogatory.profile import Profile

NONE = "no head left the house yet"


def heads_hold(where: "Profile") -> Finding:
    """Whether the ledger continues every head of it that left the house; reads all lines."""
    heads = _heads(where)
    if heads is None:
        return Finding("Heads", None, "this installation has no log key: its records carry no checkpoint")
    faults = heads.faults()
    if faults:
        fix = "Stop work, and restore the newest backup."
        return Finding("Heads", False, "; ".join(faults[:3]), fix, integrity=True)
    kept = heads.kept()
    cosigned = [one for one in kept if one.witness]
    told = f"{kept[-1].size} lines in the newest of {len(kept)}" if kept else NONE
    who = f"; {cosigned[-1].witness} cosigned {cosigned[-1].size} lines" if cosigned else "; none is cosigned"
    return Finding("Heads", True, told + who)


def anchored(where: "Profile") -> Finding:
    """Whether the newest head is stamped; has it stamped if an authority answers."""
    from rogatory.adapters.anchoring import anchor
    from rogatory.custody.verify_place import ALLOWED

    heads = _heads(where)
    found = anchor(where.home, heads) if heads is not None else None
    if found is None or found.head is None:
        return Finding("Anchoring", None, NONE)
    if found.head.token is None:
        detail = f"the head of {found.head.size} lines is unanchored: {found.reason}"
        return Finding("Anchoring", None, detail, "Name an authority with: rogatory timestamps https://...")
    if found.ahead is not None and abs(found.ahead) > ALLOWED:
        seconds = round(abs(found.ahead).total_seconds())
        side = "before" if found.ahead > timedelta(0) else "behind"
        detail = f"this machine's clock is {seconds} s {side} that of the time-stamping authority"
        return Finding("Anchoring", False, detail, "Set the clock; lines dated later than their stamp do not verify.")
    return Finding("Anchoring", True, f"the head of {found.head.size} lines of {stamp(found.head.at)} is stamped")


def witnessed(where: "Profile") -> Finding:
    """Whether a head of another state's ledger contradicted one we cosigned."""
    from rogatory.adapters.database import open_database
    from rogatory.adapters.witness import ALARMS, open_witness

    witness = open_witness(where.home, open_database(where.home / "ledger.sqlite"))
    alarms = [one for one in witness.alarms() if one.kind in ALARMS] if witness else []
    if not alarms:
        return Finding("Heads of others", True, "none contradicts what was cosigned here")
    last = alarms[-1]
    detail = f"{last.origin}: the head of {last.size} lines contradicts one cosigned before ({last.kind})"
    fix = "Show both heads to that authority; its log key signed two histories."
    return Finding("Heads of others", False, detail, fix, integrity=True)


def _heads(where: "Profile") -> "LedgerHeads | None":
    from rogatory.adapters.ledger_sql import open_stores

    return open_stores(where.home)[0].heads
