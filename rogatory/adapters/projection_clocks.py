"""From ledger entries about periods of law to their rows in the register."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, update

from rogatory.adapters.tables import CLOCKS
from rogatory.custody.ledger import Entry

STOPPED = "stopped"


def start_clock(connection: Connection, entry: Entry) -> None:
    """A period runs."""
    facts = entry.facts
    row = {
        "clock": str(facts["clock"]),
        "reference": entry.chain,
        "task": entry.task,
        "anchored_on": str(facts["from"]),
        "estimated": facts.get("estimated") is True,
        "due": datetime.fromisoformat(str(facts["due"])),
        "url": str(facts.get("url") or ""),
        "started_at": entry.at,
        "state": "running",
    }
    row |= {name: str(facts.get(name, "")) for name in ("id", "rule", "what", "anchor", "effect", "then", "source")}
    connection.execute(delete(CLOCKS).where(CLOCKS.c.clock == row["clock"]))
    connection.execute(insert(CLOCKS).values(row))


def run_out_clock(connection: Connection, entry: Entry) -> None:
    """It ran out; nothing is closed by that."""
    _change(connection, entry, state="ran-out", ran_out_at=entry.at)


def meet_clock(connection: Connection, entry: Entry) -> None:
    """What it was for has happened, in time or late."""
    facts = entry.facts
    _change(
        connection,
        entry,
        state="met",
        met_by=str(facts.get("by")),
        met_on=str(facts.get("on")),
        in_time=facts.get("in_time") is True,
    )


def stop_clock(connection: Connection, entry: Entry) -> None:
    """It no longer matters."""
    _change(connection, entry, state=STOPPED)


def stop_clocks(connection: Connection, entry: Entry) -> None:
    """With a task end the periods that ran there; with the case, all, and those that ran out are open no longer."""
    of = CLOCKS.c.reference == entry.chain
    if entry.event == "request-closed":
        of &= CLOCKS.c.state.in_(("running", "ran-out"))
    else:
        of &= (CLOCKS.c.task == entry.task) & (CLOCKS.c.state == "running")
    connection.execute(update(CLOCKS).where(of).values(state=STOPPED))


def _change(connection: Connection, entry: Entry, **values: object) -> None:
    connection.execute(update(CLOCKS).where(CLOCKS.c.clock == str(entry.facts.get("clock"))).values(**values))
