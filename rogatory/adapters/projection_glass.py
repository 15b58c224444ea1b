"""What is owed after a glass was broken, as rows among the periods that run."""

from sqlalchemy import Connection, delete, insert

from rogatory.adapters.tables import CLOCKS
from rogatory.custody.break_glass import AFTERWARDS, BREAK, GO_ON, REVIEW, Broken
from rogatory.custody.course import Course
from rogatory.custody.ledger import Entry

SOURCE = "house: a letter that went without its reviewers"
EVENTS = {BREAK, "request-closed", *AFTERWARDS}
"""Events that change what is owed; a closed case owes its review all the same."""
SAID = {
    REVIEW: ("Review the broken glass", "the case is not signed off"),
    GO_ON: ("Withdraw, or go on though the broken glass was not upheld", "the case is not signed off"),
}


def project_glass(connection: Connection, entry: Entry, course: Course) -> None:
    """Writes each row anew; `course` has taken the entry in."""
    if entry.event not in EVENTS:
        return
    for each in course.glass.broken():
        _replace(connection, entry.chain, each, REVIEW, owed=each.owed == REVIEW)
        if each.verdict is not None and each.verdict != "upheld":
            _replace(connection, entry.chain, each, GO_ON, owed=each.owed == GO_ON and not course.closed)


def _replace(connection: Connection, reference: str, broken: Broken, what: str, *, owed: bool) -> None:
    assert broken.at
    reviewed = what == REVIEW and broken.reviewed_at
    due = broken.due_of(what)
    clock = f"{broken.task}/{what}"
    row = {
        "clock": clock,
        "reference": reference,
        "task": reference,  # not the review: the duty outlives it
        "id": what,
        "rule": BREAK,
        "what": SAID[what][0],
        "anchor": BREAK,
        "anchored_on": broken.at.date().isoformat(),
        "estimated": False,
        "due": due,
        "effect": "must",
        "then": SAID[what][1],
        "source": SOURCE,
        "url": "",
        "started_at": broken.at,
        "state": "running" if owed else "met" if reviewed or broken.gone_on else "stopped",
    }
    if reviewed:
        assert broken.reviewed_at
        row |= {"met_by": REVIEW, "met_on": broken.reviewed_at.date().isoformat(), "in_time": broken.reviewed_at <= due}
    connection.execute(delete(CLOCKS).where(CLOCKS.c.clock == clock))
    connection.execute(insert(CLOCKS).values(row))
